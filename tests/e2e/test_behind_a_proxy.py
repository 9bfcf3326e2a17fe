"""The production build outside demo mode, behind a proxy with TLS: everybody is who they are."""

import json
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, TimeoutError
from sqlmodel import select

from cardmall import demo, routes, startup
from cardmall.adapters import db
from cardmall.adapters import vault as keys
from cardmall.models import Card, Order
from cardmall.settings import read_settings
from tests import reverse
from tests.attack.histories import delivered
from tests.serving import BUILD, free_port, serve

pytestmark = pytest.mark.long
KINDS = ["python", *(["nginx"] if reverse.NGINX else [])]
SESSION = "__Host-cardmall_session"
PASSWORD = "cardmall-demo"


@dataclass(frozen=True)
class Shop:
    url: str
    inside: str
    database: Path
    no: str
    card: str


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demo's town with accounts of earnest, one sealed card of Alice among it, served behind a proxy."""
    folder = tmp_path_factory.mktemp(f"proxy-{request.param}")
    data, port, inside = folder / "data", free_port(), free_port()
    earnest = {
        "CARDMALL_SECRET": "behind a proxy " * 3,
        "CARDMALL_TRUSTED_PROXIES": "127.0.0.1",
        "CARDMALL_PUBLIC_URL": f"https://mall.localhost:{port}",
    }
    no, card = _town(data, earnest)
    served = serve(data, how=BUILD, PORT=str(inside), CARDMALL_WORKERS="0", **earnest)
    with served as app, reverse.in_front(request.param, folder / "proxy", port, inside):
        yield Shop(earnest["CARDMALL_PUBLIC_URL"], app.url, data / "cardmall.db", no, card)


def _town(data: Path, earnest: dict[str, str]) -> tuple[str, str]:
    data.mkdir()
    before = keys._vault
    keys._vault = keys.make_vault(read_settings(earnest))
    engine = db.make_engine(f"sqlite:///{data / 'cardmall.db'}")
    db.use(engine)
    try:
        startup.migrate()
        demo.build_if_empty()
        with db.transaction() as session:
            no = delivered(session)
            return no, session.exec(select(Card.id).join(Order).where(Order.no == no)).one()
    finally:
        db.use(None)
        engine.dispose()
        keys._vault = before


def browser_at(shop: Shop, address: str) -> httpx.Client:
    """A browser of somebody at this address of the loopback network."""
    transport = httpx.HTTPTransport(verify=False, local_address=address)
    url = shop.url.replace("mall.localhost", "127.0.0.1")
    headers = {"Origin": shop.url, "Host": urlsplit(shop.url).netloc}
    return httpx.Client(transport=transport, base_url=url, headers=headers, timeout=60)


def sign_in(browser: httpx.Client, who: str, password: str = PASSWORD) -> httpx.Response:
    return browser.post(routes.SIGN_IN, data={"identifier": f"{who}@cardmall.test", "password": password})


def test_ten_strangers_lock_nobody_out_and_the_reveal_log_knows_the_address(shop: Shop) -> None:
    for number in range(2, 12):  # each with another wrong password, some of them for Alice's account
        with browser_at(shop, f"127.0.0.{number}") as stranger:
            refused = sign_in(stranger, ("alice", "bob", "dave")[number % 3], "not the password")
            assert SESSION not in refused.cookies
    with browser_at(shop, "127.0.0.77") as alice:
        answer = sign_in(alice, "alice")
        assert answer.status_code == 303 and answer.headers["location"].startswith("/")
        kept = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION))
        assert "Secure" in kept and "HttpOnly" in kept and "Path=/" in kept and "Domain" not in kept
        token = {"Cookie": f"{SESSION}={answer.cookies[SESSION]}"}
        forged = token | {"X-Forwarded-For": "203.0.113.66", "Forwarded": "for=203.0.113.67"}
        told = alice.post(routes.reveal_url(shop.no, shop.card), headers=forged)
        assert told.status_code == 200 and told.json()["code"]
    with sqlite3.connect(f"file:{shop.database}?mode=ro", uri=True) as base:
        (data,) = base.execute("SELECT data FROM event WHERE verb = 'card_revealed' ORDER BY id DESC").fetchone()
    assert json.loads(data)["address"] == "127.0.0.77"


def test_eleven_people_register(shop: Shop) -> None:
    for number in range(20, 31):
        with browser_at(shop, f"127.0.0.{number}") as somebody:
            form = {"identifier": f"n{number}@mall.example", "password": "a long and unlikely one 7", "name": "n"}
            assert SESSION in somebody.post(routes.SIGN_UP, data=form).headers.get("set-cookie", "")


def test_redirects_stay_https_and_a_foreign_host_is_refused(shop: Shop) -> None:
    with browser_at(shop, "127.0.0.90") as somebody:
        slash = somebody.get("/login/")
        assert slash.status_code in (301, 307, 308) and slash.headers["location"] == "/login"
        page = somebody.get("/login")
        assert page.headers["strict-transport-security"] and page.headers["cache-control"] == "no-cache"
        again = somebody.get("/login", headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 304
        assert somebody.get("/login", headers={"Host": "evil.test"}).status_code == 421
        foreign = somebody.post(routes.SIGN_IN, data={}, headers={"Origin": shop.url.replace("https:", "http:")})
        assert foreign.status_code == 403
    assert httpx.get(shop.inside + routes.LIVE).status_code == 200  # by address, for whoever watches it


def test_the_socket_is_open_to_our_page_only(shop: Shop) -> None:
    assert [_handshake(shop, origin) for origin in (shop.url, "https://evil.test", "")] == [True, False, False]


def _handshake(shop: Shop, origin: str) -> bool:
    context = ssl._create_unverified_context()  # noqa: S323 - signed by ourselves
    host = urlsplit(shop.url)
    lines = [
        "GET /_event/?token=0123456789abcdef&EIO=4&transport=websocket HTTP/1.1",
        *(f"Host: {host.netloc}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        *([f"Origin: {origin}"] if origin else []),
    ]
    raw = socket.create_connection(("127.0.0.1", host.port or 443), timeout=30, source_address=("127.0.0.91", 0))
    with context.wrap_socket(raw, server_hostname="localhost") as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return b" 101 " in line.recv(4096).split(b"\r\n")[0]


def test_a_browser_signs_in_and_its_page_lives(shop: Shop, browser: Browser) -> None:
    context = browser.new_context(base_url=shop.url, ignore_https_errors=True, locale="zh-CN")
    errors: list[str] = []
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page = context.new_page()
    page.goto("/login")
    page.locator("input[name=identifier]").fill("dave@cardmall.test")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto("/orders")
    with suppress(TimeoutError):
        page.get_by_role("heading", level=1).wait_for(timeout=15_000)
    assert page.get_by_role("heading", level=1).count(), f"{errors} {page.locator('body').inner_text()[:500]}"
    names = {cookie.get("name") for cookie in context.cookies()}
    context.close()
    assert SESSION in names and errors == []
