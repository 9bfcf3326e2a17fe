"""The page of a shop that goes away and opens again, and what shoppers see, called as anybody may call them (R98)."""

from typing import Any

import pytest

from cardmall.adapters import bus, clock
from cardmall.domain.away import opens_again
from cardmall.domain.calendar import day_of
from cardmall.domain.topics import away_topic, shop_topic
from cardmall.models import Away, Event, Order
from cardmall.services.shop.away import go_away, open_again
from cardmall.ssr.head import product_data
from cardmall.states.admin.shops import ShopsState
from cardmall.states.merchant.shop import NOTHING, ShopState
from cardmall.states.public.product import ProductState
from cardmall.states.shopper.checkout import CheckoutState
from cardmall.states.shopper.order import OrderState
from tests.states.test_desks import page_of
from tests.states.test_goods import comes, errors, run, town
from tests.town import DAY, MANUAL, PRICE, Town, act, count, rows

__all__ = ["town"]
PATH = "/merchant/shop"
JUNK: list[Any] = [None, 7, [], {}, {"day": {}}, {"day": "9" * 4000, "note": [1]}, {"day": "2026-02-30"}]


def week() -> str:
    return (day_of(clock.now()) + 7 * DAY).isoformat()


def form(note: str = "出差") -> dict[str, str]:
    return {"day": week(), "note": note}


def opened(who: str = "bob") -> Any:
    page = page_of(ShopState, who, PATH)
    run(ShopState.load.fn(page))
    return page


def product_page(who: str = "alice") -> Any:
    page = page_of(ProductState, who, f"/p/{MANUAL}")
    run(ProductState.load.fn(page))
    return page


def leave(town: Town) -> None:
    act(go_away, town.bob, day=week(), note="出差", now=clock.now())


def test_it_is_asked_once_with_what_follows_and_then_away_until_that_day(town: Town) -> None:
    town.tale(clock.now()).order(MANUAL).pay()
    page = opened()
    run(ShopState.ask.fn(page, form()))
    assert (page.asked.day, page.asked.days, page.view.to_deliver, count(Away)) == (week(), 7, 1, 0)
    said = run(ShopState.leave.fn(page))
    assert "已暂停营业" in str(said) and page.asked == NOTHING
    assert (page.view.until_day, page.view.note, count(Event, Event.verb == "away")) == (week(), "出差", 1)
    assert run(ShopState.leave.fn(page)) is None, "a second press has nothing to ask"
    assert "已恢复营业" in str(run(ShopState.reopen.fn(page)))
    assert (page.view.back_at, count(Away), page.saved) == (None, 1, 2)


@pytest.mark.parametrize("told", JUNK)
def test_whatever_is_sent_asks_nothing_that_cannot_be(town: Town, told: Any) -> None:
    page = opened()
    run(ShopState.ask.fn(page, told))
    assert (page.asked, errors(page)) == (NOTHING, {"day": "required"})
    run(ShopState.ask.fn(page, form()))
    assert (page.asked.day, errors(page)) == (week(), {})
    ShopState.dismiss.fn(page)
    run(ShopState.leave.fn(page))
    assert count(Away) == 0


def test_what_a_colleague_set_meanwhile_is_seen_first(town: Town) -> None:
    page = opened()
    run(ShopState.ask.fn(page, form("mine")))
    leave(town)
    assert "已被其他人更改" in str(run(ShopState.leave.fn(page)))
    assert (page.view.note, page.asked, [one.note for one in rows(Away)]) == ("出差", NOTHING, ["出差"])
    run(ShopState.ask.fn(page, form("mine")))
    run(ShopState.leave.fn(page))
    assert page.view.note == "mine"


def test_who_began_before_a_colleague_set_it_is_told_so_before_the_question(town: Town) -> None:
    page = opened()
    run(ShopState.ask.fn(page, form("mine")))
    leave(town)
    run(ShopState.refresh.fn(page))
    assert "已被其他人更改" in str(run(ShopState.ask.fn(page, form("mine"))))
    assert (page.asked, page.view.note) == (NOTHING, "出差")
    run(ShopState.leave.fn(page))
    assert [one.note for one in rows(Away)] == ["出差"]
    run(ShopState.ask.fn(page, form("mine")))
    run(ShopState.leave.fn(page))
    assert page.view.note == "mine"


def test_an_answer_that_is_refused_leaves_no_question_open(town: Town) -> None:
    page = opened()
    run(ShopState.ask.fn(page, form()))
    run(ShopState.ask.fn(page, {"day": "never"}))
    run(ShopState.leave.fn(page))
    assert (page.asked, count(Away)) == (NOTHING, 0)


@pytest.mark.parametrize("who", ["", "unknown", "alice", "carol"])
def test_strangers_see_and_set_nothing(town: Town, who: str) -> None:
    page = opened(who)
    assert (page.missing, page.view.name) == (True, "")
    run(ShopState.ask.fn(page, form()))
    page.asked = type(NOTHING)(week(), None, 7, "x")
    run(ShopState.leave.fn(page))
    run(ShopState.reopen.fn(page))
    assert (count(Away), page.view.name) == (0, "")


def test_a_question_stays_open_when_the_page_is_drawn_anew_and_not_when_it_is_opened_again(town: Town) -> None:
    page = opened()
    run(ShopState.ask.fn(page, form()))
    for again, day in ((True, week()), (False, "")):
        run(comes(page, again=again))
        run(ShopState.load.fn(page))
        assert page.asked.day == day


def test_its_members_listen_for_their_shop(town: Town) -> None:
    page = opened()
    heard = bus._listeners[shop_topic(town.bob.shop_id)][page.router.session.client_token]
    assert any(name.endswith("shop_state.refresh") for name in heard)


def test_an_open_product_page_follows_its_shop(town: Town) -> None:
    page = product_page()
    assert page.router.session.client_token in bus._listeners[away_topic("bobs")]
    leave(town)
    run(ProductState.refresh.fn(page))
    assert (page.view.back_at, page.view.away_note) == (opens_again(day_of(clock.now()) + 7 * DAY), "出差")
    assert product_data(page.view)["offers"]["availability"].endswith("/OutOfStock")


@pytest.mark.parametrize(("kind", "path"), [(OrderState, "orders"), (CheckoutState, "checkout")])
def test_the_page_of_an_order_and_its_checkout_follow_the_shop(town: Town, kind: Any, path: str) -> None:
    tale = town.tale(clock.now()).order(MANUAL)
    page = page_of(kind, "alice", f"/{path}/{tale.no}")
    run(kind.load.fn(page))
    assert page.view.back_at is None
    assert page.router.session.client_token in bus._listeners[away_topic("bobs")]
    leave(town)
    run(kind.refresh.fn(page))
    assert page.view.back_at == opens_again(day_of(clock.now()) + 7 * DAY)


def test_a_page_that_did_not_hear_of_it_is_refused_and_says_so_until_the_shop_is_back(town: Town) -> None:
    page = product_page()
    leave(town)
    run(ProductState.buy.fn(page, {"quantity": "1", "price": str(PRICE)}))
    assert (page.refusal, bool(page.view.back_at), count(Order)) == ("shop_away", True, 0)
    assert "店铺暂停营业" in page.refusal_text
    act(open_again, town.bob, now=clock.now())
    run(ProductState.refresh.fn(page))
    assert (page.refusal, page.view.back_at) == ("", None)
    run(ProductState.buy.fn(page, {"quantity": "1", "price": str(PRICE)}))
    assert count(Order) == 1


def test_an_order_placed_before_is_offered_to_be_paid(town: Town) -> None:
    page = product_page()
    run(ProductState.buy.fn(page, {"quantity": "1", "price": str(PRICE)}))
    leave(town)
    assert product_page().unpaid.no == rows(Order)[0].no


def test_admins_see_it_in_the_list_of_shops(town: Town) -> None:
    leave(town)
    page = page_of(ShopsState, "carol", "/admin/shops")
    run(ShopsState.load.fn(page))
    (bobs,) = [row for row in page.rows if row.slug == "bobs"]
    assert (bool(bobs.back_at), bobs.away_note, bobs.disabled_at) == (True, "出差", None)
