"""The form that offers an order and the page all sides answer on, called as anybody may call them."""

from typing import Any

import pytest
from sqlmodel import col, select

from cardmall import demo, routes
from cardmall.adapters import clock, db
from cardmall.domain.terms import OPEN_TRANSFER, OrderStatus, Role
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Order, Transfer
from cardmall.states.merchant.reviews import ReviewsState
from cardmall.states.shopper.inbox import notice_url
from cardmall.states.shopper.order import OrderState
from cardmall.states.shopper.transfer import TransferState
from cardmall.states.shopper.transfer_form import TransferFormState
from cardmall.views.public.demo import outbox
from cardmall.views.shopper.inbox import NoticeView
from tests.states.test_desks import first, page_of, run
from tests.town import a_look, sign_everybody_in

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]


@pytest.fixture
def town(demo_database: Any) -> None:
    """The demo town, everybody signed in under a token that is their first name."""
    demo.build_if_empty()
    sign_everybody_in()


def offered() -> Transfer:
    """Alice's order at Erin's, offered to Dave."""
    return first(select(Transfer).where(col(Transfer.status).in_(OPEN_TRANSFER)))


def sealed() -> str:
    """An order of Alice that may be offered."""
    wanted = select(Order.no).where(Order.status == OrderStatus.awaiting_delivery, col(Order.held_at).is_(None))
    return first(wanted.order_by(col(Order.id).desc()))


def look(who: str) -> TransferState:
    page = page_of(TransferState, who, routes.transfer_url(offered().no))
    run(TransferState.refresh.fn(page))
    return page


def test_the_form_names_what_is_wrong_and_sends_to_the_transfer() -> None:
    no = sealed()
    page = page_of(TransferFormState, "alice", routes.transfer_form_url(no))
    run(TransferFormState.refresh.fn(page))
    assert (page.view.is_open, page.view.order_no, page.view.left) == (True, no, 3)
    wrong = {
        "": "required",
        "abc": "not_an_address",
        "ALICE@cardmall.test": "own_address",
        "13800000001": "own_address",
    }
    for typed, said in wrong.items():
        assert run(TransferFormState.send.fn(page, {"address": typed})) is None
        assert page.address_error == said
    junks: list[Any] = [None, [], {"address": 5}, {"address": {"a": 1}}, {"address": "x" * 100_000}]
    for junk in junks:
        run(TransferFormState.send.fn(page, junk))
        assert page.address_error
    assert len(run(TransferFormState.send.fn(page, {"address": " 139 0000 0009 "}))) == 2
    assert (page.address_error, page.view.is_open, page.view.reason) == ("", False, "transfer_open")
    assert first(select(Transfer).order_by(col(Transfer.id).desc())).address == "+8613900000009"


@pytest.mark.parametrize(("who", "side"), [("alice", "shopper"), ("dave", "receiver"), ("erin", "merchant")])
def test_each_side_sees_its_own_page(who: str, side: str) -> None:
    page = look(who)
    assert (page.missing, page.view.side) == (False, side)
    assert bool(page.view.order_no) == (who != "dave")


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["bob", ""])
def test_a_stranger_finds_nothing(who: str) -> None:
    page = look(who)
    assert (page.missing, page.view.no, page.view.product) == (True, "", "")
    run(TransferState.agree.fn(page))
    run(TransferState.withdraw.fn(page))
    assert offered().merchant_agreed_at is None


def test_only_a_question_there_is_opens_its_dialog() -> None:
    page = look("dave")
    TransferState.ask.fn(page, "agree_receiver")
    assert page.question == "agree_receiver"
    junks: list[Any] = ["cancel_now", 5, None, ["withdraw"]]
    for junk in junks:
        TransferState.ask.fn(page, junk)
        assert page.question == ""


def test_with_the_second_yes_the_receiver_goes_on_to_the_checkout() -> None:
    erin, dave = look("erin"), look("dave")
    no = offered().no
    assert not isinstance(run(TransferState.agree.fn(erin)), list)
    assert erin.view.merchant_agreed_at
    said = run(TransferState.agree.fn(dave))
    assert isinstance(said, list) and "/checkout/CM" in str(said[0])
    assert (dave.view.status, dave.view.new_order_no != "") == ("accepted", True)
    transfer = first(select(Transfer).where(Transfer.no == no))
    assert first(select(Order.shopper_id).where(Order.id == transfer.new_order_id)) == transfer.receiver_id


def test_the_merchants_desk_lists_it_until_it_is_answered() -> None:
    desk = page_of(ReviewsState, "erin", "/merchant")
    run(ReviewsState.refresh.fn(desk))
    assert [row.no for row in desk.transfers] == [offered().no]
    run(TransferState.decline.fn(look("erin")))
    run(ReviewsState.refresh.fn(desk))
    assert desk.transfers == []


def test_the_order_page_withdraws_it() -> None:
    no = first(select(Order.no).where(Order.id == offered().order_id))
    page = page_of(OrderState, "alice", routes.order_url(no))
    run(OrderState.refresh.fn(page))
    assert (page.view.panel, page.view.transfer.no) == ("transfer_offered", offered().no)
    run(OrderState.withdraw_transfer.fn(page))
    assert (page.view.panel, page.view.transfer.no, page.view.held, page.view.transfer.may) == (
        "sealed",
        "",
        False,
        True,
    )


def test_its_notice_and_its_message_lead_to_it() -> None:
    no = offered().no
    told = NoticeView(1, NoticeKind.transfer_offered.value, "", "", "x", clock.now(), True, no)
    assert {notice_url(role, told) for role in (Role.shopper, Role.merchant)} == {routes.transfer_url(no)}
    with db.reading() as session:
        sent = [row for row in outbox(a_look(session, None)) if row.kind == "transfer_offered"]
    assert [(row.target, row.transfer, row.order_no) for row in sent] == [("dave@cardmall.test", no, "")]
