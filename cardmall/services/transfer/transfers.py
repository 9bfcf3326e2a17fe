"""转让: an order is offered to somebody; receiver and merchant both agree, or nothing has moved (R53)."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import (
    OPEN_TRANSFER,
    SYSTEM,
    Actor,
    FieldError,
    Offer,
    OrderStatus,
    Reason,
    Refused,
    Role,
    Stage,
    TransferStatus,
    invalid,
)
from cardmall.domain.transfer import TransferAction, TransferEnd, TransferSide, may_answer
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account, Order, Transfer
from cardmall.reads.accounts import addresses_of, holder_of
from cardmall.reads.doors import order_for, transfer_for
from cardmall.reads.facts import facts_of, shop_disabled
from cardmall.reads.people import require
from cardmall.reads.transfers import decision_of, offer_facts
from cardmall.services.act import Act, move, record, schedule, start, touch
from cardmall.services.order.delivery import stop_delivery
from cardmall.services.order.numbers import new_no
from cardmall.services.order.orders import may_order
from cardmall.services.talk.notify import tell_receiver, tell_shop, tell_shopper
from cardmall.services.transfer.closing import end_transfer


def offer_transfer(
    session: Session, actor: Actor | None, no: object, *, address: Address | None, calendar: WorkCalendar, now: datetime
) -> str:
    """Offer the order to whoever has proven `address` (None: what was typed is none): the transfer's number.

    Whether anybody has is never told (R80). The order is held until it is answered.
    """
    order = order_for(session, actor, no, Role.shopper, lock=True)
    decision = decision_of(session, order, facts_of(session, order, calendar), now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    act = Act(require(actor), now, order)
    transfer = _new_transfer(session, order, _not_ones_own(session, act, address), now)
    told = {"transfer": transfer.no, "to": _masked(transfer), "amount": transfer.amount}
    try:
        start(session, act, transfer, "offer", Verb.transfer_offered, **told, deadline=transfer.deadline.isoformat())
    except IntegrityError:
        raise Refused(Reason.transfer_open, Offer.transfer, status=order.status) from None
    stop_delivery(session, act, order)
    end = transfer.deadline + limits.DEADLINE_SECOND
    schedule(session, "transfer_deadline", f"transfer_deadline:{transfer.no}", {"transfer": transfer.no}, end)
    tell_receiver(session, act, transfer, order, NoticeKind.transfer_offered, amount=transfer.amount)
    tell_shop(session, act, NoticeKind.transfer_asked, transfer=transfer.no)
    return transfer.no


def _new_transfer(session: Session, order: Order, address: Address, now: datetime) -> Transfer:
    return Transfer(
        no=new_no(session, Transfer, now),
        order_id=order.id or 0,
        shop_id=order.shop_id,
        kind=address.kind,
        address=address.value,
        status=TransferStatus.offered,
        amount=order.total,
        created_at=now,
        deadline=now + limits.TRANSFER_WITHIN,
    )


def _not_ones_own(session: Session, act: Act, address: Address | None) -> Address:
    """Another person's address, or the field is wrong."""
    if address is None:
        raise invalid(address=FieldError.not_an_address)
    own = addresses_of(session.get_one(Account, act.actor.id))
    if address in [mine for mine, _ in own]:
        raise invalid(address=FieldError.own_address)
    return address


def _masked(transfer: Transfer) -> str:
    return Address(transfer.kind, transfer.address).masked


def agree_transfer(session: Session, actor: Actor | None, no: object, *, now: datetime) -> str:
    """Receiver or merchant says yes. With the second yes the receiver's order stands: its number, else ""."""
    transfer, order, side, act = _taken(session, actor, no, TransferAction.agree, now)
    _nobody_of_the_shop(session, transfer, order)
    if shop_disabled(session, order):
        raise Refused(Reason.shop_disabled, Offer.transfer)
    if side is TransferSide.receiver:
        may_order(session, act.actor)
        transfer.receiver_id, transfer.receiver_agreed_at = act.actor.id, now
    else:
        transfer.merchant_agreed_at = now
    session.add(transfer)
    record(session, act, Verb.transfer_agreed, transfer=transfer.no, reason=side.value)
    touch(session, f"transfer:{transfer.no}")
    if transfer.receiver_agreed_at and transfer.merchant_agreed_at:
        return _accept(session, act, transfer, order)
    tell_shopper(session, act, NoticeKind.transfer_agreed, transfer=transfer.no)
    return ""


def _taken(
    session: Session, actor: Actor | None, no: object, action: TransferAction, now: datetime
) -> tuple[Transfer, Order, TransferSide, Act]:
    """The offer under the lock of its orders, when this side may do this now; else why not."""
    transfer, order, side = transfer_for(session, actor, no, lock=True)
    facts = offer_facts(transfer)
    turn = may_answer(action, side, facts, now)
    if not turn.is_open:
        late = facts.is_late(now)  # the job is late, the deadline is not
        raise Refused(turn.reason, turn.offer, status=TransferStatus.expired if late else transfer.status)
    return transfer, order, side, Act(require(actor), now, order)


def _nobody_of_the_shop(session: Session, transfer: Transfer, order: Order) -> None:
    """A shop takes no order of its own: whoever holds the address is not one of its members."""
    holder = holder_of(session, Address(transfer.kind, transfer.address))
    if holder and holder.shop_id == order.shop_id:
        raise Refused(Reason.not_allowed, Offer.transfer)


def _accept(session: Session, act: Act, transfer: Transfer, order: Order) -> str:
    """Both agreed: the receiver's order, as the old one was frozen, waits 15 minutes for its payment."""
    new = _receivers_order(session, transfer, order, act.now)
    placed = {"quantity": new.quantity, "amount": new.total, "transfer": transfer.no}
    start(session, Act(SYSTEM, act.now, new), new, "place", Verb.ordered_by_transfer, **placed)
    schedule(session, "expire_order", f"expire:{new.id}", {"order": new.id}, new.pay_by)
    transfer.new_order_id, transfer.accepted_at = new.id, act.now
    move(session, act, transfer, "agree", Verb.transfer_accepted, transfer=transfer.no)
    tell_receiver(session, act, transfer, order, NoticeKind.transfer_payable, amount=new.total)
    tell_shopper(session, act, NoticeKind.transfer_accepted, transfer=transfer.no)
    tell_shop(session, act, NoticeKind.transfer_accepted, transfer=transfer.no)
    return new.no


def _receivers_order(session: Session, transfer: Transfer, order: Order, now: datetime) -> Order:
    return Order(
        no=new_no(session, Order, now),
        shopper_id=transfer.receiver_id or 0,
        shop_id=order.shop_id,
        product_id=order.product_id,
        product_name=order.product_name,
        category=order.category,
        mode=order.mode,
        quantity=order.quantity,
        unit_price=order.unit_price,
        total=order.total,
        terms=order.terms,
        status=OrderStatus.pending_payment,
        stage=Stage.to_pay,
        created_at=now,
        pay_by=now + limits.PAY_WITHIN,
    )


def decline_transfer(session: Session, actor: Actor | None, no: object, *, now: datetime) -> None:
    """Receiver or merchant says no; a receiver may still, until it is paid."""
    transfer, order, side, act = _taken(session, actor, no, TransferAction.decline, now)
    end_transfer(session, act, transfer, order, TransferEnd(side.value))


def withdraw_transfer(session: Session, actor: Actor | None, no: object, *, now: datetime) -> None:
    """The shopper keeps the order, until it is paid by somebody else."""
    transfer, order, _, act = _taken(session, actor, no, TransferAction.withdraw, now)
    end_transfer(session, act, transfer, order, TransferEnd.shopper)


def meet_deadline(session: Session, no: str, *, now: datetime, cause: str) -> None:
    """48 hours are over and not both have agreed: nothing has moved."""
    transfer, order, _ = transfer_for(session, SYSTEM, no, lock=True)
    if offer_facts(transfer).is_late(now):
        end_transfer(session, Act(SYSTEM, now, order, cause=cause), transfer, order, TransferEnd.silence)


def schedule_ends(session: Session, account: Account, now: datetime) -> None:
    """A disabled account passes nothing on and takes nothing over: a job for each offer, under its own locks.

    An offer to its address that it has not agreed to runs on: its early end would tell who has an account (R80).
    """
    mine = select(Transfer).join(Order, col(Order.id) == Transfer.order_id).where(
        col(Transfer.status).in_(OPEN_TRANSFER),
        (Order.shopper_id == account.id) | (Transfer.receiver_id == account.id),
    )  # fmt: skip
    for transfer in session.exec(mine).all():
        key = f"end_transfer:{transfer.no}:{now.timestamp():.3f}"
        schedule(session, "end_transfer", key, {"transfer": transfer.no}, now)


def end_for_account(session: Session, no: str, *, now: datetime, cause: str) -> None:
    """Once only: the offer may have ended meanwhile."""
    transfer, order, _ = transfer_for(session, SYSTEM, no, lock=True)
    if transfer.status in OPEN_TRANSFER:
        end_transfer(session, Act(SYSTEM, now, order, cause=cause), transfer, order, TransferEnd.account_disabled)
