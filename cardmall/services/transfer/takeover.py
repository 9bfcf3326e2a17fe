"""A transfer is paid: in one transaction the cards change hands, and the old order ends with its money back (R53)."""

from sqlmodel import col, select

from cardmall.domain.terms import OPEN_TRANSFER, Reason, RefundCause
from cardmall.domain.topics import transfer_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Order, Transfer
from cardmall.services.act import Act, move, record
from cardmall.services.ending import touch
from cardmall.services.money import money
from cardmall.services.order.delivery import hand_over
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order


def take_over(act: Act, order: Order) -> None:
    """`order` was just paid; nothing to do when it was not placed by a transfer. Both orders are locked."""
    its = select(Transfer).where(Transfer.new_order_id == order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    transfer = act.session.exec(its).first()
    if transfer is None:
        return
    old = act.session.get_one(Order, transfer.order_id)
    before = act.on(order=old)
    transfer.ended_at = act.now
    move(before, transfer, "complete", Verb.transfer_completed, transfer=transfer.no, amount=transfer.amount)
    was_delivered = old.delivered_at is not None
    _pass_cards_on(act, old, order)
    _close_old(before, old)
    if was_delivered:
        hand_over(act, order)
    touch(act.session, transfer_topic(transfer.no))
    for tell in (tell_shopper, tell_shop):
        tell(before, NoticeKind.transfer_completed, transfer=transfer.no, amount=transfer.amount)


def _pass_cards_on(act: Act, old: Order, new: Order) -> None:
    """Allocated stays allocated, sealed stays sealed (R77), what is missing is still; a code is bound to its card, not
    to an order. Work that began goes on (R97), unless it was by answers that are others now."""
    new.lacks, new.begun_at = old.lacks, None if new.terms.buyer_fields else old.begun_at
    cards = act.session.exec(select(Card).where(Card.order_id == old.id)).all()
    for card in cards:
        card.order_id = new.id
        card.sealed_at = act.now if card.sealed_at else None  # the windows of who has it now
        act.session.add(card)
    act.session.flush()
    if cards:
        record(act, Verb.cards_taken_over, cards=[card.id for card in cards])


def _close_old(act: Act, old: Order) -> None:
    """Canceled and refunded in full: no fee, whatever the policy."""
    close_order(act, old, "cancel", Verb.canceled, reason=Reason.transferred)
    money.pay_back(act, old, old.total, RefundCause.transfer)
