"""The only writer of any status and of job rows; events are told here and written by `ending.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col

from cardmall.domain import lifecycle
from cardmall.domain.jobs import JobKind, Task
from cardmall.domain.lifecycle import START, Table
from cardmall.domain.terms import Actor, CardStatus, Offer, Reason, Refused
from cardmall.domain.topics import JOBS, ORDERS, order_topic, person_topic, shop_topic
from cardmall.domain.verbs import Verb
from cardmall.models import Batch, Card, Case, Event, Job, Order, Payment, Refund, Transfer
from cardmall.reads.look import Look
from cardmall.reads.money import waiting_jobs
from cardmall.services.ending import append, restage, touch

TABLE_OF: dict[type, Table] = {
    Order: lifecycle.ORDER,
    Case: lifecycle.CASE,
    Card: lifecycle.CARD,
    Payment: lifecycle.PAYMENT,
    Refund: lifecycle.REFUND,
    Transfer: lifecycle.TRANSFER,
    Batch: lifecycle.BATCH,
}


Due = tuple[Task, datetime]  # what is to be done, and when


@dataclass(frozen=True)
class Act(Look):
    """One transaction of `who` at `now`: the head of every event it writes. `cause`: key of the job that runs it."""

    who: Actor
    order: Order | None = None
    case: Case | None = None
    cause: str = ""

    def on(self, *, order: Order | None = None, case: Case | None = None) -> "Act":
        """The same act, about this order and this case."""
        return replace(self, order=order or self.order, case=case or self.case)

    def by(self, who: Actor) -> "Act":
        """The same moment and cause, done by somebody else, about nothing yet."""
        return Act(self.session, who, self.now, self.world, cause=self.cause)


class HasStatus(Protocol):
    """A row with a lifecycle."""

    id: Any
    status: Any


def start(act: Act, row: HasStatus, verb: str, event: Verb, note: str = "", **data: Any) -> None:
    """Put a new row into the state its first move leads to, and record it."""
    row.status = _target(act, type(row), verb, START)
    act.session.add(row)
    act.session.flush()
    record(_about(act, row), event, note, after=str(row.status), **data)
    if isinstance(row, Case | Refund):
        _restage(act.session, row)


def start_cards(act: Act, rows: Sequence[dict[str, Any]], verb: str, event: Verb, **data: Any) -> None:
    """Insert new cards in the state their first move leads to, in one statement; one event names them all."""
    if not rows:
        return
    target = _target(act, Card, verb, START)
    act.session.connection().execute(sa.insert(Card), [row | {"status": target} for row in rows])
    record(act, event, cards=[row["id"] for row in rows], after=str(target), **data)


def move(act: Act, row: HasStatus, verb: str, event: Verb, note: str = "", **data: Any) -> None:
    """Follow `verb` from the row's status by compare-and-set; whoever comes second hears Refused(stale) (R16, R78).

    What else was changed in the row is written with it.
    """
    before, target = row.status, _target(act, type(row), verb, row.status)
    if not _swap(act.session, [row], before, target):
        act.session.refresh(row)
        raise stale(row)
    record(_about(act, row), event, note, before=str(before), after=str(target), **data)
    _restage(act.session, row)


def move_cards(act: Act, cards: Sequence[Card], verb: str, event: Verb, **data: Any) -> None:
    """Move an order's cards of one status together, with what else was changed in them; one event names them all."""
    if not cards:
        return
    before, target = cards[0].status, _target(act, Card, verb, cards[0].status)
    if target is CardStatus.sealed:
        for card in cards:
            card.sealed_at = act.now
    if _swap(act.session, cards, before, target) != len(cards):
        raise stale(act.order)
    record(act, event, cards=[c.id for c in cards], before=str(before), after=str(target), **data)


def record(act: Act, verb: Verb, note: str = "", **data: Any) -> None:
    """Append one event; everyone looking at the order is told after the commit."""
    order, case = act.order, act.case
    append(
        act.session,
        Event,
        at=act.now,
        actor_id=act.who.id,
        role=act.who.role,
        order_id=order.id if order else None,
        case_id=case.id if case else None,
        verb=verb,
        note=note,
        data=data,
        cause=act.cause,
    )
    if order:
        touch(act.session, order_topic(order.no), person_topic(order.shopper_id), shop_topic(order.shop_id), ORDERS)


def schedule(act: Act, task: Task, at: datetime) -> None:
    """Record a job that does `task` at `at`; a second job of the same key is ignored (R79)."""
    schedule_all(act, [(task, at)])


def schedule_all(act: Act, tasks: Sequence[Due]) -> None:
    """Record a job for each task, in one statement."""
    rows = [
        {"kind": task.kind.value, "key": task.key, "args": task.args, "order_id": task.about, "due_at": at}
        for task, at in tasks
    ]
    act.session.connection().execute(_JOBS[act.session.get_bind().dialect.name], rows)
    touch(act.session, JOBS)


_FRESH = {"state": "open", "claim": 0, "failures": 0, "error": ""}
_JOBS = {
    name: dialect.insert(Job).values(_FRESH).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def reopen(act: Act, jobs: Sequence[Job], at: datetime) -> None:
    """Run these at `at`, whatever became of them; a run still under way loses its claim and applies nothing."""
    found = sa.update(Job).where(col(Job.id).in_([job.id for job in jobs]), col(Job.state) != "done")
    fresh = {"state": "open", "due_at": at, "failures": 0, "claim": Job.claim + 1, "error": ""}
    act.session.connection().execute(found.values(**fresh))
    touch(act.session, JOBS)


def other_jobs(act: Act, kind: JobKind, no: str, *, of: str = "refund") -> Sequence[Job]:
    """The waiting jobs of this kind about the refund or payment `no`, without the one that runs this act."""
    return [job for job in waiting_jobs(act.session, kind, no, of=of) if job.key != act.cause]


def stale(row: Any) -> Refused:
    """The page was older than the row: name the state found and lead back to the order."""
    return Refused(Reason.stale, Offer.order, status=str(getattr(row, "status", "")))


def _target(act: Act, kind: type, verb: str, source: Any) -> Any:
    table = TABLE_OF[kind]
    target = table.target(verb, source, act.who.role)
    if target is None:
        raise Refused(Reason.stale, Offer.order, status=str(source))
    return table.statuses(target)


def _swap(session: Session, rows: Sequence[HasStatus], before: Any, target: Any) -> int:
    """Write `target`, and what else was changed alike in these rows, where they stand at `before`; how many did."""
    changed = _changed(rows[0])
    if any(_changed(row) != changed for row in rows[1:]):
        session.flush()
        changed = {}
    changed["status"] = target
    told = {"ids_": [row.id for row in rows], "before_": before, **changed}
    done = session.connection().execute(_SWAPS[type(rows[0])], told)
    for row in rows:
        for name, value in changed.items():
            set_committed_value(row, name, value)
    return done.rowcount


def _changed(row: Any) -> dict[str, Any]:
    """What was assigned to this row and not written yet."""
    state: Any = sa.inspect(row)
    return {name: getattr(row, name) for name in set(state.mapper.column_attrs.keys()) - state.unmodified}


def _swap_of(kind: Any) -> sa.Update:
    ids, before = sa.bindparam("ids_", expanding=True), sa.bindparam("before_", type_=kind.status.type)
    return sa.update(kind).where(kind.id.in_(ids), kind.status == before)


_SWAPS = {kind: _swap_of(kind) for kind in TABLE_OF}


def _about(act: Act, row: Any) -> Act:
    """An event about an order or case row stands under that order and case."""
    return act.on(order=row if isinstance(row, Order) else None, case=row if isinstance(row, Case) else None)


def _restage(session: Session, row: Any) -> None:
    """Keep the order's tab true after any move of it, its cases or its refunds."""
    if isinstance(row, Order):
        restage(session, row)
    elif isinstance(row, Case | Refund):
        restage(session, session.get_one(Order, row.order_id))
