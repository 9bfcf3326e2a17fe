"""What Mallory types into a form must not run in Carol's spreadsheet."""

import pytest

from cardmall.domain.sheets import sheet_cell, yuan


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\u00a0@x", "＝1+1", "＋1", "|x", "%x"],
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert sheet_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; +1", "a; '+1"),
        ("a\t@x", "a\t'@x"),
        ("a；＝1", "a；'＝1"),
        ('a;"=1"', 'a;"\'=1"'),
        ("a;b=1", "a;b=1"),
        ("=1;=2", "'=1;'=2"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n\n@x", "a\r\n\n'@x"),
        ("a\n\u3000＝1", "a\n\u3000'＝1"),
        ("a\nb=1", "a\nb=1"),
    ],
)
def test_nor_does_what_follows_a_sign_that_parts_cells(text: str, shown: str) -> None:
    assert sheet_cell(text) == shown


@pytest.mark.parametrize("text", ["", "CM2026", "周小禾", "a=b", "2026-11-23 16:00", "¥1", "{}"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert sheet_cell(text) == text


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (-9900, "-99.00"), (10**12 + 5, "10000000000.05")]
)
def test_money_is_a_number_even_when_it_is_less_than_nothing(fen: int, shown: str) -> None:
    assert sheet_cell(yuan(fen)) == shown
