"""Codes, addresses and searches are read as they are meant, whatever keyboard wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.address import CodePurpose
from cardmall.domain.typed import NOTHING, Searched, code_of, is_code, is_id, plain, searched, storable


@pytest.mark.parametrize(
    "typed",
    ["123456", "１２３４５６", "123 456", "123-456", "１２３－４５６", "１２３　４５６", "123\u2013456",
     "\u200b123456\u200b", "\ufeff123\u00a0456\n", "1\u200d2\u200c3456", "123\x00456", "\ud800123456"],
)  # fmt: skip
def test_a_code_is_six_digits_however_it_is_typed(typed: str) -> None:
    assert code_of(typed) == "123456" and is_code(code_of(typed))


@pytest.mark.parametrize("typed", ["", None, "12345", "1234567", "12345a", "١٢٣٤٥٦", "一二三四五六"])
def test_anything_else_is_no_code(typed: object) -> None:
    assert not is_code(code_of(typed))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("CM26112316001234", "CM26112316001234"),
        ("cm2611", "CM2611"),
        ("#CM26112316001234", "CM26112316001234"),
        ("＃ＣＭ２６１１２３１６００１２３４", "CM26112316001234"),
        ("订单号：CM26112316001234", "CM26112316001234"),
        ("订单 CM2611 2316 001234", "CM26112316001234"),
        ("AS26112316001234", "AS26112316001234"),
        ("\u202aCM26112316001234\u202c", "CM26112316001234"),
        ("1234", ""),
        ("Steam CM", ""),
    ],
)
def test_a_number_is_found_in_what_surrounds_it(typed: str, number: str) -> None:
    assert searched(typed).number == number


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1234", "1234"),
        ("１２３４", "1234"),
        ("订单号：26112316001234", "26112316001234"),
        ("#1234", "1234"),
        ("26112316 001234", "26112316001234"),
        ("123", ""),
        ("Steam 100", ""),
        ("+1234", ""),
    ],
)
def test_four_digits_tell_enough(typed: str, digits: str) -> None:
    assert searched(typed).digits == digits


@pytest.mark.parametrize(
    "typed",
    ["13800000009", "138 0000 0009", "138-0000-0009", "+86 138 0000 0009", "008613800000009", "86 13800000009",
     "１３８０００００００９", "手机：138 0000 0009"],
)  # fmt: skip
def test_a_mobile_number_is_one_however_it_is_written(typed: str) -> None:
    assert searched(typed).phone == "+8613800000009"


def test_a_name_is_looked_for_as_typed_and_as_read() -> None:
    assert searched(" Ｏｆｆｉｃｅ（家庭版） ").words == ("Office(家庭版)", "Ｏｆｆｉｃｅ（家庭版）")
    assert searched("Alice@CardMall.test").email == "alice@cardmall.test"
    assert searched("ab-1 2").code == "AB12"
    assert searched("cm 12").code == "CM12"


def test_what_no_database_stores_is_replaced_wherever_it_stands() -> None:
    form = {"a\0": ["\0", ("b\0c", 1, None)], "d": True}
    assert storable(form) == {"a\ufffd": ["\ufffd", ("b\ufffdc", 1, None)], "d": True}
    assert storable(CodePurpose.reset) is CodePurpose.reset


@pytest.mark.parametrize("typed", ["", None, "  ", "\n"])
def test_an_empty_field_asks_for_nothing(typed: object) -> None:
    assert searched(typed) == Searched()


@pytest.mark.parametrize("typed", ["\x00", "\u200b", "\x00\x01 \ud800"])
def test_what_nobody_can_see_finds_nothing(typed: str) -> None:
    assert searched(typed) == Searched(NOTHING, (NOTHING,))


@given(st.text(max_size=80))
def test_reading_twice_reads_the_same_and_no_half_sign_is_left(text: str) -> None:
    once = plain(text)
    assert "\x00" not in once
    assert len(searched(text).text) <= 60
    assert searched(searched(text).text).text == searched(text).text


@pytest.mark.parametrize(
    ("value", "fits"), [(1, True), (2**31 - 1, True), (0, False), (2**31, False), (True, False), ("1", False)]
)
def test_a_number_of_a_row_fits_its_column(value: object, fits: bool) -> None:
    assert is_id(value) is fits
