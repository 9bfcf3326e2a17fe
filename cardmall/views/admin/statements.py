"""What was checked against the channel's statements, and what is still open."""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.repairs import Repair
from cardmall.domain.terms import Role
from cardmall.models import Mismatch, Order, Statement
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.statements import proposed_repairs


@dataclass(frozen=True)
class MismatchRow:
    """One open difference with its order, if it has one; sums in fen."""

    id: int
    day: date | None
    movement: str
    number: str
    difference: str
    repair: str
    told: int
    ours: int
    order_no: str = ""
    product: str = ""


@dataclass(frozen=True)
class StatementsView:
    """The last day checked, and everything open; `open`: how many."""

    day: date | None = None
    checked_at: datetime | None = None
    lines: int = 0
    captured: int = 0
    refunded: int = 0
    open: int = 0
    rows: list[MismatchRow] = field(default_factory=list)


def statements_view(look: Look) -> StatementsView:
    """Refused: nobody but an admin. At most LIST_SIZE rows, oldest first."""
    require(look.who, Role.admin)
    last = look.session.exec(select(Statement).order_by(col(Statement.day).desc()).limit(1)).first()
    still = col(Mismatch.closed_at).is_(None)
    wanted = select(Mismatch, Order).outerjoin(Order, col(Order.id) == Mismatch.order_id).where(still)
    found = look.session.exec(wanted.order_by(col(Mismatch.day), col(Mismatch.id)).limit(limits.LIST_SIZE)).all()
    count = look.session.exec(select(sa.func.count()).select_from(Mismatch).where(still)).one()
    repairs = proposed_repairs(look.session, [one for one, _ in found])
    rows = [_row(one, order, repairs[one.number]) for one, order in found]
    if last is None:
        return StatementsView(open=count, rows=rows)
    return StatementsView(last.day, last.checked_at, last.lines, last.captured, last.refunded, count, rows)


def _row(one: Mismatch, order: Order | None, repair: Repair) -> MismatchRow:
    return MismatchRow(
        id=one.id or 0,
        day=one.day,
        movement=one.movement.value,
        number=one.number,
        difference=one.difference.value,
        repair=repair.value,
        told=one.told,
        ours=one.ours,
        order_no=order.no if order else "",
        product=order.product_name if order else "",
    )
