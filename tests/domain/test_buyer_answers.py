"""What a buyer answers: by the kind of the field, as it is kept, found again and masked (R86)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.buyer_answers import is_found_by, masked_answer, read_answer, read_answers, searched_answer
from cardmall.domain.buyer_fields import BuyerField, FieldKind
from cardmall.domain.terms import FieldError

K, E = FieldKind, FieldError


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        (K.text, "  Ｎick\u200b  龙\t王 ", "Ｎick 龙 王"),  # as it was typed, nothing invisible
        (K.text, "x" * 60, "x" * 60),
        (K.text, "x" * 61, E.too_long),
        (K.digits, "０１２3", "0123"),
        (K.digits, "12 3", E.not_digits),
        (K.digits, "1" * 61, E.too_long),
        (K.letters, "abC123", "abC123"),
        (K.letters, "ab-1", E.not_letters),
        (K.letters, "账号", E.not_letters),
        (K.number, "007", "7"),
        (K.number, "0", E.out_of_range),
        (K.number, "100", E.out_of_range),
        (K.number, "9" * 5000, E.out_of_range),
        (K.number, "1.5", E.not_digits),
        (K.phone, "+86 138-0013 8000", "13800138000"),
        (K.phone, "12345678901", E.not_a_phone),
        (K.email, "Al.Ice+1@mail.example.com", "Al.Ice+1@mail.example.com"),
        (K.email, "alice@example", E.not_an_email),
        (K.email, "a@" + "b" * 60 + ".com", E.not_an_email),
        (K.select, "一区", "一区"),
        (K.select, "三区", E.not_a_choice),
    ],
)
def test_an_answer_is_what_its_kind_says(kind: FieldKind, typed: str, found: str | FieldError) -> None:
    assert read_answer(BuyerField("问", kind, choices=("一区", "二区"), low=1, high=99), typed) == found


@pytest.mark.parametrize("kind", FieldKind)
def test_nothing_is_an_answer_only_where_none_is_required(kind: FieldKind) -> None:
    for typed in ("", " \u200b\n"):
        assert read_answer(BuyerField("问", kind), typed) is FieldError.required
        assert read_answer(BuyerField("问", kind, required=False), typed) == ""


def test_what_is_typed_twice_must_be_the_same_and_each_error_stands_beside_its_field() -> None:
    asked = (
        BuyerField("账号", K.letters, twice=True),
        BuyerField("区服", K.digits),
        BuyerField("备注", required=False),
    )
    right = {"answer1": "abc1", "again1": " abc1 ", "answer2": "3"}
    assert read_answers(asked, right) == (["abc1", "3", ""], {})
    assert read_answers(asked, right | {"again1": "abc2"})[1] == {"again1": E.not_same}
    assert read_answers(asked, {"answer2": "x"})[1] == {"answer1": E.required, "answer2": E.not_digits}
    assert read_answers(asked, right | {"answer1": "-"})[1] == {"answer1": E.not_letters}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Abc 12", "ａbc12"), ("+86 138 0013 8000", "13800138000"), ("a-b", "AB"), ("x@y.example", "X@Y.EXAMPLE")],
)
def test_an_answer_is_found_however_it_is_typed(one: str, other: str) -> None:
    assert searched_answer(one) == searched_answer(other) != ""


@pytest.mark.parametrize("kind", FieldKind)
def test_no_order_is_found_by_nothing_or_by_one_of_few(kind: FieldKind) -> None:
    assert is_found_by(BuyerField("问", kind), "1") == (kind not in (K.select, K.number))
    assert not is_found_by(BuyerField("问", kind), "")


@pytest.mark.parametrize(
    ("kind", "answer", "masked"),
    [
        (K.phone, "13800138000", "138****8000"),
        (K.email, "alice@example.com", "al***@example.com"),
        (K.email, "al@example.com", "***@example.com"),
        (K.text, "abc", "****"),
        (K.text, "abcde", "****"),
        (K.text, "abcdef", "a****f"),
        (K.digits, "12345678901", "1****1"),
        (K.digits, "123456789012", "12****12"),
        (K.select, "一区", "****"),
        *((kind, "", "") for kind in FieldKind),
    ],
)
def test_others_see_its_ends_only(kind: FieldKind, answer: str, masked: str) -> None:
    assert masked_answer(kind, answer) == masked


@given(st.text("ab1区", min_size=1, max_size=60))
def test_a_mask_tells_at_most_four_signs_and_a_third_of_the_answer(answer: str) -> None:
    masked = masked_answer(K.text, answer)
    told = masked.replace("*", "")
    assert "****" in masked and len(told) <= min(4, len(answer) // 3)
