"""Everything decide() wants to know about an order, and what it is made of: read for many orders at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.order_terms import Terms
from cardmall.domain.receipts import is_unconfirmed
from cardmall.domain.refunds import Policy, kinder
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
from cardmall.domain.way_facts import Facts, Given
from cardmall.models import Case, Order, Payment, Product, Shop
from cardmall.reads.cases import ASKED
from cardmall.reads.pieces import (
    GIVEN,
    Held,
    cards_of_case,
    done_cards,
    given_ids,
    held_cards,
    pieces_of_case,
    ruled_cards,
)

REQUESTS = (CaseKind.cancel, CaseKind.return_)
IN_HAND = (CardStatus.allocated, CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)


class Listed(NamedTuple):
    """A product as it is now, the name of its shop, and since when that is disabled."""

    product: Product
    shop: str
    disabled_at: datetime | None


def pieces_left(order: Order) -> int:
    """What was delivered or still has to be: pieces canceled before delivery are gone."""
    return order.quantity - order.canceled_pieces


# Built once: these are part of every act.
_IDS = sa.bindparam("ids", expanding=True)
_LISTED = select(Product, Shop.name, Shop.disabled_at).join(Shop).where(col(Product.id).in_(_IDS))
_CASES = select(Case).where(col(Case.order_id).in_(_IDS), ASKED).order_by(col(Case.id))
_UNDER_WAY = sa.exists().where(
    col(Payment.order_id) == sa.bindparam("order"),
    col(Payment.paying_since).is_not(None),
    col(Payment.status) == PaymentStatus.pending,
)
_SOLD = select(Product, Shop.name, Shop.disabled_at, _UNDER_WAY).join(Shop).where(Product.id == sa.bindparam("product"))


def facts_of(session: Session, order: Order) -> Facts:
    """The facts of one order."""
    told, n = {"order": order.id, "product": order.product_id}, order.id or 0
    product, shop, disabled_at, under_way = session.exec(_SOLD, params=told).one()
    cards, cases = held_cards(session, [order])[n], cases_of(session, [order])[n]
    paying = under_way and order.status is OrderStatus.pending_payment
    return facts_from(order, Listed(product, shop, disabled_at), cards, cases, paying=paying)


def listed_of(session: Session, orders: Sequence[Order]) -> dict[int, Listed]:
    """What these orders are of, by the product's id."""
    found = session.exec(_LISTED, params={"ids": sorted({order.product_id for order in orders})})
    return {product.id or 0: Listed(product, shop, disabled_at) for product, shop, disabled_at in found}


def cases_of(session: Session, orders: Sequence[Order]) -> dict[int, list[Case]]:
    """The cases of each order that its shopper opened, oldest first, by the order's id: a gift decides nothing about
    them (R96), and what it gave stands in the order and its cards."""
    found: dict[int, list[Case]] = defaultdict(list)
    for case in session.exec(_CASES, params={"ids": [order.id for order in orders]}):
        found[case.order_id].append(case)
    return found


def facts_from(order: Order, listed: Listed, cards: Sequence[Held], cases: Sequence[Case], *, paying: bool) -> Facts:
    """The facts of an order from rows that were read before; `paying`: its money is on its way."""
    last = cases[-1] if cases else None
    alive = [c for c in cards if c.status is not CardStatus.voided]
    done, left = done_cards(cases), pieces_of_case(order, last, given_ids(cards)) if last else 0
    return Facts(
        status=order.status,
        quantity=pieces_left(order),
        unit_price=order.unit_price,
        policy=policy_of(order, listed.product),
        cards=tuple(c.status for c in cards),
        delivered_at=order.delivered_at,
        revealed=tuple(c.revealed_at for c in alive if c.revealed_at),
        sealed_at=_sealed(alive),
        last_case_pieces=left,
        last_case_gone=last is not None and not left,
        recalled=tuple(c.status for c in cards if c.is_recalled),
        promised_at=order.promised_at,
        stock_missing=_stock_missing(order, cards),
        shop_disabled=listed.disabled_at is not None,
        paying=paying,
        requests_used=sum(c.kind in REQUESTS for c in cases),
        last_case=last.status if last else None,
        last_case_ended_at=last.ended_at if last else None,
        ruled_before=any(c.status in RULED for c in cases),
        appealable=_appealable(order, {c.id for c in alive}, cases),
        done_revealed=tuple(c.revealed_at for c in alive if c.revealed_at and c.id in done),
        done_sealed=_sealed(c for c in alive if c.id in done),
        unconfirmed=is_unconfirmed(order.terms.form, order.delivered_at, order.completed_at),
        given=order.given,
        given_for=_given_for(cards, last, done),
    )


def _given_for(cards: Sequence[Held], last: Case | None, done: set[str]) -> tuple[Given, ...]:
    """What was given back for cards that stayed."""
    some = [c for c in cards if c.given and c.status in GIVEN and c.status is not CardStatus.voided]
    asked = cards_of_case(last, cards) if last and some else ()
    sealed_at = {c.id: c.sealed_at for c in some if c.status is CardStatus.sealed}
    return tuple(Given(c.given, c.id, sealed_at.get(c.id), c.revealed_at, c.id in done, c.id in asked) for c in some)


def _sealed(cards: Iterable[Held]) -> tuple[datetime, ...]:
    return tuple(c.sealed_at for c in cards if c.sealed_at and c.status is CardStatus.sealed)


def _appealable(order: Order, alive: set[str], cases: Sequence[Case]) -> int:
    """Pieces left that no ruling was about: of an answered case its own that are left, else all.

    A merchant upheld before delivery was right about so many pieces, whichever cards they became; those canceled since
    are the first of them to go.
    """
    upheld = max((_upheld(order, case) for case in cases), default=0)
    if order.delivered_at is None or upheld >= pieces_left(order):
        return max(0, pieces_left(order) - upheld)
    last = cases[-1] if cases else None
    answered = last is not None and last.status in (CaseStatus.rejected, CaseStatus.overdue)
    about = alive.intersection(last.cards) if last and answered else alive
    return len((about or alive) - ruled_cards(cases))


def _upheld(order: Order, case: Case) -> int:
    """For how many of the pieces left its merchant was upheld before the delivery."""
    if case.status is not CaseStatus.ruled_merchant or case.cards:
        return 0
    return max(0, case.pieces - (order.canceled_pieces - case.canceled))


def policy_of(order: Order, product: Product) -> Policy:
    """The policy in force for the order: the kinder of the one it was sold under and that of its product now."""
    return kinder(order.terms.policy, Terms.of(product).policy)


def _stock_missing(order: Order, cards: Sequence[Held]) -> bool:
    """Nothing to deliver. A manual order counts once its promise passed, unless a hold stopped the merchant before."""
    if order.status is not OrderStatus.awaiting_delivery:
        return False
    if order.mode is DeliveryMode.auto:
        return order.abnormal is Abnormal.no_stock or sum(c.status in IN_HAND for c in cards) < pieces_left(order)
    return order.held_at is None or (order.promised_at is not None and order.held_at > order.promised_at)


def shop_disabled(session: Session, order: Order) -> bool:
    """The order's shop may neither be paid nor deliver."""
    return session.exec(select(Shop.disabled_at).where(Shop.id == order.shop_id)).one() is not None
