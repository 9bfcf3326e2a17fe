"""Foreign and unknown numbers look the same, to every role, for orders and cases (R80)."""

from typing import Any

import pytest

from cardmall.domain.terms import Offer, Reason, Refused, Role
from cardmall.reads.doors import case_for, order_for
from cardmall.views.admin.support import support_threads
from cardmall.views.admin.waiting import desk
from cardmall.views.merchant.case import shop_case
from cardmall.views.merchant.delivery import DeliveryDesk, to_deliver
from cardmall.views.merchant.reviews import review_queue
from cardmall.views.shopper.checkout import checkout_view
from cardmall.views.shopper.order import order_view
from cardmall.views.shopper.pay import cashier_view, pending_payment
from cardmall.views.shopper.support import support_thread
from tests.town import AUTO, MANUAL, NOW, Tale, Town, act, look, refused


@pytest.fixture
def tale(town: Town) -> Tale:
    return town.tale().order(AUTO).pay().request()


def answer(query: Any, *args: Any, **kw: Any) -> tuple[Reason, Offer, str, dict[str, str]]:
    with pytest.raises(Refused) as refused:
        look(query, *args, **kw)
    return refused.value.reason, refused.value.offer, refused.value.status, refused.value.fields


@pytest.mark.parametrize("name", ["alice", "bob", "carol"])
def test_both_parties_and_the_admins_see_it(town: Town, tale: Tale, name: str) -> None:
    assert look(order_for, getattr(town, name), tale.no).no == tale.no
    assert look(case_for, getattr(town, name), tale.case.no)[0].no == tale.case.no


@pytest.mark.parametrize("name", ["mallory", "mo"])
def test_to_everyone_else_it_is_as_if_it_did_not_exist(town: Town, tale: Tale, name: str) -> None:
    stranger = getattr(town, name)
    unknown = (Reason.not_found, Offer.orders, "", {})
    for no in (tale.no, "CM0", "", None, 0, "' OR 1=1 --"):
        assert answer(order_for, stranger, no) == unknown
        told = refused(act, order_for, stranger, no, stranger.role, lock=True)  # only an act takes locks
        assert (told.reason, told.offer, told.status, told.fields) == unknown
    for no in (tale.case.no, "AS0", ""):
        assert answer(case_for, stranger, no) == unknown
    assert answer(order_view, stranger, tale.no, now=NOW) == unknown
    if stranger.role is Role.shopper:
        for page in (checkout_view, cashier_view, support_thread):
            assert answer(page, stranger, tale.no, now=NOW) == answer(page, stranger, "CM0", now=NOW) == unknown
        assert answer(pending_payment, stranger, tale.payments[0].no) == unknown
        assert answer(pending_payment, stranger, "PY0") == unknown
    else:
        found = answer(shop_case, stranger, tale.case.no, now=NOW)
        assert found == answer(shop_case, stranger, "AS0", now=NOW) == unknown
        assert look(review_queue, stranger, now=NOW).rows == []
        assert look(to_deliver, stranger, now=NOW) == DeliveryDesk()


def test_a_role_that_has_no_business_there_is_told_so_before_anything_is_looked_up(town: Town, tale: Tale) -> None:
    for actor, query in ((town.bob, checkout_view), (town.carol, cashier_view), (town.alice, shop_case)):
        for no in (tale.no, tale.case.no, "CM0"):
            assert answer(query, actor, no, now=NOW)[0] is Reason.not_allowed
    for actor in (town.alice, town.carol):
        assert answer(review_queue, actor, now=NOW)[0] is Reason.not_allowed
        assert answer(to_deliver, actor, now=NOW)[0] is Reason.not_allowed
    for actor in (town.alice, town.bob):
        assert answer(desk, actor)[0] is Reason.not_allowed
        assert answer(support_threads, actor, now=NOW)[0] is Reason.not_allowed


def test_nobody_signs_in_first(town: Town, tale: Tale) -> None:
    for query in (order_for, checkout_view, cashier_view, support_thread):
        assert (
            answer(query, None, tale.no, now=NOW)[0] is answer(query, None, "CM0", now=NOW)[0] is Reason.sign_in_first
        )
    for no in (tale.payments[0].no, "PY0"):
        assert answer(pending_payment, None, no)[0] is Reason.sign_in_first
        assert answer(pending_payment, town.bob, no)[0] is Reason.not_allowed


def test_the_merchant_delivers_and_reviews_only_his_own(town: Town, tale: Tale) -> None:
    waiting = town.tale(shopper=town.mallory).order(MANUAL).pay()
    assert [row.no for row in look(to_deliver, town.bob, now=NOW).rows] == [waiting.no]
    assert len(look(review_queue, town.bob, now=NOW).rows) == 1
