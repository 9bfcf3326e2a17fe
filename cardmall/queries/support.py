"""Support threads about one order, and what admins should look at (R62)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Actor, CaseStatus, Role
from cardmall.models import Case, Order, Shop, SupportMessage
from cardmall.queries.doors import order_for
from cardmall.queries.people import require


@dataclass(frozen=True)
class MessageView:
    by_admin: bool
    at: datetime
    text: str


@dataclass(frozen=True)
class SupportThread:
    """One order's talk with support, oldest first."""

    order_no: str = ""
    product: str = ""
    status: str = ""
    messages: list[MessageView] = field(default_factory=list)


@dataclass(frozen=True)
class DeskRow:
    """An order that waits for an admin: why, since when."""

    order_no: str
    case_no: str
    product: str
    shop: str
    why: str
    since: datetime


def support_thread(session: Session, actor: Actor | None, no: object) -> SupportThread:
    """The thread of an order: its shopper and admins only."""
    order = order_for(session, actor, no, Role.shopper, Role.admin)
    wanted = select(SupportMessage).where(SupportMessage.order_id == order.id).order_by(col(SupportMessage.id))
    messages = [MessageView(m.by_admin, m.at, m.text) for m in session.exec(wanted.limit(limits.LIST_SIZE)).all()]
    return SupportThread(order.no, order.product_name, order.status.value, messages)


def desk(session: Session, actor: Actor | None) -> list[DeskRow]:
    """What waits for an admin, oldest first: overdue cases, flagged orders, unanswered threads."""
    require(actor, Role.admin)
    rows = [*_overdue(session), *_abnormal(session), *_unanswered(session)]
    return sorted(rows, key=lambda row: row.since)[: limits.LIST_SIZE]


def _overdue(session: Session) -> list[DeskRow]:
    wanted = select(Case, Order, Shop.name).join(Order, col(Order.id) == Case.order_id)
    wanted = wanted.join(Shop, col(Shop.id) == Case.shop_id).where(Case.status == CaseStatus.overdue)
    found = session.exec(wanted.order_by(col(Case.deadline)).limit(limits.LIST_SIZE))
    return [DeskRow(o.no, c.no, o.product_name, shop, "overdue", c.deadline) for c, o, shop in found]


def _abnormal(session: Session) -> list[DeskRow]:
    wanted = select(Order, Shop.name).join(Shop, col(Shop.id) == Order.shop_id).where(col(Order.abnormal).is_not(None))
    return [
        DeskRow(o.no, "", o.product_name, shop, o.abnormal.value if o.abnormal else "", o.deliver_at or o.created_at)
        for o, shop in session.exec(wanted.order_by(col(Order.id)).limit(limits.LIST_SIZE))
    ]


def _unanswered(session: Session) -> list[DeskRow]:
    last = sa.select(sa.func.max(col(SupportMessage.id))).group_by(col(SupportMessage.order_id))
    wanted: Any = select(SupportMessage, Order, Shop.name).select_from(SupportMessage)
    wanted = wanted.join(Order, col(Order.id) == SupportMessage.order_id).join(Shop, col(Shop.id) == Order.shop_id)
    wanted = wanted.where(col(SupportMessage.id).in_(last), col(SupportMessage.by_admin).is_(False))
    found = session.exec(wanted.order_by(col(SupportMessage.id)).limit(limits.LIST_SIZE))
    return [DeskRow(o.no, "", o.product_name, shop, "support", m.at) for m, o, shop in found]
