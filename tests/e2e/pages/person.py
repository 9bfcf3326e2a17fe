"""A person with a browser: signs in, counts what they do (R70), reads what they see."""

import re
from dataclasses import dataclass
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

PASSWORD = "cardmall-demo"
NO = re.compile(r"CM\d{14}")


@dataclass
class Person:
    """`actions` counts clicks, keys, choices and page loads since the last rest()."""

    page: Page
    actions: int = 0

    def sign_in(self, name: str) -> Self:
        """Over plain HTTP, as the native form does."""
        form: dict[str, Any] = {"identifier": f"{name}@cardmall.test", "password": PASSWORD}
        self.page.request.post("/auth/sign-in", form=form, fail_on_status_code=True)
        return self

    def rest(self) -> Self:
        self.actions = 0
        return self

    def visit(self, path: str) -> Self:
        self.actions += 1
        self.page.goto(path)
        expect(self.page.locator("main")).to_be_visible()
        return self

    def reload(self) -> Self:
        self.actions += 1
        self.page.reload()
        return self

    def press(self, what: Locator) -> Self:
        self.actions += 1
        what.click()
        return self

    def choose(self, what: Locator) -> Self:
        """A radio or checkbox, by the label around it as a person would."""
        self.actions += 1
        what.locator("xpath=ancestor::label[1]").click()
        expect(what).to_be_checked()
        return self

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=name)

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator("[data-sonner-toast]").filter(has_text=text).first

    def dialog(self) -> Locator:
        """The open native dialog."""
        return self.page.locator("dialog[open]")

    def say_yes(self, question: str | re.Pattern[str], answer: str | re.Pattern[str]) -> Self:
        """A press that asks first."""
        self.press(self.button(question).first)
        return self.press(self.button(answer, within=self.dialog()))

    def sees(self, *texts: str | re.Pattern[str]) -> Self:
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).first).to_be_visible()
        return self

    def order_no(self) -> str:
        """The order number in this page's address."""
        found = NO.search(self.page.url)
        assert found, self.page.url
        return found.group()
