"""Jobs that carry sums forward, and compare them with all rows."""

from datetime import timedelta

from cardmall.adapters import clock, db
from cardmall.adapters.jobs import periodic
from cardmall.domain import limits
from cardmall.domain.calendar import day_of
from cardmall.domain.topics import BOOKS
from cardmall.domain.upkeep import CheckBooks, CloseDays
from cardmall.reads.books import BooksCheck, check_books
from cardmall.services.act import Act
from cardmall.services.ending import touch
from cardmall.services.money import days
from cardmall.services.money.days import DaySums


def _sums(task: CloseDays) -> DaySums | None:
    with db.reading() as session:
        return days.sums_to_carry(session, day_of(clock.now() - limits.DAY_CLOSES_AFTER))


@periodic(CloseDays, timedelta(hours=1), act=_sums)
def close_days(act: Act, task: CloseDays, found: DaySums | None) -> timedelta | None:
    """One day in each transaction; the next one may be over, too."""
    if found is None:
        return None
    days.close_day(act, found)
    return timedelta()


def _check(task: CheckBooks) -> BooksCheck:
    with db.reading() as session:
        return check_books(session, clock.now())


@periodic(CheckBooks, limits.BOOKS_CHECKED, act=_check)
def keep_books_check(act: Act, task: CheckBooks, found: BooksCheck) -> None:
    days.keep_check(act, found)
    touch(act.session, BOOKS)
