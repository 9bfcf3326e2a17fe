"""Typed texts: what is kept of them, when they say nothing, and which of them are money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.words import fen_of, said, ticked


@pytest.mark.parametrize("text", [None, "", "  \n", "\u200b\u200b", "\u200d\ufeff \u3000", "\x00\x07", "\ud800", False])
def test_what_nobody_can_see_says_nothing(text: object) -> None:
    assert said(text) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" 买重了 ", "买重了"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("👨\u200d👩\u200d👧 <b>x</b>", "👨\u200d👩\u200d👧 <b>x</b>"),
        ("a\x00b\ud800c\r\n", "abc"),
        ("退款\u202e5202\u202c \u2066元\u2069\u200e\u200f\u061c", "退款5202 元"),  # nothing runs backwards
        (7, "7"),
    ],
)
def test_everything_else_stays_as_typed(text: object, kept: str) -> None:
    assert said(text) == kept


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("50", 5000),
        (50, 5000),
        ("0", 0),
        ("12.3", 1230),
        ("12.34", 1234),
        (" ¥ 1,699.5 元 ", 169950),
        ("￥１２．３４", 1234),
        ("1,234,567.89", 123456789),
        ("012", 1200),
        ("999999999", 99999999900),
    ],
)
def test_an_amount_of_yuan_is_read_as_people_write_it(text: object, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", None, "abc", "12.345", "-5", "+5", "1e3", "12.", ".5", "1,23", "12,3456", "٣", "5元元", "NaN",
     "1,234,567,890", True],
)  # fmt: skip
def test_anything_else_is_no_amount(text: object) -> None:
    assert fen_of(text) is None


@given(st.integers(0, 99_999_999_999))
def test_what_is_written_is_what_is_read(fen: int) -> None:
    assert fen_of(f"{fen // 100}.{fen % 100:02}") == fen


@pytest.mark.parametrize(
    ("box", "yes"),
    [(True, True), ("on", True), ("true", True), ("", False), ("no", False), (None, False), ([1], False)],
)
def test_a_box_is_ticked_or_not(box: object, yes: bool) -> None:
    assert ticked(box) is yes
