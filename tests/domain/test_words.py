"""Typed texts: what is kept of them, and when they say nothing."""

import pytest

from cardmall.domain.words import said


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
        (7, "7"),
    ],
)
def test_everything_else_stays_as_typed(text: object, kept: str) -> None:
    assert said(text) == kept
