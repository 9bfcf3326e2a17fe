"""The cards of an order in the order its page shows them, and which of them a new case may be about."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cardmall.domain.rules.cases import OfferKind
from cardmall.domain.rules.ways import Facts, sealed_lately
from cardmall.domain.terms import RULED, CardStatus, CaseKind, CaseStatus
from cardmall.models import Card, Case, Order


class Held(NamedTuple):
    """A card of an order, without its code."""

    id: str
    status: CardStatus
    revealed_at: datetime | None
    sealed_at: datetime | None


_COLUMNS: Select[int | None, str, CardStatus, datetime | None, datetime | None] = Select(
    col(Card.order_id), col(Card.id), col(Card.status), col(Card.revealed_at), col(Card.sealed_at)
)
_HELD = _COLUMNS.where(col(Card.order_id).in_(sa.bindparam("ids", expanding=True))).order_by(
    col(Card.created_at), col(Card.id)
)


def held_cards(session: Session, orders: Sequence[Order]) -> dict[int, list[Held]]:
    """The cards of each order, by the order's id."""
    found: dict[int, list[Held]] = defaultdict(list)
    for order_id, card, status, revealed_at, sealed_at in session.exec(
        _HELD, params={"ids": [order.id for order in orders]}
    ):
        found[order_id or 0].append(Held(card, status, revealed_at, sealed_at))
    return found


def cards_of(session: Session, order: Order) -> list[Card]:
    wanted = select(Card).where(Card.order_id == order.id)
    return list(session.exec(wanted.order_by(col(Card.created_at), col(Card.id))).all())


def ruled_cards(cases: Sequence[Case]) -> set[str]:
    """Cards a ruling was about: it is final for them."""
    return {card for case in cases if case.status in RULED for card in case.cards}


def done_cards(cases: Sequence[Case]) -> set[str]:
    """Cards a ruling was about, or an amount both agreed on: nothing more comes back for those that stayed."""
    agreed = [c for c in cases if c.status is CaseStatus.settled and c.offer_kind is OfferKind.amount]
    return ruled_cards(cases) | {card for case in agreed for card in case.cards}


def fitting(session: Session, order: Order, kind: CaseKind, facts: Facts, now: datetime) -> list[str]:
    """Ids of the delivered cards a new case can cover: a return the sealed ones, a fault those the rule counts."""
    if order.delivered_at is None:
        return []
    ruled = kind is CaseKind.fault
    cases = session.exec(select(Case).where(Case.order_id == order.id)).all() if ruled else ()
    return fitting_of(cards_of(session, order), cases, kind, facts, now)


def fitting_of(
    cards: Sequence[Card | Held], cases: Sequence[Case], kind: CaseKind, facts: Facts, now: datetime
) -> list[str]:
    """The same of the cards and cases of a delivered order that were read before."""
    sealed = [c.id for c in cards if c.status is CardStatus.sealed]
    if kind is not CaseKind.fault:
        return sealed
    done = done_cards(cases)
    late = [c.id for c in cards if _used_lately(c, facts, now)]
    kept = [] if facts.policy.return_allowed else [c.id for c in cards if _kept(c, now)]
    return [card for card in late + kept if card not in done]


def _used_lately(card: Card | Held, facts: Facts, now: datetime) -> bool:
    used = card.status in (CardStatus.revealed, CardStatus.redeemed)
    return used and card.revealed_at is not None and facts.may_report_fault(card.revealed_at, now)


def _kept(card: Card | Held, now: datetime) -> bool:
    return card.status is CardStatus.sealed and card.sealed_at is not None and sealed_lately(card.sealed_at, now)
