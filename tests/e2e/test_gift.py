"""A shop gives money back unasked in the browser: seen before the press, told to both sides, known ever after (R96)."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_recall import sells
from tests.e2e.town import Town
from tests.e2e.truth import settled, writing_into
from tests.serving import App

ONE = (333, 50)  # fen, and per mille of a return
MADE = [(price, fee) for price in (1, 3, 33, 333, 9999) for fee in (0, 50) if (price, fee) != ONE]


ASKED = (
    "SELECT status, pieces, paid FROM \"case\" WHERE kind != 'gift' "
    'AND order_id = (SELECT id FROM "order" WHERE no = :no)'
)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def checks(bob: Merchant, reason: str) -> None:
    bob.page.get_by_label("原因").select_option(label=reason)
    bob.press(bob.button("核对金额"))


def says_yes(bob: Merchant, no: str, fen: int) -> None:
    """The question names the sum; back on the order's page."""
    bob.press(bob.button(f"退 ¥{yuan(fen)} 给买家", within=bob.dialog()))
    bob.page.wait_for_url(f"**/merchant/orders/{no}")


def gives_cards(bob: Merchant, no: str, fen: int, *places: int) -> None:
    bob.visit(f"/merchant/orders/{no}/refund")
    for n in places:
        bob.page.get_by_role("checkbox", name=re.compile(f"第 {n} 件")).check()
    checks(bob, "卡密有问题")
    says_yes(bob, no, fen)


def gives_amount(bob: Merchant, no: str, fen: int) -> None:
    bob.visit(f"/merchant/orders/{no}/refund")
    bob.choose(bob.page.get_by_role("radio", name="按金额退"))
    bob.page.get_by_label("退款金额").fill(yuan(fen))
    checks(bob, "标错价格")
    says_yes(bob, no, fen)


def delivered(town: Town, shopper: Shopper, bob: Merchant, count: int, fen: int = 4000, fee: int = 0) -> str:
    """An order of so many pieces of a product made for it."""
    mark = secrets.token_hex(3).upper()
    codes = [f"GIFT-{mark}-{n:02d}" for n in range(count)]
    slug = sells(bob, f"退款用年卡 {mark}", *codes, price=yuan(fen), fee=f"{fee / 10:g}")
    no = shopper.buy(slug, quantity=count)
    town.clock().five_minutes()
    assert settled(lambda: town.truth(no).status, "delivered") == "delivered"
    return no


def test_an_amount_then_a_card_and_what_the_shopper_may_still_return(town: Town) -> None:
    bob, alice, clock = town.bob(), town.alice(), town.clock()
    slug = sells(bob, "退款用年卡", "GIFT-0001", "GIFT-0002")
    no = alice.buy(slug, quantity=2)
    clock.five_minutes()
    assert settled(lambda: town.truth(no).status, "delivered") == "delivered"

    bob.visit(f"/merchant/orders/{no}")
    bob.press(bob.link("主动退款")).page.wait_for_url(f"**/merchant/orders/{no}/refund")
    bob.sees("最多可退 ¥80.00", "第 1 件", "第 2 件")
    bob.press(bob.button("核对金额"))
    expect(bob.page.locator("#reason-error")).to_contain_text("请填写")
    bob.choose(bob.page.get_by_role("radio", name="按金额退"))
    bob.page.get_by_label("退款金额").fill("80.01")
    bob.page.get_by_label("原因").select_option(label="标错价格")
    bob.page.get_by_label("给买家的说明").fill("补您差价")
    bob.press(bob.button("核对金额"))
    expect(bob.page.locator("#amount-error")).not_to_be_empty()
    expect(bob.page.get_by_label("给买家的说明")).to_have_value("补您差价")
    bob.page.get_by_label("退款金额").fill("10.01")
    bob.press(bob.button("核对金额"))
    asked = bob.dialog()
    for words in ("¥10.01", "¥69.99", "从这笔订单的托管款退出", "不能撤回"):
        expect(asked).to_contain_text(words)
    bob.press(bob.button("退 ¥10.01 给买家", within=asked)).page.wait_for_url(f"**/merchant/orders/{no}")
    bob.sees("商家主动退款", "补您差价")

    alice.open_order(no).sees("商家主动退款", "补您差价")
    alice.visit(f"/orders/{no}/cancel?way=return").sees("¥69.99")

    bob.visit(f"/merchant/orders/{no}/refund").sees("最多可退 ¥69.99")
    bob.page.get_by_role("checkbox", name=re.compile("第 2 件")).check()
    bob.page.get_by_label("原因").select_option(label="卡密有问题")
    bob.press(bob.button("核对金额"))
    bob.press(bob.button("退 ¥35.00 给买家", within=bob.dialog()))
    bob.page.wait_for_url(f"**/merchant/orders/{no}")
    alice.open_order(no)
    alice.visit(f"/orders/{no}/cancel?way=return").sees("¥34.99")
    alice.visit("/inbox").sees("商家主动退款")


@pytest.mark.parametrize(("price", "fee"), [ONE, *(pytest.param(*one, marks=pytest.mark.long) for one in MADE)])
def test_two_of_five_an_amount_and_a_return_of_the_rest_are_exact_to_the_fen(town: Town, price: int, fee: int) -> None:
    bob, alice = town.bob(), town.alice()
    no, given = delivered(town, alice, bob, 5, price, fee), 3 * price // 2
    gives_cards(bob, no, 2 * price, 1, 2)
    gives_amount(bob, no, given)
    left = 3 * price - given
    back = left - left * fee // 1000
    alice.open_form(no, "return").sees(f"¥{yuan(back)}")
    alice.request(no, "需求变更", way="return")
    bob.open_queue().approve_in_queue(no)
    truth = town.truth(no)
    wanted = sorted((2 * price, given, back))
    assert settled(lambda: sorted(amount for _, amount in truth.refunds), wanted) == wanted
    assert (truth.case("paid"), truth.case("fee"), truth.case("amount")) == (left, left - back, back)
    assert truth.status == "canceled" and sum(wanted) <= 5 * price


def test_during_a_case_it_is_refused_and_after_a_rejection_the_appeal_still_opens(town: Town) -> None:
    bob, alice = town.bob(), town.alice()
    no = delivered(town, alice, bob, 3)
    alice.request(no, way="return")
    bob.visit(f"/merchant/orders/{no}/refund").sees("查看申请")
    expect(bob.button("核对金额")).to_have_count(0)
    bob.open_case(no).reject("卡密有效，附截图")
    assert settled(lambda: town.truth(no).case("status"), "rejected") == "rejected"
    gives_cards(bob, no, 4000, 1)
    gives_amount(bob, no, 100)
    alice.open_form(no, "appeal").appeal_now("没有看过卡密，请平台处理")
    assert tuple(town.db.execute(text(ASKED), {"no": no}).one()) == ("appeal", 2, 7900)


@contextmanager
def paid_out(app: App, no: str, left: int) -> Iterator[None]:
    """The shop of this order took its balance out but for `left` fen, which no page can do yet."""
    balance = "(SELECT sum(amount) FROM posting WHERE shop_id = p.shop_id AND account IN ('shop', 'fees', 'platform'))"
    columns = "entry_no, entry, account, amount, at, order_id, shop_id"
    for_each = (("shop", f":left - {balance}"), ("loss", f"{balance} - :left"))
    with writing_into(app) as base:
        both = " UNION ALL ".join(
            f"SELECT 'PAID-OUT', 'loss', '{account}', {amount}, p.at, p.order_id, p.shop_id FROM posting p "
            "JOIN \"order\" o ON o.id = p.order_id WHERE o.no = :no AND p.account = 'shop'"
            for account, amount in for_each
        )
        base.execute(text(f"INSERT INTO posting ({columns}) {both}"), {"no": no, "left": left})
    try:
        yield
    finally:
        with writing_into(app) as base:
            base.execute(text("DELETE FROM posting WHERE entry_no = 'PAID-OUT'"))


def test_after_the_settlement_it_comes_off_the_balance_of_the_shop(town: Town, app: App) -> None:
    bob, alice, clock = town.bob(), town.alice(), town.clock()
    no = delivered(town, alice, bob, 1)
    alice.open_order(no).say_yes("确认可用", "确认可用")
    for _ in range(8):
        clock.a_day()
    assert settled(lambda: town.truth(no).money.get("escrow", 0), 0) == 0
    with paid_out(app, no, left=3999):
        bob.visit(f"/merchant/orders/{no}/refund").sees("最多可退 ¥40.00", "托管款与店铺余额共 ¥39.99")
        bob.choose(bob.page.get_by_role("radio", name="按金额退"))
        bob.page.get_by_label("退款金额").fill("40")
        checks(bob, "标错价格")
        expect(bob.toast("托管款与店铺余额不足")).to_be_visible()
        assert town.truth(no).refunds == []
    bob.visit(f"/merchant/orders/{no}/refund")
    bob.choose(bob.page.get_by_role("radio", name="按金额退"))
    bob.page.get_by_label("退款金额").fill("15")
    checks(bob, "标错价格")
    expect(bob.dialog()).to_contain_text("¥15.00 从店铺余额扣除")
    says_yes(bob, no, 1500)
    assert settled(lambda: [amount for _, amount in town.truth(no).refunds], [1500]) == [1500]
