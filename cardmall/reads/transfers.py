"""What use cases ask of transfers."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.rules.transfers import (
    OfferFacts,
    TransferDecision,
    TransferFacts,
    TransferSide,
    may_transfer,
)
from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import OPEN_TRANSFER, Abnormal, RefundCause
from cardmall.models import Order, Refund, Transfer

_OWN = (RefundCause.case, RefundCause.cancel_now, RefundCause.transfer)  # money that came too late is none of these


def transfers_of(session: Session, order: Order) -> Sequence[Transfer]:
    """Every offer of this order, newest first."""
    wanted = select(Transfer).where(Transfer.order_id == order.id)
    return session.exec(wanted.order_by(col(Transfer.id).desc())).all()


def comes_sealed(session: Session, order: Order) -> bool:
    """Placed by a transfer of delivered cards: nothing has to be waited for."""
    origin = select(Order.delivered_at).join(Transfer, col(Transfer.order_id) == Order.id)
    return session.exec(origin.where(Transfer.new_order_id == order.id)).first() is not None


def transfer_facts(session: Session, order: Order, facts: Facts, made: Sequence[Transfer]) -> TransferFacts:
    back = select(Refund.id).where(Refund.order_id == order.id, col(Refund.cause).in_(_OWN))
    return TransferFacts(
        order=facts,
        is_open=any(t.status in OPEN_TRANSFER for t in made),
        made=len(made),
        lacking=order.abnormal is Abnormal.no_stock,
        refunded=order.canceled_pieces > 0 or session.exec(back).first() is not None,
    )


def decision_of(session: Session, order: Order, facts: Facts, now: datetime) -> TransferDecision:
    """May this order be offered now? The same answer for the page and the act."""
    return may_transfer(transfer_facts(session, order, facts, transfers_of(session, order)), now)


def offer_facts(transfer: Transfer) -> OfferFacts:
    said = {
        TransferSide.receiver: transfer.receiver_agreed_at,
        TransferSide.merchant: transfer.merchant_agreed_at,
    }
    return OfferFacts(transfer.status, transfer.deadline, frozenset(side for side, at in said.items() if at))
