"""A refund the bank returned: no page says any more that it arrived, and each says what its shopper does (R59)."""

import pytest

from cardmall.adapters import clock, db
from cardmall.services.money.news import RefundAnswer
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.orders import rows_of
from cardmall.views.shopper.refund import refund_page
from cardmall.views.shopper.rows import OrderRow
from tests.services.test_paid_twice import bounced, by_callback, hear, redirected, sent
from tests.services.test_refunds import owed
from tests.town import Tale, Town, a_look, act


def returned(town: Town) -> Tale:
    """The money arrived, and the bank sent it back."""
    tale = owed(town)
    hear(sent(tale).refunds[0], RefundAnswer.succeeded)
    bounced(tale, 0)
    assert tale.refunds[0].status == "bounced" and tale.refunds[0].succeeded_at
    return tale


def order_page(tale: Tale) -> OrderView:
    with db.reading() as session:
        return order_view(a_look(session, tale.shopper, now=clock.now()), tale.no)


def test_the_admins_desk_says_why_it_stands_still(town: Town) -> None:
    returned(town)
    (row,) = [row for row in act(abnormal_page, town.carol, now=clock.now()).rows if row.trouble == "refund_stuck"]
    assert [(one.hindrance, one.repair) for one in row.stuck] == [("bounced", "ask_account")]


def listed(tale: Tale) -> OrderRow:
    with db.reading() as session:
        return rows_of(session, [tale.row], clock.now())[0]


def test_the_refund_page_says_returned_and_asks_for_another_account(town: Town) -> None:
    tale = returned(town)
    page = act(refund_page, tale.shopper, tale.refunds[0].no, now=clock.now())
    assert (page.one.status, page.one.state, page.one.hindrance) == ("bounced", "bounced", "")
    assert (page.one.succeeded_at, page.one.expected_at, page.one.late) == (None, None, False)
    assert [(s.code, s.state, s.at is not None) for s in page.steps] == [
        ("platform", "done", True), ("channel", "done", True), ("arrival", "now", False),
    ]  # fmt: skip
    assert page.may_redirect and page.mine


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_to_the_others_it_has_not_arrived_either(town: Town, who: str) -> None:
    tale = returned(town)
    page = act(refund_page, getattr(town, who), tale.refunds[0].no, now=clock.now())
    assert (page.one.state, page.one.succeeded_at, page.may_redirect) == ("bounced", None, False)


def test_the_order_page_says_returned_and_what_to_do(town: Town) -> None:
    view, row = order_page(tale := returned(town)), listed(tale)
    assert (view.panel, view.line.code, row.line.code) == ("refund_bounced", "refund_bounced", "refund_bounced")
    assert (view.stage, view.pill, row.pill) == ("abnormal", "abnormal", "abnormal")
    (refund,) = view.refunds
    assert (refund.status, refund.state, refund.succeeded_at, refund.expected_at) == ("bounced", "bounced", None, None)
    assert [(s.state, s.at) for s in view.steps if s.code == "refunded"] == [("now", None)]


def test_when_the_earlier_refund_arrived_the_ended_one_is_not_what_the_pages_speak_of(town: Town) -> None:
    """Its successor is the newest row, and it never left."""
    tale = redirected(town)
    by_callback(tale.refunds[0])
    view, row = order_page(tale), listed(tale)
    assert (view.panel, view.line.code, row.line.code) == ("refunded", "refunded", "refunded")
    assert [refund.status for refund in view.refunds] == ["succeeded", "dropped"]
    assert view.line.at and row.line.at == view.line.at == view.refunds[0].succeeded_at
    assert [(s.state, s.at) for s in view.steps if s.code == "refunded"] == [("done", view.line.at)]
