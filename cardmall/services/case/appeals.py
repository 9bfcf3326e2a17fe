"""平台申诉: the next round of a case, or the first of a fault, before a new judge. Both sides are heard first."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from cardmall.domain import limits
from cardmall.domain.jobs import RulingLate
from cardmall.domain.rules import deadlines
from cardmall.domain.rules.cases import CaseAction, RoundKind, may
from cardmall.domain.rules.deadlines import ClockAct
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.rules.ways import Decision, Facts, decide
from cardmall.domain.terms import CaseKind, FieldError, Offer, Reason, Refused, Role, Way, invalid
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.cases import case_facts, clock_facts, rounds_sent
from cardmall.reads.doors import case_for, order_for
from cardmall.reads.facts import cases_of, facts_of
from cardmall.services.act import Act, move, record, schedule, start
from cardmall.services.case.cases import cut_to_what_is_left, hold, new_case
from cardmall.services.case.evidence import add_round, typed_words
from cardmall.services.case.forms import request_form
from cardmall.services.order.pieces import choose_pieces
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper


def appeal(
    act: Act,
    no: str,
    *,
    reason: object,
    text: object,
    pictures: object = (),
    conversation: object = False,
    cards: object = None,
) -> str:
    """Ask the platform to rule: on the order's last case, or on a fault of its cards (R33). The case's number.

    `cards`: of a fault, those it is about; None: all that fit. An answered case keeps its own.
    """
    order = order_for(act, no, Role.shopper, lock=True)
    act, facts = act.on(order=order), facts_of(act.session, order)
    decision = decide(Way.appeal, facts, act.now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    if decision.reason is Reason.fault:
        case, words = _report(act, order, decision, facts, reason, text, cards)
    else:
        case, words = _appeal_last(act, order, text)
    act = act.on(case=case)
    _hear(act, order, case)
    add_round(act, case, order, RoundKind.appealed, text=words, pictures=pictures, conversation=conversation)
    return case.no


def _report(
    act: Act, order: Order, decision: Decision, facts: Facts, reason: object, text: object, cards: object
) -> tuple[Case, str]:
    """A new case about a fault; it begins before the platform."""
    why, words = request_form(reason, text, CaseKind.fault, order.terms.form)
    if not words:
        raise invalid(text=FieldError.required)
    decision, covered = choose_pieces(act, order, CaseKind.fault, decision, facts, cards=cards)
    case = new_case(act, order, decision, CaseKind.fault, why, words)
    case.cards = covered
    told = {"reason": why.value, "kind": "fault", "pieces": case.pieces, "amount": case.amount}
    found = order.status  # a failed flush forgets the row
    try:
        start(act.on(case=case), case, "report", Verb.case_opened, words, **told)
    except IntegrityError:
        raise Refused(Reason.case_open, Offer.order, status=found) from None
    return case, words


def _appeal_last(act: Act, order: Order, text: object) -> tuple[Case, str]:
    """The next round of the same case: same number, same timeline, new judge."""
    words = typed_words(text, required=True)
    case = cases_of(act.session, [order])[order.id or 0][-1]
    cut_to_what_is_left(act, order, case)
    case.ended_at = None
    move(act.on(case=case), case, "appeal", Verb.case_appealed, words)
    return case, words


def _hear(act: Act, order: Order, case: Case) -> None:
    """The hold stays until the ruling; the merchant has 48 hours to answer, the platform three business days."""
    hold(act, order)
    begin_hearing(act, case)
    for tell in (tell_shop, tell_admins):
        tell(act, NoticeKind.case_appealed, deadline=case.deadline.isoformat())


def begin_hearing(act: Act, case: Case) -> None:
    """48 hours for both sides to answer, then a ruling by `deadline`; when that is late, everybody hears of it."""
    case.appealed_at, case.heard_until, case.merchant_heard = act.now, act.now + limits.ANSWER_WITHIN, False
    case.offer_kind, case.offer_amount = None, 0
    case.deadline = act.world.calendar.due(act.now, limits.RULING_WORKDAYS)
    case.estimated = not act.world.calendar.is_certain(case.deadline)
    act.session.add(case)
    schedule_late(act, case, case.deadline + limits.DEADLINE_SECOND)


def schedule_late(act: Act, case: Case, at: datetime) -> None:
    schedule(act, RulingLate(case.no, case.order_id, at), at)


def tell_ruling_late(act: Act, case: Case, order: Order) -> None:
    """An appeal never decides itself: it turns red for all admins, and both sides are told daily."""
    if not deadlines.may(ClockAct.tell_late, JOB, clock_facts(case, order), act.now).is_open:
        return
    record(act, Verb.ruling_late)
    for tell in (tell_admins, tell_shopper, tell_shop):
        tell(act, NoticeKind.case_ruling_late, deadline=case.deadline.isoformat())
    schedule_late(act, case, act.now + limits.RULING_LATE_EVERY)


def respond(
    act: Act, no: str, *, side: Role, text: object, pictures: object = (), conversation: object = False
) -> None:
    """A statement of one side, shopper or merchant, while the appeal is heard: words, pictures, the conversation."""
    case, order = case_for(act, no, side, lock=True)
    act = act.on(order=order, case=case)
    sent = rounds_sent(act.session, case, act.who.role)
    turn = may(CaseAction.respond, standing(act.who), case_facts(case, sent), act.now)
    if not turn.is_open:
        raise turn.refusal(case.status)
    words = typed_words(text, required=False)
    if not (words or pictures or conversation):
        raise invalid(text=FieldError.required)
    add_round(act, case, order, RoundKind.responded, text=words, pictures=pictures, conversation=conversation)
    record(act, Verb.appeal_answered, words)
    case.merchant_heard = case.merchant_heard or act.who.role is Role.merchant
    act.session.add(case)
    for tell in (tell_admins, tell_shop if act.who.role is Role.shopper else tell_shopper):
        tell(act, NoticeKind.case_heard)
