"""What a failed form carries back, and what strangers may put in its place."""

import base64
import json

import pytest

from cardmall.carried import LIFE, Carried, pack, unpack

NOW = 1_800_000_000
WRONG = Carried("/login", "阿丽 alice@cardmall.test", "", {"password": "required"}, "wrong_sign_in", 3, False, NOW)


def cookie(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


def test_it_arrives_as_it_was_sent() -> None:
    assert unpack(pack(WRONG), "/login", NOW) == WRONG


def test_it_is_for_one_page_and_a_short_while() -> None:
    assert unpack(pack(WRONG), "/register", NOW) == Carried()
    assert unpack(pack(WRONG), "/login", NOW + LIFE) == WRONG
    assert unpack(pack(WRONG), "/login", NOW + LIFE + 1) == Carried()


def test_it_fits_into_a_cookie_however_much_was_typed() -> None:
    assert (
        len(pack(Carried("/register", "字" * 512, "字" * 512, {"identifier": "not_an_address"}, at=NOW))) < 4096 - 100
    )


@pytest.mark.parametrize(
    "text",
    ["", "x", "%%%", cookie([]), cookie(None), cookie({"page": "/login", "other": 1}),
     cookie({"page": "/login", "at": "1"}),
     cookie({"page": "/login", "at": NOW, "errors": [1]}), cookie({"page": "/login", "at": NOW, "errors": {"a": 1}}),
     cookie({"page": "/login", "at": NOW, "identifier": {}}), "W1tb" * 800],
)  # fmt: skip
def test_it_takes_nothing_that_is_not_of_our_making(text: str) -> None:
    assert unpack(text, "/login", NOW) == Carried()
