"""A shopper's orders as a list: newest first, filtered, paged by key (R9-R14)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import end_of
from cardmall.domain.terms import Category, Role, Stage
from cardmall.domain.typed import searched
from cardmall.models import Order
from cardmall.reads.keys import ListKey, place, read_day, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.searching import named, numbered
from cardmall.reads.whole import whole_orders
from cardmall.views.shopper.rows import OrderRow, order_row


@dataclass(frozen=True)
class Filters:
    """What the URL asks for; anything unknown in it counts as not asked (R13)."""

    stage: Stage | None = None
    category: Category | None = None
    since: date | None = None
    until: date | None = None
    text: str = ""
    after: ListKey | None = None
    before: ListKey | None = None


@dataclass(frozen=True)
class TabCount:
    stage: str  # "" = all
    count: int


@dataclass(frozen=True)
class OrderPage:
    """One page of rows, the tabs, and the keys of the neighbouring pages ("" = none)."""

    rows: list[OrderRow] = field(default_factory=list)
    tabs: list[TabCount] = field(default_factory=list)
    next_key: str = ""
    prev_key: str = ""


def read_filters(asked: dict[str, str]) -> Filters:
    """Filters from untrusted query parameters: stage, category, since, until, q, after, before."""
    stage, category = asked.get("stage", ""), asked.get("category", "")
    return Filters(
        Stage(stage) if stage in set(Stage) else None,
        Category(category) if category in set(Category) else None,
        read_day(asked.get("since", "")),
        read_day(asked.get("until", "")),
        searched(asked.get("q", "")).text,
        read_key(asked.get("after", "")),
        read_key(asked.get("before", "")),
    )


def orders_page(look: Look, filters: Filters) -> OrderPage:
    """The person's orders under these filters: counts of every stage, and one page of the chosen one."""
    shopper = require(look.who, Role.shopper)
    mine = _mine(shopper.id, filters)
    counts = _counts(look.session, mine)
    found, more = _slice(look.session, filters, mine)
    tabs = [TabCount("", sum(counts.values())), *(TabCount(s.value, counts.get(s, 0)) for s in _TABS)]
    older = more if filters.before is None else True
    newer = bool(filters.after) if filters.before is None else more
    return OrderPage(
        rows=rows_of(look.session, found, look.now),
        tabs=tabs,
        next_key=_key_of(found[-1]) if found and older else "",
        prev_key=_key_of(found[0]) if found and newer else "",
    )


_TABS = (
    Stage.to_pay,
    Stage.to_deliver,
    Stage.delivered,
    Stage.in_case,
    Stage.refunding,
    Stage.closed,
    Stage.abnormal,
)


def _mine(shopper_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Everything but the stage: the counts of the tabs stand under the other filters."""
    wanted = [col(Order.shopper_id) == shopper_id]
    if filters.category:
        wanted.append(col(Order.category) == filters.category)
    if filters.since:
        wanted.append(col(Order.created_at) >= end_of(filters.since - timedelta(days=1)))
    if filters.until:
        wanted.append(col(Order.created_at) < end_of(filters.until))
    if filters.text:
        asked = searched(filters.text)
        wanted.append(numbered(col(Order.no), "CM", asked) | named(col(Order.product_name), asked))
    return wanted


def _counts(session: Session, mine: list[sa.ColumnElement[bool]]) -> dict[Stage, int]:
    counted = sa.select(col(Order.stage), sa.func.count()).where(*mine).group_by(col(Order.stage))
    return {stage: count for stage, count in session.connection().execute(counted)}


def _slice(session: Session, filters: Filters, mine: list[sa.ColumnElement[bool]]) -> tuple[list[Order], bool]:
    """Up to one page, newest first, and whether there is more in the direction of travel."""
    here = sa.tuple_(col(Order.created_at), col(Order.id))
    wanted = select(Order).where(*mine)
    if filters.stage:
        wanted = wanted.where(Order.stage == filters.stage)
    if filters.before:
        wanted = wanted.where(here > place(filters.before)).order_by(col(Order.created_at), col(Order.id))
    else:
        wanted = wanted.where(here < place(filters.after)) if filters.after else wanted
        wanted = wanted.order_by(col(Order.created_at).desc(), col(Order.id).desc())
    found = list(session.exec(wanted.limit(limits.PAGE_SIZE + 1)).all())
    page = found[: limits.PAGE_SIZE]
    return (page[::-1] if filters.before else page), len(found) > limits.PAGE_SIZE


def _key_of(order: Order) -> str:
    return write_key(order.created_at, order.id)


def rows_of(session: Session, found: Sequence[Order], now: datetime) -> list[OrderRow]:
    """The rows of these orders, each with what can be done now; a fixed number of statements."""
    return [order_row(whole, now) for whole in whole_orders(session, found)]
