"""A form with what a shop asks its buyers for (R86): at checkout, and on the page of the order."""

from cardmall.domain.buyer_answers import ANSWERS
from cardmall.states.page import Page


class Answering(Page, mixin=True):
    """`answers_wrong`: what is wrong with each answer, by the names of the form; "" where all is well."""

    answers_wrong: dict[str, str] = dict.fromkeys(ANSWERS, "")

    def _answers(self, form: object) -> dict[str, str]:
        return self._fields(form, *ANSWERS)

    def _wrong(self, result: object = None, *names: str) -> dict[str, str]:
        """As on any page, and beside the answers."""
        fields = super()._wrong(result, *names)
        self.answers_wrong = {name: fields.get(name, "") for name in ANSWERS}
        return fields
