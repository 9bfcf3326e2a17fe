"""`make test`: every part runs, whatever became of the others; the last lines name every red test.

`python -m tests` runs the parts of `make test`, `--long` those of `make test-long`, `--postgres` those of `make
test-postgres`, `python -m tests domain browser` the parts named: `browser` means `browser-1` to `browser-3`. The exit
code is 0 only when every part was green.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree

from tests.today import DAYS, ZONE

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "test-results"
PYTEST = (sys.executable, "-m", "pytest")
TOGETHER = ("-n", "auto", "--maxprocesses", "4")
AGAINST = ("-n", "4")  # long, with PostgreSQL: a test waits for the server half of its time
BELOW = (*TOGETHER, "--ignore=tests/domain", "--ignore=tests/e2e")
LANES = 3  # a browser waits more than it works: three lanes keep two cores busy
RUN = {"TEST_RUN": uuid4().hex}  # the parts of one run share one build of the application


@dataclass(frozen=True)
class Part:
    """One run of pytest."""

    name: str
    args: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    lane: int = 0  # parts of one lane run one after the other, lanes beside each other; lane 0 has the machine alone

    @property
    def report(self) -> Path:
        return REPORTS / f"{self.name}.xml"


def on_days(name: str, args: tuple[str, ...]) -> list[Part]:
    """The same tests on each day of `DAYS`."""
    return [Part(f"{name}-{day[:10]}", args, {"TEST_TODAY": day}, lane=1 + n % LANES) for n, day in enumerate(DAYS)]


def abroad(name: str, *shares: tuple[str, ...]) -> list[Part]:
    """The tests today in another zone, one share in each lane, so that all lanes end at the same time."""
    there = {"TEST_TODAY": "now", "TZ": ZONE}
    return [Part(f"{name}-in-new-york-{lane}", args, there, lane) for lane, args in enumerate(shares, start=1)]


MARKED = sorted(
    str(p.relative_to(ROOT)) for p in ROOT.glob("tests/*/test_*.py") if "mark.today" in p.read_text("utf-8")
)
TODAY = ("-q", "-m", "today", *MARKED)
ELSEWHEN = ("-q", "-m", "today and not any_day")
SHARES = [tuple(file for file in MARKED if file.startswith("tests/states") is chosen) for chosen in (True, False)]
# The browser's tests in lanes that take equally long, by the seconds in test-results/*.xml, each with a house of its
# own: nobody places more than 30 orders an hour, Dave neither. A new file is the third lane's; so are the kills, which
# end it.
STORIES = tuple(
    f"tests/e2e/test_{name}.py"
    for name in (
        *("answers", "appeals", "books", "conversation"),
        *("kind_anew", "kind_forms", "kind_names", "pills", "refunds", "stories"),
    )
)
KINDS = tuple(
    f"tests/e2e/test_{n}.py"
    for n in (
        *("goods", "keyboard"),
        *(f"kind_{k}" for k in ("connection", "focus", "links", "path", "phone")),
        *("stock", "fields"),  # the last moves the clock of its house by months
    )
)
# What PostgreSQL does otherwise than SQLite: acts side by side, texts, revisions, and what is heard twice.
_SIDE_BY_SIDE = (
    *("at_once", "races", "answer_races", "transfer_races", "standing", "unique_guards", "revisions", "nul"),
    *("journal", "payments", "accounts"),
)
POSTGRES = (
    *(f"tests/services/test_{name}.py" for name in _SIDE_BY_SIDE),
    *(f"tests/http/test_{name}.py" for name in ("accounts", "payments")),
)
ON_POSTGRES = {"TEST_GROUND": "postgres"}
PARTS = (
    Part("domain", ("tests/domain", "--cov", "--cov-report=term-missing:skip-covered")),
    Part("below-the-browser", (*BELOW, "-m", "not today and not long")),
    Part("postgres", (*TOGETHER, "-m", "not long", *POSTGRES), {**ON_POSTGRES, "TEST_ROUNDS": "25"}),
    Part("today", TODAY, {"TEST_TODAY": "now"}, lane=2),
    *on_days("today", (*ELSEWHEN, *MARKED)),
    *abroad("today", *((*ELSEWHEN, *share) for share in SHARES)),
    Part("browser-1", (*STORIES, "-m", "not long"), lane=1),
    Part("browser-2", (*KINDS, "-m", "not long"), lane=2),
    Part("browser-3", ("tests/e2e", *(f"--ignore={file}" for file in (*STORIES, *KINDS)), "-m", "not long"), lane=3),
)
# Who comes first, hundreds of times; `make test` runs each some dozens.
RACES = (
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/services/test_*races.py"))),
    *(f"tests/services/test_{name}.py" for name in ("at_once", "standing")),
)
COUNTER = tuple(f"tests/services/test_{name}_races.py" for name in ("approval", "away", "gift", "recall", "stock"))
FIRST = tuple(file for file in RACES if file not in COUNTER)
EVERY_DAY = (*BELOW, "--ignore=tests/attack", "-m", "not long")
LONG = (
    Part("races", (*TOGETHER, *RACES), {"TEST_ROUNDS": "200"}),
    Part("long", ("-s", "--ignore=tests/domain", "--ignore=tests/e2e", "-m", "long")),
    Part("long-browser", ("tests/e2e", "-m", "long")),
    *on_days("every", EVERY_DAY),
    *abroad("every", EVERY_DAY),
)


# Everything that stands on a database of the tests' own making; the races a thousand times, those of the counter as
# often as on SQLite (decision 86).
WHOLE = tuple(f"tests/{folder}" for folder in ("services", "states", "http", "adapters"))
LEFT = tuple(f"--ignore={file}" for file in RACES)
ALL_ON_POSTGRES = (
    Part("postgres-all", (*AGAINST, "-m", "not long", *WHOLE, *LEFT), ON_POSTGRES),
    Part("postgres-races", (*AGAINST, *FIRST), {**ON_POSTGRES, "TEST_ROUNDS": "1000"}),
    Part("postgres-counter", (*AGAINST, *COUNTER), {**ON_POSTGRES, "TEST_ROUNDS": "200"}),
)


def main(words: Sequence[str]) -> int:
    chosen = LONG if "--long" in words else ALL_ON_POSTGRES if "--postgres" in words else PARTS
    known = {part.name: part for part in chosen}
    meant = {word: _meant(word, list(known)) for word in words if not word.startswith("--")}
    if unknown := [word for word, names in meant.items() if not names]:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(known)}")
        return 2
    wanted = {name for names in meant.values() for name in names} or known.keys()
    return run([part for name, part in known.items() if name in wanted])


def _meant(word: str, names: Sequence[str]) -> list[str]:
    """The part of this name, else those whose names begin with it: `browser` means `browser-1` to `browser-3`."""
    return [word] if word in names else [name for name in names if name.startswith(f"{word}-")]


def run(parts: Sequence[Part]) -> int:
    """Run all; print what each took, every red test by name and the sums; 1 when anything was red."""
    REPORTS.mkdir(exist_ok=True)
    results = [found for group in _groups(parts) for found in _beside(group)]
    print("\nParts:")
    for part, code, took in results:
        print(f"  {'RED' if code else 'ok '} {part.name:24} {took:5.0f} s")
    red = [line for part, code, _ in results if code for line in _red(part)]
    for line in red:
        print(f"RED {line}")
    passed, skipped = (sum(_count(part, what) for part, _, _ in results) for what in ("passed", "skipped"))
    print(f"{passed} passed, {len(red)} failed, {skipped} skipped")
    return 1 if red else 0


Result = tuple[Part, int, float]  # exit code, seconds


def _groups(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Neighbours with lanes go together."""
    for has_lane, found in groupby(parts, key=lambda part: part.lane > 0):
        group = list(found)
        yield from [group] if has_lane else ([part] for part in group)


def _beside(group: Sequence[Part]) -> list[Result]:
    lanes = [[part for part in group if part.lane == lane] for lane in sorted({part.lane for part in group})]
    with ThreadPoolExecutor(len(lanes)) as pool:
        return [found for lane in pool.map(lambda lane: [_run(part) for part in lane], lanes) for found in lane]


def _run(part: Part) -> Result:
    print(f"\n== {part.name}", flush=True)
    part.report.unlink(missing_ok=True)
    began, command = time.monotonic(), [*PYTEST, *part.args, f"--junitxml={part.report}"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | RUN | part.environment, check=False)
    return part, done.returncode, time.monotonic() - began


def _cases(part: Part) -> Iterator[ElementTree.Element]:
    if part.report.exists():
        yield from ElementTree.parse(part.report).iter("testcase")  # noqa: S314 - written by our own pytest


def _has(case: ElementTree.Element, *what: str) -> bool:
    return any(case.find(one) is not None for one in what)


def _red(part: Part) -> list[str]:
    """Every red test of the part and where it stopped; the part itself when pytest failed without naming one."""
    return [f"{part.name}: {_named(case)}" for case in _cases(part) if _has(case, "failure", "error")] or [part.name]


def _named(case: ElementTree.Element) -> str:
    """Its name; the line of the tests it stopped at and the first line of the reason, as far as pytest wrote them."""
    told = next(one for one in (case.find("failure"), case.find("error")) if one is not None)
    reason = told.get("message", "").strip().partition("\n")[0][:200]
    places = re.findall(r"^(tests/\S+:\d+): ", told.text or "", re.MULTILINE)
    where = " ".join([*places[:1], reason])
    return f"{case.get('classname', '')}::{case.get('name')} ({where})"


def _count(part: Part, what: str) -> int:
    skipped = [_has(case, "skipped") for case in _cases(part) if not _has(case, "failure", "error")]
    return sum(skipped) if what == "skipped" else len(skipped) - sum(skipped)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
