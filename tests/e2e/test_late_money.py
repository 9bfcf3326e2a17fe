"""Money that takes its time: only the demo clock is moved, the database has the last word."""

import re

from playwright.sync_api import expect

from tests.e2e.town import Town
from tests.e2e.truth import settled


def test_money_on_its_way_is_waited_for_and_nobody_is_asked_to_pay_twice(town: Town) -> None:
    dave, clock = town.dave(), town.clock()
    no = dave.order("office-home")
    dave.go_to_cashier().press(dave.button("延迟到账"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    expect(dave.panel("paying")).to_contain_text("付款确认中")
    expect(dave.link("去付款")).to_have_count(0)
    way = dave.page.locator("[data-way=cancel_now]")
    expect(way).to_contain_text("付款到账后自动全额退回")
    expect(way).not_to_contain_text("不会扣款")
    dave.press(dave.button("重新查询"))
    expect(dave.toast("已向支付渠道查询")).to_be_visible()
    dave.visit(f"/checkout/{no}").sees("付款确认中")
    expect(dave.page.get_by_text("后自动关闭")).to_have_count(0)  # it waits longer than that
    expect(dave.button(re.compile("确认规则并去支付"))).to_have_count(0)
    dave.open_order(no)
    for _ in range(3):
        clock.five_minutes()
    truth = town.truth(no)
    assert (truth.status, truth.refunds) == ("pending_payment", []), "past its fifteen minutes, and kept"
    clock.five_minutes()
    clock.five_minutes()
    expect(dave.panel("waiting").or_(dave.panel("sealed"))).to_be_visible()  # nobody reloaded this page
    assert (truth.refunds, truth.money) == ([], {"shopper": -46800, "escrow": 46800})


def test_money_that_arrives_after_the_order_expired_goes_back_by_itself(town: Town) -> None:
    dave, clock = town.dave(), town.clock()
    no = dave.order("office-home")
    dave.go_to_cashier()
    clock.five_minutes()
    clock.five_minutes()
    dave.press(dave.button("延迟到账"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    expect(dave.panel("paying")).to_be_visible()
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
    assert settled(lambda: truth.refunds, [("succeeded", 46800)]) == [("succeeded", 46800)]
    assert (truth.status, truth.money) == ("expired", {})
    dave.visit("/inbox").press(dave.link(re.compile("订单关闭后收到付款，将自动退回")).filter(has_text=no))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    dave.press(dave.link("再次下单", within=dave.panel("refunded")))
    dave.page.wait_for_url(re.compile("/p/office-home"))
    expect(dave.button("立即购买")).to_be_enabled()


def test_a_payment_that_fails_is_said_aloud_and_may_be_tried_again(town: Town) -> None:
    dave = town.dave()
    no = dave.order("office-home")
    dave.go_to_cashier().press(dave.button("支付失败"))
    dave.page.wait_for_url(re.compile(rf"/checkout/{no}"))
    expect(dave.page.get_by_role("alert").filter(has_text="付款未成功")).to_be_visible()
    dave.choose(dave.page.get_by_role("radio", name="微信支付"))
    dave.press(dave.button(re.compile("确认规则并去支付")))
    dave.page.wait_for_url(re.compile(rf"/pay/{no}"))
    dave.press(dave.button("支付成功"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    expect(dave.panel("waiting")).to_be_visible()
    assert town.truth(no).money == {"shopper": -46800, "escrow": 46800}
