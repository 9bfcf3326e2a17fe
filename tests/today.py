"""The one place that gives the tests their time.

A test run lives at one moment, and its clock goes on from there: `USUAL`, or what TEST_TODAY says, a moment in ISO 8601
or `now`. The processes it starts live in the same time: worker, gateway and served application read the shift at their
start. So no test depends on the day it runs on.

Tests marked `today` do business on the day they run, where weekends, holidays, ends of month and leap days can matter:
`make test` runs them on the real day, on every one of `DAYS`, and once in the zone `ZONE`.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import time_machine

USUAL = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, 16:00 in Shanghai
DAYS = (
    "2026-12-05T11:00+08:00",  # a Saturday
    "2027-10-01T09:30+08:00",  # the first of a week of holidays, in a year not known officially
    "2026-12-31T23:50+08:00",  # ten minutes before another year
    "2028-02-29T14:00+08:00",  # a leap day
)
ZONE = "America/New_York"
_TRAVEL = Path(__file__).parent / "travel"


def travel() -> None:
    """Move the clock of this process and of all it will start; does nothing in a process that was started so."""
    wanted = os.environ.get("TEST_TODAY") or USUAL.isoformat()
    if "TEST_SHIFT" in os.environ or wanted == "now":
        return
    here = datetime.fromisoformat(wanted)
    os.environ["TEST_SHIFT"] = str(here.timestamp() - time.time())
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_TRAVEL), os.environ.get("PYTHONPATH"))))
    time_machine.travel(here, tick=True).start()
    time.time()  # such a clock begins at the first look at it


def moment() -> datetime:
    """Aware UTC, as every clock of this test run shows it."""
    return datetime.now(UTC)
