"""The form that offers an order to somebody else (R51)."""

from dataclasses import dataclass

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.transfers import (
    may_transfer,
)
from cardmall.domain.terms import OPEN_TRANSFER, Role
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.transfers import transfer_facts, transfers_of
from cardmall.reads.whole import whole_order


@dataclass(frozen=True)
class TransferForm:
    """An order before it is offered: what would be passed on, and whether it may be."""

    order_no: str = ""
    product: str = ""
    cover: str = ""
    picture: str = ""
    quantity: int = 0
    amount: int = 0
    sealed: bool = False
    is_open: bool = False
    reason: str = ""
    offer: str = ""
    open_no: str = ""
    left: int = 0


def transfer_form(look: Look, no: object) -> TransferForm:
    """The shopper's own order, before it is offered."""
    order = order_for(look, no, Role.shopper)
    whole, made = whole_order(look, order), transfers_of(look.session, order)
    decision = may_transfer(transfer_facts(order, whole.facts, made, whole.refunds), look.now)
    return TransferForm(
        order_no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        quantity=order.quantity,
        amount=order.total,
        sealed=order.delivered_at is not None,
        is_open=decision.is_open,
        reason=decision.reason.value,
        offer=decision.offer.value,
        open_no=next((t.no for t in made if t.status in OPEN_TRANSFER), ""),
        left=max(0, limits.TRANSFERS - len(made)),
    )
