"""Pictures of products over plain HTTP: what is refused says why and leaves nothing behind; what is shown is kept."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.http import goods_pictures
from cardmall.models import Job, Picture, PictureData
from cardmall.services.shop import goods
from cardmall.ssr.first import First, first_of
from cardmall.ssr.head import address_tags, origin, with_picture
from tests.hostile import NOT_PICTURES, SCRIPT, TOO_LARGE, picture, with_script
from tests.http.test_pictures import ORIGIN, signed_in
from tests.services.test_goods_pictures import show
from tests.town import AUTO, MANUAL, NOW, Town, act, count, set_clock

Browser = Callable[[Actor | None], TestClient]
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
def browser(town: Town) -> Iterator[Browser]:
    """A browser signed in as this person."""
    opened: list[TestClient] = []
    set_clock(NOW)

    def open_browser(who: Actor | None) -> TestClient:
        client = TestClient(Starlette(routes=goods_pictures.ROUTES), headers=ORIGIN, raise_server_exceptions=True)
        opened.append(client)
        if who:
            client.cookies.set(cookies.SESSION, signed_in(who))
        return client

    yield open_browser
    for client in opened:
        client.close()


def hand_in(client: TestClient, data: bytes, slug: str = AUTO) -> httpx.Response:
    return client.post(routes.goods_pictures_url(slug), files={"picture": ("a.jpg", data, "image/jpeg")})


def shown(client: TestClient, told: dict[str, str], size: str = "") -> httpx.Response:
    return client.get(routes.goods_picture_url(told["id"], size))


def nothing_left() -> bool:
    return (count(Picture), count(PictureData), count(Job, Job.kind == "drop_picture")) == (0, 0, 0)


def test_bob_hands_in_a_picture_and_everybody_keeps_it_once_it_is_on_sale(town: Town, browser: Browser) -> None:
    bob = browser(town.bob)
    answer = hand_in(bob, picture(size=(3000, 2000)))
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told.keys() == {"id", "url", "thumb"}
    own = shown(bob, told, "card")
    assert own.headers["cache-control"] == "private, max-age=3600" and own.headers["vary"] == "Cookie"
    everyone = [browser(who) for who in (town.alice, town.mo, None)]
    unseen = [shown(client, told) for client in everyone]
    assert [(one.status_code, one.headers["cache-control"]) for one in unseen] == [(404, "no-store")] * 3
    show(town, told["id"])
    for client in (*everyone, bob, browser(town.carol)):
        found = shown(client, told, "page")
        assert (found.status_code, found.headers["content-type"]) == (200, "image/jpeg")
        assert found.headers["cache-control"] == IMMUTABLE and "vary" not in found.headers
        assert found.headers["content-security-policy"] == "default-src 'none'; sandbox"
    sizes = [Image.open(io.BytesIO(shown(bob, told, size).content)).size for size in ("page", "card", "thumb", "")]
    assert sizes == [limits.PAGE_COVER, limits.CARD_COVER, limits.SQUARE_COVER, (1620, 1080)]


def test_who_may_hand_in(town: Town, browser: Browser) -> None:
    tried = [hand_in(browser(who), picture()) for who in (None, town.alice, town.carol, town.mo)]
    assert [one.status_code for one in tried] == [401, 403, 403, 404]
    assert hand_in(browser(town.bob), picture(), "nothing").json() == tried[-1].json()
    act(goods.archive_product, town.bob, AUTO, now=NOW)
    assert (archived := hand_in(browser(town.bob), picture())).status_code == 409
    assert archived.json()["reason"] == "archived" and nothing_left()


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_no_picture_leaves_nothing(town: Town, browser: Browser, name: str) -> None:
    answer = hand_in(browser(town.bob), NOT_PICTURES[name])
    assert (answer.status_code, answer.json()["reason"]) == (415, "not_a_picture")
    assert answer.json()["text"] == "只支持 JPG、PNG、WebP 图片" and nothing_left()


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_leaves_nothing(town: Town, browser: Browser, name: str) -> None:
    answer = hand_in(browser(town.bob), TOO_LARGE[name])
    assert (answer.status_code, answer.json()["reason"]) == (413, "picture_too_large") and nothing_left()


def test_of_a_script_behind_a_picture_nothing_is_kept(town: Town, browser: Browser) -> None:
    bob = browser(town.bob)
    told = hand_in(bob, with_script()).json()
    assert not [size for size in ("", "page", "card", "thumb") if SCRIPT in shown(bob, told, size).content]


def test_another_site_hands_in_and_takes_back_nothing(town: Town, browser: Browser) -> None:
    bob = browser(town.bob)
    told = hand_in(bob, picture()).json()
    bob.headers["origin"] = "https://evil.test"
    assert hand_in(bob, picture()).status_code == 403
    assert bob.delete(f"{routes.goods_pictures_url(AUTO)}/{told['id']}").status_code == 403
    assert count(Picture) == 1


def test_taking_back(town: Town, browser: Browser) -> None:
    bob, one, saved = browser(town.bob), picture(), picture("PNG")
    first, second = (hand_in(bob, data).json()["id"] for data in (one, saved))
    show(town, second)
    url = f"{routes.goods_pictures_url(AUTO)}/{{}}".format
    tried = [browser(who).delete(url(first)).status_code for who in (None, town.alice, town.carol, town.mo)]
    assert tried == [401, 403, 403, 404]
    elsewhere = bob.delete(f"{routes.goods_pictures_url(MANUAL)}/{first}").status_code
    assert (elsewhere, bob.delete(url(second)).status_code, bob.delete(url(first)).status_code) == (404, 409, 204)
    assert [bob.delete(url(name)).status_code for name in (first, "%00", "f" * 32)] == [404] * 3
    assert count(Picture) == 1


@pytest.mark.parametrize(
    "path", ["", "x", "..%2f..%2fetc%2fpasswd", "%00", "a%00b", "F" * 32, "f" * 32, "f" * 5000, "'or'1'='1", "%252e"]
)
def test_tricks_in_the_path_find_nothing(town: Town, browser: Browser, path: str) -> None:
    assert browser(town.bob).get(f"/goods/{path}.jpg").status_code == 404
    assert browser(None).get(f"/goods/{path}.jpg?size=%00").status_code == 404
    assert hand_in(browser(town.bob), picture(), path or "x").status_code in (404, 405) and nothing_left()


def test_who_tries_all_day_is_stopped(town: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PICTURE_TRIES", "3/hour")
    bob = browser(town.bob)
    assert [hand_in(bob, b"x").status_code for _ in range(4)] == [415, 415, 415, 429]


def test_a_link_to_a_product_is_shown_with_its_cover_and_search_engines_find_it(town: Town, browser: Browser) -> None:
    def opened() -> First:
        return asyncio.run(first_of(routes.PRODUCT, {"slug": AUTO}, "zh_CN"))

    drawn = f'<title>x</title><meta content="{routes.SHARED_PICTURE}" property="og:image"/>'
    bare = opened()
    assert "image" not in bare.data and with_picture(drawn, bare.picture).count(origin() + routes.SHARED_PICTURE) == 1
    first, second = (hand_in(browser(town.bob), picture(kind)).json()["id"] for kind in ("JPEG", "PNG"))
    show(town, second, first)
    found = opened()
    url = origin() + routes.goods_picture_url(second, "page")
    assert found.data["image"] == url and f'content="{url}" property="og:image"' in with_picture(drawn, found.picture)
    assert json.dumps(url) in address_tags(drawn, found.address, found.data)
    assert browser(None).get(url.removeprefix(origin())).status_code == 200
