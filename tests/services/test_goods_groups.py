"""A group of products: one entry of the shelf, side by side on their pages, each face once, whoever saves at once."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.goods import Goods, typed_goods
from cardmall.domain.terms import Actor, DeliveryMode
from cardmall.models import Card, Product
from cardmall.services.shop import goods
from cardmall.services.shop.groups import dissolve_group, rename_group
from cardmall.views.merchant.product import goods_view
from cardmall.views.public.home import CatalogPage, catalog_page
from cardmall.views.public.product import product_view
from cardmall.views.public.shelf import Shelf, ShelfOrder
from tests.opened import noted
from tests.services.race import race, refusals, rounds
from tests.services.test_goods import FORM, form_of, product, save, told_of, versions
from tests.town import AUTO, MANUAL, NOW, Town, act, look, refused, rows

GROUP = "王者荣耀 点券"
ROUNDS = rounds(15)


def join(town: Town, slug: str, face: str, group: str = GROUP, **told: str) -> None:
    save(town, slug, product(slug).version, group=group, face=face, **told)


@pytest.fixture
def three(town: Town) -> list[str]:
    """500 sold out, 1,000 and 5,000 in stock, by price; the town's own two products stand alone."""
    for slug, stock, price in (("g-500", 1, 5000), ("g-1000", 3, 10_000), ("g-5000", 0, 50_000)):
        town.sell(slug, stock, price=price, name=f"点券 {slug[2:]}")
    for slug in ("g-5000", "g-500", "g-1000"):
        join(town, slug, slug[2:])
    with db.transaction() as session:
        gone = sa.update(Card).where(Card.product_id == product("g-500").id)  # type: ignore[arg-type]
        session.connection().execute(gone.values(status="voided"))
    return ["g-500", "g-1000", "g-5000"]


def shelf(**asked: Any) -> list[tuple[str, str, int, int]]:
    """Slug, name, price and faces of every entry, page by page; none comes twice."""
    found: list[tuple[str, str, int, int]] = []
    after = ""
    while True:
        page: CatalogPage = look(catalog_page, None, Shelf(**asked), after=after)
        found += [(row.slug, row.name, row.price, row.faces) for row in page.rows]
        after = page.next_key
        if not after:
            assert len(set(found)) == len(found)
            return found


ENTRY = ("g-500", GROUP, 5000, 3)


def test_a_group_is_one_entry_at_the_price_of_its_cheapest(town: Town, three: list[str]) -> None:
    single = [(slug, "点卡", 9900, 1) for slug in (AUTO, MANUAL)]
    assert shelf() == [*single, ENTRY]
    assert shelf(order=ShelfOrder.price_up) == [ENTRY, *single]
    assert shelf(order=ShelfOrder.price_down) == [*reversed(single), ENTRY]
    act(goods.unlist_products, town.bob, ["g-500"], now=NOW)
    assert shelf()[-1] == ("g-1000", GROUP, 10_000, 2)
    act(goods.archive_product, town.bob, "g-1000", now=NOW)
    assert shelf()[-1] == ("g-5000", "点券 5000", 50_000, 1), "who stands alone stands under its own name"
    act(goods.unlist_products, town.bob, ["g-5000"], now=NOW)
    assert shelf() == single


def entry() -> tuple[int, str]:
    """Stock and mode of the group's entry on the shelf."""
    (row,) = [row for row in look(catalog_page, None, Shelf(q="荣耀")).rows if row.faces > 1]
    return row.stock, row.mode


def test_an_entry_is_sold_out_when_all_of_its_group_is(town: Town, three: list[str]) -> None:
    assert entry() == (3, "auto"), "the cheapest is sold out, the next is not"
    act(goods.unlist_products, town.bob, ["g-1000"], now=NOW)
    assert entry() == (-1, "manual"), "one of it is delivered by hand"
    town.sell("g-out", mode=DeliveryMode.auto)
    join(town, "g-out", "无货")
    act(goods.unlist_products, town.bob, ["g-5000"], now=NOW)
    assert entry() == (0, "auto")


def test_a_group_is_found_by_any_of_its_products(town: Town, three: list[str]) -> None:
    assert shelf(q="点券 5000") == shelf(q="荣耀") == [ENTRY]
    assert shelf(low="300") == shelf(low="90", high="101")[2:] == [ENTRY]
    assert ENTRY in shelf(in_stock=True), "another of it is in stock"
    assert shelf(q="5000", high="60") == [], "one product has to fit it all"
    assert shelf(category="software") == []
    act(goods.unlist_products, town.bob, ["g-5000"], now=NOW)
    assert shelf(q="点券 5000") == shelf(low="300") == []


def test_every_entry_comes_once_in_every_order_however_many_pages(town: Town) -> None:
    for n in range(60):
        place: dict[str, Any] = {"group_name": f"组 {n % 9}", "face": str(n)} if n % 3 else {}
        town.sell(f"p{n}", price=1000 + 7 * (n % 13), **place)
    for order in ShelfOrder:
        found = shelf(order=order)
        assert len(found) == 2 + 20 + 6
        assert sum(faces for _, _, _, faces in found) == 62
        if order is not ShelfOrder.usual:
            prices = [price for _, _, price, _ in found]
            assert prices == sorted(prices, reverse=order is ShelfOrder.price_down)


def test_its_page_shows_all_that_are_on_sale_and_which_are_sold_out(town: Town, three: list[str]) -> None:
    def chips(slug: str) -> list[tuple[str, int, int]]:
        return [(one.face, one.price, one.stock) for one in look(product_view, None, slug).faces]

    every = [("500", 5000, 0), ("1000", 10_000, 3), ("5000", 50_000, -1)]
    assert chips("g-1000") == chips("g-500") == every and chips(AUTO) == []
    act(goods.unlist_products, town.bob, ["g-500"], now=NOW)
    assert chips("g-1000") == every[1:]
    act(goods.archive_product, town.bob, "g-5000", now=NOW)
    assert chips("g-1000") == []
    seen = look(goods_view, town.bob, "g-1000")
    told = [(one.face, one.stock, one.listed, one.archived) for one in seen.members]
    assert told == [("500", 0, False, False), ("1000", 3, True, False), ("5000", -1, False, True)]
    assert seen.groups == [GROUP]


def test_joining_and_leaving_are_versions(town: Town) -> None:
    join(town, AUTO, "500")
    join(town, AUTO, "", group="")
    one, two = versions(AUTO)
    assert (one.before["group_name"], one.after["group_name"], one.after["face"]) == ("", GROUP, "500")
    assert two.after == {"group_name": "", "face": ""} and told_of(AUTO) == ["product_saved"] * 2
    slug = act(goods.create_product, town.bob, FORM | {"group": GROUP, "face": "1"}, now=NOW)
    assert (product(slug).group_name, product(slug).face) == (GROUP, "1")
    copied = act(goods.copy_product, town.bob, slug, "副本", now=NOW)
    assert Goods.of(product(copied)) == replace(Goods.of(product(slug)), name="副本", group_name="", face="")


def test_a_face_is_there_once_and_a_group_has_its_bounds(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    join(town, AUTO, "500")
    found = refused(join, town, MANUAL, "500")
    assert (found.reason, found.fields) == ("invalid", {"face": "face_taken"})
    found = refused(act, goods.create_product, town.bob, FORM | {"group": GROUP, "face": "500"}, now=NOW)
    assert found.fields == {"face": "face_taken"}
    found = refused(join, town, MANUAL, "５ 00", group=" 王者荣耀　点券")
    assert found.fields == {"face": "face_taken"}, "however both are spelled"
    join(town, MANUAL, "1000", group="王者荣耀点券")
    assert product(MANUAL).group_name == GROUP, "there is one group of that name"
    act(dissolve_group, town.bob, GROUP, now=NOW)
    join(town, AUTO, "500")
    monkeypatch.setattr(limits, "GROUP_SIZE", 1)
    assert refused(join, town, MANUAL, "1000").fields == {"group": "group_full"}
    save(town, AUTO, product(AUTO).version, price="88.00")  # who is in stays
    slug = act(goods.create_product, town.mo, FORM | {"group": GROUP, "face": "500"}, now=NOW)
    assert product(slug).group_name == GROUP, "another shop has groups of its own"


def test_the_database_keeps_a_face_to_one_product_and_to_a_group(town: Town) -> None:
    join(town, AUTO, "500")
    for told in ({"group_name": GROUP, "face": "500"}, {"group_name": GROUP}, {"face": "500"}):
        with pytest.raises(IntegrityError), db.transaction() as session:
            for name, value in told.items():
                setattr(session.get_one(Product, product(MANUAL).id), name, value)


def test_a_group_is_renamed_and_dissolved_as_a_whole(town: Town, three: list[str]) -> None:
    assert act(rename_group, town.bob, GROUP, " 王者  点券 ", now=NOW) == 3
    assert {product(slug).group_name for slug in three} == {"王者 点券"}
    assert [versions(slug)[-1].after for slug in three] == [{"group_name": "王者 点券"}] * 3
    assert act(rename_group, town.bob, "王者 点券", "王者 点券", now=NOW) == 3 and len(versions("g-500")) == 2
    join(town, AUTO, "1", group="别的组")
    assert refused(act, rename_group, town.bob, "别的组", "王者 点券", now=NOW).fields == {"group": "group_taken"}
    assert refused(act, rename_group, town.bob, "别的组", "王者—点券", now=NOW).fields == {"group": "group_taken"}
    assert act(rename_group, town.bob, "别的组", "别的 组", now=NOW) == 1, "its own name, spelled otherwise"
    act(rename_group, town.bob, "别的 组", "别的组", now=NOW)
    assert refused(act, rename_group, town.bob, "别的组", "组", now=NOW).fields == {"group": "too_few"}
    assert refused(save, town, "g-500", 2, price="1").reason == "changed", "an open form hears of it"
    assert act(dissolve_group, town.bob, "王者 点券", now=NOW) == 3
    assert len(shelf()) == 5 and {product(slug).face for slug in three} == {""}


@pytest.mark.parametrize("name", ["", "no such", GROUP + " "])
def test_what_is_no_group_is_not_found(town: Town, three: list[str], name: str) -> None:
    assert refused(act, dissolve_group, town.bob, name, now=NOW).reason == "not_found"
    assert refused(act, rename_group, town.bob, name, "新的组", now=NOW).reason == "not_found"


def test_nobody_else_touches_a_group(town: Town, three: list[str]) -> None:
    strangers: list[tuple[Actor | None, str]] = [
        (None, "sign_in_first"), (town.alice, "not_allowed"), (town.carol, "not_allowed"), (town.mo, "not_found"),
    ]  # fmt: skip
    for who, reason in strangers:
        assert refused(act, dissolve_group, who, GROUP, now=NOW).reason == reason
        assert refused(act, rename_group, who, GROUP, "新的组", now=NOW).reason == reason
    assert {product(slug).group_name for slug in three} == {GROUP}


def test_of_two_who_take_a_face_at_once_one_is_told(town: Town) -> None:
    for _ in range(ROUNDS):
        results = race(partial(join, town, AUTO, "500"), partial(join, town, MANUAL, "500"), jitter=0.003)
        assert refusals(results) == ["invalid"]
        assert sorted(product(slug).face for slug in (AUTO, MANUAL)) == ["", "500"]
        act(dissolve_group, town.bob, GROUP, now=NOW)


def test_whoever_joins_while_a_group_is_renamed_or_dissolved_is_in_one_group_or_none(town: Town) -> None:
    for n in range(ROUNDS):
        if not product(AUTO).group_name:
            join(town, AUTO, "500")
        change = partial(act, rename_group, town.bob, GROUP, "新的组", now=NOW) if n % 2 else None
        change = change or partial(act, dissolve_group, town.bob, GROUP, now=NOW)
        race(partial(join, town, MANUAL, "1000"), change, jitter=0.003)
        first, second = product(AUTO), product(MANUAL)
        assert first.group_name == ("新的组" if n % 2 else "")
        assert (second.group_name in (GROUP, first.group_name)) and bool(second.group_name) == bool(second.face)
        for name in {first.group_name, second.group_name} - {""}:
            act(dissolve_group, town.bob, name, now=NOW)


def test_two_windows_of_one_product_put_it_into_one_group(town: Town) -> None:
    for n in range(ROUNDS):
        version = product(AUTO).version
        forms = [form_of(AUTO, group=f"组 {n} {one}", face="1") for one in "ab"]
        saves = [partial(act, goods.save_product, town.bob, AUTO, form, version=version, now=NOW) for form in forms]
        assert refusals(race(*saves, jitter=0.003)) == ["changed"]
        assert product(AUTO).version == version + 1 and product(AUTO).group_name.startswith(f"组 {n}")


def test_the_shelf_and_a_page_find_a_group_by_its_index(town: Town, three: list[str]) -> None:
    with noted(db.engine()) as found:
        shelf(order=ShelfOrder.price_up)
        look(product_view, None, "g-500")
    with db.reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("a question to the planner of SQLite")
        plans = []
        for text, told in found:
            values = eval(told)  # noqa: S307 - our own statement
            plans += [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    assert "SCAN product USING INDEX ix_product_price" in plans, plans
    of_groups = [plan for plan in plans if plan.startswith("SCAN product_")]
    assert of_groups == [] and any("group_name=?" in plan for plan in plans), plans


def test_products_of_before_are_in_no_group(town: Town) -> None:
    assert {(one.group_name, one.face) for one in rows(Product)} == {("", "")}
    assert typed_goods(Goods.of(product(AUTO)))["group"] == ""
    with db.reading() as session:
        assert session.exec(select(Product.id).where(Product.group_name != "")).all() == []
