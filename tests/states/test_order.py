"""The order page, the cancel form and the talk with support, called as anybody may call them."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import Session, SQLModel, col, select

from cardmall import cookies, locales
from cardmall.adapters import db
from cardmall.adapters.vault import CodeVault
from cardmall.adapters.world import our_act, world
from cardmall.domain.rules.ways import TABLE
from cardmall.domain.terms import Actor
from cardmall.models import Account, Case, Event, Order, SupportMessage
from cardmall.pages.shopper.order_panel import _LOOK, _panel
from cardmall.seeds.goods import keepers, stock_shelves
from cardmall.seeds.people import settle_people
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.account.accounts import sign_in
from cardmall.states.shopper.cancel import CancelState
from cardmall.states.shopper.order import OrderState
from cardmall.states.shopper.support import SupportState
from tests.bank import Till
from tests.today import moment

pytestmark = pytest.mark.today

NOW = moment()
S = TypeVar("S", bound=rx.State)
Town = dict[str, Actor]


VAULT = CodeVault({"one": b"k" * 32}, "one", b"b" * 32)
SCENE = Scene(world(), Till())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """Everybody signed in under a token of the same name, full shelves: built once, copied for each test."""
    file = tmp_path_factory.mktemp("town") / "town.db"
    engine = db.make_engine(f"sqlite:///{file}")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        people = settle_people(session, "hash", NOW - timedelta(days=9))
        stock_shelves(our_act(session, now=NOW - timedelta(days=9)), keepers(people))
        session.commit()
        for name, actor in people.items():
            sign_in(our_act(session, now=NOW), actor.id, "hash", cookies.hash_of(name))
            session.commit()
    engine.dispose()
    return file, people


@pytest.fixture
def town(built: tuple[Path, Town], tmp_path: Path) -> Iterator[Town]:
    file, people = built
    engine = db.make_engine(f"sqlite:///{shutil.copy(file, tmp_path / 'town.db')}")
    db.use(engine)
    yield people
    db.use(None)
    engine.dispose()


def paid(town: Town, slug: str = "office-home", **ago: float) -> str:
    with db.transaction() as session:
        story = Story(session, SCENE, town["alice"], town["bob"], NOW - timedelta(**(ago or {"minutes": 3})))
        return story.order(slug).pay().no


def delivered(town: Town, slug: str = "office-home") -> str:
    with db.transaction() as session:
        story = Story(session, SCENE, town["alice"], town["bob"], NOW - timedelta(hours=3))
        return story.order(slug).pay().deliver().no


def page_of(kind: type[S], who: str, path: str) -> S:
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state = root.get_substate(kind.get_full_name().split("."))
    cookie = f"{cookies.SESSION}={who}" if who else ""
    headers = {"cookie": cookie, "origin": "http://localhost"}
    told = {"headers": headers, "token": who or "nobody", "asPath": path, "pathname": path}
    root.router = RouterData.from_router_data(told)
    return state  # type: ignore[return-value]


def run(call: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(call)


def rows(kind: type) -> list[Any]:
    with db.reading() as session:
        return list(session.exec(select(kind)))


def order(no: str) -> Order:
    with db.reading() as session:
        return session.exec(select(Order).where(Order.no == no)).one()


def test_alice_sees_the_four_ways_and_picks_among_the_open_ones(town: Town) -> None:
    page = page_of(OrderState, "alice", f"/orders/{paid(town)}")
    run(OrderState.refresh.fn(page))
    assert [(w.way, w.is_open) for w in page.view.ways] == [
        ("cancel_now", False), ("request", True), ("return", False), ("appeal", False),
    ]  # fmt: skip
    assert (page.view.panel, page.picked, page.missing) == ("waiting", "request", False)
    OrderState.pick.fn(page, "appeal")
    assert page.picked == "request"


def test_a_form_says_what_is_wrong_beside_the_field(town: Town) -> None:
    no = paid(town)
    page = page_of(CancelState, "alice", f"/orders/{no}/cancel")
    run(CancelState.submit.fn(page, {}))
    assert (page.reason_error, page.text_error, page.told) == ("required", "", False)
    run(CancelState.submit.fn(page, {"reason": "other", "text": " "}))
    assert (page.reason_error, page.text_error) == ("", "required")
    run(CancelState.submit.fn(page, {"reason": "other", "text": "x" * 501}))
    assert page.text_error == "too_long"
    assert rows(Case) == []


def test_two_tabs_submit_and_the_second_hears_of_the_first(town: Town) -> None:
    no = paid(town)
    one, two = (page_of(CancelState, "alice", f"/orders/{no}/cancel") for _ in range(2))
    form = {"reason": "duplicate", "text": ""}
    run(CancelState.submit.fn(one, form))
    run(CancelState.submit.fn(two, form))
    assert len(rows(Case)) == 1
    assert (two.told, two.decision.reason) == (True, "case_open")


def test_delivered_meanwhile_leads_to_the_return_form(town: Town) -> None:
    no = delivered(town)
    page = page_of(CancelState, "alice", f"/orders/{no}/cancel")
    form = {"reason": "changed_mind", "text": "kept"}
    run(CancelState.submit.fn(page, form))
    assert (page.told, page.decision.reason, page.decision.offer) == (True, "delivered", "return")
    assert page.view.status == "delivered"
    run(CancelState.take.fn(page, page.decision.offer))
    run(CancelState.submit.fn(page, form))
    assert [(c.kind, c.text) for c in rows(Case)] == [("return", "kept")]


def five(town: Town, *, given: bool = False) -> str:
    with db.transaction() as session:
        story = Story(session, SCENE, town["alice"], town["bob"], NOW - timedelta(minutes=20))
        story.order("windows-pro", 5).pay()
        return story.deliver().no if given else story.no


def test_the_preview_follows_the_number_and_the_choice_survives_a_mistake(town: Town) -> None:
    page = page_of(CancelState, "alice", f"/orders/{five(town)}/cancel")
    run(CancelState.refresh.fn(page))
    assert (page.most, page.count, page.decision.amount) == (5, 5, 5 * 28800)
    run(CancelState.choose_count.fn(page, "2"))
    assert (page.count, page.decision.amount) == (2, 2 * 28800)
    junks: list[Any] = ["0", "6", "", "2.0", None, 2, [], {}, "x" * 9000]
    for junk in junks:
        run(CancelState.choose_count.fn(page, junk))
    run(CancelState.submit.fn(page, {}))
    assert (page.reason_error, page.count) == ("required", 2)
    run(CancelState.submit.fn(page, {"reason": "duplicate", "pieces": "5"}))  # the form's own field says nothing
    assert [(c.pieces, c.amount) for c in rows(Case)] == [(2, 2 * 28800)]


def test_the_preview_follows_the_ticks_with_the_fee_of_the_chosen(town: Town) -> None:
    no = five(town, given=True)
    page = page_of(CancelState, "alice", f"/orders/{no}/cancel")
    run(CancelState.take.fn(page, "return"))
    assert (page.most, len(page.picked), page.decision.fee) == (5, 5, 4320)
    junks: list[Any] = [0, 6, None, "1", [], {}, 2**80, page.cards[0].id]
    for junk in junks:
        run(CancelState.choose_card.fn(page, junk))
    assert len(page.picked) == 5
    for n in (1, 2, 3, 4, 5):
        run(CancelState.choose_card.fn(page, n))
    assert (page.picked, page.decision.amount) == ([], 0)
    run(CancelState.submit.fn(page, {"reason": "duplicate"}))
    assert (page.pieces_error, rows(Case)) == ("required", [])
    run(CancelState.choose_card.fn(page, 4))
    assert (page.pieces_error, page.decision.pieces, page.decision.fee) == ("", 1, 864)
    run(CancelState.submit.fn(page, {"reason": "duplicate"}))
    assert [(c.pieces, c.cards) for c in rows(Case)] == [(1, [page.cards[3].id])]


def test_a_card_looked_at_meanwhile_is_named_and_the_rest_of_the_choice_stays(town: Town) -> None:
    no = five(town, given=True)
    page = page_of(CancelState, "alice", f"/orders/{no}/cancel")
    run(CancelState.take.fn(page, "return"))
    run(CancelState.choose_card.fn(page, 5))
    with db.transaction() as session:
        Story(session, SCENE, town["alice"], town["bob"], NOW, no).reveal(2)
    run(CancelState.submit.fn(page, {"reason": "duplicate"}))
    assert (page.pieces_error, page.gone, page.told) == ("not_a_choice", "1, 2", False)
    assert ([c.n for c in page.cards], len(page.picked), rows(Case)) == ([3, 4, 5], 2, [])
    run(CancelState.submit.fn(page, {"reason": "duplicate"}))
    assert [c.pieces for c in rows(Case)] == [2]


def test_an_appeal_of_an_answered_case_offers_no_choice(town: Town) -> None:
    no = five(town)
    with db.transaction() as session:
        Story(session, SCENE, town["alice"], town["bob"], NOW, no).request(pieces=2).reject("other", "已在制作")
    page = page_of(CancelState, "alice", f"/orders/{no}/cancel")
    run(CancelState.take.fn(page, "appeal"))
    assert (page.most, page.cards, page.decision.pieces) == (0, [], 2)
    run(CancelState.submit.fn(page, {"text": "一直没有发货"}))
    assert [(c.status, c.pieces) for c in rows(Case)] == [("appeal", 2)]


def test_alice_withdraws_and_the_hold_ends(town: Town) -> None:
    no = paid(town)
    run(CancelState.submit.fn(page_of(CancelState, "alice", f"/orders/{no}/cancel"), {"reason": "duplicate"}))
    assert order(no).held_at is not None
    page = page_of(OrderState, "alice", f"/orders/{no}")
    run(OrderState.refresh.fn(page))
    assert page.view.panel == "in_case"
    run(OrderState.withdraw.fn(page))
    assert (order(no).held_at, page.view.cases[0].status) == (None, "withdrawn")


def test_a_talk_with_support(town: Town) -> None:
    no = paid(town)
    alice, carol = page_of(SupportState, "alice", f"/support/{no}"), page_of(SupportState, "carol", f"/support/{no}")
    run(SupportState.send.fn(alice, {"text": " "}))
    assert (alice.text_error, alice.sent) == ("required", 0)
    run(SupportState.send.fn(alice, {"text": "help"}))
    run(SupportState.send.fn(carol, {"text": "yes"}))
    run(SupportState.refresh.fn(alice))
    assert [(m.by_admin, m.text) for m in alice.thread.messages] == [(False, "help"), (True, "yes")]
    assert rows(SupportMessage)[0].data["ways"]["request"] == "not_delivered"


STRANGERS = ["", "unknown", "dave", "erin"]


@pytest.mark.any_day
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_and_change_nothing(town: Town, who: str) -> None:
    no = paid(town)
    before = (order(no).status, len(rows(Event)))
    page = page_of(OrderState, who, f"/orders/{no}")
    form, talk = page_of(CancelState, who, f"/orders/{no}/cancel"), page_of(SupportState, who, f"/support/{no}")
    for call in (
        OrderState.refresh.fn(page), OrderState.cancel.fn(page), OrderState.withdraw.fn(page),
        OrderState.resume.fn(page), OrderState.complete.fn(page), CancelState.refresh.fn(form),
        CancelState.submit.fn(form, {"reason": "duplicate", "text": ""}), CancelState.take.fn(form, "return"),
        CancelState.choose_count.fn(form, "1"), CancelState.choose_card.fn(form, 1),
        SupportState.refresh.fn(talk), SupportState.send.fn(talk, {"text": "hello"}),
    ):  # fmt: skip
        run(call)
    assert (page.missing, form.missing, talk.missing) == (True, True, True)
    assert (page.view.no, form.view.no, talk.thread.order_no, talk.view.no) == ("", "", "", "")
    assert (order(no).status, len(rows(Event))) == before
    assert rows(Case) == rows(SupportMessage) == []


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["bob", "carol"])
def test_the_shop_and_admins_do_not_act_for_the_shopper(town: Town, who: str) -> None:
    no = paid(town)
    page, form = page_of(OrderState, who, f"/orders/{no}"), page_of(CancelState, who, f"/orders/{no}/cancel")
    for call in (
        OrderState.refresh.fn(page), OrderState.cancel.fn(page), OrderState.withdraw.fn(page),
        OrderState.resume.fn(page), OrderState.complete.fn(page),
        CancelState.submit.fn(form, {"reason": "duplicate", "text": ""}),
    ):  # fmt: skip
        run(call)
    assert order(no).status == "awaiting_delivery"
    assert rows(Case) == []


@pytest.mark.any_day
@pytest.mark.parametrize(
    "junk", [None, 7, [], {}, "'", "x" * 9000, {"reason": []}, {"text": {}, "reason": 1}, 2**80, "return"]
)
def test_it_takes_no_harm_from_any_argument(town: Town, junk: Any) -> None:
    no = paid(town)
    page, form = page_of(OrderState, "alice", f"/orders/{no}"), page_of(CancelState, "alice", f"/orders/{no}/cancel")
    talk = page_of(SupportState, "alice", f"/support/{no}")
    run(OrderState.refresh.fn(page))
    OrderState.pick.fn(page, junk)
    OrderState.ask.fn(page, junk)
    run(CancelState.submit.fn(form, junk))
    run(CancelState.take.fn(form, junk))
    run(SupportState.send.fn(talk, junk))
    assert (page.picked, page.question) == ("request", "")
    assert rows(Case) == []


@pytest.mark.any_day
@pytest.mark.parametrize(
    "path", ["/orders", "/orders/", "/", "", "/orders/%00", "/orders/'/cancel", "/orders/" + "9" * 999]
)
def test_any_path_is_only_a_missing_order(town: Town, path: str) -> None:
    page = page_of(OrderState, "alice", path)
    run(OrderState.refresh.fn(page))
    assert page.missing


def test_every_way_and_reason_has_its_sentence() -> None:
    for way, table in TABLE.items():
        for _, outcome, reason in table:
            part = "open" if outcome == "open" else "closed"
            assert f"way.{part}.{way}_{reason}" in locales.keys()  # noqa: SIM118 - a function


def test_every_panel_has_its_words() -> None:
    with_own_lines = {"rejected"}
    known = locales.keys()
    assert {f"order.panel.{code}" for code in _LOOK} <= known
    assert {f"order.panel_line.{code}" for code in _LOOK.keys() - with_own_lines} <= known


def test_no_code_of_a_card_is_in_the_state(town: Town) -> None:
    no = delivered(town)
    page = page_of(OrderState, "alice", f"/orders/{no}")
    run(OrderState.refresh.fn(page))
    assert len(page.view.cards) == 1
    with db.reading() as session:
        account = session.exec(select(Account).where(col(Account.email) == "alice@cardmall.test")).one()
    assert account.password_hash not in repr(page.view)
    assert set(vars(page.view.cards[0])) == {"id", "status", "revealed_at", "shown", "recall"}


@pytest.mark.parametrize("code", ["to_pay", "wrong_amount", "refund_stuck", "refunding"])
def test_an_unpaid_order_can_be_paid_whatever_becomes_of_money_that_goes_back(code: str) -> None:
    """Another amount was taken and its refund is on its way or stuck: 去付款 stays (R68)."""
    assert "/checkout/" in str(_panel(code))
