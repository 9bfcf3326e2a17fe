"""What the channel tells us is applied once; money on the wrong order goes back by itself."""

import pytest

from cardmall.models import Job
from cardmall.services.money.payments import PaymentNews, hear_payment
from cardmall.services.order import orders
from tests.town import AUTO, MANUAL, MINUTE, NOW, Tale, Town, act, hear, rows


def started(town: Town, slug: str = AUTO, channel: str = "alipay") -> Tale:
    tale = town.tale().order(slug)
    act(orders.start_payment, town.alice, tale.no, channel=channel, consent=True, now=tale.at)
    return tale


def test_a_paid_order_waits_for_its_delivery(town: Town) -> None:
    tale = started(town)
    assert hear(tale.payments[0], NOW + MINUTE)
    row, payment = tale.row, tale.payments[0]
    assert (row.status, row.paid_at, row.deliver_at) == ("awaiting_delivery", NOW + MINUTE, NOW + 6 * MINUTE)
    assert row.promised_at == NOW + 11 * MINUTE
    assert (payment.status, payment.trade_no, payment.payer) == ("captured", "T1", "138****0001")
    assert (tale.card_states, tale.money()) == (["allocated"], {"shopper": -9900, "escrow": 9900})
    assert [job.due_at for job in tale.jobs("deliver")] == [NOW + 6 * MINUTE]
    assert tale.told(town.bob) == ["order_paid"]


def test_a_manual_product_waits_for_its_merchant(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    assert (tale.jobs("deliver"), tale.row.status) == ([], "awaiting_delivery")


@pytest.mark.parametrize("amount", [0, -9900])
def test_no_amount_at_all_is_recorded_and_moves_nothing(town: Town, amount: int) -> None:
    tale = started(town)
    assert hear(tale.payments[0], NOW, amount=amount) is False
    assert (tale.row.status, tale.payments[0].status, tale.money()) == ("pending_payment", "pending", {})
    assert tale.events[-1].verb == "payment_refused"
    assert tale.events[-1].data == {"no": tale.payments[0].no, "told": amount, "ours": 9900}


def test_an_unknown_number_moves_nothing(town: Town) -> None:
    tale = started(town)
    news = PaymentNews("PY0", True, 9900)
    assert act(hear_payment, news, now=NOW, cause="callback") is False
    assert tale.row.status == "pending_payment"


def test_the_same_callback_twice_counts_once(town: Town) -> None:
    tale = started(town)
    for minute in (1, 2, 3):
        assert hear(tale.payments[0], NOW + minute * MINUTE)
    assert tale.row.paid_at == NOW + MINUTE
    assert (tale.money(), tale.refunds) == ({"shopper": -9900, "escrow": 9900}, [])
    assert tale.verbs.count("paid") == 1


def test_a_failed_payment_may_be_tried_again_and_a_late_success_wins(town: Town) -> None:
    tale = started(town)
    assert hear(tale.payments[0], NOW, paid=False)
    assert hear(tale.payments[0], NOW, paid=False)
    assert (tale.payments[0].status, tale.verbs.count("payment_failed")) == ("failed", 1)
    assert hear(tale.payments[0], NOW + MINUTE)
    assert (tale.row.status, tale.payments[0].status) == ("awaiting_delivery", "captured")
    hear(tale.payments[0], NOW + 2 * MINUTE, paid=False)
    assert tale.payments[0].status == "captured"


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_money_on_a_closed_order_goes_back_by_itself(town: Town, end: str) -> None:
    tale = started(town)
    getattr(tale, end)()
    assert hear(tale.payments[0], tale.at + MINUTE)
    (refund,) = tale.refunds
    assert (refund.cause, refund.amount, refund.status) == ("closed_then_paid", 9900, "requested")
    assert (tale.row.stage, tale.cards) == ("refunding", [])
    assert [job.due_at for job in tale.jobs("send_refund")] == [tale.at + MINUTE]
    assert "paid_late" in tale.told(town.alice)
    tale.refund_arrives()
    assert (tale.money(), tale.row.stage) == ({}, "closed")


def test_a_second_payment_goes_back_in_full_and_the_order_goes_on(town: Town) -> None:
    tale = started(town)
    act(orders.start_payment, town.alice, tale.no, channel="wechat", consent=True, now=tale.at)
    first, second = tale.payments
    assert hear(second, NOW + MINUTE) and hear(first, NOW + 2 * MINUTE, trade_no="T2")
    (refund,) = tale.refunds
    assert (refund.cause, refund.payment_id, refund.amount) == ("paid_twice", first.id, 9900)
    tale.refund_arrives()
    assert (tale.row.status, tale.money()) == ("awaiting_delivery", {"shopper": -9900, "escrow": 9900})


def test_a_payment_made_after_another_channel_was_chosen_still_pays_the_order(town: Town) -> None:
    tale = started(town)
    act(orders.start_payment, town.alice, tale.no, channel="wechat", consent=True, now=tale.at)
    first, second = tale.payments
    assert hear(first, NOW + MINUTE)
    assert (tale.row.status, tale.refunds) == ("awaiting_delivery", [])
    assert tale.payments[1].status == "closed", "nobody is asked to pay a second time"
    assert {job.args["payment"] for job in rows(Job, Job.kind == "close_payment")} == {first.no, second.no}
