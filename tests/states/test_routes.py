"""A person is only ever sent to a path of ours."""

import pytest

from cardmall import cookies, routes
from cardmall.adapters import bus, signals
from cardmall.domain.topics import order_topic
from cardmall.ssr import crawlers

# What anybody may find; an address that only takes what is sent shows nothing.
FOUND = {routes.HOME, routes.PRODUCT, routes.LOGIN, routes.REGISTER, routes.HELP, routes.RULES}
PICTURES = {routes.SHARED_PICTURE, routes.GOODS_PICTURE}
SENT = {routes.LOCALE, routes.CALLBACK, routes.SANDBOX_PAY, routes.ROBOTS, routes.SITEMAP, routes.LIVE, routes.READY}


@pytest.mark.parametrize(
    "url", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:x", "", "/a\n/b", "\t//x"]
)
def test_mallory_cannot_send_alice_elsewhere(url):
    assert routes.own_path(url) == routes.HOME


def test_our_own_paths_stay():
    assert routes.own_path("/orders?stage=to_pay") == "/orders?stage=to_pay"


def test_a_number_in_an_address_cannot_leave_its_place():
    assert routes.order_url("../x?y") == "/orders/..%2Fx%3Fy"
    assert routes.cancel_url("CM1") == "/orders/CM1/cancel"


def test_search_engines_are_kept_from_every_page_that_is_somebodys() -> None:
    """A new route is personal, or is named above."""
    every = {url for name, url in vars(routes).items() if name.isupper() and isinstance(url, str)}
    assert {url for url in every if not url.startswith(crawlers.PERSONAL)} == FOUND | SENT | PICTURES
    assert not any(url.startswith(crawlers.PERSONAL) for url in FOUND)


def test_a_cookie_that_cannot_be_read_is_no_cookie():
    assert cookies.value('cardmall_session=a; b="', cookies.SESSION) in {"a", ""}
    assert cookies.value("", cookies.SESSION) == ""
    assert cookies.hash_of("") == ""


def test_publishing_without_a_running_app_tells_nobody():
    signals.publish({order_topic("CM1")})
    assert bus._wanted(frozenset({order_topic("CM1")})) == {}


def test_what_was_published_since_is_known_also_when_nobody_remembers():
    since = signals.mark()
    assert not signals.moved(since, order_topic("CM1"))
    signals.publish({order_topic("CM2")})
    assert signals.moved(since, order_topic("CM2")) and not signals.moved(since, order_topic("CM1"))
    assert not signals.moved(signals.mark(), order_topic("CM2"))
    for _ in range(1000):
        signals.publish({order_topic("CM3")})
    assert signals.moved(since, order_topic("CM1")), "so much was published that it may have been among it"
