"""Money on its way is waited for, a little; another amount than asked goes back at once; the books balance."""

from datetime import timedelta

import pytest

from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.services.money import payments
from cardmall.services.money.payments import PaymentNews, TradeNews, TradeState
from cardmall.services.order import orders
from cardmall.views.shopper.checkout import CheckoutView, checkout_view
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.orders import rows_of
from cardmall.views.shopper.pay import cashier_view
from tests.bank import bank, fault, sandbox
from tests.services.invariants import books_checks
from tests.town import AUTO, MINUTE, Tale, Town, a_look, act, hear, move_clock, refused, run_jobs

pytestmark = pytest.mark.today
SECOND = timedelta(seconds=1)


def opened(town: Town) -> Tale:
    sandbox().control(forget=True)
    tale = town.tale(clock.now()).order(AUTO)
    act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=clock.now())
    return tale


def on_its_way(town: Town, minutes: float = 20) -> Tale:
    """She has pressed pay; the money arrives later, and the channel was asked once."""
    tale = opened(town)
    sandbox().open(tale.payments[0].no, "alipay", 9900)
    sandbox().press(tale.payments[0].no, "pay_late", minutes * 60)
    run_jobs()
    return tale


def seen(tale: Tale) -> OrderView:
    with db.reading() as session:
        return order_view(a_look(session, tale.shopper, now=clock.now()), tale.no)


def at_checkout(tale: Tale) -> CheckoutView:
    with db.reading() as session:
        return checkout_view(a_look(session, tale.shopper), tale.no)


def pass_time(seconds: float) -> None:
    """As it passes: half a minute at a time, the worker at work."""
    for _ in range(int(seconds // 30)):
        move_clock(timedelta(seconds=30))
        run_jobs()


def test_money_on_its_way_is_said_on_page_list_and_checkout(town: Town) -> None:
    tale = on_its_way(town)
    assert (seen(tale).panel, seen(tale).pill, seen(tale).line.code) == ("paying", "paying", "paying")
    with db.reading() as session:
        (row,) = rows_of(session, [tale.row], clock.now())
    assert (row.pill, row.action, row.second) == ("paying", "view", "")
    assert at_checkout(tale).paying and "payment_under_way" in tale.verbs
    assert [job.due_at - clock.now() <= limits.PAYING_ASKED for job in tale.jobs("query_payment")] == [True]


def test_it_waits_past_its_fifteen_minutes_and_the_money_is_in_time(town: Town) -> None:
    tale = on_its_way(town, minutes=20)
    pass_time(18 * 60)
    assert (tale.row.status, tale.card_states) == ("pending_payment", ["reserved"])
    pass_time(3 * 60)
    assert (tale.row.status, tale.card_states, tale.refunds) == ("awaiting_delivery", ["allocated"], [])


def test_it_waits_ten_minutes_at_most_and_late_money_goes_back(town: Town) -> None:
    tale = on_its_way(town, minutes=40)
    pass_time(24 * 60 + 30)
    assert tale.row.status == "pending_payment"
    pass_time(60)
    assert (tale.row.status, tale.cards) == ("expired", [])
    pass_time(20 * 60)
    assert [refund.cause.value for refund in tale.refunds] == ["closed_then_paid"]


def test_without_money_on_its_way_it_expires_at_fifteen(town: Town) -> None:
    tale = opened(town)
    run_jobs()
    move_clock(limits.PAY_WITHIN - SECOND)
    run_jobs()
    assert (tale.row.status, seen(tale).panel) == ("pending_payment", "to_pay")
    move_clock(2 * SECOND)
    run_jobs()
    assert tale.row.status == "expired"


def test_what_is_on_its_way_is_found_before_the_order_expires_though_nobody_said_so(town: Town) -> None:
    """She pays in the last minute; the next question would come minutes later."""
    tale = opened(town)
    run_jobs()
    pass_time(14 * 60 + 30)
    sandbox().press(tale.payments[0].no, "pay_late", 3 * 60)
    assert tale.jobs("query_payment")[0].due_at > tale.row.pay_by
    pass_time(60)
    assert (tale.row.status, seen(tale).panel) == ("pending_payment", "paying")
    pass_time(3 * 60)
    assert (tale.row.status, tale.refunds) == ("awaiting_delivery", [])
    assert tale.verbs.count("payment_under_way") == 1


def test_a_silent_channel_keeps_no_order_waiting(town: Town) -> None:
    tale = opened(town)
    run_jobs()
    pass_time(14 * 60 + 30)
    fault("timeout_before", "query", tale.payments[0].no, times=9)
    pass_time(60)
    assert tale.row.status == "expired"


def test_a_look_that_hears_nothing_is_made_again_in_seconds(town: Town) -> None:
    """The shopper is back from the cashier and waits to be told."""
    tale = opened(town)
    run_jobs()
    fault("timeout_before", "query", tale.payments[0].no, times=1)
    sandbox().press(tale.payments[0].no, "pay_late", 3 * 60)
    act(payments.look_now, tale.payments[0].no, now=clock.now())
    run_jobs()
    assert seen(tale).panel == "to_pay"
    pass_time(30)
    assert seen(tale).panel == "paying"


def test_money_that_is_not_on_its_way_any_more_is_waited_for_no_longer(town: Town) -> None:
    """WeChat says 用户支付中, then 未支付: heard by the worker, whose next question is put off in the same act."""
    tale = on_its_way(town, minutes=30)
    pass_time(60)
    with bank().store.transaction() as store:
        store.execute("UPDATE trade SET status = 'open', captured_at = NULL WHERE no = ?", (tale.payments[0].no,))
    pass_time(60)
    assert (tale.payments[0].paying_since, seen(tale).panel) == (None, "to_pay")
    assert len(tale.jobs("query_payment")) == 1
    pass_time(14 * 60)
    assert tale.row.status == "expired"


def test_who_is_paying_already_is_not_let_pay_again(town: Town) -> None:
    tale = on_its_way(town)
    for channel in ("alipay", "wechat"):
        told = {"channel": channel, "consent": True, "now": clock.now()}
        no = refused(act, orders.start_payment, town.alice, tale.no, **told)
        assert (no.reason, no.offer) == ("payment_under_way", "order")
    assert [payment.status for payment in tale.payments] == ["pending"]
    refused(act, cashier_view, town.alice, tale.no)


def test_money_that_did_not_come_after_all_is_waited_for_no_longer(town: Town) -> None:
    tale = on_its_way(town)
    pass_time(16 * 60)
    told = {"now": clock.now(), "cause": "job"}
    act(payments.hear_trade, tale.payments[0].no, TradeNews(TradeState.unknown), **told)
    assert tale.payments[0].paying_since, "no answer takes nothing back"
    act(payments.hear_trade, tale.payments[0].no, TradeNews(TradeState.closed), **told)
    run_jobs()
    move_clock(limits.PAYING_ASKED)
    run_jobs()
    assert (tale.row.status, tale.payments[0].status) == ("expired", "failed")


def test_the_shopper_may_have_the_channel_asked_at_once_and_nobody_else(town: Town) -> None:
    tale = on_its_way(town)
    (job,) = tale.jobs("query_payment")
    act(payments.look_payment, town.alice, tale.no, now=clock.now())
    assert tale.jobs("query_payment")[0].due_at <= clock.now() < job.due_at
    for who in (town.mallory, town.bob, None):
        refused(act, payments.look_payment, who, tale.no, now=clock.now())


def test_a_failed_payment_is_said_at_checkout_until_the_next_try(town: Town) -> None:
    tale = opened(town)
    hear(tale.payments[0], clock.now(), paid=False)
    assert at_checkout(tale).failed and seen(tale).panel == "to_pay"
    act(orders.start_payment, town.alice, tale.no, channel="wechat", consent=True, now=clock.now())
    assert not at_checkout(tale).failed


EVEN = [0] * 6


def balances(town: Town) -> list[int]:
    return [one.difference for one in books_checks()]


def test_another_amount_is_told_flagged_and_sent_back_at_once_and_the_order_can_still_be_paid(town: Town) -> None:
    tale = opened(town)
    fault("other_amount", "press")
    sandbox().open(tale.payments[0].no, "alipay", 9900)
    sandbox().press(tale.payments[0].no, "pay")
    run_jobs()
    payment, (refund,) = tale.payments[0], tale.refunds
    assert (payment.status, payment.amount, payment.odd) == ("captured", 9899, True)
    assert (refund.cause, refund.amount, tale.row.status, tale.row.abnormal) == (
        *("wrong_amount", 9899, "pending_payment", "wrong_amount"),
    )
    assert (seen(tale).panel, at_checkout(tale).odd, at_checkout(tale).can_pay) == ("wrong_amount", True, True)
    assert tale.told(town.alice)[0] == "wrong_amount"
    act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=clock.now())
    hear(tale.payments[-1], clock.now(), trade_no="T2")
    assert (tale.row.status, tale.row.abnormal, seen(tale).trade_no) == ("awaiting_delivery", None, "T2")
    pass_time(4 * 60)
    assert (tale.refunds[0].status, tale.money()) == ("succeeded", {"shopper": -9900, "escrow": 9900})
    assert balances(town) == EVEN
    tale.at = clock.now()
    assert tale.row.status in ("awaiting_delivery", "delivered")


def test_told_twice_it_goes_back_once(town: Town) -> None:
    tale = opened(town)
    news = PaymentNews(tale.payments[0].no, True, 9899, "T1", "138****0001")
    for _ in range(3):
        act(payments.hear_payment, news, now=clock.now(), cause="callback")
    assert [refund.amount for refund in tale.refunds] == [9899]


def test_another_amount_on_a_closed_order_goes_back_too(town: Town) -> None:
    tale = opened(town).cancel()
    hear(tale.payments[0], clock.now() + MINUTE, amount=12345)
    assert [(r.cause.value, r.amount) for r in tale.refunds] == [("wrong_amount", 12345)]
    assert (tale.row.status, tale.row.abnormal, balances(town)) == ("canceled", None, EVEN)


def test_the_flag_goes_with_the_money(town: Town) -> None:
    tale = opened(town)
    fault("other_amount", "press")
    sandbox().open(tale.payments[0].no, "alipay", 9900)
    sandbox().press(tale.payments[0].no, "pay")
    pass_time(6 * 60)
    assert (tale.row.abnormal, tale.row.stage, tale.refunds[0].status) == (None, "to_pay", "succeeded")


def test_a_stuck_refund_keeps_its_flag_when_the_order_paid_again_is_delivered(town: Town) -> None:
    """The cards are handed over; the 98.99 taken before are still owed and wait for a person."""
    tale = opened(town)
    fault("other_amount", "press")
    fault("closed_card", "refund")
    sandbox().open(tale.payments[0].no, "alipay", 9900)
    sandbox().press(tale.payments[0].no, "pay")
    pass_time(4 * 60)
    assert (tale.refunds[0].status, tale.row.abnormal) == ("needs_attention", "refund_stuck")
    assert at_checkout(tale).can_pay
    act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=clock.now())
    hear(tale.payments[-1], clock.now(), trade_no="T2")
    pass_time(6 * 60)
    assert (tale.row.status, tale.refunds[0].status) == ("delivered", "needs_attention")
    assert (tale.row.abnormal, tale.row.stage, seen(tale).panel) == ("refund_stuck", "abnormal", "refund_stuck")
    assert balances(town) == EVEN
