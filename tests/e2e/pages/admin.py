"""An admin at the desk."""

import re
from typing import Self

from playwright.sync_api import expect

from tests.e2e.pages.person import Person

RULINGS = {"rule_shopper": "支持买家", "rule_split": "部分退款", "rule_merchant": "支持商家"}


class Admin(Person):
    def open_case(self, case_no: str) -> Self:
        self.visit(f"/admin/cases/{case_no}")
        expect(self.page.locator("main").get_by_text(case_no).first).to_be_visible()
        return self

    def rule(self, ruling: str, ground: str, amount: str = "") -> Self:
        """One choice, its ground, one yes."""
        self.choose(self.page.get_by_role("radio", name=re.compile(RULINGS[ruling])))
        if amount:
            self.page.get_by_role("textbox", name="退给买家的金额").fill(amount)
        self.page.get_by_role("textbox", name="裁决理由").fill(ground)
        self.press(self.button("作出裁决"))
        return self.press(self.button("作出裁决", within=self.dialog()))

    def disable(self, what: str, name: str, reason: str = "多次逾期不发货") -> Self:
        """`what`: shops or people; the question, its reason, its yes."""
        return self._change(what, "停用", name, reason)

    def enable(self, what: str, name: str, reason: str = "已整改") -> Self:
        return self._change(what, "启用", name, reason)

    def _change(self, what: str, act: str, name: str, reason: str) -> Self:
        self.visit(f"/admin/{what}")
        self.press(self.button(f"{act} {name}"))
        self.dialog().get_by_role("textbox", name="原因").fill(reason)
        self.press(self.button(act, within=self.dialog()))
        other = {"停用": "启用", "启用": "停用"}[act]
        expect(self.button(f"{other} {name}")).to_be_visible()
        return self
