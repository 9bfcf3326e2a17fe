"""主动退款: the form says what it would do, then one press does it (R96)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.gifts import GiftEffect, GiftOf
from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import order_topic
from cardmall.services.case.gifts import give_unasked
from cardmall.states.page import Page
from cardmall.views.merchant.refund import GiftPage, gift_effect, gift_page

_FIELDS = ("of", "pieces", "amount", "reason", "text")


class MerchantRefundState(Page, rx.State):
    """`of`: what is given back, as the form shows it. `effect` is shown while `asking`; its yes does what was seen."""

    view: GiftPage = GiftPage()
    of: str = ""
    effect: GiftEffect = GiftEffect()
    asking: bool = False
    of_error: str = ""
    pieces_error: str = ""
    cards_error: str = ""
    amount_error: str = ""
    reason_error: str = ""
    text_error: str = ""
    _typed: dict[str, Any] = {}

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.loaded = False
        if not await self._stood():
            self.view, self.of = GiftPage(), ""
            self._wrong()
            self._forget()
        if actor:
            self._listen(MerchantRefundState.refresh, order_topic(self._arg()))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The order moved: what was typed stays, what was asked is asked anew."""
        before, self.view = self.view, await self._show(GiftPage(), gift_page, self._arg())
        if _stand(before) != _stand(self.view):
            self._forget()
        if self.of not in _kinds(self.view):
            self.of = _kinds(self.view)[0]

    @rx.event
    def choose(self, of: str) -> None:
        """Give back pieces, or an amount; what is neither changes nothing."""
        if of in _kinds(self.view):
            self.of = of

    @rx.event
    async def check(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{of, pieces, card-1…, amount, reason, text}: shows what the press would do, or what is wrong."""
        boxes = {f"card-{one.n}": one.card for one in self.view.pieces}
        told = self._fields(form, *_FIELDS, ticks=tuple(boxes))
        typed: dict[str, Any] = {name: told[name] for name in _FIELDS}
        typed["cards"] = [card for box, card in boxes.items() if told[box]]
        found = await self._look(gift_effect, self._arg(), typed)
        self._forget()
        if self._wrong(found):
            return None
        if isinstance(found, Refused):
            await self.refresh()
            return self._said(found, "")
        self.effect, self.asking, self._typed = found, True, typed
        return None

    @rx.event
    async def give(self) -> Any:
        """The yes: money goes back as it was shown; the second half of a double click finds no question."""
        if not self.asking:
            return None
        typed, seen = self._typed, self.effect.mark
        self._forget()
        result = await self._act(give_unasked, self._arg(), typed, seen=seen)
        self._wrong(result)
        if isinstance(result, Refused):
            await self.refresh()
            return self._said(result, "")
        return [self._said(result, "gift.done"), rx.redirect(routes.merchant_order_url(self._arg()))]

    @rx.event
    def leave(self) -> None:
        """Close the question; nothing was done."""
        self._forget()

    def _forget(self) -> None:
        self.effect, self.asking, self._typed = GiftEffect(), False, {}


def _stand(view: GiftPage) -> tuple[Any, ...]:
    """What a question is about: it is asked anew when this is another."""
    cards = [(one.card, one.status) for one in view.pieces]
    return view.most, view.delivered, view.left, view.why, view.transfer, cards


def _kinds(view: GiftPage) -> tuple[str, str]:
    return (GiftOf.cards if view.delivered else GiftOf.pieces).value, GiftOf.amount.value
