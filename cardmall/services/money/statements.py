"""对账: every day the channel's statement, our payments and refunds, and the ledger must say the same (R3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.jobs import QueryPayment
from cardmall.domain.repairs import Repair
from cardmall.domain.rules.mismatches import MismatchAct, MismatchFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.statement import Difference, FoundDifference, Movement, MovementKey, compare
from cardmall.domain.terms import REPLACED_REFUND, Offer, Reason, RefundStatus, Refused, Role
from cardmall.domain.topics import ORDERS
from cardmall.domain.typed import is_id
from cardmall.domain.upkeep import CloseMismatches
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Mismatch, Order, Payment, Refund, Statement
from cardmall.reads.doors import locked_order, locked_orders, refund_for
from cardmall.reads.locks import locked
from cardmall.reads.people import require
from cardmall.reads.statements import known_movements, proposed_repairs, told_earlier
from cardmall.services.act import Act, record, schedule
from cardmall.services.case.evidence import typed_words
from cardmall.services.ending import touch
from cardmall.services.money.asking import ask_now, send_at
from cardmall.services.money.payments import StatementLine
from cardmall.services.money.refunds import send_stuck
from cardmall.services.money.returns import hear_arrival, state_return
from cardmall.services.talk.notify import tell_admins


@dataclass(frozen=True)
class Day:
    """A day's statement as the channel told it, with that of the day before."""

    day: date
    lines: Sequence[StatementLine]
    before: Sequence[StatementLine]


def check_day(act: Act, told: Day) -> int:
    """Compare one day; how many differences are new. A day checked before is compared anew, never twice at once."""
    lines = _by_key(told.lines)
    _hear_lines(act, lines)
    known = known_movements(act.session, lines, told.day)
    before = _by_key(told.before).keys() | told_earlier(act.session, known)
    found = compare(lines, before, known)
    new = [one for one in found if _note(act, one, told.day)]
    _close_what_agrees(act, found, told.day)
    sums = {movement: sum(fen for (kind, _), fen in lines.items() if kind is movement) for movement in Movement}
    act.session.merge(
        Statement(
            day=told.day,
            checked_at=act.now,
            lines=len(lines),
            captured=sums[Movement.capture],
            refunded=sums[Movement.refund],
        )
    )
    record(act, Verb.statement_checked, day=told.day.isoformat(), lines=len(lines), found=len(found))
    if new:
        _look_again(act)
        tell_admins(act, NoticeKind.statement_differs, count=len(new), day=told.day.isoformat())
    touch(act.session, ORDERS)
    return len(new)


def _hear_lines(act: Act, lines: Mapping[MovementKey, int]) -> None:
    """Apply the lines about refunds a bank returned, and about replaced refunds that were paid all the same. Of both
    about one number the return counts first: what is back concerns no successor."""
    numbers = lambda which: [no for movement, no in lines if movement is which]  # noqa: E731
    paid = col(Refund.no).in_(numbers(Movement.refund)) & col(Refund.status).in_(REPLACED_REFUND)
    found = select(Refund).where(sa.or_(col(Refund.no).in_(numbers(Movement.returned)), paid))
    refunds = act.session.exec(found.order_by(col(Refund.order_id), col(Refund.id))).all()
    orders = locked_orders(act.session, [refund.order_id for refund in refunds]) if refunds else {}
    for refund in refunds:
        order = orders[refund.order_id]
        act.session.refresh(refund)  # as it stands under the lock
        if lines.get((Movement.returned, refund.no)) == refund.amount:
            state_return(act.on(order=order), refund)
        if lines.get((Movement.refund, refund.no)) == refund.amount:
            hear_arrival(act.on(order=order), refund, act.now)


def _by_key(lines: Sequence[StatementLine]) -> dict[MovementKey, int]:
    return {(Movement(line.kind), line.no): line.amount for line in lines}


def _note(act: Act, one: FoundDifference, day: date) -> bool:
    """False when this very difference is known already."""
    known = select(Mismatch).where(
        Mismatch.movement == one.movement, Mismatch.number == one.no, Mismatch.difference == one.difference
    )
    if act.session.exec(known).first():
        return False
    row = Mismatch(
        day=day,
        movement=one.movement,
        number=one.no,
        difference=one.difference,
        told=one.told,
        ours=one.ours,
        order_id=_order_of(act.session, one.movement, one.no),
        found_at=act.now,
    )
    act.session.add(row)
    return True


def _order_of(session: Session, movement: Movement, number: str) -> int | None:
    kind = Payment if movement is Movement.capture else Refund
    return session.exec(select(kind.order_id).where(kind.no == number)).first()


def close_what_agrees(act: Act) -> None:
    """What the channel moved and we have heard of meanwhile is no difference any more."""
    still = select(Mismatch).where(col(Mismatch.closed_at).is_(None), Mismatch.difference == Difference.unheard)
    rows = act.session.exec(still).all()
    ours = known_movements(act.session, [(row.movement, row.number) for row in rows])
    for row in rows:
        known = ours.get((row.movement, row.number))
        if known and known.moved and known.booked == known.amount == row.told:
            row.closed_at = act.now
            act.session.add(row)


def _close_what_agrees(act: Act, found: Sequence[FoundDifference], day: date) -> None:
    """Of this day: what was compared anew and no longer differs."""
    now_found = {(one.movement, one.no, one.difference) for one in found}
    for row in act.session.exec(select(Mismatch).where(Mismatch.day == day, col(Mismatch.closed_at).is_(None))):
        if (row.movement, row.number, row.difference) not in now_found:
            row.closed_at = act.now
            act.session.add(row)
    close_what_agrees(act)


def repair_mismatch(act: Act, mismatch_id: object) -> None:
    """Ask the channel about the number; its answer is applied like any other, and the difference closes by itself."""
    row = _known(act, mismatch_id, with_order=True)
    _check(act, MismatchAct.repair, row, proposed_repairs(act.session, [row])[row.number])
    order = act.session.get(Order, row.order_id) if row.order_id else None
    act = act.on(order=order)
    record(act, Verb.mismatch_asked, no=row.number, movement=row.movement.value)
    if row.movement is Movement.capture:
        schedule(act, QueryPayment(row.number, row.order_id, act.now), act.now)
    else:
        _ask_refund(act, row.number)
    _look_again(act)


def _look_again(act: Act) -> None:
    """A moment later: what was only not heard yet closes by itself."""
    schedule(act, CloseMismatches(act.now), act.now + limits.MISMATCH_LOOK)


def _ask_refund(act: Act, no: str) -> None:
    """One not under way is sent again with its own number: the channel then says that it went."""
    refund, order = refund_for(act, no)
    act.session.refresh(refund)  # as it stands under the lock of its order
    if refund.status is RefundStatus.needs_attention:
        send_stuck(act, order, refund)
    elif refund.status in (RefundStatus.sent, RefundStatus.processing, RefundStatus.succeeded):
        ask_now(act, refund)
    else:
        send_at(act, refund, act.now)


def close_mismatch(act: Act, mismatch_id: object, *, note: object) -> None:
    """A person looked into it: what they found is kept."""
    row = _known(act, mismatch_id)
    _check(act, MismatchAct.close, row)
    words = typed_words(note, required=True)
    row.closed_at, row.closed_by, row.note = act.now, act.who.id, words
    act.session.add(row)
    order = act.session.get(Order, row.order_id) if row.order_id else None
    record(act.on(order=order), Verb.mismatch_closed, words, no=row.number, difference=row.difference.value)
    touch(act.session, ORDERS)


def _known(act: Act, mismatch_id: object, *, with_order: bool = False) -> Mismatch:
    """The difference of this number, under its lock, and first that of its order if asked for.

    Refused: no admin asks, or there is none.
    """
    require(act.who, Role.admin)
    found = None
    if is_id(mismatch_id):
        of = act.session.exec(select(Mismatch.order_id).where(Mismatch.id == mismatch_id)).first()
        if of and with_order:
            locked_order(act.session, of)
        found = locked(act.session, Mismatch, Mismatch.id == mismatch_id)
    if found is None:
        raise Refused(Reason.not_found, Offer.overview)
    return found


def _check(act: Act, action: MismatchAct, row: Mismatch, proposed: Repair = Repair.support) -> None:
    turn = may(action, standing(act.who), MismatchFacts(row.closed_at is not None, proposed), act.now)
    if not turn.is_open:
        raise turn.refusal()
