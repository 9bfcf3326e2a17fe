"""kill -9 of a web process, a worker, Valkey and PostgreSQL in turn while people buy and cancel: no fen is lost."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.pages.person import Person
from tests.e2e.test_kills import person
from tests.e2e.test_many import Watched
from tests.many import Many, serve_many
from tests.patience import until
from tests.serving import ROOT, surroundings

MOMENT = (1.0, 4.0)  # seconds from one kill to the next
AWAY = (0.5, 3.0)  # seconds until what was killed is started anew


class People:
    """Those of tests/chaos/together.py, who found the town and live in it."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def found(self, told: Mapping[str, str]) -> None:
        """In the empty database of these settings."""
        with (self._data / "people.log").open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.together"],
                cwd=ROOT,
                env=surroundings(self._data, **told),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._hear() == "settled"
        self.no, self.case_no = self._hear().split()

    def do(self, word: str) -> str:
        """Their answer."""
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        assert line, (self._data / "people.log").read_text()[-3000:]
        return line

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()  # closes its pipes


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    found = People(tmp_path)
    yield found
    found.end()


@pytest.fixture
def many(tmp_path: Path, people: People) -> Iterator[Many]:
    with serve_many(tmp_path, people.found) as found:
        yield found


def kill_in_turn(many: Many) -> None:
    """Each of the four once, at any moment."""
    worker = random.choice(many.workers)
    for one in (worker, many.valkey, many.postgres):
        time.sleep(random.uniform(*MOMENT))
        one.kill()
        time.sleep(random.uniform(*AWAY))
        one.start()
    time.sleep(random.uniform(*MOMENT))
    many.kill_web()


def six_pages(browser: Browser, many: Many, people: People) -> Watched:
    watched = Watched()
    order, case = f"/orders/{people.no}", f"/merchant/cases/{people.case_no}"
    for name, path in (("alice", order), ("bob", case), ("carol", order)):
        who = Person(person(browser, many.app))
        who.sign_in(name)
        watched.open(who, path, people.no, "审核中")
    return watched


@pytest.mark.long
@pytest.mark.parametrize("seconds", [15, 60])
def test_whatever_is_killed_no_fen_is_lost_or_doubled(
    browser: Browser, many: Many, people: People, seconds: int
) -> None:
    watched = six_pages(browser, many, people)
    people.do("open")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        kill_in_turn(many)
    many.is_whole()
    people.do("approve")
    assert watched.all_see("已同意") == 6, "pages come back by themselves"
    until(lambda: people.do("wait") and watched.pages[0].get_by_text("退款成功").count())
    assert watched.all_see("退款成功") == 6
    for worker in many.workers:
        worker.end()
    counted: dict[str, Any] = json.loads(people.do("calm"))
    print(json.dumps(counted, ensure_ascii=False))
    assert counted["wrong"] == {} and counted["orders"] > seconds
