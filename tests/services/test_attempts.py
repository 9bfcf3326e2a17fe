"""Alice's press is written down first: what our own fault delayed is judged by that moment (R63)."""

from datetime import timedelta
from typing import Any

import pytest

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Reason
from cardmall.models import Attempt, Lease
from cardmall.services.case import attempts, cases
from cardmall.views.shopper.order import order_view
from tests.today import moment
from tests.town import AUTO, CALENDAR, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, a_look, act, refused, rows

FORM = {"way": "request", "reason": "changed_mind", "text": ""}
SECOND = timedelta(seconds=1)
LEASE, ERROR = "5f0c", "c0ffee00"


def note(tale: Tale, who: Actor | None = None, **form: Any) -> int:
    told = FORM | form | {"lease": LEASE}
    return act(attempts.note_attempt, who or tale.shopper, tale.no, **told, now=tale.at)


def fail(tale: Tale, **form: Any) -> int:
    """She pressed, and an error of ours stopped it."""
    number = note(tale, **form)
    act(attempts.blame_attempt, number, ERROR, now=tale.at)
    return number


def request(tale: Tale, **form: Any) -> str:
    told = FORM | form
    return act(cases.request_cancellation, tale.shopper, tale.no, **told, now=tale.at)


def answers(tale: Tale) -> list[str]:
    return [a.answer for a in rows(Attempt, Attempt.order_id == tale.row.id)]


def stopped(town: Town, quantity: int = 1) -> Tale:
    """She pressed, our own fault stopped it, and the order was delivered in between."""
    tale = town.tale().order(AUTO, quantity).pay()
    fail(tale)
    return tale.later(minutes=1).deliver()


def test_a_press_that_goes_through_is_one_attempt_and_one_case(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    note(tale)
    request(tale)
    assert (tale.case.status, tale.case.judged_at, answers(tale)) == ("review", None, ["case"])


def test_delivered_in_between_and_still_sealed_is_judged_by_the_first_attempt(town: Town) -> None:
    tale = stopped(town, 2)
    (first,) = rows(Attempt)
    tale.at += HOUR
    assert not act_refused(tale), "delivered since, yet still open for her"
    case = tale.case
    assert (case.kind, case.pieces, case.fee, case.amount) == ("cancel", 2, 0, 19800)
    assert (case.judged_at, case.fault, case.opened_at) == (first.at, ERROR, tale.at)
    assert case.deadline == CALENDAR.due(tale.at, 2)
    assert answers(tale) == ["fault", "delivered"]
    assert "request_stopped" in tale.verbs


def act_refused(tale: Tale) -> str:
    """What the page does: an attempt of its own, then the request; the reason when it was refused."""
    second = note(tale)
    found = rows(Attempt, Attempt.id == second)[0]
    assert found.answer == "delivered", "the second press alone came too late"
    request(tale)
    return ""


def test_it_comes_back_in_full_even_where_a_return_costs_a_fee(town: Town) -> None:
    town.sell("with-fee", 1, fee_permille=50, return_allowed=False)
    tale = town.tale().order("with-fee").pay()
    fail(tale)
    tale.deliver()
    request(tale)
    assert refused(tale.reject, "already_delivered").fields == {"reason": "not_proven"}
    tale.approve()
    assert ([r.amount for r in tale.refunds], tale.card_states, tale.row.status) == ([9900], ["voided"], "canceled")
    assert tale.refund_arrives().money() == {}


def test_revealed_since_she_is_refused(town: Town) -> None:
    tale = stopped(town, 2).reveal()
    answer = refused(request, tale)
    assert (answer.reason, answer.offer, tale.cases) == ("delivered", "return", [])


def test_delivered_before_the_press_is_refused(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    assert rows(Attempt, Attempt.id == note(tale))[0].answer == "delivered"
    assert refused(request, tale).reason is Reason.delivered


def test_an_attempt_the_rules_refused_counts_no_more(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    first = note(tale)
    act(attempts.answer_attempt, first, Reason.not_found, now=tale.at)
    assert (answers(tale), tale.verbs[-1]) == (["not_found"], "request_refused")
    act(attempts.answer_attempt, first, Reason.held, now=tale.at)
    act(attempts.blame_attempt, first, ERROR, now=tale.at)
    assert answers(tale) == ["not_found"], "answered once"
    tale.deliver()
    assert refused(request, tale).reason is Reason.delivered


def test_an_attempt_of_another_way_does_not_count(town: Town) -> None:
    tale = stopped(town)
    assert refused(request, tale.reveal(), way="return").reason is Reason.used


def test_a_return_stopped_on_its_last_day_is_still_open_the_day_after(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    delivered = tale.row.delivered_at
    assert delivered
    tale.at = delivered + 7 * DAY
    fail(tale, way="return")
    tale.at += 23 * HOUR
    request(tale, way="return")
    assert (tale.case.kind, tale.case.judged_at) == ("return", delivered + 7 * DAY)
    assert tale.case.deadline == CALENDAR.due(tale.at, 2) > tale.at


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"reason": ""}, {"reason": "required"}),
        ({"way": "appeal"}, {"way": "not_a_choice"}),
        ({"reason": "other"}, {"text": "required"}),
    ],
)
def test_a_form_with_mistakes_is_no_attempt(town: Town, form: dict[str, Any], fields: dict[str, str]) -> None:
    tale = town.tale().order(AUTO).pay()
    assert refused(note, tale, **form).fields == fields
    assert rows(Attempt) == []


def test_nobody_presses_for_another(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    assert refused(note, tale, town.mallory).reason is Reason.not_found
    assert rows(Attempt) == []


def test_mallorys_own_attempt_never_opens_alices_order(town: Town) -> None:
    fail(town.tale(shopper=town.mallory).order(AUTO).pay())
    tale = town.tale().order(AUTO).pay().deliver()
    assert refused(request, tale).reason is Reason.delivered


def test_its_time_counts_not_the_clocks(town: Town) -> None:
    """Delivered in the very second of the press: the log came first."""
    tale = town.tale().order(AUTO).pay()
    tale.at = tale.row.deliver_at or moment()
    fail(tale)
    tale.deliver()
    assert tale.row.delivered_at == tale.at - MINUTE
    assert refused(request, tale).reason is Reason.delivered


def test_a_press_of_yesterday_counts_no_more(town: Town) -> None:
    tale = stopped(town).later(hours=24)
    answer = refused(request, tale)
    assert (answer.reason, answer.offer, tale.cases) == (Reason.delivered, "return", [])


def test_silence_proves_nothing(town: Town) -> None:
    """No answer yet, or for ever: only an error written down, or a process that died, is our fault."""
    tale = town.tale().order(AUTO).pay()
    note(tale)
    tale.later(minutes=1).deliver()
    assert answers(tale) == [""]
    assert refused(request, tale).reason is Reason.delivered


def test_what_a_dead_process_left_unanswered_was_our_fault(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    act(attempts.renew_lease, LEASE, real=NOW)
    act(attempts.renew_lease, "alive", real=NOW + limits.LEASE_SILENT)
    note(tale)
    tale.later(minutes=1).deliver()
    assert act(attempts.end_dead_leases, real=NOW + limits.LEASE_SILENT, now=tale.at) == 0, (
        "silent, but not long enough"
    )
    assert refused(request, tale).reason is Reason.delivered
    assert act(attempts.end_dead_leases, real=NOW + limits.LEASE_SILENT + SECOND, now=tale.at) == 1
    assert [lease.id for lease in rows(Lease, by=Lease.id)] == ["alive"]
    request(tale)
    assert (tale.case.fault, answers(tale)) == (LEASE, ["fault"])


def test_an_answer_given_before_its_process_died_stands(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    act(attempts.renew_lease, LEASE, real=NOW)
    act(attempts.answer_attempt, note(tale), Reason.held, now=tale.at)
    act(attempts.end_dead_leases, real=NOW + DAY, now=tale.at)
    tale.deliver()
    assert refused(request, tale).reason is Reason.delivered


def test_our_fault_counts_once_an_order(town: Town) -> None:
    tale = stopped(town, 2)
    request(tale)
    tale.withdraw()
    fail(tale.later(minutes=1), way="return")
    assert refused(request, tale).reason is Reason.delivered
    request(tale, way="return")
    assert tale.case.judged_at is None


def test_the_page_shows_the_way_the_service_would_open(town: Town) -> None:
    tale = stopped(town)
    with db.reading() as session:
        view = order_view(a_look(session, town.alice, now=tale.at), tale.no)
    assert {way.way: way.is_open for way in view.ways}["request"]
    request(tale)
    assert tale.case.kind == "cancel"
