"""The gateway as a child process: one per data folder, started again when it ends, gone when we are."""

import fcntl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from cardmall.adapters.payments.sandbox import NotThere

LOOK_EVERY = 0.5  # seconds between looks at whether it still runs
READY_WITHIN = 30.0  # seconds
END_WITHIN = 5.0  # seconds


@contextmanager
def gateway_beside(folder: Path, ask: Callable[[], None]) -> Generator[None]:
    """While the block lasts a gateway runs in `folder`: one that is there already, or a child of ours.

    `ask` raises NotThere until it answers; after 30 s so does this.
    """
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(folder, stop), daemon=True)
    keeper.start()
    try:
        _wait_until(ask)
        yield
    finally:
        stop.set()
        keeper.join(END_WITHIN + 1)


def _wait_until(ask: Callable[[], None]) -> None:
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            return ask()
        except NotThere:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _keep(folder: Path, stop: threading.Event) -> None:
    while not stop.is_set():
        if _is_kept(folder):
            stop.wait(LOOK_EVERY)
        else:
            _run(folder, stop)
            stop.wait(LOOK_EVERY)  # one that cannot start is not started without end


def _is_kept(folder: Path) -> bool:
    """Some process holds the lock every gateway holds while it lives."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _run(folder: Path, stop: threading.Event) -> None:
    """Until it ends by itself or we do: its standard input ends with us, whatever ends us."""
    command = [sys.executable, "-m", "cardmall.gateway", "--data", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:  # noqa: S603 - our own
        while child.poll() is None and not stop.wait(LOOK_EVERY):
            pass
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
