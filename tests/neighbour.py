"""`python -m tests.neighbour`: a process of the house that says which topics it hears, and does what it is told.

One line in: a topic that a transaction touches, or `guess` and an address. One line out, as JSON: the topics of one
signal, or why the guessed password opened nothing.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.patience import PATIENCE, until
from tests.serving import ROOT, surroundings


class Neighbour:
    """Such a process, with its own folder of data."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        data.mkdir(exist_ok=True)
        self.heard: list[list[str]] = []
        self._log = (data / "log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.neighbour"],
            cwd=ROOT,
            env=surroundings(data, **environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def publish(self, topic: str) -> None:
        """Commit a transaction that touches this topic."""
        self._do(topic)

    def guess(self, address: str) -> str:
        """Why a wrong password for this address was refused."""
        known = len(self.heard)
        self._do(f"guess {address}")
        until(lambda: len(self.heard) > known, self.log())
        return self.heard[-1][0]

    def _do(self, line: str) -> None:
        pipe = self._process.stdin
        assert pipe
        pipe.write(f"{line}\n")
        pipe.flush()

    def hears(self, topic: str, times: int = 1) -> None:
        """Wait until it has heard so."""
        until(lambda: sum(topic in one for one in self.heard) >= times, f"{topic} was not heard: {self.heard}")

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def end(self) -> int:
        assert self._process.stdin
        self._process.stdin.close()
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        """kill -9, if it still runs."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for file in (self._log, self._process.stdin, self._process.stdout):
            if file:
                file.close()

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            self.heard.append(json.loads(line))


def main() -> None:
    from cardmall.adapters import signals

    signals.on_signal(lambda topics: say(*sorted(topics)))
    with signals.connected():
        for line in sys.stdin:
            verb, _, address = line.strip().partition(" ")
            guess(address) if verb == "guess" else touch_in_act(verb)


_speaking = threading.Lock()


def say(*words: str) -> None:
    """One whole line, whichever threads speak at once."""
    with _speaking:
        print(json.dumps(words), flush=True)


def touch_in_act(topic: str) -> None:
    from cardmall.adapters import db
    from cardmall.domain.topics import Topic
    from cardmall.services.ending import touch

    try:
        with db.transaction() as session:
            touch(session, Topic(topic))
    except Exception as trouble:  # the database is away, and the act with it
        print(trouble, file=sys.stderr, flush=True)


def guess(address: str) -> None:
    """As a browser without scripts, from a network address that cannot be told."""
    from tests.http.test_accounts import brought, new_browser, routes, sign_in

    with new_browser() as browser:
        say(brought(sign_in(browser, address, "not the password"), routes.LOGIN).problem)


if __name__ == "__main__":
    main()
