"""Codes typed by hand, one a line: what is good in them, and what is wrong line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardmall.domain import limits
from cardmall.domain.codes import compared, kept_code
from cardmall.domain.terms import LineFault, WrongLine


@dataclass(frozen=True)
class TypedCodes:
    """`good`: by line, counted from 1, the code as it is kept."""

    good: Mapping[int, str]
    wrong: Sequence[WrongLine]


def read_typed(lines: Sequence[str], *, case_sensitive: bool) -> TypedCodes:
    """Judge each line by itself and by those before it, compared as the product compares; a line of blanks is none."""
    good: dict[int, str] = {}
    wrong: list[WrongLine] = []
    seen: dict[str, int] = {}
    for line, text in enumerate(lines, 1):
        if not text.strip():
            continue
        code = kept_code(text)
        same = compared(code, case_sensitive=case_sensitive)
        first = seen.setdefault(same, line)
        if fault := _fault(code, same, is_first=first == line):
            wrong.append(WrongLine(line, fault, first if fault is LineFault.repeated else 0))
        else:
            good[line] = code
    return TypedCodes(good, wrong)


def _fault(code: str, same: str, *, is_first: bool) -> LineFault | None:
    if not same:
        return LineFault.blank
    if len(code) > limits.CODE_LENGTH:
        return LineFault.too_long
    return None if is_first else LineFault.repeated


def surplus_lines(good: Mapping[int, str], quantity: int) -> list[WrongLine]:
    """The good lines beyond the first `quantity`."""
    return [WrongLine(line, LineFault.surplus) for line in sorted(good)[quantity:]]
