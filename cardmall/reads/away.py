"""Whether a shop is away, and for how long it may be (R98)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.away import Span, away_days_left, first_counted, opens_again, wrong_return
from cardmall.domain.calendar import day_of
from cardmall.domain.terms import FieldError, OrderStatus, invalid
from cardmall.domain.words import said
from cardmall.models import Away, Order, Product, Shop
from cardmall.reads.keys import read_day
from cardmall.reads.locks import sharing
from cardmall.reads.look import Look

_WAITING = (OrderStatus.pending_payment, OrderStatus.awaiting_delivery)


@dataclass(frozen=True)
class AwayPlan:
    """A shop that may be away: until `until`, when `day` begins, for `days` with today; `note` for its buyers."""

    day: date
    until: datetime
    days: int
    note: str


def is_away(now: datetime) -> sa.ColumnElement[bool]:
    """Joins a shop, from outside, with the time it is away at `now`; there is none while it takes orders."""
    return sa.and_(col(Away.shop_id) == col(Shop.id), *_at(now))


def away_now(session: Session, shop_id: int, now: datetime) -> Away | None:
    """The time a shop is away at `now`."""
    return session.exec(select(Away).where(Away.shop_id == shop_id, *_at(now))).first()


def _at(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of a time away: it has begun, and is not over."""
    return col(Away.since) <= now, col(Away.until) > now


def shop_told(look: Look, order: Order) -> tuple[str, datetime | None]:
    """The web address of the shop of an order that waits for payment or delivery, "" of any other, and when that shop
    takes new ones again, None: it does."""
    if order.status not in _WAITING:
        return "", None
    wanted = select(Shop.slug, Away.until).select_from(Shop).outerjoin(Away, is_away(look.now))
    return look.session.exec(wanted.where(Shop.id == order.shop_id)).one()


def times_away(session: Session, shop_id: int, now: datetime) -> Sequence[Span]:
    """The times a shop was away that count beside a new one; of one it is in, as long as that is to last."""
    since = first_counted(day_of(now))
    wanted = select(Away.since, Away.until).where(Away.shop_id == shop_id, col(Away.until) >= since)
    return session.exec(wanted).all()


def planned_away(session: Session, shop_id: int, now: datetime, day: object, note: object) -> AwayPlan:
    """What a form asks for. Refused beside its fields: the day of return, a note too long."""
    today, words, back = day_of(now), said(note), read_day(day)
    left = away_days_left(times_away(session, shop_id, now), today)
    wrong = {"day": wrong_return(back, today, left)}
    wrong["note"] = FieldError.too_long if len(words) > limits.AWAY_NOTE else None
    if back is None or any(wrong.values()):
        raise invalid(**{name: error for name, error in wrong.items() if error})
    return AwayPlan(back, opens_again(back), (back - today).days, words)


def hold_shop_of(session: Session, slug: object) -> None:
    """Lock the shop of a product against going away until this transaction ends. Orders do not wait for one another,
    nor for what else is done under the lock of a shop."""
    its = sa.select(col(Product.shop_id)).where(col(Product.slug) == str(slug)).scalar_subquery()
    session.exec(sharing(select(Shop.id).where(col(Shop.id) == its))).first()
