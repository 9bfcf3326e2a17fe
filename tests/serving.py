"""Builds and serves the production application once, as `make run` does, on data of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_SECONDS = 900
STOP_SECONDS = 15


@dataclass(frozen=True)
class App:
    """A served application: where it answers, where it keeps its data, what it said."""

    url: str
    data: Path
    log: Path
    group: int = 0  # of its processes
    database: str = ""  # SQLAlchemy URL, where it is not the file in `data`

    def kill(self) -> None:
        """kill -9, all of it at once."""
        _signal_group(self.group, signal.SIGKILL)


BUILD = ("-m", "reflex", "run", "--env", "prod")
AGAIN = ("-m", "tests.restart")  # what was built before, on the same port


@dataclass(frozen=True)
class House:
    """Whose code is served: a checkout, and the Python that has what it needs."""

    root: Path = ROOT
    python: str = sys.executable


@contextmanager
def serve(data: Path, how: tuple[str, ...] = BUILD, **environment: str) -> Iterator[App]:
    """Raises RuntimeError with the end of the log when the application does not become ready."""
    with serve_house(House(), data, how, environment) as app:
        yield app


@contextmanager
def serve_house(house: House, data: Path, how: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[App]:
    """The same for another checkout."""
    port = environment.get("PORT") or str(free_port())
    app = App(f"http://localhost:{port}", data, data / "serve.log")
    data.mkdir(parents=True, exist_ok=True)
    with app.log.open("ab") as log:
        process = subprocess.Popen(
            [house.python, *how],
            cwd=house.root,
            env=surroundings(data, **{**environment, "PORT": port}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    app = replace(app, group=process.pid)
    try:
        _wait_until_ready(process, app)
        yield app
    finally:
        _stop(process)


def surroundings(data: Path, **more: str) -> dict[str, str]:
    """A demo town untouched by the caller's own settings; a build beside, not over, a running shop's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARDMALL_")}
    return kept | {"CARDMALL_DATA": str(data), "REFLEX_WEB_WORKDIR": ".web-test"} | more


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_until_ready(process: subprocess.Popen[bytes], app: App) -> None:
    end = time.monotonic() + START_SECONDS
    while not _is_ready(app.url):
        if process.poll() is not None:
            raise RuntimeError(f"The application ended with {process.returncode}:\n{_tail(app.log)}")
        if time.monotonic() > end:
            raise RuntimeError(f"The application was not ready after {START_SECONDS} s:\n{_tail(app.log)}")
        time.sleep(0.25)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as response:  # noqa: S310 our own address
            return response.status == 200
    except OSError:
        return False


def _tail(log: Path, lines: int = 60) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the whole session: npm, the server and its workers."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        _signal_group(process.pid, sign)
        try:
            process.wait(STOP_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
    _signal_group(process.pid, signal.SIGKILL)


def _signal_group(group: int, sign: signal.Signals) -> None:
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return
