"""`make test`: every part runs, whatever became of the others; the last lines name every red test.

`python -m tests` runs the parts of `make test`, `python -m tests --long` those of `make test-long`, `python -m tests
domain browser` the parts named. The exit code is 0 only when every part was green.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.today import DAYS, ZONE

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "test-results"
PYTEST = (sys.executable, "-m", "pytest")
TOGETHER = ("-n", "auto", "--maxprocesses", "4")
BELOW = (*TOGETHER, "--ignore=tests/domain", "--ignore=tests/e2e")
NO_TEST = 5  # pytest's exit code when nothing was collected


@dataclass(frozen=True)
class Part:
    """One run of a tool: of pytest unless `tool` names another."""

    name: str
    args: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    tool: tuple[str, ...] = PYTEST

    @property
    def report(self) -> Path:
        return REPORTS / f"{self.name}.xml"


def on_days(name: str, args: tuple[str, ...]) -> list[Part]:
    """The same tests on each day of `DAYS`, and today in another zone."""
    days = [Part(f"{name}-{day[:10]}", args, {"TEST_TODAY": day}) for day in DAYS]
    return [*days, Part(f"{name}-in-new-york", args, {"TEST_TODAY": "now", "TZ": ZONE})]


MARKED = sorted(
    str(p.relative_to(ROOT)) for p in ROOT.glob("tests/*/test_*.py") if "mark.today" in p.read_text("utf-8")
)
TODAY = (*TOGETHER, "-m", "today", *MARKED)
PARTS = (
    Part("lint", ("--no-print-directory", "lint"), tool=("make",)),
    Part("domain", ("tests/domain", "--cov", "--cov-report=term-missing:skip-covered")),
    Part("below-the-browser", (*BELOW, "-m", "not today and not long")),
    Part("today", TODAY, {"TEST_TODAY": "now"}),
    *on_days("today", TODAY),
    Part("browser", ("tests/e2e", "-m", "not long")),
)
EVERY_DAY = (*BELOW, "--ignore=tests/attack", "-m", "not long")
LONG = (Part("long", (*BELOW[2:], "-m", "long", "tests/e2e")), *on_days("every", EVERY_DAY))


def main(words: Sequence[str]) -> int:
    parts = LONG if "--long" in words else [p for p in PARTS if not words or p.name in words]
    REPORTS.mkdir(exist_ok=True)
    results = [(part, *_run(part)) for part in parts]
    print(
        "\n"
        + "\n".join(f"  {'ok ' if not code else 'RED'} {part.name:24} {took:5.0f} s" for part, code, took in results)
    )
    red = [line for part, code, _ in results if code for line in _red(part)]
    for line in red:
        print(f"RED {line}")
    passed, skipped = (sum(_count(part, what) for part, _, _ in results) for what in ("passed", "skipped"))
    print(f"{passed} passed, {len(red)} failed, {skipped} skipped")
    return 1 if red else 0


def _run(part: Part) -> tuple[int, float]:
    print(f"\n== {part.name}", flush=True)
    part.report.unlink(missing_ok=True)
    report = (f"--junitxml={part.report}",) if part.tool == PYTEST else ()
    began = time.monotonic()
    code = subprocess.run([*part.tool, *part.args, *report], cwd=ROOT, env=os.environ | part.environment, check=False)
    return code.returncode, time.monotonic() - began


def _cases(part: Part) -> Iterator[ElementTree.Element]:
    if part.report.exists():
        yield from ElementTree.parse(part.report).iter("testcase")  # noqa: S314 - written by our own pytest


def _has(case: ElementTree.Element, *what: str) -> bool:
    return any(case.find(one) is not None for one in what)


def _red(part: Part) -> list[str]:
    """Every red test of the part; the part itself when its tool failed without naming one."""
    names = [f"{c.get('classname', '')}::{c.get('name')}" for c in _cases(part) if _has(c, "failure", "error")]
    return [f"{part.name}: {name}" for name in names] or [part.name]


def _count(part: Part, what: str) -> int:
    skipped = [_has(case, "skipped") for case in _cases(part) if not _has(case, "failure", "error")]
    return sum(skipped) if what == "skipped" else len(skipped) - sum(skipped)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
