"""The built application is killed -9 five times while money moves; started again, nothing is lost or doubled."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import DESK, PATIENCE
from tests.e2e.pages.demo import Clock
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.truth import Truth, looking_into, settled
from tests.serving import AGAIN, BUILD, App, free_port, serve

KILLS = 5
PRICE = 21800  # video-year, fen


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, str]:
    """Its data and its port stay the same through all its lives."""
    return tmp_path, str(free_port())


def person(browser: Browser, app: App) -> Page:
    context = browser.new_context(
        viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=app.url
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def trade(browser: Browser, app: App) -> list[str]:
    """Dave buys twice and wants one back, Bob approves: then a refund is on its way. The kill comes at once."""
    dave, bob = Shopper(person(browser, app)), Merchant(person(browser, app))
    dave.sign_in("dave")
    bob.sign_in("bob")
    kept, back = dave.buy("video-year"), dave.buy("video-year")
    dave.request(back)
    bob.open_queue().approve_in_queue(back)
    time.sleep(random.uniform(0, 0.3))
    app.kill()
    for one in (dave, bob):
        one.page.context.close()
    return [kept, back]


def at_the_gateway(data: Path) -> dict[str, tuple[int, int]]:
    """Refunds and fen by payment, as the channel itself counts them."""
    with closing(sqlite3.connect(data / "gateway" / "gateway.db")) as store:
        found = store.execute("SELECT trade, count(*), sum(amount) FROM refund WHERE code = '' GROUP BY trade")
        return {trade: (number, fen) for trade, number, fen in found.fetchall()}


def test_five_kills_of_the_built_app_lose_nothing(browser: Browser, places: tuple[Path, str]) -> None:
    data, port = places
    kept: list[str] = []
    back: list[str] = []
    for life in range(KILLS):
        with serve(data, AGAIN if life else BUILD, PORT=port) as app:
            one, other = trade(browser, app)
            kept.append(one)
            back.append(other)
    with serve(data, AGAIN, PORT=port) as app:
        clock = Clock(person(browser, app))
        for _ in range(3):
            clock.five_minutes()
        clock.a_day()
        with looking_into(app) as db:
            for truth in (Truth(db, no) for no in back):
                assert settled(lambda t=truth: t.refunds, [("succeeded", PRICE)]) == [("succeeded", PRICE)]
                assert (truth.status, truth.cases, truth.money) == ("canceled", ["approved"], {})
            for truth in (Truth(db, no) for no in kept):
                assert settled(lambda t=truth: t.status, "delivered") == "delivered"
                assert (truth.refunds, truth.money) == ([], {"shopper": -PRICE, "escrow": PRICE})
                assert truth.verbs.count("delivered") == truth.verbs.count("paid") == 1
            payments = {Truth(db, no).payment for no in back}
        given = at_the_gateway(data)
        assert {no: given[no] for no in payments} == dict.fromkeys(payments, (1, PRICE))
        clock.page.context.close()
