"""A person without a mouse: Tab, Shift+Tab, Enter, Space, arrows and typing; the focus is seen wherever it stands."""

import re
from dataclasses import dataclass
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.person import NO, PASSWORD
from tests.patience import until

MOST = 200  # steps of Tab from one end of a page to the other
HELD = "one => one === document.activeElement"
IN_PAGE = "document.activeElement !== document.body && !!document.activeElement.closest('main')"
# A ring around the control itself, or around what is drawn for it: the label of a chip or a card.
SEEN = """one => {
  const ring = (el) => getComputedStyle(el);
  const ringed = (el) => el && ring(el).outlineStyle !== "none" && ring(el).outlineWidth !== "0px";
  const label = one.closest("label");
  return one.matches(":focus-visible") && [one, one.nextElementSibling, label].some(ringed);
}"""


@dataclass
class Keyboard:
    page: Page

    def sign_in(self, name: str) -> Self:
        form: dict[str, Any] = {"identifier": f"{name}@cardmall.test", "password": PASSWORD}
        self.page.request.post("/auth/sign-in", form=form, fail_on_status_code=True)
        return self

    def open(self, path: str) -> Self:
        """Type an address; go on once the page answers to keys."""
        self.page.goto(path)
        return self.is_live()

    def is_live(self) -> Self:
        """The page answers to keys, and what it shows is there."""
        until(lambda: self.page.evaluate("window.__live === true"), "the page never came to life")
        expect(self.page.locator("main h1:not([data-loading])").first).to_be_attached()
        return self

    def key(self, *names: str) -> Self:
        for name in names:
            self.page.keyboard.press(name)
        return self

    def to(self, what: Locator, step: str = "Tab") -> Self:
        """Step on until `what` has the focus, which must be seen there."""
        expect(what).to_be_attached()
        for _ in range(MOST):
            if what.evaluate(HELD):
                break
            self.key(step)
        expect(what).to_be_focused()
        assert what.evaluate(SEEN), f"nobody sees the focus at {what}"
        return self

    def press(self, what: Locator, key: str = "Enter") -> Self:
        """A button or a link."""
        return self.to(what).key(key)

    def choose(self, option: Locator, group: Locator) -> Self:
        """One radio of its group: Tab to the group, arrows to the option, Space."""
        radios = group.get_by_role("radio")
        expect(option).to_be_attached()
        for _ in range(MOST):
            if radios.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.key("Tab")
        self.key("Space")
        for _ in range(radios.count()):
            if option.is_checked():
                break
            self.key("ArrowDown")
        expect(option).to_be_checked()
        assert option.evaluate(SEEN)
        return self

    def write(self, box: Locator, text: str) -> Self:
        self.to(box).page.keyboard.type(text)
        expect(box).to_have_value(text)
        return self

    def say_yes(self, words: str | re.Pattern[str]) -> Self:
        """In the dialog that stands open and holds the focus."""
        box = self.page.locator("dialog[open]")
        expect(box).to_be_visible()
        assert box.evaluate("box => box.contains(document.activeElement)"), "the dialog does not hold the focus"
        return self.press(box.get_by_role("button", name=words))

    def lands(self) -> Self:
        """After an act the focus is somewhere in the page, never lost."""
        until(lambda: self.page.evaluate(IN_PAGE), "the focus is lost")
        return self

    def order_no(self) -> str:
        found = NO.search(self.page.url)
        assert found, self.page.url
        return found.group()
