"""The form of a request or a return; when its way is closed the page itself says why and where to go (R16, R35)."""

from functools import partial
from typing import Any

import reflex as rx

from cardmall import desk, routes
from cardmall.domain.terms import Reason, Refused, Role, Way
from cardmall.domain.topics import order_topic
from cardmall.reads.look import Look
from cardmall.services.case.appeals import appeal
from cardmall.services.case.forms import KIND
from cardmall.states.page import Page
from cardmall.states.session import asking
from cardmall.states.threads import answered
from cardmall.views.approvals import NOTHING as NO_RULE
from cardmall.views.approvals import RuleTold, was_by_rule
from cardmall.views.shopper.cancel import ChoiceView, PieceView, choice_view
from cardmall.views.shopper.order import OrderView, WayView, order_view
from cardmall.views.talk import has_talk

FORMS = {Way.appeal.value, *(way.value for way in KIND)}
NO_WAY = WayView("", False, "", "", "", None, False, 0, 0, 0)


class CancelState(Page, rx.State):
    """`way` is the form shown; `told`: the order changed while it was filled in; `talked`: there is a conversation.
    `rule`: whether it is approved at once (R97).

    Of `most` pieces `count` are chosen before delivery, of the `cards` the `picked` ones after it; `gone`: numbers of
    picked cards that fit no more.
    """

    view: OrderView = OrderView()
    way: str = Way.request.value
    decision: WayView = NO_WAY
    reason_error: str = ""
    text_error: str = ""
    pictures_error: str = ""
    pieces_error: str = ""
    most: int = 0
    count: int = 0
    cards: list[PieceView] = []
    picked: list[str] = []
    gone: str = ""
    talked: bool = False
    rule: RuleTold = NO_RULE
    told: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.way = _way(self.router.url.query_parameters.get("way"))
        self._wrong()
        self._anew()
        self.view, self.told = OrderView(), False
        if actor:
            self._listen(CancelState.refresh, order_topic(self._arg()))
        await self._reload()

    @rx.event
    async def refresh(self) -> None:
        """The order moved while its form is open: what was typed stays."""
        before = self.decision.is_open
        await self._reload()
        self.told = not self.decision.is_open and (self.told or before)

    @rx.event
    async def take(self, way: str) -> None:
        """Go on with the other form, prefilled with what was typed."""
        self.way, self.told = _way(way), False
        self._wrong()
        self._anew()
        await self._reload()

    @rx.event
    async def choose_count(self, count: str) -> None:
        """So many of the pieces that are not delivered; what is no number of them changes nothing."""
        if isinstance(count, str) and count in map(str, range(1, self.most + 1)):
            self.count, self.pieces_error = int(count), ""
            await self._reload()

    @rx.event
    async def choose_card(self, n: int) -> None:
        """Tick the card of this number, or untick it, if it may be chosen."""
        for card in [one.id for one in self.cards if one.n == n]:
            others = [one for one in self.picked if one != card]
            self.picked = others if card in self.picked else [*others, card]
            self.pieces_error = self.gone = ""
            await self._reload()

    @rx.event
    async def submit(self, form: dict[str, Any]) -> Any:
        """{reason, text, pictures, conversation}: opens the case, or says what is wrong beside the field."""
        if self.way == Way.appeal:
            return await self._appeal(form)
        told = {**self._fields(form, "reason", "text", "pictures", ticks=("conversation",)), **self._chosen()}
        sent = await answered(partial(desk.submit_request, asking(self), self._arg(), way=self.way, **told))
        if isinstance(sent, Refused):
            return await self._refused(sent)
        at_once = await self._look(was_by_rule, sent) is True
        said = "approval.sent" if at_once else f"cancel.sent.{self.way}"
        return [self._said(sent, said), rx.redirect(routes.order_url(self._arg()))]

    async def _appeal(self, form: object) -> Any:
        """Nothing of ours can close this way, so there is no attempt to remember."""
        told = self._fields(form, "reason", "text", "pictures", ticks=("conversation",))
        cards = self._chosen()["cards"]
        sent = await self._act(appeal, self._arg(), **told, cards=cards)
        if isinstance(sent, Refused):
            return await self._refused(sent)
        return [self._said(sent, "cancel.sent.appeal"), rx.redirect(routes.case_url(sent))]

    async def _refused(self, refused: Refused) -> rx.event.EventSpec | None:
        """A wrong field is told beside it; anything else is told aloud, too."""
        self._point_at(refused)
        self.told = refused.reason is not Reason.invalid
        await self._reload()
        return self._said(refused, "") if self.told else None

    async def _reload(self) -> None:
        """A card that went meanwhile is named, the rest of the choice stays."""
        chosen = {"count": min(self.count, self.most), "picked": self.picked if self.cards else None}
        nothing, way = (OrderView(), False, None), Way(self.way)
        seen = await self._show(nothing, _whole, self._arg(), way=way, chosen=chosen)
        self.view, self.talked, found = seen
        if found is None:
            self.decision, self.rule = NO_WAY, NO_RULE
            return
        self.decision, self.cards, self.picked = found.way or NO_WAY, found.cards, found.picked
        self.rule = found.rule
        self.most, self.count = found.most, found.way.pieces if found.way else 0
        self.gone = ", ".join(map(str, found.gone)) or self.gone

    def _anew(self) -> None:
        """Everything that fits is chosen."""
        self.most, self.count, self.cards, self.picked, self.gone = 0, 0, [], [], ""

    def _chosen(self) -> dict[str, Any]:
        """The choice as the page showed it; where there was none, all that fits."""
        if self.most < 2:
            return {"pieces": None, "cards": None}
        return {"pieces": None if self.cards else self.count, "cards": list(self.picked) if self.cards else None}

    def _point_at(self, refused: Refused) -> None:
        """Cards are chosen where pieces are counted."""
        fields = self._wrong(refused)
        self.pieces_error = fields.get("pieces") or fields.get("cards", "")


def _whole(look: Look, no: str, *, way: Way, chosen: dict[str, Any]) -> tuple[OrderView, bool, ChoiceView | None]:
    """The order, whether there is a conversation to attach, and what can be chosen now, if this person may choose."""
    order = order_view(look, no)
    try:
        choice = choice_view(look, no, way=way, **chosen)
    except Refused:
        choice = None
    return order, has_talk(look, no), choice


def _way(value: object) -> str:
    """A way with a form; anything else is the request."""
    return value if isinstance(value, str) and value in FORMS else Way.request.value
