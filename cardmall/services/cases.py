"""A shopper's request on an order, and the merchant's answer."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import Decision, Facts, decide
from cardmall.domain.refunds import RefundPreview
from cardmall.domain.review import reject_reasons
from cardmall.domain.terms import (
    SYSTEM,
    Actor,
    CardStatus,
    CaseKind,
    CaseReason,
    CaseStatus,
    FieldError,
    Offer,
    OrderStatus,
    Reason,
    RefundCause,
    Refused,
    RejectReason,
    Role,
    Way,
    invalid,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.domain.words import said
from cardmall.models import Card, Case, Order
from cardmall.queries.doors import case_for, order_for
from cardmall.queries.facts import facts_of
from cardmall.queries.people import require
from cardmall.services import money
from cardmall.services.delivery import lift_hold
from cardmall.services.journal import Act, move, move_cards, record, schedule, start
from cardmall.services.notify import tell_admins, tell_shop, tell_shopper
from cardmall.services.numbers import new_no
from cardmall.services.orders import close_order

KIND = {Way.request: CaseKind.cancel, Way.return_: CaseKind.return_}


def request_cancellation(
    session: Session,
    actor: Actor | None,
    no: str,
    *,
    way: object,
    reason: object,
    text: object,
    calendar: WorkCalendar,
    now: datetime,
) -> str:
    """Open a case: delivery and the shop's money stand still until it is decided (R23-R27). The case's number."""
    order = order_for(session, actor, no, Role.shopper, lock=True)
    act = Act(require(actor), now, order)
    asked = _asked_way(way)
    facts = facts_of(session, order, calendar)
    decision = decide(asked, facts, now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    case = _new_case(session, order, decision, *_form(reason, text), now, calendar)
    _open(session, act.on(case=case), order, case, facts)
    return case.no


def _asked_way(way: object) -> Way:
    if str(way) not in {w.value for w in KIND}:
        raise invalid(way=FieldError.not_a_choice)
    return Way(str(way))


def _form(reason: object, text: object) -> tuple[CaseReason, str]:
    """Reason chosen, text within bounds; every wrong field is named at once (R35)."""
    wrong: dict[str, FieldError] = {}
    words = said(text)
    if str(reason) not in set(CaseReason):
        wrong["reason"] = FieldError.not_a_choice if reason else FieldError.required
    elif reason == CaseReason.other and not words:
        wrong["text"] = FieldError.required
    if len(words) > limits.TEXT_LENGTH:
        wrong["text"] = FieldError.too_long
    if wrong:
        raise invalid(**wrong)
    return CaseReason(str(reason)), words


def _new_case(
    session: Session,
    order: Order,
    decision: Decision,
    reason: CaseReason,
    text: str,
    now: datetime,
    calendar: WorkCalendar,
) -> Case:
    shown = decision.preview or RefundPreview(0, 0, 0, 0)
    deadline = decision.deadline or now
    return Case(
        no=new_no(session, Case, now),
        order_id=order.id or 0,
        shop_id=order.shop_id,
        kind=KIND[decision.way],
        status=CaseStatus.review,
        reason=reason,
        text=text,
        pieces=shown.pieces,
        paid=shown.paid,
        fee=shown.fee,
        amount=shown.amount,
        opened_at=now,
        deadline=deadline,
        estimated=not calendar.is_certain(deadline),
    )


def _open(session: Session, act: Act, order: Order, case: Case, facts: Facts) -> None:
    """Case, hold, deadline, event, jobs: one transaction; the unique index lets one of two devices through (R76)."""
    try:
        start(session, act, case, "open", Verb.case_opened, case.text, **_told(case), facts=_kept(facts))
    except IntegrityError:
        raise Refused(Reason.case_open, Offer.order, status=order.status) from None
    if order.held_at is None:
        order.held_at = act.now
        record(session, act, Verb.held)
    order.hold_until = None
    session.add(order)
    over = case.deadline + limits.DEADLINE_SECOND
    schedule(session, "case_deadline", f"case_deadline:{case.no}:0", {"case": case.no}, over)
    tell_shop(session, act, NoticeKind.case_opened, amount=case.amount, deadline=case.deadline.isoformat())


def _told(case: Case) -> dict[str, object]:
    return {
        "reason": case.reason.value,
        "kind": case.kind.value,
        "amount": case.amount,
        "fee": case.fee,
        "deadline": case.deadline.isoformat(),
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


def _decided(session: Session, act: Act, case: Case, verb: str, event: Verb, note: str = "", **data: object) -> None:
    case.ended_at = act.now
    session.add(case)
    move(session, act, case, verb, event, note, **data)


def withdraw_case(session: Session, actor: Actor | None, no: str, *, now: datetime) -> None:
    """The shopper takes the request back: the hold ends with it."""
    case, order = case_for(session, actor, no, Role.shopper, lock=True)
    act = Act(require(actor), now, order, case)
    _decided(session, act, case, "withdraw", Verb.case_withdrawn)
    lift_hold(session, act, order)
    tell_shop(session, act, NoticeKind.case_withdrawn)


def approve_case(session: Session, actor: Actor | None, no: str, *, calendar: WorkCalendar, now: datetime) -> None:
    """The merchant agrees: order canceled, stock handled, refund on its way, all in one transaction (R50)."""
    case, order = case_for(session, actor, no, Role.merchant, lock=True)
    carry_out(session, Act(require(actor), now, order, case), order, case, calendar)


def carry_out(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar) -> None:
    """What approval does, by anyone who may: the grid of outcomes for undelivered and sealed pieces."""
    _decided(session, act, case, "approve", Verb.case_approved, amount=case.amount, fee=case.fee)
    _take_back(session, act, order)
    payment = money.captured_payment(session, order)
    if payment and case.amount:
        money.request_refund(session, act, payment, case.amount, RefundCause.case, calendar)
    if order.status is OrderStatus.canceled and money.escrow_of(session, order) > money.owed_to_shopper(session, order):
        money.settle_after(session, order, act, limits.SETTLE_AFTER)
    tell_shopper(session, act, NoticeKind.case_approved, amount=case.amount)


def _take_back(session: Session, act: Act, order: Order) -> None:
    """Undelivered: canceled, cards back to stock. Sealed: voided; the order is canceled once all its pieces are."""
    if order.status is OrderStatus.awaiting_delivery:
        close_order(session, act, order, "cancel", Verb.canceled, reason=Reason.not_delivered)
        return
    cards = session.exec(select(Card).where(Card.order_id == order.id)).all()
    move_cards(session, act, [c for c in cards if c.status is CardStatus.sealed], "void", Verb.cards_voided)
    if all(c.status is CardStatus.voided for c in cards):
        close_order(session, act, order, "cancel", Verb.canceled, reason=Reason.sealed)
    else:
        lift_hold(session, act, order)


def reject_case(session: Session, actor: Actor | None, no: str, *, reason: object, text: object, now: datetime) -> None:
    """The merchant refuses in time, with a coded reason (R51); the hold stays 24 hours for the shopper to choose."""
    case, order = case_for(session, actor, no, Role.merchant, lock=True)
    if now >= case.deadline + limits.DEADLINE_SECOND and case.status is CaseStatus.review:
        raise Refused(Reason.stale, Offer.order, status=CaseStatus.overdue)  # the job is late, the deadline is not
    act = Act(require(actor), now, order, case)
    code, words = _rejection(case, order, reason, text)
    case.reject_reason, case.reject_text = code, words
    _decided(session, act, case, "reject", Verb.case_rejected, words, reason=code.value)
    order.hold_until = now + limits.HOLD_AFTER_REJECTION
    session.add(order)
    schedule(session, "end_hold", f"end_hold:{case.no}", {"order": order.id}, order.hold_until)
    tell_shopper(session, act, NoticeKind.case_rejected, reason=code.value, hold_until=order.hold_until.isoformat())


def _rejection(case: Case, order: Order, reason: object, text: object) -> tuple[RejectReason, str]:
    words, wrong = said(text), {}
    allowed = reject_reasons(case.kind, delivered=order.delivered_at is not None)
    if str(reason) not in {r.value for r in allowed}:
        known = str(reason) in set(RejectReason)
        wrong["reason"] = FieldError.not_proven if known else FieldError.required
    elif reason == RejectReason.other and not words:
        wrong["text"] = FieldError.required
    if len(words) > limits.TEXT_LENGTH:
        wrong["text"] = FieldError.too_long
    if wrong:
        raise invalid(**wrong)
    return RejectReason(str(reason)), words


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


def lapse_case(session: Session, case: Case, order: Order, *, now: datetime, cause: str) -> None:
    """The deadline is over and no answer came: the case is overdue. A decision in the deadline second was in time."""
    if case.status is not CaseStatus.review or now < case.deadline + limits.DEADLINE_SECOND:
        return
    act = Act(SYSTEM, now, order, case, cause)
    move(session, act, case, "lapse", Verb.case_overdue)
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(session, act, NoticeKind.case_overdue)
