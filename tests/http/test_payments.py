"""Callbacks over our own route: what the gateway says by itself, on time, twice, late, out of order or never."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act
from cardmall.gateway import faults
from cardmall.gateway.signing import new_signer
from cardmall.http import payments
from cardmall.models import Event, Payment
from cardmall.services.account.accounts import sign_in
from cardmall.services.order import orders
from tests.bank import Beside, bank, fault, payment_body, refund_body, sandbox, signed
from tests.patience import PATIENCE
from tests.town import HOUR, MANUAL, MINUTE, Tale, Town, act, move_clock, rows, run_jobs, settle_town

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def town() -> Town:
    sandbox().control(forget=True)
    return settle_town(clock.now())


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """It calls back to our route; a press waits for that however busy the machine is."""
    monkeypatch.setattr(payments, "HEARD_WITHIN", PATIENCE)
    client = TestClient(Starlette(routes=payments.ROUTES))

    def shop(headers: dict[str, str], body: bytes) -> bool:
        return client.post(routes.CALLBACK, content=body, headers=headers).text == "success"

    bank().shop = shop
    yield bank()
    bank().shop = None
    sandbox().control(forget=True)


def at_cashier(town: Town) -> Tale:
    """An order whose payment is open at the gateway."""
    tale = town.tale(clock.now()).order(MANUAL)
    act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=clock.now())
    run_jobs()
    return tale


def press(tale: Tale, how: str, seconds: float = 0) -> None:
    sandbox().press(tale.payments[0].no, how, seconds)


def later(gateway: Beside, step: timedelta = MINUTE + timedelta(seconds=1)) -> None:
    """Time passes; the gateway calls back, then our worker works."""
    move_clock(step)
    gateway.send_due()
    run_jobs()


def refunding(town: Town, gateway: Beside) -> Tale:
    """Paid, asked for, approved; the refund is not sent yet."""
    tale = at_cashier(town)
    press(tale, "pay")
    gateway.send_due()
    tale.at = clock.now()
    tale.request().at = clock.now()
    return tale.approve()


def test_the_cashier_says_it_was_paid(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    press(tale, "pay")
    assert tale.row.status == "pending_payment"
    assert gateway.send_due() == 1
    assert (tale.row.status, tale.money()) == ("awaiting_delivery", {"shopper": -9900, "escrow": 9900})
    assert gateway.send_due() == 0


def test_the_cashier_says_it_failed_and_a_new_payment_may_start(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    press(tale, "fail")
    gateway.send_due()
    assert (tale.payments[0].status, tale.row.status) == ("failed", "pending_payment")
    act(orders.start_payment, town.alice, tale.no, channel="wechat", consent=True, now=clock.now())
    assert [p.status for p in tale.payments] == ["failed", "pending"]


def test_a_callback_twice_is_one_capture(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    fault("duplicate", "callback")
    press(tale, "pay")
    assert gateway.send_due() == 2
    assert (tale.verbs.count("paid"), tale.money()) == (1, {"shopper": -9900, "escrow": 9900})


def test_a_lost_callback_loses_nothing(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    fault("lost", "callback")
    press(tale, "pay")
    assert gateway.send_due() == 0
    later(gateway)
    assert (tale.row.status, tale.money()) == ("awaiting_delivery", {"shopper": -9900, "escrow": 9900})
    assert tale.jobs("query_payment") == []


def test_a_late_callback_finds_what_a_look_had_found(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    fault("late", "callback")
    press(tale, "pay")
    later(gateway)
    assert tale.row.status == "awaiting_delivery"
    before = len(rows(Event))
    move_clock(HOUR)
    assert gateway.send_due() == 1 and len(rows(Event)) == before


def test_a_shop_that_does_not_answer_is_called_again_until_it_does(town: Town, gateway: Beside) -> None:
    tale, heard = at_cashier(town), gateway.shop
    gateway.shop = lambda headers, body: False
    press(tale, "pay")
    assert (gateway.send_due(), gateway.send_due()) == (1, 0), "not at once again"
    gateway.shop = heard
    move_clock(timedelta(seconds=2))
    assert gateway.send_due() == 1 and tale.row.status == "awaiting_delivery"


def test_a_refund_says_by_itself_that_it_arrived(town: Town, gateway: Beside) -> None:
    tale = refunding(town, gateway)
    run_jobs()
    assert tale.refunds[0].status == "processing"
    move_clock(2 * MINUTE + timedelta(seconds=1))
    gateway.send_due()
    assert (tale.refunds[0].status, tale.money()) == ("succeeded", {})


def test_an_old_failure_told_while_the_second_try_is_under_way_counts_once(town: Town, gateway: Beside) -> None:
    """Reordered: the channel's "failed" of the first try comes after the second try was accepted."""
    tale, client = refunding(town, gateway), TestClient(Starlette(routes=payments.ROUTES))
    no = tale.refunds[0].no
    fault("accepted_then_failed", "refund")
    fault("reordered", "callback", no)
    run_jobs()
    while not (tale.refunds[0].failures and tale.refunds[0].status == "processing"):
        move_clock(MINUTE)
        run_jobs()
    stale = refund_body(no, 9900, state="failed", code="REFUND_FAILED")
    assert client.post(routes.CALLBACK, content=stale, headers=signed(gateway.signer, stale)).text == "success"
    run_jobs()
    assert (tale.refunds[0].status, tale.refunds[0].failures) == ("processing", 1)
    for _ in range(4):
        later(gateway)
    assert (tale.refunds[0].status, tale.refunds[0].failures, tale.money()) == ("succeeded", 1, {})
    assert tale.verbs.count("refund_succeeded") == 1


def test_money_that_comes_later_than_an_order_waits_finds_it_expired_and_goes_back(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    press(tale, "pay_late", 30 * 60)
    for _ in range(26):
        later(gateway)
    assert (tale.row.status, tale.payments[0].status) == ("expired", "closed")
    for _ in range(5):
        later(gateway)
    assert tale.payments[0].status == "captured"
    assert [(r.cause, r.amount) for r in tale.refunds] == [("closed_then_paid", 9900)]
    for _ in range(4):
        later(gateway)
    assert (tale.refunds[0].status, tale.row.stage, tale.money()) == ("succeeded", "closed", {})
    assert "paid_late" in tale.told(town.alice)


def test_closing_finds_money_that_was_faster_though_nobody_called(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    fault("lost", "callback")
    press(tale, "pay")
    act(orders.cancel_now, town.alice, tale.no, now=clock.now())
    for _ in range(5):
        later(gateway)
    assert (tale.row.status, [r.status for r in tale.refunds], tale.money()) == ("canceled", ["succeeded"], {})


def test_a_payment_nobody_made_is_closed_and_not_asked_about_any_more(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    no = tale.payments[0].no
    move_clock(16 * MINUTE)
    run_jobs()
    move_clock(HOUR)
    run_jobs()
    assert (tale.row.status, sandbox().query_payment(no).state) == ("expired", "closed")
    assert run_jobs() == 0


@pytest.mark.parametrize("kind", faults.CALL)
def test_a_doubtful_gateway_only_delays_the_refund(town: Town, gateway: Beside, kind: str) -> None:
    tale = refunding(town, gateway)
    fault(kind, "refund")
    fault(kind, "query_refund", times=2)
    run_jobs()
    assert (tale.refunds[0].status, tale.row.stage) == ("sent", "refunding")
    for _ in range(8):
        later(gateway)
    assert (tale.refunds[0].status, tale.refunds[0].failures, tale.money()) == ("succeeded", 0, {})


def test_what_does_not_hold_changes_nothing_and_is_logged(
    town: Town, gateway: Beside, caplog: pytest.LogCaptureFixture
) -> None:
    tale, pen = at_cashier(town), gateway.signer
    payment: Payment = tale.payments[0]
    body = payment_body(payment.no, payment.amount)
    old: datetime = clock.now() - 6 * MINUTE
    bad = {
        "merchant": (signed(pen, body, merchant="1900000110"), body),
        "time": (signed(pen, body, at=old), body),
        "key": (signed(new_signer(), body), body),
        "signature": (signed(pen, body), payment_body(payment.no, 1)),
        "body": (signed(pen, b"[]"), b"[]"),
    }
    client, before = TestClient(Starlette(routes=payments.ROUTES)), len(rows(Event))
    for why, (headers, content) in bad.items():
        with caplog.at_level(logging.WARNING):
            caplog.clear()
            assert client.post(routes.CALLBACK, content=content, headers=headers).status_code == 400
        assert why in caplog.text and (tale.payments[0].status, len(rows(Event))) == ("pending", before)
    assert not gateway.shop or gateway.shop(signed(pen, refund_body("RF-NONE", 1)), refund_body("RF-NONE", 1)) is False


def test_the_wrong_amount_is_taken_as_told_and_goes_back_whole(town: Town, gateway: Beside) -> None:
    tale, pen = at_cashier(town), gateway.signer
    body = payment_body(tale.payments[0].no, 1)
    client = TestClient(Starlette(routes=payments.ROUTES))
    for _ in range(2):
        assert client.post(routes.CALLBACK, content=body, headers=signed(pen, body)).text == "success"
    assert (tale.payments[0].status, tale.row.status) == ("captured", "pending_payment")
    assert [(refund.cause, refund.amount) for refund in tale.refunds] == [("wrong_amount", 1)]
    assert "paid_wrong" in tale.verbs and "payment_refused" not in tale.verbs, "it is booked as it came"


def test_a_refund_callback_of_another_amount_moves_nothing(town: Town, gateway: Beside) -> None:
    tale = refunding(town, gateway)
    run_jobs()
    body = refund_body(tale.refunds[0].no, 9899)
    client = TestClient(Starlette(routes=payments.ROUTES))
    assert client.post(routes.CALLBACK, content=body, headers=signed(gateway.signer, body)).status_code == 400
    assert tale.refunds[0].status == "processing"
    body = refund_body(tale.refunds[0].no, 9900)
    headers = signed(gateway.signer, body)
    assert client.post(routes.CALLBACK, content=body, headers=headers).text == "success"
    assert (tale.refunds[0].status, tale.money()) == ("succeeded", {})
    assert client.post(routes.CALLBACK, content=body, headers=headers).status_code == 400, "a replay"


# the cashier's buttons


def cashier(town: Town, tale: Tale, outcome: str, who: str = "alice") -> tuple[int, str]:
    """Status and where it leads; the gateway calls back while we wait."""
    token = uuid4().hex
    with db.transaction() as session:
        sign_in(our_act(session, now=clock.now()), getattr(town, who).id, "", cookies.hash_of(token))
    client = TestClient(
        Starlette(routes=payments.ROUTES), follow_redirects=False, headers={"origin": "http://testserver"}
    )
    client.cookies.set(cookies.SESSION, token)
    told = {"payment": tale.payments[-1].no, "outcome": outcome}
    answered = Signal()
    caller = Thread(target=_call_back, args=(answered,))
    caller.start()
    answer = client.post(routes.SANDBOX_PAY, data=told)
    answered.set()
    caller.join()
    return answer.status_code, answer.headers.get("location", "")


def _call_back(answered: Signal) -> None:
    """The gateway's own loop, as long as the press waits for its word."""
    while not bank().send_due() and not answered.is_set():
        answered.wait(0.01)


def test_a_paid_order_whose_callback_was_lost_is_looked_up_as_soon_as_its_shopper_is_back(
    town: Town, gateway: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alice is not asked to pay a second time for a minute: the look that was a minute away is due now."""
    monkeypatch.setattr(payments, "HEARD_WITHIN", 0.1)
    tale = at_cashier(town)
    assert tale.jobs("query_payment")[0].due_at > clock.now()
    fault("lost", "callback")
    assert cashier(town, tale, "pay")[0] == 303
    run_jobs()
    assert (tale.row.status, tale.money()) == ("awaiting_delivery", {"shopper": -9900, "escrow": 9900})


def test_a_press_leads_back_once_the_channel_has_spoken(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    assert cashier(town, tale, "fail") == (303, routes.checkout_url(tale.no))
    assert tale.payments[0].status == "failed"
    act(orders.start_payment, town.alice, tale.no, channel="wechat", consent=True, now=clock.now())
    assert cashier(town, tale, "pay") == (303, routes.order_url(tale.no)), "though no worker has opened it yet"
    assert tale.row.status == "awaiting_delivery"


def test_a_late_press_waits_for_nothing(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    assert cashier(town, tale, "pay_late") == (303, routes.order_url(tale.no))
    assert (tale.row.status, sandbox().query_payment(tale.payments[0].no).state) == ("pending_payment", "paying")


def test_mallory_presses_nothing_and_alice_only_what_there_is(town: Town, gateway: Beside) -> None:
    tale = at_cashier(town)
    assert cashier(town, tale, "pay", "mallory")[0] == cashier(town, tale, "steal")[0] == 404
    assert sandbox().query_payment(tale.payments[0].no).state == "open"
