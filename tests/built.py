"""One production build for every process of a test run: each serves a copy of its own, at a port of its own."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.serving import AGAIN, ROOT, START_SECONDS, App, free_port, serve, surroundings

BUILD_ONLY = ("-m", "reflex", "export", "--frontend-only", "--no-zip", "--env", "prod")
BUILT = ROOT / "test-results" / "built"  # what was built last, and for which test run
NO_PORT = "65535"  # stands in the pages until a copy knows its own port
# `python -m tests` names its run, so that its parts share one build; whoever runs pytest alone builds anew.
RUN = os.environ.get("TEST_RUN") or uuid4().hex


@contextmanager
def serve_shared(data: Path) -> Iterator[App]:
    """Serves the build of this test run at a free port, with its data in this folder."""
    port = str(free_port())
    web = copied(data / "web", port)
    with serve(data, AGAIN, PORT=port, REFLEX_WEB_WORKDIR=str(web)) as app:
        yield app


def copied(to: Path, port: str) -> Path:
    """Copies the build of this test run, whose pages look for their server at this port; whoever is first builds."""
    with _one_at_a_time():
        if not (BUILT / RUN).exists():
            _build()
        shutil.copytree(BUILT, to)
        (to / "node_modules").symlink_to(ROOT / ".web-test" / "node_modules")  # what draws pages on the server needs it
    told = [script for script in (to / "build" / "client").rglob("*.js") if _tell_port(script, port)]
    assert told, "no page names the port it was built for: reflex keeps its address elsewhere"
    return to


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    BUILT.parent.mkdir(exist_ok=True)
    with (BUILT.parent / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build() -> None:
    """Builds as `reflex run --env prod` does, serves nothing, and keeps what it made apart from the next build."""
    with tempfile.TemporaryDirectory() as data:
        settings = surroundings(Path(data), REFLEX_API_URL=f"http://localhost:{NO_PORT}")
        command = [sys.executable, *BUILD_ONLY]
        done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, check=False, timeout=START_SECONDS)
    if done.returncode:
        raise RuntimeError(f"The build ended with {done.returncode}:\n{(done.stdout + done.stderr).decode()[-6000:]}")
    shutil.rmtree(BUILT, ignore_errors=True)
    shutil.copytree(ROOT / settings["REFLEX_WEB_WORKDIR"], BUILT, ignore=shutil.ignore_patterns("node_modules"))
    (BUILT / RUN).touch()


def _tell_port(script: Path, port: str) -> bool:
    """Whether the script names the port it was built for; then it names this one instead."""
    text = script.read_text("utf-8")
    if f"localhost:{NO_PORT}" not in text:
        return False
    script.write_text(text.replace(f"localhost:{NO_PORT}", f"localhost:{port}"), "utf-8")
    for packed in ("gz", "br"):
        script.with_name(f"{script.name}.{packed}").unlink(missing_ok=True)  # it still names the other
    return True
