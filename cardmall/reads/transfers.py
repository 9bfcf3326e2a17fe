"""What use cases ask of transfers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.address import Address
from cardmall.domain.refunding import ASTRAY
from cardmall.domain.rules.transfers import (
    OfferFacts,
    TransferDecision,
    TransferFacts,
    TransferSide,
    may_transfer,
)
from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import OPEN_TRANSFER, RefundCause
from cardmall.models import Account, Order, Refund, Shop, Transfer
from cardmall.reads.accounts import has_proven
from cardmall.reads.refunds import refunds_of

_OWN = frozenset(RefundCause) - ASTRAY


def transfers_of(session: Session, order: Order) -> Sequence[Transfer]:
    """Every offer of this order, newest first."""
    wanted = select(Transfer).where(Transfer.order_id == order.id)
    return session.exec(wanted.order_by(col(Transfer.id).desc())).all()


def comes_sealed(session: Session, order: Order) -> bool:
    """Placed by a transfer of delivered cards: nothing has to be waited for."""
    origin = select(Order.delivered_at).join(Transfer, col(Transfer.order_id) == Order.id)
    return session.exec(origin.where(Transfer.new_order_id == order.id)).first() is not None


def transfer_facts(order: Order, facts: Facts, made: Sequence[Transfer], refunds: Sequence[Refund]) -> TransferFacts:
    """What decides about offering an order, with every offer and refund of it."""
    return TransferFacts(
        order=facts,
        is_open=any(t.status in OPEN_TRANSFER for t in made),
        made=len(made),
        lacking=order.lacks > 0,
        refunded=order.canceled_pieces > 0 or any(refund.cause in _OWN for refund in refunds),
    )


def decision_of(session: Session, order: Order, facts: Facts, now: datetime) -> TransferDecision:
    """May this order be offered now? The same answer for the page and the act."""
    return may_transfer(transfer_facts(order, facts, transfers_of(session, order), refunds_of(session, order)), now)


def answer_facts(session: Session, transfer: Transfer, order: Order, side: TransferSide) -> OfferFacts:
    """What decides about an answer of this side: the offer as it stands, its shop, and who has proven the address."""
    holder = has_proven(Address(transfer.kind, transfer.address))
    own = sa.exists().where(col(Account.shop_id) == order.shop_id, *holder)
    wanted = select(col(Shop.disabled_at).is_not(None), own).where(Shop.id == order.shop_id)
    disabled, is_own = session.exec(wanted).one()
    return replace(offer_facts(transfer), side=side, own_shop=is_own, shop_disabled=disabled)


def offer_facts(transfer: Transfer) -> OfferFacts:
    said = {
        TransferSide.receiver: transfer.receiver_agreed_at,
        TransferSide.merchant: transfer.merchant_agreed_at,
    }
    agreed = frozenset(side for side, at in said.items() if at)
    return OfferFacts(transfer.status, transfer.deadline, agreed=agreed)
