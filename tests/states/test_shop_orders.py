"""Bob's list of orders, called as anybody may call it: all it shows comes from the address."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from reflex.istate.data import RouterData
from sqlmodel import select

from cardmall.domain.terms import Stage
from cardmall.models import Order, Shop
from cardmall.states.merchant.order import MerchantOrderState
from cardmall.states.merchant.orders import ShopOrdersState
from tests.states.test_abnormal import all_of
from tests.states.test_desks import STRANGERS, first, page_of, run, town

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]
__all__ = ["town"]
ORDERS = "/merchant/orders"


def opened(who: str = "bob", path: str = ORDERS) -> Any:
    page = page_of(ShopOrdersState, who, path)
    page.router = asked_for(page, path)
    run(ShopOrdersState.refresh.fn(page))
    return page


def asked_for(page: Any, path: str) -> Any:
    """The router of the page with the query of this path."""
    bare, _, query = path.partition("?")
    told = {"headers": {"cookie": page.router.headers.cookie, "origin": "http://shop"}, "token": "bob"}
    pairs = dict(pair.split("=") for pair in query.split("&")) if query else {}
    return RouterData.from_router_data(told | {"asPath": path, "pathname": bare, "query": pairs})


def own() -> list[Order]:
    shop = first(select(Shop.id).where(Shop.slug == "qinghe"))
    return all_of(select(Order).where(Order.shop_id == shop))


def leads(page: Any, handler: str, *args: Any) -> dict[str, str]:
    """The query of the address a handler leads to."""
    found = re.search(ORDERS + r"\??([^\"]*)", str(getattr(ShopOrdersState, handler).fn(page, *args)))
    assert found
    return dict(parse_qsl(found[1]))


def test_the_tabs_add_up_to_all_orders_of_the_shop() -> None:
    page, orders = opened(), own()
    assert page.tabs[0].stage == "" and page.tabs[0].selected
    assert page.tabs[0].count == len(orders) == sum(tab.count for tab in page.tabs[1:])
    for tab in page.tabs[1:]:
        assert tab.count == sum(order.stage is Stage(tab.stage) for order in orders)
    assert {row.no for row in page.rows} <= {order.no for order in orders}


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_none_of_them(who: str) -> None:
    page, numbers = opened(who), {order.no for order in own()}
    assert not numbers & {row.no for row in page.rows}
    assert who == "erin" or (page.rows, page.tabs[0].count, page.products) == ([], 0, [])


def test_a_choice_changes_the_address_and_keeps_the_other_filters() -> None:
    page = opened(path=f"{ORDERS}?mode=auto&q=1234")
    assert (page.asked.mode, page.asked.q, page.asked.more, page.asked.any) == ("auto", "1234", True, True)
    known = {"mode": "auto", "q": "1234"}
    assert leads(page, "choose", "channel", "wechat") == known | {"channel": "wechat"}
    assert leads(page, "choose", "mode", "") == {"q": "1234"}
    assert leads(page, "choose_amount", {"least": " 5 ", "most": ""}) == known | {"least": "5"}
    assert leads(page, "choose_dates", {"since": "2026-01-01"}) == known | {"since": "2026-01-01"}
    assert leads(page, "choose_period", "30").keys() == {*known, "since"}
    assert leads(page, "choose_period", "") == known
    assert leads(page, "search", {"q": "tiger88"}) == {"mode": "auto", "q": "tiger88"}


def test_anything_may_be_sent_and_only_filters_are_taken() -> None:
    page = opened()
    names: tuple[Any, ...] = ("stage", "after", "file", "\0", 7, None)
    for name in names:
        assert ShopOrdersState.choose.fn(page, name, "x") is None
    for junk in (None, 7, [], {"q": 7}, {"q": None}):
        assert leads(page, "search", junk) == leads(page, "choose_amount", junk) == {}
    assert ShopOrdersState.choose_period.fn(page, "custom") is None and page.asked.period == "custom"
    run(ShopOrdersState.refresh.fn(page))
    assert page.asked.period == "custom"  # somebody types dates meanwhile


def test_a_wrong_amount_stays_typed_and_says_so() -> None:
    page = opened(path=f"{ORDERS}?least=abc&most=5")
    assert (page.asked.least, page.asked.most, page.amount_error) == ("abc", "5", "not_money")
    assert (page.rows, page.days_error) == ([], "")
    assert opened(path=f"{ORDERS}?since=2026-02-02&until=2026-01-01").days_error == "out_of_range"


def test_the_file_stands_under_the_same_filters() -> None:
    page = opened(path=f"{ORDERS}?mode=auto&stage=closed")
    assert page.file_url.endswith("/merchant/orders.csv?stage=closed&mode=auto")


def test_an_order_opens_with_its_conversation_closed() -> None:
    no = own()[0].no
    page = page_of(MerchantOrderState, "bob", f"{ORDERS}/{no}")
    run(MerchantOrderState.load.fn(page))
    assert page.view.order.no == no
