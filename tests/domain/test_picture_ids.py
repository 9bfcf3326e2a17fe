"""Which pictures a form names: whatever is sent, few sound ids come out, or it is told."""

from typing import Any

import pytest

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture, ids_of, is_picture_id, read_picture_ids
from cardmall.domain.reasons import FieldError

A, B = "a" * 32, "0123456789abcdef" * 2


@pytest.mark.parametrize("found", [None, 7, "", "A" * 32, "a" * 31, "a" * 33, f"{A}\n", "g" * 32, ["a"]])
def test_what_is_no_id(found: Any) -> None:
    assert is_picture_id(A) and not is_picture_id(found)


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        ("", []), (f" {A} ,{B},,{A}", [A, B]), ([A, 7, None, f"{B} ", [A]], [A, B]),
        (None, []), (7, []), ({A: B}, []), (b"abc", []),
    ],
)  # fmt: skip
def test_each_id_counts_once(told: Any, ids: list[str]) -> None:
    assert ids_of(told) == ids


def test_the_pictures_of_a_product_keep_their_order_and_are_few() -> None:
    many = [f"{n:032x}" for n in range(limits.PICTURES + 1)]
    assert read_picture_ids("") == ()
    assert read_picture_ids(f"{B},{A},{B}") == (B, A)
    assert read_picture_ids(",".join(many[:-1])) == tuple(many[:-1])
    assert read_picture_ids(",".join(many)) is FieldError.too_many
    assert read_picture_ids(f"{A},../{B}") is FieldError.not_a_choice


def test_the_first_is_the_cover() -> None:
    assert (cover_picture((B, A)), cover_picture(())) == (B, "")
