"""Headers of every answer, and redirects that stay in the shop."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from cardmall import settings as told
from cardmall.http import headers, request
from cardmall.http.headers import kept_location, with_headers
from cardmall.http.proxy import behind_proxies
from cardmall.http.request import same_origin

SCRIPT = "document.title='x'"
PAGE = f'<!doctype html><script>{SCRIPT}</script><script type="module" src="/assets/a.js"></script>'
URL = "https://mall.example"


async def page(_request: Request) -> Response:
    return HTMLResponse(PAGE, headers={"ETag": '"1"'})


async def away(_request: Request) -> Response:
    return RedirectResponse("http://evil.test//evil.test/x?a=1", 307)


async def asset(_request: Request) -> Response:
    return Response("1", media_type="text/javascript")


async def whence(asked: Request) -> Response:
    return PlainTextResponse(str(same_origin(asked)))


async def other(_request: Request) -> Response:
    """Of the same time and size as the page: the file server gives it the same ETag."""
    return HTMLResponse(PAGE.replace("'x'", "'y'"), headers={"ETag": '"1"'})


ROUTES = [
    Route("/page/", page),
    Route("/other/", other),
    Route("/away", away),
    Route("/assets/a.js", asset),
    Route("/whence", whence, methods=["GET", "POST"]),
]


def client(url: str = "http://testserver", peer: str = "203.0.113.1") -> TestClient:
    inner = Starlette(routes=ROUTES)
    inner.add_middleware(CORSMiddleware, allow_origins=["https://other.example"])
    app = behind_proxies(with_headers(inner), ())
    return TestClient(app, base_url=url, follow_redirects=False, client=(peer, 1))


@pytest.fixture
def earnest(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Outside demo mode, at https://mall.example."""
    for module in (headers, request):
        monkeypatch.setattr(module, "settings", replace(told.settings, demo=False, public_url=URL))
    yield client(URL)


def test_a_page_may_run_the_scripts_that_stand_in_it_and_no_other() -> None:
    policy = client().get("/page/").headers["content-security-policy"]
    mine = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{mine}';" in policy and "'unsafe-eval'" not in policy
    for rule in ("object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy


def test_a_page_never_gets_the_policy_of_another_with_the_same_etag() -> None:
    found = client()
    for path, title in (("/page/", "x"), ("/other/", "y"), ("/page/", "x"), ("/other/", "y")):
        script = f"document.title='{title}'"
        assert (
            b64encode(sha256(script.encode()).digest()).decode() in found.get(path).headers["content-security-policy"]
        )


def test_pages_are_asked_about_again_and_hashed_files_never() -> None:
    found = client()
    assert found.get("/page/").headers["cache-control"] == "no-cache"
    assert found.get("/assets/a.js").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.get("/assets/gone.js").headers["cache-control"] == "no-cache"


def test_a_preflight_carries_the_same_headers(earnest: TestClient) -> None:
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    answer = earnest.options("/whence", headers=asked)
    assert answer.status_code == 200
    for name in ("x-content-type-options", "permissions-policy", "strict-transport-security", "x-frame-options"):
        assert name in answer.headers


def test_https_is_promised_outside_demo_mode_only(earnest: TestClient) -> None:
    assert earnest.get("/page/").headers["strict-transport-security"] == "max-age=31536000"


def test_a_demo_promises_no_https() -> None:
    assert "strict-transport-security" not in client("https://testserver").get("/page/").headers


@pytest.mark.parametrize("host", ["testserver", "evil.test"])
def test_the_slash_redirect_never_follows_a_host(host: str) -> None:
    answer = client().get("/page", headers={"Host": host})
    assert (answer.status_code, answer.headers["location"]) == (307, "/page/")


def test_no_redirect_leaves_the_shop() -> None:
    assert client().get("/away").headers["location"] == "/evil.test/x?a=1"
    assert kept_location("/\\evil.test") == "/evil.test" and kept_location("//evil.test") == "/"
    assert kept_location("/orders?a=1#b") == "/orders?a=1#b"


def test_a_foreign_host_is_no_shop_of_ours(earnest: TestClient) -> None:
    assert earnest.get("/page/").status_code == 200
    for port in (":80", ":8443", ".evil.test", ":443:443", ":443.evil.test"):
        assert earnest.get("/page/", headers={"Host": "mall.example" + port}).status_code == 421
    for host in ("evil.test", "evil.test:443", ":443"):
        assert earnest.get("/page/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["mall.example", "MALL.example", "mall.example:443"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_the_usual_port_is_no_other_host(earnest: TestClient, host: str, scheme: str) -> None:
    """A proxy may pass on the Host as it was dialled, and need not say that it was over TLS."""
    assert client(f"{scheme}://inside:3000").get("/page/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "ours"),
    [
        ({}, True),
        ({"Origin": URL}, True),
        ({"Origin": URL + ":443"}, True),
        ({"Referer": URL + "/orders"}, True),
        ({"Origin": "http://mall.example"}, False),  # the scheme counts
        ({"Origin": "https://mall.example:8443"}, False),
        ({"Origin": "https://mall.example.evil.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://[mall.example"}, False),
        ({"Origin": URL, "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": URL, "Sec-Fetch-Site": "same-origin"}, True),
    ],
)
def test_a_form_is_ours_by_scheme_host_and_port(earnest: TestClient, sent: dict[str, str], ours: bool) -> None:
    assert earnest.post("/whence", headers=sent).text == str(ours)
