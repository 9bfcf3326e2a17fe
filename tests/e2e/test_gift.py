"""A shop gives money back unasked in the browser: seen before the press, told to both sides, known ever after (R96)."""

import re

from playwright.sync_api import expect

from tests.e2e.test_recall import sells
from tests.e2e.town import Town
from tests.e2e.truth import settled


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
