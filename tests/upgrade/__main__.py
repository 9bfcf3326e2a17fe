"""`make upgrade`: a database of an old commit, with the demo town in it, shows the same content after the migrations.

`python -m tests.upgrade [COMMIT]` builds the demo town with the code of that commit, opens every page as every role
there, lets the present code migrate a copy of the same data, and opens the same addresses again. What is due is done
before the pages are opened, then jobs stand still; both applications live at the same moment. The exit code is 0 only
when every page opened and none lost content; what only changed its words is listed, here and in
test-results/upgrade.txt.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser

from tests.built import copied
from tests.patience import until
from tests.serving import AGAIN, BUILD, ROOT, App, House, free_port, serve_house, surroundings
from tests.today import moment
from tests.upgrade.addresses import Visit, visits
from tests.upgrade.differences import content, judged, lost, reworded
from tests.upgrade.reading import Reading, a_browser, read

COMMIT = "f86149e"
STILL = {"CARDMALL_WORKERS": "0"}
REVISION = "SELECT version_num FROM alembic_version"
BOOKS_COMPARED = "SELECT count(*) FROM job WHERE kind = 'check_books' AND state = 'done'"
REPORT = ROOT / "test-results" / "upgrade.txt"
Readings = dict[Visit, Reading]


def main(words: Sequence[str]) -> int:
    commit = words[0] if words else COMMIT
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        house = house_of(commit, place / "house")
        at = _town(house, place / "town")
        known = content(place / "town" / "cardmall.db")
        with a_browser() as browser:
            before = _before(browser, house, place, at)
            after = _after(browser, place, before, known, at)
    return report(commit, before, after, known)


def house_of(commit: str, to: Path) -> House:
    """The repository at this commit, and a Python with all it needs: ours, when we have the same and more."""
    _do("git", "clone", "--quiet", str(ROOT), str(to))
    _do("git", "checkout", "--quiet", commit, cwd=to)
    wanted, ours = (set((root / "requirements.txt").read_text("utf-8").splitlines()) for root in (to, ROOT))
    if {line for line in wanted if not line.startswith("#")} <= ours:
        return House(to)
    _do(sys.executable, "-m", "venv", str(to / ".venv"))
    python = str(to / ".venv" / "bin" / "python")
    _do(python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt", "time-machine", cwd=to)
    return House(to, python)


def _town(house: House, data: Path) -> datetime:
    """The demo town as that commit's own code builds it on its first start; the moment at which it stands."""
    _say("building the demo town with the old code ...")
    _migrate_and_work(house, data, surroundings(data), moment())
    return moment()


def _migrate_and_work(
    house: House, data: Path, environment: Mapping[str, str], now: datetime, besides: str = ""
) -> None:
    """The first start of this code on the data; then a worker does what is due by now, and ends.

    `besides`: counts the jobs it must have done besides.
    """
    _do(house.python, "-m", "cardmall", "migrate", cwd=house.root, env=environment)
    due = "SELECT count(*) FROM job WHERE state = 'open' AND due_at <= ?"
    command = [house.python, "-m", "cardmall", "worker"]
    with subprocess.Popen(command, cwd=house.root, env=environment) as worker:
        try:
            until(lambda: not besides or _one(data, besides), "the books are not compared")
            until(lambda: _one(data, due, now.strftime("%Y-%m-%d %H:%M:%S")) == 0, "jobs that are due are not done")
        finally:
            worker.terminate()


def _before(browser: Browser, house: House, place: Path, at: datetime) -> Readings:
    """Built once, then served on the town with nothing moving."""
    port, data = str(free_port()), _copy(place, "before")
    _say("building the old application ...")
    with serve_house(house, _empty(place), BUILD, {"PORT": port}):
        pass
    wanted = visits(house.root / ".web-test", data / "cardmall.db")
    with _at(at, house, data, PORT=port) as app:
        return _read(browser, app, wanted, at)


def _after(browser: Browser, place: Path, before: Readings, known: set[str], at: datetime) -> Readings:
    """The present code migrates at its start. What seems lost is looked at twice: it may have come late."""
    port, data = str(free_port()), _copy(place, "after")
    _say("building the present application ...")
    web, revision = copied(place / "web", port), _one(data, REVISION)
    _migrate_and_work(House(), data, surroundings(data, **_shifted(at)), at, besides=BOOKS_COMPARED)
    with _at(at, House(), data, PORT=port, REFLEX_WEB_WORKDIR=str(web)) as app:
        _say(f"migrated from {revision} to {_one(data, REVISION)}")
        found = _read(browser, app, list(before), at)
        doubtful = [visit for visit, reading in found.items() if reading.trouble or lost(before[visit], reading, known)]
        return found | _read(browser, app, doubtful, at)


@contextmanager
def _at(at: datetime, house: House, data: Path, **environment: str) -> Iterator[App]:
    """The application lives at this moment when it starts."""
    with serve_house(house, data, AGAIN, environment | STILL | _shifted(at)) as app:
        yield app


def _shifted(at: datetime) -> dict[str, str]:
    """The clock of a process that is started now."""
    return {"PYTHONPATH": str(ROOT / "tests" / "travel"), "TEST_SHIFT": str((at - moment()).total_seconds())}


def _read(browser: Browser, app: App, wanted: list[Visit], at: datetime) -> Readings:
    _say(f"opening {len(wanted)} pages at {app.url} ...")
    return read(browser, app.url, wanted, at)


def _copy(place: Path, name: str) -> Path:
    return Path(shutil.copytree(place / "town", place / name))


def _empty(place: Path) -> Path:
    (place / "nothing").mkdir()
    return place / "nothing"


def _one(data: Path, asked: str, *told: str) -> object:
    with closing(sqlite3.connect(data / "cardmall.db", timeout=30)) as base:
        return base.execute(asked, told).fetchone()[0]


def _do(*command: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, cwd=cwd, env=env, check=True, stdout=subprocess.DEVNULL)


def _say(text: str) -> None:
    print(text, flush=True)


def report(commit: str, before: Readings, after: Readings, known: set[str]) -> int:
    """Print and keep: other words, pages that did not open, content that is lost; the exit code."""
    missing = [(visit, text) for visit, reading in before.items() for text in lost(reading, after[visit], known)]
    found = {
        "Did not open": [*_shut("before", before), *_shut("after", after)],
        "Lead elsewhere": [
            f"{_name(v)}: now {after[v].path}" for v, r in before.items() if _elsewhere(r.path, after[v].path)
        ],
        "Lost content": [f"{_name(visit)}: {text}" for visit, text in missing if not judged(visit, text)],
    }
    meant = [f"{_name(visit)}: {text} ({why})" for visit, text in missing if (why := judged(visit, text))]
    same = sum(reading.text == after[visit].text for visit, reading in before.items())
    sums = ", ".join(f"{title.lower()}: {len(lines)}" for title, lines in found.items())
    parts = [line for title, lines in {"Missing, and meant so": meant, **found}.items() for line in _part(title, lines)]
    _keep(
        [*_reworded(before, after), *parts, f"{len(before)} pages of {commit}, {same} the same to the letter; {sums}"]
    )
    return 1 if any(found.values()) else 0


def _elsewhere(before: str, after: str) -> bool:
    """Another address; a slash at the end of the path makes none."""
    one, other = (re.sub(r"/(?=\?|$)", "", path) for path in (before, after))
    return one != other


def _shut(when: str, readings: Readings) -> list[str]:
    return [f"{_name(visit)} {when}: {reading.trouble}" for visit, reading in readings.items() if reading.trouble]


def _keep(lines: list[str]) -> None:
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines) + "\n", "utf-8")
    _say("\n".join(lines))


def _reworded(before: Readings, after: Readings) -> Iterator[str]:
    """As a unified list: what was said, what is said, on how many pages."""
    yield "Other words:"
    for (old, new), pages in reworded(before, after).items():
        yield f"@@ {len(pages)} pages, {_name(pages[0])}"
        yield from (*(f"- {line}" for line in old), *(f"+ {line}" for line in new))


def _part(title: str, lines: list[str]) -> list[str]:
    return [f"{title}:", *(f"  {line}" for line in lines or ["nothing"])]


def _name(visit: Visit) -> str:
    return f"{visit.who or 'nobody'} {visit.path}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
