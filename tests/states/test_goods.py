"""The list and the form of a shop's goods, and what shoppers then see, called as anybody may call them (R85, R87)."""

import asyncio
from typing import Any

import pytest

from cardmall.adapters import bus, signals
from cardmall.domain.topics import product_topic
from cardmall.models import Event, Order, Product
from cardmall.ssr.first import first_of
from cardmall.states.merchant.product import MerchantProductState
from cardmall.states.merchant.products import ProductsState
from cardmall.states.public.product import ProductState
from cardmall.states.session import SessionState
from cardmall.states.shopper.order import OrderState
from tests.services.test_goods import RULE, product, versions
from tests.services.test_goods_pictures import keep
from tests.states.test_desks import page_of
from tests.town import AUTO, MANUAL, Town, count, rows, settle_town, sign_everybody_in

LIST = "/merchant/products"
FORM = {
    "name": "Steam 充值码", "category": "game_card", "price": "198", "mode": "auto", "delay": "5", "promise": "10",
    "unit": "minutes", "rule": RULE, "summary": "", "details": "", "instructions": "", "most": "5",
    "return_allowed": "on", "window": "7", "fee": "0",
}  # fmt: skip
JUNK: list[Any] = [None, 7, [], {}, {"name": {}}, {"price": [1], "mode": "x"}, {"delay": "9" * 4000}]


@pytest.fixture
def town(database: Any) -> Town:
    found = settle_town()
    sign_everybody_in()
    return found


def run(call: Any) -> Any:
    return asyncio.run(call) if asyncio.iscoroutine(call) else call


def form_of(slug: str, who: str = "bob") -> Any:
    page = page_of(MerchantProductState, who, f"{LIST}/{slug}")
    run(MerchantProductState.load.fn(page))
    return page


async def comes(page: Any, *, again: bool) -> None:
    """The page is loaded next: once more where it stood, as when its connection is back, or from another one."""
    session = await page.get_state(SessionState)
    session._arrive()
    if not again:
        session._here = "/orders"


def save(page: Any, **told: str) -> Any:
    return run(MerchantProductState.save.fn(page, dict(page.typed) | {"rule": RULE} | told))


def goods_list(who: str = "bob") -> Any:
    page = page_of(ProductsState, who, LIST)
    run(ProductsState.load.fn(page))
    return page


def errors(page: Any) -> dict[str, str]:
    names = [name for name in type(page).base_vars if name.endswith("_error")]
    return {name.removesuffix("_error"): getattr(page, name) for name in names if getattr(page, name)}


def test_a_new_product_is_made_once_however_often_its_button_is_pressed(town: Town) -> None:
    page = form_of("new")
    assert (page.missing, page.view.slug, page.view.shop, page.row.shop) == (False, "", "bobs", "bobs")
    run(MerchantProductState.save.fn(page, FORM | {"price": "free"}))
    assert (errors(page), page.typed["price"], page.typed["name"]) == ({"price": "not_money"}, "free", FORM["name"])
    assert count(Product) == 2
    for _ in range(2):
        run(MerchantProductState.save.fn(page, FORM))
    made = rows(Product, Product.price == 19800)
    assert (len(made), made[0].listed, errors(page)) == (1, False, {})


def test_the_preview_and_the_bar_follow_what_is_typed_and_nothing_is_kept(town: Town) -> None:
    page = form_of(AUTO)
    assert (page.dirty, page.changes, page.row.price) == (False, [], 9900)
    typed = dict(page.typed) | {"price": "88", "fee": "3.5", "details": "一", "promise": "2", "unit": "hours"}
    MerchantProductState.type.fn(page, typed)
    told = [(one.field, one.before, one.after) for one in page.changes]
    assert told == [
        ("details", "", ""),
        ("price", "¥99.00", "¥88.00"),
        ("promise", "10 分钟", "2 小时"),
        ("fee", "0%", "3.5%"),
    ]
    assert (page.row.price, page.terms.fee_permille, page.dirty) == (8800, 35, True)
    MerchantProductState.type.fn(page, typed | {"price": "8o"})
    assert (page.row.price, page.typed["price"]) == (9900, "8o"), "what cannot be read changes no preview"
    assert (product(AUTO).price, count(Event)) == (9900, count(Event))


def test_what_the_form_does_not_ask_for_stays(town: Town) -> None:
    page = form_of(AUTO)
    asked = {name: value for name, value in page.typed.items() if name not in ("window", "fee", "delay")}
    MerchantProductState.type.fn(page, asked | {"return_allowed": ""})
    assert (page.typed["window"], page.typed["delay"], page.typed["return_allowed"]) == ("7", "5", "")


def test_what_is_typed_stays_when_the_page_is_drawn_anew(town: Town) -> None:
    """Fields for buyers and pictures, too: nothing in the page itself could draw them again."""
    page, picture = form_of(AUTO), keep(town.bob)
    for _ in range(2):
        MerchantProductState.ask_more.fn(page)
    typed = {"field1_label": "账号", "field2_label": "区服", "pictures": picture, "price": "77"}
    MerchantProductState.type.fn(page, dict(page.typed) | typed)
    MerchantProductState.ask_before.fn(page, 2)
    run(comes(page, again=True))
    run(MerchantProductState.load.fn(page))
    told = {name: page.typed[name] for name in typed}
    assert told == typed | {"field1_label": "区服", "field2_label": "账号"} and page.loaded and page.dirty
    run(comes(page, again=False))
    run(MerchantProductState.load.fn(page))  # as it is saved
    told = tuple(page.typed[name] for name in ("field1_label", "pictures", "price"))
    assert (told, page.dirty) == (("", "", "99.00"), False)


def test_a_new_product_that_was_not_made_yet_stays_too(town: Town) -> None:
    page = form_of("new")
    MerchantProductState.ask_more.fn(page)
    MerchantProductState.type.fn(page, dict(page.typed) | {"name": "云", "field1_label": "账号"})
    run(comes(page, again=True))
    run(MerchantProductState.load.fn(page))
    assert (page.typed["name"], page.typed["field1_label"], page.missing, page.loaded) == ("云", "账号", False, True)


def test_a_copy_is_told_from_what_it_was_copied_from_however_long_its_name(town: Town) -> None:
    page = form_of(AUTO)
    save(page, name="长" * 60)
    run(MerchantProductState.copy.fn(page))
    named = [one.name for one in rows(Product) if one.name.startswith("长")]
    assert sorted(map(len, named)) == [60, 60] and [name for name in named if name.endswith(" 副本")]


def test_ticks_stay_when_the_list_is_drawn_anew(town: Town) -> None:
    page = goods_list()
    ProductsState.pick.fn(page, AUTO)
    for picked in ([AUTO], []):
        run(comes(page, again=picked != []))
        run(ProductsState.load.fn(page))
        assert page.picked == picked


def test_a_save_of_a_stale_form_shows_the_difference_and_loses_nothing(town: Town) -> None:
    mine, theirs = form_of(AUTO), form_of(AUTO)
    save(theirs, price="88.00", name="点卡 新")
    save(mine, price="77.00", details="三个月有效")
    told = {one.field: (one.before, one.after, one.mine) for one in mine.theirs}
    assert told["price"] == ("¥99.00", "¥88.00", True) and told["name"] == ("点卡", "点卡 新", False)
    assert (mine.typed["price"], mine.typed["name"], mine.typed["details"]) == ("77.00", "点卡 新", "三个月有效")
    assert (mine.view.saved_by, mine.dirty, product(AUTO).price) == ("bob", True, 8800)
    run(MerchantProductState.save.fn(mine, mine.typed))
    assert (mine.theirs, mine.dirty) == ([], False)
    assert (product(AUTO).price, product(AUTO).name, product(AUTO).version) == (7700, "点卡 新", 3)
    assert set(versions(AUTO)[-1].after) == {"price", "details"}


def test_an_open_form_hears_of_a_newer_version_and_keeps_what_is_typed(town: Town) -> None:
    mine = form_of(AUTO)
    MerchantProductState.type.fn(mine, dict(mine.typed) | {"price": "77.00"})
    save(form_of(AUTO), name="点卡 新")
    run(MerchantProductState.refresh.fn(mine))
    assert (mine.newer, mine.typed["price"], mine.typed["name"], mine.view.version) == (True, "77.00", "点卡", 1)
    run(MerchantProductState.reload.fn(mine))
    assert (mine.newer, mine.typed["price"], mine.typed["name"]) == (False, "99.00", "点卡 新")


def test_a_product_is_switched_archived_copied_and_deleted_from_its_form(town: Town) -> None:
    page = form_of(MANUAL)
    for _ in range(2):  # a double click
        run(MerchantProductState.switch.fn(page, False))
    assert (page.view.listed, product(MANUAL).listed) == (False, False)
    run(MerchantProductState.archive.fn(page))
    assert page.view.archived
    run(MerchantProductState.archive.fn(page))
    for _ in range(2):
        run(MerchantProductState.copy.fn(page))
    (copied,) = rows(Product, Product.name == "点卡 副本")
    page = form_of(copied.slug)
    MerchantProductState.ask.fn(page)
    assert page.question == "delete"
    run(MerchantProductState.delete.fn(page))
    assert rows(Product, Product.id == copied.id) == []
    sold = form_of(AUTO)
    MerchantProductState.ask.fn(sold)
    assert sold.question == ""


def test_the_list_counts_its_tabs_and_moves_what_is_ticked(town: Town) -> None:
    page = goods_list()
    assert [(one.name, one.count) for one in page.tabs] == [
        ("all", 2), ("listed", 2), ("sold_out", 0), ("unlisted", 0), ("archived", 0)
    ]  # fmt: skip
    assert [(row.slug, row.stock) for row in page.rows] == [(MANUAL, -1), (AUTO, 10)]
    run(ProductsState.switch.fn(page, MANUAL, False))
    assert [one.count for one in page.tabs] == [2, 1, 0, 1, 0]
    ProductsState.pick_all.fn(page)
    run(ProductsState.list_picked.fn(page))
    assert (page.picked, [row.listed for row in page.rows]) == ([], [True, True])
    ProductsState.pick.fn(page, AUTO)
    run(ProductsState.unlist_picked.fn(page))
    assert not product(AUTO).listed and product(MANUAL).listed


def test_the_form_puts_pictures_in_order_and_everybody_sees_the_cover(town: Town) -> None:
    first, second = keep(town.bob), keep(town.bob)
    page = form_of(AUTO)
    MerchantProductState.type.fn(page, dict(page.typed) | {"pictures": f"{second},{first}"})
    assert (page.row.picture, page.dirty, product(AUTO).pictures) == (second, True, ())
    assert [(one.field, one.before, one.after) for one in page.changes] == [("pictures", "", "")]
    save(page, pictures=f"{second},{first}")
    assert (product(AUTO).pictures, errors(page), page.typed["pictures"]) == ((second, first), {}, f"{second},{first}")
    seen = shelf(AUTO)
    assert (seen.view.picture, seen.view.pictures) == (second, [second, first])
    tale = town.tale().order(AUTO)
    save(form_of(AUTO), pictures=first)
    order = page_of(OrderState, "alice", f"/orders/{tale.no}")
    run(OrderState.load.fn(order))
    assert (order.view.picture, shelf(AUTO).view.pictures) == (second, [first]), "an order looks as it was sold"


def test_a_group_is_made_renamed_and_dissolved_from_a_form_and_what_else_is_typed_stays(town: Town) -> None:
    save(form_of(AUTO), group="点券", face="500")
    page = form_of(MANUAL)
    assert page.view.groups == ["点券"]
    save(page, group="点券", face="500")
    assert errors(page) == {"face": "face_taken"} and page.typed["face"] == "500"
    save(page, group="点券", face="1,000")
    assert [(one.face, one.slug) for one in page.view.members] == [("500", AUTO), ("1,000", MANUAL)]
    MerchantProductState.type.fn(page, dict(page.typed) | {"group": "x", "price": "77"})
    run(MerchantProductState.rename_group.fn(page))
    assert errors(page) == {"group": "too_few"}
    MerchantProductState.type.fn(page, dict(page.typed) | {"group": "王者 点券"})
    run(MerchantProductState.rename_group.fn(page))
    assert (product(AUTO).group_name, page.typed["price"], page.typed["group"]) == ("王者 点券", "77", "王者 点券")
    assert [(one.field, one.after) for one in page.changes] == [("price", "¥77.00")]
    run(MerchantProductState.dissolve_group.fn(page))
    assert (product(AUTO).group_name, page.view.members, page.typed["face"]) == ("", [], "")
    assert (page.typed["price"], product(MANUAL).price) == ("77", 9900)


def test_what_somebody_saved_before_a_group_was_renamed_is_shown_before_it_is_lost(town: Town) -> None:
    """R85: the form is of the newest version from then on, so its next save is told of nothing."""
    save(form_of(MANUAL), group="点券", face="500")
    page = form_of(MANUAL)
    save(form_of(MANUAL), price="15")
    MerchantProductState.type.fn(page, dict(page.typed) | {"group": "王者 点券", "price": "12"})
    run(MerchantProductState.rename_group.fn(page))
    assert ("price", True) in [(one.field, one.mine) for one in page.theirs]
    assert (page.typed["price"], product(MANUAL).price, page.view.version) == ("12", 1500, product(MANUAL).version)


def test_chips_follow_when_another_of_the_group_is_unlisted(town: Town) -> None:
    save(form_of(AUTO), group="点券", face="500")
    save(form_of(MANUAL), group="点券", face="1,000")
    page = shelf(AUTO)
    assert [one.face for one in page.view.faces] == ["500", "1,000"]
    assert page.router.session.client_token in bus._listeners[product_topic(AUTO)]
    since = signals.mark()
    run(MerchantProductState.switch.fn(form_of(MANUAL), False))
    assert signals.moved(since, product_topic(AUTO)) and signals.moved(since, product_topic(MANUAL))
    run(ProductState.refresh.fn(page))
    assert page.view.faces == []


def test_whoever_joins_renames_or_leaves_a_group_is_told_on_the_pages_of_the_others(town: Town) -> None:
    save(form_of(AUTO), group="点券", face="500")
    for group in ("点券", ""):
        since = signals.mark()
        save(form_of(MANUAL), group=group, face="1,000" if group else "")
        assert signals.moved(since, product_topic(AUTO)), group


def test_a_page_that_was_left_is_not_listened_for_again(town: Town) -> None:
    """A refresh that was on its way when the visitor went to another page."""
    page = shelf(AUTO)
    bus.forget(page.router.session.client_token)
    run(ProductState.refresh.fn(page))
    assert not [topic for topic, clients in bus._listeners.items() if page.router.session.client_token in clients]


def test_a_picture_the_form_cannot_have_is_told_beside_it_and_nothing_typed_is_lost(town: Town) -> None:
    page, foreign = form_of(AUTO), keep(town.bob, MANUAL)
    save(page, pictures=foreign, price="77")
    assert (errors(page), page.typed["price"]) == ({"pictures": "not_a_choice"}, "77")
    save(page, pictures=",".join(f"{n:032x}" for n in range(7)))
    assert (errors(page), product(AUTO).price) == ({"pictures": "too_many"}, 9900)


def test_whoever_saved_other_pictures_meanwhile_is_told_of_and_mine_stand(town: Town) -> None:
    mine, theirs = form_of(AUTO), form_of(AUTO)
    one, other = keep(town.bob), keep(town.bob)
    save(theirs, pictures=other)
    save(mine, pictures=one)
    assert [(told.field, told.mine) for told in mine.theirs if told.field == "pictures"] == [("pictures", True)]
    save(mine)
    assert product(AUTO).pictures == (one,)


@pytest.mark.parametrize("who", ["", "unknown", "alice", "mo", "carol"])
def test_nobody_else_sees_or_moves_the_goods_of_the_shop(town: Town, who: str) -> None:
    page = form_of(AUTO, who)
    assert (page.missing, page.view.slug, page.view.typed["name"]) == (True, "", "")
    page.view = form_of(AUTO).view  # as if the page had been taken over
    for name, *told in (("switch", False), ("archive",), ("copy",), ("delete",)):
        run(getattr(MerchantProductState, name).fn(page, *told))
        page.view = form_of(AUTO).view
    save(page, price="1")
    listed = goods_list(who)
    assert [row.slug for row in listed.rows] == []
    listed.rows = goods_list().rows
    run(ProductsState.switch.fn(listed, AUTO, False))
    listed.picked = [AUTO, MANUAL]
    run(ProductsState.unlist_picked.fn(listed))
    assert (product(AUTO).listed, product(AUTO).version, count(Product)) == (True, 1, 2)


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_a_wrong_form(town: Town, junk: Any) -> None:
    page = form_of("new")
    MerchantProductState.type.fn(page, junk)
    run(MerchantProductState.save.fn(page, junk))
    assert errors(page) and count(Product) == 2
    listed = goods_list()
    ProductsState.search.fn(listed, junk)
    run(ProductsState.switch.fn(listed, junk, junk))
    ProductsState.pick.fn(listed, junk)
    assert listed.picked == []


def shelf(slug: str, who: str = "alice") -> Any:
    page = page_of(ProductState, who, f"/p/{slug}")
    run(ProductState.load.fn(page))
    return page


def test_who_saw_a_lower_price_is_told_the_new_one_and_orders_nothing(town: Town) -> None:
    page = shelf(MANUAL)
    save(form_of(MANUAL), price="120")
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "9900"}))
    assert (page.refusal, page.view.price, count(Order)) == ("price_changed", 12000, 0)
    run(ProductState.buy.fn(page, {"quantity": "1", "price": "12000"}))
    assert [order.unit_price for order in rows(Order)] == [12000]


def test_an_open_page_of_a_product_and_the_drawn_one_follow_its_shop(town: Town) -> None:
    page = shelf(MANUAL)
    assert page.router.session.client_token in bus._listeners[product_topic(MANUAL)]
    save(form_of(MANUAL), details="第一行\n第二行", price="50")
    run(ProductState.refresh.fn(page))
    assert (page.view.price, page.view.details) == (5000, "第一行\n第二行")

    def drawn() -> int:
        return asyncio.run(first_of("/p/[slug]", {"slug": MANUAL}, "zh_CN")).status

    assert drawn() == 200
    run(MerchantProductState.switch.fn(form_of(MANUAL), False))
    assert drawn() == 404
    run(ProductState.refresh.fn(page))
    assert page.missing


def test_whoever_bought_reads_the_newest_instructions_with_the_codes_and_keeps_the_order(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()

    def instructions() -> str:
        page = page_of(OrderState, "alice", f"/orders/{tale.no}")
        run(OrderState.load.fn(page))
        assert not page.missing
        return page.view.instructions

    save(form_of(AUTO), instructions="打开商店，输入卡密")
    assert instructions() == "", "nothing was delivered yet"
    tale.deliver()
    assert instructions() == "打开商店，输入卡密"
    save(form_of(AUTO), instructions="先登录，再输入卡密")
    run(MerchantProductState.archive.fn(form_of(AUTO)))
    assert instructions() == "先登录，再输入卡密"
    assert shelf(AUTO).missing


def test_one_order_holds_no_more_than_the_product_allows(town: Town) -> None:
    save(form_of(AUTO), most="2")
    save(form_of(MANUAL), most="3")
    assert (shelf(AUTO).view.quantities, shelf(MANUAL).view.quantities) == ([1, 2], [1, 2, 3])
