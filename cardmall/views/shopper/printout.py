"""One order on paper: facts, what happened, what was said, what each case was about (R34)."""

from dataclasses import dataclass, field
from datetime import datetime

from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.whole import whole_order
from cardmall.views.shopper.case import CaseView, RoundView, case_view, rounds_of_many
from cardmall.views.shopper.order import OrderView, view_of
from cardmall.views.talk import TalkView, conversation_view


@dataclass(frozen=True)
class CaseSheet:
    """One case with everything both sides handed in, oldest first."""

    case: CaseView
    rounds: list[RoundView] = field(default_factory=list)


@dataclass(frozen=True)
class Printout:
    """The order as this person may keep it; no code of a card is in it. `printed_at`: as things stood then."""

    order: OrderView = field(default_factory=OrderView)
    talk: TalkView = field(default_factory=TalkView)
    sheets: list[CaseSheet] = field(default_factory=list)
    printed_at: datetime | None = None


def printout(look: Look, no: object) -> Printout:
    """For the order's shopper, its shop and admins."""
    whole, viewer = whole_order(look, order_for(look, no)), require(look.who)
    rounds = rounds_of_many(look.session, whole.cases)
    return Printout(
        order=view_of(look, whole),
        talk=conversation_view(look, no),
        sheets=[CaseSheet(case_view(case, viewer.role, look.now), rounds[case.id or 0]) for case in whole.cases],
        printed_at=look.now,
    )
