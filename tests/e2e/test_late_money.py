"""Money that takes its time: only the demo clock is moved, the database has the last word."""

import re

from playwright.sync_api import expect

from tests.e2e.town import Town


def test_money_that_arrives_after_the_order_expired_goes_back_by_itself(town: Town) -> None:
    dave, clock = town.dave(), town.clock()
    no = dave.order("office-home")
    dave.go_to_cashier().press(dave.button("延迟到账"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    expect(dave.panel("to_pay")).to_be_visible()
    for _ in range(3):
        clock.five_minutes()
    expect(dave.panel("expired")).to_be_visible()  # nobody reloaded this page
    truth = town.truth(no)
    assert (truth.status, truth.released, truth.refunds) == ("expired", ["available"], [])
    clock.five_minutes()
    expect(dave.panel("refunding")).to_contain_text("¥468.00")
    clock.five_minutes()
    expect(dave.panel("refunded")).to_be_visible()
    dave.sees("订单关闭后收到付款，将自动全额退回")
    truth = town.truth(no)
    assert (truth.status, truth.refunds, truth.money) == ("expired", [("succeeded", 46800)], {})
    dave.visit("/inbox").press(dave.link(re.compile("关闭后的付款将自动退回")).filter(has_text=no))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    dave.press(dave.link("再次下单", within=dave.panel("refunded")))
    dave.page.wait_for_url(re.compile("/p/office-home"))
    expect(dave.button("立即购买")).to_be_enabled()


def test_a_payment_that_fails_may_be_tried_again(town: Town) -> None:
    dave = town.dave()
    no = dave.order("office-home")
    dave.go_to_cashier().press(dave.button("支付失败"))
    dave.page.wait_for_url(re.compile(rf"/checkout/{no}"))
    dave.choose(dave.page.get_by_role("radio", name="微信支付"))
    dave.press(dave.button(re.compile("确认规则并去支付")))
    dave.page.wait_for_url(re.compile(rf"/pay/{no}"))
    dave.press(dave.button("支付成功"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    expect(dave.panel("waiting")).to_be_visible()
    assert town.truth(no).money == {"shopper": -46800, "escrow": 46800}
