"""Valkey is killed under an open page: the page says so, and comes back by itself once Valkey does."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.built import copied
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_kills import person
from tests.patience import PATIENCE, until
from tests.servers import Valkey
from tests.serving import AGAIN, App, free_port, serve

INTERRUPTED = "实时更新暂时中断"


@pytest.fixture
def app(valkey: Valkey, tmp_path: Path) -> Iterator[App]:
    """Two processes at one port, on Valkey."""
    port = str(free_port())
    web = copied(tmp_path / "web", port)
    told = {"PORT": port, "REFLEX_WEB_WORKDIR": str(web), "GRANIAN_WORKERS": "2", **valkey.environment}
    with serve(tmp_path, AGAIN, **told) as found:
        yield found


def readiness(app: App) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{app.url}/health/ready", timeout=PATIENCE) as answer:  # noqa: S310 our own address
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def strip(page: Page):
    return page.get_by_role("status").filter(has_text=INTERRUPTED)


def test_a_page_says_that_updates_are_interrupted_and_comes_back(browser: Browser, app: App, valkey: Valkey) -> None:
    dave = Shopper(person(browser, app))
    dave.sign_in("dave")
    no = dave.buy("video-year")
    watching = dave.page.context.new_page()
    watching.goto(f"/orders/{no}/")
    expect(watching.get_by_text(no).first).to_be_visible()
    assert readiness(app) == (200, "ok")

    valkey.kill()
    expect(strip(watching)).to_be_visible(timeout=PATIENCE * 1000)
    assert readiness(app) == (503, "valkey")
    late = dave.page.context.new_page()
    late.goto(f"/orders/{no}/")
    expect(strip(late)).to_be_visible(timeout=PATIENCE * 1000)

    valkey.start()
    until(lambda: readiness(app) == (200, "ok"))
    for page in (watching, late):
        expect(strip(page)).to_have_count(0, timeout=PATIENCE * 1000)
        expect(page.get_by_text(no).first).to_be_visible(timeout=PATIENCE * 1000)
    dave.request(no)
    for page in (watching, late):
        expect(page.get_by_text("审核中").first).to_be_visible(timeout=PATIENCE * 1000)
