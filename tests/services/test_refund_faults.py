"""Every bad day of the channel by name: what the shopper sees meanwhile, and that the money arrives once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.refunding import Hindrance, arrives
from cardmall.domain.terms import Channel, RefundCause, RefundStatus
from cardmall.models import Job, Notice, Payment, Refund
from cardmall.services.money import money, refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.order.repairs import repair_order
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.refund import RefundPage, refund_page
from tests.bank import at_the_bank, fault, sandbox
from tests.services.test_refunds import owed
from tests.town import CALENDAR, DAY, HOUR, MANUAL, MINUTE, Tale, Town, act, move_clock, rows, run_jobs

CALLS = ("timeout_before", "timeout_after", "bad_gateway", "forged", "unsigned", "unknown_key")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def good_day(town: Town) -> None:
    """Nothing is left of the bad days of other tests."""
    sandbox().control(forget=True)


def page(tale: Tale, n: int = 0) -> RefundPage:
    """What Alice's tracker says."""
    return act(refund_page, tale.shopper, tale.refunds[n].no, now=clock.now())


def order(tale: Tale) -> OrderView:
    return act(order_view, tale.shopper, tale.no, now=clock.now())


def steps(tale: Tale) -> list[tuple[str, str]]:
    return [(step.code, step.state) for step in page(tale).steps]


def given(tale: Tale) -> list[int]:
    """Fen the gateway really gave back on this payment."""
    wanted = "SELECT amount FROM refund WHERE trade = ? AND code = '' AND settles_at <= ?"
    return [row["amount"] for row in at_the_bank(wanted, tale.payments[0].no, clock.now().timestamp())]


def work(tale: Tale, *waits: timedelta) -> str:
    for wait in waits:
        move_clock(wait)
        run_jobs()
    return tale.refunds[0].status.value


def arrived(tale: Tale) -> bool:
    """Once at the gateway, once in the ledger, and Alice was told."""
    told = tale.told(tale.shopper)
    assert (tale.refunds[0].status, tale.money(), tale.row.stage) == ("succeeded", {}, "closed")
    assert (given(tale), told.count("refund_succeeded"), page(tale).one.state) == ([9900], 1, "succeeded")
    assert steps(tale) == [("platform", "done"), ("channel", "done"), ("arrival", "done")]
    return True


@pytest.mark.parametrize("kind", CALLS)
def test_without_an_answer_alice_reads_that_the_channel_is_asked_and_it_arrives_once(town: Town, kind: str) -> None:
    tale = owed(town)
    fault(kind, "refund", tale.refunds[0].no)
    assert work(tale, SECOND) == "sent"
    shown = order(tale)
    assert (shown.panel, shown.line.code, shown.refunds[0].state) == ("refunding", "refunding", "sent")
    assert steps(tale) == [("platform", "done"), ("channel", "now"), ("arrival", "next")]
    assert (page(tale).one.late, tale.money()) == (False, {"shopper": -9900, "escrow": 9900})
    work(tale, *[MINUTE + SECOND] * 5)
    assert arrived(tale)


@pytest.mark.parametrize("kind", CALLS)
def test_an_unanswered_question_changes_nothing_and_is_put_again(town: Town, kind: str) -> None:
    tale = owed(town)
    assert work(tale, SECOND) == "processing"
    fault(kind, "query_refund", tale.refunds[0].no, times=2)
    work(tale, 2 * MINUTE, MINUTE)
    assert (tale.refunds[0].status, page(tale).one.state) == ("processing", "processing")
    work(tale, *[MINUTE + SECOND] * 3)
    assert arrived(tale)


def test_with_too_little_money_at_the_channel_it_waits_and_the_admins_hear_at_once(town: Town) -> None:
    tale = owed(town)
    fault("balance_low", "refund", times=2)
    assert work(tale, SECOND) == "failed"
    assert (page(tale).one.state, page(tale).one.hindrance) == ("failed", "balance_low")
    assert page(tale).retry_at == tale.jobs("send_refund")[0].due_at
    assert tale.told(town.carol).count("refund_balance_low") == 1
    assert order(tale).panel == "refunding", "to Alice it is on its way"
    work(tale, HOUR + SECOND)
    assert (tale.refunds[0].failures, tale.told(town.carol).count("refund_balance_low")) == (2, 1)
    work(tale, HOUR + SECOND, 3 * MINUTE)
    assert arrived(tale)


def test_what_was_accepted_and_then_failed_is_sent_again_with_its_number(town: Town) -> None:
    tale = owed(town)
    fault("accepted_then_failed", "refund")
    assert work(tale, SECOND) == "processing"
    assert work(tale, 3 * MINUTE) == "failed"
    assert (page(tale).one.state, page(tale).one.hindrance, tale.row.abnormal) == ("failed", "busy", None)
    assert page(tale).retry_at and given(tale) == []
    work(tale, 3 * MINUTE, 3 * MINUTE)
    assert arrived(tale)
    assert [row["no"] for row in at_the_bank("SELECT no FROM refund WHERE trade = ?", tale.payments[0].no)] == [
        tale.refunds[0].no
    ]


def test_a_closed_card_needs_another_account_and_alice_is_told_calmly(town: Town) -> None:
    tale, before = owed(town, Channel.bank_card), clock.now()
    fault("closed_card", "refund")
    assert work(tale, SECOND) == "processing"
    while work(tale, DAY) == "processing" and clock.now() < before + 12 * DAY:
        continue  # a bank answers on business days only, and the longest holidays take eight days
    shown = page(tale)
    assert (shown.one.state, shown.one.hindrance, shown.may_redirect) == ("needs_attention", "account_closed", True)
    assert shown.one.expected_at is None, "nobody expects what stands still"
    assert (order(tale).panel, tale.row.status, tale.row.stage) == ("refund_stuck", "canceled", "abnormal")
    assert tale.told(town.alice)[-1] == "refund_stuck" and "refund_stuck" in tale.told(town.carol)
    assert tale.refunds[0].failures == 1, "what is final is not tried again"


def test_a_slow_bank_is_late_and_the_page_gives_what_the_bank_wants_to_know(town: Town) -> None:
    tale = owed(town, Channel.bank_card)
    fault("slow_bank", "refund")
    work(tale, SECOND)
    promised = page(tale).one.expected_at
    assert promised and (page(tale).one.state, page(tale).one.late) == ("processing", False)
    move_clock(CALENDAR.due(promised, 3) - clock.now() - SECOND)
    run_jobs()
    assert page(tale).one.state == "processing"
    move_clock(2 * SECOND)
    one = page(tale).one
    assert (one.state, one.late, order(tale).refunds[0].late) == ("late", True, True)
    assert one.trace_no.startswith("SR") and one.sent_at and one.no and one.amount == 9900
    work(tale, *[DAY] * 20)
    assert arrived(tale)


@pytest.mark.parametrize("kind", ["duplicate", "late", "reordered", "lost"])
def test_whatever_becomes_of_the_callback_it_arrives_once(town: Town, kind: str) -> None:
    tale = owed(town)
    fault(kind, "callback", tale.refunds[0].no)
    work(tale, SECOND, 3 * MINUTE)
    heard = [act(refunds.hear_callback, news(tale), now=clock.now(), cause=f"callback:{n}") for n in range(2)]
    assert heard == [True, True]
    work(tale, HOUR, HOUR)
    assert arrived(tale)


def news(tale: Tale, answer: RefundAnswer = RefundAnswer.succeeded, amount: int = 9900) -> RefundNews:
    return RefundNews(answer, "SR-CALLBACK", refund_no=tale.refunds[0].no, amount=amount)


def test_a_channel_that_forgot_what_it_accepted_is_asked_on(town: Town) -> None:
    tale = owed(town)
    no = tale.refunds[0].no
    act(refunds.set_out, no, now=clock.now(), cause="job")
    for answer in (RefundAnswer.processing, RefundAnswer.missing):
        spent(tale)
        act(refunds.hear_answer, no, RefundNews(answer), now=clock.now(), cause="job")
    for _ in range(3):
        move_clock(DAY)
        run_jobs()
    assert tale.refunds[0].status == "processing"
    assert tale.jobs("query_refund"), "somebody still asks"


def spent(tale: Tale) -> None:
    """The question that was waiting has been put."""
    with db.transaction() as session:
        session.connection().execute(sa.update(Job).where(col(Job.kind) == "query_refund").values(state="done"))


def test_a_success_told_of_a_refund_that_was_given_up_is_believed(town: Town) -> None:
    tale = owed(town)
    no, amount = tale.refunds[0].no, tale.refunds[0].amount
    act(refunds.set_out, no, now=clock.now(), cause="job")
    closed = RefundNews(RefundAnswer.failed, hindrance=Hindrance.account_closed)
    act(refunds.hear_answer, no, closed, now=clock.now(), cause="job")
    assert (tale.refunds[0].status, tale.row.abnormal) == ("needs_attention", "refund_stuck")
    news = RefundNews(RefundAnswer.succeeded, refund_no=no, amount=amount, trace_no="T7")
    assert act(refunds.hear_callback, news, now=clock.now(), cause="callback")
    assert (tale.refunds[0].status, tale.row.abnormal, tale.money()) == ("succeeded", None, {})
    run_jobs()
    assert at_the_bank("SELECT * FROM refund WHERE no = ?", no) == [], "and it is not sent once more"


def test_a_callback_hurries_the_next_question_and_there_is_never_a_second_one(town: Town) -> None:
    tale = owed(town, Channel.bank_card)
    work(tale, SECOND, HOUR, HOUR)
    for n in range(3):
        assert act(refunds.hear_callback, news(tale, RefundAnswer.failed), now=clock.now(), cause=f"callback:{n}")
    (asked,) = tale.jobs("query_refund")
    assert asked.due_at <= clock.now()
    run_jobs()
    assert (tale.refunds[0].status, len(tale.jobs("query_refund"))) == ("processing", 1)


@pytest.mark.parametrize("wrong", [{"refund_no": "RF0"}, {"amount": 9901}, {"amount": 0}])
def test_a_callback_about_another_amount_or_number_does_not_fit(town: Town, wrong: dict[str, object]) -> None:
    tale = owed(town)
    run_jobs()
    told = RefundNews(RefundAnswer.succeeded, **({"refund_no": tale.refunds[0].no, "amount": 9900} | wrong))  # type: ignore[arg-type]
    assert act(refunds.hear_callback, told, now=clock.now(), cause="callback") is False
    assert tale.refunds[0].status is RefundStatus.processing


def test_the_channel_is_asked_ever_more_seldom(town: Town) -> None:
    tale = owed(town, Channel.bank_card)
    fault("slow_bank", "refund")
    run_jobs()
    asked: list[float] = []
    for _ in range(14):
        (job,) = tale.jobs("query_refund")
        asked.append(round((job.due_at - clock.now()).total_seconds() / 60))
        move_clock(job.due_at - clock.now() + SECOND)
        run_jobs()
    assert asked == [1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 30, 30, 30, 30]


# two refunds of one payment


def ask_back(tale: Tale, amount: int) -> Refund:
    with db.transaction() as session:
        payment = session.get_one(Payment, tale.payments[0].id)
        return money.request_refund(our_act(session).on(order=tale.row), payment, amount, RefundCause.case)


@pytest.mark.parametrize(("by", "apart"), [(Channel.wechat, 60), (Channel.alipay, 3), (Channel.bank_card, 60)])
def test_two_parts_of_one_payment_keep_their_distance_and_both_arrive(town: Town, by: Channel, apart: int) -> None:
    tale = town.tale(clock.now() - HOUR).order(MANUAL).pay(by)
    for amount in (4000, 5900):
        ask_back(tale, amount)
    run_jobs()
    first, second = tale.refunds
    assert (first.status, second.status, second.failures) == ("processing", "requested", 0)
    assert page(tale, 1).one.state == "requested" and [o.no for o in page(tale, 1).others] == [first.no]
    move_clock(timedelta(seconds=apart + 1))
    run_jobs()
    sent = [refund.sent_at for refund in tale.refunds]
    assert sent[0] and sent[1] and sent[1] - sent[0] >= limits.REFUNDS_APART[by]
    work(tale, *[DAY] * 5)
    assert ([r.status for r in tale.refunds], tale.money(), sorted(given(tale))) == (
        ["succeeded"] * 2,
        {},
        [4000, 5900],
    )


def test_a_payment_too_old_for_its_channel_needs_another_account_without_asking_it(town: Town) -> None:
    tale = town.tale(clock.now() - HOUR).order(MANUAL).pay()
    move_clock(366 * DAY)
    ask_back(tale, 9900)
    run_jobs()
    shown = page(tale)
    assert (shown.one.state, shown.one.hindrance, shown.may_redirect) == ("needs_attention", "too_old", True)
    assert (tale.refunds[0].sent_at, "refund_sent" in tale.verbs, order(tale).panel) == (None, False, "refund_stuck")
    assert at_the_bank("SELECT * FROM refund WHERE no = ?", tale.refunds[0].no) == []


def test_the_fifty_first_part_is_not_even_asked_for(town: Town) -> None:
    tale = town.tale(clock.now() - HOUR).order(MANUAL).pay()
    for _ in range(51):
        ask_back(tale, 10)
        run_jobs()
        move_clock(5 * SECOND)
    run_jobs()
    last = tale.refunds[50]
    assert (last.status, last.hindrance, last.sent_at) == ("needs_attention", Hindrance.too_many_parts, None)
    assert {r.status for r in tale.refunds[:50]} <= {RefundStatus.processing, RefundStatus.succeeded}


# what is promised


def test_each_source_has_its_own_day_and_the_channel_knows_better(town: Town) -> None:
    for by in Channel:
        tale = owed(town, by)
        asked = tale.refunds[0]
        assert asked.expected_at == arrives(by, asked.created_at, CALENDAR)
        move_clock(10 * MINUTE)
        now = clock.now()
        act(refunds.set_out, asked.no, now=now, cause="job")
        assert tale.refunds[0].expected_at == arrives(by, now, CALENDAR), "counted from when it really left"
        told = RefundNews(RefundAnswer.processing, "SR1", expected_at=now + 7 * DAY)
        act(refunds.hear_answer, asked.no, told, now=now, cause="job")
        assert tale.refunds[0].expected_at == now + 7 * DAY


def test_it_arrived_when_the_channel_says(town: Town) -> None:
    tale = owed(town)
    work(tale, SECOND, DAY)
    refund = tale.refunds[0]
    assert refund.succeeded_at and refund.sent_at
    assert timedelta() < refund.succeeded_at - refund.sent_at < 10 * MINUTE


# what its shopper may do


def check(tale: Tale) -> list[str]:
    told = {"say": "、".join, "now": clock.now()}
    return act(repair_order, tale.shopper, tale.no, **told).done


def test_alice_has_a_silent_channel_asked_at_once(town: Town) -> None:
    tale = owed(town)
    fault("timeout_after", "refund", tale.refunds[0].no)
    fault("timeout_before", "query_refund", tale.refunds[0].no)
    work(tale, SECOND, MINUTE + SECOND)
    (waiting,) = tale.jobs("query_refund")
    assert waiting.due_at > clock.now() and page(tale).one.state == "sent"
    assert check(tale) == ["ask_channel"]
    (waiting,) = tale.jobs("query_refund")
    assert waiting.due_at <= clock.now(), "at once, and never two questions at a time"
    run_jobs()
    assert page(tale).one.state == "processing"
    work(tale, 3 * MINUTE)
    assert arrived(tale)


def test_an_answered_channel_is_nothing_to_repair(town: Town) -> None:
    tale = owed(town)
    work(tale, SECOND)
    assert check(tale) == []


def test_a_worker_killed_while_the_channel_was_called_sends_the_same_number_again(town: Town) -> None:
    tale = owed(town)
    no = tale.refunds[0].no
    act(refunds.set_out, no, now=clock.now(), cause="job")  # and then nothing more
    assert tale.refunds[0].status is RefundStatus.sent
    work(tale, SECOND, 3 * MINUTE)
    assert arrived(tale)
    assert rows(Job, Job.state == "dead") == [] and rows(Notice)
