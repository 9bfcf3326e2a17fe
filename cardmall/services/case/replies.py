"""The shopper's part in an open case: answer, accept, decline, withdraw, remind."""

from datetime import datetime

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.review import CaseAction, OfferKind, RoundKind, may
from cardmall.domain.terms import Actor, CaseStatus, FieldError, Offer, Reason, Refused, Role, invalid
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.cases import case_facts
from cardmall.reads.doors import case_for
from cardmall.reads.events import times_since
from cardmall.reads.people import require
from cardmall.services.act import Act, move, record
from cardmall.services.case.cases import back_to_review, begin_act, decided
from cardmall.services.case.evidence import add_round, typed
from cardmall.services.case.outcomes import settle_on_amount, settle_on_replacement
from cardmall.services.case.pictures import ids_of
from cardmall.services.order.delivery import lift_hold
from cardmall.services.order.replacement import release_replacement
from cardmall.services.talk.notify import tell_shop


def withdraw_case(session: Session, actor: Actor | None, no: str, *, now: datetime) -> None:
    """The shopper takes the request back: the hold ends with it."""
    case, order, act = begin_act(session, actor, no, CaseAction.withdraw, Role.shopper, now)
    decided(session, act, case, "withdraw", Verb.case_withdrawn)
    drop_offer(session, act, case, order)
    lift_hold(session, act, order)
    tell_shop(session, act, NoticeKind.case_withdrawn)


def answer_merchant(
    session: Session, actor: Actor | None, no: str, *, text: object, pictures: object = (),
    conversation: object = False, calendar: WorkCalendar, now: datetime,
) -> None:  # fmt: skip
    """补充佐证: words, pictures or the conversation; the merchant's clock runs again."""
    case, order, act = begin_act(session, actor, no, CaseAction.answer, Role.shopper, now)
    words, kind = typed(text, required=False), RoundKind.answered
    said = add_round(session, act, case, order, kind, text=words, pictures=pictures, conversation=conversation)
    if not (words or said.conversation or ids_of(pictures)):
        raise invalid(text=FieldError.required)
    move(session, act, case, "answer", Verb.case_answered, words)
    back_to_review(session, act, case, calendar)
    tell_shop(session, act, NoticeKind.case_answered, deadline=case.deadline.isoformat())


def accept_offer(
    session: Session, actor: Actor | None, no: str, *, seen: int = 0, calendar: WorkCalendar, now: datetime
) -> None:
    """协商一致: what was offered happens at once. `seen`: which offer the page showed, the first or second; 0 any."""
    case, order, act = begin_act(session, actor, no, CaseAction.accept, Role.shopper, now)
    if seen and seen != case.offers:
        raise Refused(Reason.stale, Offer.case, status=case.status)  # another offer than the one shown
    if case.offer_kind is OfferKind.replacement:
        settle_on_replacement(session, act, order, case)
    else:
        settle_on_amount(session, act, order, case, calendar, Verb.offer_accepted)
    tell_shop(session, act, NoticeKind.offer_accepted, amount=case.offer_amount)


def decline_offer(
    session: Session, actor: Actor | None, no: str, *, text: object = "", calendar: WorkCalendar, now: datetime
) -> None:
    """不接受: back to the merchant, with a fresh deadline."""
    case, order, act = begin_act(session, actor, no, CaseAction.decline, Role.shopper, now)
    move(session, act, case, "decline", Verb.offer_declined, typed(text, required=False))
    drop_offer(session, act, case, order)
    if case.status is not CaseStatus.appeal:
        back_to_review(session, act, case, calendar)
    tell_shop(session, act, NoticeKind.offer_declined, deadline=case.deadline.isoformat())


def drop_offer(session: Session, act: Act, case: Case, order: Order) -> None:
    """Nothing lies on the table any more."""
    case.offer_kind, case.offer_amount = None, 0
    session.add(case)
    release_replacement(session, act, order)


def remind_merchant(session: Session, actor: Actor | None, no: str, *, now: datetime) -> Refused | None:
    """催办: once per 12 hours, three in all. What is too much is refused and recorded, so it is returned, not raised;
    it is never held against the case."""
    case, order = case_for(session, actor, no, Role.shopper, lock=True)
    act, turn = Act(require(actor), now, order, case), may(CaseAction.remind, Role.shopper, case_facts(case), now)
    if not turn.is_open:
        told, since = turn.refusal(case.status), now - limits.REFUSALS_WITHIN
        if times_since(session, act.actor, order, Verb.remind_refused, since) < limits.REFUSALS_KEPT:
            record(session, act, Verb.remind_refused, reason=told.reason.value)
        return told
    case.reminds, case.reminded_at = case.reminds + 1, now
    session.add(case)
    record(session, act, Verb.merchant_reminded, count=case.reminds)
    tell_shop(session, act, NoticeKind.merchant_reminded, deadline=case.deadline.isoformat())
    return None
