"""The channel took another amount than was asked: the money goes back at once, all are told, 去付款 stays (R75)."""

import pytest

from cardmall.domain.refunding import Hindrance
from cardmall.models import Payment
from cardmall.services.money import refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.payments import PaymentNews, TradeNews, TradeState, hear_trade
from cardmall.services.order import orders
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.admin.money import trial
from cardmall.views.shopper.checkout import checkout_view
from cardmall.views.shopper.order import order_view
from cardmall.views.shopper.orders import Filters, orders_page
from cardmall.views.shopper.rows import OrderRow
from tests.town import AUTO, MINUTE, NOW, Tale, Town, act, hear

PRICE = 9900


def started(town: Town, channel: str = "alipay") -> Tale:
    tale = town.tale().order(AUTO)
    return opened(tale, channel)


def opened(tale: Tale, channel: str = "alipay") -> Tale:
    act(orders.start_payment, tale.shopper, tale.no, channel=channel, consent=True, now=tale.at)
    return tale


@pytest.mark.parametrize("told", [PRICE - 1, PRICE + 1, 1])
def test_what_really_came_is_booked_and_goes_back_at_once(town: Town, told: int) -> None:
    tale = started(town)
    assert hear(tale.payments[0], NOW, amount=told), "the channel need not say it again"
    (payment,), (refund,) = tale.payments, tale.refunds
    assert (payment.status, payment.amount, payment.captured_at) == ("captured", told, NOW)
    assert (refund.cause, refund.amount, refund.payment_id) == ("wrong_amount", told, payment.id)
    assert [job.due_at for job in tale.jobs("send_refund")] == [NOW]
    assert tale.money() == {"shopper": -told, "escrow": told}
    tale.refund_arrives()
    assert tale.money() == {}


def test_it_is_abnormal_and_told_to_shopper_and_admins_at_once(town: Town) -> None:
    tale = started(town)
    hear(tale.payments[0], NOW, amount=PRICE - 1)
    assert (tale.row.status, tale.row.stage, tale.row.abnormal) == ("pending_payment", "abnormal", "wrong_amount")
    assert tale.told(town.alice) == tale.told(town.carol) == ["wrong_amount"]
    event = next(e for e in tale.events if e.verb == "paid_wrong")
    assert (event.data["amount"], event.data["ours"], event.data["no"]) == (PRICE - 1, PRICE, tale.payments[0].no)
    desk = act(abnormal_page, town.carol, now=NOW)
    assert [(row.order_no, row.trouble) for row in desk.rows] == [(tale.no, "wrong_amount")]
    assert tale.card_states == ["reserved"]


def test_of_two_wrong_amounts_the_last_one_back_ends_it(town: Town) -> None:
    tale = opened(started(town), "wechat")
    for payment in tale.payments:
        hear(payment, NOW, amount=PRICE - 1)
    flags: list[str | None] = []
    for refund in tale.refunds:
        act(refunds.set_out, refund.no, now=NOW, cause="news")
        act(refunds.hear_answer, refund.no, RefundNews(RefundAnswer.succeeded), now=NOW, cause="news", asked=True)
        flags.append(tale.row.abnormal)
    assert flags == ["wrong_amount", None] and tale.row.stage == "to_pay"


def test_the_same_word_again_moves_nothing_more(town: Town) -> None:
    tale = started(town)
    for minute in range(3):
        assert hear(tale.payments[0], NOW + minute * MINUTE, amount=PRICE - 1)
    assert (len(tale.refunds), tale.verbs.count("paid_wrong")) == (1, 1)
    assert hear(tale.payments[0], NOW, amount=PRICE) is False, "a second sum of one payment is recorded only"
    assert tale.money() == {"shopper": 1 - PRICE, "escrow": PRICE - 1}


def test_the_page_says_so_and_paying_anew_pays_the_order(town: Town) -> None:
    tale = started(town)
    hear(tale.payments[0], NOW, amount=PRICE - 1)
    view = act(order_view, town.alice, tale.no, now=NOW)
    assert (view.panel, view.line.code, view.refunds[0].amount, view.channel) == (
        "wrong_amount", "wrong_amount", PRICE - 1, "",
    )  # fmt: skip
    assert act(checkout_view, town.alice, tale.no).can_pay
    assert (listed(town).action, listed(town).second) == ("pay", "cancel_now")
    opened(tale, "wechat")
    assert hear(tale.payments[1], NOW + MINUTE)
    assert (tale.row.status, tale.row.abnormal, tale.row.stage) == ("awaiting_delivery", None, "refunding")
    tale.refund_arrives()
    assert (tale.row.stage, tale.money()) == ("to_deliver", {"shopper": -PRICE, "escrow": PRICE})
    view = act(order_view, town.alice, tale.no, now=tale.at)
    assert (view.channel, trial_of(town)) == ("wechat", 0), "the payment that paid it"


def trial_of(town: Town) -> int:
    """Fen nobody owns."""
    return act(trial, town.carol, now=NOW).ownerless_sum


def test_what_is_given_back_later_comes_from_the_payment_that_paid(town: Town) -> None:
    tale = started(town)
    hear(tale.payments[0], NOW, amount=PRICE - 1)
    hear(opened(tale, "wechat").payments[1], NOW)
    tale.request().approve()
    wrong, asked = tale.refunds
    assert (wrong.payment_id, asked.payment_id) == tuple(payment.id for payment in tale.payments)
    assert asked.amount == PRICE


def test_unpaid_it_expires_and_the_flag_goes(town: Town) -> None:
    tale = started(town)
    hear(tale.payments[0], NOW, amount=PRICE - 1)
    tale.expire()
    assert (tale.row.status, tale.row.abnormal, tale.row.stage) == ("expired", None, "refunding")
    tale.refund_arrives()
    assert (tale.row.stage, trial_of(town)) == ("closed", 0)


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_a_wrong_amount_on_a_closed_order_goes_back_and_is_no_flag(town: Town, end: str) -> None:
    tale = started(town)
    getattr(tale, end)()
    assert hear(tale.payments[0], tale.at + MINUTE, amount=PRICE + 1)
    (refund,) = tale.refunds
    assert (refund.cause, refund.amount, tale.row.abnormal) == ("wrong_amount", PRICE + 1, None)
    assert tale.told(town.carol) == ["wrong_amount"]


def test_a_stuck_refund_stays_a_flag_when_its_order_expires(town: Town) -> None:
    tale = started(town)
    hear(tale.payments[0], NOW, amount=PRICE - 1)
    (refund,) = tale.refunds
    told = RefundNews(RefundAnswer.failed, trouble="CODE", hindrance=Hindrance.account_closed)
    act(refunds.set_out, refund.no, now=NOW, cause="news")
    act(refunds.hear_answer, refund.no, told, now=NOW, cause="news", asked=True)
    tale.expire()
    assert (tale.row.status, tale.row.abnormal, tale.row.stage) == ("expired", "refund_stuck", "abnormal")


def test_the_list_names_the_way_the_money_goes_back(town: Town) -> None:
    tale = started(town, "wechat")
    hear(tale.payments[0], NOW, amount=PRICE - 1)
    tale.expire()
    assert (listed(town).line.code, listed(town).line.word) == ("refunding", "wechat")


def listed(town: Town) -> OrderRow:
    (row,) = act(orders_page, town.alice, Filters(), now=NOW).rows
    return row


def test_a_wrong_amount_beside_a_paid_order_leaves_it_as_it_is(town: Town) -> None:
    tale = opened(started(town), "wechat")
    first, second = tale.payments
    hear(second, NOW)
    assert hear(first, NOW + MINUTE, amount=PRICE - 1)
    assert (tale.row.status, tale.row.abnormal) == ("awaiting_delivery", None)
    assert [(r.cause, r.payment_id) for r in tale.refunds] == [("wrong_amount", first.id)]


@pytest.mark.parametrize("amount", [0, -PRICE])
def test_no_money_is_no_capture_and_is_asked_about_on(town: Town, amount: int) -> None:
    tale = started(town)
    payment: Payment = tale.payments[0]
    news = TradeNews(TradeState.paid, PaymentNews(payment.no, True, amount))
    wait = act(hear_trade, payment.no, news, now=NOW, cause="news")
    assert (tale.payments[0].status, tale.money(), tale.verbs[-1]) == ("pending", {}, "payment_refused")
    assert wait or [job.due_at for job in tale.jobs("query_payment")] == [NOW + MINUTE]
