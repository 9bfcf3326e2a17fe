"""A refund that had arrived and came back, and one that arrived although it had been given up (R59)."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from cardmall.domain.ledger import LedgerEntry
from cardmall.domain.refunding import Hindrance
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import (
    LIVE_REFUND,
    REPLACED_REFUND,
    Abnormal,
    RefundStatus,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Order, Refund
from cardmall.reads.refunds import arrived_before, heir_of, predecessors, refund_facts, refunds_of, was_paid_anyway
from cardmall.services.act import Act, move, record
from cardmall.services.ending import restage
from cardmall.services.money import money
from cardmall.services.money.asking import ask_now, clear_abnormal, remind_at, send_at
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper


def hear_return(act: Act, refund: Refund, *, failed: bool, trouble: str) -> None:
    """A failure heard after the success: does the channel, asked, say so too? Then the bank may have returned it."""
    if not failed:
        refund.doubted_at = None  # a late answer to an early try
        return
    if refund.returned_at:  # heard and told before
        return
    refund.returned_at, refund.trouble = act.now, trouble
    record(act, Verb.refund_returned, no=refund.no, trouble=trouble)
    tell_admins(act, NoticeKind.refund_returned, amount=refund.amount, refund=refund.no)
    if _was_stated(refund, refund.succeeded_at):
        _bounce(act, refund)


def _was_stated(refund: Refund, arrived_at: datetime | None) -> bool:
    """What arrived then is what a statement or an admin called returned, not money that left later."""
    return bool(refund.stated_at and arrived_at and arrived_at <= refund.stated_at)


def state_return(act: Act, refund: Refund) -> None:
    """A reversing line of the statement, or an admin, says that the money came back; with the channel's word it did.

    What left a second time and was booked as a loss is the platform's again by the statement alone: nobody is owed it.
    Told before the arrival itself was heard, it is kept until then.
    """
    refund.stated_at = act.now
    if was_paid_anyway(refund):
        return _take_back_loss(act, refund)
    if refund.status is not RefundStatus.succeeded:
        return None
    if refund.returned_at:
        return _bounce(act, refund)
    doubt_stated(act, refund)
    return None


def doubt_stated(act: Act, refund: Refund) -> None:
    """Ask the channel whether a refund that arrived came back, where a statement said so; its word completes it."""
    if _was_stated(refund, refund.succeeded_at) and refund.bounced_at is None:
        refund.doubted_at = act.now
        ask_now(act, refund)


def _take_back_loss(act: Act, refund: Refund) -> None:
    order = act.session.get_one(Order, refund.order_id)
    refund.bounced_at = act.now
    record(act, Verb.refund_returned, no=refund.no, amount=refund.amount)
    money.post(act, order, LedgerEntry.refund_back, refund.no, refund.amount)
    money.post(act, order, LedgerEntry.loss_back, refund.no, refund.amount)
    _free(act.session, heir_of(refund, refunds_of(act.session, order)))


def _free(session: Session, heir: Refund) -> None:
    """Given up because an earlier number was paid, and the bank returned that: it is owed and may be sent again."""
    if heir.hindrance is Hindrance.arrived and arrived_before(session, heir) is None:
        heir.hindrance = Hindrance.tries_used


def _bounce(act: Act, refund: Refund) -> None:
    """It had arrived and is back: booked, told to both sides, and never sent again under this number."""
    order = act.session.get_one(Order, refund.order_id)
    refund.bounced_at = act.now
    move(act, refund, "bounce", Verb.refund_bounced, no=refund.no, amount=refund.amount)
    money.post(act, order, LedgerEntry.refund_back, refund.no, refund.amount)
    if old := arrived_before(act.session, refund):
        return _end(act, order, refund, old)
    order.abnormal = Abnormal.refund_stuck
    restage(act.session, order)
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(act, NoticeKind.refund_bounced, amount=refund.amount, refund=refund.no)
    remind_at(act, refund)
    return None


def hear_arrival(act: Act, refund: Refund, at: datetime) -> None:
    """Trusted word that a replaced `refund` was paid all the same; heard once, told to all admins at once.

    Its last successor ends when it was surely not paid; else the money left twice, or may: booked as a loss. What a
    statement has called returned since is booked and back, concerns no successor, and is told to nobody.
    """
    if refund.status not in REPLACED_REFUND or refund.succeeded_at:
        return
    order = act.session.get_one(Order, refund.order_id)
    heir = heir_of(refund, refunds_of(act.session, order))
    if _was_stated(refund, at):
        return _book_round_trip(act, order, refund, at)
    if refund_facts(heir).is_owed:
        _end(act, order, heir, refund)
    else:
        _book_loss(act, order, refund, at)
        _stop(act, heir)
    tell_admins(act, NoticeKind.refund_arrived, amount=refund.amount, refund=refund.no)
    return None


def _book_loss(act: Act, order: Order, refund: Refund, at: datetime) -> None:
    """What is held for the order stays whole: its successor may take it still. The platform bears what left."""
    refund.succeeded_at = min(at, act.now)
    record(act, Verb.refund_arrived, no=refund.no, amount=refund.amount)
    money.post(act, order, LedgerEntry.refund, refund.no, refund.amount)
    money.post(act, order, LedgerEntry.loss, refund.no, refund.amount)


def _book_round_trip(act: Act, order: Order, refund: Refund, at: datetime) -> None:
    """It left and was back before anybody heard of either."""
    _book_loss(act, order, refund, at)
    _take_back_loss(act, refund)


def _stop(act: Act, heir: Refund) -> None:
    """Nothing sends `heir` any more; the channel is asked what became of it."""
    if heir.status is RefundStatus.failed:
        send_at(act, heir, act.now)  # set_out gives it up instead
    elif heir.status in LIVE_REFUND:
        ask_now(act, heir)
    if heir.status is RefundStatus.needs_attention:
        heir.hindrance = Hindrance.arrived


def hear_predecessor(act: Act, refund: Refund, before: str) -> None:
    """The channel, asked before `refund` was to be sent, says that number `before` was paid: nothing was sent."""
    refund.sends -= 1
    if refund.sends == 0:
        refund.sent_at = None
    old = act.session.exec(select(Refund).where(Refund.no == before)).one()
    if old.status in REPLACED_REFUND and old.succeeded_at is None:
        _book_loss(act, act.session.get_one(Order, old.order_id), old, act.now)


def end_arrived(act: Act, order: Order, refund: Refund) -> None:
    """End `refund`, whose predecessor was paid. Refused: none was, or `refund` itself may have been paid as well."""
    old = arrived_before(act.session, refund) or _unmarked(act.session, refund)
    facts = replace(refund_facts(refund), paid_before=old is not None)
    turn = may(RefundAct.end, standing(act.who), facts, act.now)
    if old is None or not turn.is_open:
        raise turn.refusal(refund.status)
    _end(act, order, refund, old)


def _unmarked(session: Session, refund: Refund) -> Refund | None:
    """Stopped before the arrival was kept with its own number: the nearest predecessor it can have been."""
    of_order = session.exec(select(Refund).where(Refund.order_id == refund.order_id)).all()
    open_ = [one for one in predecessors(refund, of_order) if one.status in REPLACED_REFUND]
    return next((one for one in open_ if one.bounced_at is None and refund.hindrance is Hindrance.arrived), None)


def _end(act: Act, order: Order, heir: Refund, old: Refund) -> None:
    """`heir` ends unpaid; `old` stands for the debt again and is booked, or the loss booked for it is taken back."""
    booked = old.succeeded_at is not None
    move(act, heir, "drop", Verb.refund_dropped, no=heir.no, arrived=old.no)
    old.succeeded_at = old.succeeded_at or act.now
    verb, entry = (
        (Verb.refund_succeeded, LedgerEntry.loss_back) if booked else (Verb.refund_arrived, LedgerEntry.refund)
    )
    move(act, old, "arrive", verb, no=old.no, amount=old.amount)
    money.post(act, order, entry, old.no, old.amount)
    clear_abnormal(act.session, order)
    tell_shopper(act, NoticeKind.refund_succeeded, amount=old.amount, refund=old.no)
