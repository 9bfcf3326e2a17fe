"""A shopper at the counter: buys, cancels, asks, reveals."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from tests.e2e.pages.person import Person
from tests.patience import until

ANOTHER = "再下一单"


class Shopper(Person):
    def order(self, slug: str, quantity: int = 1) -> str:
        """From the product page to checkout; the order's number."""
        self.visit(f"/p/{slug}")
        if quantity > 1:
            self.page.get_by_label("数量").select_option(str(quantity))
        return self.place()

    def place(self) -> str:
        """From the product page as it stands; the order's number. An unpaid order before it is left as it is."""
        self.press(self.button("立即购买"))
        until(lambda: "/checkout/" in self.page.url or self.button(ANOTHER).count())
        if self.button(ANOTHER).count():
            self.press(self.button(ANOTHER))
        self.page.wait_for_url(re.compile(r"/checkout/CM\d{14}"))
        return self.order_no()

    def go_to_cashier(self, channel: str = "支付宝") -> Self:
        """Confirm the activation rule, choose a channel."""
        self.choose(self.page.get_by_role("radio", name=channel))
        self.choose(self.page.get_by_role("checkbox"))
        self.press(self.button(re.compile("确认规则并去支付")))
        self.page.wait_for_url(re.compile(r"/pay/CM"))
        return self

    def pay(self, channel: str = "支付宝") -> Self:
        self.go_to_cashier(channel).press(self.button("支付成功"))
        self.page.wait_for_url(re.compile(r"/orders/CM"))
        return self

    def fill_in(self, **answers: str) -> Self:
        """What the shop asks for, by the label of each field."""
        for label, text in answers.items():
            self.page.get_by_role("textbox", name=re.compile(f"^{re.escape(label)}")).fill(text)
        return self

    def choose_answer(self, label: str, choice: str) -> Self:
        self.actions += 1
        self.page.get_by_role("combobox", name=re.compile(f"^{re.escape(label)}")).select_option(choice)
        return self

    def buy(self, slug: str, channel: str = "支付宝", quantity: int = 1) -> str:
        """An order, paid."""
        no = self.order(slug, quantity)
        self.pay(channel)
        return no

    def row(self, no: str) -> Locator:
        """The order's line in the list."""
        return self.page.get_by_role("listitem").filter(has_text=no)

    def shown(self) -> list[str]:
        """The order numbers of the list, top to bottom."""
        rows = self.page.locator("main").get_by_role("listitem").filter(has_text=re.compile(r"CM\d{14}"))
        expect(rows.first).to_be_visible()
        return [re.findall(r"CM\d{14}", text)[0] for text in rows.all_inner_texts()]

    def open_order(self, no: str) -> Self:
        self.visit(f"/orders/{no}")
        expect(self.page.locator("main").get_by_text(no).first).to_be_visible()
        return self

    def open_form(self, no: str, way: str = "request") -> Self:
        self.visit(f"/orders/{no}/cancel?way={way}")
        return self

    def fill_form(self, reason: str = "需求变更", text: str = "") -> Self:
        self.choose(self.page.get_by_role("radio", name=reason))
        if text:
            self.page.get_by_role("textbox", name="补充说明").fill(text)
        return self

    def choose_pieces(self, count: int) -> Self:
        """So many, before delivery."""
        self.actions += 1
        self.page.get_by_label("取消数量").select_option(str(count))
        return self

    def card_box(self, n: int) -> Locator:
        """The tick of one delivered card, as the order page numbers it."""
        return self.page.get_by_role("checkbox", name=re.compile(rf"卡密 {n}\b"))

    def leave_out(self, *cards: int) -> Self:
        """Untick these cards."""
        for n in cards:
            self.press(self.card_box(n))
            expect(self.card_box(n)).not_to_be_checked()
        return self

    def send_form(self, no: str) -> Self:
        """Back on the order page."""
        self.press(self.submit_button())
        self.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
        return self

    def submit_button(self) -> Locator:
        return self.button(re.compile("提交申请并暂停"))

    def request(self, no: str, reason: str = "需求变更", text: str = "", way: str = "request") -> Self:
        """The whole form, sent; back on the order page."""
        self.open_form(no, way).fill_form(reason, text).press(self.submit_button())
        self.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
        return self

    def reveal_first_card(self) -> str:
        """Past the plain warning; the code as it stands on the page."""
        self.press(self.button("查看卡密").first)
        self.press(self.button("查看卡密", within=self.dialog()))
        code = self.page.locator("code[data-code=shown]")
        expect(code).to_have_text(re.compile(r"\w{4}-\w{4}"))
        return code.inner_text()

    def panel(self, code: str) -> Locator:
        """The most urgent thing on the order page."""
        return self.page.locator(f"[data-panel={code}]")

    def open_case(self, case_no: str) -> Self:
        self.visit(f"/cases/{case_no}")
        expect(self.page.locator("main").get_by_text(case_no).first).to_be_visible()
        return self

    def offer_to(self, no: str, address: str) -> str:
        """From the order's page to the transfer's; its number."""
        self.open_order(no).press(self.link("转让给他人"))
        self.page.wait_for_url(re.compile(rf"/orders/{no}/transfer"))
        self.page.get_by_label("受让人的手机号或邮箱").fill(address)
        self.press(self.button(re.compile("发起转让并暂停")))
        self.page.wait_for_url(re.compile(r"/transfers/TR"))
        return self.page.url.rstrip("/").rpartition("/")[2]

    def appeal(self, no: str, text: str, reason: str = "") -> Self:
        """Before the platform; on to the case."""
        return self.open_form(no, "appeal").appeal_now(text, reason)

    def appeal_now(self, text: str, reason: str = "") -> Self:
        """The form as it stands, sent."""
        if reason:
            self.choose(self.page.get_by_role("radio", name=reason))
        self.page.get_by_role("textbox", name="补充说明").fill(text)
        self.press(self.button("提交申诉"))
        self.page.wait_for_url(re.compile(r"/cases/AS"))
        return self

    def ask_partial(self, yuan: str, text: str) -> Self:
        form = self.page.locator("#partial")
        form.get_by_role("textbox", name="希望退款的金额").fill(yuan)
        form.get_by_role("textbox", name="说明").fill(text)
        return self.press(self.button("提交给商家"))

    def answer(self, text: str) -> Self:
        """The evidence the merchant asked for."""
        self.page.get_by_role("textbox", name="说明").fill(text)
        return self.press(self.button("提交佐证"))

    def reveal(self, n: int = 0) -> Self:
        """One card of several, past the warning."""
        self.press(self.button("查看卡密").nth(n))
        return self.press(self.button("查看卡密", within=self.dialog()))
