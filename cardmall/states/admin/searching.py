"""A search of an admin is told to the audit before its result is shown (R78)."""

from cardmall.domain.terms import Refused
from cardmall.services.account.finding import note_search
from cardmall.states.page import Page


class Searching(Page, mixin=True):
    """`trouble`: why nothing is searched now, in words. `_told`: what this tab searched last, which the audit knows."""

    trouble: str = ""
    _told: dict[str, str] = {}

    async def _note(self, asked: dict[str, str], *texts: str, shop: str = "") -> bool:
        """Tell the audit of a search that is new, one event for each of `texts`; further pages of it tell nothing.
        False: refused, with the page's trouble set; nothing may be shown."""
        self.trouble = ""
        if asked and asked != self._told:
            results = [await self._act(note_search, text, shop=shop) for text in texts]
            refused = next((one for one in results if isinstance(one, Refused)), None)
            self._told = {} if refused else asked
            if refused:
                self.trouble = self._why(refused)
                self._note_looked(missing=refused.at is None)  # who searches too often hears when it opens
        return not self.trouble
