"""The unsold cards of a batch leave the shelf for good: by the merchant's press, or when it is valid no more (R92)."""

from datetime import timedelta

from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import BatchStatus, CardStatus
from cardmall.domain.topics import stock_topic
from cardmall.domain.upkeep import WithdrawBatch
from cardmall.domain.verbs import Verb
from cardmall.models import Batch, Card
from cardmall.reads.batches import batch_for, demand_stock, locked_batch, stock_turn
from cardmall.reads.locks import locking
from cardmall.services.act import Act, move_cards, record, schedule
from cardmall.services.ending import touch

_KEPT = (CardStatus.reserved, CardStatus.allocated)  # not sold for good: may come back to the shelf


def withdraw_batch(act: Act, name: object) -> None:
    """Take the unsold cards of a batch off the shelf for good, the first of them at once and the rest by a job; twice
    is nothing. Refused: changed, unless all its codes are in stock."""
    batch = batch_for(act, name, lock=True)
    demand_stock(act, StockAct.withdraw, batch)
    begin_withdrawing(act, batch)


def begin_withdrawing(act: Act, batch: Batch) -> None:
    """Take the first unsold cards of a batch off the shelf, the rest by a job, unless that began before."""
    if batch.withdrawn_at is None:
        _begin(act, batch)
        _withdraw_some(act, batch)
        schedule(act, WithdrawBatch(batch.id), act.now)


def go_on_withdrawing(act: Act, batch_id: str) -> timedelta | None:
    """Withdraw the next cards of a batch that was withdrawn or is valid no more; how long until the next look, None
    when no card of it can come back to the shelf."""
    batch = locked_batch(act.session, batch_id)
    if not stock_turn(act, StockAct.withdraw, batch).is_open:
        return None
    if batch.withdrawn_at is None:
        _begin(act, batch)
    if _withdraw_some(act, batch) == limits.WITHDRAWN_AT_ONCE:
        return timedelta()
    kept = select(Card.id).where(Card.batch_id == batch.id, col(Card.status).in_(_KEPT)).limit(1)
    comes = batch.status is BatchStatus.stocking or act.session.exec(kept).first()
    return limits.WITHDRAW_AGAIN if comes else None


def _begin(act: Act, batch: Batch) -> None:
    batch.withdrawn_at = act.now
    act.session.add(batch)
    record(act, Verb.batch_withdrawn, batch=batch.name)


def _withdraw_some(act: Act, batch: Batch) -> int:
    """One transaction's worth; how many."""
    lying = select(Card).where(Card.batch_id == batch.id, Card.status == CardStatus.available)
    wanted = lying.order_by(col(Card.created_at), col(Card.id)).limit(limits.WITHDRAWN_AT_ONCE)
    cards = act.session.exec(locking(wanted)).all()
    move_cards(act, cards, "withdraw", Verb.cards_withdrawn, batch=batch.name)
    touch(act.session, stock_topic(batch.product_id))
    return len(cards)
