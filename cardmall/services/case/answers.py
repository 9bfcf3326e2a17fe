"""The merchant's answers to a case: approve, reject, ask for evidence, counter-offer, concede."""

from collections.abc import Sequence

from cardmall.domain import limits
from cardmall.domain.jobs import EndHold
from cardmall.domain.rules.cases import CaseAction, OfferKind, RoundKind
from cardmall.domain.terms import CaseStatus, Role
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case
from cardmall.reads.people import require
from cardmall.services.act import Act, move, schedule
from cardmall.services.case.cases import begin_act, wait_until
from cardmall.services.case.ends import decided
from cardmall.services.case.evidence import add_round, typed_words
from cardmall.services.case.forms import offer_form, rejection_form
from cardmall.services.case.outcomes import carry_out, concede_case_fully
from cardmall.services.order.delivery import one_at_a_time
from cardmall.services.order.replacement import release_replacement, reserve_replacement
from cardmall.services.talk.notify import tell_shopper


def approve_case(act: Act, no: str) -> None:
    """The merchant agrees: order canceled, stock handled, refund on its way, all in one transaction (R50)."""
    case, order, act = begin_act(act, no, CaseAction.approve, Role.merchant)
    carry_out(act, order, case)


def reject_case(act: Act, no: str, *, reason: object, text: object, pictures: object = ()) -> None:
    """The merchant refuses in time, with a coded reason (R51); the hold stays 24 hours for the shopper to choose."""
    case, order, act = begin_act(act, no, CaseAction.reject, Role.merchant)
    code, words = rejection_form(case, order, reason, text)
    case.reject_reason, case.reject_text = code, words
    decided(act, case, "reject", Verb.case_rejected, words, reason=code.value)
    add_round(act, case, order, RoundKind.rejected, text=words, pictures=pictures)
    order.hold_until = act.now + limits.HOLD_AFTER_REJECTION
    act.session.add(order)
    schedule(act, EndHold(order.id, case_no=case.no), order.hold_until)
    tell_shopper(act, NoticeKind.case_rejected, reason=code.value, hold_until=order.hold_until.isoformat())


def ask_shopper(act: Act, no: str, *, text: object) -> None:
    """要求补充佐证, once per case: the merchant's clock stops, the shopper has 48 hours."""
    case, order, act = begin_act(act, no, CaseAction.ask, Role.merchant)
    words = typed_words(text, required=True)
    case.asks += 1
    _stop_clock(act, case)
    move(act, case, "ask", Verb.case_asked, words, deadline=case.deadline.isoformat())
    add_round(act, case, order, RoundKind.asked, text=words)
    tell_shopper(act, NoticeKind.case_asked, deadline=case.deadline.isoformat())


def make_offer(act: Act, no: str, *, kind: object, amount: object, text: object, codes: Sequence[str] = ()) -> None:
    """协商方案, twice per case: a lower amount, or replacement cards reserved at once. `amount` as typed, in yuan."""
    if codes:
        one_at_a_time(act.session, require(act.who, Role.merchant).shop_id)
    case, order, act = begin_act(act, no, CaseAction.offer, Role.merchant)
    chosen, fen, words = offer_form(case, order, kind, amount, text)
    release_replacement(act, order)  # a second offer in an appeal takes the place of the first
    if chosen is OfferKind.replacement:
        reserve_replacement(act, order, case.pieces, codes)
    case.offers, case.offer_kind, case.offer_amount = case.offers + 1, chosen, fen
    if case.status is CaseStatus.appeal:  # on the table until the ruling; the merchant was heard with it
        case.merchant_heard = True
    else:
        _stop_clock(act, case)
    move(act, case, "offer", Verb.case_offered, words, kind=chosen.value, amount=fen)
    add_round(act, case, order, RoundKind.offered, text=words, amount=fen)
    tell_shopper(act, NoticeKind.case_offered, amount=fen, deadline=case.deadline.isoformat())


def _stop_clock(act: Act, case: Case) -> None:
    """The shopper's 48 hours begin; the merchant's business days wait."""
    case.days_left = act.world.calendar.days_left(act.now, case.deadline)
    wait_until(act, case, act.now + limits.ANSWER_WITHIN)


def concede_case(act: Act, no: str) -> None:
    """The merchant gives in before the ruling: the shopper gets everything back."""
    case, order, act = begin_act(act, no, CaseAction.concede, Role.merchant)
    concede_case_fully(act, order, case)
