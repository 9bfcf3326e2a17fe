"""The demo page: the only way a story moves time."""

from playwright.sync_api import Page, expect

from tests.e2e.pages.person import Person


class Clock(Person):
    """Whoever holds the clock; anybody may in demo mode."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.visit("/demo")

    def five_minutes(self) -> None:
        self._move("+5 分钟")

    def a_day(self) -> None:
        self._move("+1 天")

    def _move(self, name: str) -> None:
        """The page tells the new time once the clock has moved."""
        shown = self.page.get_by_test_id("demo-now")
        before = shown.inner_text()
        self.press(self.button(name))
        expect(shown).not_to_have_text(before)
