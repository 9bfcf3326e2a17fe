"""Jobs of stock: lists of codes are read, compared and taken in, piece by piece; what is low is told."""

import time
from datetime import timedelta
from typing import Any

from cardmall.adapters import db
from cardmall.adapters.jobs import handler, periodic
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.terms import SYSTEM
from cardmall.domain.upkeep import (
    DropBatch,
    ListRecall,
    ReadBatch,
    RecallOrder,
    ServeWaiting,
    StockBatch,
    WatchStock,
    WithdrawBatch,
)
from cardmall.models import Product
from cardmall.services.act import Act
from cardmall.services.case import recalls
from cardmall.services.shop import batches, checking, recalling, restock, watching, withdrawing
from cardmall.services.shop.checking import ListRead, PartsCompared
from cardmall.services.shop.restock import PartSealed


def _rest() -> None:
    """A long list takes all of one core: a worker inside a web process lets the pages have it in between."""
    time.sleep(limits.LIST_REST.total_seconds())


def _step(task: ReadBatch) -> ListRead | PartsCompared | None:
    with db.reading() as session:
        return checking.next_step(a_look(session, SYSTEM), task.batch_id, _rest)


@handler(ReadBatch, act=_step)
def batch_read(act: Act, task: ReadBatch, found: ListRead | PartsCompared | None) -> timedelta | None:
    return checking.take_step(act, task.batch_id, found)


def _seal(task: StockBatch) -> PartSealed | None:
    with db.reading() as session:
        return restock.seal_next_part(a_look(session, SYSTEM), task.batch_id, _rest)


@handler(StockBatch, act=_seal)
def part_stocked(act: Act, task: StockBatch, found: PartSealed | None) -> timedelta | None:
    return restock.stock_part(act, task.batch_id, found)


@handler(ServeWaiting)
def waiting_served(act: Act, task: ServeWaiting, _: Any) -> timedelta | None:
    return timedelta() if restock.serve_waiting(act, act.session.get_one(Product, task.product_id)) else None


@handler(DropBatch)
def batch_dropped(act: Act, task: DropBatch, _: Any) -> None:
    batches.drop_unconfirmed(act, task.batch_id)


@handler(WithdrawBatch)
def batch_withdrawn(act: Act, task: WithdrawBatch, _: Any) -> timedelta | None:
    return withdrawing.go_on_withdrawing(act, task.batch_id)


@handler(ListRecall)
def recall_listed(act: Act, task: ListRecall, _: Any) -> timedelta | None:
    return recalling.list_orders(act, task.recall_id)


@handler(RecallOrder)
def order_recalled(act: Act, task: RecallOrder, _: Any) -> timedelta | None:
    return recalls.recall_order(act, task.recall_id, task.order_id)


@periodic(WatchStock, limits.WATCH_STOCK_EVERY)
def stock_watched(act: Act, task: WatchStock, _: Any) -> timedelta | None:
    return timedelta() if watching.watch_stock(act) else None
