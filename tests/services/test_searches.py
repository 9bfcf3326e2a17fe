"""A number, a person, a name is found however it is typed; what nobody can see finds nothing."""

from collections.abc import Callable

import pytest

from cardmall.adapters import db
from cardmall.models import Account
from cardmall.views.admin.audit import audit_page, read_asked
from cardmall.views.admin.people import people_page
from cardmall.views.admin.shops import shops_page
from cardmall.views.public.home import catalog_page
from cardmall.views.public.shelf import Shelf
from cardmall.views.shopper.orders import orders_page, read_filters
from tests.town import AUTO, NOW, Town, act

WRITTEN: list[Callable[[str], str]] = [
    lambda no: no,
    lambda no: no[-4:],
    lambda no: no[2:],
    lambda no: no[2:12],
    lambda no: f"#{no}",
    lambda no: f"订单号：{no}",
    lambda no: f" {no[:8]} {no[8:]} ",
    lambda no: f"\u202a{no.lower()}\u202c",
    lambda no: "".join(chr(ord(c) + 0xFEE0) for c in no),
]
PHONE = ["13800000009", "138 0000 0009", "０１３８"[1:] + "-0000-0009", "008613800000009", "+86 138 0000 0009", "0009"]
UNSEEN = ["\x00", "\u200b", "\ud800\x00"]


def orders(town: Town, q: str) -> list[str]:
    return [row.no for row in act(orders_page, town.alice, read_filters({"q": q}), now=NOW).rows]


@pytest.mark.parametrize("write", WRITTEN)
def test_an_order_is_found_by_its_number(town: Town, write: Callable[[str], str]) -> None:
    tale, other = town.tale().order(AUTO), town.tale().order(AUTO)
    found = orders(town, write(tale.no))
    assert tale.no in found
    assert write is WRITTEN[3] or other.no not in found or other.no[-4:] == tale.no[-4:]  # a beginning fits both


@pytest.mark.parametrize("write", WRITTEN)
def test_the_audit_finds_an_order_by_its_number(town: Town, write: Callable[[str], str]) -> None:
    tale = town.tale().order(AUTO)
    town.tale().order(AUTO)
    found = act(audit_page, town.carol, read_asked({"number": write(tale.no)})).rows
    assert tale.no in {row.order_no for row in found}


@pytest.mark.parametrize("typed", ["00009", "8000 0009", "13800000"])
def test_no_number_is_learnt_digit_by_digit(town: Town, typed: str) -> None:
    """Only whole, or by its last four (R78)."""
    with db.transaction() as session:
        session.get_one(Account, town.alice.id).phone = "+8613800000009"
    town.tale().order(AUTO)
    assert act(people_page, town.carol, text=typed).rows == []
    assert act(audit_page, town.carol, read_asked({"email": typed})).rows == []


@pytest.mark.parametrize("typed", PHONE)
def test_a_person_is_found_by_their_number(town: Town, typed: str) -> None:
    with db.transaction() as session:
        session.get_one(Account, town.alice.id).phone = "+8613800000009"
    assert [row.id for row in act(people_page, town.carol, text=typed).rows] == [town.alice.id]
    town.tale().order(AUTO)
    assert {row.name for row in act(audit_page, town.carol, read_asked({"email": typed})).rows} == {"a*"}


@pytest.mark.parametrize("typed", ["Ａｌｉｃｅ", "ali\u200bce", " ALICE "])
def test_a_name_is_found_whatever_keyboard_wrote_it(town: Town, typed: str) -> None:
    assert [row.id for row in act(people_page, town.carol, text=typed).rows] == [town.alice.id]


@pytest.mark.parametrize("typed", ["点卡（港服）", "点卡(港服)", "港\u200b服"])
def test_goods_with_full_width_brackets_are_found(town: Town, typed: str) -> None:
    town.sell("hk", 1, name="点卡（港服）" if "（" in typed or "(" not in typed else "点卡(港服)")
    assert [row.slug for row in act(catalog_page, None, Shelf(q=typed)).rows] == ["hk"]


@pytest.mark.parametrize("typed", UNSEEN)
def test_what_nobody_can_see_finds_nothing(town: Town, typed: str) -> None:
    town.tale().order(AUTO)
    assert orders(town, typed) == []
    assert act(catalog_page, None, Shelf(q=typed)).rows == []
    assert act(people_page, town.carol, text=typed).rows == []
    assert act(shops_page, town.carol, text=typed, now=NOW).rows == []
    assert act(audit_page, town.carol, read_asked({"number": typed})).rows == []
    assert act(audit_page, town.carol, read_asked({"email": typed})).rows == []
