"""The cards of an order in the order its page shows them, and which of them a new case may be about."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.cancellation import Facts
from cardmall.domain.terms import CardStatus, CaseKind
from cardmall.models import Card, Order


def cards_of(session: Session, order: Order) -> list[Card]:
    wanted = select(Card).where(Card.order_id == order.id)
    return list(session.exec(wanted.order_by(col(Card.created_at), col(Card.id))).all())


def fitting(session: Session, order: Order, kind: CaseKind, facts: Facts, now: datetime) -> list[str]:
    """Ids of the delivered cards a new case can cover: a return the sealed ones, a fault those the rule counts."""
    if order.delivered_at is None:
        return []
    cards = cards_of(session, order)
    sealed = [c.id for c in cards if c.status is CardStatus.sealed]
    if kind is not CaseKind.fault:
        return sealed
    late = [c.id for c in cards if _looked_at_lately(c, now)]
    return late + ([] if facts.policy.return_allowed else sealed)


def _looked_at_lately(card: Card, now: datetime) -> bool:
    used = card.status in (CardStatus.revealed, CardStatus.redeemed)
    return used and card.revealed_at is not None and now - card.revealed_at <= limits.FAULT_WINDOW
