"""One offer of an order as each side may see it, and the offers a shop must answer (R53)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import Facts
from cardmall.domain.terms import OPEN_TRANSFER, Abnormal, Actor, RefundCause, Role, TransferStatus
from cardmall.domain.transfer import (
    OfferFacts,
    TransferDecision,
    TransferFacts,
    TransferSide,
    may_transfer,
    open_actions,
)
from cardmall.models import Account, Order, Product, Refund, Shop, Transfer
from cardmall.queries.doors import order_for, transfer_for
from cardmall.queries.facts import facts_of
from cardmall.queries.people import masked, require

_OWN = (RefundCause.case, RefundCause.cancel_now, RefundCause.transfer)  # money that came too late is none of these


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
class TransferForm:
    """An order before it is offered: what would be passed on, and whether it may be."""

    order_no: str = ""
    product: str = ""
    cover: str = ""
    quantity: int = 0
    amount: int = 0
    sealed: bool = False
    is_open: bool = False
    reason: str = ""
    offer: str = ""
    open_no: str = ""
    left: int = 0


@dataclass(frozen=True)
class OrderTransfer:
    """What an order's own page says of it: the open offer's number ("" = none), and whether one may be made."""

    no: str = ""
    status: str = ""
    whom: str = ""
    deadline: datetime | None = None
    pay_by: datetime | None = None
    may: bool = False


@dataclass(frozen=True)
class TransferRow:
    """An offer the shop has not answered yet. Money in fen."""

    no: str
    order_no: str
    product: str
    cover: str
    amount: int
    sealed: bool
    created_at: datetime
    deadline: datetime


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


def transfer_form(
    session: Session, actor: Actor | None, no: object, *, calendar: WorkCalendar, now: datetime
) -> TransferForm:
    """The shopper's own order, before it is offered."""
    order = order_for(session, actor, no, Role.shopper)
    made, facts = transfers_of(session, order), facts_of(session, order, calendar)
    decision = may_transfer(transfer_facts(session, order, facts, made), now)
    return TransferForm(
        order_no=order.no,
        product=order.product_name,
        cover=order.cover,
        quantity=order.quantity,
        amount=order.total,
        sealed=order.delivered_at is not None,
        is_open=decision.is_open,
        reason=decision.reason.value,
        offer=decision.offer.value,
        open_no=next((t.no for t in made if t.status in OPEN_TRANSFER), ""),
        left=max(0, limits.TRANSFERS - len(made)),
    )


def order_transfer(session: Session, order: Order, facts: Facts, viewer: Actor, now: datetime) -> OrderTransfer:
    made = transfers_of(session, order)
    may = viewer.role is Role.shopper and may_transfer(transfer_facts(session, order, facts, made), now).is_open
    out = next((t for t in made if t.status in OPEN_TRANSFER), None)
    if out is None:
        return OrderTransfer(may=may)
    new = session.get(Order, out.new_order_id) if out.new_order_id else None
    whom = _shown(out, masked_only=viewer.role is not Role.shopper)
    return OrderTransfer(out.no, out.status.value, whom, out.deadline, new.pay_by if new else None, may)


def transfer_view(session: Session, actor: Actor | None, no: object, *, now: datetime) -> TransferView:
    """The offer for its shopper, its receiver, the shop, and admins; everybody else finds nothing."""
    transfer, order, side = transfer_for(session, actor, no)
    new = session.get(Order, transfer.new_order_id) if transfer.new_order_id else None
    theirs, hers = side is not TransferSide.receiver, side is not TransferSide.shopper
    return TransferView(
        no=transfer.no,
        side=side.value,
        status=transfer.status.value,
        product=order.product_name,
        product_slug=session.get_one(Product, order.product_id).slug,
        cover=order.cover,
        category=order.category.value,
        mode=order.mode.value,
        quantity=order.quantity,
        amount=transfer.amount,
        shop=session.get_one(Shop, order.shop_id).name,
        giver=masked(session.get_one(Account, order.shopper_id).name),
        whom=_shown(transfer, masked_only=side in (TransferSide.merchant, TransferSide.admin)),
        sealed=order.delivered_at is not None,
        activation_rule=order.activation_rule,
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
        actions=[action.value for action in open_actions(side, offer_facts(transfer), now)],
    )


def _shown(transfer: Transfer, *, masked_only: bool) -> str:
    address = Address(transfer.kind, transfer.address)
    return address.masked if masked_only else address.shown


def shop_transfers(session: Session, actor: Actor | None) -> list[TransferRow]:
    """Offers that wait for the shop's yes, the nearest deadline first."""
    merchant = require(actor, Role.merchant)
    waiting = (
        Transfer.shop_id == merchant.shop_id,
        Transfer.status == TransferStatus.offered,
        col(Transfer.merchant_agreed_at).is_(None),
    )
    wanted = select(Transfer, Order).join(Order, col(Order.id) == Transfer.order_id).where(*waiting)
    found = session.exec(wanted.order_by(col(Transfer.deadline), col(Transfer.id)).limit(limits.LIST_SIZE)).all()
    return [_row(transfer, order) for transfer, order in found]


def _row(transfer: Transfer, order: Order) -> TransferRow:
    return TransferRow(
        no=transfer.no,
        order_no=order.no,
        product=order.product_name,
        cover=order.cover,
        amount=transfer.amount,
        sealed=order.delivered_at is not None,
        created_at=transfer.created_at,
        deadline=transfer.deadline,
    )
