"""Which delivered cards a case is about, and what becomes of them."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.cancellation import Facts
from cardmall.domain.terms import CardStatus, CaseKind
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Case, Order
from cardmall.services.journal import Act, move_cards


def fitting(session: Session, order: Order, kind: CaseKind, facts: Facts, now: datetime) -> list[str]:
    """Ids of the delivered cards a new case covers: a return the sealed ones, a fault those the rule counts."""
    if order.delivered_at is None:
        return []
    cards = _cards(session, order)
    sealed = [c.id for c in cards if c.status is CardStatus.sealed]
    if kind is not CaseKind.fault:
        return sealed
    late = [c.id for c in cards if _looked_at_lately(c, now)]
    return late + ([] if facts.policy.return_allowed else sealed)


def _looked_at_lately(card: Card, now: datetime) -> bool:
    used = card.status in (CardStatus.revealed, CardStatus.redeemed)
    return used and card.revealed_at is not None and now - card.revealed_at <= limits.FAULT_WINDOW


def covered(session: Session, order: Order, case: Case) -> list[Card]:
    """The cards the case is about, as they stand now; a case from before they were noted: the sealed ones."""
    cards = _cards(session, order)
    if case.cards:
        return [c for c in cards if c.id in case.cards]
    return [c for c in cards if c.status is CardStatus.sealed]


def void(session: Session, act: Act, cards: list[Card]) -> None:
    """They are never used again: sealed ones, and those looked at."""
    for status in (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed):
        move_cards(session, act, [c for c in cards if c.status is status], "void", Verb.cards_voided)


def all_void(session: Session, order: Order) -> bool:
    return all(c.status is CardStatus.voided for c in _cards(session, order))


def _cards(session: Session, order: Order) -> list[Card]:
    wanted = select(Card).where(Card.order_id == order.id)
    return list(session.exec(wanted.order_by(col(Card.created_at), col(Card.id))).all())
