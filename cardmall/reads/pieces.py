"""The cards of an order in the order its page shows them, and which of them a new case may be about."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cardmall.domain.gifts import Piece
from cardmall.domain.recalls import left_of
from cardmall.domain.refunds import lies_on
from cardmall.domain.rules.cases import OfferKind
from cardmall.domain.terms import RULED, CardStatus, CaseKind, CaseStatus
from cardmall.domain.way_facts import Facts, sealed_lately
from cardmall.models import Card, Case, Order
from cardmall.reads.locks import locking


class Held(NamedTuple):
    """A card of an order, without its code."""

    id: str
    status: CardStatus
    revealed_at: datetime | None
    sealed_at: datetime | None
    recall_id: str | None = None
    tail: str = ""  # of its code, for its shop
    given: int = 0

    @property
    def is_recalled(self) -> bool:
        """It is under recall, and not dealt with yet."""
        return self.recall_id is not None and self.status is not CardStatus.voided


_COLUMNS: Select[int | None, str, CardStatus, datetime | None, datetime | None, str | None, str, int] = Select(
    *(col(Card.order_id), col(Card.id), col(Card.status), col(Card.revealed_at), col(Card.sealed_at)),
    *(col(Card.recall_id), col(Card.tail), col(Card.given)),
)
_HELD = _COLUMNS.where(col(Card.order_id).in_(sa.bindparam("ids", expanding=True))).order_by(
    col(Card.created_at), col(Card.id)
)


def held_cards(session: Session, orders: Sequence[Order]) -> dict[int, list[Held]]:
    """The cards of each order, by the order's id."""
    found: dict[int, list[Held]] = defaultdict(list)
    rows = session.exec(_HELD, params={"ids": [order.id for order in orders]})
    for order_id, card, status, revealed_at, sealed_at, recall_id, tail, given in rows:
        found[order_id or 0].append(Held(card, status, revealed_at, sealed_at, recall_id, tail, given))
    return found


def cards_of(session: Session, order: Order, *, lock: bool = False) -> list[Card]:
    """The cards of an order. `lock`: nobody presses a recall of them meanwhile."""
    wanted = select(Card).where(Card.order_id == order.id).order_by(col(Card.created_at), col(Card.id))
    return list(session.exec(locking(wanted) if lock else wanted).all())


def given_ids(cards: Sequence[Card | Held]) -> set[str]:
    """The cards that the shopper has: sealed, or looked at."""
    return {card.id for card in cards if card.status in _GIVEN}


_GIVEN = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
GIVEN = (*_GIVEN, CardStatus.voided)  # to the shopper, once


def pieces_of_case(order: Order, case: Case, alive: Collection[str]) -> int:
    """How many pieces a case is about now. `alive`: the cards that its shopper has; a recall may have taken
    some of them since the case was opened."""
    if order.delivered_at is None:
        return min(case.pieces, order.quantity - order.canceled_pieces)
    return len(set(case.cards).intersection(alive)) if case.cards else min(case.pieces, len(alive))


def cards_of_case(case: Case, cards: Sequence[Card | Held]) -> list[str]:
    """The cards a case is about, of those its shopper has; of one from before the delivery so many, sealed ones
    first."""
    if case.cards:
        return [card.id for card in cards if card.id in case.cards and card.status in _GIVEN]
    sealed = [card.id for card in cards if card.status is CardStatus.sealed]
    used = [card.id for card in cards if card.status in (CardStatus.revealed, CardStatus.redeemed)]
    return (used + sealed)[max(0, len(used) + len(sealed) - case.pieces) :]


class CaseLeft(NamedTuple):
    """What a rejected case can go on about: so many `pieces`, of its `cards` those that are left, `paid` fen for them
    and not given back since."""

    pieces: int
    cards: list[str]
    paid: int

    @property
    def most(self) -> int:
        """What may be asked for is less than this, in fen; 0: nothing is less than a single fen."""
        return self.paid if self.paid > 1 else 0


def left_of_case(order: Order, case: Case, cards: Sequence[Card | Held]) -> CaseLeft:
    """What no recall and no gift took back since the case was opened (R93, R96). `cards`: those of its order."""
    alive = given_ids(cards)
    pieces = pieces_of_case(order, case, alive)
    left = [card for card in case.cards if card in alive]
    return CaseLeft(pieces, left, pieces * order.unit_price - _given(order, case, cards, pieces))


def _given(order: Order, case: Case, cards: Sequence[Card | Held], pieces: int) -> int:
    """Fen given back, unasked, for the `pieces` of a case that are left."""
    if order.delivered_at is None:
        return lies_on(order.given, order.quantity - order.canceled_pieces, pieces)
    about = cards_of_case(case, cards)
    return sum(card.given for card in cards if card.id in about)


def paid_for(cases: Sequence[Case]) -> dict[tuple[str, ...], int]:
    """What was paid back for cards that stayed, in fen, by the cards of each case: an agreed amount, or a split."""
    agreed = {CaseStatus.settled: "offer_amount", CaseStatus.ruled_split: "ruled_amount"}
    some = [c for c in cases if c.cards and c.status in agreed]
    some = [c for c in some if c.status is CaseStatus.ruled_split or c.offer_kind is not OfferKind.replacement]
    found: dict[tuple[str, ...], int] = {}
    for case in some:
        key = tuple(sorted(case.cards))
        found[key] = found.get(key, 0) + getattr(case, agreed[case.status])
    return found


def ruled_cards(cases: Sequence[Case]) -> set[str]:
    """Cards a ruling was about: it is final for them."""
    return {card for case in cases if case.status in RULED for card in case.cards}


def delivered_pieces(order: Order, cards: Sequence[Card | Held], cases: Sequence[Case]) -> list[Piece]:
    """The delivered pieces left of an order, as its page numbers them, each with what may still come back for it.

    A sealed one is never done: it may be returned whatever was decided about it.
    """
    given = [card for card in cards if card.status in GIVEN]
    left = left_of(order.unit_price, {card.id: card.given for card in given}, paid_for(cases))
    done, numbered = done_cards(cases), enumerate(given, 1)
    return [
        Piece(n, left[card.id], card.id, card.id in done and card.status is not CardStatus.sealed, card.status)
        for n, card in numbered
        if card.status is not CardStatus.voided
    ]


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
