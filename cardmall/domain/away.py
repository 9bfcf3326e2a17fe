"""How long a shop may be away, by the days of Shanghai: a day on which it was away at all counts whole, and once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cardmall.domain import limits
from cardmall.domain.calendar import day_of, end_of
from cardmall.domain.reasons import FieldError

Span = tuple[datetime, datetime]  # from when until when
_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)


def first_counted(today: date) -> datetime:
    """The moment, aware UTC, with which the days begin that count beside a new time away (R98)."""
    return end_of(today - limits.AWAY_COUNTED_IN - _DAY)


def opens_again(day: date) -> datetime:
    """The moment, aware UTC, at which a shop is back that returns on `day`: when it begins in Shanghai."""
    return end_of(day - _DAY)


def days_used(spans: Iterable[Span], today: date) -> int:
    """On how many of the AWAY_COUNTED_IN days before `today` the shop was away; today counts with the new ones."""
    counted = range(1, limits.AWAY_COUNTED_IN.days + 1)
    window = {today - timedelta(days=n) for n in counted}
    return len(window & {day for span in spans for day in _days(*span)})


def away_days_left(spans: Iterable[Span], today: date) -> int:
    """For how many days from today on the shop may be away now."""
    return max(0, min(limits.AWAY_DAYS, limits.AWAY_DAYS_TOGETHER - days_used(spans, today)))


def wrong_return(day: date | None, today: date, left: int) -> FieldError | None:
    """Why a shop may not be away until `day` begins; None: it may. `left`: away_days_left()."""
    if day is None:
        return FieldError.required
    days = (day - today).days
    if days < 1:
        return FieldError.day_over
    if days > limits.AWAY_DAYS:
        return FieldError.away_too_long
    return FieldError.away_used_up if days > left else None


def _days(start: datetime, end: datetime) -> Iterable[date]:
    """The days a span touches; that on which it began, also where it ended at once."""
    first = day_of(start)
    last = max(first, day_of(end - _INSTANT))
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
