"""The demo town as a large shop stands: PostgreSQL, Valkey, two web processes at one port, two workers beside them.

`TEST_HOUSE=many` has the browser's stories told in it. Each part can be killed -9 and is started anew: the servers and
the workers here, a web process by the one that serves.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
from redis import RedisError
from sqlalchemy import text

from cardmall.adapters.db import make_engine
from cardmall.adapters.valkey import short_client
from tests.built import copied
from tests.patience import PATIENCE, until
from tests.servers import Postgres, Valkey, running
from tests.serving import AGAIN, ROOT, App, free_port, serve, surroundings
from tests.today import moment

ASKED_FOR = os.environ.get("TEST_HOUSE") == "many"
WEB = WORKERS = 2
CHANNEL = "cardmall:topics:0"


class Worker:
    """`python -m cardmall worker`, which writes into the same log for all its lives."""

    def __init__(self, data: Path, environment: Mapping[str, str], number: int) -> None:
        self._told, self._log = surroundings(data, **environment), data / f"worker-{number}.log"
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "cardmall", "worker"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._told, stdout=log, stderr=subprocess.STDOUT)

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """As an operator does."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass
class Many:
    """All that serves."""

    app: App
    valkey: Valkey
    postgres: Postgres
    workers: list[Worker] = field(default_factory=list)

    def hear_each_other(self) -> bool:
        """Does every process that should run listen for what the others tell?"""
        try:
            with short_client(self.valkey.url) as client:
                return dict(client.pubsub_numsub(CHANNEL)).get(CHANNEL) == WEB + WORKERS
        except RedisError:
            return False

    def has_worked_off(self) -> bool:
        """Is no job due? A new town has hundreds of them."""
        engine = make_engine(self.app.database)
        with engine.connect() as connection:
            waiting = text("SELECT count(*) FROM job WHERE state = 'open' AND due_at < :now")
            due = connection.execute(waiting, {"now": moment()}).scalar()
        engine.dispose()
        return not due

    def is_whole(self) -> None:
        """Returns once every part runs."""
        until(self.hear_each_other, "not every process came back")

    def web(self) -> list[int]:
        """The processes that answer at the port, in the order of their start."""
        return [one.pid for one in psutil.Process(self.app.group).children() if serves(one)]

    def kill_web(self) -> None:
        """kill -9 of the one that serves longest; returns once another took its place."""
        before = self.web()
        os.kill(before[0], signal.SIGKILL)
        until(
            lambda: len(set(self.web()) - set(before)) == 1 and len(self.web()) == WEB, "no web process took its place"
        )


def serves(child: psutil.Process) -> bool:
    """Not the gateway, and not dead."""
    try:
        return "cardmall.gateway" not in child.cmdline()
    except psutil.NoSuchProcess:
        return False


@contextmanager
def serve_many(data: Path, founded: Callable[[dict[str, str]], object] = len) -> Iterator[Many]:
    """All of it, with its data in this folder. RuntimeError when it does not become ready.

    `founded(settings)` is called on the empty database; where it builds nothing, the demo town stands there.
    """
    with ExitStack() as house:
        valkey, postgres = house.enter_context(running(Valkey)), house.enter_context(running(Postgres))
        port = str(free_port())
        told = {"CARDMALL_DEMO": "1", "CARDMALL_WORKERS": "0", "PORT": port, **valkey.environment}
        told |= {"CARDMALL_DATABASE_URL": postgres.environment["CARDMALL_DATABASE_URL"]}
        founded(told)
        web = {"REFLEX_WEB_WORKDIR": str(copied(data / "web", port)), "GRANIAN_WORKERS": str(WEB)}
        app = house.enter_context(serve(data, AGAIN, **told, **web))
        many = Many(replace(app, database=told["CARDMALL_DATABASE_URL"]), valkey, postgres)
        for number in range(WORKERS):
            many.workers.append(Worker(data, told, number + 1))
            house.callback(many.workers[-1].end)
        many.is_whole()
        until(many.has_worked_off, "jobs of the town's past are still to be run")
        yield many
