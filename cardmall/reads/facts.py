"""Everything decide() wants to know about orders, read in a handful of statements however many orders there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.order_terms import Terms
from cardmall.domain.refunds import Policy, kinder
from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import (
    RULED,
    Abnormal,
    CardStatus,
    CaseKind,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    PaymentStatus,
)
from cardmall.models import Card, Case, Order, Payment, Product, Shop
from cardmall.reads.pieces import done_cards, ruled_cards

REQUESTS = (CaseKind.cancel, CaseKind.return_)
IN_HAND = (CardStatus.allocated, CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
GIVEN = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed, CardStatus.voided)  # to the shopper, once


class Held(NamedTuple):
    """A card of an order."""

    id: str
    status: CardStatus
    revealed_at: datetime | None
    sealed_at: datetime | None


def pieces_left(order: Order) -> int:
    """What was delivered or still has to be: pieces canceled before delivery are gone."""
    return order.quantity - order.canceled_pieces


def facts_of(session: Session, order: Order, calendar: WorkCalendar) -> Facts:
    """The facts of one order."""
    return facts_of_many(session, [order], calendar)[order.id or 0]


def facts_of_many(session: Session, orders: Sequence[Order], calendar: WorkCalendar) -> dict[int, Facts]:
    """The facts of each order, by its id."""
    ids = [o.id or 0 for o in orders]
    products = _products(session, orders)
    cards, cases, paying = _cards(session, ids), _cases(session, ids), _paying(session, orders)
    return {
        o.id or 0: replace(
            _facts(o, *products[o.product_id], cards[o.id or 0], cases[o.id or 0], calendar), paying=o.id in paying
        )
        for o in orders
    }


def _paying(session: Session, orders: Sequence[Order]) -> set[int]:
    """Those of the unpaid ones whose money is on its way."""
    unpaid = [o.id or 0 for o in orders if o.status is OrderStatus.pending_payment]
    wanted = select(Payment.order_id).where(col(Payment.order_id).in_(unpaid), col(Payment.paying_since).is_not(None))
    return set(session.exec(wanted.where(Payment.status == PaymentStatus.pending))) if unpaid else set()


def _products(session: Session, orders: Sequence[Order]) -> dict[int, tuple[Product, bool]]:
    wanted = select(Product, Shop.disabled_at).join(Shop).where(col(Product.id).in_({o.product_id for o in orders}))
    return {product.id or 0: (product, disabled is not None) for product, disabled in session.exec(wanted)}


def _cards(session: Session, ids: Sequence[int]) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = defaultdict(list)
    columns = (col(Card.order_id), col(Card.id), col(Card.status), col(Card.revealed_at), col(Card.sealed_at))
    for row in session.connection().execute(sa.select(*columns).where(col(Card.order_id).in_(ids))):
        found[row.order_id].append(Held(row.id, row.status, row.revealed_at, row.sealed_at))
    return found


def _cases(session: Session, ids: Sequence[int]) -> dict[int, list[Case]]:
    found: dict[int, list[Case]] = defaultdict(list)
    for case in session.exec(select(Case).where(col(Case.order_id).in_(ids)).order_by(col(Case.id))):
        found[case.order_id].append(case)
    return found


def _facts(
    order: Order,
    product: Product,
    shop_disabled: bool,
    cards: list[Held],
    cases: list[Case],
    calendar: WorkCalendar,
) -> Facts:
    last = cases[-1] if cases else None
    alive = [c for c in cards if c.status is not CardStatus.voided]
    done = done_cards(cases)
    return Facts(
        status=order.status,
        quantity=pieces_left(order),
        unit_price=order.unit_price,
        policy=policy_of(order, product),
        cards=tuple(c.status for c in cards),
        delivered_at=order.delivered_at,
        revealed=tuple(c.revealed_at for c in alive if c.revealed_at),
        sealed_at=_sealed(alive),
        last_case_pieces=last.pieces if last else 0,
        promised_at=order.promised_at,
        stock_missing=_stock_missing(order, cards),
        shop_disabled=shop_disabled,
        requests_used=sum(c.kind in REQUESTS for c in cases),
        last_case=last.status if last else None,
        last_case_ended_at=last.ended_at if last else None,
        ruled_before=any(c.status in RULED for c in cases),
        appealable=_appealable(order, {c.id for c in alive}, cases),
        done_revealed=tuple(c.revealed_at for c in alive if c.revealed_at and c.id in done),
        done_sealed=_sealed(c for c in alive if c.id in done),
        calendar=calendar,
    )


def _sealed(cards: Iterable[Held]) -> tuple[datetime, ...]:
    return tuple(c.sealed_at for c in cards if c.sealed_at and c.status is CardStatus.sealed)


def _appealable(order: Order, alive: set[str], cases: list[Case]) -> int:
    """Pieces left that no ruling was about: of an answered case its own, else all.

    A merchant upheld before delivery was right about so many pieces, whichever cards they became.
    """
    upheld = max((c.pieces for c in cases if c.status is CaseStatus.ruled_merchant and not c.cards), default=0)
    if order.delivered_at is None or upheld >= pieces_left(order):
        return max(0, pieces_left(order) - upheld)
    last = cases[-1] if cases else None
    answered = last is not None and last.status in (CaseStatus.rejected, CaseStatus.overdue)
    about = set(last.cards) if last and last.cards and answered else alive
    return len((about & alive) - ruled_cards(cases))


def policy_of(order: Order, product: Product) -> Policy:
    """The policy in force for the order: the kinder of the one it was sold under and that of its product now."""
    return kinder(order.terms.policy, Terms.of(product).policy)


def _stock_missing(order: Order, cards: list[Held]) -> bool:
    """Nothing to deliver. A manual order counts once its promise passed, unless a hold stopped the merchant before."""
    if order.status is not OrderStatus.awaiting_delivery:
        return False
    if order.mode is DeliveryMode.auto:
        return order.abnormal is Abnormal.no_stock or sum(c.status in IN_HAND for c in cards) < pieces_left(order)
    return order.held_at is None or (order.promised_at is not None and order.held_at > order.promised_at)


def shop_disabled(session: Session, order: Order) -> bool:
    """The order's shop may neither be paid nor deliver."""
    return session.exec(select(Shop.disabled_at).where(Shop.id == order.shop_id)).one() is not None
