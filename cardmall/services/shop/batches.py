"""A merchant hands in a list of codes, looks at its verdicts, and takes it into stock or drops it (R88-R90)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from unicodedata import normalize

import sqlalchemy as sa
from sqlmodel import col, func, select

from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import BatchStatus, FieldError, ListForm, invalid
from cardmall.domain.topics import stock_topic
from cardmall.domain.upkeep import DropBatch, ReadBatch, StockBatch, WithdrawBatch
from cardmall.domain.verbs import Verb
from cardmall.domain.words import said, wrong_number
from cardmall.models import Batch, BatchLine, BatchPart, BatchText, StockWatch
from cardmall.reads.batches import (
    batch_for,
    demand_stock,
    locked_batch,
    product_with_room,
    stock_turn,
    stocked_product,
)
from cardmall.reads.keys import read_day
from cardmall.services.act import Act, move, record, schedule, start
from cardmall.services.ending import touch
from cardmall.services.order.delivery import one_at_a_time


def hand_in_list(act: Act, slug: object, batch_id: str, *, form: ListForm, sealed: Sequence[str]) -> str:
    """Keep a list for a product of one's own shop, and have it read; its name. `sealed`: its pieces, encrypted for
    `batch_id`, which the caller made up. Refused: by_hand, too_many_batches."""
    shop_id = stocked_product(act, slug).shop_id
    one_at_a_time(act.session, shop_id)
    product = product_with_room(act, slug, lock=True)
    told = {"shop_id": shop_id, "product_id": product.id or 0, "maker_id": act.who.id, "created_at": act.now}
    batch = Batch(id=batch_id, name=_new_name(act, shop_id), form=form, status=BatchStatus.reading, **told)
    start(act, batch, "hand_in", Verb.batch_handed_in, batch=batch.name, product=product.slug)
    rows = [{"batch_id": batch_id, "n": n, "sealed": text} for n, text in enumerate(sealed)]
    act.session.connection().execute(sa.insert(BatchText), rows)
    schedule(act, ReadBatch(batch_id), act.now)
    schedule(act, DropBatch(batch_id), act.now + limits.BATCH_WAITS)
    touch(act.session, stock_topic(product.id))
    return batch.name


def _new_name(act: Act, shop_id: int) -> str:
    """The day and a number: PC-261129-01. The shop is locked."""
    day = f"PC-{act.now.astimezone(SHANGHAI):%y%m%d}-"
    count = select(func.count()).select_from(Batch).where(Batch.shop_id == shop_id, col(Batch.name).startswith(day))
    return f"{day}{act.session.exec(count).one() + 1:02d}"


def confirm_batch(act: Act, name: object, *, note: object = "", valid_until: object = "") -> None:
    """Take the good codes of a checked list into stock, by jobs; a second press is nothing. Refused: changed when it
    was dropped, or none is good; beside the field a note too long, a day that is none or over."""
    batch = batch_for(act, name, lock=True)
    demand_stock(act, StockAct.confirm, batch)
    if batch.status is not BatchStatus.checked:
        return
    batch.note, batch.valid_until = _checked_form(note, valid_until, act.now)
    move(act, batch, "stock", Verb.batch_confirmed, batch.note, batch=batch.name)
    schedule(act, StockBatch(batch.id), act.now)
    if batch.valid_until:
        schedule(act, WithdrawBatch(batch.id, batch.valid_until), batch.valid_until)
    touch(act.session, stock_topic(batch.product_id))


def _checked_form(note: object, valid_until: object, now: datetime) -> tuple[str, datetime | None]:
    words, wrong = said(note), {}
    if len(words) > limits.BATCH_NOTE:
        wrong["note"] = FieldError.too_long
    until = None
    if str(valid_until or "").strip():
        until = _end_of(valid_until)
        if until is None or not now < until <= now + limits.VALID_AHEAD:
            wrong["valid_until"] = FieldError.out_of_range
    if wrong:
        raise invalid(**wrong)
    return words, until


def _end_of(day: object) -> datetime | None:
    """24:00 of this day in Shanghai."""
    found = read_day(str(day).strip())
    return datetime.combine(found + timedelta(days=1), time(), SHANGHAI) if found else None


def drop_batch(act: Act, name: object) -> None:
    """Forget a list that was not taken into stock; twice is nothing. Refused: changed."""
    batch = batch_for(act, name, lock=True)
    demand_stock(act, StockAct.drop, batch)
    _drop(act, batch)


def drop_unconfirmed(act: Act, batch_id: str) -> None:
    """Its time is over: a list nobody said yes to is forgotten."""
    batch = locked_batch(act.session, batch_id)
    if stock_turn(act, StockAct.drop, batch).is_open:
        _drop(act, batch)


def _drop(act: Act, batch: Batch) -> None:
    if batch.status is BatchStatus.dropped:
        return
    batch.ended_at = act.now
    move(act, batch, "drop", Verb.batch_dropped, batch=batch.name)
    wipe_list(act, batch)


def wipe_list(act: Act, batch: Batch) -> None:
    """Delete what was kept of a list that will never be stock."""
    for table in (BatchText, BatchPart, BatchLine):
        act.session.connection().execute(sa.delete(table).where(col(table.batch_id) == batch.id))
    touch(act.session, stock_topic(batch.product_id))


def set_stock_line(act: Act, slug: object, line: object) -> None:
    """Tell the shop when fewer than `line` cards of the product are left; "" for never. Refused:
    out_of_range, not_a_number."""
    product = stocked_product(act, slug, lock=True)
    demand_stock(act, StockAct.set_line)
    text = normalize("NFKC", str(line if line is not None else "")).strip()
    digits = text.isascii() and text.isdigit() and len(text) < 7
    if text and not (digits and int(text) in limits.LOW_STOCK):
        raise invalid(line=wrong_number(text))
    watch = act.session.get(StockWatch, product.id) or StockWatch(product_id=product.id or 0)
    watch.line = int(text) if text else None
    act.session.add(watch)
    record(act, Verb.stock_line_set, product=product.slug, line=text)
    touch(act.session, stock_topic(product.id))
