"""What the clock does to a case. Every job decides again before it acts (R64, R79)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import SYSTEM, CaseStatus, OrderStatus
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.services.act import Act, move, record, schedule
from cardmall.services.case.appeals import begin_hearing
from cardmall.services.case.cases import back_to_review
from cardmall.services.case.outcomes import carry_out
from cardmall.services.case.partials import lapse_partial
from cardmall.services.case.replies import drop_offer
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper


def meet_deadline(
    session: Session, case: Case, order: Order, *, calendar: WorkCalendar, now: datetime, cause: str
) -> None:
    """The time of the state the case is in is over; a decision in the deadline second was in time."""
    if now < case.deadline + limits.DEADLINE_SECOND:
        return
    act = Act(SYSTEM, now, order, case, cause)
    if case.status is CaseStatus.review:
        _lapse(session, act, case, order, calendar)
    elif case.status is CaseStatus.overdue and case.grace_at is None:  # since before there was a grace
        _follow_up(session, act, case, order, calendar)
    elif case.status is CaseStatus.info_requested:
        move(session, act, case, "answer", Verb.case_unanswered)
        _to_merchant(session, act, case, calendar, NoticeKind.case_unanswered)
    elif case.status is CaseStatus.offered:
        move(session, act, case, "decline", Verb.offer_lapsed)
        drop_offer(session, act, case, order)
        _to_merchant(session, act, case, calendar, NoticeKind.offer_lapsed)
    elif case.status is CaseStatus.asked:
        lapse_partial(session, case, order, now=now, cause=cause)


def _to_merchant(session: Session, act: Act, case: Case, calendar: WorkCalendar, kind: NoticeKind) -> None:
    """The shopper was silent: the merchant decides on what there is."""
    back_to_review(session, act, case, calendar)
    for tell in (tell_shop, tell_shopper):
        tell(session, act, kind, deadline=case.deadline.isoformat())


def _lapse(session: Session, act: Act, case: Case, order: Order, calendar: WorkCalendar) -> None:
    """商家失联."""
    move(session, act, case, "lapse", Verb.case_overdue, deadline=case.deadline.isoformat())
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(session, act, NoticeKind.case_overdue)
    _follow_up(session, act, case, order, calendar)


def _follow_up(session: Session, act: Act, case: Case, order: Order, calendar: WorkCalendar) -> None:
    """Undelivered, the platform approves after one more business day; delivered, an admin takes over."""
    if order.status is OrderStatus.awaiting_delivery:
        _grant_grace(session, case, calendar)
    else:
        escalate(session, act, case, calendar)


def _grant_grace(session: Session, case: Case, calendar: WorkCalendar) -> None:
    """Counted from the deadline that was missed."""
    until = calendar.due(case.deadline - timedelta(seconds=1), limits.GRACE_WORKDAYS)
    case.grace_at = case.deadline = until
    case.estimated = not calendar.is_certain(until)
    session.add(case)
    schedule(session, "end_grace", f"end_grace:{case.no}", {"case": case.no}, until + limits.DEADLINE_SECOND)


def escalate(session: Session, act: Act, case: Case, calendar: WorkCalendar) -> None:
    """平台介入: the same case, a new judge."""
    move(session, act, case, "escalate", Verb.case_escalated)
    begin_hearing(session, act, case, calendar)
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(session, act, NoticeKind.case_escalated, deadline=case.deadline.isoformat())


def end_grace(session: Session, case: Case, order: Order, *, calendar: WorkCalendar, now: datetime, cause: str) -> None:
    """The platform approves what the merchant left unanswered; it runs on even if the shopper appealed."""
    over = case.grace_at is not None and now >= case.grace_at + limits.DEADLINE_SECOND
    silent = case.status in (CaseStatus.overdue, CaseStatus.appeal)
    if over and silent and order.status is OrderStatus.awaiting_delivery:
        act = Act(SYSTEM, now, order, case, cause)
        carry_out(session, act, order, case, calendar)
        tell_shop(session, act, NoticeKind.case_approved, amount=case.amount)


def tell_deadline_near(session: Session, case: Case, order: Order, *, deadline: datetime, hours: int, now: datetime,
                       cause: str) -> None:  # fmt: skip
    """24 h and 2 h before: only while this very deadline still stands (R43). After a standstill of the worker the
    last one due speaks for the others, with the time that is left; `hours`: which of them this is."""
    due = [before for before in limits.REMIND_BEFORE if deadline - before <= now]
    if timedelta(hours=hours) != min(due, default=None):
        return
    if case.status is CaseStatus.review and case.deadline == deadline and now < deadline:
        act, minutes = Act(SYSTEM, now, order, case, cause), -((now - deadline) // timedelta(minutes=1))
        record(session, act, Verb.deadline_near, hours=hours, minutes=minutes)
        told = {"deadline": deadline.isoformat(), "hours": hours, "minutes": minutes}
        tell_shop(session, act, NoticeKind.deadline_near, **told)
