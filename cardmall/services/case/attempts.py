"""Attempts: a press of 提交申请 is written first, so that our own fault costs the shopper nothing (R63)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.rules.ways import Decision, decide
from cardmall.domain.terms import Actor, Reason, Role, Way
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Attempt, Lease, Order
from cardmall.reads.attempts import FAULT
from cardmall.reads.doors import order_for
from cardmall.reads.facts import facts_of
from cardmall.reads.locks import locking
from cardmall.reads.people import as_actor
from cardmall.services.act import Act, record
from cardmall.services.case.forms import KIND, asked_way, request_form
from cardmall.services.case.pictures import chosen
from cardmall.services.order.pieces import choose_pieces

MADE = "case"  # the answer of an attempt that became one


def note_attempt(
    act: Act,
    no: str,
    *,
    way: object,
    reason: object,
    text: object,
    pictures: object = (),
    conversation: object = False,
    pieces: object = None,
    cards: object = None,
    lease: str,
) -> int:
    """Write the press down, in a transaction of its own, when its way is open now; the attempt's id.

    A form with mistakes is no attempt. A closed way is recorded and refused at once. `lease`: of the process that will
    answer it; should that die before, the silence was our fault.
    """
    order = order_for(act, no, Role.shopper, lock=True)
    shopper, asked, _ = act.who, asked_way(way), request_form(reason, text)
    chosen(act, order, pictures)
    facts = facts_of(act.session, order)
    decision = decide(asked, facts, act.now)
    if not decision.is_open and (known := _refused_enough(act, shopper, order, asked)):
        return known
    if decision.is_open:
        some = {"pieces": pieces, "cards": cards}
        decision, _ = choose_pieces(act, order, KIND[asked], decision, facts, **some)
    attempt = Attempt(order_id=order.id or 0, shopper_id=shopper.id, way=asked, at=act.now, facts=_kept(decision))
    attempt.lease = lease
    attempt.answer = "" if decision.is_open else decision.reason.value
    act.session.add(attempt)
    act.session.flush()
    return attempt.id or 0


def _refused_enough(act: Act, shopper: Actor, order: Order, way: Way) -> int | None:
    """So many presses on the same closed way tell enough: the last one stands for the next."""
    wanted = select(Attempt.id).where(
        Attempt.order_id == order.id,
        Attempt.shopper_id == shopper.id,
        Attempt.way == way,
        Attempt.answer != "",
        Attempt.answer != MADE,
        Attempt.answer != FAULT,
        col(Attempt.at) > act.now - limits.REFUSALS_WITHIN,
    )
    found = act.session.exec(wanted.order_by(col(Attempt.id).desc()).limit(limits.REFUSALS_KEPT)).all()
    return found[0] if len(found) == limits.REFUSALS_KEPT else None


def _kept(decision: Decision) -> dict[str, object]:
    shown = decision.preview
    amounts = {"amount": shown.amount, "pieces": shown.pieces} if shown else {}
    return {"reason": decision.reason.value, **amounts}


def answer_attempt(act: Act, attempt_id: int, reason: Reason) -> None:
    """The rules refused it: no error of ours was behind it, so its moment counts no more."""
    attempt = _locked(act, attempt_id)
    if not attempt.answer:
        attempt.answer = reason.value
        act.session.add(attempt)
        order = act.session.get_one(Order, attempt.order_id)
        shopper = as_actor(act.session.get_one(Account, attempt.shopper_id))
        record(act.by(shopper).on(order=order), Verb.request_refused, way=attempt.way.value, reason=reason.value)


def blame_attempt(act: Act, attempt_id: int, fault: str) -> None:
    """An error of ours stopped it: `fault` is the number under which the log has it."""
    _blame(act, _locked(act, attempt_id), fault)


def _locked(act: Act, attempt_id: int) -> Attempt:
    return act.session.exec(locking(select(Attempt).where(Attempt.id == attempt_id))).one()


def _blame(act: Act, attempt: Attempt, fault: str) -> None:
    if not attempt.answer:
        attempt.answer, attempt.fault = FAULT, fault
        act.session.add(attempt)
        act = act.on(order=act.session.get_one(Order, attempt.order_id))
        record(act, Verb.request_stopped, way=attempt.way.value, no=fault)


def renew_lease(session: Session, lease: str, *, real: datetime) -> None:
    """The process of this lease is alive at `real`, whatever the shop's clock shows."""
    session.merge(Lease(id=lease, seen_at=real))


def end_dead_leases(act: Act, *, real: datetime) -> int:
    """Processes that were silent too long are dead: what they left unanswered, our fault stopped. How many died."""
    dead = act.session.exec(select(Lease).where(col(Lease.seen_at) < real - limits.LEASE_SILENT)).all()
    for lease in dead:
        for attempt in act.session.exec(select(Attempt).where(Attempt.lease == lease.id, Attempt.answer == "")):
            _blame(act, attempt, lease.id)
        act.session.delete(lease)
    return len(dead)


def close_attempts(waiting: Sequence[Attempt]) -> None:
    """A case was made: what was tried before it has its answer."""
    for attempt in waiting:
        attempt.answer = MADE
