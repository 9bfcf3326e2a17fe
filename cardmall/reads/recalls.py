"""Recalls: which cards one would take back, how far one is, and who may see it (R93)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
from cardmall.domain.recalls import ItemStatus, ItemTrouble
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import CardStatus, CaseStatus, Role
from cardmall.domain.upkeep import ListRecall, RecallOrder
from cardmall.models import Batch, Card, Case, Job, Order, Product, Recall, RecallItem
from cardmall.reads.batches import demand_stock
from cardmall.reads.doors import not_found
from cardmall.reads.facts import cases_of
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.pieces import Held, delivered_pieces, held_cards

LOOKED_AT = (CardStatus.revealed, CardStatus.redeemed)
GIVEN = (CardStatus.sealed, *LOOKED_AT)
_OF_ORDERS = (CardStatus.reserved, CardStatus.allocated, *GIVEN)
UNFINISHED = (ItemStatus.waiting, ItemStatus.failed)


def recalled_product(look: Look, slug: object) -> Product:
    """A product whose cards whoever looks may recall: of the own shop, any of an admin. Refused: none of theirs."""
    known = require(look.who, Role.merchant, Role.admin)
    product = look.session.exec(select(Product).where(Product.slug == str(slug))).first()
    if product is None or (known.role is Role.merchant and product.shop_id != known.shop_id):
        raise not_found()
    demand_stock(look, StockAct.recall)
    return product


@dataclass(frozen=True)
class Scope:
    """Which cards of a product a recall is about: those of `batch`, or the cards with these `ids`."""

    product: Product
    batch: Batch | None = None
    ids: Sequence[str] = field(default=())
    looked_too: bool = False

    @property
    def cards(self) -> tuple[Any, ...]:
        """Conditions of all its cards that no recall took back before."""
        ended = (CardStatus.voided,) if self.looked_too else (CardStatus.voided, *LOOKED_AT)
        return self.named, col(Card.recall_id).is_(None), col(Card.status).not_in(ended)

    @property
    def named(self) -> sa.ColumnElement[bool]:
        """Of a card: it is of the batch, or one of these ids, or has the code of one: such a code may have come into
        stock of the shop again, or twice. Products of a shop are compared in upper case, whatever they tell apart."""
        alike: Any = aliased(Card)
        its = (self._base(alike), alike.shop_blind != "", alike.shop_blind != alike.id)
        same = col(Card.shop_blind).in_(sa.select(alike.shop_blind).where(*its))
        if self.product.case_sensitive:  # there "aB" and "AB" are two codes, and one in the index of the shop
            same &= (col(Card.product_id) != self.product.id) | col(Card.blind).in_(sa.select(alike.blind).where(*its))
        return self._base(Card) | same

    def _base(self, card: Any) -> sa.ColumnElement[bool]:
        return card.batch_id == self.batch.id if self.batch else card.id.in_(self.ids)


@dataclass(frozen=True)
class RecallEffect:
    """What a recall would touch. `fen`: what at most goes back to buyers, when no other card is left for any."""

    orders: int = 0
    cards: int = 0
    shelf: int = 0
    fen: int = 0


def recall_effect(session: Session, scope: Scope) -> RecallEffect:
    """Count it in two statements, and three more where cards were paid for in part and stayed."""
    found = _at_full_price(session, scope)
    return replace(found, fen=found.fen - _paid_in_part(session, scope)) if found.fen else found


def _at_full_price(session: Session, scope: Scope) -> RecallEffect:
    of_orders = col(Card.status).in_(_OF_ORDERS)
    price = sa.case((col(Card.status).in_(GIVEN), col(Order.unit_price) - col(Card.given)), else_=0)
    wanted = sa.select(
        sa.func.count(sa.distinct(col(Order.id))),
        sa.func.count(col(Order.id)),
        sa.func.coalesce(sa.func.sum(sa.case((col(Card.status) == CardStatus.available, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(price), 0),
    )
    wanted = wanted.select_from(Card).outerjoin(Order, sa.and_(col(Order.id) == Card.order_id, of_orders))
    return RecallEffect(*session.connection().execute(wanted.where(*scope.cards)).one())


_PAID_IN_PART = (CaseStatus.settled, CaseStatus.ruled_split)


def _paid_in_part(session: Session, scope: Scope) -> int:
    """What agreements and rulings paid for cards of the scope that stayed, in fen."""
    ended = sa.exists().where(col(Case.order_id) == col(Card.order_id), col(Case.status).in_(_PAID_IN_PART))
    wanted = select(Card.id, Card.order_id).where(*scope.cards, col(Card.status).in_(GIVEN), ended)
    some = {card: order_id or 0 for card, order_id in session.exec(wanted)}
    if not some:
        return 0
    orders = session.exec(select(Order).where(col(Order.id).in_(set(some.values())))).all()
    cards, cases = held_cards(session, orders), cases_of(session, orders)
    return sum(_less(order, cards[order.id or 0], cases[order.id or 0], some) for order in orders)


def _less(order: Order, cards: Sequence[Held], cases: Sequence[Case], some: Collection[str]) -> int:
    left = {piece.card: piece.worth for piece in delivered_pieces(order, cards, cases)}
    return sum(order.unit_price - card.given - left[card.id] for card in cards if card.id in some)


def to_be_recalled(session: Session, scope: Scope) -> bool:
    """It is about at least one card that no recall took back before."""
    return session.exec(select(Card.id).where(*scope.cards).limit(1)).first() is not None


def last_recall(session: Session, scope: Scope) -> str | None:
    """The newest recall that took cards of this scope back."""
    mine = scope.named
    wanted = select(Recall.id).where(Recall.product_id == scope.product.id).order_by(col(Recall.pressed_at).desc())
    return session.exec(wanted.where(sa.exists().where(mine, col(Card.recall_id) == col(Recall.id))).limit(1)).first()


def recall_for(look: Look, key: object) -> Recall:
    """A recall by its key. Refused: of another shop, or unknown."""
    known = require(look.who, Role.merchant, Role.admin)
    found = look.session.get(Recall, str(key))
    if found is None or (known.role is Role.merchant and found.shop_id != known.shop_id):
        raise not_found()
    demand_stock(look, StockAct.recall)
    return found


@dataclass(frozen=True)
class RecallCounts:
    """How far a recall is, in cards. `failed`: it waits for money of the shop, or its job died."""

    done: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def is_over(self) -> bool:
        return not self.waiting and not self.failed


_GROUPS = (col(RecallItem.recall_id), col(RecallItem.status))


def recall_counts(session: Session, ids: Sequence[str]) -> dict[str, RecallCounts]:
    """Of these recalls, by id, in one statement."""
    count = sa.func.coalesce(sa.func.sum(sa.case((_is_failed(), 1), else_=0)), 0)
    wanted = sa.select(*_GROUPS, sa.func.count(), count)
    wanted = wanted.where(col(RecallItem.recall_id).in_(ids)).group_by(*_GROUPS)
    found: dict[str, dict[str, int]] = {key: {"done": 0, "waiting": 0, "failed": 0} for key in ids}
    for key, status, cards, failed in session.connection().execute(wanted):
        if status is ItemStatus.done:
            found[key]["done"] += cards
        else:
            found[key]["failed"] += failed
            found[key]["waiting"] += cards - failed
    return {key: RecallCounts(**numbers) for key, numbers in found.items()}


def _is_failed() -> sa.ColumnElement[bool]:
    """It failed, or waits for a job that died."""
    return (col(RecallItem.status) == ItemStatus.failed) | (
        (col(RecallItem.status) == ItemStatus.waiting) & _job_died()
    )


def _job_died() -> sa.ColumnElement[bool]:
    """The job of its order, or the one that was to schedule that."""
    of_it = sa.type_coerce(Job.args, sa.JSON)["recall"].as_string() == RecallItem.recall_id
    dead, kinds = col(Job.state) == "dead", (JobKind.recall_order, JobKind.list_recall)
    its = (col(Job.order_id) == RecallItem.order_id) | col(Job.order_id).is_(None)
    return sa.exists().where(dead, col(Job.kind).in_(kinds), its, of_it)


@dataclass(frozen=True)
class FailedItem:
    """A card of a recall that waits for money or whose job died: its order, and the end of its code."""

    recall: str
    order: str
    tail: str
    trouble: str


def failed_items(session: Session, ids: Sequence[str], limit: int) -> list[FailedItem]:
    """The failed cards of these recalls, `limit` of them at most."""
    wanted = select(RecallItem, Order.no, Card.tail).join(Order, col(Order.id) == RecallItem.order_id)
    wanted = wanted.join(Card, col(Card.id) == RecallItem.card_id).where(col(RecallItem.recall_id).in_(ids))
    wanted = wanted.where(col(RecallItem.status).in_(UNFINISHED), _is_failed())
    found = session.exec(wanted.order_by(col(RecallItem.order_id), col(RecallItem.card_id)).limit(limit)).all()
    return [FailedItem(item.recall_id, no, tail, _why(item).value) for item, no, tail in found]


def _why(item: RecallItem) -> ItemTrouble:
    return item.trouble if item.trouble and item.status is ItemStatus.failed else ItemTrouble.job_died


def is_unfinished(session: Session, recall: Recall) -> bool:
    """Not all cards of orders are dealt with."""
    left = (RecallItem.recall_id == recall.id, col(RecallItem.status).in_(UNFINISHED))
    return session.exec(select(RecallItem.card_id).where(*left).limit(1)).first() is not None


def halted_jobs(session: Session, recall: Recall) -> Sequence[Job]:
    """The jobs of its orders that ran or were run anew and are not through, by order, and the one that lists them if
    it died; not those that wait for their first turn."""
    orders = select(RecallItem.order_id).where(
        RecallItem.recall_id == recall.id, col(RecallItem.status).in_(UNFINISHED)
    )
    ids = session.exec(orders.distinct().order_by(col(RecallItem.order_id))).all()
    lists = ListRecall(recall.id).key
    found = list(session.exec(select(Job).where(Job.key == lists, Job.state == "dead")).all())
    for at in range(0, len(ids), limits.RECALL_LISTED_AT_ONCE):  # a statement takes only so many
        some = col(Job.key).in_(
            [RecallOrder(recall.id, one).key for one in ids[at : at + limits.RECALL_LISTED_AT_ONCE]]
        )
        ran = (col(Job.claim) > 0, Job.state != "done")
        found += session.exec(select(Job).where(some, *ran).order_by(col(Job.order_id))).all()
    return found


def items_of(session: Session, recall_id: str, order_id: int) -> Sequence[RecallItem]:
    """The unfinished cards of a recall that this order had when it was pressed."""
    mine = (RecallItem.recall_id == recall_id, RecallItem.order_id == order_id)
    wanted = select(RecallItem).where(*mine, col(RecallItem.status).in_(UNFINISHED))
    return session.exec(wanted.order_by(col(RecallItem.card_id))).all()
