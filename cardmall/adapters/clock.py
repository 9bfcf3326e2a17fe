"""The one clock: real time plus the demo's offset.

Asked once per click and once per job; below, `now` is an argument.
"""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from cardmall.models import Remembered

_NAME = "clock_offset_seconds"
_offset = timedelta()


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC) + _offset


def real() -> datetime:
    """Aware UTC, whatever the demo's clock shows: for telling the gateway what it shows."""
    return datetime.now(UTC)


def offset() -> timedelta:
    """How far the demo is ahead of real time."""
    return _offset


def load_clock(session: Session) -> None:
    """Take up the stored offset: at start, and after the clock was moved."""
    global _offset
    row = session.get(Remembered, _NAME)
    _offset = timedelta(seconds=float(row.value)) if row else timedelta()


def advance(session: Session, step: timedelta) -> None:
    """Store a later offset; call load() once it is committed. Steps back are refused: deadlines never un-happen."""
    if step < timedelta():
        raise ValueError("the clock only moves forward")
    row = session.get(Remembered, _NAME) or Remembered(name=_NAME, value="0")
    row.value = str(float(row.value) + step.total_seconds())
    session.add(row)
