"""The merchant's answers to a case: approve, reject, ask for evidence, counter-offer, concede."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.review import CaseAction, OfferKind, RoundKind
from cardmall.domain.terms import Actor, CaseStatus, Role
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case
from cardmall.services.act import Act, move, schedule
from cardmall.services.case.cases import begin_act, decided, wait_until
from cardmall.services.case.evidence import add_round, typed
from cardmall.services.case.forms import offer_form, rejection_form
from cardmall.services.case.outcomes import carry_out, concede_case_fully
from cardmall.services.order.delivery import Seal
from cardmall.services.order.replacement import release_replacement, reserve_replacement
from cardmall.services.talk.notify import tell_shopper


def approve_case(session: Session, actor: Actor | None, no: str, *, calendar: WorkCalendar, now: datetime) -> None:
    """The merchant agrees: order canceled, stock handled, refund on its way, all in one transaction (R50)."""
    case, order, act = begin_act(session, actor, no, CaseAction.approve, Role.merchant, now)
    carry_out(session, act, order, case, calendar)


def reject_case(
    session: Session, actor: Actor | None, no: str, *, reason: object, text: object, pictures: object = (),
    now: datetime,
) -> None:  # fmt: skip
    """The merchant refuses in time, with a coded reason (R51); the hold stays 24 hours for the shopper to choose."""
    case, order, act = begin_act(session, actor, no, CaseAction.reject, Role.merchant, now)
    code, words = rejection_form(case, order, reason, text)
    case.reject_reason, case.reject_text = code, words
    decided(session, act, case, "reject", Verb.case_rejected, words, reason=code.value)
    add_round(session, act, case, order, RoundKind.rejected, text=words, pictures=pictures)
    order.hold_until = now + limits.HOLD_AFTER_REJECTION
    session.add(order)
    schedule(session, "end_hold", f"end_hold:{case.no}", {"order": order.id}, order.hold_until)
    tell_shopper(session, act, NoticeKind.case_rejected, reason=code.value, hold_until=order.hold_until.isoformat())


def ask_shopper(
    session: Session, actor: Actor | None, no: str, *, text: object, calendar: WorkCalendar, now: datetime
) -> None:
    """要求补充佐证, once per case: the merchant's clock stops, the shopper has 48 hours."""
    case, order, act = begin_act(session, actor, no, CaseAction.ask, Role.merchant, now)
    words = typed(text, required=True)
    case.asks += 1
    _stop_clock(session, act, case, calendar)
    move(session, act, case, "ask", Verb.case_asked, words, deadline=case.deadline.isoformat())
    add_round(session, act, case, order, RoundKind.asked, text=words)
    tell_shopper(session, act, NoticeKind.case_asked, deadline=case.deadline.isoformat())


def make_offer(
    session: Session, actor: Actor | None, no: str, *, kind: object, amount: object, text: object,
    codes: Sequence[str] = (), seal: Seal, calendar: WorkCalendar, now: datetime,
) -> None:  # fmt: skip
    """协商方案, twice per case: a lower amount, or replacement cards reserved at once. `amount` as typed, in yuan."""
    case, order, act = begin_act(session, actor, no, CaseAction.offer, Role.merchant, now)
    chosen, fen, words = offer_form(case, order, kind, amount, text)
    release_replacement(session, act, order)  # a second offer in an appeal takes the place of the first
    if chosen is OfferKind.replacement:
        reserve_replacement(session, act, order, case.pieces, codes, seal)
    case.offers, case.offer_kind, case.offer_amount = case.offers + 1, chosen, fen
    if case.status is CaseStatus.appeal:  # on the table until the ruling; the merchant was heard with it
        case.merchant_heard = True
    else:
        _stop_clock(session, act, case, calendar)
    move(session, act, case, "offer", Verb.case_offered, words, kind=chosen.value, amount=fen)
    add_round(session, act, case, order, RoundKind.offered, text=words, amount=fen)
    tell_shopper(session, act, NoticeKind.case_offered, amount=fen, deadline=case.deadline.isoformat())


def _stop_clock(session: Session, act: Act, case: Case, calendar: WorkCalendar) -> None:
    """The shopper's 48 hours begin; the merchant's business days wait."""
    case.days_left = calendar.days_left(act.now, case.deadline)
    wait_until(session, case, act.now + limits.ANSWER_WITHIN)


def concede_case(session: Session, actor: Actor | None, no: str, *, calendar: WorkCalendar, now: datetime) -> None:
    """The merchant gives in before the ruling: the shopper gets everything back."""
    case, order, act = begin_act(session, actor, no, CaseAction.concede, Role.merchant, now)
    concede_case_fully(session, act, order, case, calendar)
