"""A refund that was ended as unpaid and arrives after all, while a later number stands for its money (R59, R75)."""

import pytest
from sqlmodel import select

from cardmall.adapters import clock, db
from cardmall.domain.refunding import Hindrance
from cardmall.models import Refund
from cardmall.reads.refunds import was_paid_anyway
from cardmall.reads.suspects import paid_anyway
from cardmall.services.money import refunds
from cardmall.services.money.news import RefundAnswer
from cardmall.services.order.repairs import repair_order
from tests.services.test_paid_twice import (
    Said,
    bounced,
    by_callback,
    by_statement,
    check,
    hear,
    loss_in_the_books,
    redirect,
    redirected,
    sent,
    state,
    states,
    troubles,
)
from tests.town import DAY, MINUTE, Tale, Town, act, move_clock, run_jobs


def third(town: Town) -> Tale:
    """The first arrived, so the second, proven failed, was ended; the bank returned the first, and a third stands."""
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.failed, hindrance=Hindrance.account_closed)
    by_callback(tale.refunds[0])
    bounced(tale, 0)
    redirect(tale)
    assert states(tale) == ["redirected", "dropped", "requested"]
    return tale


@pytest.mark.parametrize("said", [by_callback, by_statement])
def test_the_third_ends_unsent_when_the_second_arrived(town: Town, said: Said) -> None:
    tale = third(town)
    for _ in range(2):
        said(tale.refunds[1])
    for _ in range(4):
        run_jobs()
        move_clock(2 * DAY)
    assert states(tale) == ["redirected", "succeeded", "dropped"]
    assert (tale.money(), loss_in_the_books(town), troubles(town)) == ({}, 0, {})


def test_asked_before_the_third_leaves_the_channel_knows_the_second_and_an_admin_can_end_it(town: Town) -> None:
    tale = third(town)
    old = tale.refunds[1]
    town.scene.cashier.refunded(old.no, tale.payments[0].no, old.amount, "SEED", clock.now())
    move_clock(2 * MINUTE)
    run_jobs()
    move_clock(2 * MINUTE)
    check(tale)
    assert states(tale) == ["redirected", "succeeded", "dropped"]
    assert (tale.money(), loss_in_the_books(town)) == ({}, 0)


def test_the_bank_returns_the_third_when_the_second_arrived_too(town: Town) -> None:
    tale = third(town)
    move_clock(2 * MINUTE)
    act(refunds.set_out, tale.refunds[2].no, now=clock.now(), cause="job")
    hear(tale.refunds[2], RefundAnswer.succeeded)
    by_callback(tale.refunds[1])
    assert loss_in_the_books(town) == 9900
    bounced(tale, 2)
    assert states(tale) == ["redirected", "succeeded", "dropped"]
    assert (tale.money(), loss_in_the_books(town)) == ({}, 0)


def test_the_row_and_the_search_agree_which_replaced_refunds_were_paid(town: Town) -> None:
    tale = third(town)
    move_clock(2 * MINUTE)
    act(refunds.set_out, tale.refunds[2].no, now=clock.now(), cause="job")
    by_callback(tale.refunds[1])
    with db.reading() as session:
        found = set(session.exec(select(Refund.no).where(paid_anyway())))
    assert found == {one.no for one in tale.refunds if was_paid_anyway(one)} == {tale.refunds[1].no}


def test_a_loss_the_bank_returns_is_none_any_more(town: Town) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.succeeded)
    by_callback(tale.refunds[0])
    assert loss_in_the_books(town) == 9900
    for _ in range(2):
        state("returned", tale.refunds[0], tale.refunds[0].amount)
    assert (states(tale), loss_in_the_books(town), tale.money()) == (["redirected", "succeeded"], 0, {})
    assert "refund_lost" not in troubles(town)


@pytest.mark.parametrize("proven", [RefundAnswer.failed, RefundAnswer.missing])
def test_a_refund_stopped_for_an_arrival_is_sent_again_once_the_bank_returned_that(
    town: Town, proven: RefundAnswer
) -> None:
    """Nobody has the money then: the shopper's refund must not stand still for an arrival that is none."""
    tale = sent(redirected(town))
    by_callback(tale.refunds[0])
    hear(tale.refunds[1], RefundAnswer.missing)
    assert (states(tale), tale.refunds[1].hindrance) == (["redirected", "needs_attention"], Hindrance.arrived)
    state("returned", tale.refunds[0], tale.refunds[0].amount)
    hear(tale.refunds[1], proven)
    move_clock(DAY)
    assert troubles(town) == {"refund_stuck": "send_refund"}
    act(repair_order, town.carol, tale.no, say="、".join, now=clock.now())
    for _ in range(4):
        run_jobs()
        move_clock(5 * DAY)
    assert (states(tale), loss_in_the_books(town), tale.money()) == (["redirected", "succeeded"], 0, {})
