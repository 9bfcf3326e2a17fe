"""Orders as they really stand, whatever their own pages believe: read for many at once (R3, R60)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.lifecycle import stage_of
from cardmall.domain.repairs import Truth
from cardmall.domain.rules.cases import OfferKind
from cardmall.domain.terms import LIVE_REFUND, OPEN_CASE, OPEN_TRANSFER, CardStatus, RefundStatus
from cardmall.models import Card, Case, Job, Order, Refund, Transfer
from cardmall.reads.refunds import heir_of
from cardmall.reads.suspects import (
    MOVES_REFUND,
    is_twin,
    ownerless_order,
    paid_anyway,
    returned,
    unlisted,
    unsettled,
)

T = TypeVar("T", Case, Refund, Transfer)


@dataclass(frozen=True)
class KnownOrders:
    """What hangs on some orders, by the order's id; of cases and transfers only the open one.

    `unlisted`, `returned` and `paid_anyway` hold refund ids: those the expressions of reads.suspects fit.
    """

    cases: dict[int, list[Case]]
    refunds: dict[int, list[Refund]]
    transfers: dict[int, list[Transfer]]
    unlisted: set[int]
    returned: set[int]
    paid_anyway: set[int]
    reserved: set[int]
    sold_twice: set[int]
    unsettled: set[int]
    ownerless: set[int]


def known_orders(session: Session, orders: Sequence[Order]) -> KnownOrders:
    """The same few statements, however many orders."""
    ids = [order.id or 0 for order in orders]
    refunds = select(Refund, unlisted(), returned(), paid_anyway()).where(col(Refund.order_id).in_(ids))
    flagged = session.exec(refunds.order_by(col(Refund.id))).all()
    cards = select(Card.order_id, col(Card.status) == CardStatus.reserved, is_twin()).where(col(Card.order_id).in_(ids))
    held = session.exec(cards.distinct()).all()
    orders_of = select(Order.id, unsettled(), ownerless_order()).where(col(Order.id).in_(ids))
    owing = session.exec(orders_of).all()
    return KnownOrders(
        cases=_of(session, Case, ids, col(Case.status).in_(OPEN_CASE)),
        refunds=_by_order(refund for refund, *_ in flagged),
        transfers=_of(session, Transfer, ids, col(Transfer.status).in_(OPEN_TRANSFER)),
        unlisted=_set(refund.id for refund, is_so, _, _ in flagged if is_so),
        returned=_set(refund.id for refund, _, is_so, _ in flagged if is_so),
        paid_anyway=_set(refund.id for refund, _, _, is_so in flagged if is_so),
        reserved=_set(order_id for order_id, is_so, _ in held if is_so),
        sold_twice=_set(order_id for order_id, _, is_so in held if is_so),
        unsettled=_set(order_id for order_id, is_so, _ in owing if is_so),
        ownerless=_set(order_id for order_id, _, is_so in owing if is_so),
    )


def _of(session: Session, kind: type[T], ids: list[int], *which: sa.ColumnElement[bool]) -> dict[int, list[T]]:
    return _by_order(session.exec(select(kind).where(col(kind.order_id).in_(ids), *which).order_by(col(kind.id))))


def _by_order(rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def _set(ids: Iterable[int | None]) -> set[int]:
    return {one for one in ids if one}


def is_late_job(job: Job, now: datetime) -> bool:
    """Due so long ago that a worker at work would have run it."""
    return job.state == "open" and job.due_at < now - limits.JOB_LATE


def jobs_of(session: Session, orders: Sequence[Order]) -> dict[int, list[Job]]:
    """The jobs, waiting or dead, of each order: about itself, or a case, offer, payment or refund of it."""
    found: dict[int, list[Job]] = defaultdict(list)
    about = col(Job.order_id).in_([order.id for order in orders])
    for job in session.exec(select(Job).where(about, col(Job.state) != "done").order_by(col(Job.id))):
        found[job.order_id or 0].append(job)
    return found


def truth_of(session: Session, order: Order, jobs: Sequence[Job], now: datetime) -> Truth:
    """What the rows say of one order."""
    return truth(order, known_orders(session, [order]), jobs, now)


def truth(order: Order, known: KnownOrders, jobs: Sequence[Job], now: datetime) -> Truth:
    """What the rows say of an order, with what is known of it and its jobs."""
    n = order.id or 0
    all_refunds, case, transfer = known.refunds.get(n, []), _first(known.cases, n), _first(known.transfers, n)
    refunds = [one for one in all_refunds if one.status in LIVE_REFUND]
    lost = [one for one in all_refunds if one.id in known.paid_anyway]
    moving = moved_refunds(jobs)
    return Truth(
        status=order.status,
        mode=order.mode,
        stage=order.stage,
        right_stage=stage_of(
            order.status, abnormal=order.abnormal is not None, case_open=case is not None, refunding=bool(refunds)
        ),
        abnormal=order.abnormal,
        lacks=order.lacks > 0,
        waiting=frozenset(job.kind for job in jobs),
        dead=frozenset(job.kind for job in jobs if job.state == "dead"),
        late=frozenset(job.kind for job in jobs if is_late_job(job, now)),
        held=order.held_at is not None,
        hold_ends=order.hold_until is not None,
        case=case.status if case else None,
        grace=bool(case and case.grace_at),
        transfer=transfer.status if transfer else None,
        replacing=bool(case and case.offer_kind is OfferKind.replacement),
        reserved=n in known.reserved,
        refunds=tuple((refund.status, refund.no in moving) for refund in refunds),
        silent=bool(silent_refunds(refunds, jobs, now)),
        unlisted=any(one.id in known.unlisted for one in refunds),
        sold_twice=n in known.sold_twice,
        heirs=frozenset(heir_of(one, all_refunds).status for one in lost),
        unsettled=n in known.unsettled,
        ownerless=n in known.ownerless,
        returned=any(one.id in known.returned for one in all_refunds),
    )


def _first(found: Mapping[int, list[Any]], order_id: int) -> Any:
    return next(iter(found.get(order_id, ())), None)


def silent_refunds(refunds: Sequence[Refund], jobs: Sequence[Job], now: datetime) -> list[Refund]:
    """Sent, no answer to be trusted yet, and nobody is about to ask."""
    asking = moved_refunds([job for job in jobs if job.due_at <= now])
    since = now - limits.REFUND_SILENT
    sent = [one for one in refunds if one.status is RefundStatus.sent and one.sent_at and one.sent_at <= since]
    return [one for one in sent if one.no not in asking]


def moved_refunds(jobs: Sequence[Job]) -> set[object]:
    """Numbers of the refunds that a waiting job will send or ask about."""
    return {job.args.get("refund") for job in jobs if job.kind in MOVES_REFUND}
