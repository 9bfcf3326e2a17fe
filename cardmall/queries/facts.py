"""Everything decide() wants to know about orders, read in a handful of statements however many orders there are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import Facts
from cardmall.domain.refunds import Policy, kinder
from cardmall.domain.terms import RULED, Abnormal, CardStatus, CaseKind, DeliveryMode, OrderStatus
from cardmall.models import Card, Case, Order, Product, Shop

REQUESTS = (CaseKind.cancel, CaseKind.return_)
IN_HAND = (CardStatus.allocated, CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
GIVEN = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed, CardStatus.voided)  # to the shopper, once


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
    cards, cases = _cards(session, ids), _cases(session, ids)
    return {o.id or 0: _facts(o, *products[o.product_id], cards[o.id or 0], cases[o.id or 0], calendar) for o in orders}


def _products(session: Session, orders: Sequence[Order]) -> dict[int, tuple[Product, bool]]:
    wanted = select(Product, Shop.disabled_at).join(Shop).where(col(Product.id).in_({o.product_id for o in orders}))
    return {product.id or 0: (product, disabled is not None) for product, disabled in session.exec(wanted)}


def _cards(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[CardStatus, datetime | None]]]:
    found: dict[int, list[tuple[CardStatus, datetime | None]]] = defaultdict(list)
    wanted = select(col(Card.order_id), col(Card.status), col(Card.revealed_at)).where(col(Card.order_id).in_(ids))
    for order_id, status, revealed_at in session.exec(wanted):
        found[order_id or 0].append((status, revealed_at))
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
    cards: list[tuple[CardStatus, datetime | None]],
    cases: list[Case],
    calendar: WorkCalendar,
) -> Facts:
    last = cases[-1] if cases else None
    return Facts(
        status=order.status,
        quantity=pieces_left(order),
        unit_price=order.unit_price,
        policy=kinder(policy_of(order), policy_of(product)),
        cards=tuple(status for status, _ in cards),
        delivered_at=order.delivered_at,
        revealed=tuple(at for status, at in cards if at and status is not CardStatus.voided),
        last_case_pieces=last.pieces if last else 0,
        promised_at=order.promised_at,
        stock_missing=_stock_missing(order, cards),
        shop_disabled=shop_disabled,
        requests_used=sum(c.kind in REQUESTS for c in cases),
        last_case=last.status if last else None,
        last_case_ended_at=last.ended_at if last else None,
        ruled_before=any(c.status in RULED for c in cases),
        calendar=calendar,
    )


def policy_of(row: Order | Product) -> Policy:
    return Policy(row.return_allowed, row.window_days, row.fee_permille)


def _stock_missing(order: Order, cards: list[tuple[CardStatus, datetime | None]]) -> bool:
    """Nothing to deliver. A manual order counts once its promise passed, unless a hold stopped the merchant before."""
    if order.status is not OrderStatus.awaiting_delivery:
        return False
    if order.mode is DeliveryMode.auto:
        return order.abnormal is Abnormal.no_stock or sum(s in IN_HAND for s, _ in cards) < pieces_left(order)
    return order.held_at is None or (order.promised_at is not None and order.held_at > order.promised_at)


def shop_disabled(session: Session, order: Order) -> bool:
    """The order's shop may neither be paid nor deliver."""
    return session.exec(select(Shop.disabled_at).where(Shop.id == order.shop_id)).one() is not None
