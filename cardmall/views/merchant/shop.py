"""What concerns a shop as a whole: whether it takes orders, and what goes on while it does not (R98)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain.away import away_days_left, days_used
from cardmall.domain.calendar import day_of
from cardmall.domain.rules.away import AwayAct, AwayFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import OrderStatus, Role
from cardmall.models import Case, Order, Shop
from cardmall.reads.away import away_now, planned_away, times_away
from cardmall.reads.desks import TO_ANSWER
from cardmall.reads.doors import not_found
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class ShopView:
    """`may_set`: who looks may set it away. `away_since` and `back_at`: while it takes no orders; `until_day`: the
    latter as a date; `note`: its words to buyers. `used` days of those that count, `left` from today on; `first` and
    `last` day of return.

    `to_deliver` orders paid, `unpaid` ones, `to_answer` requests: what goes on meanwhile.
    """

    name: str = ""
    may_set: bool = False
    away_since: datetime | None = None
    back_at: datetime | None = None
    until_day: str = ""
    note: str = ""
    used: int = 0
    left: int = 0
    first: str = ""
    last: str = ""
    to_deliver: int = 0
    unpaid: int = 0
    to_answer: int = 0


@dataclass(frozen=True)
class AwayAsked:
    """What an owner is about to set; no `day`: nothing."""

    day: str = ""
    until: datetime | None = None
    days: int = 0
    note: str = ""


def shop_view(look: Look) -> ShopView:
    """The shop of the member who looks."""
    member = require(look.who, Role.merchant)
    shop = look.session.get(Shop, member.shop_id)
    if shop is None or shop.id is None:
        raise not_found()
    away, today = away_now(look.session, shop.id, look.now), day_of(look.now)
    spans = times_away(look.session, shop.id, look.now)
    left = away_days_left(spans, today)
    to_deliver, unpaid, to_answer = _going_on(look.session, shop.id)
    return ShopView(
        name=shop.name,
        may_set=may(AwayAct.return_, standing(member), AwayFacts(), look.now).is_open,
        away_since=away.since if away else None,
        back_at=away.until if away else None,
        until_day=day_of(away.until).isoformat() if away else "",
        note=away.note if away else "",
        used=days_used(spans, today),
        left=left,
        first=(today + timedelta(days=1)).isoformat(),
        last=(today + timedelta(days=max(1, left))).isoformat(),
        to_deliver=to_deliver,
        unpaid=unpaid,
        to_answer=to_answer,
    )


def away_asked(look: Look, *, day: object, note: object) -> AwayAsked:
    """What setting it away so would do. Refused: beside the fields, as the act would refuse."""
    member = require(look.who, Role.merchant)
    plan = planned_away(look.session, member.shop_id or 0, look.now, day, note)
    return AwayAsked(plan.day.isoformat(), plan.until, plan.days, plan.note)


def _going_on(session: Session, shop_id: int) -> tuple[int, int, int]:
    """Orders that wait for delivery, for payment, and requests that wait for the shop."""
    statuses = (OrderStatus.awaiting_delivery, OrderStatus.pending_payment)
    orders = [_count(col(Order.shop_id) == shop_id, col(Order.status) == status) for status in statuses]
    found = session.connection().execute(sa.select(*orders, _count(col(Case.shop_id) == shop_id, TO_ANSWER))).one()
    return found[0], found[1], found[2]


def _count(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(*which).scalar_subquery()
