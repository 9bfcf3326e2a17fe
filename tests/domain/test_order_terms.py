"""The terms of an order: one frozen value that survives being written down."""

from dataclasses import FrozenInstanceError, asdict, replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.buyer_fields import BuyerField, FieldKind
from cardmall.domain.order_terms import VERSION, Terms, UnknownTerms
from cardmall.domain.receipts import ProductForm
from cardmall.domain.refunds import Policy

SOLD = Terms("点", "一年授权", 300, 600, "查看卡密即视为使用", False, 14, 30)
FIRST = {
    "v": 1,
    "cover": "点",
    "summary": "一年授权",
    "delay_seconds": 300,
    "promise_seconds": 600,
    "activation_rule": "查看卡密即视为使用",
    "return_allowed": False,
    "window_days": 14,
    "fee_permille": 30,
}


ASKED = replace(
    SOLD,
    buyer_fields=(
        BuyerField("区服", FieldKind.select, "看清再选", choices=("一区", "二区")),
        BuyerField("账号", twice=True),
    ),
)
SECOND = FIRST | {
    "v": 2,
    "buyer_fields": [
        {"label": "区服", "kind": "select", "help": "看清再选", "required": True, "twice": False,
         "choices": ["一区", "二区"], "low": 0, "high": 0},
        {"label": "账号", "kind": "text", "help": "", "required": True, "twice": True,
         "choices": [], "low": 0, "high": 0},
    ],
}  # fmt: skip


SHOWN = replace(ASKED, pictures=("a" * 32, "b" * 32))
THIRD = SECOND | {"v": 3, "pictures": ["a" * 32, "b" * 32]}
RECEIPTS = replace(SHOWN, form=ProductForm.receipt)
FOURTH = THIRD | {"v": 4, "form": "receipt"}


def test_terms_are_what_the_product_says_and_nothing_else_of_it() -> None:
    product = SimpleNamespace(**vars(SOLD), name="a game card", price=9900)
    assert Terms.of(product) == SOLD


def test_a_product_without_one_of_the_terms_cannot_be_sold() -> None:
    told = asdict(SOLD)
    del told["fee_permille"]
    with pytest.raises(AttributeError, match="fee_permille"):
        Terms.of(SimpleNamespace(**told))


def test_nobody_changes_the_terms_of_an_order() -> None:
    with pytest.raises(FrozenInstanceError):
        SOLD.fee_permille = 0  # pyright: ignore[reportAttributeAccessIssue] - the test tries what the type forbids


def test_the_policy_is_part_of_the_terms() -> None:
    assert SOLD.policy == Policy(return_allowed=False, window_days=14, fee_permille=30)


def test_the_versions_are_written_and_read_like_this() -> None:
    """Orders are stored so: a change here is a new version, and these are still read."""
    assert (VERSION, RECEIPTS.to_json()) == (4, FOURTH)
    assert [Terms.from_json(written) for written in (FIRST, SECOND, THIRD, FOURTH)] == [SOLD, ASKED, SHOWN, RECEIPTS]


@given(st.builds(Terms))
def test_what_was_written_is_read_again(terms: Terms) -> None:
    assert Terms.from_json(terms.to_json()) == terms


@pytest.mark.parametrize("version", [0, 5, None, "1"])
def test_an_unknown_version_says_so(version: object) -> None:
    with pytest.raises(UnknownTerms, match=rf"version {version!r}; this program reads 1, 2, 3, 4"):
        Terms.from_json({**FIRST, "v": version})


def test_terms_without_a_version_are_of_none() -> None:
    with pytest.raises(UnknownTerms, match="version None"):
        Terms.from_json(asdict(SOLD))


@pytest.mark.parametrize(("change", "said"), [({"cover": None}, "cover"), ({"colour": "red"}, "colour")])
def test_a_field_too_few_or_too_many_is_named(change: dict[str, object], said: str) -> None:
    told = {name: value for name, value in {**FIRST, **change}.items() if value is not None}
    with pytest.raises(TypeError, match=said):
        Terms.from_json(told)


def test_terms_of_nothing_are_empty() -> None:
    empty = Terms.none().to_json()
    assert empty.pop("form") == "code"
    assert not any(empty[name] for name in empty if name != "v")
