"""Gifts as tests press them: with the sums the form showed."""

from typing import Any

from cardmall.adapters import db
from cardmall.domain.gifts import GiftEffect
from cardmall.domain.terms import REPLACED_REFUND, Actor
from cardmall.models import Order
from cardmall.reads.gifts import goods_of
from cardmall.reads.whole import whole_orders
from cardmall.services.case.gifts import give_unasked
from cardmall.views.merchant.refund import gift_effect
from tests.town import Tale, act, look

TYPED = {"reason": "bad_code", "text": "抱歉"}


def cards(tale: Tale, *places: int) -> dict[str, Any]:
    """A gift of these cards, numbered from 1 as the order's page does."""
    return {"of": "cards", "cards": [ids(tale)[n - 1] for n in places]}


def pieces(count: int) -> dict[str, Any]:
    return {"of": "pieces", "pieces": count}


def amount(fen: int) -> dict[str, Any]:
    return {"of": "amount", "amount": f"{fen // 100}.{fen % 100:02d}"}


def ids(tale: Tale) -> list[str]:
    return [c.id for c in sorted(tale.cards, key=lambda c: (c.created_at, c.id))]


def shown(tale: Tale, what: dict[str, Any], who: Actor | None = None) -> GiftEffect:
    """What the merchant reads before the press."""
    return look(gift_effect, who or tale.town.bob, tale.no, TYPED | what, now=tale.at)


def gift(tale: Tale, what: dict[str, Any], who: Actor | None = None) -> str:
    """Look, then press."""
    told = TYPED | what
    seen = look(gift_effect, who or tale.town.bob, tale.no, told, now=tale.at).mark
    return act(give_unasked, who or tale.town.bob, tale.no, told, seen=seen, now=tale.at)


def back(tale: Tale) -> int:
    """Fen on their way to the shopper, or there."""
    return sum(one.amount for one in tale.refunds if one.status not in REPLACED_REFUND)


def left(tale: Tale) -> tuple[int, int]:
    """Fen that pieces nobody ruled about are worth, and fen that can come back at all."""
    with db.reading() as session:
        goods = goods_of(whole_orders(session, [session.get_one(Order, tale.row.id)])[0])
    return sum(piece.worth for piece in goods.pieces if not piece.done), goods.refundable
