"""The mall, checkout, cashier and order list, called as anybody may call them."""

from typing import Any

import pytest
from sqlmodel import select

from cardmall.adapters import bus, db
from cardmall.domain.terms import Category, DeliveryMode, OrderStatus
from cardmall.domain.topics import order_topic
from cardmall.models import Account, Order, Payment, Product, Shop
from cardmall.states.public.home import MallState
from cardmall.states.public.product import ProductState
from cardmall.states.shopper.checkout import CheckoutState
from cardmall.states.shopper.orders import OrdersState
from cardmall.states.shopper.pay import PayState
from tests.states.test_me import NOW, page_of, person, rows, run

pytestmark = pytest.mark.usefixtures("database")
JUNK: list[Any] = [None, 7, [], {}, "'", "x" * 9000, {"q": []}, {"since": 1, "until": {}}, {"quantity": [2]}, 2**80]


def a_product() -> None:
    """One product on sale, delivered by hand."""
    with db.transaction() as session:
        shop = Shop(slug="qinghe", name="青禾软件", created_at=NOW)
        session.add(shop)
        session.flush()
        session.add(
            Product(
                shop_id=shop.id or 0, slug="office", name="Office", cover="Office", category=Category.software,
                mode=DeliveryMode.manual, price=46800, delay_seconds=0, promise_seconds=3600, activation_rule="rule",
                summary="", created_at=NOW,
            )
        )  # fmt: skip


def at(state: Any, path: str) -> Any:
    """The page at this address, as the browser says."""
    state.router = type(state.router).from_router_data(
        {"headers": {"cookie": state.router.headers.cookie}, "token": "t", "asPath": path, "pathname": path}
    )
    return state


def proven(name: str) -> Account:
    account = person(name)
    with db.transaction() as session:
        found = session.get_one(Account, account.id)
        found.email_confirmed_at = NOW
    return account


def alices_order() -> str:
    proven("alice")
    a_product()
    run(ProductState.buy.fn(at(page_of(ProductState, "alice"), "/p/office"), {"quantity": "2", "price": "46800"}))
    return rows(Order)[0].no


def test_alice_orders_and_starts_to_pay() -> None:
    no = alices_order()
    checkout = at(page_of(CheckoutState, "alice"), f"/checkout/{no}")
    run(CheckoutState.pay.fn(checkout, {"channel": "cash"}))
    assert (checkout.channel_error, checkout.consent_error) == ("not_a_choice", "required")
    run(CheckoutState.pay.fn(checkout, {"channel": "alipay", "consent": "on"}))
    assert [p.amount for p in rows(Payment)] == [93600]


def test_a_double_click_places_one_order_and_a_new_visit_another() -> None:
    proven("alice")
    a_product()
    page = at(page_of(ProductState, "alice"), "/p/office")
    for _ in range(2):
        run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    assert len(rows(Order)) == 1
    run(ProductState.load.fn(page))
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800", "another": page.unpaid.no}))
    assert len(rows(Order)) == 2


def test_an_order_canceled_on_another_page_is_not_offered_for_payment_again() -> None:
    proven("alice")
    a_product()
    page, orders = at(page_of(ProductState, "alice"), "/p/office"), at(page_of(OrdersState, "alice"), "/orders")
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    run(OrdersState.refresh.fn(orders))
    OrdersState.ask_cancel.fn(orders, rows(Order)[0].no)
    run(OrdersState.cancel.fn(orders))
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    assert [order.status for order in rows(Order)] == [OrderStatus.canceled, OrderStatus.pending_payment]


def test_alice_cancels_from_the_list() -> None:
    no = alices_order()
    page = at(page_of(OrdersState, "alice"), "/orders")
    run(OrdersState.refresh.fn(page))
    OrdersState.ask_cancel.fn(page, no)
    run(OrdersState.cancel.fn(page))
    assert (rows(Order)[0].status, page.rows[0].pill) == (OrderStatus.canceled, "canceled")


def test_an_unpaid_order_of_the_product_is_offered_before_another_is_placed() -> None:
    no = alices_order()
    page = at(page_of(ProductState, "alice"), "/p/office")
    assert run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"})) is None
    assert (page.unpaid.no, page.unpaid.quantity, page.unpaid.total) == (no, 2, 2 * 46800)
    assert len(rows(Order)) == 1
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800", "another": no}))
    assert len(rows(Order)) == 2


def test_an_unpaid_order_that_ended_elsewhere_is_told_of_no_longer() -> None:
    no = alices_order()
    page, orders = at(page_of(ProductState, "alice"), "/p/office"), at(page_of(OrdersState, "alice"), "/orders")
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    assert ("t" in bus._listeners[order_topic(no)], page.unpaid.no) == (True, no)
    run(OrdersState.refresh.fn(orders))
    OrdersState.ask_cancel.fn(orders, no)
    run(OrdersState.cancel.fn(orders))
    run(ProductState.refresh.fn(page))
    assert page.unpaid.no == ""


def test_who_keeps_the_last_pieces_reads_of_the_own_order_where_others_read_sold_out() -> None:
    no = alices_order()
    with db.transaction() as session:
        session.exec(select(Product)).one().mode = DeliveryMode.auto  # of which no card is left
    for who, told in (("alice", no), ("mallory", ""), ("", "")):
        if who == "mallory":
            proven(who)
        page = at(page_of(ProductState, who), "/p/office")
        run(ProductState.load.fn(page))
        assert (page.view.stock, page.unpaid.no) == (0, told)


def test_nobody_is_told_of_somebody_elses_unpaid_order() -> None:
    alices_order()
    proven("mallory")
    page = at(page_of(ProductState, "mallory"), "/p/office")
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    assert (page.unpaid.no, len(rows(Order))) == ("", 2)


def test_an_unproven_address_is_told_to_prove_it_first() -> None:
    person("alice")
    a_product()
    page = at(page_of(ProductState, "alice"), "/p/office")
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "46800"}))
    assert (page.refusal, rows(Order)) == ("confirm_first", [])


@pytest.mark.parametrize("token", ["", "unknown", "mallory"])
def test_strangers_see_and_change_nothing(token: str) -> None:
    no = alices_order()
    person("mallory")
    listed, checkout = at(page_of(OrdersState, token), "/orders"), at(page_of(CheckoutState, token), f"/checkout/{no}")
    cashier = at(page_of(PayState, token), f"/pay/{no}")
    listed.doubtful = no
    for call in (
        OrdersState.refresh.fn(listed), OrdersState.cancel.fn(listed), CheckoutState.refresh.fn(checkout),
        CheckoutState.pay.fn(checkout, {"channel": "alipay", "consent": "on"}), PayState.refresh.fn(cashier),
    ):  # fmt: skip
        run(call)
    assert (listed.rows, checkout.view.no, cashier.view.order_no) == ([], "", "")
    assert (rows(Order)[0].status, rows(Payment)) == (OrderStatus.pending_payment, [])


@pytest.mark.parametrize("junk", JUNK)
def test_it_takes_no_harm_from_any_argument(junk: Any) -> None:
    no = alices_order()
    listed, checkout = (
        at(page_of(OrdersState, "alice"), "/orders"),
        at(page_of(CheckoutState, "alice"), f"/checkout/{no}"),
    )
    for handler in ("choose_category", "choose_period", "choose_dates", "search", "ask_cancel"):
        getattr(OrdersState, handler).fn(listed, junk)
    run(OrdersState.cancel.fn(listed))
    run(CheckoutState.pay.fn(checkout, junk))
    run(ProductState.buy.fn(at(page_of(ProductState, "alice"), "/p/office"), junk))
    run(MallState.show_more.fn(page_of(MallState, "alice")))
    assert [o.status for o in rows(Order)] == [OrderStatus.pending_payment]
    assert rows(Payment) == []
