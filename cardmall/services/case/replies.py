"""The shopper's part in an open case: answer, accept, decline, withdraw, remind."""

from cardmall.domain import limits
from cardmall.domain.picture_ids import ids_of
from cardmall.domain.rules.cases import CaseAction, OfferKind, RoundKind, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import CaseStatus, FieldError, Offer, Reason, Refused, Role, invalid
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.cases import case_facts
from cardmall.reads.doors import case_for
from cardmall.reads.events import times_since
from cardmall.services.act import Act, move, record
from cardmall.services.case.cases import back_to_review, begin_act
from cardmall.services.case.ends import decided
from cardmall.services.case.evidence import add_round, typed_words
from cardmall.services.case.outcomes import settle_on_amount, settle_on_replacement
from cardmall.services.order.holds import lift_hold
from cardmall.services.order.replacement import release_replacement
from cardmall.services.talk.notify import tell_shop


def withdraw_case(act: Act, no: str) -> None:
    """The shopper takes the request back: the hold ends with it."""
    case, order, act = begin_act(act, no, CaseAction.withdraw, Role.shopper)
    decided(act, case, "withdraw", Verb.case_withdrawn)
    drop_offer(act, case, order)
    lift_hold(act, order)
    tell_shop(act, NoticeKind.case_withdrawn)


def answer_merchant(act: Act, no: str, *, text: object, pictures: object = (), conversation: object = False) -> None:
    """补充佐证: words, pictures or the conversation; the merchant's clock runs again."""
    case, order, act = begin_act(act, no, CaseAction.answer, Role.shopper)
    words, kind = typed_words(text, required=False), RoundKind.answered
    said = add_round(act, case, order, kind, text=words, pictures=pictures, conversation=conversation)
    if not (words or said.conversation or ids_of(pictures)):
        raise invalid(text=FieldError.required)
    move(act, case, "answer", Verb.case_answered, words)
    back_to_review(act, case)
    tell_shop(act, NoticeKind.case_answered, deadline=case.deadline.isoformat())


def accept_offer(act: Act, no: str, *, seen: int = 0) -> None:
    """协商一致: what was offered happens at once. `seen`: which offer the page showed, the first or second; 0 any."""
    case, order, act = begin_act(act, no, CaseAction.accept, Role.shopper)
    if seen and seen != case.offers:
        raise Refused(Reason.stale, Offer.case, status=case.status)  # another offer than the one shown
    if case.offer_kind is OfferKind.replacement:
        settle_on_replacement(act, order, case)
    else:
        settle_on_amount(act, order, case, Verb.offer_accepted)
    tell_shop(act, NoticeKind.offer_accepted, amount=case.offer_amount)


def decline_offer(act: Act, no: str, *, text: object = "") -> None:
    """不接受: back to the merchant, with a fresh deadline."""
    case, order, act = begin_act(act, no, CaseAction.decline, Role.shopper)
    move(act, case, "decline", Verb.offer_declined, typed_words(text, required=False))
    drop_offer(act, case, order)
    if case.status is not CaseStatus.appeal:
        back_to_review(act, case)
    tell_shop(act, NoticeKind.offer_declined, deadline=case.deadline.isoformat())


def drop_offer(act: Act, case: Case, order: Order) -> None:
    """Nothing lies on the table any more."""
    case.offer_kind, case.offer_amount = None, 0
    act.session.add(case)
    release_replacement(act, order)


def remind_merchant(act: Act, no: str) -> Refused | None:
    """催办: once per 12 hours, three in all. What is too much is refused and recorded, so it is returned, not raised;
    it is never held against the case."""
    case, order = case_for(act, no, Role.shopper, lock=True)
    turn = may(CaseAction.remind, standing(act.who), case_facts(case), act.now)
    act = act.on(order=order, case=case)
    if not turn.is_open:
        told, since = turn.refusal(case.status), act.now - limits.REFUSALS_WITHIN
        if times_since(act.session, act.who, order, Verb.remind_refused, since) < limits.REFUSALS_KEPT:
            record(act, Verb.remind_refused, reason=told.reason.value)
        return told
    case.reminds, case.reminded_at = case.reminds + 1, act.now
    act.session.add(case)
    record(act, Verb.merchant_reminded, count=case.reminds)
    tell_shop(act, NoticeKind.merchant_reminded, deadline=case.deadline.isoformat())
    return None
