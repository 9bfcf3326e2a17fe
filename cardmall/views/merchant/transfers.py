"""Transfers of the shop's orders."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import Role, TransferStatus
from cardmall.models import Order, Transfer
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class TransferRow:
    """An offer the shop has not answered yet. Money in fen."""

    no: str
    order_no: str
    product: str
    cover: str
    picture: str
    amount: int
    sealed: bool
    created_at: datetime
    deadline: datetime


def shop_transfers(look: Look) -> list[TransferRow]:
    """Offers that wait for the shop's yes, the nearest deadline first."""
    merchant = require(look.who, Role.merchant)
    waiting = (
        Transfer.shop_id == merchant.shop_id,
        Transfer.status == TransferStatus.offered,
        col(Transfer.merchant_agreed_at).is_(None),
    )
    wanted = select(Transfer, Order).join(Order, col(Order.id) == Transfer.order_id).where(*waiting)
    found = look.session.exec(wanted.order_by(col(Transfer.deadline), col(Transfer.id)).limit(limits.LIST_SIZE)).all()
    return [_row(transfer, order) for transfer, order in found]


def _row(transfer: Transfer, order: Order) -> TransferRow:
    return TransferRow(
        no=transfer.no,
        order_no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        amount=transfer.amount,
        sealed=order.delivered_at is not None,
        created_at=transfer.created_at,
        deadline=transfer.deadline,
    )
