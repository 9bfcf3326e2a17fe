"""An order with everything its pages show of it: each table is asked once, however many orders there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import REPLACED_REFUND, OrderStatus, PaymentStatus
from cardmall.models import Case, Order, Payment, Refund
from cardmall.reads.facts import Listed, cases_of, facts_from, listed_of
from cardmall.reads.look import Look
from cardmall.reads.pieces import GIVEN, Held, held_cards

# Built once, as what is asked for every order of a list.
_PAID = (
    select(Payment, Refund)
    .outerjoin(Refund, col(Refund.payment_id) == Payment.id)
    .where(col(Payment.order_id).in_(sa.bindparam("ids", expanding=True)))
    .order_by(col(Payment.id), col(Refund.id))
)


@dataclass(frozen=True)
class WholeOrder:
    """An order, its product, and the rows that hang on it: cards as its page numbers them, the rest oldest first.
    `cases`: those its shopper opened."""

    order: Order
    listed: Listed
    cards: Sequence[Held]
    cases: Sequence[Case]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    facts: Facts

    @property
    def given(self) -> list[Held]:
        """Cards the shopper was given; those an offer reserves are nobody's yet."""
        return [card for card in self.cards if card.status in GIVEN]

    @property
    def case(self) -> Case | None:
        """The newest."""
        return self.cases[-1] if self.cases else None

    @property
    def counting(self) -> list[Refund]:
        """The refunds, newest first; those another number stands for come last."""
        return sorted(self.refunds[::-1], key=lambda one: one.status in REPLACED_REFUND)

    @property
    def refund(self) -> Refund | None:
        """The newest that counts."""
        return next(iter(self.counting), None)


def whole_order(look: Look, order: Order) -> WholeOrder:
    """One order; who looks may see it."""
    return whole_orders(look.session, [order])[0]


def whole_orders(session: Session, orders: Sequence[Order]) -> list[WholeOrder]:
    """These orders, in the order given."""
    listed, cards, cases = listed_of(session, orders), held_cards(session, orders), cases_of(session, orders)
    payments, refunds = payments_and_refunds(session, orders)

    def whole(order: Order) -> WholeOrder:
        n, product, paying = order.id or 0, listed[order.product_id], _is_paying(order, payments[order.id or 0])
        facts = facts_from(order, product, cards[n], cases[n], paying=paying)
        return WholeOrder(order, product, cards[n], cases[n], payments[n], refunds[n], facts)

    return [whole(order) for order in orders]


def _is_paying(order: Order, payments: Sequence[Payment]) -> bool:
    """Unpaid, and its money is on its way."""
    under_way = any(one.status is PaymentStatus.pending and one.paying_since for one in payments)
    return order.status is OrderStatus.pending_payment and under_way


def payments_and_refunds(
    session: Session, orders: Sequence[Order]
) -> tuple[dict[int, list[Payment]], dict[int, list[Refund]]]:
    """What was paid for each order and goes back, oldest first, by the order's id: a refund is of one payment."""
    payments: dict[int, list[Payment]] = defaultdict(list)
    refunds: dict[int, list[Refund]] = defaultdict(list)
    for payment, refund in session.exec(_PAID, params={"ids": [order.id for order in orders]}):
        if payment not in payments[payment.order_id]:
            payments[payment.order_id].append(payment)
        if refund:
            refunds[payment.order_id].append(refund)
    for found in refunds.values():
        found.sort(key=lambda one: one.id or 0)
    return payments, refunds
