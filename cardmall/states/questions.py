"""An act that cannot be taken back asks first: one open dialog a page, its yes is a handler of the page."""

from typing import ClassVar

import reflex as rx


class Questions(rx.State, mixin=True):
    """`question`: the act that waits for its yes, "" = none; `QUESTIONS`: those of the page."""

    QUESTIONS: ClassVar[tuple[str, ...]] = ()
    question: str = ""

    @rx.event
    def ask(self, question: str) -> None:
        """Open the dialog of an act that cannot be taken back."""
        self.question = question if question in self.QUESTIONS else ""
        self._opened()

    def _opened(self) -> None:
        """A question opened: its yes is about what the page shows now, whatever it shows by then."""

    @rx.event
    def close(self) -> None:
        self.question = ""
