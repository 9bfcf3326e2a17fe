"""Codes as they are kept, and when two are the same: one card is never sold as three."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.codes import compared, kept_code, lines_of

SAME = [
    "C-1",
    "c-1",
    " C 1 ",
    "C\u200b-1",
    "\u202aC-1\u202c",
    "\ufeffC-1",
    "C\u00ad1",
    "Ｃ－１",
    "C\u20131",
    "C\u22121",
    "C\u00a01",
    "C\t1",
    "C\ufe0f1",
    "C\u31641",
    "C\n1",
    "\x00C\x1f1",
]


@pytest.mark.parametrize("code", SAME)
def test_one_code_is_the_same_however_it_is_typed(code: str) -> None:
    assert compared(code) == compared(kept_code(code)) == "C1"


def test_upper_and_lower_case_are_two_codes_where_the_product_says_so() -> None:
    assert compared("aB-1", case_sensitive=True) == "aB1"
    assert compared("Ab-1", case_sensitive=True) == "Ab1"
    assert compared("ａＢ\u200b1", case_sensitive=True) == "aB1"
    assert compared("aB") == compared("Ab")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\ufeffC-1", "C-1"),
        ("\u202aC-1\u202c", "C-1"),
        ("C\u200b-1\x00", "C-1"),
        ("\ud800C", "C"),
        (" C-1 \u3000", "C-1"),
        ("0012  34", "0012  34"),
        ("0012\u00a0\u00a034", "0012  34"),
        ("account\tpassword", "account password"),
        ("Card: 1\r\nPin: 2", "Card: 1\nPin: 2"),
        ("Ａb–c", "Ａb–c"),  # as the maker wrote it
        ("\u200b\ufeff", ""),
        (None, ""),
    ],
)
def test_what_is_kept_of_a_code(typed: object, shown: str) -> None:
    assert kept_code(typed) == shown


def test_only_line_ends_part_codes() -> None:
    assert lines_of("A\r\nB\r\rC\n \nD\u2028E\x1cF\n") == ["A", "B", "C", "D\u2028E\x1cF"]
    assert lines_of(None) == lines_of("") == lines_of(" \n") == []  # an empty field holds no code


@given(st.text(max_size=20), st.booleans())
def test_comparing_twice_changes_nothing_and_kept_is_no_other_code(code: str, case_sensitive: bool) -> None:
    once = compared(code, case_sensitive=case_sensitive)
    assert compared(once, case_sensitive=case_sensitive) == once
    assert compared(kept_code(code), case_sensitive=case_sensitive) == once
    assert kept_code(kept_code(code)) == kept_code(code)


def test_a_list_with_more_signs_than_are_remembered_is_read_as_any_other() -> None:
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 21_000)))
    assert kept_code(f"\u200b{signs}") == signs
    assert compared(f"{signs[-1]} {signs[-2]}") == signs[-1] + signs[-2]
