"""部分退款: after a rejection the shopper asks once for less; the merchant has one business day (R54)."""

from datetime import datetime

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.review import CaseAction, OfferKind, RoundKind
from cardmall.domain.terms import SYSTEM, Actor, Offer, Refused, Role
from cardmall.domain.transfer import TransferEnd
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.cases import overtaken
from cardmall.services.act import Act, move, schedule
from cardmall.services.case.cases import begin_act, wait_until
from cardmall.services.case.evidence import add_round, typed
from cardmall.services.case.forms import lower_amount
from cardmall.services.case.outcomes import settle_on_amount
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import drop_transfer


def ask_partial(
    session: Session, actor: Actor | None, no: str, *, amount: object, text: object = "", calendar: WorkCalendar,
    now: datetime,
) -> None:  # fmt: skip
    """The rejected case is open again for this one question; `amount` in yuan as typed."""
    case, order, act = begin_act(session, actor, no, CaseAction.ask_partial, Role.shopper, now)
    if over := overtaken(session, case, order):
        raise Refused(over, Offer.order, status=order.status)
    fen, words = lower_amount(amount, case.paid), typed(text, required=False)
    case.ended_at, case.partials = None, case.partials + 1
    case.offer_kind, case.offer_amount = OfferKind.amount, fen
    move(session, act, case, "ask_partial", Verb.partial_asked, words, amount=fen)
    wait_until(session, case, calendar.due(now, limits.PARTIAL_WORKDAYS))
    drop_transfer(session, act, order, TransferEnd.case)
    order.hold_until = None
    session.add(order)
    add_round(session, act, case, order, RoundKind.partial, text=words, amount=fen)
    tell_shop(session, act, NoticeKind.case_partial_asked, amount=fen, deadline=case.deadline.isoformat())


def accept_partial(session: Session, actor: Actor | None, no: str, *, calendar: WorkCalendar, now: datetime) -> None:
    """协商一致: what was asked for goes back at once."""
    case, order, act = begin_act(session, actor, no, CaseAction.accept, Role.merchant, now)
    settle_on_amount(session, act, order, case, calendar, Verb.partial_accepted)
    tell_shopper(session, act, NoticeKind.case_partial_accepted, amount=case.offer_amount)


def decline_partial(session: Session, actor: Actor | None, no: str, *, text: object = "", now: datetime) -> None:
    """The rejection stands; the shopper may still appeal."""
    case, order, act = begin_act(session, actor, no, CaseAction.decline, Role.merchant, now)
    reject_again(session, act, case, order, Verb.partial_declined, typed(text, required=False))


def lapse_partial(session: Session, case: Case, order: Order, *, now: datetime, cause: str) -> None:
    """The merchant's business day is over: silence is a no."""
    reject_again(session, Act(SYSTEM, now, order, case, cause), case, order, Verb.partial_lapsed)


def reject_again(session: Session, act: Act, case: Case, order: Order, event: Verb, words: str = "") -> None:
    """Back to the rejection: its seven days and the 24 hours of a hold that stands begin anew."""
    case.ended_at, case.offer_kind, case.offer_amount = act.now, None, 0
    session.add(case)
    move(session, act, case, "decline", event, words)
    if order.held_at:
        order.hold_until = act.now + limits.HOLD_AFTER_REJECTION
        session.add(order)
        key = f"end_hold:{case.no}:{int(act.now.timestamp())}"
        schedule(session, "end_hold", key, {"order": order.id}, order.hold_until)
    tell_shopper(session, act, NoticeKind.case_partial_declined)
