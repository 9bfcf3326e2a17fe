"""What a shop says of a product: the bounds of every field, and what two who save at once are left with (R85)."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.goods import (
    FIELDS,
    NEW,
    TICKS,
    Goods,
    cover_of,
    days_left,
    difference,
    merged,
    no_room,
    read_goods,
    read_group_name,
    slug_of,
    typed_goods,
)
from cardmall.domain.terms import Category, DeliveryMode, FieldError

CARD = replace(NEW, name="Steam 充值码", price=9900, activation_rule="查看卡密即视为使用，不能撤销")
FORM = typed_goods(CARD)
DAY = 86_400

goods = st.builds(
    Goods,
    name=st.just("音乐会员 年卡"),
    category=st.sampled_from(Category),
    details=st.sampled_from(["", "第一行\n第二行"]),
    price=st.integers(1, limits.PRODUCT_PRICE[-1]),
    mode=st.just(DeliveryMode.auto),
    delay_seconds=st.integers(0, 1440).map(lambda n: n * 60),
    promise_seconds=st.sampled_from([DAY, 25 * 3600, 7 * DAY, 1501 * 60]),
    activation_rule=st.just("查看卡密即视为使用，不能撤销"),
    return_allowed=st.booleans(),
    window_days=st.sampled_from(limits.RETURN_DAYS),
    fee_permille=st.sampled_from(limits.FEE_PERMILLE),
    most_per_order=st.sampled_from(limits.QUANTITY),
    case_sensitive=st.booleans(),
    pictures=st.sampled_from([(), ("a" * 32,), ("b" * 32, "a" * 32)]),
    group_name=st.just("王者荣耀 点券"),
    face=st.sampled_from(["1,000", "5,000 点"]),
)


@given(goods)
def test_what_the_form_shows_is_read_as_it_was(found: Goods) -> None:
    assert typed_goods(found).keys() == {*FIELDS, *TICKS}
    assert read_goods(typed_goods(found), found) == (found, {})


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("name", " \u200b ", FieldError.required),
        ("name", "卡", FieldError.too_few),
        ("name", "卡" * 61, FieldError.too_long),
        ("category", "medicine", FieldError.not_a_choice),
        ("summary", "字" * 501, FieldError.too_long),
        ("details", "字" * 4001, FieldError.too_long),
        ("price", "", FieldError.required),
        ("price", "9.999", FieldError.not_money),
        ("price", "-1", FieldError.not_money),
        ("price", "0", FieldError.out_of_range),
        ("price", "50000.01", FieldError.out_of_range),
        ("mode", "pigeon", FieldError.not_a_choice),
        ("pictures", "../etc/passwd", FieldError.not_a_choice),
        ("pictures", ",".join(f"{n:032x}" for n in range(7)), FieldError.too_many),
        ("delay", "", FieldError.required),
        ("delay", "1441", FieldError.out_of_range),
        ("delay", "²", FieldError.before_delay),  # a two, however it is written: too late for a minute's promise
        ("promise", "ten", FieldError.not_a_number),
        ("promise", "0", FieldError.out_of_range),
        ("promise", "-5", FieldError.out_of_range),
        ("promise", "10081", FieldError.out_of_range),
        ("rule", "查看即用", FieldError.too_few),
        ("instructions", "字" * 4001, FieldError.too_long),
        ("window", "0", FieldError.out_of_range),
        ("window", "31", FieldError.out_of_range),
        ("fee", "5,1", FieldError.not_a_number),
        ("fee", "5.1", FieldError.out_of_range),
        ("fee", "1.25", FieldError.out_of_range),
        ("most", "0", FieldError.out_of_range),
        ("most", "21", FieldError.out_of_range),
    ],
)
def test_each_field_is_refused_outside_its_bounds_and_keeps_what_was_known(
    field: str, typed: str, error: FieldError
) -> None:
    promise = {"promise": "1"} if typed == "²" else {}
    found, wrong = read_goods({**FORM, **promise, field: typed}, CARD)
    assert list(wrong.values()) == [error]
    if error is not FieldError.before_delay:
        assert (found, list(wrong)) == (CARD, [field])


@pytest.mark.parametrize(
    ("group", "face", "wrong"),
    [
        ("", "500", {"group": FieldError.required}),
        ("王者荣耀 点券", " ", {"face": FieldError.required}),
        ("券", "1" * 13, {"group": FieldError.too_few, "face": FieldError.too_long}),
        ("字" * 31, "1", {"group": FieldError.too_long}),
        (" ", "\u3000", {}),
        (" 王者荣耀  点券", "1,000 ", {}),
    ],
)
def test_a_place_in_a_group_is_a_name_and_a_face_or_neither(
    group: str, face: str, wrong: dict[str, FieldError]
) -> None:
    found, told = read_goods({**FORM, "group": group, "face": face}, CARD)
    assert told == wrong
    if group.strip() and not wrong:
        assert (found.group_name, found.face) == ("王者荣耀 点券", "1,000")


def test_the_name_of_a_group_is_read_as_in_the_form() -> None:
    assert (read_group_name(" 点  券 "), read_group_name("券")) == ("点 券", FieldError.too_few)


@pytest.mark.parametrize(
    ("told", "column", "value"),
    [
        ({"name": "  音乐　会员  "}, "name", "音乐 会员"),
        ({"price": "¥50,000"}, "price", 5_000_000),
        ({"price": "0.01"}, "price", 1),
        ({"details": " a\r\nb "}, "details", "a\nb"),
        ({"delay": "1440", "promise": "1", "unit": "days"}, "delay_seconds", DAY),
        ({"promise": "7", "unit": "days"}, "promise_seconds", 7 * DAY),
        ({"promise": "30", "unit": "weeks"}, "promise_seconds", 1800),
        ({"fee": "3.5%"}, "fee_permille", 35),
        ({"window": "３０"}, "window_days", 30),
        ({"case_sensitive": "on"}, "case_sensitive", True),
    ],
)
def test_a_field_is_read_as_people_write_it(told: dict[str, str], column: str, value: Any) -> None:
    found, wrong = read_goods({**FORM, **told}, CARD)
    assert (vars(found)[column], wrong) == (value, {})


def test_a_delivery_by_hand_asks_for_no_delay_and_keeps_one_that_fits() -> None:
    by_hand = {**FORM, "mode": "manual", "delay": "?", "promise": "2"}
    found, wrong = read_goods(by_hand, CARD)
    assert (found.delay_seconds, found.promise_seconds, wrong) == (120, 120, {})


def test_what_cannot_be_returned_has_no_window_to_be_wrong_about() -> None:
    final = {**FORM, "return_allowed": "", "window": "", "fee": "99"}
    assert read_goods(final, CARD) == (replace(CARD, return_allowed=False), {})


def test_an_empty_form_names_every_field_that_is_needed() -> None:
    assert set(read_goods({}, NEW)[1]) == {"name", "category", "price", "mode", "delay", "promise", "rule", "most"}
    assert typed_goods(NEW)["price"] == "" and NEW.delay_seconds == limits.DELIVERY_DELAY / timedelta(seconds=1)


def test_a_promise_of_odd_seconds_is_shown_in_whole_minutes() -> None:
    shown = typed_goods(replace(CARD, promise_seconds=90))
    assert (shown["promise"], shown["unit"]) == ("1", "minutes")


def test_a_product_tells_the_same_as_what_it_was_made_of() -> None:
    assert Goods.of(SimpleNamespace(**vars(CARD), slug="steam")) == CARD


def test_a_difference_names_what_was_and_what_is() -> None:
    assert difference(CARD, replace(CARD, price=1, name="x")) == {"name": (CARD.name, "x"), "price": (9900, 1)}
    assert difference(CARD, CARD) == {}


def test_of_two_who_change_a_product_each_keeps_the_own_fields() -> None:
    mine = {**FORM, "price": "88.00", "promise": "1"}
    theirs = {**FORM, "price": "77.00", "name": "Steam 新", "unit": "hours"}
    both = merged(FORM, mine, theirs)
    assert {name: both[name] for name in FORM if both[name] != FORM[name]} == {
        "price": "88.00",  # mine, as both changed it
        "name": "Steam 新",  # theirs, which I left alone
        "promise": "1",  # one number in two fields stays one
    }
    assert merged(FORM, {**FORM, "name": "Xbox"}, theirs) == {**theirs, "name": "Xbox"}
    assert merged(FORM, {}, FORM) == dict.fromkeys(FORM, "")  # all was wiped out, on purpose


@pytest.mark.parametrize(
    ("name", "word"),
    [("Office 家庭版", "Office"), ("PlayStation 充值", "PlaySt"), ("音乐会员 年卡", "音乐"), ("¥ 卡", "¥"), ("", "")],
)
def test_a_cover_has_a_short_word(name: str, word: str) -> None:
    assert cover_of(name) == word


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Office 家庭版 2024", "office-2024"),
        ("ＰＳＮ 港服", "psn"),
        ("音乐会员 年卡", "game-card"),
        ("a" * 39 + " bc", "a" * 39),
        ("../<script>", "script"),
    ],
)
def test_a_web_address_is_ascii_that_can_be_read(name: str, slug: str) -> None:
    assert slug_of(name, Category.game_card) == slug


@pytest.mark.parametrize(
    ("pieces", "lately", "days"),
    [
        (10, 30, 10),
        (10, 3, 100),
        (1, 999, 1),
        (5000, limits.SALES_COUNTED, -1),
        (0, 5, 0),
        (10, 0, -1),
        (limits.CARDS_COUNTED, 5, -1),
    ],
)
def test_how_long_the_rest_lasts(pieces: int, lately: int, days: int) -> None:
    assert days_left(pieces, lately) == days


def test_a_group_has_room_for_so_many_and_each_face_once_however_it_is_spelled() -> None:
    assert no_room("500", []) == no_room("500", ["1,000"]) == {}
    assert no_room(" 5 00", ["５-００"]) == {"face": FieldError.face_taken}
    many = [str(n) for n in range(limits.GROUP_SIZE)]
    assert no_room("x", many) == {"group": FieldError.group_full}
    assert no_room("1", many) == {"group": FieldError.group_full, "face": FieldError.face_taken}
