"""A hold: delivery and reveal of an order stand still, and go on."""

from datetime import datetime

from sqlmodel import select

from cardmall.domain import limits
from cardmall.domain.jobs import Deliver
from cardmall.domain.terms import DeliveryMode, OrderStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Job, Order
from cardmall.services.act import Act, record, schedule


def stop_delivery(act: Act, order: Order) -> None:
    """暂停发货: delivery and reveal stand still."""
    if order.held_at is None:
        order.held_at = act.now
        record(act, Verb.held)
    act.session.add(order)


def lift_hold(act: Act, order: Order) -> None:
    """Delivery and reveal go on: at max(now + 60 s, `deliver_at`)."""
    promised = _promise_after(order, act.now)
    order.held_at, order.hold_until = None, None
    if order.status is OrderStatus.awaiting_delivery and order.mode is DeliveryMode.auto:
        deliver_later(act, order)
    moved = {"promised_at": promised.isoformat()} if promised and promised != order.promised_at else {}
    order.promised_at = promised
    record(act, Verb.hold_lifted, **moved)
    act.session.add(order)


def deliver_later(act: Act, order: Order) -> None:
    """Deliver it in RESUME_AFTER, not before its time. The job of that time may have run in vain by a clock ahead of
    ours: then another one does it."""
    order.deliver_at = max(act.now + limits.RESUME_AFTER, order.deliver_at or act.now)
    task = Deliver(order.id, order.deliver_at)
    ran = act.session.exec(select(Job.id).where(Job.key == task.key, Job.state == "done")).first()
    schedule(act, task.again(act.now) if ran else task, order.deliver_at)
    act.session.add(order)


def _promise_after(order: Order, now: datetime) -> datetime | None:
    """A promise that still ran when the hold began stood still with it: a hold breaks no promise (R41)."""
    held, promised = order.held_at, order.promised_at
    waiting = order.status is OrderStatus.awaiting_delivery
    return promised + (now - held) if waiting and held and promised and held <= promised else promised
