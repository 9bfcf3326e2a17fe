"""Names of shops: nothing invisible in them, and no second one that reads like the first."""

import pytest

from cardmall.domain.naming import same_name, typed_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  青禾  软件 ", "青禾  软件"),
        ("青\u3164禾\u200b", "青禾"),
        ("\u3164\u2800", ""),
        ("Ａ\u00a0B", "A B"),
        ("e" + "\u0301" * 30, "\u00e9\u0301\u0301"),
        ("ทั่วไป", "ทั่วไป"),
        ("a\u200b\u0301", "\u00e1"),
        ("密\u2065码\ufff0\U000e0080", "密码"),
        (None, ""),
    ],
)
def test_what_is_kept_of_a_name(typed: str | None, kept: str) -> None:
    assert typed_name(typed) == kept
    assert typed_name(kept) == kept


def test_of_a_name_that_goes_on_for_ever_only_the_beginning_is_read() -> None:
    assert len(typed_name("青" * 9_000)) == 512
    assert typed_name("a" + "\u0301\u0323" * 4_500) == typed_name("a" + "\u0301\u0323" * 300)


def test_names_that_read_the_same() -> None:
    assert same_name("Star Shop", "star-shop") and same_name("青禾软件", "青禾 软件")
    assert not same_name("青禾软件", "青木软件")
