"""The first visit of a stranger with a phone: what is fetched, and when the content is seen, beside an old commit.

Both are served at the same moment and visited in turns, each time with an empty cache.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.figures import row
from tests.serving import BUILD, free_port, serve, serve_house
from tests.upgrade.__main__ import house_of
from tests.upgrade.reading import a_browser

ROUNDS = 3
PHONE: Any = {"width": 375, "height": 812}
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s
CONTENT = {"/": "main li h2", "/p/steam-200": "main h1", "/orders": "main h1", "/orders/CM0": "main"}
KNOWN = "header a[href^='/login']"  # the header says who is here: the page is live
WATCH = """([selector]) => {
  const look = () => {
    if (document.querySelector(selector)) window.__seen = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds since the address was opened; `weight` in bytes as they came over the line."""

    paint: float
    content: float
    live: float
    weight: int
    requests: int


def measure(commit: str) -> None:
    with _both(commit) as urls, a_browser() as browser:
        print(row("page, line", "paint ms", "content ms", "live ms", "kB", "requests"))
        for path, content in CONTENT.items():
            for line, shape in (("free", None), ("400 kbit/s", SLOW)):
                turns = [[_visit(browser, url + path, content, shape) for url in urls] for _ in range(ROUNDS)]
                for name, visits in zip((commit, "now"), zip(*turns, strict=True), strict=True):
                    print(row(f"{path} {line} {name}", *_medians(visits)))


@contextmanager
def _both(commit: str) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        old = house_of(commit, place / "house")
        port = {"PORT": str(free_port())}
        with serve_house(old, place / "before", BUILD, port) as before, serve(place / "now") as now:
            yield before.url, now.url


def _medians(visits: tuple[Visit, ...]) -> list[float]:
    """Of each figure by itself."""
    kinds = zip(*[(v.paint, v.content, v.live, v.weight / 1000, v.requests) for v in visits], strict=True)
    return [statistics.median(kind) for kind in kinds]


def _visit(browser: Browser, url: str, content: str, line: dict[str, Any] | None) -> Visit:
    context = browser.new_context(viewport=PHONE)
    try:
        page = context.new_page()
        page.add_init_script(f"({WATCH})([{content!r}])")
        came = _counting(context.new_cdp_session(page), line)
        page.goto(url)
        page.locator(KNOWN).first.wait_for(timeout=60_000)
        return Visit(*_times(page), sum(came.values()), len(came))
    finally:
        context.close()


def _times(page: Page) -> tuple[float, float, float]:
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    first, seen, now = page.evaluate(f"[{paint}, window.__seen ?? 0, performance.now()]")
    return first, seen, now


def _counting(tools: CDPSession, line: dict[str, Any] | None) -> dict[str, int]:
    """Bytes by request, as they come."""
    came: dict[str, int] = {}
    tools.on("Network.loadingFinished", lambda told: came.update({told["requestId"]: told["encodedDataLength"]}))
    tools.send("Network.enable")
    if line:
        tools.send("Network.emulateNetworkConditions", line)
    return came
