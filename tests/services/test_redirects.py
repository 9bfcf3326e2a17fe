"""A refund that cannot go back the way it came goes elsewhere, once, with its shopper's consent (R59)."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from cardmall.adapters import clock
from cardmall.adapters.vault import vault
from cardmall.domain.refunding import FINAL, NEVER_REDIRECTED, REDIRECTABLE, Hindrance
from cardmall.domain.terms import Actor, Channel, Reason, RefundStatus
from cardmall.models import Event, Refund
from cardmall.services.money import refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.redirects import ask_redirect, redirect_refund
from cardmall.services.money.refunds import send_stuck
from cardmall.services.money.returns import end_arrived
from cardmall.services.order.repairs import repair_order
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.refund import RefundPage, refund_page
from tests.bank import at_the_bank, bank, fault
from tests.services.test_refunds import owed
from tests.town import DAY, MINUTE, Tale, Town, act, move_clock, refused, rows, run_jobs

CARD = "4111111111111111"


def stuck(town: Town, hindrance: Hindrance = Hindrance.account_closed, by: Channel = Channel.bank_card) -> Tale:
    """Alice's refund needs a person, for this reason."""
    tale = owed(town, by)
    no = tale.refunds[0].no
    for _ in range(8):
        if tale.refunds[0].status is not RefundStatus.needs_attention:
            act(refunds.set_out, no, now=clock.now(), cause="job")
            news = RefundNews(RefundAnswer.failed, trouble="CODE", hindrance=hindrance)
            act(refunds.hear_answer, no, news, now=clock.now(), cause="job", asked=True)
    assert tale.refunds[0].status is RefundStatus.needs_attention
    return tale


def typed(**other: Any) -> dict[str, Any]:
    told = {"destination_kind": "bank_card", "account": CARD, "holder": "周明", "consent": "on"}
    world = {"now": clock.now()}
    return told | world | other


def redirect(tale: Tale, who: Actor | None = None, **other: Any) -> str:
    return act(redirect_refund, who or tale.shopper, tale.refunds[0].no, **typed(**other))


def seen(tale: Tale, who: Actor | None = None, n: int = 0) -> RefundPage:
    return act(refund_page, who or tale.shopper, tale.refunds[n].no, now=clock.now())


def test_it_goes_to_the_named_account_under_a_number_of_its_own(town: Town) -> None:
    tale = stuck(town)
    assert (seen(tale).may_redirect, seen(tale).one.hindrance) == (True, "account_closed")
    number = redirect(tale)
    first, second = tale.refunds
    assert (first.status, second.status, second.no) == ("redirected", "requested", number)
    assert (second.amount, second.case_id, second.cause, second.payment_id, second.predecessor_id) == (
        *(first.amount, first.case_id, first.cause, first.payment_id, first.id),
    )
    assert (second.consented_by, second.consented_at is not None) == (town.alice.id, True)
    assert tale.money() == {"shopper": -9900, "escrow": 9900}, "nothing moved yet"
    assert (tale.row.abnormal, tale.row.stage) == (None, "refunding")
    for _ in range(20):
        run_jobs()
        move_clock(DAY / 4)
    assert (tale.refunds[1].status, tale.money(), tale.row.stage) == ("succeeded", {}, "closed")
    assert (tale.refunds[1].destination, tale.refunds[1].destination_hint) == ("", "**** 1111")
    given = at_the_bank("SELECT * FROM refund WHERE trade = ?", tale.payments[0].no)
    assert [(row["no"], row["amount"], row["destination"]) for row in given] == [
        (number, 9900, f"bank_card:{CARD}:周明")
    ]


def test_the_account_is_sealed_and_nobody_is_shown_it(town: Town) -> None:
    tale = stuck(town)
    number = redirect(tale)
    second = tale.refunds[1]
    assert CARD not in str(second.model_dump()) and "周明" not in str(second.model_dump())
    assert vault().open_destination(number, second.destination) == f"bank_card:{CARD}:周明"
    with pytest.raises(InvalidTag):
        vault().open_destination(tale.refunds[0].no, second.destination)
    for who in (town.alice, town.bob, town.carol):
        assert CARD not in str(seen(tale, who, 1))
    assert (seen(tale, n=1).one.payer, seen(tale, town.bob, 1).one.payer) == ("**** 1111", "")
    assert all(CARD not in str(event.data) for event in rows(Event))


def test_the_old_one_names_the_new_one_and_back(town: Town) -> None:
    tale = stuck(town)
    number = redirect(tale)
    assert (seen(tale).successor, seen(tale).one.state, seen(tale).may_redirect) == (number, "redirected", False)
    assert seen(tale, n=1).predecessor == tale.refunds[0].no
    assert [one.no for one in seen(tale).others] == [number]
    assert tale.told(town.alice)[-1] == "refund_redirected"


def test_a_second_press_finds_it_gone_already(town: Town) -> None:
    tale = stuck(town)
    no = tale.refunds[0].no
    redirect(tale)
    again = refused(act, redirect_refund, town.alice, no, **typed())
    assert (again.reason, again.status, len(tale.refunds)) == (Reason.stale, "redirected", 2)


def test_a_wrong_field_is_named_and_nothing_moves(town: Town) -> None:
    tale = stuck(town)
    no = refused(redirect, tale, account="4111111111111112", holder="", consent="")
    assert no.fields == {"account": "not_a_card", "holder": "required", "consent": "required"}
    assert (tale.refunds[0].status, len(tale.refunds)) == ("needs_attention", 1)


@pytest.mark.parametrize("who", ["mallory", "bob", "mo", "carol"])
def test_only_the_shopper_sends_their_money_elsewhere(town: Town, who: str) -> None:
    tale = stuck(town)
    refused(redirect, tale, getattr(town, who))
    assert len(tale.refunds) == 1


@pytest.mark.parametrize("who", ["mallory", "mo"])
def test_a_strangers_refund_looks_like_none(town: Town, who: str) -> None:
    tale = stuck(town)
    told = {"now": clock.now()}
    foreign = refused(act, refund_page, getattr(town, who), tale.refunds[0].no, **told)
    unknown = refused(act, refund_page, getattr(town, who), "RF0", **told)
    assert (foreign.reason, foreign.offer) == (unknown.reason, unknown.offer) == ("not_found", "orders")


def test_while_it_may_still_arrive_it_goes_nowhere_else(town: Town) -> None:
    tale = owed(town)
    for _ in range(2):
        assert refused(redirect, tale).reason is Reason.stale
        run_jobs()


@pytest.mark.parametrize("hindrance", list(Hindrance))
def test_what_another_account_does_not_help_stays_with_the_admins_unless_they_ask(
    town: Town, hindrance: Hindrance
) -> None:
    tale = stuck(town, hindrance)
    helps = hindrance in REDIRECTABLE
    assert seen(tale).may_redirect == helps
    assert seen(tale).one.hindrance == (hindrance if hindrance in FINAL else "tries_used")
    if not helps:
        assert refused(redirect, tale).reason is Reason.not_redirectable
    if hindrance in NEVER_REDIRECTED:  # the money may be back already: nobody sends it a second time
        said = refused(act, ask_redirect, town.carol, tale.refunds[0].no, now=clock.now())
        assert (said.reason, len(tale.refunds)) == (Reason.not_redirectable, 1)
        return
    if not helps:
        act(ask_redirect, town.carol, tale.refunds[0].no, now=clock.now())
        assert tale.told(town.alice)[-1] == "redirect_asked"
    assert redirect(tale) == tale.refunds[1].no


@pytest.mark.parametrize("who", ["alice", "bob", "mallory"])
def test_only_an_admin_asks_for_another_account(town: Town, who: str) -> None:
    tale = stuck(town)
    refused(act, ask_redirect, getattr(town, who), tale.refunds[0].no, now=clock.now())
    assert tale.refunds[0].redirect_asked_at is None


def test_what_is_no_more_stuck_is_not_asked_about(town: Town) -> None:
    tale = owed(town)
    assert refused(act, ask_redirect, town.carol, tale.refunds[0].no, now=clock.now()).reason is Reason.stale


@pytest.mark.parametrize(
    ("hindrance", "repair"),
    [
        (Hindrance.balance_low, "top_up"),
        (Hindrance.busy, "send_refund"),
        (Hindrance.account_closed, "ask_account"),
        (Hindrance.too_old, "ask_account"),
        (Hindrance.too_many_parts, "ask_account"),
        (Hindrance.refused, "support"),
    ],
)
def test_carol_is_told_why_and_what_helps(town: Town, hindrance: Hindrance, repair: str) -> None:
    tale = stuck(town, hindrance)
    (row,) = [r for r in act(abnormal_page, town.carol, now=clock.now()).rows if r.trouble == "refund_stuck"]
    (one,) = row.stuck
    assert (row.repair, one.repair, one.no, one.amount, one.hindrance, one.code, one.asked) == (
        *(repair, repair, tale.refunds[0].no, 9900, hindrance.value, "CODE", False),
    )


def test_a_redirected_one_that_fails_too_may_go_on_to_a_third(town: Town) -> None:
    tale = stuck(town)
    redirect(tale)
    fault("closed_card", "refund")
    for _ in range(8):
        run_jobs()
        move_clock(DAY)
    assert [r.status for r in tale.refunds] == ["redirected", "needs_attention"]
    assert act(redirect_refund, town.alice, tale.refunds[1].no, **typed(destination_kind="alipay", account="a@b.cn"))
    for _ in range(3):
        run_jobs()
        move_clock(3 * MINUTE)
    assert [r.status for r in tale.refunds] == ["redirected", "redirected", "succeeded"]
    assert tale.money() == {}


def paid_all_the_same(town: Town) -> Tale:
    """The channel said no, yet paid the old number out; the worker was about to send the new one."""
    tale = stuck(town)
    first, payment = tale.refunds[0], tale.payments[0]
    tale.town.scene.cashier.refunded(first.no, payment.no, first.amount, "SEED", clock.now())
    redirect(tale)
    move_clock(2 * MINUTE)
    run_jobs()
    return tale


def test_money_that_arrived_after_all_is_not_sent_twice(town: Town) -> None:
    """The new number is not sent before somebody looked."""
    tale = paid_all_the_same(town)
    first, payment = tale.refunds[0], tale.payments[0]
    assert [r.status for r in tale.refunds] == ["redirected", "needs_attention"]
    assert tale.refunds[1].trouble == f"PREDECESSOR_ARRIVED:{first.no}", "of a part, the channel would pay both"
    assert [row["no"] for row in at_the_bank("SELECT * FROM refund WHERE trade = ?", payment.no)] == [first.no]
    (row,) = [r for r in act(abnormal_page, town.carol, now=clock.now()).rows if r.trouble == "refund_stuck"]
    assert row.repair == "end_arrived"
    act(repair_order, town.carol, tale.no, say="、".join, now=clock.now())
    assert [r.status for r in tale.refunds] == ["succeeded", "dropped"]
    assert (tale.money(), tale.row.abnormal, tale.row.stage) == ({}, None, "closed")
    assert tale.told(town.alice)[-1] == "refund_succeeded"


def test_money_that_arrived_after_all_is_found_however_often_it_was_redirected(town: Town) -> None:
    """The channel would pay both: the payment is large enough for more than one refund of this size."""
    tale = stuck(town)
    first, payment = tale.refunds[0], tale.payments[0]
    redirect(tale)
    with bank().store.transaction() as store:
        store.execute("UPDATE trade SET amount = 10 * amount WHERE no = ?", (payment.no,))
    tale.town.scene.cashier.refunded(first.no, payment.no, first.amount, "SEED", clock.now())
    move_clock(2 * MINUTE)
    run_jobs()
    second = tale.refunds[1]
    assert (second.status, second.hindrance) == ("needs_attention", "arrived")
    assert refused(act, redirect_refund, town.alice, second.no, **typed()).reason is Reason.not_redirectable
    assert refused(act, ask_redirect, town.carol, second.no, now=clock.now()).reason is Reason.not_redirectable
    assert refused(act, send_stuck, town.carol, tale.row, second).reason == "number_burnt"
    for _ in range(4):
        run_jobs()
        move_clock(3 * MINUTE)
    assert [r.status for r in tale.refunds] == ["redirected", "needs_attention"]
    assert [row["no"] for row in at_the_bank("SELECT * FROM refund WHERE trade = ?", payment.no)] == [first.no]


def test_a_refund_without_an_earlier_one_that_arrived_is_not_ended(town: Town) -> None:
    tale = stuck(town)
    answer = refused(act, end_arrived, town.carol, tale.row, tale.refunds[0], now=clock.now())
    assert (answer.reason, answer.status, tale.refunds[0].status) == ("stale", "needs_attention", "needs_attention")


def test_an_admin_tries_once_more_and_counts_anew(town: Town) -> None:
    tale = stuck(town)
    told = {"say": "、".join, "now": clock.now()}
    act(repair_order, town.carol, tale.no, **told)
    refund = tale.refunds[0]
    assert (refund.status, refund.failures, tale.row.abnormal) == ("sent", 0, None)
    for _ in range(6):
        run_jobs()
        move_clock(DAY)
    assert tale.refunds[0].status is RefundStatus.succeeded
    assert rows(Refund, Refund.order_id == tale.row.id) == tale.refunds


def test_b3_the_order_page_and_the_list_say_that_another_account_is_asked_for(town: Town) -> None:
    tale = stuck(town)

    def page() -> OrderView:
        return act(order_view, tale.shopper, tale.no, now=clock.now())

    assert (page().panel, page().line.code) == ("refund_stuck", "refund_stuck")
    act(ask_redirect, town.carol, tale.refunds[0].no, now=clock.now())
    assert (page().panel, page().line.code) == ("refund_asked", "refund_asked")
    redirect(tale)
    assert "refund_asked" not in (page().panel, page().line.code)
