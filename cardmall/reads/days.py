"""Sums over days: what was carried forward of those that are closed, and the rows themselves of the time since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.calendar import day_of, end_of
from cardmall.domain.ledger import LedgerAccount
from cardmall.domain.record import Figures, together
from cardmall.domain.terms import CaseKind, CaseStatus
from cardmall.models import Balance, Case, Order, Posting, Remembered, Shop, ShopDay
from cardmall.reads.cases import ASKED

DECIDED = (CaseStatus.approved, CaseStatus.rejected, CaseStatus.settled)
CLOSED = "days_closed"  # the last day that was closed, among what is remembered
_BEFORE_ALL, FOR_EVER = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 9000))

ByDay = dict[tuple[int, date], Figures]  # shop and day
Sums = dict[tuple[int, LedgerAccount], int]  # fen, by shop and account


def last_closed(session: Session) -> date | None:
    found = session.exec(select(Remembered.value).where(Remembered.name == CLOSED)).first()
    return date.fromisoformat(found) if found else None


def open_since(session: Session) -> datetime:
    """The end of the last closed day: what happened since is not carried forward yet."""
    day = last_closed(session)
    return end_of(day) if day else _BEFORE_ALL


def window(session: Session, shops: Sequence[int], now: datetime, days: int) -> dict[int, list[Figures]]:
    """Of each of these shops: the figures of the last `days` days, today among them, and of the `days` before."""
    today = day_of(now)
    first, middle = today - timedelta(days=2 * days - 1), today - timedelta(days=days - 1)
    found: dict[int, tuple[list[Figures], list[Figures]]] = {shop: ([], []) for shop in shops}
    for (shop, day), figures in _by_day(session, shops, first).items():
        found[shop][day < middle].append(figures)
    return {shop: [together(lately), together(before)] for shop, (lately, before) in found.items()}


def _by_day(session: Session, shops: Sequence[int], first: date) -> ByDay:
    since = max(open_since(session), end_of(first - timedelta(days=1)))
    closed = select(ShopDay).where(col(ShopDay.shop_id).in_(shops), col(ShopDay.day) >= first)
    found = {(row.shop_id, row.day): _figures(row) for row in session.exec(closed)}
    return found | figures_between(session, since, FOR_EVER, shops)


def _figures(row: ShopDay) -> Figures:
    figures = Figures(row.answered, row.agreed, row.refunded, row.sold)
    figures.minutes.update({int(minutes): times for minutes, times in row.minutes.items()})
    figures.reasons.update(row.reasons)
    return figures


def figures_between(session: Session, since: datetime, until: datetime, shops: Sequence[int] | None = None) -> ByDay:
    """The figures of all shops, or these, from `since` on and before `until`, by the rows."""
    found: dict[tuple[int, date], list[Figures]] = defaultdict(list)
    for kind in (_answers, _sales, _reasons):
        for shop, at, figures in kind(session, since, until, shops):
            found[shop, day_of(at)].append(figures)
    return {key: together(parts) for key, parts in found.items()}


_Parts = Iterable[tuple[int, datetime, Figures]]


def _within(at: Any, since: datetime, until: datetime, shop: Any, shops: Sequence[int] | None) -> list[Any]:
    return [shop.in_(sa.select(col(Shop.id)) if shops is None else shops), at >= since, at < until]


def _answers(session: Session, since: datetime, until: datetime, shops: Sequence[int] | None) -> _Parts:
    paid_back = sa.case((col(Case.status) == CaseStatus.settled, Case.offer_amount), else_=Case.amount)
    at = (col(Case.opened_at), col(Case.ended_at))
    asked = (col(Case.kind) != CaseKind.gift) & (col(Case.rule) == 0)  # a gift nobody, by a rule no person answered
    wanted = sa.select(col(Case.shop_id), asked, col(Case.status), *at, paid_back)
    found: Any = session.connection().execute(wanted.where(*_answered(since, until, shops)))
    for shop, is_answer, status, opened, ended, fen in found:
        if not is_answer:
            yield shop, ended, Figures(refunded=fen)
            continue
        agreed = status is not CaseStatus.rejected
        figures = Figures(answered=1, agreed=int(agreed), refunded=fen if agreed else 0)
        figures.minutes[int((ended - opened).total_seconds() // 60)] = 1
        yield shop, ended, figures


def cases_ended(session: Session, since: datetime, until: datetime) -> list[int]:
    """Ids of the cases that `figures_between` counts as answered; of one look with it, the same ones."""
    wanted = sa.select(col(Case.id)).where(*_answered(since, until, None)).order_by(col(Case.id))
    return [case for case in session.connection().execute(wanted).scalars() if case]


def _answered(since: datetime, until: datetime, shops: Sequence[int] | None) -> list[Any]:
    then = _within(col(Case.ended_at), since, until, col(Case.shop_id), shops)
    return [col(Case.status).in_(DECIDED), ~col(Case.counted), *then]


def _sales(session: Session, since: datetime, until: datetime, shops: Sequence[int] | None) -> _Parts:
    then = _within(col(Order.paid_at), since, until, col(Order.shop_id), shops)
    wanted = sa.select(col(Order.shop_id), col(Order.paid_at), col(Order.total)).where(*then)
    found: Any = session.connection().execute(wanted)
    for shop, at, fen in found:
        yield shop, at, Figures(sold=fen)


def _reasons(session: Session, since: datetime, until: datetime, shops: Sequence[int] | None) -> _Parts:
    then = _within(col(Case.opened_at), since, until, col(Case.shop_id), shops)
    wanted = sa.select(col(Case.shop_id), col(Case.opened_at), col(Case.reason)).where(
        *then, ASKED, col(Case.rule) == 0
    )
    found: Any = session.connection().execute(wanted)
    for shop, at, reason in found:
        figures = Figures()
        figures.reasons[reason.value] = 1
        yield shop, at, figures


def posted_between(session: Session, since: datetime, until: datetime, shop_id: int | None = None) -> Sums:
    """Fen posted from `since` on and before `until`, by shop and account."""
    then = [col(Posting.at) >= since, col(Posting.at) < until]
    mine = [] if shop_id is None else [col(Posting.shop_id) == shop_id]
    wanted = sa.select(col(Posting.shop_id), col(Posting.account), sa.func.sum(col(Posting.amount)))
    grouped = wanted.where(*then, *mine).group_by(col(Posting.shop_id), col(Posting.account))
    found: Any = session.connection().execute(grouped)
    return {(shop, account): int(amount) for shop, account, amount in found}


def balances(session: Session, shop_id: int | None = None) -> Sums:
    """Fen on each account of each shop, or of this one: carried forward, and posted since."""
    carried = select(Balance) if shop_id is None else select(Balance).where(Balance.shop_id == shop_id)
    found = {(row.shop_id, row.account): row.amount for row in session.exec(carried)}
    for key, amount in posted_between(session, open_since(session), FOR_EVER, shop_id).items():
        found[key] = found.get(key, 0) + amount
    return found


def by_account(sums: Sums) -> dict[LedgerAccount, int]:
    """All shops together."""
    found: dict[LedgerAccount, int] = defaultdict(int)
    for (_, account), amount in sums.items():
        found[account] += amount
    return found
