"""What draws pages: one that fails, hangs or says something else costs nobody more than a page as it was built."""

import asyncio
import sys
from pathlib import Path

import pytest

from cardmall.ssr import renderer
from cardmall.ssr.renderer import MOST_WAITING, Renderer, Undrawn

# A stand-in for node, in Python: reads a question a line, answers as its name says.
SAYS = {
    "well": "print(json.dumps({'id': asked['id'], 'status': 200, 'html': asked['url']}), flush=True)",
    "odd": "print('5', flush=True)",
    "late": "print(json.dumps({'id': asked['id'] - 1, 'status': 200, 'html': 'of somebody else'}), flush=True)",
    "silent": "pass",
    "broken": "sys.exit(1)",
}
STARTED: list[asyncio.subprocess.Process] = []
PROGRAM = "import json, sys\nfor line in sys.stdin:\n    asked = json.loads(line)\n    {}\n"


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """`node(name)`: from now on node is a program that speaks so."""

    def speaks(name: str) -> None:
        async def started(self: Renderer) -> asyncio.subprocess.Process:
            if self._node is None or self._node.returncode is not None:
                self._node = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", PROGRAM.format(SAYS[name]),
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
                )  # fmt: skip
                STARTED.append(self._node)
            return self._node

        monkeypatch.setattr(Renderer, "_started", started)

    monkeypatch.setattr(renderer, "START_SECONDS", 20.0)
    return speaks


async def ended(drawn: Renderer) -> None:
    """With what it started, while the loop still runs."""
    drawn.end()
    await asyncio.gather(*(one.wait() for one in STARTED))
    STARTED.clear()


def test_it_draws_what_it_is_asked(node) -> None:
    node("well")

    async def story() -> list[str]:
        drawn = Renderer()
        try:
            return [await drawn.draw(f"http://shop/{n}", {}) for n in range(3)]
        finally:
            await ended(drawn)

    assert asyncio.run(story()) == [f"http://shop/{n}" for n in range(3)]


@pytest.mark.parametrize("name", ["odd", "late", "broken"])
def test_an_odd_answer_is_no_page_and_node_begins_anew(node, name: str) -> None:
    async def story() -> str:
        drawn = Renderer()
        try:
            node(name)
            with pytest.raises(Undrawn):
                await drawn.draw("http://shop/a", {})
            assert drawn._node is None
            node("well")
            return await drawn.draw("http://shop/b", {})
        finally:
            await ended(drawn)

    assert asyncio.run(story()) == "http://shop/b"


def test_all_who_waited_for_a_node_that_failed_are_let_go_at_once(node, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other would hold the last of them eight times as long."""
    monkeypatch.setattr(renderer, "START_SECONDS", 0.5)
    node("silent")
    asked: list[str] = []

    async def story() -> list[object]:
        drawn = Renderer()
        first = drawn._ask

        async def counted(url: str, seen: renderer.Seen) -> str:
            asked.append(url)
            return await first(url, seen)

        monkeypatch.setattr(drawn, "_ask", counted)
        pages = [drawn.draw(f"http://shop/{n}", {}) for n in range(MOST_WAITING + 2)]
        try:
            return await asyncio.gather(*pages, return_exceptions=True)
        finally:
            await ended(drawn)

    found = asyncio.run(story())
    assert len(found) == MOST_WAITING + 2 and all(isinstance(one, Undrawn) for one in found)
    assert len(asked) == 1
