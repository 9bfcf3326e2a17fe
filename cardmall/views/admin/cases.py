"""Cases as a line each, wherever admins look at a shop or a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.models import Case, Order
from cardmall.reads.searching import aside


@dataclass(frozen=True)
class CaseLine:
    """`amount` in fen asked for; `opened_at` aware UTC."""

    no: str
    kind: str
    reason: str
    status: str
    product: str
    amount: int
    opened_at: datetime


def case_lines(session: Session, *where: Any) -> list[CaseLine]:
    """The newest PAGE_SIZE cases that fit `where`, which leaves few: they are sorted, not looked for by number."""
    columns = (*(col(Case.no), col(Case.kind), col(Case.reason), col(Case.status)), col(Order.product_name))
    wanted = sa.select(*columns, col(Case.amount), col(Case.opened_at)).join(Order, col(Order.id) == Case.order_id)
    newest = wanted.where(*where).order_by(aside(col(Case.id)).desc()).limit(limits.PAGE_SIZE)
    return [
        CaseLine(no, kind.value, reason.value, status.value, product, amount, at)
        for no, kind, reason, status, product, amount, at in session.connection().execute(newest)
    ]
