"""Closing a day: its sums are carried forward once, so that no page adds up what is over."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.calendar import day_of, end_of
from cardmall.domain.record import Figures
from cardmall.models import Balance, Case, Order, Posting, Remembered, ShopDay
from cardmall.reads.books import CHECKED, BooksCheck
from cardmall.reads.days import CLOSED, Sums, cases_ended, figures_between, last_closed, posted_between
from cardmall.services.act import Act


@dataclass(frozen=True)
class DaySums:
    """What is to be carried forward of `day`; `after`: the day closed before it, None = it is the first."""

    day: date
    after: date | None
    figures: dict[int, Figures]  # by shop
    cases: list[int]  # that these figures count
    sums: Sums


def sums_to_carry(session: Session, before: date) -> DaySums | None:
    """The sums of the first day that is not closed; None: it is `before` or later, or nothing ever happened."""
    after = last_closed(session)
    day = after + timedelta(days=1) if after else _first_day(session)
    if day is None or day >= before:
        return None
    since, until = end_of(day - timedelta(days=1)), end_of(day)
    figures = {shop: found for (shop, _), found in figures_between(session, since, until).items()}
    cases = cases_ended(session, since, until)
    return DaySums(day, after, figures, cases, posted_between(session, since, until))


def _first_day(session: Session) -> date | None:
    firsts = (sa.select(sa.func.min(at)).scalar_subquery() for at in (Posting.at, Order.paid_at, Case.opened_at))
    found = [at for at in session.connection().execute(sa.select(*firsts)).one() if at]
    return day_of(min(found)) if found else None


def close_day(act: Act, found: DaySums) -> None:
    """Carry the sums of the day forward, once: whoever finds another day closed meanwhile writes nothing."""
    if not _is_next(act.session, found):
        return
    rows = [_row(shop, found.day, figures) for shop, figures in sorted(found.figures.items())]
    if rows:
        act.session.connection().execute(sa.insert(ShopDay), rows)
    _mark_counted(act.session, found.cases)
    sums = [{"shop_id": shop, "account": account, "amount": fen} for (shop, account), fen in sorted(found.sums.items())]
    if sums:
        act.session.connection().execute(_CARRY[act.session.get_bind().dialect.name], sums)


def _mark_counted(session: Session, cases: list[int]) -> None:
    """Mark the cases counted on this day: one that goes on, even meanwhile, and ends again is not counted again."""
    for first in range(0, len(cases), limits.MARKED_AT_ONCE):
        some = cases[first : first + limits.MARKED_AT_ONCE]
        session.connection().execute(sa.update(Case).where(col(Case.id).in_(some)).values(counted=True))


def _is_next(session: Session, found: DaySums) -> bool:
    """Note that the day is closed; False when the day before it is not the last one closed."""
    run, day, name = session.connection().execute, found.day.isoformat(), col(Remembered.name)
    if found.after is None:
        first = _REMEMBER[session.get_bind().dialect.name].values(name=CLOSED, value=day)
        return run(first.returning(name)).first() is not None
    moved = sa.update(Remembered).where(name == CLOSED, col(Remembered.value) == found.after.isoformat())
    return bool(run(moved.values(value=day)).rowcount)


def _row(shop: int, day: date, found: Figures) -> dict[str, object]:
    counted = {"answered": found.answered, "agreed": found.agreed, "refunded": found.refunded, "sold": found.sold}
    minutes = {str(minutes): times for minutes, times in sorted(found.minutes.items())}
    return {"shop_id": shop, "day": day, **counted, "minutes": minutes, "reasons": dict(found.reasons)}


def _carry(insert: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    more = {"amount": col(Balance.amount) + insert.excluded.amount}
    return insert.on_conflict_do_update(index_elements=["shop_id", "account"], set_=more)


_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
_CARRY = {name: _carry(dialect.insert(Balance)) for name, dialect in _DIALECTS.items()}
_REMEMBER = {name: dialect.insert(Remembered).on_conflict_do_nothing() for name, dialect in _DIALECTS.items()}


def keep_check(act: Act, found: BooksCheck) -> None:
    """Remember what the check found; pages show it with its time."""
    act.session.merge(Remembered(name=CHECKED, value=found.to_text()))
