"""What decides about paying, delivering, revealing, completing, resuming and settling an order."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain.rules.orders import OrderFacts
from cardmall.domain.rules.settlement import SettlementFacts
from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import LIVE_REFUND, CardStatus, PaymentStatus
from cardmall.models import Card, Order, Payment, Refund, Shop
from cardmall.reads.facts import facts_of
from cardmall.reads.money import frozen, on_offer, owed_to_shopper


def order_facts(session: Session, order: Order) -> OrderFacts:
    """The facts of one order as the tables have them, in one statement."""
    session.flush()
    wanted: Any = sa.select(*fact_columns()).select_from(Order).where(col(Order.id) == order.id)
    return facts_beside(order, session.connection().execute(wanted).one())


def fact_columns() -> tuple[Any, ...]:
    """What a query about orders selects beside each row to judge it by `facts_beside`."""
    disabled = sa.exists().where(col(Shop.id) == col(Order.shop_id), col(Shop.disabled_at).is_not(None))
    pending = (col(Payment.status) == PaymentStatus.pending, col(Payment.paying_since).is_not(None))
    paying = sa.exists().where(col(Payment.order_id) == col(Order.id), *pending)
    payments = sa.select(sa.func.count()).where(col(Payment.order_id) == col(Order.id)).scalar_subquery()
    sealed = sa.exists().where(col(Card.order_id) == col(Order.id), col(Card.status) == CardStatus.sealed)
    closed = (col(Card.order_id) == col(Order.id), col(Card.status) == CardStatus.sealed)
    openable = sa.exists().where(*closed, col(Card.recall_id).is_(None))
    return disabled, paying, payments, frozen(col(Order.id)), sealed, on_offer(col(Order.id)), sealed & ~openable


def facts_beside(order: Order, found: Sequence[Any]) -> OrderFacts:
    """The facts of an order from its row and the values of `fact_columns()`."""
    names = ("shop_disabled", "paying", "payments", "frozen", "sealed", "offered", "recalled")
    return _facts(order, **dict(zip(names, found, strict=True)))


def known_facts(order: Order, facts: Facts, *, is_offered: bool) -> OrderFacts:
    """The same from what was read for the four ways; `is_offered`: an offer to somebody else is open."""
    still = facts.case_open or is_offered
    known = {"shop_disabled": facts.shop_disabled, "paying": facts.paying, "sealed": bool(facts.sealed)}
    known["recalled"] = 0 < facts.sealed == facts.recalled.count(CardStatus.sealed)
    return _facts(order, frozen=still, offered=is_offered, **known)


def settlement_facts(session: Session, order: Order) -> SettlementFacts:
    """What decides about settling with the shop."""
    ways, known = facts_of(session, order), order_facts(session, order)
    return SettlementFacts(ways, frozen=known.frozen, owed=owed_to_shopper(session, order) > 0)


def known_settlement_facts(
    order: Order, facts: Facts, refunds: Sequence[Refund], *, is_offered: bool
) -> SettlementFacts:
    """The same from what was read for the four ways and the order's refunds."""
    still = known_facts(order, facts, is_offered=is_offered).frozen
    return SettlementFacts(facts, frozen=still, owed=any(refund.status in LIVE_REFUND for refund in refunds))


def _facts(
    order: Order,
    *,
    shop_disabled: bool,
    paying: bool,
    frozen: bool,
    sealed: bool,
    offered: bool,
    recalled: bool,
    payments: int = 0,
) -> OrderFacts:
    return OrderFacts(
        status=order.status,
        mode=order.mode,
        pay_by=order.pay_by,
        held=order.held_at is not None,
        hold_until=order.hold_until,
        deliver_at=order.deliver_at,
        delivered_at=order.delivered_at,
        sealed=sealed,
        shop_disabled=shop_disabled,
        paying=paying,
        payments=payments,
        frozen=frozen,
        offered=offered,
        form=order.terms.form,
        recalled=recalled,
        begun=order.begun_at is not None,
    )
