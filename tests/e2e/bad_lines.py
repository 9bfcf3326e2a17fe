"""A table of 100,000 codes in GB18030 with 40 kinds of cells that are no plain code, and the verdict on each."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cardmall.domain.terms import LineVerdict as V

CODES = 100_000  # cells that are not blank
EACH = 4  # cells of every kind
HEADING = "序号,卡密,备注"

Cell = Callable[[str], str]


@dataclass(frozen=True)
class Kind:
    """Cells made from a code: `of` names whose ("" = one of its own), `cell` is what the file says."""

    name: str
    verdict: V
    cell: Cell
    of: str = ""


def _quoted(text: str) -> str:
    return f'"{text}"'


def _wide(code: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in code)


def _lines(count: int) -> Cell:
    return lambda code: _quoted("\n".join([code, *("x" * (n + 1) for n in range(count - 1))]))


KINDS = (
    Kind("nothing", V.blank, lambda _: ""),
    Kind("blanks", V.blank, lambda _: "   "),
    Kind("a tab in quotes", V.blank, lambda _: _quoted("\t")),
    Kind("a no-break blank", V.blank, lambda _: "\u00a0"),
    Kind("a blank of no width", V.blank, lambda _: "\u200b"),
    Kind("dashes", V.blank, lambda _: "----"),
    Kind("wide dashes", V.blank, lambda _: "\uff0d\u2014"),
    Kind("line ends in quotes", V.blank, lambda _: _quoted("\n\n")),
    Kind("2,001 signs", V.too_long, lambda code: code + "Y" * (2001 - len(code))),
    Kind("2,001 Chinese signs", V.too_long, lambda code: code + "字" * (2001 - len(code))),
    Kind("20,000 signs", V.too_long, lambda code: code * 1000),
    Kind("2,100 signs in 10 lines", V.too_long, lambda code: _quoted("\n".join([code, *["y" * 230] * 9]))),
    Kind("21 lines", V.too_many_lines, _lines(21)),
    Kind("40 lines", V.too_many_lines, _lines(40)),
    Kind("again", V.repeated, str, "good"),
    Kind("again in small letters", V.repeated, str.lower, "good"),
    Kind("again without dashes", V.repeated, lambda code: code.replace("-", ""), "good"),
    Kind("again with blanks", V.repeated, lambda code: " ".join(code), "good"),
    Kind("again in wide letters", V.repeated, _wide, "good"),
    Kind("again with unseen signs", V.repeated, "\u200b".join, "good"),
    Kind("again in quotes", V.repeated, _quoted, "good"),
    Kind("in stock", V.in_stock, str, "stock"),
    Kind("in stock, small letters", V.in_stock, str.lower, "stock"),
    Kind("in stock, a no-break blank", V.in_stock, lambda code: code.replace("-", "\u00a0"), "stock"),
    Kind("sold", V.sold, str, "sold"),
    Kind("sold, wide letters", V.sold, _wide, "sold"),
    Kind("another product's", V.elsewhere, str, "other"),
    Kind("another product's, small letters", V.elsewhere, str.lower, "other"),
    Kind("withdrawn before", V.good, str, "withdrawn"),
    Kind("a soft hyphen inside", V.cleaned, lambda code: f"{code[:3]}\u00ad{code[3:]}"),
    Kind("a byte order mark inside", V.cleaned, lambda code: f"{code[:3]}\ufeff{code[3:]}"),
    Kind("writing from the right", V.cleaned, lambda code: f"\u200f{code}"),
    Kind("a bell", V.cleaned, lambda code: f"{code}\x07"),
    Kind("a no-break blank inside", V.cleaned, lambda code: f"{code}\u00a0Z"),
    Kind("a formula", V.good, lambda code: f'=cmd|"{code}"!A1'.replace('"', "'")),
    Kind("quotes", V.good, lambda code: _quoted(f'{code}""Q""')),
    Kind("a comma", V.good, lambda code: _quoted(f"{code},9")),
    Kind("20 lines", V.good, _lines(20)),
    Kind("2,000 signs", V.good, lambda code: code + "Z" * (2000 - len(code))),
    Kind("a picture sign", V.good, lambda code: f"{code}🀄"),
)
assert len(KINDS) == 40


@dataclass(frozen=True)
class Table:
    """The file, how many cells have each verdict, and the codes known before, by whose they are."""

    data: bytes
    counts: Counter[str]
    known: dict[str, list[str]]


def plain(mark: str, what: str) -> Iterator[str]:
    return (f"{mark}-{what}-{n:06d}" for n in range(CODES))


def known_codes(mark: str) -> dict[str, list[str]]:
    """Codes the shop has before: as many of each as the kinds ask for."""
    wanted = Counter(kind.of for kind in KINDS if kind.of not in ("", "good"))
    return {whose: list(islice(plain(mark, whose.upper()), EACH * count)) for whose, count in wanted.items()}


def bad_table(mark: str) -> Table:
    """Good codes first, then every kind by turns among them."""
    known, good = known_codes(mark), plain(mark, "GOOD")
    cells = [(cell, V.good) for cell in islice(good, 1000)]
    taken = {whose: iter(codes) for whose, codes in known.items()} | {"good": plain(mark, "GOOD")}
    for n in range(EACH):
        own = plain(mark, f"OWN{n}")
        for kind in KINDS:
            code = next(taken[kind.of] if kind.of else own)
            cells += [(kind.cell(code), kind.verdict), *((cell, V.good) for cell in islice(good, 37))]
    missing = CODES - sum(verdict is not V.blank for _, verdict in cells)
    cells += [(cell, V.good) for cell in islice(good, missing)]
    return Table(_written(cells), Counter(verdict.value for _, verdict in cells), known)


def _written(cells: Sequence[tuple[str, V]]) -> bytes:
    rows = (f"{n},{cell},备注{n % 7}" for n, (cell, _) in enumerate(cells, 1))
    return "\r\n".join([HEADING, *rows, ""]).encode("gb18030")
