"""A refund goes elsewhere only when its money surely did not go back; one that a bank returns is told and booked."""

from datetime import timedelta

import pytest

from cardmall.adapters import clock, db, jobs
from cardmall.adapters.payments.sandbox import Sandbox
from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.refunding import Hindrance
from cardmall.domain.terms import Channel, Reason, RefundStatus
from cardmall.models import Mismatch
from cardmall.reads.money import refund_call
from cardmall.services.money import refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.redirects import ask_redirect
from cardmall.services.money.statements import Day, check_day, close_what_agrees
from cardmall.services.order.repairs import repair_order
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.shopper.refund import refund_page
from tests.bank import Till, bank, fault, refund_body, sandbox
from tests.services.invariants import books_checks
from tests.services.test_redirects import redirect
from tests.services.test_refunds import owed
from tests.town import DAY, HOUR, MINUTE, Tale, Town, act, move_clock, refused, rows, run_jobs

SECOND = timedelta(seconds=1)


def say(tale: Tale, answer: RefundAnswer, hindrance: Hindrance = Hindrance.busy, *, asked: bool) -> None:
    news = RefundNews(answer, trouble="CODE" if answer is RefundAnswer.failed else "", hindrance=hindrance)
    told = {"now": clock.now(), "cause": "job", "asked": asked}
    act(refunds.hear_answer, tale.refunds[0].no, news, **told)


def refuses(town: Town, hindrance: Hindrance = Hindrance.account_closed) -> Tale:
    """The channel says no to the call itself; nobody has asked it about the number yet."""
    tale = owed(town, Channel.bank_card)
    act(refunds.set_out, tale.refunds[0].no, now=clock.now(), cause="job")
    say(tale, RefundAnswer.failed, hindrance, asked=False)
    assert tale.refunds[0].status is RefundStatus.needs_attention
    return tale


def stuck_unasked(town: Town, hindrance: Hindrance) -> Tale:
    """It needs a person for this reason; the channel was called, once or eight times, and asked nothing."""
    tale = owed(town, Channel.bank_card)
    for _ in range(limits.REFUND_TRIES):
        if tale.refunds[0].status is not RefundStatus.needs_attention:
            act(refunds.set_out, tale.refunds[0].no, now=clock.now(), cause="job")
            say(tale, RefundAnswer.failed, hindrance, asked=False)
    assert tale.refunds[0].status is RefundStatus.needs_attention
    return tale


def may_redirect(tale: Tale) -> bool:
    return act(refund_page, tale.shopper, tale.refunds[0].no, now=clock.now()).may_redirect


def check(tale: Tale) -> None:
    act(repair_order, tale.town.carol, tale.no, say="、".join, now=clock.now())


def troubles(town: Town) -> dict[str, str]:
    return {row.trouble: row.repair for row in act(abnormal_page, town.carol, now=clock.now()).rows}


def test_a_no_to_the_call_frees_no_money_before_the_channel_was_asked(town: Town) -> None:
    tale = refuses(town)
    assert not may_redirect(tale) and refused(redirect, tale).reason is Reason.not_redirectable
    assert tale.jobs("query_refund"), "asked at once"
    say(tale, RefundAnswer.failed, Hindrance.account_closed, asked=True)
    assert may_redirect(tale) and redirect(tale)


@pytest.mark.parametrize("answer", [RefundAnswer.failed, RefundAnswer.missing])
def test_an_answer_from_before_the_last_call_proves_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, answer: RefundAnswer
) -> None:
    """An admin sends it again while the channel's old answer is still on its way to us."""
    tale = refuses(town)

    def overtaken(_: Sandbox, no: str) -> RefundNews:
        check(tale)
        act(refunds.set_out, no, now=clock.now(), cause="job")
        return RefundNews(answer, trouble="OLD", hindrance=Hindrance.account_closed)

    monkeypatch.setattr(Sandbox, "query_refund", overtaken)
    kinds: list[str] = []
    while "query_refund" not in kinds and (job := jobs.claim_one()):
        jobs.run_one(job)
        kinds.append(job.kind)
    assert (tale.refunds[0].status, tale.refunds[0].failed_at, tale.refunds[0].missing_at) == ("sent", None, None)
    assert tale.jobs("query_refund") and not may_redirect(tale)


def test_nobody_asks_about_a_number_while_it_is_being_sent(town: Town) -> None:
    tale = refuses(town)
    check(tale)
    with db.reading() as session:
        call = refund_call(session, tale.refunds[0].no)
    assert call.is_open and call.sending
    news = RefundNews(RefundAnswer.failed, trouble="OLD", hindrance=Hindrance.account_closed)
    again = act(refunds.hear_query, call, news, now=clock.now(), cause="job")
    assert again and (tale.refunds[0].status, tale.refunds[0].failed_at) == ("sent", None)
    run_jobs()
    move_clock(5 * DAY)
    run_jobs()
    assert tale.refunds[0].status is RefundStatus.succeeded


def test_unknown_twice_half_an_hour_apart_burns_the_number(town: Town) -> None:
    tale = refuses(town)
    say(tale, RefundAnswer.missing, asked=True)
    move_clock(limits.MISSING_APART - MINUTE)
    say(tale, RefundAnswer.missing, asked=True)
    assert not may_redirect(tale)
    move_clock(MINUTE)
    say(tale, RefundAnswer.missing, asked=True)
    assert may_redirect(tale) and tale.refunds[0].burnt_at
    check(tale)
    assert tale.refunds[0].status is RefundStatus.needs_attention, "a burnt number is never sent again"
    assert redirect(tale)


@pytest.mark.parametrize("hindrance", [Hindrance.balance_low, Hindrance.busy, Hindrance.refused])
def test_where_no_other_account_is_needed_the_unknown_number_can_still_be_sent(
    town: Town, hindrance: Hindrance
) -> None:
    """An empty merchant account is filled in the morning: the refund must not need another account by then."""
    sandbox().control(forget=True)
    tale = stuck_unasked(town, hindrance)
    for _ in range(3):
        say(tale, RefundAnswer.missing, asked=True)
        move_clock(limits.MISSING_APART)
    advised = {Hindrance.balance_low: "top_up", Hindrance.busy: "send_refund", Hindrance.refused: "support"}
    assert troubles(town)["refund_stuck"] == advised[hindrance]
    check(tale)
    assert (tale.refunds[0].status, tale.refunds[0].burnt_at) == ("sent", None)
    for _ in range(3):  # sent; asked when no call of the eight is left; arrived
        run_jobs()
        move_clock(5 * DAY)
    assert (tale.refunds[0].status, tale.money()) == ("succeeded", {})


def test_a_number_the_channel_knew_between_is_not_missing_twice(town: Town) -> None:
    tale = refuses(town)
    say(tale, RefundAnswer.missing, asked=True)
    move_clock(limits.MISSING_APART)
    say(tale, RefundAnswer.processing, asked=True)
    say(tale, RefundAnswer.missing, asked=True)
    assert not may_redirect(tale) and tale.refunds[0].burnt_at is None


def test_the_worker_asks_by_itself_until_it_is_proven(town: Town) -> None:
    sandbox().control(forget=True)
    tale = refuses(town)
    for _ in range(4):
        run_jobs()
        move_clock(31 * MINUTE)
    assert tale.refunds[0].burnt_at and not tale.jobs("query_refund")


def test_sending_once_more_makes_the_proof_worth_nothing(town: Town) -> None:
    tale = refuses(town)
    say(tale, RefundAnswer.failed, Hindrance.account_closed, asked=True)
    check(tale)
    assert (tale.refunds[0].status, tale.refunds[0].failed_at) == ("sent", None)


def test_money_that_arrived_all_the_same_is_heard_when_asked(town: Town) -> None:
    tale = refuses(town)
    say(tale, RefundAnswer.succeeded, asked=True)
    assert (tale.refunds[0].status, tale.money(), tale.row.abnormal) == ("succeeded", {}, None)


def test_what_was_never_sent_goes_elsewhere_at_once(town: Town) -> None:
    tale = owed(town)
    move_clock(366 * DAY)
    act(refunds.set_out, tale.refunds[0].no, now=clock.now(), cause="job")
    assert (tale.refunds[0].hindrance, tale.refunds[0].sent_at) == ("too_old", None)
    assert may_redirect(tale) and redirect(tale)


def test_refused_although_it_went_back_is_heard_and_never_goes_elsewhere(town: Town) -> None:
    """The gateway gives the money back and says no to the call, as for what was refunded already."""
    sandbox().control(forget=True)
    fault("refused_but_refunded", "refund")
    tale = owed(town)
    run_jobs()
    assert (tale.refunds[0].status, tale.refunds[0].hindrance) == ("needs_attention", "refused")
    assert not may_redirect(tale) and refused(redirect, tale).reason is Reason.not_redirectable
    for _ in range(3):
        move_clock(3 * MINUTE)
        run_jobs()
    assert [(refund.status, refund.hindrance) for refund in tale.refunds] == [("succeeded", None)]
    assert (tale.money(), tale.row.abnormal) == ({}, None)


def test_what_somebody_gave_back_by_hand_never_goes_elsewhere(town: Town) -> None:
    """Under a number of the channel's own console: ours is refused, and unknown however often it is asked about."""
    sandbox().control(forget=True)
    tale = owed(town)
    payment = tale.payments[0]
    Till().refunded("CONSOLE1", payment.no, payment.amount, "SR9", clock.now() - DAY)
    for _ in range(4):
        run_jobs()
        move_clock(31 * MINUTE)
    assert (tale.refunds[0].status, tale.refunds[0].trouble) == ("needs_attention", "AMOUNT_EXCEEDED")
    assert not may_redirect(tale) and refused(redirect, tale).reason is Reason.not_redirectable
    no = tale.refunds[0].no
    assert refused(act, ask_redirect, town.carol, no, now=clock.now()).reason is Reason.not_redirectable


def arrived(town: Town) -> Tale:
    """By wallet, and the bank will send it back a day later."""
    sandbox().control(forget=True)
    fault("bounced", "refund")
    tale = owed(town)
    for _ in range(3):
        run_jobs()
        move_clock(2 * MINUTE)
    assert tale.refunds[0].status is RefundStatus.succeeded
    return tale


def late_no(tale: Tale) -> bool:
    """A failure heard after the success, as a callback brings it."""
    refund = tale.refunds[0]
    news = RefundNews(RefundAnswer.failed, trouble="RETURNED_BY_BANK", refund_no=refund.no, amount=refund.amount)
    return act(refunds.hear_callback, news, now=clock.now(), cause="callback")


def test_a_late_answer_to_an_early_try_only_raises_a_question(town: Town) -> None:
    tale = owed(town)
    for _ in range(3):
        run_jobs()
        move_clock(2 * MINUTE)
    assert late_no(tale) and tale.refunds[0].doubted_at
    run_jobs()
    refund = tale.refunds[0]
    assert (refund.status, refund.doubted_at, refund.returned_at) == ("succeeded", None, None)
    assert tale.money() == {} and "refund_returned" not in tale.verbs


def test_the_channels_word_alone_moves_nothing_an_admins_with_it_does(town: Town) -> None:
    tale = arrived(town)
    move_clock(DAY + HOUR)
    late_no(tale)
    run_jobs()
    assert (tale.refunds[0].status, tale.money()) == ("succeeded", {})
    assert troubles(town) == {"refund_returned": "confirm_return"}
    assert tale.told(town.carol)[-1] == "refund_returned"
    check(tale)
    refund = tale.refunds[0]
    assert (refund.status, tale.row.abnormal, tale.row.stage) == ("bounced", "refund_stuck", "abnormal")
    assert tale.money() == {"shopper": -9900, "escrow": 9900}
    for person in (town.alice, town.bob, town.carol):
        assert tale.told(person)[-1] == "refund_bounced"
    assert [(one.difference, one.numbers) for one in books_checks()] == [(0, [])] * 6


def test_the_statements_reversing_line_confirms_it_without_anybody(town: Town) -> None:
    tale = arrived(town)
    back = (clock.now() + DAY).astimezone(SHANGHAI).date()
    move_clock(2 * DAY)
    day, before = (sandbox().statement(back - DAY * n) or () for n in (0, 1))
    assert [line.kind for line in day] == ["returned"]
    act(check_day, Day(back, day, before), now=clock.now(), cause="job")
    run_jobs()
    assert tale.refunds[0].status is RefundStatus.bounced
    act(close_what_agrees, now=clock.now())
    assert [m for m in rows(Mismatch) if m.closed_at is None] == []


def test_what_bounced_goes_to_another_account_and_never_again_under_its_number(town: Town) -> None:
    tale = arrived(town)
    move_clock(DAY + HOUR)
    late_no(tale)
    run_jobs()
    check(tale)
    assert may_redirect(tale)
    move_clock(HOUR)
    check(tale)
    assert tale.refunds[0].status is RefundStatus.bounced
    redirect(tale)
    for _ in range(8):
        run_jobs()
        move_clock(DAY)
    assert [refund.status for refund in tale.refunds] == ["redirected", "succeeded"]
    assert (tale.money(), tale.row.abnormal, tale.row.stage) == ({}, None, "closed")


def test_the_admins_are_told_every_day_until_what_bounced_has_another_account(town: Town) -> None:
    tale = arrived(town)
    move_clock(DAY + HOUR)
    late_no(tale)
    run_jobs()
    check(tale)
    told = []
    for _ in range(3):
        move_clock(DAY)
        run_jobs()
        told.append(tale.told(town.carol).count("refund_stuck"))
    assert told == [1, 2, 3]
    redirect(tale)
    move_clock(2 * DAY)
    run_jobs()
    assert tale.told(town.carol).count("refund_stuck") == 3


def test_a_refund_without_an_answer_for_a_day_is_told_to_the_admins_every_day(town: Town) -> None:
    tale = owed(town)
    fault("timeout_before", "refund", times=99)
    fault("timeout_before", "query_refund", times=999)
    run_jobs()
    assert tale.refunds[0].status is RefundStatus.sent
    told = []
    for _ in range(3):
        move_clock(DAY + MINUTE)
        run_jobs()
        told.append(tale.told(town.carol).count("refund_unanswered"))
    sandbox().control(forget=True)
    assert told == [1, 2, 3]


def test_one_an_admin_sent_again_is_watched_like_any_other(town: Town) -> None:
    tale = refuses(town)
    fault("timeout_before", "refund", times=99)
    fault("timeout_before", "query_refund", times=999)
    move_clock(2 * DAY)
    run_jobs()
    check(tale)
    run_jobs()
    assert tale.refunds[0].status is RefundStatus.sent
    move_clock(DAY + MINUTE)
    run_jobs()
    sandbox().control(forget=True)
    assert tale.told(town.carol).count("refund_unanswered") == 1


def test_a_return_heard_twice_is_written_and_told_once(town: Town) -> None:
    tale = arrived(town)
    for _ in range(2):
        say(tale, RefundAnswer.failed, asked=True)
    assert tale.verbs.count("refund_returned") == tale.told(town.carol).count("refund_returned") == 1


def test_only_the_success_said_again_ends_the_doubt(town: Town) -> None:
    """Asked whether it came back the channel says something else: that is no answer, it is asked on."""
    tale = arrived(town)
    late_no(tale)
    for answer in (RefundAnswer.processing, RefundAnswer.missing, RefundAnswer.unknown):
        say(tale, answer, asked=True)
        assert tale.refunds[0].doubted_at and tale.jobs("query_refund"), answer
    say(tale, RefundAnswer.succeeded, asked=True)
    assert (tale.refunds[0].status, tale.refunds[0].doubted_at) == ("succeeded", None)


def test_a_code_nobody_has_listed_is_counted_and_shown_to_the_admins(town: Town) -> None:
    sandbox().control(forget=True)
    tale = owed(town)
    run_jobs()
    with bank().store.transaction() as store:
        store.execute("UPDATE refund SET code = 'SOMETHING_NEW', settles_at = 0 WHERE no = ?", (tale.refunds[0].no,))
    for _ in range(3):
        move_clock(6 * MINUTE)
        run_jobs()
    refund = tale.refunds[0]
    assert (refund.status, refund.unlisted, refund.trouble) == ("processing", 3, "SOMETHING_NEW")
    assert len(tale.jobs("query_refund")) == 1
    rows = act(abnormal_page, town.carol, now=clock.now()).rows
    assert [(r.trouble, r.repair, [(one.code, one.times) for one in r.unlisted]) for r in rows] == [
        ("unlisted_code", "ask_channel", [("SOMETHING_NEW", 3)])
    ]
    with bank().store.transaction() as store:
        store.execute("UPDATE refund SET code = '' WHERE no = ?", (refund.no,))
    check(tale)
    run_jobs()
    assert (tale.refunds[0].status, troubles(town)) == ("succeeded", {})


def test_an_unlisted_code_to_the_call_itself_is_counted_too(town: Town) -> None:
    tale = owed(town)
    act(refunds.set_out, tale.refunds[0].no, now=clock.now(), cause="job")
    news = RefundNews(RefundAnswer.unknown, trouble="SOMETHING_NEW", unlisted=True)
    act(refunds.hear_answer, tale.refunds[0].no, news, now=clock.now(), cause="job")
    assert (tale.refunds[0].status, tale.refunds[0].unlisted) == ("sent", 1)
    assert troubles(town)["unlisted_code"] == "ask_channel"


def test_a_code_nobody_has_listed_is_no_answer(town: Town) -> None:
    sandbox().control(forget=True)
    tale = owed(town)
    run_jobs()
    with bank().store.transaction() as store:
        store.execute("UPDATE refund SET code = 'SOMETHING_NEW', settles_at = 0 WHERE no = ?", (tale.refunds[0].no,))
    move_clock(2 * MINUTE)
    run_jobs()
    assert (tale.refunds[0].status, tale.refunds[0].failures) == ("processing", 0)
    assert b"SOMETHING_NEW" not in refund_body(tale.refunds[0].no, 9900)
