"""Carol's search, called as anybody may call it: what it asks for is in the address, and the audit hears of it once."""

from typing import Any

import pytest
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Event, Order, Shop
from cardmall.states.admin.audit import AuditState
from cardmall.states.admin.order import AdminOrderState
from cardmall.states.admin.orders import FindState
from cardmall.states.admin.people import PeopleState
from cardmall.states.admin.person import PersonState
from cardmall.states.admin.shop import AdminShopState
from cardmall.views.admin.order import AdminOrder
from cardmall.views.admin.person import PersonPage
from cardmall.views.admin.shop import AdminShop
from tests.states.test_abnormal import all_of
from tests.states.test_desks import first, page_of, run, town
from tests.states.test_shop_orders import asked_for
from tests.town import count

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]
__all__ = ["town"]
FIND = "/admin/orders"
STRANGERS = ["", "unknown", "alice", "dave", "bob", "erin"]


EMPTY: dict[Any, Any] = {AdminOrderState: AdminOrder(), PersonState: PersonPage(), AdminShopState: AdminShop()}


def turned(page: Any, path: str) -> Any:
    """The same tab at another address."""
    page.router = asked_for(page, path)
    run(FindState.refresh.fn(page))
    return page


def at(path: str, who: str = "carol") -> Any:
    return turned(page_of(FindState, who, path), path)


def searches() -> int:
    return count(Event, Event.verb == Verb.searched)


def newest() -> Order:
    return first(select(Order).order_by(col(Order.id).desc()))


def test_a_search_shows_what_fits_and_tells_the_audit_once() -> None:
    order = newest()
    page = at(f"{FIND}?q={order.no[-4:]}")
    assert order.no in {row.no for row in page.rows} and page.q == order.no[-4:]
    assert searches() == 1
    run(FindState.refresh.fn(page))  # the clock moved
    assert searches() == 1
    turned(page, FIND)
    assert (page.rows, page.q, searches()) == ([], "", 1), "nothing is asked for"
    turned(page, f"{FIND}?q={order.no}")
    turned(page, f"{FIND}?q={order.no[-4:]}")
    assert searches() == 3
    assert first(select(Event).where(Event.verb == Verb.searched).order_by(col(Event.id).desc())).note == order.no[-4:]


def test_the_pages_of_a_search_are_one_search() -> None:
    page = at(f"{FIND}?shop=qinghe")
    shown, name = [row.no for row in page.rows], first(select(Shop).where(Shop.slug == "qinghe")).name
    assert (len(shown), page.shop, page.prev_url) == (limits.PAGE_SIZE, name, "")
    turned(page, page.next_url.replace("%3A", ":").replace("%7E", "~"))
    assert page.prev_url and not {row.no for row in page.rows} & set(shown)
    turned(page, page.prev_url.replace("%3A", ":").replace("%7E", "~"))
    assert [row.no for row in page.rows] == shown and searches() == 1


def test_whoever_looks_people_up_tells_the_audit_once_and_sees_them_masked() -> None:
    page = page_of(PeopleState, "carol", "/admin/people")
    run(PeopleState.load.fn(page))
    assert searches() == 0
    for _ in range(2):
        run(PeopleState.search.fn(page, {"q": "alice@cardmall.test"}))
    alice = first(select(Account).where(Account.email == "alice@cardmall.test"))
    assert [row.id for row in page.rows] == [alice.id]
    assert searches() == 1
    assert not [told for told in (alice.name, alice.email) if told in str(page.rows)]
    run(PeopleState.search.fn(page, {"q": alice.name}))
    assert (len(page.rows), searches()) == (1, 2)


def test_whoever_asks_the_audit_about_a_person_or_an_order_is_in_it() -> None:
    order = newest()
    page = page_of(AuditState, "carol", "/admin/audit?verb=order_placed")
    run(AuditState.load.fn(page))
    assert page.rows and searches() == 0
    for query, told in ((f"number={order.no}", 1), ("email=alice@cardmall.test", 2), ("email=alice@cardmall.test", 2)):
        page.router = asked_for(page, f"/admin/audit?{query}")
        run(AuditState.refresh.fn(page))
        assert page.rows and searches() == told


@pytest.mark.parametrize("state", [PeopleState, AuditState])
def test_no_list_is_shown_of_which_the_audit_cannot_be_told(state: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.ACTS_OF, "note_search", "1/hour")
    assert at(f"{FIND}?q={newest().no}").rows
    page = page_of(state, "carol", "/admin/audit?email=alice@cardmall.test")
    run(state.load.fn(page))
    if state is PeopleState:
        run(state.search.fn(page, {"q": "alice@cardmall.test"}))
    assert (page.rows, page.missing, bool(page.trouble), searches()) == ([], False, True, 1)


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_are_shown_nothing_and_the_audit_hears_nothing(who: str) -> None:
    order, shop = newest(), first(select(Shop))
    for query in (f"q={order.no}", f"shop={shop.slug}", ""):
        page = at(f"{FIND}?{query}", who)
        assert (page.rows, page.q, page.shop, page.next_url, page.missing) == ([], "", "", "", True)
    for kind, path in (
        (AdminOrderState, f"{FIND}/{order.no}"),
        (PersonState, f"/admin/people/{order.shopper_id}"),
        (AdminShopState, f"/admin/shops/{shop.slug}"),
    ):
        page = page_of(kind, who, path)
        run(kind.refresh.fn(page))
        assert page.missing and page.view == EMPTY[kind]
    assert searches() == 0


def test_who_searches_too_often_is_shown_nothing_but_when_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.ACTS_OF, "note_search", "1/hour")
    order = newest()
    assert at(f"{FIND}?q={order.no}").rows
    page = at(f"{FIND}?q={order.no[-4:]}")
    assert (page.rows, page.missing, page.q) == ([], False, order.no[-4:]) and page.trouble
    assert searches() == 1


def test_a_search_leads_to_an_address_of_ours_whatever_is_sent() -> None:
    page = page_of(FindState, "carol")
    assert f"{FIND}?q=CM1" in str(FindState.search.fn(page, {"q": " CM1 "}))
    junk: list[Any] = [None, 7, [], "'", {"q": {}}, {"q": 7}, {"q": "x" * 9000}, {"q": "\ud800"}]
    for one in junk:
        assert f'"{FIND}' in str(FindState.search.fn(page, one)).replace("\\", "").replace("'", '"')


def test_the_three_pages_show_what_they_are_asked_for_and_nobody_in_full() -> None:
    order = newest()
    alice = first(select(Account).where(Account.email == "alice@cardmall.test"))
    pages = [
        (AdminOrderState, f"{FIND}/{order.no}", lambda view: view.desk.order.no == order.no),
        (PersonState, f"/admin/people/{alice.id}", lambda view: view.no == str(alice.id) and view.orders),
        (AdminShopState, "/admin/shops/qinghe", lambda view: view.slug == "qinghe" and view.members),
    ]
    for kind, path, shows in pages:
        page = page_of(kind, "carol", path)
        run(kind.load.fn(page))
        assert shows(page.view) and not page.missing
        private = {alice.name, alice.email, alice.phone} - {None}
        assert not [text for text in private if text in str(page.view)]
        missing = page_of(kind, "carol", path.rpartition("/")[0] + "/nothing")
        run(kind.refresh.fn(missing))
        assert missing.missing and missing.view == EMPTY[kind]


def test_a_persons_orders_are_paged_in_the_address() -> None:
    orders = all_of(select(Order))
    most = max({order.shopper_id for order in orders}, key=lambda one: sum(o.shopper_id == one for o in orders))
    page = page_of(PersonState, "carol", f"/admin/people/{most}")
    run(PersonState.refresh.fn(page))
    wanted = sum(order.shopper_id == most for order in orders)
    assert bool(page.next_url) == (wanted > limits.PAGE_SIZE) and page.prev_url == ""
    assert {row.no for row in page.view.orders} <= {order.no for order in orders if order.shopper_id == most}
