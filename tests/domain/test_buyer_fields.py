"""What a shop asks its buyers for: the bounds of every part, and a form that loses no word (R86)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.buyer_fields import (
    FIELD_NAMES,
    FIELD_TICKS,
    BuyerField,
    FieldKind,
    moved_up,
    read_fields,
    typed_fields,
    with_one_more,
    without,
)
from cardmall.domain.goods import merged, read_goods, typed_goods
from cardmall.domain.terms import FieldError
from tests.domain.test_goods import CARD

ACCOUNT = BuyerField("游戏账号", FieldKind.letters, "登录名，不是昵称", twice=True)
SERVER = BuyerField("区服", FieldKind.select, required=False, choices=("一区", "二区"))
LEVEL = BuyerField("等级", FieldKind.number, low=1, high=99)
ASKED = (ACCOUNT, SERVER, LEVEL)
FORM = typed_fields(ASKED)

plain = st.builds(
    BuyerField,
    label=st.just(""),
    kind=st.sampled_from(sorted(set(FieldKind) - {FieldKind.select, FieldKind.number})),
    help=st.sampled_from(["", "看清再填"]),
    required=st.booleans(),
    twice=st.booleans(),
)
selects = st.builds(
    BuyerField,
    label=st.just(""),
    kind=st.just(FieldKind.select),
    required=st.booleans(),
    choices=st.integers(2, 20).map(lambda n: tuple(f"{one}区" for one in range(n))),
)
numbers = st.tuples(st.booleans(), st.tuples(*[st.sampled_from([0, 1, 99, 999_999_999])] * 2).map(sorted)).map(
    lambda told: BuyerField("", FieldKind.number, required=told[0], low=told[1][0], high=told[1][1])
)
fields = st.lists(st.one_of(plain, selects, numbers), max_size=5).map(
    lambda found: tuple(replace(one, label=f"第{n}项" * (n + 1)) for n, one in enumerate(found))
)


@given(fields)
def test_what_the_form_shows_is_read_as_it_was(asked: tuple[BuyerField, ...]) -> None:
    typed = typed_fields(asked)
    assert typed.keys() == {*FIELD_NAMES, *FIELD_TICKS}
    assert read_fields(typed) == (asked, {})
    assert tuple(BuyerField.from_json(one.to_json()) for one in asked) == asked


@pytest.mark.parametrize(
    ("name", "typed", "error"),
    [
        ("field1_label", " \u200b", FieldError.required),
        ("field1_label", "长" * 21, FieldError.too_long),
        ("field1_label", "登 录 密 码", FieldError.secret_asked),
        ("field2_label", "游 戏账号", FieldError.repeated),
        ("field1_help", "短信 验证码", FieldError.secret_asked),
        ("field1_help", "长" * 61, FieldError.too_long),
        ("field1_kind", "regex", FieldError.not_a_choice),
        ("field2_choices", " \n ", FieldError.required),
        ("field2_choices", "一区", FieldError.too_few),
        ("field2_choices", "\n".join(map(str, range(21))), FieldError.too_many),
        ("field2_choices", "A区\nａ 区", FieldError.repeated),
        ("field2_choices", "A-1\na–1", FieldError.repeated),
        ("field2_choices", "一区\n" + "长" * 21, FieldError.too_long),
        ("field2_choices", "账号\n密码", FieldError.secret_asked),
        ("field3_low", "", FieldError.required),
        ("field3_low", "-1", FieldError.out_of_range),
        ("field3_low", "1e3", FieldError.not_a_number),
        ("field3_high", "1000000000", FieldError.out_of_range),
        ("field3_high", "0", FieldError.out_of_range),
        ("field3_high", "９９９", None),
    ],
)
def test_each_part_has_its_bounds_and_says_what_is_wrong(name: str, typed: str, error: FieldError | None) -> None:
    found, wrong = read_fields(
        FORM | {name: typed, "field2_label": "区服"} | ({name: typed} if "2_label" in name else {})
    )
    assert wrong == ({name: error} if error else {})
    assert len(found) == (0 if error else 3)


def test_labels_that_read_alike_are_told_at_the_second() -> None:
    assert read_fields(FORM | {"field1_label": "区-服"}) == ((), {"field2_label": FieldError.repeated})


def test_a_select_is_never_typed_twice_and_only_a_number_has_bounds() -> None:
    found, _ = read_fields(FORM | {"field2_twice": "on", "field1_low": "7", "field1_choices": "a\nb"})
    assert found == ASKED


def test_fields_are_added_moved_and_removed_and_every_word_stays() -> None:
    half = FORM | {"field1_label": "长" * 30}  # not even right
    more = with_one_more(half)
    assert (more["field4_kind"], more["field4_required"], more["field1_label"]) == ("text", "on", "长" * 30)
    full = with_one_more(with_one_more(more))
    assert full == with_one_more(more) and read_fields(full)[1].keys() >= {"field4_label", "field5_label"}
    up = moved_up(half, 2)
    assert (up["field1_label"], up["field2_label"], up["field2_twice"]) == ("区服", "长" * 30, "on")
    assert moved_up(half, 1) == moved_up(half, 4) == moved_up(half, -3) == half
    less = without(half, 1)
    assert (less["field1_label"], less["field2_label"], less["field3_kind"]) == ("区服", "等级", "")
    assert without(half, 9) == without(half, 0) == half and without(half, 3)["field3_label"] == ""


def test_the_fields_are_one_thing_of_the_product() -> None:
    goods = replace(CARD, buyer_fields=ASKED)
    typed = typed_goods(goods)
    assert read_goods(typed, CARD) == (goods, {})
    found, wrong = read_goods(typed | {"field1_label": "密码"}, CARD)
    assert (found.buyer_fields, wrong) == ((), {"field1_label": FieldError.secret_asked})
    mine, theirs = typed | {"field3_high": "60"}, typed | moved_up(typed, 3) | {"name": "新名"}
    both = merged(typed, mine, theirs)
    assert (both["field2_label"], both["field3_high"], both["name"]) == ("区服", "60", "新名"), "never half of each"
    assert len(FIELD_NAMES) // 6 == limits.BUYER_FIELDS
