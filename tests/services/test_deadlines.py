"""The deadline of an answer: in its last second it counts, after it the case is overdue."""

from datetime import UTC, datetime, timedelta

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.terms import OrderStatus
from cardmall.models import Case, Order
from cardmall.reads.doors import locked_order
from cardmall.services.case import deadlines
from tests.town import AUTO, DAY, Tale, Town, refused

DEADLINE = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 24:00 of Wednesday in Shanghai
SECOND = timedelta(seconds=1)


def lapse(tale: Tale, at: datetime) -> str:
    with db.transaction() as session:
        case, order = session.get_one(Case, tale.case.id), locked_order(session, tale.row.id or 0)
        deadlines.meet_case_deadline(our_act(session, now=at, cause="case_deadline"), case, order)
    return tale.case.status.value


def grace_ends(tale: Tale, at: datetime) -> str:
    with db.transaction() as session:
        case, order = session.get_one(Case, tale.case.id), locked_order(session, tale.row.id or 0)
        deadlines.end_grace(our_act(session, now=at, cause="end_grace"), case, order)
    return tale.case.status.value


def test_the_deadline_makes_a_silent_case_overdue_for_everyone_to_see(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request()
    assert lapse(tale, DEADLINE) == "review"  # a decision in the deadline second counts
    assert lapse(tale, DEADLINE + SECOND) == "overdue"
    assert lapse(tale, DEADLINE + DAY) == "overdue"
    for person in (town.alice, town.bob, town.carol):
        assert tale.told(person).count("case_overdue") == 1
    assert (tale.row.stage, bool(tale.row.held_at)) == ("in_case", True)


def test_a_decision_in_the_deadline_second_counts(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request()
    tale.at = DEADLINE
    tale.reject("other", "不")
    assert lapse(tale, DEADLINE) == "rejected"


def test_a_late_worker_gives_bob_no_second_more(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request()
    tale.at = DEADLINE + SECOND
    answer = refused(tale.reject, "other", "不")
    assert (answer.reason, answer.status, tale.case.status) == ("stale", "overdue", "review")
    assert tale.approve().case.status == "approved"


def test_the_clock_approves_a_silent_case_after_its_grace_only(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().lapse()
    over = tale.case.grace_at
    assert over and grace_ends(tale, over) == "overdue"
    assert grace_ends(tale, over + SECOND) == "approved"


def test_the_clock_approves_nothing_that_was_delivered(town: Town) -> None:
    """The hold keeps it from being delivered; should it be, its case is for people."""
    tale = town.tale().order(AUTO).pay().request().lapse()
    with db.transaction() as session:
        session.get_one(Order, tale.row.id).status = OrderStatus.delivered
    assert grace_ends(tale, tale.case.deadline + DAY) == "overdue"


def test_an_overdue_case_may_be_approved_or_withdrawn_never_rejected(town: Town) -> None:
    one, two = (town.tale().order(AUTO).pay().request().lapse() for _ in range(2))
    answer = refused(one.reject, "other", "不")
    assert (answer.reason, answer.status, one.case.reject_reason) == ("stale", "overdue", None)
    assert (one.approve().case.status, two.withdraw().case.status) == ("approved", "withdrawn")
