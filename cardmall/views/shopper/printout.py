"""One order on paper: facts, what happened, what was said, what each case was about (R34)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from cardmall.models import Case
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.views.shopper.case import CaseView, RoundView, case_view, rounds_of
from cardmall.views.shopper.order import OrderView, order_view
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
    order = order_for(look, no)
    role = require(look.who).role
    cases = look.session.exec(select(Case).where(Case.order_id == order.id).order_by(col(Case.id))).all()
    return Printout(
        order=order_view(look, order.no),
        talk=conversation_view(look, order.no),
        sheets=[CaseSheet(case_view(case, role, look.now), rounds_of(look.session, case)) for case in cases],
        printed_at=look.now,
    )
