"""What the clock does to a case. Every job decides again before it acts (R64, R79)."""

from datetime import datetime, timedelta

from cardmall.domain import limits
from cardmall.domain.jobs import EndGrace
from cardmall.domain.rules.deadlines import ClockAct, may
from cardmall.domain.rules.turn import JOB
from cardmall.domain.terms import CaseStatus, OrderStatus
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.cases import clock_facts
from cardmall.services.act import Act, move, record, schedule
from cardmall.services.case.appeals import begin_hearing
from cardmall.services.case.cases import back_to_review
from cardmall.services.case.outcomes import carry_out
from cardmall.services.case.partials import lapse_partial
from cardmall.services.case.replies import drop_offer
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper


def meet_case_deadline(act: Act, case: Case, order: Order) -> None:
    """The time of the state the case is in is over; a decision in the deadline second was in time."""
    if not may(ClockAct.end_state, JOB, clock_facts(case, order), act.now).is_open:
        return
    act = act.on(order=order, case=case)
    if case.status is CaseStatus.review:
        _lapse(act, case, order)
    elif case.status is CaseStatus.overdue:  # since before there was a grace
        _follow_up(act, case, order)
    elif case.status is CaseStatus.info_requested:
        move(act, case, "answer", Verb.case_unanswered)
        _to_merchant(act, case, NoticeKind.case_unanswered)
    elif case.status is CaseStatus.offered:
        move(act, case, "decline", Verb.offer_lapsed)
        drop_offer(act, case, order)
        _to_merchant(act, case, NoticeKind.offer_lapsed)
    elif case.status is CaseStatus.asked:
        lapse_partial(act, case, order)


def _to_merchant(act: Act, case: Case, kind: NoticeKind) -> None:
    """The shopper was silent: the merchant decides on what there is."""
    back_to_review(act, case)
    for tell in (tell_shop, tell_shopper):
        tell(act, kind, deadline=case.deadline.isoformat())


def _lapse(act: Act, case: Case, order: Order) -> None:
    """商家失联."""
    move(act, case, "lapse", Verb.case_overdue, deadline=case.deadline.isoformat())
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(act, NoticeKind.case_overdue)
    _follow_up(act, case, order)


def _follow_up(act: Act, case: Case, order: Order) -> None:
    """Undelivered, the platform approves after one more business day; delivered, an admin takes over."""
    if order.status is OrderStatus.awaiting_delivery:
        _grant_grace(act, case)
    else:
        escalate(act, case)


def _grant_grace(act: Act, case: Case) -> None:
    """Counted from the deadline that was missed."""
    until = act.world.calendar.due(case.deadline - timedelta(seconds=1), limits.GRACE_WORKDAYS)
    case.grace_at = case.deadline = until
    case.estimated = not act.world.calendar.is_certain(until)
    act.session.add(case)
    schedule(act, EndGrace(case.no, case.order_id), until + limits.DEADLINE_SECOND)


def escalate(act: Act, case: Case) -> None:
    """平台介入: the same case, a new judge."""
    move(act, case, "escalate", Verb.case_escalated)
    begin_hearing(act, case)
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(act, NoticeKind.case_escalated, deadline=case.deadline.isoformat())


def end_grace(act: Act, case: Case, order: Order) -> None:
    """The platform approves what the merchant left unanswered; it runs on even if the shopper appealed."""
    if may(ClockAct.end_grace, JOB, clock_facts(case, order), act.now).is_open:
        act = act.on(order=order, case=case)
        carry_out(act, order, case)
        tell_shop(act, NoticeKind.case_approved, amount=case.amount)


def tell_deadline_near(act: Act, case: Case, order: Order, *, deadline: datetime, hours: int) -> None:
    """24 h and 2 h before: only while this very deadline still stands (R43). After a standstill of the worker the
    last one due speaks for the others, with the time that is left; `hours`: which of them this is."""
    due = [before for before in limits.REMIND_BEFORE if deadline - before <= act.now]
    if timedelta(hours=hours) != min(due, default=None):
        return
    if case.status is CaseStatus.review and case.deadline == deadline and act.now < deadline:
        act, minutes = act.on(order=order, case=case), -((act.now - deadline) // timedelta(minutes=1))
        record(act, Verb.deadline_near, hours=hours, minutes=minutes)
        told = {"deadline": deadline.isoformat(), "hours": hours, "minutes": minutes}
        tell_shop(act, NoticeKind.deadline_near, **told)
