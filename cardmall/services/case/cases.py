"""A shopper's request on an order opens a case; delivery and the shop's money stand still until it is decided."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import Decision, Facts, decide_since
from cardmall.domain.refunds import RefundPreview
from cardmall.domain.review import CaseAction, RoundKind, may
from cardmall.domain.terms import SYSTEM, Actor, CaseKind, CaseReason, CaseStatus, Offer, Reason, Refused, Role
from cardmall.domain.transfer import TransferEnd
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.attempts import stopped_since
from cardmall.reads.cases import case_facts
from cardmall.reads.doors import case_for, order_for
from cardmall.reads.facts import facts_of
from cardmall.reads.people import require
from cardmall.services.act import Act, move, schedule, start
from cardmall.services.case.attempts import close_attempts
from cardmall.services.case.evidence import add_round
from cardmall.services.case.forms import KIND, asked_way, request_form
from cardmall.services.money import money
from cardmall.services.order.delivery import lift_hold, stop_delivery
from cardmall.services.order.numbers import new_no
from cardmall.services.order.pieces import choice
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import drop_transfer


def request_cancellation(
    session: Session, actor: Actor | None, no: str, *, way: object, reason: object, text: object,
    pictures: object = (), conversation: object = False, pieces: object = None, cards: object = None,
    calendar: WorkCalendar, now: datetime,
) -> str:  # fmt: skip
    """Open a case (R23-R27): the case's number. About all that fits, `pieces` of it, or the delivered `cards` named.

    An earlier press that an error of ours stopped is what counts (R63).
    """
    order = order_for(session, actor, no, Role.shopper, lock=True)
    act = Act(require(actor), now, order)
    asked, form = asked_way(way), request_form(reason, text)
    facts = facts_of(session, order, calendar)
    stopped = stopped_since(session, order, now=now).get(asked)
    decision = decide_since(stopped.at if stopped else now, asked, facts, now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    kind, some = KIND[asked], {"pieces": pieces, "cards": cards}
    decision, covered = choice(session, order, kind, decision, facts, **some, now=now)
    case = new_case(session, order, decision, kind, *form, now)
    case.cards = covered
    if stopped:
        case.judged_at, case.fault = stopped.at, stopped.fault
    act = act.on(case=case)
    _open(session, act, order, case, facts, calendar)
    add_round(session, act, case, order, RoundKind.opened, text=case.text, pictures=pictures, conversation=conversation)
    close_attempts(session, order)
    return case.no


def new_case(
    session: Session, order: Order, decision: Decision, kind: CaseKind, reason: CaseReason, text: str, now: datetime
) -> Case:
    """A case about the pieces the decision was about, at the sums it showed."""
    shown = decision.preview or RefundPreview(0, 0, 0, 0)
    return Case(
        no=new_no(session, Case, now),
        order_id=order.id or 0,
        shop_id=order.shop_id,
        kind=kind,
        status=CaseStatus.review,
        reason=reason,
        text=text,
        pieces=shown.pieces,
        paid=shown.paid,
        fee=shown.fee,
        amount=shown.amount,
        opened_at=now,
        deadline=decision.deadline or now,
    )


def _open(session: Session, act: Act, order: Order, case: Case, facts: Facts, calendar: WorkCalendar) -> None:
    """Case, hold, deadline, event, jobs: one transaction; the unique index lets one of two devices through (R76)."""
    try:
        start(session, act, case, "open", Verb.case_opened, case.text, **_told(case), facts=_kept(facts))
    except IntegrityError:
        raise Refused(Reason.case_open, Offer.order, status=order.status) from None
    hold(session, act, order)
    review_until(session, act, case, case.deadline, calendar)
    if facts.shop_disabled:  # nobody there to answer: the platform takes it at once
        schedule(session, "follow_shop", f"follow_shop:case:{case.no}", {"order": order.id}, act.now)
    tell_shop(session, act, NoticeKind.case_opened, amount=case.amount, deadline=case.deadline.isoformat())


def hold(session: Session, act: Act, order: Order) -> None:
    """暂停发货 until the case has ended; an offer to somebody else ends with it."""
    drop_transfer(session, act, order, TransferEnd.case, held=True)
    stop_delivery(session, act, order)
    order.hold_until = None


def _told(case: Case) -> dict[str, object]:
    judged = {"judged_at": case.judged_at.isoformat(), "fault": case.fault} if case.judged_at else {}
    return {
        "reason": case.reason.value,
        "kind": case.kind.value,
        "pieces": case.pieces,
        "amount": case.amount,
        "fee": case.fee,
        "deadline": case.deadline.isoformat(),
        **judged,
    }


def _kept(facts: Facts) -> dict[str, object]:
    """The facts a decision stood on: "why was this allowed in March?" stays answerable."""
    return {
        "status": facts.status.value,
        "cards": [c.value for c in facts.cards],
        "requests_used": facts.requests_used,
        "return_allowed": facts.policy.return_allowed,
        "fee_permille": facts.policy.fee_permille,
    }


def begin_act(
    session: Session, actor: Actor | None, no: str, action: CaseAction, role: Role, now: datetime
) -> tuple[Case, Order, Act]:
    """Lock the order and its case; raise Refused unless `may()` allows `action` to this role now."""
    case, order = case_for(session, actor, no, role, lock=True)
    facts = case_facts(case)
    turn = may(action, role, facts, now)
    if not turn.is_open:
        late = facts.too_late(now) and turn.reason is Reason.stale  # the job is late, the deadline is not
        raise turn.refusal(CaseStatus.overdue if late else case.status)
    return case, order, Act(require(actor), now, order, case)


def decided(session: Session, act: Act, case: Case, verb: str, event: Verb, note: str = "", **data: object) -> None:
    """The case ends with this move."""
    case.ended_at = act.now
    session.add(case)
    move(session, act, case, verb, event, note, **data)


def review_until(session: Session, act: Act, case: Case, deadline: datetime, calendar: WorkCalendar) -> None:
    """The merchant has until `deadline` and hears of it 24 h and 2 h before (R43, R44)."""
    wait_until(session, case, deadline)
    case.estimated = not calendar.is_certain(deadline)
    for before in limits.REMIND_BEFORE:
        if deadline - before > act.now:
            key = f"deadline_near:{case.no}:{int((deadline - before).timestamp())}"
            args = {"case": case.no, "deadline": deadline.isoformat(), "hours": before // timedelta(hours=1)}
            schedule(session, "deadline_near", key, args, deadline - before)


def wait_until(session: Session, case: Case, deadline: datetime) -> None:
    """The state the case is in ends by itself then; stored now, so that no later calendar moves it (R79)."""
    case.deadline, case.estimated = deadline, False
    session.add(case)
    key = f"case_deadline:{case.no}:{deadline.timestamp():.6f}"  # a 48 h answer may end in the same second
    schedule(session, "case_deadline", key, {"case": case.no}, deadline + limits.DEADLINE_SECOND)


def back_to_review(session: Session, act: Act, case: Case, calendar: WorkCalendar) -> None:
    """A fresh deadline: the business days that were left when the clock stopped, at least one."""
    review_until(session, act, case, calendar.due(act.now, max(1, case.days_left)), calendar)


def resume_delivery(session: Session, actor: Actor | None, no: str, *, now: datetime) -> None:
    """继续发货: after a rejection the shopper ends the hold before its 24 hours are over."""
    order = order_for(session, actor, no, Role.shopper, lock=True)
    if order.held_at is None or order.hold_until is None or money.is_frozen(session, order):
        raise Refused(Reason.no_hold, Offer.order, status=order.status)
    lift_hold(session, Act(require(actor), now, order), order)


def end_hold(session: Session, order: Order, *, now: datetime, cause: str) -> None:
    """24 hours after a rejection the order goes on by itself, unless a case is open again."""
    if order.hold_until is None or now < order.hold_until or money.is_frozen(session, order):
        return
    act = Act(SYSTEM, now, order, cause=cause)
    lift_hold(session, act, order)
    tell_shopper(session, act, NoticeKind.hold_lifted)
