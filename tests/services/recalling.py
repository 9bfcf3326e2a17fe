"""Recalls for tests: a product with a batch, the press, and what became of each card."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col

from cardmall.adapters import clock
from cardmall.adapters.vault import vault
from cardmall.domain.terms import Actor, DeliveryMode
from cardmall.models import Batch, Card, Recall, RecallItem, Refund
from cardmall.services.shop.recalling import press_recall
from tests.services.test_batches import stocked
from tests.town import Tale, Town, act, rows, run_jobs

SLUG = "recalled"
FORM: dict[str, Any] = {"reason": "invalid_card", "words": "这批卡密无效", "remedy": "another"}


def sell(town: Town, bad: int, good: int = 0, slug: str = SLUG) -> Batch:
    """A product with a batch of `bad` codes, then one of `good` codes; the bad ones are sold first. The bad batch."""
    town.sell(slug, 0, mode=DeliveryMode.auto)
    found = stocked(town, "\n".join(f"{slug}-BAD-{n}" for n in range(bad)), slug)
    if good:
        stocked(town, "\n".join(f"{slug}-GOOD-{n}" for n in range(good)), slug)
    return found


def press(who: Actor, *, slug: str = SLUG, **told: Any) -> str:
    return act(press_recall, who, slug, {**FORM, **told}, now=clock.now())


def recall(town: Town, batch: Batch, who: Actor | None = None, **told: Any) -> str:
    """Pressed, and all that is due done."""
    key = press(who or town.bob, batch=batch.name, **told)
    run_jobs()
    return key


def items(key: str) -> list[tuple[str, str | None, str | None]]:
    """Each card of a recall by its id: where it stands, what became of it, what it waits for."""
    found = rows(RecallItem, RecallItem.recall_id == key, by=RecallItem.card_id)
    return [(one.status.value, one.outcome, one.trouble) for one in found]


def code(card: Card) -> str:
    return vault().open(card.id, card.sealed_code)


def outcomes(key: str) -> list[str]:
    """What became of the cards that are dealt with."""
    return sorted(outcome or "" for status, outcome, _ in items(key) if status == "done")


def back(*tales: Tale) -> int:
    """Fen that go, or went, back to the buyers."""
    ids = [tale.row.id for tale in tales]
    return sum(refund.amount for refund in rows(Refund, col(Refund.order_id).in_(ids)))


def recalls() -> Sequence[Recall]:
    return rows(Recall, by=Recall.pressed_at)


def states(*where: Any) -> list[str]:
    return sorted(card.status.value for card in rows(Card, *where, by=Card.id))
