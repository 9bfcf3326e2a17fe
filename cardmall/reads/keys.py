"""The place in a list, as a URL or a page carries it: `<time>~<id>`. What comes back is client input."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from cardmall.models.columns import UtcDateTime

_LARGEST = 2**63  # of an id

ListKey = tuple[datetime, int]


def write_key(at: datetime, row_id: int | None) -> str:
    return f"{at.isoformat().replace('+00:00', 'Z')}~{row_id}"


def read_key(text: object) -> ListKey | None:
    """None for anything write_key() would not write."""
    stamp, _, number = str(text).partition("~")
    try:
        at, row_id = datetime.fromisoformat(stamp), int(number)
        return (at.astimezone(UTC), row_id) if at.tzinfo and 0 < row_id < _LARGEST else None
    except (ValueError, OverflowError):
        return None


def read_day(text: object) -> date | None:
    """A day with a day before and after it; None for anything else."""
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        return None
    return day if date.min < day < date.max else None


def place(key: ListKey) -> sa.Tuple:
    """The key as SQL compares it with (time, id)."""
    at, row_id = key
    return sa.tuple_(sa.bindparam(None, at, UtcDateTime()), sa.bindparam(None, row_id, sa.BigInteger()))
