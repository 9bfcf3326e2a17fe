"""The stock of one product: how many cards stand where, and the batches they came in. No code is read here."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.goods import days_left
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import OPEN_BATCH, BatchStatus, CardStatus
from cardmall.models import Account, Batch, Card, Order, Product, StockWatch
from cardmall.reads.batches import stock_turn, stocked_product, takes_lists
from cardmall.reads.code_files import is_untaken, open_file
from cardmall.reads.goods import cards_counted, cards_standing, waits_for_stock
from cardmall.reads.look import Look
from cardmall.reads.sales import sold_lately
from cardmall.views.recalls import RecallRow, recalls_of

_LEFT, _WITHDRAWN = (CardStatus.available,), (CardStatus.withdrawn,)
_USED = (CardStatus.revealed, CardStatus.redeemed)
_SOLD = (CardStatus.sealed, *_USED, CardStatus.voided)
_STAND = {
    "left": _LEFT,
    "kept": (CardStatus.reserved, CardStatus.allocated),
    "sealed": (CardStatus.sealed,),
    "used": _USED,
    "gone": (CardStatus.voided, CardStatus.withdrawn),
}


@dataclass(frozen=True)
class BatchRow:
    """One batch; `total` codes came into stock, `left` are on the shelf. `is_open`: not at its end yet;
    `is_empty`: none of its codes can come into stock.

    Cards of each status are counted to CARDS_COUNTED; `percent` are sold, as far as that tells.
    """

    name: str
    note: str
    maker: str
    at: datetime
    status: str
    is_open: bool
    is_empty: bool
    total: int
    left: int
    sold: int
    percent: int
    withdrawn: int
    valid_until: datetime | None
    may_withdraw: bool
    may_recall: bool


@dataclass(frozen=True)
class ProductStock:
    """Cards by where they stand, of each status counted to CARDS_COUNTED; `key`: by which the product's pages listen.

    `sold` pieces in the last SALES_TOLD, to SALES_COUNTED; at that rate the shelf is empty in `days`, -1 = not told.
    `waiting` orders lack cards; `line`: the low stock line, "" for none. `untaken` codes are never sold again and may
    be taken along; `file`: the key of the last file of whoever looks, while it is open to them, until `file_until`.
    """

    key: int = 0
    slug: str = ""
    name: str = ""
    cover: str = ""
    picture: str = ""
    price: int = 0
    mode: str = ""
    left: int = 0
    kept: int = 0
    sealed: int = 0
    used: int = 0
    gone: int = 0
    sold: int = 0
    days: int = -1
    waiting: int = 0
    takes_lists: bool = True
    line: str = ""
    untaken: int = 0
    may_recall: bool = False
    recalls: list[RecallRow] = field(default_factory=list)
    file: str = ""
    file_cards: int = 0
    file_until: datetime | None = None
    rows: list[BatchRow] = field(default_factory=list)
    next_key: str = ""


def product_stock(look: Look, slug: object, *, after: str = "") -> ProductStock:
    """The stock of a product of one's own shop, with some batches, the newest first. Refused: none of theirs."""
    product = stocked_product(look, slug)
    recalls, sold = recalls_of(look, product), sold_lately(look, [product])[product.id or 0]
    rows, next_key = _batches(look, product, after, {one.batch for one in recalls if one.looked_too})
    counts = _where_they_stand(look, product)
    watch = look.session.get(StockWatch, product.id)
    waiting, file = _waiting(look, product), open_file(look, product)
    return ProductStock(
        key=product.id or 0,
        slug=product.slug,
        name=product.name,
        cover=product.cover,
        picture=cover_picture(product.pictures),
        price=product.price,
        mode=product.mode.value,
        **counts,
        sold=sold,
        days=days_left(counts["left"], sold),
        waiting=waiting,
        takes_lists=takes_lists(look.session, product, waiting=waiting),
        line="" if watch is None or watch.line is None else str(watch.line),
        may_recall=stock_turn(look, StockAct.recall).is_open,
        recalls=recalls,
        file=file.id if file else "",
        file_cards=file.cards if file else 0,
        file_until=file.created_at + limits.CODE_FILE_OPEN if file else None,
        rows=rows,
        next_key=next_key,
    )


def _where_they_stand(look: Look, product: Product) -> dict[str, int]:
    """Its cards by where they stand, and those whose codes may be exported, as far as they are counted."""
    mine, code = col(Card.product_id) == product.id, col(Card.blind) != col(Card.id)  # a receipt is no code
    each = [cards_standing(mine, which, by=col(Card.created_at), of=code).label(name) for name, which in _STAND.items()]
    each.append(cards_counted(*is_untaken(product), by=col(Card.id)).label("untaken"))
    return dict(look.session.connection().execute(sa.select(*each)).mappings().one())


def _waiting(look: Look, product: Product) -> int:
    counted = sa.select(sa.func.count()).select_from(Order).where(*waits_for_stock(product.id))
    return look.session.connection().execute(counted).scalar_one()


def _batches(look: Look, product: Product, after: str, recalled: set[str]) -> tuple[list[BatchRow], str]:
    """`recalled`: the names of those of which nothing is left to recall."""
    wanted = select(Batch, Account.name).join(Account, col(Account.id) == Batch.maker_id)
    wanted = wanted.where(Batch.product_id == product.id)
    order = (col(Batch.created_at).desc(), col(Batch.id).desc())
    if after:
        last = select(Batch.created_at, Batch.id).where(Batch.shop_id == product.shop_id, Batch.name == after)
        if key := look.session.exec(last).first():
            earlier = (col(Batch.created_at) == key[0]) & (col(Batch.id) < key[1])
            wanted = wanted.where((col(Batch.created_at) < key[0]) | earlier)
    found = look.session.exec(wanted.order_by(*order).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    counts = _by_batch(look, [batch.id for batch, _ in page])
    rows = [_row(look, batch, maker, *counts[batch.id]) for batch, maker in page]
    rows = [replace(row, may_recall=row.may_recall and row.name not in recalled) for row in rows]
    return rows, page[-1][0].name if len(found) > limits.PAGE_SIZE else ""


def _by_batch(look: Look, ids: list[str]) -> dict[str, tuple[int, int, int]]:
    """Of each batch, as far as they are counted: cards left, sold, withdrawn."""
    mine = col(Card.batch_id) == col(Batch.id)
    each = [cards_standing(mine, which, by=col(Card.id)) for which in (_LEFT, _SOLD, _WITHDRAWN)]
    found = look.session.connection().execute(sa.select(col(Batch.id), *each).where(col(Batch.id).in_(ids)))
    return {row[0]: (row[1], row[2], row[3]) for row in found}


def _row(look: Look, batch: Batch, maker: str, left: int, sold: int, withdrawn: int) -> BatchRow:
    return BatchRow(
        name=batch.name,
        note=batch.note,
        maker=maker,
        at=batch.created_at,
        status=batch.status.value,
        is_open=batch.status in OPEN_BATCH,
        is_empty=batch.status is BatchStatus.checked and not batch.good,
        total=batch.stocked,
        left=left,
        sold=sold,
        percent=100 * sold // batch.stocked if batch.stocked else 0,
        withdrawn=withdrawn,
        valid_until=batch.valid_until,
        may_recall=left + sold > 0 and stock_turn(look, StockAct.recall, batch).is_open,
        may_withdraw=left > 0 and batch.withdrawn_at is None and stock_turn(look, StockAct.withdraw, batch).is_open,
    )
