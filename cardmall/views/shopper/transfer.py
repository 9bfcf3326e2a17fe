"""One offer of an order as each side may see it, and the offers a shop must answer (R53)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.address import Address
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.transfers import (
    TransferSide,
    may_transfer,
    open_actions,
)
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import OPEN_TRANSFER, Actor, Role
from cardmall.models import Account, Order, Product, Shop, Transfer
from cardmall.reads.doors import transfer_for
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.reads.transfers import offer_facts, transfer_facts, transfers_of
from cardmall.reads.whole import WholeOrder


@dataclass(frozen=True)
class TransferView:
    """An offer as the one looking may see it. Money in fen; `whom`: masked for shop and platform.

    `order_no` is "" for the receiver, `new_order_no` for the shopper: nobody's number is told to a stranger.
    """

    no: str = ""
    side: str = ""
    status: str = ""
    product: str = ""
    product_slug: str = ""
    cover: str = ""
    picture: str = ""
    category: str = ""
    mode: str = ""
    quantity: int = 0
    amount: int = 0
    shop: str = ""
    giver: str = ""
    whom: str = ""
    sealed: bool = False
    activation_rule: str = ""
    created_at: datetime | None = None
    deadline: datetime | None = None
    receiver_agreed_at: datetime | None = None
    merchant_agreed_at: datetime | None = None
    accepted_at: datetime | None = None
    pay_by: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str = ""
    order_no: str = ""
    new_order_no: str = ""
    is_open: bool = False
    actions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class OrderTransfer:
    """What an order's own page says of it: the open offer's number ("" = none), and whether one may be made."""

    no: str = ""
    status: str = ""
    whom: str = ""
    deadline: datetime | None = None
    pay_by: datetime | None = None
    may: bool = False


def order_transfer(session: Session, whole: WholeOrder, viewer: Actor, now: datetime) -> OrderTransfer:
    made = transfers_of(session, whole.order)
    known = transfer_facts(whole.order, whole.facts, made, whole.refunds)
    may = viewer.role is Role.shopper and may_transfer(known, now).is_open
    out = next((t for t in made if t.status in OPEN_TRANSFER), None)
    if out is None:
        return OrderTransfer(may=may)
    new = session.get(Order, out.new_order_id) if out.new_order_id else None
    whom = _shown(out, masked_only=viewer.role is not Role.shopper)
    return OrderTransfer(out.no, out.status.value, whom, out.deadline, new.pay_by if new else None, may)


def transfer_view(look: Look, no: object) -> TransferView:
    """The offer for its shopper, its receiver, the shop, and admins; everybody else finds nothing."""
    transfer, order, side = transfer_for(look, no)
    new = look.session.get(Order, transfer.new_order_id) if transfer.new_order_id else None
    theirs, hers = side is not TransferSide.receiver, side is not TransferSide.shopper
    facts = replace(offer_facts(transfer), side=side)  # whose the address is shows only to who presses (R80)
    slug, shop, giver = _names(look.session, order)
    return TransferView(
        no=transfer.no,
        side=side.value,
        status=transfer.status.value,
        product=order.product_name,
        product_slug=slug,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        category=order.category.value,
        mode=order.mode.value,
        quantity=order.quantity,
        amount=transfer.amount,
        shop=shop,
        giver=masked(giver),
        whom=_shown(transfer, masked_only=side in (TransferSide.merchant, TransferSide.admin)),
        sealed=order.delivered_at is not None,
        activation_rule=order.terms.activation_rule,
        created_at=transfer.created_at,
        deadline=transfer.deadline,
        receiver_agreed_at=transfer.receiver_agreed_at,
        merchant_agreed_at=transfer.merchant_agreed_at,
        accepted_at=transfer.accepted_at,
        pay_by=new.pay_by if new else None,
        ended_at=transfer.ended_at,
        ended_why=transfer.ended_why.value if transfer.ended_why else "",
        order_no=order.no if theirs else "",
        new_order_no=new.no if new and hers else "",
        is_open=transfer.status in OPEN_TRANSFER,
        actions=[action.value for action in open_actions(standing(require(look.who)), facts, look.now)],
    )


def _names(session: Session, order: Order) -> tuple[str, str, str]:
    """Of product (its slug), shop and shopper."""
    wanted = select(Product.slug, Shop.name, Account.name).join(Shop, col(Shop.id) == Product.shop_id)
    joined = wanted.join(Account, col(Account.id) == order.shopper_id)
    return session.exec(joined.where(Product.id == order.product_id)).one()


def _shown(transfer: Transfer, *, masked_only: bool) -> str:
    address = Address(transfer.kind, transfer.address)
    return address.masked if masked_only else address.shown
