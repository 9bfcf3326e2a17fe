"""A shop fills its shelf: each act on a product, what it leaves behind, and who may not (R85)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from cardmall.adapters import clock, db
from cardmall.domain.goods import Goods, typed_goods
from cardmall.domain.terms import Actor
from cardmall.models import Card, Event, Order, Product, ProductVersion, Shop
from cardmall.services.order.orders import place_order
from cardmall.services.shop import batches, goods, shops
from cardmall.views.merchant.case import shop_case
from tests.services.race import race, refusals, rounds
from tests.services.test_batches import at_noon, hand_in, stocked, waiting  # noqa: F401 - a fixture
from tests.services.test_founding import somebody
from tests.town import AUTO, MANUAL, NOW, PRICE, Town, act, count, look, refused, rows, run_jobs

RULE = "查看卡密即视为使用，充值后不能撤销"
FORM = typed_goods(replace(Goods(), name="Steam 充值码", price=19800, activation_rule=RULE))
ROUNDS = rounds(20)


def product(slug: str) -> Product:
    return rows(Product, Product.slug == slug)[0]


def form_of(slug: str, **told: str) -> dict[str, str]:
    """The form as it opens, with what somebody types into it."""
    return typed_goods(Goods.of(product(slug))) | {"rule": RULE} | told


def save(town: Town, slug: str, version: int, **told: str) -> None:
    act(goods.save_product, town.bob, slug, form_of(slug, **told), version=version, now=NOW)


def versions(slug: str) -> list[ProductVersion]:
    return rows(ProductVersion, ProductVersion.product_id == product(slug).id, by=ProductVersion.n)


def told_of(slug: str) -> list[str]:
    return [event.verb for event in rows(Event, by=Event.id) if event.data.get("product") == slug]


def test_a_product_begins_unlisted_under_an_address_that_can_be_read(town: Town) -> None:
    slug = act(goods.create_product, town.bob, FORM, now=NOW)
    made = product(slug)
    assert slug.startswith("steam-") and len(slug) == 10
    assert (made.shop_id, made.cover, made.listed, made.version) == (town.bob.shop_id, "Steam", False, 1)
    assert Goods.of(made) == replace(Goods(), name="Steam 充值码", price=19800, activation_rule=RULE)
    (first,) = versions(slug)
    assert (first.n, first.actor_id, first.at, first.before) == (1, town.bob.id, NOW, {})
    assert (first.after["price"], first.after["mode"]) == (19800, "auto")
    assert told_of(slug) == ["product_created"]
    assert act(goods.create_product, town.bob, FORM, now=NOW) != slug


def test_a_wrong_form_is_told_field_by_field_and_saves_nothing(town: Town) -> None:
    before = count(Product)
    wrong = {"name": "卡", "price": "0", "rule": ""}
    found = refused(act, goods.create_product, town.bob, FORM | wrong, now=NOW)
    assert (found.reason, found.fields) == ("invalid", {"name": "too_few", "price": "out_of_range", "rule": "required"})
    assert refused(save, town, AUTO, 1, **wrong).fields == found.fields
    assert (count(Product), product(AUTO).version, count(ProductVersion)) == (before, 1, 0)


def test_a_case_shows_the_texts_as_they_were_sold_beside_those_of_now(town: Town) -> None:
    save(town, AUTO, 1, details="含 12 个月", instructions="在官网激活")
    tale = town.tale().order(AUTO)
    save(town, AUTO, 2, details="含 6 个月", instructions="在官网激活")
    save(town, AUTO, 3, details="含 1 个月", instructions="联系客服激活")
    tale.pay().request()

    def changes() -> list[tuple[str, str, str]]:
        system = look(shop_case, town.bob, tale.case.no, now=tale.at).system
        return [(one.name, one.sold, one.now) for one in system.changes if one.name in ("details", "instructions")]

    assert changes() == [("details", "含 12 个月", "含 1 个月")], "instructions come with the delivery"
    tale.reject("other", "已在制作").resume().deliver()
    assert changes()[1:] == [("instructions", "在官网激活", "联系客服激活")]


def test_a_save_is_the_next_version_and_says_what_it_changed(town: Town) -> None:
    save(town, AUTO, 1, price="88.00", details="一\n二")
    (second,) = versions(AUTO)
    assert (second.n, second.actor_id, second.before["price"], second.after["price"]) == (2, town.bob.id, 9900, 8800)
    assert set(second.after) == {"price", "details", "activation_rule"}
    assert (product(AUTO).price, product(AUTO).details, product(AUTO).version) == (8800, "一\n二", 2)
    save(town, AUTO, 2)
    assert product(AUTO).version == 2, "nothing was changed"
    save(town, AUTO, 2, name="Xbox 礼品卡")
    assert product(AUTO).cover == "点", "a cover of its own stays"


def test_a_save_of_an_older_page_changes_nothing(town: Town) -> None:
    save(town, AUTO, 1, price="88.00")
    found = refused(save, town, AUTO, 1, price="77.00")
    assert (found.reason, found.offer, product(AUTO).price) == ("changed", "form", 8800)


def test_how_codes_are_compared_is_fixed_with_the_first_card(town: Town) -> None:
    assert refused(save, town, AUTO, 1, case_sensitive="on").fields == {"case_sensitive": "fixed"}
    save(town, MANUAL, 1, case_sensitive="on")
    assert product(MANUAL).case_sensitive


def test_how_codes_are_compared_is_fixed_while_a_list_is_on_its_way(town: Town) -> None:
    slug = act(goods.create_product, town.bob, FORM, now=NOW)
    name = hand_in(town.bob, "abcd\nABCD", slug)
    run_jobs()
    assert refused(save, town, slug, 1, case_sensitive="on").fields == {"case_sensitive": "fixed"}
    act(batches.drop_batch, town.bob, name, now=clock.now())
    save(town, slug, 1, case_sensitive="on")
    assert product(slug).case_sensitive


def test_a_product_goes_on_to_deliver_by_itself_while_paid_orders_wait_for_stock(town: Town) -> None:
    waiting(town, [1])
    assert refused(save, town, "scarce", 1, mode="manual").fields == {"mode": "orders_wait"}
    stocked(town, "S-1", "scarce")
    save(town, "scarce", 1, mode="manual")
    assert product("scarce").mode == "manual"


def test_an_order_names_the_version_it_was_sold_under(town: Town) -> None:
    first = town.tale().order(AUTO)
    save(town, AUTO, 1, price="88.00")
    second = town.tale(shopper=town.mallory).order(AUTO)
    assert [(tale.row.version, tale.row.unit_price) for tale in (first, second)] == [(1, 9900), (2, 8800)]


def test_a_copy_has_everything_but_stock(town: Town) -> None:
    slug = act(goods.copy_product, town.bob, AUTO, "点卡 副本", now=NOW)
    made = product(slug)
    assert Goods.of(made) == replace(Goods.of(product(AUTO)), name="点卡 副本")
    assert (made.listed, made.version, count(Card, Card.product_id == made.id)) == (False, 1, 0)
    assert len(product(act(goods.copy_product, town.bob, AUTO, "卡" * 99, now=NOW)).name) == 60


def test_many_are_listed_and_unlisted_at_once_or_none(town: Town) -> None:
    assert act(goods.unlist_products, town.bob, [AUTO, MANUAL, AUTO], now=NOW) == 2
    assert act(goods.unlist_products, town.bob, [AUTO], now=NOW) == 0
    assert (product(AUTO).listed, product(MANUAL).listed, told_of(AUTO)) == (False, False, ["product_unlisted"])
    assert refused(act, goods.list_products, town.bob, [AUTO, "no-such"], now=NOW).reason == "not_found"
    assert not product(AUTO).listed
    assert act(goods.list_products, town.bob, [AUTO, MANUAL], now=NOW) == 2
    assert (product(AUTO).listed, product(AUTO).version) == (True, 1)


def test_an_archived_product_rests_until_it_is_restored(town: Town) -> None:
    for _ in range(2):
        act(goods.archive_product, town.bob, AUTO, now=NOW)
    assert (product(AUTO).listed, product(AUTO).archived_at) == (False, NOW)
    assert refused(act, goods.list_products, town.bob, [MANUAL, AUTO], now=NOW).reason == "archived"
    assert refused(save, town, AUTO, 1).reason == "archived"
    for _ in range(2):
        act(goods.restore_product, town.bob, AUTO, now=NOW)
    assert (product(AUTO).listed, product(AUTO).archived_at) == (False, None)
    assert told_of(AUTO) == ["product_archived", "product_restored"]


def test_the_database_lists_nothing_archived(town: Town) -> None:
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.get_one(Product, product(AUTO).id).archived_at = NOW


def test_only_what_was_never_an_order_or_a_card_is_deleted(town: Town) -> None:
    assert refused(act, goods.delete_product, town.bob, AUTO, now=NOW).reason == "sold_before"  # it has cards
    town.tale().order(MANUAL)
    assert refused(act, goods.delete_product, town.bob, MANUAL, now=NOW).reason == "sold_before"
    slug = act(goods.create_product, town.bob, FORM, now=NOW)
    act(goods.delete_product, town.bob, slug, now=NOW)
    assert (rows(Product, Product.slug == slug), count(ProductVersion), told_of(slug)[-1]) == ([], 0, "product_deleted")


def test_a_product_with_a_batch_stays_and_one_with_a_low_stock_line_goes(town: Town) -> None:
    slug, other = (act(goods.create_product, town.bob, FORM, now=NOW) for _ in range(2))
    act(batches.drop_batch, town.bob, hand_in(town.bob, "X-1", slug), now=clock.now())
    assert refused(act, goods.delete_product, town.bob, slug, now=NOW).reason == "sold_before"
    act(batches.set_stock_line, town.bob, other, 5, now=NOW)
    act(goods.delete_product, town.bob, other, now=NOW)
    assert rows(Product, Product.slug == other) == []


def strangers(town: Town) -> list[tuple[Actor | None, str]]:
    return [(None, "sign_in_first"), (town.alice, "not_allowed"), (town.carol, "not_allowed"), (town.mo, "not_found")]


@pytest.mark.parametrize(
    ("use_case", "told", "named"),
    [
        (goods.save_product, (FORM,), {"version": 1}),
        (goods.copy_product, ("mine",), {}),
        (goods.list_products, (), {}),
        (goods.unlist_products, (), {}),
        (goods.archive_product, (), {}),
        (goods.restore_product, (), {}),
        (goods.delete_product, (), {}),
    ],
)
def test_nobody_touches_the_goods_of_another_shop(town: Town, use_case: Any, told: Any, named: Any) -> None:
    which: Any = [AUTO] if use_case in (goods.list_products, goods.unlist_products) else AUTO
    before = product(AUTO)
    for who, reason in strangers(town):
        assert refused(act, use_case, who, which, *told, **named, now=NOW).reason == reason
    assert (product(AUTO), count(Product)) == (before, 2)


def test_two_who_save_at_once_make_one_version_and_one_is_told(town: Town) -> None:
    for n in range(ROUNDS):
        version = product(AUTO).version
        prices = (f"{n + 10}.00", f"{n + 10}.50")
        results = race(*(partial(save, town, AUTO, version, price=price) for price in prices), jitter=0.003)
        assert refusals(results) == ["changed"]
        won = prices[results.index(None)]
        assert (product(AUTO).version, f"{product(AUTO).price / 100:.2f}") == (version + 1, won)
    assert [one.n for one in versions(AUTO)] == list(range(2, ROUNDS + 2))


def test_a_price_is_paid_as_it_was_seen_or_not_at_all(town: Town) -> None:
    """R87: whoever raises it meanwhile sells nothing at the new price to somebody who saw the old one."""
    for n in range(ROUNDS):
        seen, version, who = product(MANUAL).price, product(MANUAL).version, somebody()
        dearer = f"{seen / 100 + 1:.2f}"
        results = race(
            partial(save, town, MANUAL, version, price=dearer),
            partial(act, place_order, who, MANUAL, quantity=1, price=seen, now=NOW),
            jitter=0.003,
        )
        placed = [(order.version, order.unit_price) for order in rows(Order, Order.shopper_id == who.id)]
        assert placed == ([] if refusals(results) == ["price_changed"] else [(version, seen)]), n
        assert product(MANUAL).version == version + 1


def test_what_became_cheaper_is_sold_at_once(town: Town) -> None:
    save(town, MANUAL, 1, price="88.00")
    no = act(place_order, town.alice, MANUAL, quantity=2, price=PRICE, now=NOW)
    (order,) = rows(Order, Order.no == no)
    assert (order.unit_price, order.total, order.version) == (8800, 17600, 2)


@pytest.mark.parametrize("price", ["", None, "9899", "-1", "99.00", "1" * 30, True, [PRICE], "²"])
def test_nothing_is_sold_to_who_saw_another_price_or_none(town: Town, price: Any) -> None:
    found = refused(act, place_order, town.alice, MANUAL, quantity=1, price=price, now=NOW)
    assert (found.reason, found.offer, count(Order)) == ("price_changed", "form", 0)


def test_no_order_is_larger_than_the_product_allows(town: Town) -> None:
    save(town, AUTO, 1, most="2")
    found = refused(act, place_order, town.alice, AUTO, quantity=3, price=PRICE, now=NOW)
    assert (found.reason, found.n) == ("too_many_pieces", 2)
    act(place_order, town.alice, AUTO, quantity=2, price=PRICE, now=NOW)


def test_nothing_is_listed_in_a_shop_that_is_being_disabled(town: Town) -> None:
    for _ in range(ROUNDS):
        act(goods.unlist_products, town.bob, [AUTO], now=NOW)
        results = race(
            partial(act, goods.list_products, town.bob, [AUTO], now=NOW),
            partial(act, shops.disable_shop, town.carol, "bobs", reason="多次逾期不发货", now=NOW),
            jitter=0.003,
        )
        listed = product(AUTO).listed
        assert refusals(results) == ([] if listed else ["shop_disabled"])
        assert rows(Shop, Shop.slug == "bobs")[0].disabled_at and refused(town.tale().order, AUTO).reason == "unlisted"
        act(shops.enable_shop, town.carol, "bobs", reason="已整改", now=NOW)
