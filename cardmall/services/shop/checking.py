"""A list of codes is read once, then compared with the shop's cards piece by piece; a killed job goes on (R88, R89)."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.batches import GOOD, Judged, Unreadable, known_verdict, read_list
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import BatchFailure, BatchStatus, LineVerdict
from cardmall.domain.topics import stock_topic
from cardmall.domain.verbs import Verb
from cardmall.models import Batch, BatchLine, BatchPart, BatchText, Product
from cardmall.reads.batches import known_codes, locked_batch, stock_turn
from cardmall.reads.look import Look
from cardmall.services.act import Act, move
from cardmall.services.ending import touch
from cardmall.services.shop.batches import wipe_list

TEXT, PART = "text", "part"  # kinds of encrypted pieces

T = TypeVar("T")
Rest = Callable[[], object]  # called between two stretches of work


def no_rest() -> None:
    """Nobody else wants to work in this process."""


def in_stretches(items: Iterable[T], rest: Rest) -> Iterator[T]:
    """The items; `rest` is called after every LINES_AT_A_STRETCH of them."""
    for n, item in enumerate(items, start=1):
        yield item
        if n % limits.LINES_AT_A_STRETCH == 0:
            rest()


@dataclass(frozen=True)
class ListRead:
    """What reading a list found: lines that need a word, counts by verdict, good codes in encrypted parts."""

    failure: BatchFailure | None = None
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[Judged] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PartsCompared:
    """What comparing some parts found. `start`, `end`: which parts; `marks`: codes the shop has, with what they were
    before; `parts`: those without them, by number, encrypted anew."""

    start: int
    end: int
    marks: list[tuple[Judged, LineVerdict]]
    parts: dict[int, str]


def pack_codes(look: Look, batch_id: str, n: int, codes: Sequence[Judged]) -> str:
    """Encrypt good codes with their lines as part `n` of the list."""
    text = json.dumps([[one.line, one.code, one.tail, one.verdict] for one in codes], ensure_ascii=False)
    return look.world.vault.seal_piece(batch_id, PART, n, text)


def unpack_codes(look: Look, part: BatchPart) -> list[Judged]:
    """The good codes of a part."""
    text = look.world.vault.open_piece(part.batch_id, PART, part.n, part.sealed)
    return [Judged(line, LineVerdict(verdict), code, tail) for line, code, tail, verdict in json.loads(text)]


def next_step(look: Look, batch_id: str, rest: Rest = no_rest) -> ListRead | PartsCompared | None:
    """Read the list, or compare its next parts with the shop's cards; None when nothing is left to do.

    `rest` is called in between.
    """
    batch = look.session.get_one(Batch, batch_id)
    product = look.session.get_one(Product, batch.product_id)
    if not stock_turn(look, StockAct.read, batch).is_open:
        return None
    if batch.parts is None:
        return _read(look, batch, product, rest)
    return _compare(look, batch, product, batch.parts, rest)


def _read(look: Look, batch: Batch, product: Product, rest: Rest) -> ListRead:
    found, waiting = ListRead(), list[Judged]()

    def put_away() -> None:
        found.parts.append(pack_codes(look, batch.id, len(found.parts), waiting))
        waiting.clear()

    try:
        lines = read_list(_texts(look, batch), batch.form, case_sensitive=product.case_sensitive)
        for judged in in_stretches(lines, rest):
            found.counts[judged.verdict.value] += 1
            if judged.verdict is not LineVerdict.good:
                found.lines.append(replace(judged, code=""))
            if judged.verdict in GOOD:
                waiting.append(judged)
            if len(waiting) == limits.STOCKED_AT_ONCE:
                put_away()
    except Unreadable as why:
        return ListRead(why.failure)
    if waiting:
        put_away()
    return found


def _texts(look: Look, batch: Batch) -> Iterator[str]:
    """The list piece by piece: one is in memory at a time."""
    for n in itertools.count():
        piece = look.session.get(BatchText, (batch.id, n))
        if piece is None:
            return
        yield look.world.vault.open_piece(batch.id, TEXT, n, piece.sealed)


def _compare(look: Look, batch: Batch, product: Product, parts: int, rest: Rest) -> PartsCompared:
    end = min(parts, batch.looked + limits.CHECKED_AT_ONCE)
    found = PartsCompared(batch.looked, end, [], {})
    which = (BatchPart.batch_id == batch.id, col(BatchPart.n).in_(range(batch.looked, end)))
    for part in look.session.exec(select(BatchPart).where(*which)).all():
        codes = unpack_codes(look, part)
        marks = _marks(look, product, codes)
        if marks:
            left = {mark.line for mark, _ in marks}
            found.marks.extend(marks)
            kept = [one for one in codes if one.line not in left]
            found.parts[part.n] = pack_codes(look, batch.id, part.n, kept)
        rest()
    return found


def _marks(look: Look, product: Product, codes: Sequence[Judged]) -> list[tuple[Judged, LineVerdict]]:
    blinds = {str(one.line): look.world.vault.blinds(product, one.code) for one in codes}
    known = known_codes(look.session, product, blinds)
    marks: list[tuple[Judged, LineVerdict]] = []
    for one in codes:
        card = known.get(str(one.line))
        verdict = known_verdict(card.status, same_product=card.same_product) if card else None
        if verdict:
            marks.append((replace(one, verdict=verdict, code=""), one.verdict))
    return marks


def take_step(act: Act, batch_id: str, found: ListRead | PartsCompared | None) -> timedelta | None:
    """Write down what a step found, unless another worker was faster; None: nothing is left to do."""
    batch = locked_batch(act.session, batch_id)
    if found is None or not stock_turn(act, StockAct.read, batch).is_open:
        return None
    if isinstance(found, ListRead):
        if batch.parts is None:
            _take_reading(act, batch, found)
    elif batch.looked == found.start:
        _take_comparison(act, batch, found)
    touch(act.session, stock_topic(batch.product_id))
    if batch.status is BatchStatus.reading and batch.looked == batch.parts:
        move(act, batch, "check", Verb.batch_checked, batch=batch.name, counts=batch.counts)
    return timedelta() if batch.status is BatchStatus.reading else None


def _take_reading(act: Act, batch: Batch, found: ListRead) -> None:
    if found.failure:
        batch.failure, batch.ended_at = found.failure, act.now
        move(act, batch, "fail", Verb.batch_failed, batch=batch.name, failure=found.failure.value)
        wipe_list(act, batch)
        return
    act.session.connection().execute(sa.delete(BatchText).where(col(BatchText.batch_id) == batch.id))
    parts = [{"batch_id": batch.id, "n": n, "sealed": text} for n, text in enumerate(found.parts)]
    _insert(act, BatchPart, parts)
    _insert(act, BatchLine, [_line(batch, one) for one in found.lines])
    batch.parts, batch.counts = len(parts), dict(found.counts)
    _count(batch)


def _take_comparison(act: Act, batch: Batch, found: PartsCompared) -> None:
    counts = Counter(batch.counts)
    for mark, before in found.marks:
        counts[before.value] -= 1
        counts[mark.verdict.value] += 1
    for n, sealed in found.parts.items():
        which = (col(BatchPart.batch_id) == batch.id, col(BatchPart.n) == n)
        act.session.connection().execute(sa.update(BatchPart).where(*which).values(sealed=sealed))
    cleaned = [mark.line for mark, before in found.marks if before is LineVerdict.cleaned]
    old = (col(BatchLine.batch_id) == batch.id, col(BatchLine.line).in_(cleaned))
    act.session.connection().execute(sa.delete(BatchLine).where(*old))
    _insert(act, BatchLine, [_line(batch, mark) for mark, _ in found.marks])
    batch.looked, batch.counts = found.end, {name: n for name, n in counts.items() if n}
    _count(batch)


def _count(batch: Batch) -> None:
    batch.good = sum(batch.counts.get(verdict.value, 0) for verdict in GOOD)


def _line(batch: Batch, one: Judged) -> dict[str, object]:
    return {"batch_id": batch.id, "line": one.line, "verdict": one.verdict, "tail": one.tail, "first": one.first}


def _insert(act: Act, table: type[BatchPart] | type[BatchLine], rows: list[dict[str, object]]) -> None:
    if rows:
        act.session.connection().execute(sa.insert(table), rows)
