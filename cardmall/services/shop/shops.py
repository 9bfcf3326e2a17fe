"""停用店铺: its goods leave the mall at once; each order of it is then dealt with by a job of its own."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.jobs import FollowShop
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.rules.turn import JOB
from cardmall.domain.terms import (
    OPEN_CASE,
    OPEN_TRANSFER,
    CaseStatus,
    Offer,
    OrderStatus,
    Reason,
    Refused,
)
from cardmall.domain.topics import SHOPS
from cardmall.domain.upkeep import VisitShop
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order, Shop, Transfer
from cardmall.reads.doors import shop_for
from cardmall.reads.orders import order_facts
from cardmall.services.act import Act, record, schedule
from cardmall.services.case.deadlines import escalate
from cardmall.services.case.evidence import typed_words
from cardmall.services.case.outcomes import carry_out
from cardmall.services.case.partials import lapse_partial
from cardmall.services.case.replies import drop_offer
from cardmall.services.ending import touch
from cardmall.services.order.holds import deliver_later
from cardmall.services.talk.notify import tell_members, tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order, drop_transfer


def disable_shop(act: Act, slug: object, *, reason: object) -> None:
    """Nothing of it is sold, paid or delivered from now on; its money stands still. `reason`: for the audit."""
    shop = shop_for(act, slug)
    words = typed_words(reason, required=True)
    if shop.disabled_at is not None:
        raise Refused(Reason.changed, Offer.overview)
    shop.disabled_at = act.now
    _changed(act, shop, Verb.shop_disabled, NoticeKind.shop_disabled, words)


def enable_shop(act: Act, slug: object, *, reason: object) -> None:
    """It sells again; what was not delivered meanwhile goes on, what ended meanwhile has ended."""
    shop = shop_for(act, slug)
    words = typed_words(reason, required=True)
    if shop.disabled_at is None:
        raise Refused(Reason.changed, Offer.overview)
    shop.disabled_at = None
    _changed(act, shop, Verb.shop_enabled, NoticeKind.shop_enabled, words)


def _changed(act: Act, shop: Shop, event: Verb, kind: NoticeKind, words: str) -> None:
    act.session.add(shop)
    record(act, event, words, shop=shop.slug)
    tell_members(act, shop.id or 0, kind)
    _visit_from(act, shop.id or 0, 0, act.now)
    touch(act.session, SHOPS)


def _visit_from(act: Act, shop_id: int, after: int, since: datetime) -> None:
    schedule(act, VisitShop(shop_id, after, since), act.now)


def visit_shop(act: Act, shop_id: int, *, after: int, since: datetime) -> None:
    """One job for each order that is not over, so many at a time: a large shop is never one large transaction."""
    in_case = sa.exists().where(col(Case.order_id) == col(Order.id), col(Case.status).in_(OPEN_CASE))
    waiting = col(Order.status).in_((OrderStatus.pending_payment, OrderStatus.awaiting_delivery))
    offered = sa.exists().where(col(Transfer.order_id) == col(Order.id), col(Transfer.status).in_(OPEN_TRANSFER))
    wanted = select(Order).where(Order.shop_id == shop_id, col(Order.id) > after, sa.or_(waiting, in_case, offered))
    orders = act.session.exec(wanted.order_by(col(Order.id)).limit(limits.VISITED_AT_ONCE)).all()
    for order in orders:
        schedule_follow(act, order, since)
    if len(orders) == limits.VISITED_AT_ONCE:
        _visit_from(act, shop_id, orders[-1].id or 0, since)


def schedule_follow(act: Act, order: Order, since: datetime) -> None:
    schedule(act, FollowShop(order.id, since), act.now)


def follow_shop(act: Act, order: Order) -> None:
    """What the state of its shop means for one order now; twice is as good as once."""
    act = act.on(order=order)
    if act.session.get_one(Shop, order.shop_id).disabled_at is None:
        _go_on(act, order)
    elif order.status is OrderStatus.pending_payment:
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.shop_disabled)
        tell_shopper(act, NoticeKind.order_shop_closed)
    else:
        drop_transfer(act, order, TransferEnd.shop_disabled)
        _end_case(act, order)
        _may_cancel(act, order)


def _go_on(act: Act, order: Order) -> None:
    """Delivery stood still while the shop was disabled; under a hold it waits for the end of that."""
    turn = may(OrderAct.deliver, JOB, order_facts(act.session, order), act.now)
    if turn.reason not in (None, Reason.too_early):
        return
    deliver_later(act, order)


def _end_case(act: Act, order: Order) -> None:
    """Undelivered: the platform approves. Delivered: it decides. A partial refund asked for: the shop's no."""
    case = act.session.exec(select(Case).where(Case.order_id == order.id, col(Case.status).in_(OPEN_CASE))).first()
    if case is None:
        return
    act = act.on(case=case)
    if case.status is CaseStatus.asked:
        lapse_partial(act, case, order)
    elif order.status is OrderStatus.awaiting_delivery:
        carry_out(act, order, case, reason=Reason.shop_disabled.value)
        tell_shop(act, NoticeKind.case_approved, amount=case.amount)
    elif case.status is not CaseStatus.appeal:
        drop_offer(act, case, order)
        escalate(act, case)


def _may_cancel(act: Act, order: Order) -> None:
    """The open page of the order hears of it, too."""
    if order.status is OrderStatus.awaiting_delivery:
        record(act, Verb.shop_disabled)
        tell_shopper(act, NoticeKind.order_shop_disabled)
