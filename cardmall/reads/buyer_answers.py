"""What a buyer answered with an order, opened for whoever may read it; and the orders with an answer (R86)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cardmall.domain.buyer_answers import searched_answer
from cardmall.domain.ledger import LedgerEntry
from cardmall.domain.rules.erasing import ErasingFacts
from cardmall.domain.terms import OrderStatus
from cardmall.models import BuyerAnswer, Order, Posting, ReplacedAnswer, Shop
from cardmall.reads.approvals import with_closed_answers
from cardmall.reads.look import Look
from cardmall.reads.money import owed_to_shopper
from cardmall.reads.orders import order_facts


@dataclass(frozen=True)
class KeptAnswers:
    """The answers of an order in the order of its fields. `edition`: 1 for the first, one more with each correction;
    0 and no answers where none were given, or all are erased."""

    edition: int = 0
    answers: list[str] = field(default_factory=list)


def kept_answers(look: Look, orders: Sequence[Order]) -> dict[int, KeptAnswers]:
    """What is kept of each of these orders, by its id. The caller says who may read."""
    asking = {order.id or 0: order for order in orders if order.terms.buyer_fields}
    found: dict[int, KeptAnswers] = defaultdict(KeptAnswers)
    for row in _rows(look.session, list(asking)) if asking else ():
        answer = look.world.vault.open_answer(asking[row.order_id].no, row.n, row.sealed)
        found.setdefault(row.order_id, KeptAnswers(row.edition)).answers.append(answer)
    return found


def replaced_answers(look: Look, order: Order) -> list[tuple[datetime, list[str]]]:
    """What corrections replaced, the newest first: until when each edition was valid, and its answers. The caller says
    who may read."""
    own = select(ReplacedAnswer).where(ReplacedAnswer.order_id == order.id)
    rows = look.session.exec(own.order_by(col(ReplacedAnswer.edition).desc(), col(ReplacedAnswer.n))).all()
    found: dict[int, tuple[datetime, list[str]]] = {}
    for row in rows:
        answer = look.world.vault.open_answer(order.no, row.n, row.sealed)
        found.setdefault(row.edition, (row.replaced_at, []))[1].append(answer)
    return list(found.values())


def edition_of(session: Session, order: Order) -> int:
    """How often the answers of an order were given: 1 at first, 0 where there are none. Opens none."""
    if not order.terms.buyer_fields:
        return 0
    wanted = select(BuyerAnswer.edition).where(BuyerAnswer.order_id == order.id).limit(1)
    return session.exec(wanted).first() or 0


def _rows(session: Session, ids: Sequence[int]) -> Sequence[BuyerAnswer]:
    wanted = select(BuyerAnswer).where(col(BuyerAnswer.order_id).in_(ids))
    return session.exec(wanted.order_by(col(BuyerAnswer.order_id), col(BuyerAnswer.n))).all()


def last_answers(look: Look, order: Order) -> dict[str, str]:
    """What this order's shopper answered with it, else with their newest order of the product that has answers, by
    label: nothing else remembers it."""
    one = aliased(Order)
    mine = (col(one.product_id) == order.product_id, col(one.shopper_id) == order.shopper_id)
    has = sa.exists().where(col(BuyerAnswer.order_id) == col(one.id))
    itself_first = (sa.case((col(one.id) == order.id, 0), else_=1), col(one.id).desc())
    newest = sa.select(col(one.id)).where(*mine, has).order_by(*itself_first).limit(1).scalar_subquery()
    wanted = select(Order, BuyerAnswer).join(BuyerAnswer, col(BuyerAnswer.order_id) == col(Order.id))
    return {
        found.terms.buyer_fields[row.n - 1].label: look.world.vault.open_answer(found.no, row.n, row.sealed)
        for found, row in look.session.exec(wanted.where(col(Order.id) == newest)).all()
    }


def orders_with_answer(look: Look, shop_id: int, text: str) -> sa.Select[Any]:
    """Ids of all paid orders of this shop with exactly this answer, however it is typed; none by a select or a number.

    What is filled in for an order that was never paid, no shop is told, nor what it reads only by the press that
    begins the work (R97).
    """
    closed = sa.exists().where(col(Order.id) == col(BuyerAnswer.order_id), with_closed_answers())
    return _answered(look, [shop_id], text).where(~closed)


def orders_with_answer_anywhere(look: Look, text: str) -> sa.Select[Any]:
    """The same of every shop: an answer is compared with a key of its shop, so it is made once for each."""
    shops = look.session.exec(select(Shop.id)).all() if searched_answer(text) else ()
    return _answered(look, [shop or 0 for shop in shops], text)


def _answered(look: Look, shops: Sequence[int], text: str) -> sa.Select[Any]:
    blinds = [look.world.vault.answer_blind(shop, text) for shop in shops] if searched_answer(text) else []
    paid = sa.exists().where(col(Order.id) == col(BuyerAnswer.order_id), col(Order.paid_at).is_not(None))
    return sa.select(col(BuyerAnswer.order_id)).where(col(BuyerAnswer.blind).in_(blinds), paid)


def erasing_facts(session: Session, order: Order) -> ErasingFacts:
    """What decides about erasing the answers of an order."""
    in_case, owed = order_facts(session, order).frozen, owed_to_shopper(session, order) > 0
    return ErasingFacts(_over_at(session, order), in_case, owed)


def _over_at(session: Session, order: Order) -> datetime | None:
    """When it was closed and all it held was settled, the later of the two; None while the platform holds its money.

    An order with nothing to settle was over when completed.
    """
    if order.escrow is not None:
        return None
    its = (Posting.order_id == order.id, col(Posting.entry).in_((LedgerEntry.settlement, LedgerEntry.fee)))
    settled_at = session.exec(select(Posting.at).where(*its).order_by(col(Posting.id).desc()).limit(1)).first()
    ended_at = order.completed_at if order.status is OrderStatus.completed else None
    return max(filter(None, (order.closed_at, settled_at or ended_at)), default=None)
