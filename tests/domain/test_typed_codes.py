"""Codes typed by hand are judged line by line: what is wrong is named by its number, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.codes import all_lines, compared
from cardmall.domain.limits import CODE_LENGTH
from cardmall.domain.typed_codes import read_typed, surplus_lines

Wrong = list[tuple[int, str, int]]


def judged(text: str, *, case_sensitive: bool = False) -> tuple[dict[int, str], Wrong]:
    found = read_typed(all_lines(text), case_sensitive=case_sensitive)
    return dict(found.good), [(one.line, one.fault.value, one.first) for one in found.wrong]


@pytest.mark.parametrize(
    ("text", "good", "wrong"),
    [
        ("", {}, []),
        (" \n\t\n", {}, []),
        (" A-1 \n\nuser\tpass\n", {1: "A-1", 3: "user pass"}, []),
        ("A\u200b\r\nB", {1: "A", 2: "B"}, []),
        ("A\n\u200b\n--", {1: "A"}, [(2, "blank", 0), (3, "blank", 0)]),
        ("A-1\nB\na 1\nA1", {1: "A-1", 2: "B"}, [(3, "repeated", 1), (4, "repeated", 1)]),
        ("x" * CODE_LENGTH, {1: "x" * CODE_LENGTH}, []),
        ("A\n" + "x" * (CODE_LENGTH + 1), {1: "A"}, [(2, "too_long", 0)]),
    ],
)
def test_each_line_is_judged(text: str, good: dict[int, str], wrong: Wrong) -> None:
    assert judged(text) == (good, wrong)


def test_two_cases_are_two_codes_where_the_product_says_so() -> None:
    assert judged("aB\nAb", case_sensitive=True) == ({1: "aB", 2: "Ab"}, [])
    assert judged("aB\nAb") == ({1: "aB"}, [(2, "repeated", 1)])


def test_lines_beyond_the_pieces_are_surplus() -> None:
    good = {1: "A", 3: "B", 4: "C"}
    assert [surplus_lines(good, n) for n in (3, 4)] == [[], []]
    assert [(one.line, one.fault.value) for one in surplus_lines(good, 1)] == [(3, "surplus"), (4, "surplus")]


@given(st.lists(st.text("aA1- \u200b\t", max_size=5), max_size=8))
def test_no_good_code_is_the_same_as_another_and_every_line_is_blank_good_or_wrong(lines: list[str]) -> None:
    found = read_typed(lines, case_sensitive=False)
    same = [compared(code) for code in found.good.values()]
    assert len(set(same)) == len(same) and all(same)
    told = {*found.good, *(one.line for one in found.wrong)}
    assert told == {n for n, line in enumerate(lines, 1) if line.strip()}
