"""A shop takes a batch back in the browser: who bought of it gets another code or the money, once; what failed is tried
again (R93)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import bindparam, text

from tests.e2e.pages.demo import Clock
from tests.e2e.pages.merchant import Merchant
from tests.e2e.test_goods import FORM, fill, save
from tests.e2e.test_stock import import_text
from tests.e2e.town import Town
from tests.e2e.truth import settled, writing_into
from tests.serving import App


def sells(bob: Merchant, name: str, *codes: str, price: str = "40", fee: str = "0") -> str:
    """A product that is delivered by itself, with these codes; its slug. `price` in yuan, `fee` in percent."""
    bob.visit("/merchant/products/new")
    fill(bob.page, 商品名=name, 价格=price, 服务费=fee, 使用规则="使用：查看卡密即视为使用，不能撤销")
    save(bob).page.wait_for_url(FORM)
    bob.press(bob.button("上架"))
    expect(bob.button("下架")).to_be_visible()
    slug = bob.page.url.rpartition("/")[2]
    takes_in(bob, slug, *codes)
    return slug


def takes_in(bob: Merchant, slug: str, *codes: str) -> None:
    import_text(bob, slug, "\n".join(codes))
    bob.press(bob.button(f"入库 {len(codes)} 件，跳过 0 行")).sees(f"已入库 {len(codes)} 件")


def opens_recall(bob: Merchant, slug: str) -> Locator:
    """The form about the first batch of this product."""
    bob.visit(f"/merchant/stock/{slug}")
    first = bob.page.locator("tbody tr").last
    bob.press(bob.button(re.compile("^召回"), within=first))
    return bob.dialog()


def fills_in_recall(bob: Merchant, form: Locator) -> None:
    """Another code where there is one, for those who looked, too; what it will do is shown."""
    bob.choose(form.get_by_role("radio", name="卡密无效"))
    form.get_by_label("给买家的说明").fill("上游通知这批卡密无效，抱歉")
    bob.choose(form.get_by_role("radio", name="更换，无货时退款"))
    bob.choose(form.get_by_role("radio", name="包括已查看的"))
    bob.press(bob.button("查看影响", within=form))


@contextmanager
def out_of_order(app: App, no: str) -> Iterator[None]:
    """The disk refuses whatever voids a card of this order."""
    its = f"OLD.order_id = (SELECT id FROM \"order\" WHERE no = '{no}') AND NEW.status = 'voided'"
    with writing_into(app) as base:
        broken = f"CREATE TRIGGER broken BEFORE UPDATE ON card WHEN {its} BEGIN SELECT RAISE(ABORT, 'disk'); END"
        base.execute(text(broken))
    yield
    with writing_into(app) as base:
        base.execute(text("DROP TRIGGER broken"))


def give_up(bob: Merchant, clock: Clock, told: str) -> None:
    """Days pass, however long each takes, until what failed again and again is given up."""
    for _ in range(300):
        if bob.page.get_by_text(told).count():
            return
        clock.a_day()
    raise AssertionError("it fails for ever and is never given up")


def test_a_batch_is_recalled_over_its_orders_and_what_failed_is_tried_again(town: Town, app: App) -> None:
    if app.database:
        pytest.skip("a trigger of SQLite")
    bob, alice, clock = town.bob(), town.alice(), town.clock()
    slug = sells(bob, "召回用年卡", "RECA-0001", "RECA-0002", "RECA-0003", "RECA-0004")
    sealed, seen = alice.buy(slug), alice.buy(slug, quantity=2)
    clock.five_minutes()
    assert [settled(lambda no=no: town.truth(no).status, "delivered") for no in (sealed, seen)] == ["delivered"] * 2
    alice.open_order(seen).reveal()
    takes_in(bob, slug, "RECB-0001")

    form = opens_recall(bob, slug)
    bob.press(bob.button("查看影响", within=form))
    expect(form).to_contain_text("请填写")
    fills_in_recall(bob, form)
    expect(form).to_contain_text("涉及 2 个订单，3 件卡密")
    expect(form).to_contain_text("撤出可售卡密 1 件")
    with out_of_order(app, seen):
        bob.press(bob.button("确认召回", within=form)).sees("已处理 1，等待 2，失败 0")
        alice.open_order(seen).sees("召回中")
        expect(alice.button("查看卡密")).to_have_count(0)
        give_up(bob, clock, "失败 2")
        bob.sees("已处理 1，等待 0，失败 2", "处理出错")
    bob.press(bob.button("重试")).sees("已处理 3，等待 0，失败 0")

    alice.open_order(sealed).sees("已被商家召回，已更换", "上游通知这批卡密无效，抱歉")
    assert alice.reveal_first_card() == "RECB-0001"
    alice.open_order(seen).sees("¥80.00")
    expect(alice.page.get_by_text("已被商家召回，已退款")).to_have_count(2)  # in a fold: the order is over
    truth = town.truth(seen)
    assert settled(lambda: truth.status, "canceled") == "canceled"
    assert [amount for _, amount in truth.refunds] == [8000]


@pytest.mark.long
def test_a_recall_deals_with_orders_in_every_status_and_retries_the_one_that_failed(town: Town, app: App) -> None:
    if app.database:
        pytest.skip("a trigger of SQLite")
    bob, alice, dave, clock = town.bob(), town.alice(), town.dave(), town.clock()
    slug = sells(bob, "全部状态年卡", *(f"ALL{n}-0001" for n in range(8)))
    orders = {name: alice.buy(slug) for name in ("completed", "sealed", "revealed", "canceled")}
    orders["in_case"] = dave.buy(slug)
    clock.five_minutes()
    delivered = lambda no: settled(lambda: town.truth(no).status, "delivered")  # noqa: E731
    assert {delivered(no) for no in orders.values()} == {"delivered"}
    alice.open_order(orders["completed"]).say_yes("确认可用", "确认可用")
    alice.open_order(orders["revealed"]).reveal()
    alice.request(orders["canceled"], "拍错规格", way="return")
    bob.open_queue().approve_in_queue(orders["canceled"])
    dave.request(orders["in_case"], "拍错规格", way="return")
    orders["awaiting"] = dave.buy(slug)
    orders["unpaid"] = dave.order(slug)
    takes_in(bob, slug, *(f"NEW{n}-0001" for n in range(8)))

    form = opens_recall(bob, slug)
    fills_in_recall(bob, form)
    expect(form).to_contain_text("涉及 6 个订单，6 件卡密")
    with out_of_order(app, orders["sealed"]):
        bob.press(bob.button("确认召回", within=form)).sees("已处理 5，等待 1，失败 0")
        give_up(bob, clock, "失败 1")
        bob.sees("已处理 5，等待 0，失败 1", "处理出错")
    bob.press(bob.button("重试")).sees("已处理 6，等待 0，失败 0")

    sql = 'SELECT o.no, i.outcome FROM recall_item i JOIN "order" o ON o.id = i.order_id WHERE o.no IN :nos'
    found = text(sql).bindparams(bindparam("nos", expanding=True))
    outcomes = {no: outcome for no, outcome in town.db.execute(found, {"nos": list(orders.values())})}
    ended = {name: outcomes.get(no) for name, no in orders.items()}
    kept = dict.fromkeys(("completed", "sealed", "revealed"), "replaced")
    swapped = dict.fromkeys(("awaiting", "unpaid"), "swapped")
    assert ended == {**kept, **swapped, "in_case": "approved", "canceled": None}
    assert [fen for _, fen in town.truth(orders["in_case"]).refunds] == [4000]
    for name in ("completed", "sealed", "revealed"):
        assert alice.open_order(orders[name]).reveal_first_card().startswith("NEW")
        assert town.truth(orders[name]).refunds == []
    given = ("delivered", "completed")  # by how many days the failing job took
    assert settled(lambda: town.truth(orders["awaiting"]).status in given, True)
    assert dave.open_order(orders["awaiting"]).reveal_first_card().startswith("NEW")
