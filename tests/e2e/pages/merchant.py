"""A merchant at the desk."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from tests.e2e.pages.person import Person


class Merchant(Person):
    def queue_row(self, order_no: str) -> Locator:
        return self.page.locator("tr, li").filter(has_text=order_no).first

    def open_queue(self) -> Self:
        self.visit("/merchant")
        return self

    def approve_in_queue(self, order_no: str) -> Self:
        """One decision, one confirmation."""
        self.press(self.button("同意退款", within=self.queue_row(order_no)))
        self.press(self.button(re.compile("同意"), within=self.dialog()))
        expect(self.queue_row(order_no)).to_have_count(0)
        return self

    def agree_to_transfer(self, order_no: str) -> Self:
        """From the desk to the transfer's page."""
        self.open_queue().press(self.link("去答复", within=self.queue_row(order_no)))
        self.page.wait_for_url(re.compile(r"/transfers/TR"))
        return self.say_yes("同意转让", "同意转让")

    def open_case(self, order_no: str) -> Self:
        self.open_queue().press(self.link("驳回", within=self.queue_row(order_no)))
        self.page.wait_for_url(re.compile(r"/merchant/cases/AS"))
        return self

    def reject(self, text: str, reason: str = "其他") -> Self:
        self.choose(self.page.get_by_role("radio", name=reason))
        self.page.get_by_role("textbox", name=re.compile("说明")).fill(text)
        self.press(self.button(re.compile("驳回")))
        return self

    def approve(self) -> Self:
        """The page's one decision, and its yes."""
        self.press(self.button(re.compile("^同意退款")).first)
        return self.press(self.button(re.compile("^同意退款"), within=self.dialog()))

    def ask(self, text: str) -> Self:
        sheet = self._sheet("要求补充佐证")
        sheet.get_by_role("textbox").fill(text)
        return self.press(self.button("请买家补充", within=sheet))

    def offer_amount(self, yuan: str, text: str) -> Self:
        sheet = self._sheet("提出协商方案")
        sheet.get_by_role("textbox", name="退款金额").fill(yuan)
        sheet.get_by_role("textbox", name="附加说明").fill(text)
        return self.press(self.button("发送方案", within=sheet))

    def offer_replacement(self, text: str) -> Self:
        sheet = self._sheet("提出协商方案")
        self.choose(sheet.get_by_role("radio", name=re.compile("更换卡密")))
        sheet.get_by_role("textbox", name="附加说明").fill(text)
        return self.press(self.button("发送方案", within=sheet))

    def respond(self, text: str) -> Self:
        """The merchant's side of an appeal."""
        self.page.get_by_role("textbox", name="您的陈述").fill(text)
        return self.press(self.button("提交陈述"))

    def concede(self) -> Self:
        return self.say_yes(re.compile("^同意全额退款"), re.compile("^同意全额退款"))

    def _sheet(self, title: str) -> Locator:
        """One of the other answers, opened."""
        sheet = self.page.locator("details").filter(has_text=title)
        if sheet.get_attribute("open") is None:
            self.press(sheet.locator("summary"))
        return sheet

    def cannot(self, answer: str, why: str) -> Self:
        """The answer is closed and says why."""
        expect(self.page.locator("details").filter(has_text=answer)).to_have_count(0)
        expect(self.page.locator("main li").filter(has_text=answer).filter(has_text=why).first).to_be_visible()
        return self

    def approve_together(self, order_nos: list[str]) -> Self:
        for no in order_nos:
            box = self.page.get_by_role("checkbox", name=re.compile(no))
            self.press(box)
            expect(box).to_be_checked()
        self.press(self.button(f"批量同意（{len(order_nos)}）"))
        self.press(self.button(f"同意 {len(order_nos)} 件", within=self.dialog()))
        for no in order_nos:
            expect(self.queue_row(no)).to_have_count(0)
        return self

    def deliver(self, order_no: str, *codes: str) -> Self:
        row = self.visit("/merchant/delivery").box_of(order_no)
        row.get_by_role("textbox").fill("\n".join(codes))
        self.press(self.button("密封并发货", within=row))
        self.press(self.button("密封并发货", within=self.dialog()))
        expect(row).to_have_count(0)
        return self

    def waiting(self, order_no: str) -> Locator:
        """An order on the desk of deliveries."""
        return self.page.locator(f'main [data-order="{order_no}"]')

    def box_of(self, order_no: str) -> Locator:
        """An order that can be delivered, its box unfolded."""
        row = self.waiting(order_no)
        expect(row).to_be_visible()
        if not row.locator("details").first.evaluate("fold => fold.open"):
            self.press(row.locator("summary").first)
        return row
