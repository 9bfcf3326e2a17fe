"""转让: an order is offered to somebody; receiver and merchant both agree, or nothing has moved (R53)."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.jobs import EndTransfer, ExpireOrder, TransferDeadline
from cardmall.domain.rules import placing
from cardmall.domain.rules.placing import PlacingAct
from cardmall.domain.rules.transfers import TransferAction, TransferEnd, TransferSide, may_answer
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import (
    OPEN_TRANSFER,
    SYSTEM,
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
from cardmall.domain.topics import transfer_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account, Order, Transfer
from cardmall.reads.accounts import addresses_of
from cardmall.reads.doors import order_for, transfer_for
from cardmall.reads.facts import facts_of
from cardmall.reads.people import require
from cardmall.reads.placing import lock_person, person_facts
from cardmall.reads.transfers import answer_facts, decision_of, offer_facts
from cardmall.services.act import Act, move, record, schedule, start
from cardmall.services.ending import touch
from cardmall.services.order.holds import stop_delivery
from cardmall.services.order.numbers import new_no
from cardmall.services.talk.notify import tell_receiver, tell_shop, tell_shopper
from cardmall.services.transfer.closing import end_transfer


def offer_transfer(act: Act, no: object, *, address: Address | None) -> str:
    """Offer the order to whoever has proven `address` (None: what was typed is none): the transfer's number.

    Whether anybody has is never told (R80). The order is held until it is answered.
    """
    order = order_for(act, no, Role.shopper, lock=True)
    decision = decision_of(act.session, order, facts_of(act.session, order), act.now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    act = act.on(order=order)
    transfer = _new_transfer(act, order, _not_ones_own(act, address))
    told = {"transfer": transfer.no, "to": _masked(transfer), "amount": transfer.amount}
    found = order.status  # a failed flush forgets the row
    try:
        start(act, transfer, "offer", Verb.transfer_offered, **told, deadline=transfer.deadline.isoformat())
    except IntegrityError:
        raise Refused(Reason.transfer_open, Offer.transfer, status=found) from None
    stop_delivery(act, order)
    end = transfer.deadline + limits.DEADLINE_SECOND
    schedule(act, TransferDeadline(transfer.no, transfer.order_id), end)
    tell_receiver(act, transfer, order, NoticeKind.transfer_offered, amount=transfer.amount)
    tell_shop(act, NoticeKind.transfer_asked, transfer=transfer.no)
    return transfer.no


def _new_transfer(act: Act, order: Order, address: Address) -> Transfer:
    return Transfer(
        no=new_no(act, Transfer),
        order_id=order.id or 0,
        shop_id=order.shop_id,
        kind=address.kind,
        address=address.value,
        status=TransferStatus.offered,
        amount=order.total,
        created_at=act.now,
        deadline=act.now + limits.TRANSFER_WITHIN,
    )


def _not_ones_own(act: Act, address: Address | None) -> Address:
    """Another person's address, or the field is wrong."""
    if address is None:
        raise invalid(address=FieldError.not_an_address)
    own = addresses_of(act.session.get_one(Account, act.who.id))
    if address in [mine for mine, _ in own]:
        raise invalid(address=FieldError.own_address)
    return address


def _masked(transfer: Transfer) -> str:
    return Address(transfer.kind, transfer.address).masked


def agree_transfer(act: Act, no: object) -> str:
    """Receiver or merchant says yes. With the second yes the receiver's order stands: its number, else ""."""
    if require(act.who).role is Role.shopper:
        lock_person(act.session, act.who)
    transfer, order, side, act = _taken(act, no, TransferAction.agree)
    if side is TransferSide.receiver:
        turn = placing.may(PlacingAct.take_over, standing(act.who), person_facts(act.session, act.who), act.now)
        if not turn.is_open:
            raise turn.refusal()
        transfer.receiver_id, transfer.receiver_agreed_at = act.who.id, act.now
    else:
        transfer.merchant_agreed_at = act.now
    act.session.add(transfer)
    record(act, Verb.transfer_agreed, transfer=transfer.no, reason=side.value)
    touch(act.session, transfer_topic(transfer.no))
    if transfer.receiver_agreed_at and transfer.merchant_agreed_at:
        return _accept(act, transfer, order)
    tell_shopper(act, NoticeKind.transfer_agreed, transfer=transfer.no)
    return ""


def _taken(act: Act, no: object, action: TransferAction) -> tuple[Transfer, Order, TransferSide, Act]:
    """The offer under the lock of its orders, when this side may do this now; else why not."""
    transfer, order, side = transfer_for(act, no, lock=True)
    facts = answer_facts(act.session, transfer, order, side)
    turn = may_answer(action, standing(act.who), facts, act.now)
    if not turn.is_open:
        late = facts.is_late(act.now)  # the job is late, the deadline is not
        raise turn.refusal(TransferStatus.expired if late else transfer.status)
    return transfer, order, side, act.on(order=order)


def _accept(act: Act, transfer: Transfer, order: Order) -> str:
    """Both agreed: the receiver's order, as the old one was frozen, waits 15 minutes for its payment."""
    new = _receivers_order(act, transfer, order)
    placed = {"quantity": new.quantity, "amount": new.total, "transfer": transfer.no}
    start(act.by(SYSTEM).on(order=new), new, "place", Verb.ordered_by_transfer, **placed)
    schedule(act, ExpireOrder(new.id), new.pay_by)
    transfer.new_order_id, transfer.accepted_at = new.id, act.now
    move(act, transfer, "agree", Verb.transfer_accepted, transfer=transfer.no)
    tell_receiver(act, transfer, order, NoticeKind.transfer_payable, amount=new.total)
    tell_shopper(act, NoticeKind.transfer_accepted, transfer=transfer.no)
    tell_shop(act, NoticeKind.transfer_accepted, transfer=transfer.no)
    return new.no


def _receivers_order(act: Act, transfer: Transfer, order: Order) -> Order:
    return Order(
        no=new_no(act, Order),
        shopper_id=transfer.receiver_id or 0,
        shop_id=order.shop_id,
        product_id=order.product_id,
        version=order.version,
        product_name=order.product_name,
        category=order.category,
        mode=order.mode,
        quantity=order.quantity,
        unit_price=order.unit_price,
        total=order.total,
        terms=order.terms,
        status=OrderStatus.pending_payment,
        stage=Stage.to_pay,
        created_at=act.now,
        pay_by=act.now + limits.PAY_WITHIN,
    )


def decline_transfer(act: Act, no: object) -> None:
    """Receiver or merchant says no; a receiver may still, until it is paid."""
    transfer, order, side, act = _taken(act, no, TransferAction.decline)
    end_transfer(act, transfer, order, TransferEnd(side.value))


def withdraw_transfer(act: Act, no: object) -> None:
    """The shopper keeps the order, until it is paid by somebody else."""
    transfer, order, _, act = _taken(act, no, TransferAction.withdraw)
    end_transfer(act, transfer, order, TransferEnd.shopper)


def meet_transfer_deadline(act: Act, no: str) -> None:
    """48 hours are over and not both have agreed: nothing has moved."""
    transfer, order, _ = transfer_for(act, no, lock=True)
    if offer_facts(transfer).is_late(act.now):
        end_transfer(act.on(order=order), transfer, order, TransferEnd.silence)


def schedule_ends(act: Act, account: Account) -> None:
    """A disabled account passes nothing on and takes nothing over: a job for each offer, under its own locks.

    An offer to its address that it has not agreed to runs on: its early end would tell who has an account (R80).
    """
    mine = select(Transfer).join(Order, col(Order.id) == Transfer.order_id).where(
        col(Transfer.status).in_(OPEN_TRANSFER),
        (Order.shopper_id == account.id) | (Transfer.receiver_id == account.id),
    )  # fmt: skip
    for transfer in act.session.exec(mine).all():
        schedule(act, EndTransfer(transfer.no, transfer.order_id, act.now), act.now)


def end_for_account(act: Act, no: str) -> None:
    """Once only: the offer may have ended meanwhile."""
    transfer, order, _ = transfer_for(act, no, lock=True)
    if transfer.status in OPEN_TRANSFER:
        end_transfer(act.on(order=order), transfer, order, TransferEnd.account_disabled)
