"""What waits beside the appeals on the first page of the admins."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import CaseStatus, Role
from cardmall.domain.verbs import Verb
from cardmall.models import Case, Event, Order, Shop, SupportThread
from cardmall.reads.desks import ABNORMAL, ASKED
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class DeskRow:
    """An order that waits for an admin: why, since when."""

    order_no: str
    case_no: str
    product: str
    shop: str
    why: str
    since: datetime


def desk(look: Look) -> list[DeskRow]:
    """What waits for an admin, oldest first: overdue cases, flagged orders, unanswered threads."""
    require(look.who, Role.admin)
    rows = [*_overdue(look.session), *_abnormal(look.session), *_unanswered(look.session)]
    return sorted(rows, key=lambda row: row.since)[: limits.LIST_SIZE]


def _overdue(session: Session) -> list[DeskRow]:
    """Since the deadline was missed; the case's own deadline is by then the end of the grace."""
    wanted = select(col(Event.at), Case, Order, Shop.name).select_from(Case)
    wanted = wanted.join(Event, col(Event.case_id) == Case.id)
    wanted = wanted.join(Order, col(Order.id) == Case.order_id).join(Shop, col(Shop.id) == Case.shop_id)
    wanted = wanted.where(Case.status == CaseStatus.overdue, Event.verb == Verb.case_overdue)
    found = session.exec(wanted.order_by(col(Event.at)).limit(limits.LIST_SIZE))
    return [DeskRow(o.no, c.no, o.product_name, shop, "overdue", at) for at, c, o, shop in found]


def _abnormal(session: Session) -> list[DeskRow]:
    wanted = select(Order, Shop.name).join(Shop, col(Shop.id) == Order.shop_id).where(ABNORMAL)
    return [
        DeskRow(o.no, "", o.product_name, shop, o.abnormal.value if o.abnormal else "", o.deliver_at or o.created_at)
        for o, shop in session.exec(wanted.order_by(col(Order.id)).limit(limits.LIST_SIZE))
    ]


def _unanswered(session: Session) -> list[DeskRow]:
    since = col(SupportThread.waiting_since)
    wanted = select(since, Order, Shop.name).join(Order, col(Order.id) == SupportThread.order_id)
    wanted = wanted.join(Shop, col(Shop.id) == Order.shop_id).where(ASKED)
    found = session.exec(wanted.order_by(since, col(SupportThread.order_id)).limit(limits.LIST_SIZE))
    return [DeskRow(o.no, "", o.product_name, shop, "support", at) for at, o, shop in found if at]
