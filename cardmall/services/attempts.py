"""Attempts: a press of 提交申请 is written first, so that our own fault costs the shopper nothing (R63)."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import Decision, decide
from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role, Way
from cardmall.domain.verbs import Verb
from cardmall.models import Attempt, Order
from cardmall.queries.doors import order_for
from cardmall.queries.facts import facts_of
from cardmall.queries.people import require
from cardmall.services.forms import KIND, asked_way, request_form
from cardmall.services.journal import Act, record
from cardmall.services.pictures import chosen
from cardmall.services.pieces import choice

MADE = "case"  # the answer of an attempt that became one


def note_attempt(
    session: Session, actor: Actor | None, no: str, *, way: object, reason: object, text: object,
    pictures: object = (), pieces: object = None, cards: object = None, calendar: WorkCalendar, now: datetime,
) -> int:  # fmt: skip
    """Write the press down, in a transaction of its own, when its way is open now; the attempt's id.

    A form with mistakes is no attempt. A closed way is recorded and refused at once.
    """
    order = order_for(session, actor, no, Role.shopper, lock=True)
    shopper, asked, _ = require(actor), asked_way(way), request_form(reason, text)
    chosen(session, shopper, order, pictures)
    facts = facts_of(session, order, calendar)
    decision = decide(asked, facts, now)
    if not decision.is_open and (known := _refused_enough(session, shopper, order, asked, now)):
        return known
    if decision.is_open:
        some = {"pieces": pieces, "cards": cards}
        decision, _ = choice(session, order, KIND[asked], decision, facts, **some, now=now)
    attempt = Attempt(order_id=order.id or 0, shopper_id=shopper.id, way=asked, at=now, facts=_kept(decision))
    attempt.answer = "" if decision.is_open else decision.reason.value
    session.add(attempt)
    session.flush()
    return attempt.id or 0


def _refused_enough(session: Session, shopper: Actor, order: Order, way: Way, now: datetime) -> int | None:
    """So many presses on the same closed way tell enough: the last one stands for the next."""
    wanted = select(Attempt.id).where(
        Attempt.order_id == order.id,
        Attempt.shopper_id == shopper.id,
        Attempt.way == way,
        Attempt.answer != "",
        Attempt.answer != MADE,
        col(Attempt.at) > now - limits.REFUSALS_WITHIN,
    )
    found = session.exec(wanted.order_by(col(Attempt.id).desc()).limit(limits.REFUSALS_KEPT)).all()
    return found[0] if len(found) == limits.REFUSALS_KEPT else None


def _kept(decision: Decision) -> dict[str, object]:
    shown = decision.preview
    amounts = {"amount": shown.amount, "pieces": shown.pieces} if shown else {}
    return {"reason": decision.reason.value, **amounts}


def answer_attempt(session: Session, actor: Actor | None, attempt_id: int, *, reason: Reason, now: datetime) -> None:
    """The rules refused it: nothing of ours was at fault, so it counts no more."""
    shopper = require(actor, Role.shopper)
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or attempt.shopper_id != shopper.id:
        raise Refused(Reason.not_found, Offer.orders)
    if not attempt.answer:
        attempt.answer = reason.value
        session.add(attempt)
        order = session.get_one(Order, attempt.order_id)
        record(session, Act(shopper, now, order), Verb.request_refused, way=attempt.way.value, reason=reason.value)


def close_attempts(session: Session, order: Order) -> None:
    """A case was made: what was tried before it has its answer."""
    for attempt in session.exec(select(Attempt).where(Attempt.order_id == order.id, Attempt.answer == "")):
        attempt.answer = MADE
        session.add(attempt)
