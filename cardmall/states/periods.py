"""The days a list is filtered by: the last so many, or two dates."""

from datetime import date, datetime, timedelta

from cardmall.domain.calendar import SHANGHAI

PERIODS = ("7", "30", "90")  # days
CUSTOM = "custom"


def period_of(since: date | None, until: date | None, now: datetime) -> str:
    """The one of PERIODS that these dates are, "" for all time, else CUSTOM."""
    if since is None and until is None:
        return ""
    wanted = (days for days in PERIODS if until is None and since == first_day(now, int(days)))
    return next(wanted, CUSTOM)


def first_day(now: datetime, days: int) -> date:
    """The first of the last `days` days, today counted, in Shanghai."""
    return now.astimezone(SHANGHAI).date() - timedelta(days=days - 1)
