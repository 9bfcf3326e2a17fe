"""The desks of merchants and admins, and the demo's controls, called as anybody may call them."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import col, select

from cardmall import cookies, demo
from cardmall.adapters import clock, db
from cardmall.domain.terms import CaseStatus, OrderStatus
from cardmall.models import Account, Card, Case, Order
from cardmall.services import accounts
from cardmall.states import demo as demo_state
from cardmall.states.delivery import DeliveryState
from cardmall.states.demo import DemoState
from cardmall.states.desk import DeskState
from cardmall.states.merchant_case import MerchantCaseState, Wrong
from cardmall.states.reviews import ReviewsState

pytestmark = pytest.mark.usefixtures("town")
STRANGERS = ["", "unknown", "dave", "erin", "carol"]  # nobody, shoppers, another shop's merchant, an admin


@pytest.fixture
def town(demo_database: Any) -> None:
    """The demo town, everybody signed in under a token that is their first name."""
    demo.build_if_empty()
    with db.transaction() as session:
        for account in session.exec(select(Account)).all():
            token = cookies.hash_of((account.email or "").partition("@")[0])
            accounts.sign_in(session, account.id or 0, account.password_hash, token, now=clock.now())


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


def manual_order() -> Order:
    wanted = select(Order).where(
        Order.status == OrderStatus.awaiting_delivery, col(Order.product_name).contains("Adobe")
    )
    return first(wanted.where(col(Order.held_at).is_(None)))


def test_bob_sees_his_queue_and_approves() -> None:
    page, case = page_of(ReviewsState, "bob"), open_case()
    run(ReviewsState.refresh.fn(page))
    assert page.figures.waiting == len(page.rows) == 2
    ReviewsState.ask.fn(page, case.no)
    assert page.asked.amount == case.amount
    run(ReviewsState.approve.fn(page))
    assert open_case() is None
    assert (page.figures.waiting, page.asked) == (1, None)


def test_bob_rejects_with_words_and_hears_what_is_missing() -> None:
    case = open_case()
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{case.no}/")
    run(MerchantCaseState.reject.fn(page, {"reason": "other", "text": " "}))
    assert page.wrong == Wrong(reject_text="required")
    run(MerchantCaseState.reject.fn(page, {"reason": "product_final", "text": "x"}))
    assert page.wrong == Wrong(reject_reason="not_proven")
    run(MerchantCaseState.reject.fn(page, {"reason": "other", "text": "明天发货"}))
    assert page.view.case.status == CaseStatus.rejected


def test_bob_delivers_by_hand_and_the_code_is_kept_nowhere() -> None:
    page, order = page_of(DeliveryState, "bob"), manual_order()
    run(DeliveryState.deliver.fn(page, {"no": order.no, "codes": "A-1\nB-2"}))
    assert (page.wrong_no, page.wrong) == (order.no, "count_mismatch")
    run(DeliveryState.deliver.fn(page, {"no": order.no, "codes": " TOP-SECRET-1 \n\n"}))
    assert (page.wrong_no, order.no in [row.no for row in page.rows]) == ("", False)
    assert "TOP-SECRET" not in repr(page.dict())
    assert "TOP-SECRET" not in first(select(Card).where(Card.order_id == order.id)).sealed_code


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_and_change_nothing_of_bobs(who: str) -> None:
    case, order = open_case(), manual_order()
    queue, page = page_of(ReviewsState, who), page_of(MerchantCaseState, who, f"/merchant/cases/{case.no}")
    deliveries = page_of(DeliveryState, who)
    queue.asked = replace(_row_of_bob(), no=case.no)
    for call in (
        ReviewsState.approve.fn(queue), ReviewsState.refresh.fn(queue), ReviewsState.show_more.fn(queue),
        MerchantCaseState.refresh.fn(page), MerchantCaseState.approve.fn(page),
        MerchantCaseState.reject.fn(page, {"reason": "other", "text": "x"}),
        DeliveryState.refresh.fn(deliveries), DeliveryState.deliver.fn(deliveries, {"no": order.no, "codes": "X"}),
    ):  # fmt: skip
        run(call)
    assert case.no not in [row.no for row in queue.rows]
    assert order.no not in [row.no for row in deliveries.rows]
    assert (page.view.case, page.view.order.no) == (None, "")
    assert open_case().no == case.no
    assert manual_order().no == order.no


def _row_of_bob() -> Any:
    page = page_of(ReviewsState, "bob")
    run(ReviewsState.refresh.fn(page))
    return page.rows[0]


@pytest.mark.parametrize("who", ["", "alice", "bob", "erin"])
def test_only_admins_see_their_desk(who: str) -> None:
    page, carols = page_of(DeskState, who), page_of(DeskState, "carol")
    run(DeskState.refresh.fn(page))
    run(DeskState.refresh.fn(carols))
    assert page.rows == []
    assert {"overdue", "refund_stuck"} <= {row.why for row in carols.rows}


@pytest.mark.parametrize("junk", [None, 7, [], {}, "'", {"no": [], "codes": 7}, {"reason": {}, "text": []}, "x" * 9000])
def test_they_take_no_harm_from_any_argument(junk: Any) -> None:
    case = open_case()
    page = page_of(MerchantCaseState, "bob", f"/merchant/cases/{case.no}")
    run(MerchantCaseState.reject.fn(page, junk))
    run(DeliveryState.deliver.fn(page_of(DeliveryState, "bob"), junk))
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
