"""Jobs of orders and of offers to pass one on."""

from datetime import timedelta
from typing import Any

from cardmall.adapters import clock, db
from cardmall.adapters.channels import channel
from cardmall.adapters.jobs import Again, handler
from cardmall.domain import limits
from cardmall.domain.jobs import (
    Complete,
    Deliver,
    EndHold,
    EndTransfer,
    EraseAnswers,
    ExpireOrder,
    FollowShop,
    OfOrder,
    Settle,
    TransferDeadline,
)
from cardmall.models import Order
from cardmall.reads.doors import locked_order, locked_with_shop
from cardmall.reads.money import unheard_payments
from cardmall.services.act import Act
from cardmall.services.case import cases
from cardmall.services.money import money, payments
from cardmall.services.money.payments import TradeNews
from cardmall.services.order import buyer_answers, delivery, orders
from cardmall.services.shop import shops
from cardmall.services.transfer import transfers


def _order(act: Act, task: OfOrder) -> Order:
    return locked_order(act.session, task.order_id or 0)


def _last_looks(task: ExpireOrder) -> dict[str, TradeNews]:
    """Before an order is closed for want of money, the channel says how its open payments stand."""
    with db.reading() as session:
        numbers = unheard_payments(session, task.order_id or 0, clock.now())
    return {no: channel().query_payment(no) for no in numbers}


@handler(ExpireOrder, act=_last_looks)
def expire_order(act: Act, task: ExpireOrder, told: dict[str, TradeNews]) -> timedelta | None:
    order = _order(act, task)
    for no, news in told.items():
        payments.hear_trade(act, no, news)
    return orders.expire_order(act, order)


@handler(Deliver)
def deliver(act: Act, task: Deliver, _: Any) -> None:
    delivery.deliver_order(act, _order(act, task))


@handler(Complete)
def complete(act: Act, task: Complete, _: Any) -> timedelta | None:
    return orders.complete_by_time(act, _order(act, task))


@handler(Settle)
def settle(act: Act, task: Settle, _: Any) -> None:
    order = locked_with_shop(act.session, task.order_id or 0)
    if not money.settle_with_shop(act.on(order=order), order):
        raise Again(limits.SETTLE_AGAIN.total_seconds())


@handler(EraseAnswers)
def erase_answers(act: Act, task: EraseAnswers, _: Any) -> timedelta | None:
    return buyer_answers.erase_answers(act, _order(act, task))


@handler(EndHold)
def end_hold(act: Act, task: EndHold, _: Any) -> None:
    cases.end_hold(act, _order(act, task))


@handler(FollowShop)
def follow_shop(act: Act, task: FollowShop, _: Any) -> None:
    shops.follow_shop(act, _order(act, task))


@handler(TransferDeadline)
def transfer_deadline(act: Act, task: TransferDeadline, _: Any) -> None:
    transfers.meet_transfer_deadline(act, task.no)


@handler(EndTransfer)
def end_transfer(act: Act, task: EndTransfer, _: Any) -> None:
    transfers.end_for_account(act, task.no)
