"""The demo page: the only way a story moves time."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.person import Person


class Clock(Person):
    """Whoever holds the clock; anybody may in demo mode."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.visit("/demo")

    def five_minutes(self) -> None:
        self._move("+5 分钟", timedelta(minutes=5))

    def a_day(self) -> None:
        self._move("+1 天", timedelta(days=1))

    def past(self, moment: datetime) -> None:
        """By whole days until the moment is over: less than a day beyond it."""
        while self._shown() <= moment.replace(tzinfo=None) + timedelta(seconds=1):
            self.a_day()

    def spoil(self, call: str, how: str) -> None:
        """The channel's next call of this kind goes wrong."""
        self.choose(self.page.get_by_role("radio", name=call, exact=True))
        self.press(self.button(how))
        expect(self.page.locator("[data-sonner-toast]").filter(has_text="会出错").first).to_be_visible()

    def _move(self, name: str, step: timedelta) -> None:
        """Pressed, and the page's running clock tells the new time."""
        act = self.button(name)
        expect(act).to_be_enabled()
        before = self._shown()
        self.press(act)
        for _ in range(300):
            if self._shown() - before >= step:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the clock did not move by {step}")

    def _face(self) -> Locator:
        return self.page.locator("main time").filter(has_text=re.compile(r"^\d{4}(-\d\d){2} \d\d(:\d\d){2}$"))

    def _shown(self) -> datetime:
        """Shanghai time as the page shows it."""
        return datetime.strptime(self._face().inner_text(), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - only compared
