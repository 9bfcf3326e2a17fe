"""A refund is asked about until it has arrived; the worker runs by hand, the clock is moved."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.channels import channel
from cardmall.domain import limits
from cardmall.domain.terms import Channel, RefundCause, RefundStatus
from cardmall.gateway.refunds import BANK_DAYS, business_days
from cardmall.models import Event, Job, Payment
from cardmall.services.money import money, refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.order.repairs import repair_order
from tests.town import HOUR, MANUAL, MINUTE, NOW, Tale, Town, act, an_act, move_clock, rows, run_jobs, set_clock

pytestmark = pytest.mark.today


def owed(town: Town, by: Channel = Channel.alipay) -> Tale:
    """A request approved right now."""
    tale = town.tale(clock.now() - 2 * HOUR).order(MANUAL).pay(by).request()
    tale.at = clock.now()
    return tale.approve()


def hear(tale: Tale, answer: RefundAnswer, *, sent: bool = False, at: timedelta = timedelta()) -> str:
    if sent:
        act(refunds.set_out, tale.refunds[0].no, now=tale.at + at, cause="job")
    news = RefundNews(answer, "TRACE-1", "TROUBLE" if answer is RefundAnswer.failed else "")
    act(refunds.hear_answer, tale.refunds[0].no, news, now=tale.at + at, cause="job")
    return tale.refunds[0].status.value


def open_jobs(kind: str) -> list[Job]:
    return rows(Job, Job.kind == kind, Job.state == "open")


def test_an_approved_request_is_paid_back_by_the_worker(town: Town) -> None:
    tale = owed(town)
    run_jobs()
    assert (tale.refunds[0].status, tale.row.stage) == ("processing", "refunding")
    assert tale.money() == {"shopper": -9900, "escrow": 9900}, "accepted is not success"
    for _ in range(3):
        move_clock(MINUTE)
        run_jobs()
    refund = tale.refunds[0]
    assert (refund.status, tale.money(), tale.row.stage) == ("succeeded", {}, "closed")
    assert refund.trace_no.startswith("SR") and refund.succeeded_at
    assert tale.told(town.alice)[-2:] == ["refund_sent", "refund_succeeded"]
    assert open_jobs("send_refund") == open_jobs("query_refund") == []


def test_a_slow_bank_is_asked_until_the_money_arrived(town: Town) -> None:
    tale = owed(town, Channel.bank_card)
    run_jobs()
    arrives = datetime.fromtimestamp(business_days(clock.now().timestamp(), BANK_DAYS[0]), UTC)
    set_clock(arrives - HOUR)
    run_jobs()
    assert tale.refunds[0].status == "processing"
    set_clock(arrives + limits.REFUND_ASKED[-1][1])
    run_jobs()
    assert tale.refunds[0].status == "succeeded"


def test_an_unknown_answer_stays_sent_and_only_a_query_moves_it(town: Town) -> None:
    tale = owed(town)
    assert hear(tale, RefundAnswer.unknown, sent=True) == "sent"
    assert hear(tale, RefundAnswer.unknown, sent=True, at=MINUTE) == "sent"
    assert open_jobs("query_refund") != []
    assert hear(tale, RefundAnswer.processing, at=2 * MINUTE) == "processing"
    assert tale.refunds[0].trace_no == "TRACE-1"
    assert hear(tale, RefundAnswer.succeeded, at=3 * MINUTE) == "succeeded"
    for late in (RefundAnswer.failed, RefundAnswer.missing, RefundAnswer.succeeded, RefundAnswer.processing):
        assert hear(tale, late, at=HOUR) == hear(tale, late, sent=True, at=HOUR) == "succeeded"
    assert (tale.money(), tale.verbs.count("refund_succeeded")) == ({}, 1)


def test_an_answer_lost_before_the_channel_took_it_is_sent_again_and_still_arrives(town: Town) -> None:
    tale = owed(town)
    with db.transaction() as session:
        session.connection().execute(sa.update(Job).where(col(Job.kind) == "send_refund").values(state="done"))
    hear(tale, RefundAnswer.unknown, sent=True)
    for _ in range(6):
        move_clock(MINUTE + timedelta(seconds=1))
        run_jobs()
    assert (tale.refunds[0].status, tale.money()) == ("succeeded", {})


def test_an_answer_lost_after_the_channel_took_it_is_not_sent_twice(town: Town) -> None:
    tale = owed(town)
    refund, payment = tale.refunds[0], tale.payments[0]
    channel().refund(refund.no, payment.no, refund.amount)  # the channel has it; we died before writing it down
    for _ in range(4):
        run_jobs()
        move_clock(MINUTE + timedelta(seconds=1))
    assert tale.refunds[0].status == "succeeded"
    assert channel().refund("RF-ONE-MORE", payment.no, 1).trouble == "AMOUNT_EXCEEDED"


def test_a_failure_is_tried_again_with_the_same_number_at_most_8_times(town: Town) -> None:
    tale = owed(town)
    number = tale.refunds[0].no
    for failure in range(1, 8):
        assert hear(tale, RefundAnswer.failed, sent=True, at=failure * HOUR) == "failed"
        again = tale.at + failure * HOUR + timedelta(minutes=2**failure)
        assert again in [job.due_at for job in open_jobs("send_refund")]
    assert tale.row.stage == "refunding"
    assert hear(tale, RefundAnswer.failed, sent=True, at=9 * HOUR) == "needs_attention"
    refund, row = tale.refunds[0], tale.row
    assert (refund.no, refund.failures, refund.trouble) == (number, 8, "TROUBLE")
    assert (row.status, row.abnormal, row.stage) == ("canceled", "refund_stuck", "abnormal")
    assert tale.told(town.alice).count("refund_stuck") == tale.told(town.carol).count("refund_stuck") == 1
    assert tale.money() == {"shopper": -9900, "escrow": 9900}, "a visible debt"
    assert hear(tale, RefundAnswer.succeeded, sent=True, at=10 * HOUR) == "needs_attention", (
        "only a person lets it go on"
    )
    told = {"say": "、".join, "now": tale.at + 11 * HOUR}
    assert "send_refund" in act(repair_order, town.carol, tale.no, **told).done
    assert (tale.refunds[0].failures, tale.row.abnormal, tale.row.stage) == (0, None, "refunding")
    assert hear(tale, RefundAnswer.succeeded, sent=True, at=12 * HOUR) == "succeeded"
    assert (tale.row.abnormal, tale.row.stage, tale.money()) == (None, "closed", {})


def test_a_refund_a_person_must_look_at_is_not_sent_by_a_forgotten_job(town: Town) -> None:
    tale = owed(town).refund_fails()
    move_clock(timedelta(days=1))
    run_jobs()
    assert (tale.refunds[0].status, tale.row.abnormal) == (RefundStatus.needs_attention, "refund_stuck")
    assert channel().query_refund(tale.refunds[0].no).answer is RefundAnswer.missing


@pytest.mark.parametrize("amount", [0, -1, 9901])
def test_no_more_goes_back_than_came(town: Town, amount: int) -> None:
    tale = town.tale().order(MANUAL).pay()
    with pytest.raises(ValueError, match="fen"):
        ask_back(tale, amount)
    assert tale.refunds == []


def ask_back(tale: Tale, amount: int) -> None:
    with db.transaction() as session:
        payment = session.get_one(Payment, tale.payments[0].id)
        act_of = an_act(session, tale.shopper, now=NOW).on(order=tale.row)
        money.request_refund(act_of, payment, amount, RefundCause.case)


def test_live_refunds_count_against_what_came(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    ask_back(tale, 6000)
    with pytest.raises(ValueError, match="6000 of 9900"):
        ask_back(tale, 3901)
    ask_back(tale, 3900)
    assert sorted(refund.amount for refund in tale.refunds) == [3900, 6000]
    assert rows(Event, Event.verb == "refund_requested")
