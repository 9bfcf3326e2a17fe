"""A table of codes as a spreadsheet writes it: which sign parts its columns, what its first row says, which cells are
a code."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from cardmall.domain.codes import compared, kept_code

CODE_COLUMNS = frozenset({"CODE", "卡密", "SECRET"})
# As `compared`. One of these makes a first row names of columns where none of them is the code's: any other row of
# words may be the first account of a list without names.
_OTHER_COLUMNS = frozenset({
    *("账号", "帐号", "账户", "帐户", "用户", "用户名", "登录名", "密码", "登录密码", "邮箱", "邮箱密码"),
    *("卡号", "序列号", "兑换码", "激活码", "密钥", "链接", "有效期", "到期时间", "备注"),
    *("ACCOUNT", "USER", "USERNAME", "LOGIN", "EMAIL", "MAIL", "PASSWORD", "PASS", "PWD"),
    *("SERIAL", "SERIALNUMBER", "KEY", "LICENSE", "LICENSEKEY", "PIN", "TOKEN", "LINK", "URL", "NOTE"),
})  # fmt: skip
_PARTED_BY = ",;\t"
_QUOTES = "\"'“”‘’ "
_BOM = "\ufeff"


class NoTable(Exception):
    """The first row does not name the columns, a row has cells beside the only column, or a quote is left open."""


@dataclass(frozen=True)
class _Columns:
    """The names of the columns, and the place of the one with the codes. None: all columns together are a code.

    `first_row`: the row above the others, where it is a code itself because nothing names the only column.
    """

    names: list[str]
    place: int | None
    first_row: list[str] | None = None

    def code_of(self, row: list[str]) -> str:
        """Raises NoTable: a second cell in a table of one column without a name."""
        if self.first_row is not None and len(row) > 1:
            raise NoTable
        if self.place is not None:
            return row[self.place] if self.place < len(row) else ""
        named = zip_longest(self.names, row, fillvalue="")
        return "\n".join(f"{name}：{value}" if name else value for name, value in named if value.strip())


def table_codes(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each code with the line its row begins in, counted from 1; blank rows are "". Raises NoTable."""
    try:
        yield from _codes(iter(lines))
    except csv.Error:
        raise NoTable from None


def _codes(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    above = 0
    first = next(lines, None)
    while first is not None and not kept_code(first):
        above += 1
        yield above, ""
        first = next(lines, None)
    if first is not None:
        yield from _below(above, first.lstrip(_BOM), lines)


def _below(above: int, first: str, rest: Iterator[str]) -> Iterator[tuple[int, str]]:
    """The codes of the rows from `first` on, with `above` blank lines before it."""
    lines = (f"{line}\n" for line in chain((first,), rest))
    rows = csv.reader(lines, delimiter=_parted_by(first), strict=True)
    columns = _columns(next(rows))
    if columns.first_row is not None:
        yield above + 1, columns.code_of(columns.first_row)
    start = rows.line_num
    for row in rows:
        yield above + start + 1, columns.code_of(row)
        start = rows.line_num


def _parted_by(heading: str) -> str:
    """The sign that finds the column of the codes in the first row; else the one that finds most columns."""

    def found(sign: str) -> tuple[bool, int]:
        cells = next(csv.reader([heading], delimiter=sign))
        return _place(cells) is not None, len(cells)

    return max(_PARTED_BY, key=found)


def _columns(row: list[str]) -> _Columns:
    """What the first row says. Raises NoTable: of several columns none is known, and these are no names."""
    place = _place(row)
    if place is None and len(row) == 1:
        return _Columns([], 0, row)
    names = [kept_code(cell) for cell in row]
    if place is None and not _is_heading(names):
        raise NoTable
    return _Columns(names, place)


def _place(row: list[str]) -> int | None:
    return next((n for n, cell in enumerate(row) if compared(cell).strip(_QUOTES) in CODE_COLUMNS), None)


def _is_heading(names: list[str]) -> bool:
    """Every column has a name, each another one, without a digit; one of them is a usual one."""
    told = {compared(name).strip(_QUOTES) for name in names}
    named = "" not in told and len(told) == len(names) and bool(told & _OTHER_COLUMNS)
    return named and not any(sign.isdigit() for name in names for sign in name)
