"""What a form may choose from: how many pieces, or which cards; and what would come back for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cardmall.domain.refunds import RefundPreview
from cardmall.domain.rules.ways import Decision, Facts, decide_pieces, decide_since
from cardmall.domain.terms import CaseKind, Reason, Refused, Role, Way
from cardmall.reads.attempts import stopped_beside
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.pieces import fitting_of
from cardmall.reads.whole import WholeOrder, whole_order
from cardmall.views.approvals import NOTHING, RuleTold, told_of_order
from cardmall.views.shopper.order import WayView, way_view

_KINDS = {Way.request: CaseKind.cancel, Way.return_: CaseKind.return_, Way.appeal: CaseKind.fault}
_ANSWERED = (Reason.rejected, Reason.merchant_silent)  # an appeal of a case keeps the pieces of that case


@dataclass(frozen=True)
class PieceView:
    """A card as the order page numbers it, without its code."""

    id: str
    n: int
    status: str
    revealed_at: datetime | None


@dataclass(frozen=True)
class ChoiceView:
    """`most` pieces fit, 0 when there is nothing to choose. Delivered: `cards` are those that fit, `picked` the chosen.

    `gone`: numbers of chosen cards that fit no more. `way`: the decision about what is chosen; `rule`: whether it is
    approved at once (R97).
    """

    most: int = 0
    cards: list[PieceView] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    way: WayView | None = None
    rule: RuleTold = NOTHING


def choice_view(look: Look, no: object, *, way: Way, count: int = 0, picked: Sequence[str] | None = None) -> ChoiceView:
    """For the order's shopper: `count` pieces before delivery (0: all), the `picked` cards after it (None: all)."""
    whole = whole_order(look, order_for(look, no, Role.shopper))
    facts, stopped = whole.facts, stopped_beside(look.session, whole.order, whole.cases, now=look.now).get(way)
    decision = decide_since(stopped.at if stopped else look.now, way, facts, look.now)
    shown = decision.preview
    if not decision.is_open or shown is None or decision.reason in _ANSWERED:
        return ChoiceView(way=way_view(decision, look, whole))
    cards, gone = _cards(whole, way, picked, look.now)
    kept = [c.id for c in cards if picked is None or c.id in picked]
    chosen = len(kept) if cards else count or shown.pieces
    about = way_view(_about(decision, facts, chosen, kept), look, whole)
    return ChoiceView(
        most=len(cards) or shown.pieces,
        cards=cards,
        picked=kept,
        gone=gone,
        way=about,
        rule=told_of_order(look, whole.order, about.amount) if way is Way.request else NOTHING,
    )


def _cards(
    whole: WholeOrder, way: Way, picked: Sequence[str] | None, now: datetime
) -> tuple[list[PieceView], list[int]]:
    """The cards that fit, and the numbers of chosen ones that do not any more."""
    fit = fitting_of(whole.given, whole.cases, _KINDS[way], whole.facts, now)
    cards = [PieceView(c.id, n, c.status.value, c.revealed_at) for n, c in enumerate(whole.given, 1)]
    return [c for c in cards if c.id in fit], [c.n for c in cards if c.id in (picked or ()) and c.id not in fit]


def _about(decision: Decision, facts: Facts, count: int, cards: Sequence[str]) -> Decision:
    """No card chosen: nothing would come back. More than there are: all. `cards`: those chosen, after delivery."""
    shown = decision.preview
    nothing = replace(decision, preview=RefundPreview(0, 0, 0, 0))
    if count == 0 or shown is None:
        return nothing
    try:
        return decide_pieces(decision, facts, min(count, shown.pieces), cards)
    except Refused:  # all of it was given back before
        return nothing
