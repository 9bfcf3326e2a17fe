"""A refund that was replaced is paid all the same: heard once, told at once, never sent twice, never hidden (R59)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cardmall.adapters import clock
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.refunding import Hindrance
from cardmall.domain.terms import Reason
from cardmall.models import Mismatch, Refund
from cardmall.services.money import refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.payments import StatementLine
from cardmall.services.money.redirects import ask_redirect, redirect_refund
from cardmall.services.money.refunds import send_stuck
from cardmall.services.money.statements import Day, check_day, close_what_agrees, repair_mismatch
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.admin.money import trial
from tests.bank import at_the_bank
from tests.services.invariants import books_checks
from tests.services.test_redirects import paid_all_the_same, redirect, stuck, typed
from tests.services.test_returns import check
from tests.services.test_returns import troubles as all_troubles
from tests.town import HOUR, MINUTE, Tale, Town, act, move_clock, refused, rows, run_jobs

Said = Callable[[Refund], object]


def hear(refund: Refund, answer: RefundAnswer, *, asked: bool = True, **other: object) -> None:
    news = RefundNews(answer, **other)  # pyright: ignore[reportArgumentType]
    act(refunds.hear_answer, refund.no, news, now=clock.now(), cause="job", asked=asked)


def by_callback(refund: Refund, at: datetime | None = None) -> None:
    """`at`: when it arrived; now, where nothing is said."""
    settled = at or clock.now()
    news = RefundNews(RefundAnswer.succeeded, refund_no=refund.no, amount=refund.amount, settled_at=settled)
    assert act(refunds.hear_callback, news, now=clock.now(), cause="callback")


def by_answer(refund: Refund, at: datetime | None = None) -> None:
    hear(refund, RefundAnswer.succeeded, settled_at=at)


def by_statement(refund: Refund) -> None:
    state("refund", refund, refund.amount)


def state(kind: str, refund: Refund, amount: int) -> None:
    """Today's statement has one line."""
    state_all(refund, amount, kind)


def state_all(refund: Refund, amount: int, *kinds: str) -> None:
    """It has a line of each kind about this number."""
    now = clock.now()
    lines = [StatementLine(kind, refund.no, "", amount, "T", now) for kind in kinds]
    act(check_day, Day(now.astimezone(SHANGHAI).date(), lines, []), now=now, cause="job")


EACH_WAY = pytest.mark.parametrize("said", [by_callback, by_answer, by_statement])


def redirected(town: Town) -> Tale:
    """Alice named another account; nothing has left for it yet."""
    tale = stuck(town)
    redirect(tale)
    return tale


def sent(tale: Tale) -> Tale:
    """The successor left, and the channel has not answered."""
    move_clock(2 * MINUTE)
    act(refunds.set_out, tale.refunds[-1].no, now=clock.now(), cause="job")
    assert tale.refunds[-1].status == "sent"
    return tale


def states(tale: Tale) -> list[str]:
    return [refund.status.value for refund in tale.refunds]


def troubles(town: Town) -> dict[str, str]:
    """Without the jobs that are late because no worker runs here."""
    return {trouble: repair for trouble, repair in all_troubles(town).items() if trouble != "late_job"}


def differences() -> list[str]:
    return [m.difference.value for m in rows(Mismatch, Mismatch.movement == "refund")]


def heard_once(tale: Tale) -> bool:
    told = tale.told(tale.town.carol).count("refund_arrived")
    return told == tale.verbs.count("refund_arrived") == 1


def loss_in_the_books(town: Town) -> int:
    """Fen, as the trial balance shows it; all its checks must agree."""
    books = act(trial, town.carol, now=clock.now())
    assert (books.total, {one.difference for one in books_checks()}) == (0, {0})
    return -next(line.amount for line in books.accounts if line.account == "loss")


@EACH_WAY
def test_a_successor_that_never_left_ends_instead_of_being_sent(town: Town, said: Said) -> None:
    tale = redirected(town)
    for _ in range(2):
        said(tale.refunds[0])
    assert states(tale) == ["succeeded", "dropped"] and heard_once(tale)
    run_jobs()
    assert at_the_bank("SELECT * FROM refund WHERE no = ?", tale.refunds[1].no) == []
    assert (tale.money(), tale.row.abnormal, tale.row.stage, troubles(town)) == ({}, None, "closed", {})
    assert tale.told(town.alice)[-1] == "refund_succeeded" and loss_in_the_books(town) == 0


@EACH_WAY
def test_money_that_left_twice_is_a_loss_an_admin_is_shown_until_they_write_it_off(town: Town, said: Said) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.succeeded)
    for _ in range(2):
        said(tale.refunds[0])
    assert states(tale) == ["redirected", "succeeded"] and heard_once(tale)
    assert tale.money() == {"shopper": 9900, "loss": -9900} and loss_in_the_books(town) == 9900
    assert troubles(town) == {"refund_lost": "write_off"}
    check(tale)
    assert troubles(town) == {} and loss_in_the_books(town) == 9900, "known to a person, still in the books"


def test_a_line_of_the_statement_is_no_difference_once_it_is_heard(town: Town) -> None:
    tale = redirected(town)
    by_statement(tale.refunds[0])
    assert differences() == []


def test_a_line_of_another_sum_is_a_difference_and_moves_nothing(town: Town) -> None:
    tale = redirected(town)
    state("refund", tale.refunds[0], 1)
    assert states(tale) == ["redirected", "requested"] and differences() == ["other_amount"]
    (row,) = rows(Mismatch, Mismatch.movement == "refund")
    assert refused(act, repair_mismatch, town.carol, row.id, now=clock.now()).reason is Reason.not_allowed


@EACH_WAY
def test_of_a_successor_on_its_way_the_channel_is_asked_and_it_is_never_sent_again(town: Town, said: Said) -> None:
    tale = sent(redirected(town))
    said(tale.refunds[0])
    assert states(tale) == ["redirected", "sent"] and heard_once(tale)
    assert troubles(town) == {"refund_twice": "ask_channel"} and tale.jobs("query_refund")
    assert act(refunds.set_out, tale.refunds[1].no, now=clock.now(), cause="job") is None
    hear(tale.refunds[1], RefundAnswer.failed, hindrance=Hindrance.busy)
    assert states(tale) == ["redirected", "needs_attention"] and troubles(town) == {"refund_stuck": "end_arrived"}
    check(tale)
    assert (states(tale), tale.money(), tale.row.stage) == (["succeeded", "dropped"], {}, "closed")
    assert heard_once(tale) and loss_in_the_books(town) == 0


def test_a_successor_that_arrives_after_that_is_the_loss(town: Town) -> None:
    tale = sent(redirected(town))
    by_callback(tale.refunds[0])
    by_callback(tale.refunds[1])
    assert (states(tale), troubles(town)) == (["redirected", "succeeded"], {"refund_lost": "write_off"})
    assert tale.money() == {"shopper": 9900, "loss": -9900} and loss_in_the_books(town) == 9900


def test_one_the_channel_knows_not_is_not_sent_again_but_proven_and_ended(town: Town) -> None:
    tale = sent(redirected(town))
    by_callback(tale.refunds[0])
    hear(tale.refunds[1], RefundAnswer.missing)
    assert states(tale)[1] == "needs_attention"
    assert act(refunds.set_out, tale.refunds[1].no, now=clock.now(), cause="job") is None
    assert troubles(town) == {"refund_stuck": "ask_channel"}, "it may have been paid: nobody may end it yet"
    check(tale)
    assert states(tale)[1] == "needs_attention" and tale.jobs("query_refund")
    for _ in range(2):
        hear(tale.refunds[1], RefundAnswer.missing)
        move_clock(31 * MINUTE)
    assert troubles(town) == {"refund_stuck": "end_arrived"}
    check(tale)
    assert (states(tale), tale.money()) == (["succeeded", "dropped"], {})


@pytest.mark.parametrize("proven", [False, True])
def test_a_successor_that_failed_is_given_up_or_ends(town: Town, proven: bool) -> None:
    """Only an answer to a question proves that the money did not leave."""
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.failed, asked=proven)
    assert states(tale)[1] == "failed"
    by_callback(tale.refunds[0])
    run_jobs()
    assert states(tale) == (["succeeded", "dropped"] if proven else ["redirected", "needs_attention"])
    assert at_the_bank("SELECT * FROM refund WHERE no = ?", tale.refunds[1].no) == []


def test_a_stuck_successor_is_asked_about_before_anybody_may_end_it(town: Town) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.failed, hindrance=Hindrance.account_closed, asked=False)
    by_callback(tale.refunds[0])
    no = tale.refunds[1].no
    assert troubles(town) == {"refund_stuck": "ask_channel"}
    assert refused(act, ask_redirect, town.carol, no, now=clock.now()).reason is Reason.not_redirectable
    hear(tale.refunds[1], RefundAnswer.failed)
    check(tale)
    assert (states(tale), tale.money()) == (["succeeded", "dropped"], {})


def test_no_button_asks_for_an_account_that_would_be_paid_once_more(town: Town) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.failed, hindrance=Hindrance.account_closed, asked=False)
    asking = lambda: [one.may_ask for row in act(abnormal_page, town.carol, now=clock.now()).rows for one in row.stuck]  # noqa: E731
    assert asking() == [True]
    by_callback(tale.refunds[0])
    assert asking() == [False]


def test_one_that_was_ended_and_paid_after_all_is_heard_too(town: Town) -> None:
    tale = redirected(town)
    by_callback(tale.refunds[0])
    for _ in range(2):
        by_callback(tale.refunds[1])
    assert states(tale) == ["succeeded", "dropped"] and troubles(town) == {"refund_lost": "write_off"}
    assert tale.money() == {"shopper": 9900, "loss": -9900} and loss_in_the_books(town) == 9900


def bounced(tale: Tale, n: int) -> None:
    """The bank sent it back: the channel, asked, and the statement say so."""
    state("returned", tale.refunds[n], tale.refunds[n].amount)
    hear(tale.refunds[n], RefundAnswer.failed)


def test_a_loss_the_bank_returns_is_no_difference_of_the_day_that_tells_it(town: Town) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.succeeded)
    by_callback(tale.refunds[0])
    state("returned", tale.refunds[0], tale.refunds[0].amount)
    assert rows(Mismatch, Mismatch.movement == "returned") == []


def returned_unheard(tale: Tale) -> None:
    """A statement says that the bank sent the first one back, of whose arrival nobody has heard."""
    state("returned", tale.refunds[0], tale.refunds[0].amount)


def late_callback(tale: Tale, at: datetime) -> None:
    returned_unheard(tale)
    for _ in range(2):
        by_callback(tale.refunds[0], at)


def late_answer(tale: Tale, at: datetime) -> None:
    returned_unheard(tale)
    for _ in range(2):
        by_answer(tale.refunds[0], at)


def both_lines(tale: Tale, _at: datetime) -> None:
    for _ in range(2):
        state_all(tale.refunds[0], 9900, "refund", "returned")


@pytest.mark.parametrize("told", [late_callback, late_answer, both_lines])
def test_an_arrival_heard_after_its_return_is_no_loss(town: Town, told: Callable[[Tale, datetime], None]) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.succeeded)
    told(tale, clock.now())
    assert (states(tale), tale.money(), troubles(town)) == (["redirected", "succeeded"], {}, {})
    assert loss_in_the_books(town) == 0
    act(close_what_agrees, now=clock.now())
    assert [one for one in rows(Mismatch, Mismatch.movement == "returned") if one.closed_at is None] == []


@pytest.mark.parametrize("told_first", [True, False])
def test_what_came_and_went_before_it_was_heard_stops_no_successor(town: Town, told_first: bool) -> None:
    """The statement tells of the return before or after another account was named."""
    tale, began = stuck(town), clock.now()
    if told_first:
        returned_unheard(tale)
    redirect(tale)
    if not told_first:
        returned_unheard(tale)
    by_callback(tale.refunds[0], began)
    assert states(tale) == ["redirected", "requested"]
    for _ in range(4):
        run_jobs()
        move_clock(timedelta(days=5))
    assert (states(tale), tale.money(), troubles(town)) == (["redirected", "succeeded"], {}, {})
    assert loss_in_the_books(town) == 0


def test_a_success_heard_after_its_return_is_asked_about_and_owed_again(town: Town) -> None:
    tale, began = stuck(town), clock.now()
    returned_unheard(tale)
    by_callback(tale.refunds[0], began)
    assert states(tale) == ["succeeded"] and tale.jobs("query_refund")
    hear(tale.refunds[0], RefundAnswer.failed)
    assert (states(tale), tale.row.abnormal) == (["bounced"], "refund_stuck")
    assert tale.money() == {"shopper": -9900, "escrow": 9900} and loss_in_the_books(town) == 0
    redirect(tale)
    assert states(tale) == ["redirected", "requested"]


def test_a_return_told_of_the_first_try_hides_no_loss_of_the_second(town: Town) -> None:
    """Sent again by an admin, failed, sent elsewhere, and paid all the same: it left twice."""
    tale = stuck(town, Hindrance.tries_used)
    returned_unheard(tale)
    move_clock(HOUR)
    act(send_stuck, town.carol, tale.row, tale.refunds[0], now=clock.now())
    act(refunds.set_out, tale.refunds[0].no, now=clock.now(), cause="job")
    hear(tale.refunds[0], RefundAnswer.failed, hindrance=Hindrance.account_closed)
    redirect(tale)
    sent(tale)
    hear(tale.refunds[1], RefundAnswer.succeeded)
    by_callback(tale.refunds[0])
    assert (states(tale), troubles(town)) == (["redirected", "succeeded"], {"refund_lost": "write_off"})
    assert loss_in_the_books(town) == 9900


def test_one_word_of_the_channel_bounces_nothing_that_left_after_the_statement(town: Town) -> None:
    tale = stuck(town, Hindrance.tries_used)
    returned_unheard(tale)
    move_clock(HOUR)
    act(send_stuck, town.carol, tale.row, tale.refunds[0], now=clock.now())
    by_callback(tale.refunds[0])
    assert states(tale) == ["succeeded"] and tale.refunds[0].doubted_at is None
    news = RefundNews(RefundAnswer.failed, refund_no=tale.refunds[0].no, amount=9900)
    act(refunds.hear_callback, news, now=clock.now(), cause="callback")
    hear(tale.refunds[0], RefundAnswer.failed)
    assert states(tale) == ["succeeded"] and troubles(town) == {"refund_returned": "confirm_return"}


def test_a_returned_line_of_another_sum_takes_no_loss_back(town: Town) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.succeeded)
    state("returned", tale.refunds[0], 1)
    by_callback(tale.refunds[0])
    state("returned", tale.refunds[0], 1)
    assert loss_in_the_books(town) == 9900 and troubles(town) == {"refund_lost": "write_off"}
    assert {m.difference.value for m in rows(Mismatch, Mismatch.movement == "returned")} == {"other_amount"}


def test_an_earlier_number_that_came_back_is_not_asked_about_again(town: Town) -> None:
    """The channel goes on calling it paid: its successor leaves all the same."""
    tale, began = stuck(town), clock.now()
    town.scene.cashier.refunded(tale.refunds[0].no, tale.payments[0].no, 9900, "SEED", began)
    returned_unheard(tale)
    redirect(tale)
    by_callback(tale.refunds[0], began)
    move_clock(2 * MINUTE)
    run_jobs()
    (asked,) = at_the_bank("SELECT * FROM refund WHERE no = ?", tale.refunds[1].no) or (None,)
    assert tale.refunds[1].hindrance is not Hindrance.arrived and tale.refunds[1].sends == 1, asked


def test_an_earlier_number_the_channel_calls_paid_is_shown_and_can_be_ended(town: Town) -> None:
    """A statement calls it returned, the channel still paid: a person decides, and can."""
    tale, began = stuck(town), clock.now()
    town.scene.cashier.refunded(tale.refunds[0].no, tale.payments[0].no, 9900, "SEED", began)
    returned_unheard(tale)
    redirect(tale)
    for _ in range(4):
        move_clock(2 * MINUTE)
        run_jobs()
    assert (states(tale)[1], troubles(town)) == ("needs_attention", {"refund_stuck": "end_arrived"})
    check(tale)
    assert (states(tale), tale.money()) == (["succeeded", "dropped"], {}) and loss_in_the_books(town) == 0


def test_a_successor_the_bank_returned_ends_when_the_old_one_was_paid(town: Town) -> None:
    """Whichever is heard first: its shopper has the money, and is asked for no third account."""
    first, second = (sent(redirected(town)) for _ in range(2))
    for tale in (first, second):
        hear(tale.refunds[1], RefundAnswer.succeeded)
    by_callback(first.refunds[0])
    bounced(first, 1)
    bounced(second, 1)
    by_callback(second.refunds[0])
    for tale in (first, second):
        assert (states(tale), tale.money(), tale.row.abnormal) == (["succeeded", "dropped"], {}, None)
    assert loss_in_the_books(town) == 0 and troubles(town) == {}


def test_a_success_said_again_of_what_the_bank_returned_is_no_news(town: Town) -> None:
    tale = sent(redirected(town))
    hear(tale.refunds[1], RefundAnswer.succeeded)
    bounced(tale, 1)
    redirect_again(tale)
    by_callback(tale.refunds[1])
    assert states(tale) == ["redirected", "redirected", "requested"] and "refund_arrived" not in tale.verbs


def redirect_again(tale: Tale) -> None:
    act(redirect_refund, tale.shopper, tale.refunds[-1].no, **typed())


def test_an_old_one_that_arrived_and_bounces_goes_elsewhere_under_a_third_number(town: Town) -> None:
    tale = redirected(town)
    by_callback(tale.refunds[0])
    bounced(tale, 0)
    assert states(tale) == ["bounced", "dropped"]
    redirect(tale)
    for _ in range(4):
        run_jobs()
        move_clock(timedelta(days=5))
    assert (states(tale), tale.money()) == (["redirected", "dropped", "succeeded"], {})


def test_of_three_the_one_that_was_paid_is_booked_and_the_last_ends(town: Town) -> None:
    tale = redirected(town)
    sent(tale)
    hear(tale.refunds[1], RefundAnswer.failed, hindrance=Hindrance.account_closed)
    redirect_again(tale)
    by_callback(tale.refunds[0])
    assert (states(tale), tale.money()) == (["succeeded", "redirected", "dropped"], {})
    move_clock(HOUR)
    by_callback(tale.refunds[1])
    assert tale.money() == {"shopper": 9900, "loss": -9900} and troubles(town) == {"refund_lost": "write_off"}


def test_an_unlisted_answer_does_not_take_the_admins_act_away(town: Town) -> None:
    """The number that arrived is found by the chain of numbers, whatever was said of the successor since."""
    tale = paid_all_the_same(town)
    assert (tale.refunds[1].status, tale.refunds[1].hindrance) == ("needs_attention", "arrived")
    hear(tale.refunds[1], RefundAnswer.unknown, trouble="SOMETHING_NEW", unlisted=True)
    assert troubles(town)["refund_stuck"] == "end_arrived"
    check(tale)
    assert (states(tale), tale.money(), tale.row.stage) == (["succeeded", "dropped"], {}, "closed")
