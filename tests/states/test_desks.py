"""The desks of merchants and admins, and the demo's controls, called as anybody may call them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import col, select

from cardmall import cookies, demo
from cardmall.adapters import clock, db
from cardmall.adapters import world as outside
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import CaseStatus, OrderStatus
from cardmall.models import Account, Card, Case, Order
from cardmall.reads.people import as_actor
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.case import replies
from cardmall.states.admin.desk import DeskState
from cardmall.states.merchant.case import AnswerErrors, MerchantCaseState
from cardmall.states.merchant.delivery import DeliveryState
from cardmall.states.merchant.reviews import ReviewsState
from cardmall.states.public import demo as demo_state
from cardmall.states.public.demo import DemoState
from tests.bank import Till
from tests.ground import on_sqlite
from tests.town import an_act, sign_everybody_in

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]
STRANGERS = ["", "unknown", "dave", "erin", "carol"]  # nobody, shoppers, another shop's merchant, an admin


@pytest.fixture
def town(demo_database: Any) -> None:
    """The demo town, everybody signed in under a token that is their first name."""
    demo.build_if_empty()
    sign_everybody_in()


def page_of(kind: Any, token: str, path: str = "/") -> Any:
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state = root.get_substate(kind.get_full_name().split("."))
    cookie = f"{cookies.SESSION}={token}" if token else ""
    data = {"headers": {"cookie": cookie, "origin": "http://shop"}, "token": token or "nobody", "asPath": path}
    root.router = RouterData.from_router_data(data)
    return state


def run(call: Any) -> Any:
    return asyncio.run(call)


def first(wanted: Any) -> Any:
    with db.reading() as session:
        return session.exec(wanted).first()


def open_case() -> Case:
    mine = select(Case).join(Order).where(Case.status == CaseStatus.review, col(Order.product_name).contains("Adobe"))
    return first(mine)


def status_of(no: str) -> CaseStatus:
    return first(select(Case).where(Case.no == no)).status


def withdraw(no: str) -> None:
    """Alice takes it back."""
    with db.transaction() as session:
        alice = session.exec(select(Account).where(Account.email == "alice@cardmall.test")).one()
        replies.withdraw_case(an_act(session, as_actor(alice), now=clock.now()), no)


def returned(slug: str) -> str:
    """Alice wants to return what Bob delivered an hour ago; the case's number."""
    with db.transaction() as session:
        alice, bob = (
            as_actor(session.exec(select(Account).where(Account.email == f"{name}@cardmall.test")).one())
            for name in ("alice", "bob")
        )
        world = Scene(outside.world(), Till())
        tale = Story(session, world, alice, bob, clock.now() - timedelta(hours=2))
        no = tale.order(slug).pay().deliver().request(way="return").no
        return session.exec(select(Case.no).join(Order).where(Order.no == no)).one()


def manual_order() -> Order:
    wanted = select(Order).where(
        Order.status == OrderStatus.awaiting_delivery, col(Order.product_name).contains("Adobe")
    )
    return first(wanted.where(col(Order.held_at).is_(None)))


def approvable(page: Any) -> list[Any]:
    """Rows that one press may approve; a partial refund asked for is answered on its page."""
    return [row for row in page.rows if row.may_approve]


def test_bob_sees_his_queue_and_approves() -> None:
    page, case = page_of(ReviewsState, "bob"), open_case()
    run(ReviewsState.refresh.fn(page))
    assert page.figures.waiting == len(page.rows) == 3
    ReviewsState.ask.fn(page, case.no)
    assert page.asked.amount == case.amount
    run(ReviewsState.approve.fn(page))
    assert open_case() is None
    assert (page.figures.waiting, page.asked) == (2, None)


def test_bob_rejects_with_words_and_hears_what_is_missing() -> None:
    case = open_case()
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{case.no}/")
    run(MerchantCaseState.reject.fn(page, {"reason": "other", "text": " "}))
    assert page.wrong == AnswerErrors(reject_text="required")
    run(MerchantCaseState.reject.fn(page, {"reason": "product_final", "text": "x"}))
    assert page.wrong == AnswerErrors(reject_reason="not_proven")
    run(MerchantCaseState.reject.fn(page, {"reason": "other", "text": "明天发货"}))
    assert page.view.case.status == CaseStatus.rejected


def test_bob_approves_several_and_hears_which_was_withdrawn_in_between() -> None:
    page = page_of(ReviewsState, "bob")
    run(ReviewsState.refresh.fn(page))
    kept, gone = approvable(page)
    ReviewsState.pick_all.fn(page)
    assert (page.picked, page.picked_amount) == ([kept.no, gone.no], kept.amount + gone.amount)
    ReviewsState.ask_many.fn(page)
    assert page.asking_many
    withdraw(gone.no)
    said = run(ReviewsState.approve_many.fn(page))
    assert status_of(kept.no) == CaseStatus.approved
    assert status_of(gone.no) == CaseStatus.withdrawn
    assert "已同意 1 件，1 件未处理" in str(said)
    assert f"{gone.order_no} 已撤回" in str(said)
    assert (approvable(page), page.picked, page.picked_amount, page.asking_many) == ([], [], 0, False)


@on_sqlite
def test_our_own_fault_with_one_case_stops_no_other() -> None:
    page = page_of(ReviewsState, "bob")
    run(ReviewsState.refresh.fn(page))
    broken, fine = approvable(page)
    ReviewsState.pick_all.fn(page)
    with db.transaction() as session:  # the disk says no to this one row
        rule = f"BEFORE UPDATE ON \"case\" WHEN OLD.no = '{broken.no}' BEGIN SELECT RAISE(ABORT, 'disk'); END"
        session.connection().exec_driver_sql(f"CREATE TRIGGER broken {rule}")
    said = run(ReviewsState.approve_many.fn(page))
    assert (status_of(broken.no), status_of(fine.no)) == (CaseStatus.review, CaseStatus.approved)
    assert f"{broken.order_no} 系统出错" in str(said)


def test_only_rows_that_are_shown_can_be_ticked() -> None:
    page, theirs = page_of(ReviewsState, "bob"), page_of(ReviewsState, "erin")
    for state in (page, theirs):
        run(ReviewsState.refresh.fn(state))
    partial = [row.no for row in page.rows if not row.may_approve]
    strange: list[Any] = ["AS00000000000000", None, 7, [], {}, *partial, *(row.no for row in theirs.rows)]
    for junk in strange:
        ReviewsState.pick.fn(page, junk)
    assert page.picked == [] and partial
    one = approvable(page)[0].no
    ReviewsState.pick.fn(page, one)
    assert page.picked == [one]
    ReviewsState.pick.fn(page, one)
    ReviewsState.ask_many.fn(page)
    assert (page.picked, page.asking_many) == ([], False)
    assert run(ReviewsState.approve_many.fn(page)) is None


def test_a_tick_goes_when_its_row_goes() -> None:
    page = page_of(ReviewsState, "bob")
    run(ReviewsState.refresh.fn(page))
    ReviewsState.pick_all.fn(page)
    gone, kept = approvable(page)
    withdraw(gone.no)
    run(ReviewsState.refresh.fn(page))
    assert (page.picked, page.picked_amount) == ([kept.no], kept.amount)


def test_bob_asks_once_and_the_case_waits_below_the_queue() -> None:
    case, queue = open_case(), page_of(ReviewsState, "bob")
    run(ReviewsState.refresh.fn(queue))
    others = {row.no for row in queue.elsewhere}
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{case.no}")
    run(MerchantCaseState.ask_shopper.fn(page, {"text": "  "}))
    assert page.wrong == AnswerErrors(ask_text="required")
    run(MerchantCaseState.ask_shopper.fn(page, {"text": "请补充截图"}))
    assert (page.view.case.awaited, page.view.pending.text) == ("shopper", "请补充截图")
    assert {turn.action: turn.reason for turn in page.view.closed} == dict.fromkeys(("reject", "ask", "offer"), "stale")
    run(ReviewsState.refresh.fn(queue))
    assert {row.no for row in queue.elsewhere} - others == {case.no} and others
    assert queue.figures.waiting == 2


def test_bob_offers_a_lower_amount_and_hears_what_is_wrong_with_it() -> None:
    case = open_case()
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{case.no}")
    for amount, error in (("", "required"), ("abc", "not_money"), ("0", "out_of_range"), ("99999", "out_of_range")):
        run(MerchantCaseState.make_offer.fn(page, {"kind": "amount", "amount": amount}))
        assert page.wrong == AnswerErrors(offer_amount=error)
    run(MerchantCaseState.make_offer.fn(page, {"kind": "replacement"}))
    assert page.wrong == AnswerErrors(offer_kind="not_a_choice")
    run(MerchantCaseState.make_offer.fn(page, {"kind": "amount", "amount": "1.50", "text": "先退一部分"}))
    assert (page.view.case.offer_amount, page.view.case.offer_rest) == (150, case.paid - 150)
    assert page.view.pending.text == "先退一部分"


def test_a_replacement_code_is_kept_nowhere_in_the_page() -> None:
    no = returned("windows-pro")
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{no}")
    run(MerchantCaseState.refresh.fn(page))
    with db.transaction() as session:  # the shelf is empty
        order = session.exec(select(Order).where(Order.no == page.view.order.no)).one()
        for card in session.exec(select(Card).where(Card.product_id == order.product_id, Card.status == "available")):
            session.delete(card)
    run(MerchantCaseState.make_offer.fn(page, {"kind": "replacement", "codes": ""}))
    assert (page.wrong, page.view.stock, page.view.lacking) == (AnswerErrors(offer_codes="required"), 0, 1)
    run(MerchantCaseState.make_offer.fn(page, {"kind": "replacement", "codes": "TOP-SECRET-2"}))
    assert (page.view.case.offer_kind, page.wrong) == ("replacement", AnswerErrors())
    assert "TOP-SECRET" not in repr(page.dict())


def test_a_question_is_one_of_two() -> None:
    page = page_of(MerchantCaseState, "bob", "/merchant/cases/AS1")
    asked: list[Any] = ["approve", "moon", "concede", None, []]
    kept = []
    for question in asked:
        MerchantCaseState.ask.fn(page, question)
        kept.append(page.question)
    assert kept == ["approve", "", "concede", "", ""]


def test_bob_delivers_by_hand_and_the_code_is_kept_nowhere() -> None:
    page, order = page_of(DeliveryState, "bob"), manual_order()
    run(DeliveryState.deliver.fn(page, {"no": order.no, "codes": "A-1\n\nB-2"}))
    assert (page.wrong_no, page.codes_error) == (order.no, "bad_lines")
    assert [(one.line, one.fault) for one in page.wrong_lines] == [(3, "surplus")]
    run(DeliveryState.deliver.fn(page, {"no": order.no, "codes": " TOP-SECRET-1 \n\n"}))
    assert (page.wrong_no, page.wrong_lines, order.no in [row.no for row in page.rows]) == ("", [], False)
    assert page.done_no == order.no
    assert "TOP-SECRET" not in repr(page.dict())
    assert "TOP-SECRET" not in first(select(Card).where(Card.order_id == order.id)).sealed_code


def receipt_order() -> Order:
    """A paid order of Bob's shop that is delivered by a receipt."""
    no = manual_order().no
    with db.transaction() as session:
        order = session.exec(select(Order).where(Order.no == no)).one()
        order.terms = replace(order.terms, form=ProductForm.receipt)
        session.add(order)
    return manual_order()


def test_bob_gives_a_receipt_and_its_errors_stand_beside_its_fields() -> None:
    page, order = page_of(DeliveryState, "bob"), receipt_order()
    run(DeliveryState.refresh.fn(page))
    assert next(row.form for row in page.rows if row.no == order.no) == "receipt"
    run(DeliveryState.receive.fn(page, {"no": order.no, "text": " ", "pictures": "a,b,c,d"}))
    assert (page.wrong_no, page.text_error, page.pictures_error) == (order.no, "required", "too_many")
    assert page.codes_error == ""
    run(DeliveryState.receive.fn(page, {"no": order.no, "text": "已充 TOP-SECRET-2", "pictures": ""}))
    assert (page.wrong_no, page.text_error, page.pictures_error) == ("", "", "")
    assert order.no not in [row.no for row in page.rows]
    assert "TOP-SECRET" not in repr(page.dict())
    assert first(select(Card).where(Card.order_id == order.id)).status == "revealed"


@pytest.mark.any_day
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_and_change_nothing_of_bobs(who: str) -> None:
    case, order = open_case(), manual_order()
    queue, page = page_of(ReviewsState, who), page_of(MerchantCaseState, who, f"/merchant/cases/{case.no}")
    deliveries = page_of(DeliveryState, who)
    queue.asked = replace(_row_of_bob(), no=case.no)
    for call in (
        ReviewsState.approve.fn(queue), _approve_ticked(queue, queue.asked),
        ReviewsState.refresh.fn(queue), ReviewsState.show_more.fn(queue),
        MerchantCaseState.refresh.fn(page), MerchantCaseState.approve.fn(page),
        MerchantCaseState.reject.fn(page, {"reason": "other", "text": "x"}),
        MerchantCaseState.ask_shopper.fn(page, {"text": "x"}), MerchantCaseState.concede.fn(page),
        MerchantCaseState.make_offer.fn(page, {"kind": "amount", "amount": "1"}),
        DeliveryState.refresh.fn(deliveries), DeliveryState.deliver.fn(deliveries, {"no": order.no, "codes": "X"}),
        DeliveryState.receive.fn(deliveries, {"no": order.no, "text": "X"}),
    ):  # fmt: skip
        run(call)
    assert case.no not in [row.no for row in queue.rows]
    assert order.no not in [row.no for row in deliveries.rows]
    assert (page.view.case, page.view.order.no) == (None, "")
    assert open_case().no == case.no
    assert manual_order().no == order.no


async def _approve_ticked(queue: Any, row: Any) -> None:
    """As if the row were shown and ticked."""
    queue.rows, queue.picked = [row], [row.no]
    await ReviewsState.approve_many.fn(queue)


def _row_of_bob() -> Any:
    page = page_of(ReviewsState, "bob")
    run(ReviewsState.refresh.fn(page))
    return page.rows[0]


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["", "alice", "bob", "erin"])
def test_only_admins_see_their_desk(who: str) -> None:
    page, carols = page_of(DeskState, who), page_of(DeskState, "carol")
    run(DeskState.refresh.fn(page))
    run(DeskState.refresh.fn(carols))
    assert page.others == []
    assert {"overdue", "refund_stuck"} <= {row.why for row in carols.others}


@pytest.mark.any_day
@pytest.mark.parametrize("junk", [None, 7, [], {}, "'", {"no": [], "codes": 7}, {"reason": {}, "text": []}, "x" * 9000])
def test_they_take_no_harm_from_any_argument(junk: Any) -> None:
    case = open_case()
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{case.no}")
    run(MerchantCaseState.reject.fn(page, junk))
    run(DeliveryState.deliver.fn(page_of(DeliveryState, "bob"), junk))
    run(DeliveryState.receive.fn(page_of(DeliveryState, "bob"), junk))
    ReviewsState.ask.fn(page_of(ReviewsState, "bob"), junk)
    run(_all(DemoState.move.fn(page_of(DemoState, ""), junk)))
    assert open_case().no == case.no


def test_outside_demo_mode_the_controls_do_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = replace(demo_state.settings, demo=False)
    monkeypatch.setattr(demo_state, "settings", real)
    monkeypatch.setattr(demo, "settings", real)
    page, before, orders = page_of(DemoState, "carol"), clock.now(), len(_orders())
    for step in demo_state.STEPS:
        run(_all(DemoState.move.fn(page, step)))
    run(_all(DemoState.rebuild.fn(page)))
    DemoState.ask.fn(page)
    run(DemoState.refresh.fn(page))
    assert (page.rows, page.accounts, page.password, page.asking) == ([], [], "", False)
    assert (clock.now() - before).total_seconds() < 60
    assert len(_orders()) == orders


async def _all(events: Any) -> list[Any]:
    return [event async for event in events]


def _orders() -> list[Order]:
    with db.reading() as session:
        return list(session.exec(select(Order)))
