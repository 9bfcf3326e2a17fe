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

    def open_case(self, order_no: str) -> Self:
        self.open_queue().press(self.link("驳回", within=self.queue_row(order_no)))
        self.page.wait_for_url(re.compile(r"/merchant/cases/AS"))
        return self

    def reject(self, text: str, reason: str = "其他") -> Self:
        self.choose(self.page.get_by_role("radio", name=reason))
        self.page.get_by_role("textbox", name=re.compile("说明")).fill(text)
        self.press(self.button(re.compile("驳回")))
        return self

    def deliver(self, order_no: str, *codes: str) -> Self:
        self.visit("/merchant/delivery")
        row = self.page.locator("li, tr, details, section").filter(has_text=order_no).last
        self.press(row.locator("summary").first)
        row.get_by_role("textbox").fill("\n".join(codes))
        self.press(self.button(re.compile("发货"), within=row))
        expect(self.page.locator("main").get_by_text(order_no)).to_have_count(0)
        return self
