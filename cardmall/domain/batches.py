"""A list of codes read into records, and the verdict on each: what comes into stock, and why the others do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from cardmall.domain import limits
from cardmall.domain.codes import compared, kept_code, tail_of
from cardmall.domain.tables import NoTable, table_codes
from cardmall.domain.terms import BatchFailure, CardStatus, LineVerdict, ListForm
from cardmall.domain.texts import split_lines

GOOD = frozenset({LineVerdict.good, LineVerdict.cleaned})
_WAITS = frozenset({CardStatus.available, CardStatus.reserved, CardStatus.allocated})


class Unreadable(Exception):
    """The list cannot be read to its end."""

    def __init__(self, failure: BatchFailure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class Entry:
    """One code as it came, and the line it begins in, counted from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class Judged:
    """The verdict on one record. `code`: what is kept of it; `first`: the line it repeats, 0 for none."""

    line: int
    verdict: LineVerdict
    code: str = ""
    tail: str = ""
    first: int = 0


def list_form_of(name: object) -> ListForm:
    """How a file of this name lists its codes."""
    return ListForm.table if str(name or "").lower().endswith(".csv") else ListForm.lines


def read_list(texts: Iterable[str], form: ListForm, *, case_sensitive: bool) -> Iterator[Judged]:
    """Judge every record, compared as the product compares. Raises Unreadable: too_many, no_table, empty."""
    seen: dict[bytes, int] = {}
    codes = 0
    for number, record in enumerate(_records(texts, form), 1):
        judged = _judge(record, seen, case_sensitive=case_sensitive)
        codes += judged.verdict is not LineVerdict.blank
        if codes > limits.LIST_CODES or number > limits.LIST_LINES:
            raise Unreadable(BatchFailure.too_many)
        yield judged
    if not codes:
        raise Unreadable(BatchFailure.empty)


def _records(texts: Iterable[str], form: ListForm) -> Iterator[Entry]:
    lines = split_lines(texts, limits.LINE_SIGNS)
    return _of_table(lines) if form is ListForm.table else _of_lines(lines)


def _of_lines(lines: Iterable[str]) -> Iterator[Entry]:
    return (Entry(number, text) for number, text in enumerate(lines, 1))


def _of_table(lines: Iterable[str]) -> Iterator[Entry]:
    try:
        yield from (Entry(line, code) for line, code in table_codes(lines))
    except NoTable:
        raise Unreadable(BatchFailure.no_table) from None


def _judge(record: Entry, seen: dict[bytes, int], *, case_sensitive: bool) -> Judged:
    """By the record alone, and by those before it."""
    if len(record.text) > limits.LINE_SIGNS:
        return Judged(record.line, LineVerdict.too_long)
    code = kept_code(record.text)
    same = compared(code, case_sensitive=case_sensitive)
    if not same:
        return Judged(record.line, LineVerdict.blank)
    tail = tail_of(same)
    if len(code) > limits.CODE_SIGNS:
        return Judged(record.line, LineVerdict.too_long, tail=tail)
    if code.count("\n") >= limits.CODE_LINES:
        return Judged(record.line, LineVerdict.too_many_lines, tail=tail)
    first = seen.setdefault(blake2b(same.encode(), digest_size=16).digest(), record.line)
    if first != record.line:
        return Judged(record.line, LineVerdict.repeated, tail=tail, first=first)
    verdict = LineVerdict.good if code == record.text.strip() else LineVerdict.cleaned
    return Judged(record.line, verdict, code, tail)


def known_verdict(status: CardStatus, *, same_product: bool) -> LineVerdict | None:
    """The verdict on a code that a card of the shop with this status has already; None: it may come again."""
    if status is CardStatus.withdrawn:
        return None
    if not same_product:
        return LineVerdict.elsewhere
    return LineVerdict.in_stock if status in _WAITS else LineVerdict.sold


def watch_state(available: int, line: int | None) -> str:
    """What a shop should know of a product with so many available cards: "out", "low" or ""."""
    if available == 0:
        return "out"
    return "low" if line is not None and available < line else ""
