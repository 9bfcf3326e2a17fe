"""检查订单: read the truth, repair what is safe, hand the rest to a person, and say what was done (R60-R62)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.refunding import Hindrance
from cardmall.domain.repairs import Repair, Trouble, Truth, missing_jobs, repair_of, troubles
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    Actor,
    Offer,
    Reason,
    RefundStatus,
    Refused,
    Role,
)
from cardmall.domain.verbs import Verb
from cardmall.models import Case, Job, Order, Refund, Transfer
from cardmall.reads.doors import order_for
from cardmall.reads.events import times_since
from cardmall.reads.people import require
from cardmall.reads.refunds import heir_of, is_unpaid, may_resend, refunds_of, was_paid_anyway
from cardmall.reads.suspects import returned, unlisted
from cardmall.reads.truths import is_late, jobs_of, moved_refunds, silent_refunds, truth_of
from cardmall.services.act import Act, record, reopen, restage, schedule
from cardmall.services.money.asking import ask_now
from cardmall.services.money.refunds import send_stuck
from cardmall.services.money.returns import end_arrived, state_return
from cardmall.services.order.delivery import lift_hold
from cardmall.services.order.replacement import release_replacement
from cardmall.services.order.twins import close_twins
from cardmall.services.talk.support import write_support

Say = Callable[[Sequence[Trouble]], str]  # words for support


@dataclass(frozen=True)
class Checked:
    """What was found and what was done about each, as codes; nothing found: the order is well."""

    at: datetime | None = None
    found: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """What a repair has at hand."""

    session: Session
    act: Act
    order: Order
    truth: Truth
    jobs: Sequence[Job]


def repair_order(
    session: Session, actor: Actor | None, no: object, *, say: Say, calendar: WorkCalendar, now: datetime
) -> Checked:
    """Check an order, at most once a minute. What a shopper's press cannot repair is filed with support."""
    order = order_for(session, actor, no, Role.shopper, Role.admin, lock=True)
    act = Act(require(actor), now, order)
    _not_too_often(session, act, order)
    jobs = jobs_of(session, [order])[order.id or 0]
    truth = truth_of(session, order, jobs, now)
    found = troubles(truth)
    plan = {trouble: repair_of(trouble, act.actor.role) for trouble in found}
    left = [trouble for trouble, repair in plan.items() if repair is Repair.support]
    record(session, act, Verb.order_checked, found=[t.value for t in found])
    bench = Bench(session, act, order, truth, jobs)
    for trouble, repair in plan.items():
        if repair is not Repair.support:
            _DO[trouble](bench)
            record(session, act, Verb.order_repaired, trouble=trouble.value, repair=repair.value)
    if left and act.actor.role is Role.shopper:
        write_support(session, actor, order.no, text=say(left), calendar=calendar, now=now)
    done = dict.fromkeys(repair.value for repair in plan.values() if repair is not Repair.support)
    return Checked(now, [t.value for t in found], list(done), [t.value for t in left])


def _not_too_often(session: Session, act: Act, order: Order) -> None:
    if times_since(session, act.actor, order, Verb.order_checked, act.now - limits.CHECK_EVERY):
        raise Refused(Reason.checked_lately, Offer.order, status=order.status)


def _run_again(bench: Bench) -> None:
    bad = [job for job in bench.jobs if job.state == "dead" or is_late(job, bench.act.now)]
    reopen(bench.session, bad, bench.act.now)


def _look_for_stock(bench: Bench) -> None:
    """The hourly look happens now; there is never more than one waiting."""
    looks = [job for job in bench.jobs if job.kind == "deliver"]
    reopen(bench.session, looks, bench.act.now)


def _deliver(bench: Bench) -> None:
    at = bench.order.deliver_at or bench.act.now
    bench.order.deliver_at = at
    _again(bench, "deliver", {"order": bench.order.id}, max(at, bench.act.now))


def _expire(bench: Bench) -> None:
    _again(bench, "expire_order", {"order": bench.order.id}, bench.order.pay_by)


def _complete(bench: Bench) -> None:
    due = (bench.order.delivered_at or bench.act.now) + limits.COMPLETE_ALL_REVEALED
    _again(bench, "complete", {"order": bench.order.id}, due)


def _settle(bench: Bench) -> None:
    """The job itself waits until the shopper may ask no more."""
    _again(bench, "settle", {"order": bench.order.id}, bench.act.now)


def _watch_case(bench: Bench) -> None:
    case = bench.session.exec(
        select(Case).where(Case.order_id == bench.order.id, col(Case.status).in_(OPEN_CASE))
    ).one()
    for kind in missing_jobs(bench.truth):
        until = case.grace_at if kind == "end_grace" and case.grace_at else case.deadline
        _again(bench, kind, {"case": case.no}, until + limits.DEADLINE_SECOND)


def _watch_transfer(bench: Bench) -> None:
    out = (Transfer.order_id == bench.order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    transfer = bench.session.exec(select(Transfer).where(*out)).one()
    _again(bench, "transfer_deadline", {"transfer": transfer.no}, transfer.deadline + limits.DEADLINE_SECOND)


def _lift(bench: Bench) -> None:
    lift_hold(bench.session, bench.act, bench.order)


def _end_hold(bench: Bench) -> None:
    _again(bench, "end_hold", {"order": bench.order.id}, bench.order.hold_until or bench.act.now)


def _release(bench: Bench) -> None:
    release_replacement(bench.session, bench.act, bench.order)


def _send(bench: Bench) -> None:
    """With the refund's own number: sending twice is sending once (R81)."""
    for refund in _refunds(bench, RefundStatus.requested, RefundStatus.failed):
        _again(bench, "send_refund", {"refund": refund.no}, bench.act.now)


def _ask(bench: Bench) -> None:
    for refund in _refunds(bench, RefundStatus.sent, RefundStatus.processing):
        _again(bench, "query_refund", {"refund": refund.no}, bench.act.now)


def _ask_silent(bench: Bench) -> None:
    """The next question is put at once."""
    sent = select(Refund).where(Refund.order_id == bench.order.id, Refund.status == RefundStatus.sent)
    for refund in silent_refunds(bench.session.exec(sent).all(), bench.jobs, bench.act.now):
        ask_now(bench.session, refund, bench.act.now)


def _ask_unlisted(bench: Bench) -> None:
    """The next question is put at once; perhaps the answer can be read this time."""
    for refund in bench.session.exec(select(Refund).where(Refund.order_id == bench.order.id, unlisted())).all():
        ask_now(bench.session, refund, bench.act.now)


def _send_stuck(bench: Bench) -> None:
    """An admin lets the channel try once more, tries counted anew; when it fails again, it stands here again."""
    stuck = select(Refund).where(Refund.order_id == bench.order.id, Refund.status == RefundStatus.needs_attention)
    for refund in bench.session.exec(stuck).all():
        if refund.hindrance is Hindrance.arrived and is_unpaid(refund):
            end_arrived(bench.session, bench.act, bench.order, refund)
        elif refund.hindrance is Hindrance.arrived:
            ask_now(bench.session, refund, bench.act.now)
        elif may_resend(refund):
            send_stuck(bench.session, bench.act, bench.order, refund)


def _confirm_return(bench: Bench) -> None:
    """Record as `bounced` each refund of the order the channel calls returned: an admin has seen the money back."""
    wanted = select(Refund).where(Refund.order_id == bench.order.id, returned())
    for refund in bench.session.exec(wanted).all():
        state_return(bench.session, bench.act, refund)


def _ask_heirs(bench: Bench) -> None:
    """Ask at once about what is on its way although an earlier number was paid."""
    of_order = refunds_of(bench.session, bench.order)
    for refund in filter(was_paid_anyway, of_order):
        ask_now(bench.session, heir_of(refund, of_order), bench.act.now)


def _write_off(bench: Bench) -> None:
    """An admin takes note of the money that left twice; the loss stays in the books."""
    of_order = refunds_of(bench.session, bench.order)
    for refund in filter(was_paid_anyway, of_order):
        if heir_of(refund, of_order).status not in LIVE_REFUND:
            refund.written_off_at = refund.written_off_at or bench.act.now


def _close_twins(bench: Bench) -> None:
    close_twins(bench.session, bench.order)


def _restage(bench: Bench) -> None:
    restage(bench.session, bench.order)


def _refunds(bench: Bench, *statuses: RefundStatus) -> Sequence[Refund]:
    """Those of these statuses that no job will move."""
    moving = moved_refunds(bench.jobs)
    wanted = sa.and_(col(Refund.order_id) == bench.order.id, col(Refund.status).in_(LIVE_REFUND & set(statuses)))
    return [refund for refund in bench.session.exec(select(Refund).where(wanted)) if refund.no not in moving]


def _again(bench: Bench, kind: str, args: dict[str, object], at: datetime) -> None:
    """A job under a number of its own: the first one may be done and gone."""
    about = next(iter(args.values()))
    schedule(bench.session, kind, f"{kind}:{about}:repair:{bench.act.now.timestamp():.3f}", args, at)


_DO: dict[Trouble, Callable[[Bench], None]] = {
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
