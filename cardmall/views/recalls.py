"""Recalls of one product as its shop and an admin see them: how far each is, and what failed. No code is read here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.models import Account, Batch, Card, Product, Recall
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.recalls import FailedItem, failed_items, recall_counts


@dataclass(frozen=True)
class RecallRow:
    """One recall. `batch`: its name, "" of named cards. `done`, `waiting`, `failed` are cards of orders; `items` are
    some of those that failed."""

    key: str
    at: datetime
    maker: str
    role: str
    batch: str
    reason: str
    words: str
    remedy: str
    looked_too: bool
    done: int
    waiting: int
    failed: int
    items: list[FailedItem] = field(default_factory=list)


def recalls_of(look: Look, product: Product) -> list[RecallRow]:
    """The newest recalls of a product; whoever looks may see its stock."""
    wanted = select(Recall, Account.name, Batch.name).join(Account, col(Account.id) == Recall.maker_id)
    wanted = wanted.outerjoin(Batch, col(Batch.id) == Recall.batch_id).where(Recall.product_id == product.id)
    newest = wanted.order_by(col(Recall.pressed_at).desc(), col(Recall.id)).limit(limits.RECALLS_SHOWN)
    found = look.session.exec(newest).all()
    if not found:
        return []
    is_admin = require(look.who).role is Role.admin
    counts = recall_counts(look.session, [recall.id for recall, _, _ in found])
    stuck = [key for key, count in counts.items() if count.failed]
    items: dict[str, list[FailedItem]] = defaultdict(list)
    for item in failed_items(look.session, stuck, limits.LIST_SIZE) if stuck else ():
        items[item.recall].append(item)
    return [
        RecallRow(
            key=recall.id,
            at=recall.pressed_at,
            maker="" if recall.role is Role.admin and not is_admin else maker,
            role=recall.role.value,
            batch=batch or "",
            reason=recall.reason.value,
            words=recall.words,
            remedy=recall.remedy.value,
            looked_too=recall.looked_too,
            done=counts[recall.id].done,
            waiting=counts[recall.id].waiting,
            failed=counts[recall.id].failed,
            items=items[recall.id],
        )
        for recall, maker, batch in found
    ]


def batches_of(look: Look, cards: Sequence[str]) -> list[str]:
    """The names of the batches that these cards came in."""
    wanted = select(Batch.name).join(Card, col(Card.batch_id) == Batch.id).where(col(Card.id).in_(cards))
    return list(look.session.exec(wanted.distinct().order_by(col(Batch.name))).all()) if cards else []
