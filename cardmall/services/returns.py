"""A refund that had arrived and came back, and one that arrived although it had been given up (R59)."""

from sqlmodel import Session, select

from cardmall.domain.ledger import Entry
from cardmall.domain.terms import Abnormal, Offer, Reason, RefundStatus, Refused
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Order, Refund
from cardmall.services import money
from cardmall.services.asking import ask_now, clear_abnormal, remind_at
from cardmall.services.journal import Act, move, record, restage
from cardmall.services.notify import tell_admins, tell_shop, tell_shopper


def hear_return(session: Session, act: Act, refund: Refund, *, failed: bool, trouble: str) -> None:
    """A failure heard after the success: does the channel, asked, say so too? Then the bank may have returned it."""
    if not failed:
        refund.doubted_at = None  # a late answer to an early try
        return
    if refund.returned_at:  # heard and told before
        return
    refund.returned_at, refund.trouble = act.now, trouble
    record(session, act, Verb.refund_returned, no=refund.no, trouble=trouble)
    tell_admins(session, act, NoticeKind.refund_returned, amount=refund.amount, refund=refund.no)
    if refund.stated_at:
        _bounce(session, act, refund)


def state_return(session: Session, act: Act, refund: Refund) -> None:
    """A reversing line of the statement, or an admin, says that the money came back; with the channel's word it did."""
    if refund.status is not RefundStatus.succeeded:
        return
    refund.stated_at = act.now
    if refund.returned_at:
        return _bounce(session, act, refund)
    refund.doubted_at = act.now
    ask_now(session, refund, act.now)
    return None


def _bounce(session: Session, act: Act, refund: Refund) -> None:
    """It had arrived and is back: booked, told to both sides, and never sent again under this number."""
    order = session.get_one(Order, refund.order_id)
    refund.bounced_at = act.now
    move(session, act, refund, "bounce", Verb.refund_bounced, no=refund.no, amount=refund.amount)
    money.post(session, act, order, Entry.refund_back, refund.no, refund.amount)
    order.abnormal = Abnormal.refund_stuck
    restage(session, order)
    for tell in (tell_shopper, tell_shop, tell_admins):
        tell(session, act, NoticeKind.refund_bounced, amount=refund.amount, refund=refund.no)
    remind_at(session, act, refund)


def end_arrived(session: Session, act: Act, order: Order, refund: Refund) -> None:
    """Redirected money arrived after all, under its old number: that one is booked, its successor ends."""
    old = session.exec(select(Refund).where(Refund.no == refund.trouble.partition(":")[2])).first()
    if old is None or old.status is not RefundStatus.redirected or old.bounced_at:
        raise Refused(Reason.stale, Offer.support, status=refund.status)
    old.succeeded_at = act.now
    move(session, act, refund, "drop", Verb.refund_dropped, no=refund.no, arrived=old.no)
    move(session, act, old, "arrive", Verb.refund_arrived, no=old.no, amount=old.amount)
    money.post(session, act, order, Entry.refund, old.no, old.amount)
    clear_abnormal(session, order)
    tell_shopper(session, act, NoticeKind.refund_succeeded, amount=old.amount, refund=old.no)
