"""检查订单: read the truth, repair what is safe, hand the rest to a person, and say what was done (R60-R62)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.jobs import (
    CaseDeadline,
    Complete,
    Deliver,
    EndGrace,
    EndHold,
    ExpireOrder,
    JobKind,
    QueryRefund,
    RulingLate,
    SendRefund,
    Settle,
    Task,
    TransferDeadline,
)
from cardmall.domain.refunding import Hindrance
from cardmall.domain.repairs import Repair, Trouble, Truth, missing_jobs, repair_for, troubles
from cardmall.domain.rules import orders as order_rules
from cardmall.domain.rules.orders import OrderAct, OrderFacts
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import ADMIN, standing
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    RefundStatus,
    Role,
)
from cardmall.domain.verbs import Verb
from cardmall.models import Case, Job, Order, Refund, Transfer
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.events import times_since
from cardmall.reads.locks import locked
from cardmall.reads.orders import order_facts
from cardmall.reads.people import require
from cardmall.reads.refunds import heir_of, refund_facts, refunds_of, was_paid_anyway
from cardmall.reads.suspects import returned, unlisted
from cardmall.reads.truths import is_late_job, jobs_of, moved_refunds, silent_refunds, truth_of
from cardmall.services.act import Act, record, reopen, schedule
from cardmall.services.ending import finish, restage
from cardmall.services.money.asking import ask_now
from cardmall.services.money.refunds import send_stuck
from cardmall.services.money.returns import end_arrived, state_return
from cardmall.services.order.holds import lift_hold
from cardmall.services.order.replacement import release_replacement
from cardmall.services.order.twins import close_twins
from cardmall.services.talk.support import write_support

Say = Callable[[Sequence[Trouble]], str]  # words for support


@dataclass(frozen=True)
class RepairReport:
    """What was found and what was done about each, as codes; nothing found: the order is well."""

    at: datetime | None = None
    found: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Findings:
    """What the check found out about the order."""

    truth: Truth
    jobs: Sequence[Job]


def repair_order(act: Act, no: object, *, say: Say) -> RepairReport:
    """Check an order, at most once a minute. What a shopper's press cannot repair is filed with support."""
    order = order_for(act, no, Role.shopper, Role.admin, lock=True)
    act = act.on(order=order)
    turn = order_rules.may(OrderAct.check, standing(act.who), _checked(act, order), act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    jobs = jobs_of(act.session, [order])[order.id or 0]
    truth = truth_of(act.session, order, jobs, act.now)
    found = troubles(truth)
    plan = {trouble: repair_for(trouble, act.who.role) for trouble in found}
    left = [trouble for trouble, repair in plan.items() if repair is Repair.support]
    record(act, Verb.order_checked, found=[t.value for t in found])
    seen = Findings(truth, jobs)
    for trouble, repair in plan.items():
        if repair is not Repair.support:
            _DO[trouble](act, order, seen)
            record(act, Verb.order_repaired, trouble=trouble.value, repair=repair.value)
    if left and act.who.role is Role.shopper:
        finish(act.session)  # the diagnosis shows the order as the repairs left it
        write_support(act, order.no, text=say(left))
    done = dict.fromkeys(repair.value for repair in plan.values() if repair is not Repair.support)
    return RepairReport(act.now, [t.value for t in found], list(done), [t.value for t in left])


def run_job_again(act: Act, key: object) -> None:
    """Run a job that died and is about no order, by an admin. Refused: not_found where there is none."""
    require(act.who, Role.admin)
    died = (Job.key == str(key), Job.state == "dead", col(Job.order_id).is_(None))
    job = locked(act.session, Job, *died)
    if job is None:
        raise not_found()
    reopen(act, [job], act.now)
    record(act, Verb.job_run_again, job.kind, job=job.key)


def _checked(act: Act, order: Order) -> OrderFacts:
    lately = times_since(act.session, act.who, order, Verb.order_checked, act.now - limits.CHECK_EVERY)
    return replace(order_facts(act.session, order), checked=lately > 0)


def _run_again(act: Act, order: Order, seen: Findings) -> None:
    bad = [job for job in seen.jobs if job.state == "dead" or is_late_job(job, act.now)]
    reopen(act, bad, act.now)


def _look_for_stock(act: Act, order: Order, seen: Findings) -> None:
    """The hourly look happens now; there is never more than one waiting."""
    looks = [job for job in seen.jobs if job.kind == JobKind.deliver]
    reopen(act, looks, max(act.now, order.deliver_at or act.now))


def _deliver(act: Act, order: Order, seen: Findings) -> None:
    at = order.deliver_at or act.now
    order.deliver_at = at
    _again(act, Deliver(order.id), max(at, act.now))


def _expire(act: Act, order: Order, seen: Findings) -> None:
    _again(act, ExpireOrder(order.id), order.pay_by)


def _complete(act: Act, order: Order, seen: Findings) -> None:
    due = (order.delivered_at or act.now) + limits.COMPLETE_ALL_REVEALED
    _again(act, Complete(order.id), due)


def _settle(act: Act, order: Order, seen: Findings) -> None:
    """The job itself waits until the shopper may ask no more."""
    _again(act, Settle(order.id), act.now)


_OF_CASE = {one.kind: one for one in (CaseDeadline, EndGrace, RulingLate)}


def _watch_case(act: Act, order: Order, seen: Findings) -> None:
    case = act.session.exec(select(Case).where(Case.order_id == order.id, col(Case.status).in_(OPEN_CASE))).one()
    for kind in missing_jobs(seen.truth):
        until = case.grace_at if kind is JobKind.end_grace and case.grace_at else case.deadline
        _again(act, _OF_CASE[kind](case.no, order.id), until + limits.DEADLINE_SECOND)


def _watch_transfer(act: Act, order: Order, seen: Findings) -> None:
    out = (Transfer.order_id == order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    transfer = act.session.exec(select(Transfer).where(*out)).one()
    _again(act, TransferDeadline(transfer.no, order.id), transfer.deadline + limits.DEADLINE_SECOND)


def _lift(act: Act, order: Order, seen: Findings) -> None:
    lift_hold(act, order)


def _end_hold(act: Act, order: Order, seen: Findings) -> None:
    _again(act, EndHold(order.id), order.hold_until or act.now)


def _release(act: Act, order: Order, seen: Findings) -> None:
    release_replacement(act, order)


def _send(act: Act, order: Order, seen: Findings) -> None:
    """With the refund's own number: sending twice is sending once (R81)."""
    for refund in _refunds(act, order, seen, RefundStatus.requested, RefundStatus.failed):
        _again(act, SendRefund(refund.no, order.id), act.now)


def _ask(act: Act, order: Order, seen: Findings) -> None:
    for refund in _refunds(act, order, seen, RefundStatus.sent, RefundStatus.processing):
        _again(act, QueryRefund(refund.no, order.id), act.now)


def _ask_silent(act: Act, order: Order, seen: Findings) -> None:
    """The next question is put at once."""
    sent = select(Refund).where(Refund.order_id == order.id, Refund.status == RefundStatus.sent)
    for refund in silent_refunds(act.session.exec(sent).all(), seen.jobs, act.now):
        ask_now(act, refund)


def _ask_unlisted(act: Act, order: Order, seen: Findings) -> None:
    """The next question is put at once; perhaps the answer can be read this time."""
    for refund in act.session.exec(select(Refund).where(Refund.order_id == order.id, unlisted())).all():
        ask_now(act, refund)


def _send_stuck(act: Act, order: Order, seen: Findings) -> None:
    """An admin lets the channel try once more, tries counted anew; when it fails again, it stands here again."""
    stuck = select(Refund).where(Refund.order_id == order.id, Refund.status == RefundStatus.needs_attention)
    for refund in act.session.exec(stuck).all():
        if refund.hindrance is Hindrance.arrived and refund_facts(refund).is_owed:
            end_arrived(act, order, refund)
        elif refund.hindrance is Hindrance.arrived:
            ask_now(act, refund)
        elif may(RefundAct.resend, ADMIN, refund_facts(refund), act.now).is_open:
            send_stuck(act, order, refund)


def _confirm_return(act: Act, order: Order, seen: Findings) -> None:
    """Record as `bounced` each refund of the order the channel calls returned: an admin has seen the money back."""
    wanted = select(Refund).where(Refund.order_id == order.id, returned())
    for refund in act.session.exec(wanted).all():
        state_return(act, refund)


def _ask_heirs(act: Act, order: Order, seen: Findings) -> None:
    """Ask at once about what is on its way although an earlier number was paid."""
    of_order = refunds_of(act.session, order)
    for refund in filter(was_paid_anyway, of_order):
        ask_now(act, heir_of(refund, of_order))


def _write_off(act: Act, order: Order, seen: Findings) -> None:
    """An admin takes note of the money that left twice; the loss stays in the books."""
    of_order = refunds_of(act.session, order)
    for refund in filter(was_paid_anyway, of_order):
        if heir_of(refund, of_order).status not in LIVE_REFUND:
            refund.written_off_at = refund.written_off_at or act.now


def _close_twins(act: Act, order: Order, seen: Findings) -> None:
    close_twins(act.session, order)


def _restage(act: Act, order: Order, seen: Findings) -> None:
    restage(act.session, order)


def _refunds(act: Act, order: Order, seen: Findings, *statuses: RefundStatus) -> Sequence[Refund]:
    """Those of these statuses that no job will move."""
    moving = moved_refunds(seen.jobs)
    wanted = sa.and_(col(Refund.order_id) == order.id, col(Refund.status).in_(LIVE_REFUND & set(statuses)))
    return [refund for refund in act.session.exec(select(Refund).where(wanted)) if refund.no not in moving]


def _again(act: Act, task: Task, at: datetime) -> None:
    schedule(act, task.again(act.now), at)


_DO: dict[Trouble, Callable[[Act, Order, Findings], None]] = {
    Trouble.dead_job: _run_again,
    Trouble.late_job: _run_again,
    Trouble.no_stock: _look_for_stock,
    Trouble.no_expiry: _expire,
    Trouble.no_delivery: _deliver,
    Trouble.no_completion: _complete,
    Trouble.no_settlement: _settle,
    Trouble.no_deadline: _watch_case,
    Trouble.no_transfer_end: _watch_transfer,
    Trouble.idle_hold: _lift,
    Trouble.endless_hold: _end_hold,
    Trouble.stray_card: _release,
    Trouble.unsent_refund: _send,
    Trouble.unasked_refund: _ask,
    Trouble.silent_refund: _ask_silent,
    Trouble.unlisted_code: _ask_unlisted,
    Trouble.refund_stuck: _send_stuck,
    Trouble.refund_returned: _confirm_return,
    Trouble.refund_twice: _ask_heirs,
    Trouble.refund_lost: _write_off,
    Trouble.sold_twice: _close_twins,
    Trouble.wrong_stage: _restage,
}
