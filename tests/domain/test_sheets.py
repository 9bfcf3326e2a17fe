"""What Mallory types into a form must not run in Carol's spreadsheet."""

import pytest

from cardmall.domain.sheets import cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\u00a0@x", "＝1+1", "＋1", "|x", "%x"],
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "CM2026", "周小禾", "a=b", "2026-11-23 16:00", "¥1", "{}"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert cell(text) == text
