"""One case on the merchant's desk: every answer a merchant has, each with what it needs (R50, R51, R54)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.codes import all_lines
from cardmall.domain.terms import Role, WrongLine
from cardmall.domain.topics import shop_topic
from cardmall.services.case.answers import approve_case, ask_shopper, concede_case, make_offer, reject_case
from cardmall.services.case.appeals import respond
from cardmall.services.case.partials import accept_partial, decline_partial
from cardmall.states.page import errors_of, wrong_lines_of
from cardmall.states.questions import Questions
from cardmall.states.talk import Talking
from cardmall.views.merchant.case import ShopCase, shop_case


@dataclass(frozen=True)
class AnswerErrors:
    """FieldErrors of the form sent last, "" where all is well."""

    reject_reason: str = ""
    reject_text: str = ""
    reject_pictures: str = ""
    ask_text: str = ""
    offer_kind: str = ""
    offer_amount: str = ""
    offer_text: str = ""
    offer_codes: str = ""
    respond_text: str = ""
    respond_pictures: str = ""


class MerchantCaseState(Talking, Questions, rx.State):
    """`question`: the answer that waits for its yes. Typed text lives in the page, so it stays when something is wrong;
    a replacement's codes pass through a handler and are never kept here."""

    QUESTIONS: ClassVar = ("approve", "concede", "accept", "decline")
    view: ShopCase = ShopCase()
    wrong: AnswerErrors = AnswerErrors()
    wrong_lines: list[WrongLine] = []  # of the codes of a replacement

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.view, self.question, self.loaded = ShopCase(), "", False
        self.wrong, self.wrong_lines = AnswerErrors(), []
        await self._begin_talk()
        if actor:
            self._listen(MerchantCaseState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop, or the clock moved."""
        self.view = await self._show_talking(ShopCase(), shop_case)

    @rx.event
    async def approve(self) -> rx.event.EventSpec | None:
        """The yes of the dialog."""
        return await self._answer("merchant.approved", "", approve_case)

    @rx.event
    async def concede(self) -> rx.event.EventSpec | None:
        """The yes of the dialog, before the platform rules."""
        return await self._answer("answer.conceded", "", concede_case)

    @rx.event
    async def accept(self) -> rx.event.EventSpec | None:
        """The yes of the dialog: the partial refund the shopper asked for."""
        return await self._answer("answer.partial_accepted", "", accept_partial)

    @rx.event
    async def decline(self) -> rx.event.EventSpec | None:
        """The yes of the dialog: the rejection stands."""
        return await self._answer("answer.partial_declined", "", decline_partial)

    @rx.event
    async def respond(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text, pictures}: the merchant's side of an appeal."""
        return await self._answer(
            "answer.responded", "respond", respond, side=Role.merchant, **self._fields(form, "text", "pictures")
        )

    @rx.event
    async def reject(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{reason, text, pictures}: what is wrong is said beside its field."""
        typed = self._fields(form, "reason", "text", "pictures")
        return await self._answer("merchant.rejected", "reject", reject_case, **typed)

    @rx.event
    async def ask_shopper(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text}: the shopper has 48 hours."""
        typed = self._fields(form, "text")
        return await self._answer("answer.asked", "ask", ask_shopper, **typed)

    @rx.event
    async def make_offer(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{kind, amount, text, codes}: the amount in yuan; one code a line."""
        typed, codes = self._fields(form, "kind", "amount", "text"), all_lines(self._field(form, "codes"))
        more = {"codes": codes}
        return await self._answer("answer.offered", "offer", make_offer, **typed, **more)

    async def _answer(
        self, done: str, form: str, use_case: Callable[..., None], **kw: Any
    ) -> rx.event.EventSpec | None:
        """One answer to this case: what is wrong goes beside the fields of `form`, anything else is said."""
        result = await self._act(use_case, self._arg(), **kw)
        fields = errors_of(result)
        beside = {f"{form}_{name}": error for name, error in fields.items() if hasattr(AnswerErrors, f"{form}_{name}")}
        self.wrong, self.wrong_lines, self.question = AnswerErrors(**beside), wrong_lines_of(result), ""
        await self.refresh()
        return None if beside else self._said(result, done)
