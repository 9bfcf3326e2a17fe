"""The port, fault by fault: what our side sees, and what the gateway really did."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from cardmall.adapters.payments import Unverified
from cardmall.adapters.payments.sandbox import MERCHANT_ID
from cardmall.domain.refunding import Hindrance
from cardmall.gateway import faults
from cardmall.gateway.signing import new_signer
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.payments import PaymentNews, TradeState
from tests.bank import at_the_bank, bank, fault, payment_body, refund_body, sandbox, signed
from tests.town import DAY, HOUR, MINUTE, NOW, move_clock, set_clock

DOUBTS = faults.CALL
ACTED = ("timeout_after", "forged", "unsigned", "unknown_key")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def fresh(database: sa.Engine) -> Iterator[None]:
    """Nothing known of any number; a Monday afternoon in Shanghai."""
    set_clock(NOW)
    sandbox().control(forget=True)
    yield
    sandbox().control(forget=True)


def paid(no: str = "PY1", amount: int = 9900, source: str = "alipay") -> str:
    sandbox().open(no, source, amount)
    assert sandbox().press(no, "pay").state is TradeState.paid
    return no


def test_a_payment_is_opened_paid_and_looked_up() -> None:
    assert sandbox().query_payment("PY1").state is TradeState.missing
    assert sandbox().open("PY1", "wechat", 9900).state is TradeState.open
    assert sandbox().press("PY1", "pay").state is TradeState.paid
    told = sandbox().query_payment("PY1")
    assert told.news and (told.state, told.news.paid, told.news.amount) == (TradeState.paid, True, 9900)
    assert told.news.trade_no.startswith("GW") and told.news.payer == "o6_****k1"


def test_opening_twice_is_one_payment_and_another_amount_is_none() -> None:
    first, again = sandbox().open("PY1", "alipay", 9900), sandbox().open("PY1", "alipay", 9900)
    assert first == again and first.state is TradeState.open
    other = sandbox().open("PY1", "alipay", 9901)
    assert (other.state, other.trouble) == (TradeState.unknown, "OTHER_AMOUNT")
    told = sandbox().query_payment("PY1").news
    assert told and told.amount == 9900


@pytest.mark.parametrize(
    ("press", "state"), [(None, "closed"), ("fail", "closed"), ("pay", "paid"), ("pay_late", "paying")]
)
def test_closing_says_what_was_faster(press: str | None, state: str) -> None:
    sandbox().open("PY1", "alipay", 9900)
    if press:
        sandbox().press("PY1", press, 1200)
    assert sandbox().close("PY1").state == sandbox().close("PY1").state == state


def test_a_number_closed_before_it_was_opened_stays_closed() -> None:
    assert sandbox().close("PY1").state is TradeState.closed
    assert sandbox().open("PY1", "alipay", 9900).state is TradeState.closed
    assert sandbox().press("PY1", "pay").state is TradeState.closed


def test_money_paid_late_is_on_its_way_and_then_there() -> None:
    sandbox().open("PY1", "alipay", 9900)
    assert sandbox().press("PY1", "pay_late", 1200).state is TradeState.paying
    assert sandbox().refund("RF1", "PY1", 9900).trouble == "TRADE_NOT_PAID"
    move_clock(20 * MINUTE - SECOND)
    assert sandbox().close("PY1").state is TradeState.paying
    move_clock(2 * SECOND)
    assert sandbox().close("PY1").state is TradeState.paid


@pytest.mark.parametrize("kind", DOUBTS)
@pytest.mark.parametrize("op", ["open", "close", "query"])
def test_any_doubt_about_a_payment_is_unknown_and_asking_again_tells(op: str, kind: str) -> None:
    if op != "open":
        sandbox().open("PY1", "alipay", 9900)
    calls = {
        "open": lambda: sandbox().open("PY1", "alipay", 9900),
        "close": lambda: sandbox().close("PY1"),
        "query": lambda: sandbox().query_payment("PY1"),
    }
    fault(kind, op)
    assert (calls[op]().state, calls[op]().state is TradeState.unknown) == (TradeState.unknown, False)


@pytest.mark.parametrize("kind", DOUBTS)
def test_any_doubt_about_a_refund_is_unknown_and_never_sends_it_twice(kind: str) -> None:
    paid()
    fault(kind, "refund", "RF1")
    assert sandbox().refund("RF1", "PY1", 9900).answer is RefundAnswer.unknown
    fault(kind, "query_refund")
    assert sandbox().query_refund("RF1").answer is RefundAnswer.unknown
    assert sandbox().query_refund("RF1").answer is (RefundAnswer.processing if kind in ACTED else RefundAnswer.missing)
    assert sandbox().refund("RF1", "PY1", 9900).answer is RefundAnswer.processing
    assert [row["amount"] for row in at_the_bank("SELECT * FROM refund")] == [9900]


def test_a_time_out_that_holds_the_line_is_as_unknown() -> None:
    paid()
    sandbox().control(hold=0.2)
    fault("timeout_after", "refund")
    assert sandbox().refund("RF1", "PY1", 9900).answer is RefundAnswer.unknown


def test_a_refund_is_accepted_then_arrives_and_a_repeat_is_the_same_one() -> None:
    paid()
    first = sandbox().refund("RF1", "PY1", 4000)
    assert (first.answer, first.refund_no, first.amount) == (RefundAnswer.processing, "RF1", 4000)
    assert first.trace_no.startswith("SR")
    assert first.expected_at and abs(first.expected_at - NOW - 2 * MINUTE) < 5 * SECOND
    assert sandbox().refund("RF1", "PY1", 4000).trace_no == first.trace_no
    move_clock(2 * MINUTE + SECOND)
    assert sandbox().query_refund("RF1").answer is RefundAnswer.succeeded
    assert sandbox().refund("RF1", "PY1", 4000).answer is RefundAnswer.succeeded
    other = sandbox().refund("RF1", "PY1", 4001)
    assert (other.answer, other.trouble, other.hindrance) == (RefundAnswer.failed, "OTHER_AMOUNT", Hindrance.refused)
    assert len(at_the_bank("SELECT * FROM refund")) == 1


def test_a_bank_card_takes_a_business_day_and_promises_three() -> None:
    set_clock(datetime(2026, 11, 27, 4, tzinfo=UTC))  # a Friday, noon in Shanghai
    paid(source="bank_card")
    told = sandbox().refund("RF1", "PY1", 9900)
    assert told.expected_at and told.expected_at.date() == date(2026, 12, 2)
    move_clock(3 * DAY - MINUTE)
    assert sandbox().query_refund("RF1").answer is RefundAnswer.processing
    move_clock(2 * MINUTE)
    assert sandbox().query_refund("RF1").answer is RefundAnswer.succeeded


def test_no_more_goes_back_than_came() -> None:
    paid(amount=100)
    assert sandbox().refund("RF1", "PY1", 60).answer is RefundAnswer.processing
    move_clock(HOUR)
    over = sandbox().refund("RF2", "PY1", 41)
    assert (over.answer, over.trouble, over.hindrance) == (RefundAnswer.failed, "AMOUNT_EXCEEDED", Hindrance.refused)
    assert sandbox().refund("RF2", "PY1", 0).answer is RefundAnswer.failed
    assert sandbox().refund("RF2", "PY1", 40).answer is RefundAnswer.processing


def test_fifty_parts_and_no_more() -> None:
    paid(amount=100, source="bank_card")
    told = [sandbox().refund(f"RF{n}", "PY1", 1) for n in range(51)]
    assert [t.answer for t in told[:50]] == [RefundAnswer.processing] * 50
    assert (told[50].answer, told[50].trouble, told[50].hindrance) == (
        RefundAnswer.failed,
        "TOO_MANY_REFUNDS",
        Hindrance.too_many_parts,
    )


@pytest.mark.parametrize(("source", "apart"), [("wechat", 60), ("alipay", 3)])
def test_parts_come_apart(source: str, apart: int) -> None:
    paid(source=source)
    sandbox().refund("RF1", "PY1", 1)
    move_clock(timedelta(seconds=apart - 0.5))
    soon = sandbox().refund("RF2", "PY1", 1)
    assert (soon.answer, soon.trouble, soon.hindrance) == (RefundAnswer.failed, "FREQUENCY_LIMITED", Hindrance.busy)
    move_clock(SECOND)
    assert sandbox().refund("RF2", "PY1", 1).answer is RefundAnswer.processing


def test_after_a_year_no_refund() -> None:
    paid("PY1")
    paid("PY2")
    move_clock(365 * DAY - MINUTE)
    assert sandbox().refund("RF1", "PY1", 1).answer is RefundAnswer.processing
    move_clock(2 * MINUTE)
    late = sandbox().refund("RF2", "PY2", 1)
    assert (late.answer, late.trouble, late.hindrance) == (RefundAnswer.failed, "TOO_OLD", Hindrance.too_old)


def test_an_empty_account_is_waited_for() -> None:
    paid(amount=100)
    sandbox().control(balance=-1)
    low = sandbox().refund("RF1", "PY1", 100)
    assert (low.answer, low.trouble, low.hindrance) == (
        RefundAnswer.failed,
        "BALANCE_NOT_ENOUGH",
        Hindrance.balance_low,
    )
    sandbox().control(balance=0)
    assert sandbox().refund("RF1", "PY1", 100).answer is RefundAnswer.processing


def test_a_low_balance_asked_for_is_over_after_its_times() -> None:
    paid()
    fault("balance_low", "refund", "RF1", times=2)
    told = [sandbox().refund("RF1", "PY1", 9900) for _ in range(3)]
    assert [t.trouble for t in told] == ["BALANCE_NOT_ENOUGH"] * 2 + [""]


@pytest.mark.parametrize(
    ("kind", "code", "hindrance"),
    [
        ("accepted_then_failed", "REFUND_FAILED", Hindrance.busy),
        ("closed_card", "ACCOUNT_CLOSED", Hindrance.account_closed),
    ],
)
def test_accepted_is_not_success_and_the_same_number_may_try_again(kind: str, code: str, hindrance: Hindrance) -> None:
    paid()
    fault(kind, "refund")
    assert sandbox().refund("RF1", "PY1", 9900).answer is RefundAnswer.processing
    move_clock(3 * MINUTE)
    told = sandbox().query_refund("RF1")
    assert (told.answer, told.trouble, told.hindrance) == (RefundAnswer.failed, code, hindrance)
    assert sandbox().refund("RF1", "PY1", 9900).answer is RefundAnswer.processing
    move_clock(3 * MINUTE)
    assert sandbox().query_refund("RF1").answer is RefundAnswer.succeeded


def test_a_slow_bank_is_twenty_days_late() -> None:
    paid(source="bank_card")
    fault("slow_bank", "refund")
    sandbox().refund("RF1", "PY1", 9900)
    move_clock(20 * DAY)
    assert sandbox().query_refund("RF1").answer is RefundAnswer.processing
    move_clock(4 * DAY)
    assert sandbox().query_refund("RF1").answer is RefundAnswer.succeeded


def test_a_redirected_refund_says_where_it_goes() -> None:
    paid()
    sandbox().refund("RF1", "PY1", 9900, "6222 **** 0002")
    assert [row["destination"] for row in at_the_bank("SELECT * FROM refund")] == ["6222 **** 0002"]


def test_the_statement_of_a_day_in_shanghai() -> None:
    set_clock(datetime(2026, 11, 23, 15, 58, tzinfo=UTC))  # 23:58 in Shanghai
    paid("PY1")
    sandbox().refund("RF1", "PY1", 900)
    move_clock(3 * MINUTE)
    paid("PY2", source="wechat")
    first, second = sandbox().statement(date(2026, 11, 23)), sandbox().statement(date(2026, 11, 24))
    assert first and [(line.kind, line.no, line.amount) for line in first] == [("capture", "PY1", 9900)]
    assert second and [(line.kind, line.no, line.payment_no, line.amount) for line in second] == [
        ("refund", "RF1", "PY1", 900),
        ("capture", "PY2", "PY2", 9900),
    ]
    assert sandbox().statement(date(2026, 11, 25)) == ()
    for kind in DOUBTS:
        fault(kind, "statement")
        assert sandbox().statement(date(2026, 11, 23)) is None


def test_dice_with_the_same_seed_fall_the_same() -> None:
    def falls() -> list[str]:
        sandbox().control(seed=7, rates={"timeout_before": 0.3, "forged": 0.3})
        return [sandbox().query_payment("PY1").state for _ in range(20)]

    paid()
    first = falls()
    assert first == falls() and set(first) == {"paid", "unknown"}


# what comes unasked


def test_the_gateways_own_callback_is_news() -> None:
    told = sandbox().read_callback(signed(bank().signer, payment_body("PY1", 9900)), payment_body("PY1", 9900))
    assert told == PaymentNews("PY1", True, 9900, "T1", "138****0001")
    body = refund_body("RF1", 400, state="failed", code="ACCOUNT_CLOSED")
    told = sandbox().read_callback(signed(bank().signer, body), body)
    assert isinstance(told, RefundNews)
    assert (told.answer, told.refund_no, told.amount, told.hindrance) == (
        RefundAnswer.failed,
        "RF1",
        400,
        Hindrance.account_closed,
    )


BODY = payment_body("PY1", 9900)


@pytest.mark.parametrize("signature", ["", "00", "é", "\udcff", "字" * 64])
def test_a_forged_signature_is_refused_whatever_its_letters(signature: str) -> None:
    with pytest.raises(Unverified, match="signature"):
        sandbox().read_callback(signed(bank().signer, BODY) | {"gateway-signature": signature}, BODY)


def test_another_body_another_pen_another_merchant_are_refused() -> None:
    pen = bank().signer
    with pytest.raises(Unverified, match="signature"):
        sandbox().read_callback(signed(pen, BODY), payment_body("PY1", 1))
    with pytest.raises(Unverified, match="key"):
        sandbox().read_callback(signed(new_signer(), BODY), BODY)
    with pytest.raises(Unverified, match="signature"):
        sandbox().read_callback(signed(new_signer(), BODY) | {"gateway-key": pen.key_id}, BODY)
    with pytest.raises(Unverified, match="merchant"):
        sandbox().read_callback(signed(pen, BODY, merchant="1900000110"), BODY)
    with pytest.raises(Unverified, match="signature"):
        sandbox().read_callback(signed(pen, BODY, merchant="1900000110") | {"gateway-merchant": MERCHANT_ID}, BODY)
    with pytest.raises(Unverified):
        sandbox().read_callback({}, BODY)


@pytest.mark.parametrize("away", [-301, 301, -86400])
def test_old_news_and_news_of_the_future_are_refused(away: int) -> None:
    with pytest.raises(Unverified, match="time"):
        sandbox().read_callback(signed(bank().signer, BODY, at=NOW + timedelta(seconds=away)), BODY)


@pytest.mark.parametrize("stamp", ["", "now", "１２３", "9" * 40])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    headers = {"gateway-key": bank().signer.key_id, "gateway-merchant": MERCHANT_ID, "gateway-time": stamp}
    with pytest.raises(Unverified):
        sandbox().read_callback(signed(bank().signer, BODY) | headers, BODY)


def test_a_replay_is_refused_even_by_a_house_that_was_restarted() -> None:
    headers = signed(bank().signer, BODY)
    sandbox().read_callback(headers, BODY)
    move_clock(4 * MINUTE)
    with pytest.raises(Unverified, match="nonce"):
        sandbox().read_callback(headers, BODY)


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"kind": "payment", "amount": "much"}'])
def test_a_signed_body_of_another_shape_is_no_news(body: bytes) -> None:
    with pytest.raises(Unverified, match="body"):
        sandbox().read_callback(signed(bank().signer, body), body)
