"""A list of codes on its way into stock: how far it is, and the verdict on each line, by number and tail only (R89)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.terms import BatchStatus, LineVerdict, ListForm
from cardmall.models import Batch, BatchLine, Product
from cardmall.reads.batches import batch_for, stocked_product, takes_lists
from cardmall.reads.look import Look


@dataclass(frozen=True)
class LineRow:
    """A line with its verdict (`first`: the line it repeats), or the lines from `line` to `last` that are good."""

    line: int
    last: int
    verdict: str
    tail: str = ""
    first: int = 0


@dataclass(frozen=True)
class VerdictRow:
    """How many lines have this verdict, the first of them as words ("3, 4, 17"), and whether there are more."""

    verdict: str
    count: int
    lines: str = ""
    more: bool = False


@dataclass(frozen=True)
class ImportView:
    """A product, by whose `key` its pages listen, and one list for it (`batch` is "" for none yet).

    `percent`: how far the checking, or the stocking, has come. `taken`: codes another card got meanwhile; `next_key`
    leads on ("" = the end).
    """

    key: int = 0
    slug: str = ""
    name: str = ""
    takes_lists: bool = True
    batch: str = ""
    status: str = ""
    failure: str = ""
    total: int = 0
    good: int = 0
    skipped: int = 0
    stocked: int = 0
    taken: int = 0
    percent: int = 0
    waits_until: datetime | None = None
    counts: list[VerdictRow] = field(default_factory=list)
    rows: list[LineRow] = field(default_factory=list)
    next_key: str = ""


def import_view(look: Look, slug: object, batch: object = "", *, after: str = "") -> ImportView:
    """The list `batch` of a product of one's own shop, its lines after `after`. Refused: none of theirs."""
    product = stocked_product(look, slug)
    found = batch_for(look, batch) if batch else None
    if found is None or found.product_id != product.id:
        return ImportView(product.id or 0, product.slug, product.name, takes_lists(look.session, product))
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    return _view(look, product, found, place)


def _view(look: Look, product: Product, batch: Batch, after: int) -> ImportView:
    total = sum(batch.counts.values())
    rows, next_key = _lines(look, batch, total, after)
    return ImportView(
        key=product.id or 0,
        slug=product.slug,
        name=product.name,
        batch=batch.name,
        status=batch.status.value,
        failure=batch.failure.value if batch.failure else "",
        total=total,
        good=batch.good,
        skipped=total - batch.good,
        stocked=batch.stocked,
        taken=batch.taken,
        percent=_percent(batch),
        waits_until=batch.created_at + limits.BATCH_WAITS,
        counts=_counts(look, batch),
        rows=rows,
        next_key=next_key,
    )


def _percent(batch: Batch) -> int:
    """Of the checking, then of the stocking."""
    done = batch.done if batch.status is BatchStatus.stocking else batch.looked
    return 100 * done // batch.parts if batch.parts else 0


def _counts(look: Look, batch: Batch) -> list[VerdictRow]:
    """Of each verdict that occurs; the good ones first, without their lines."""
    named = _named(look, batch)
    return [_count(verdict, batch.counts[verdict.value], named.get(verdict, ())) for verdict in LineVerdict
            if batch.counts.get(verdict.value)]  # fmt: skip


def _named(look: Look, batch: Batch) -> dict[LineVerdict, list[int]]:
    """The first lines of each verdict: a few steps along its index, however long the list is."""
    firsts = [sa.select(_first_lines(batch, LineVerdict(verdict)).subquery()) for verdict in batch.counts]
    named: dict[LineVerdict, list[int]] = {}
    if firsts:
        for verdict, line in look.session.connection().execute(sa.union_all(*firsts)):
            named.setdefault(verdict, []).append(line)
    return {verdict: sorted(lines) for verdict, lines in named.items()}


def _first_lines(batch: Batch, verdict: LineVerdict) -> sa.Select[LineVerdict, int]:
    found = sa.select(col(BatchLine.verdict), col(BatchLine.line)).where(col(BatchLine.batch_id) == batch.id)
    return found.where(col(BatchLine.verdict) == verdict).order_by(col(BatchLine.line)).limit(limits.LINES_NAMED)


def _count(verdict: LineVerdict, count: int, lines: Sequence[int]) -> VerdictRow:
    return VerdictRow(verdict.value, count, ", ".join(map(str, lines)), bool(lines) and count > len(lines))


def _lines(look: Look, batch: Batch, total: int, after: int) -> tuple[list[LineRow], str]:
    """Lines that need a word, and between them how many come into stock."""
    wanted = select(BatchLine).where(BatchLine.batch_id == batch.id, col(BatchLine.line) > after)
    found = look.session.exec(wanted.order_by(col(BatchLine.line)).limit(limits.LIST_SIZE + 1)).all()
    page, more = found[: limits.LIST_SIZE], len(found) > limits.LIST_SIZE
    first = 2 if batch.form is ListForm.table else 1
    rows: list[LineRow] = []
    seen = max(after, first - 1)
    for line in page:
        rows += _between(seen, line.line)
        rows.append(LineRow(line.line, line.line, line.verdict.value, line.tail, line.first))
        seen = line.line
    if batch.form is ListForm.lines and not more:
        rows += _between(seen, total + 1)
    return rows, str(page[-1].line) if more else ""


def _between(before: int, line: int) -> list[LineRow]:
    return [LineRow(before + 1, line - 1, LineVerdict.good.value)] if line - before > 1 else []
