"""What the check of a channel's day asks of the books."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI, end_of
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.repairs import Repair
from cardmall.domain.statement import PROPOSED, KnownMovement, Movement, MovementKey
from cardmall.domain.terms import REPLACED_REFUND, PaymentStatus, RefundStatus
from cardmall.models import Mismatch, Payment, Posting, Refund, Statement

BOOKED = {
    Movement.capture: (LedgerEntry.capture, LedgerAccount.escrow, 1),
    Movement.refund: (LedgerEntry.refund, LedgerAccount.escrow, -1),
    Movement.returned: (LedgerEntry.refund_back, LedgerAccount.escrow, 1),
}


_CAPTURED = col(Payment.status) == PaymentStatus.captured


_ARRIVED = sa.or_(col(Refund.status) == RefundStatus.succeeded, col(Refund.succeeded_at).is_not(None))


_BACK = col(Refund.bounced_at).is_not(None)


_NEVER = datetime.min.replace(tzinfo=UTC)


def proposed_repairs(session: Session, found: Sequence[Mismatch]) -> dict[str, Repair]:
    """What is proposed, by number. A refund that was replaced has ended: what differs of it, a person must see."""
    ended = select(Refund.no).where(col(Refund.status).in_(REPLACED_REFUND))
    gone = set(session.exec(ended.where(col(Refund.no).in_([one.number for one in found]))))
    return {one.number: Repair.support if one.number in gone else PROPOSED[one.difference] for one in found}


def told_earlier(session: Session, keys: Iterable[MovementKey]) -> set[MovementKey]:
    """Those of which an earlier statement told: we may have heard of them days later."""
    wanted = select(Mismatch.movement, Mismatch.number).where(Mismatch.told > 0)
    found = session.exec(wanted.where(col(Mismatch.number).in_([no for _, no in keys])))
    return {(Movement(movement), no) for movement, no in found}


def days_to_check(session: Session, now: datetime) -> list[date]:
    """The days over and not checked yet, oldest first, at most a month of them."""
    yesterday = now.astimezone(SHANGHAI).date() - timedelta(days=1)
    last = session.exec(select(sa.func.max(Statement.day))).one()
    first = max(last + timedelta(days=1), yesterday - timedelta(days=limits.STATEMENT_DAYS)) if last else yesterday
    return [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]


def known_movements(
    session: Session, keys: Iterable[MovementKey], day: date | None = None
) -> dict[MovementKey, KnownMovement]:
    """Ours of these numbers, and of all we believe to have moved on `day`; what this act changed counts."""
    session.flush()
    asked = list(keys)
    return {
        **_known(session, Movement.capture, Payment, _CAPTURED, Payment.captured_at, asked, day),
        **_known(session, Movement.refund, Refund, _ARRIVED, Refund.succeeded_at, asked, day),
        **_known(session, Movement.returned, Refund, _BACK, Refund.bounced_at, asked, day),
    }


def _known(
    session: Session, movement: Movement, kind: Any, moved: Any, at: Any, asked: list[MovementKey], day: date | None
) -> dict[MovementKey, KnownMovement]:
    start, end = (end_of(day - timedelta(days=1)), end_of(day)) if day else (_NEVER, _NEVER)
    numbers = [no for which, no in asked if which is movement]
    on_day = sa.select(kind.id).where(moved, at >= start, at < end)
    wanted = sa.select(kind.no, kind.amount, sa.case((moved, True), else_=False), at)
    some = kind.id.in_(sa.union(on_day, sa.select(kind.id).where(kind.no.in_(numbers))))
    found = session.connection().execute(wanted.where(some)).all()
    booked = _booked(session, movement, [no for no, *_ in found])
    return {
        (movement, no): KnownMovement(amount, bool(has), _within(when, start, end), booked.get(no, 0))
        for no, amount, has, when in found
    }


def _within(at: datetime | None, start: datetime, end: datetime) -> bool:
    return at is not None and start <= at < end


def _booked(session: Session, movement: Movement, numbers: list[str]) -> dict[str, int]:
    """Fen in the ledger under each number."""
    entry, account, sign = BOOKED[movement]
    keys = [f"{entry.value}:{no}" for no in numbers]
    wanted = sa.select(col(Posting.entry_no), col(Posting.amount)).where(
        col(Posting.entry_no).in_(keys), col(Posting.account) == account
    )
    return {key.partition(":")[2]: sign * fen for key, fen in session.connection().execute(wanted)}
