"""The one true story, told in browsers side by side: only the demo clock is moved, the database has the last word."""

import re

from playwright.sync_api import expect

from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import settled
from tests.patience import PATIENCE


def test_a_an_unpaid_order_is_canceled_from_the_list_in_three_actions(town: Town) -> None:
    dave = town.dave()
    no = dave.order("office-home")
    dave.rest().visit("/orders")
    dave.press(dave.button("取消订单 · 立即生效", within=dave.row(no)))
    dave.press(dave.button("确认取消订单"))
    expect(dave.row(no).get_by_text("已取消").first).to_be_visible()
    assert dave.actions <= 3
    truth = town.truth(no)
    assert (truth.status, truth.stage, truth.cards, truth.released) == ("canceled", "closed", [], ["available"])
    assert truth.money == {} and "canceled" in truth.verbs


def test_b_request_stops_delivery_approval_shows_by_itself_and_the_money_arrives(town: Town) -> None:
    dave, bob, clock = town.dave(), town.bob(), town.clock()
    no = dave.buy("office-home")
    dave.request(no, "重复下单", "和上一单买重了")
    expect(dave.panel("in_case")).to_be_visible()
    clock.five_minutes()
    clock.five_minutes()
    assert town.truth(no).status == "awaiting_delivery"
    bob.open_queue().approve_in_queue(no)
    expect(dave.panel("refunding")).to_be_visible()  # nobody reloaded this page
    settled(lambda: town.truth(no).refunds, [("processing", 46800)])  # at the channel before its time goes on
    clock.five_minutes()
    expect(dave.panel("refunded")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, truth.released) == ("canceled", ["approved"], ["available"])
    assert truth.refunds == [("succeeded", 46800)] and truth.money == {}
    assert truth.verbs.index("held") < truth.verbs.index("case_approved") < truth.verbs.index("refund_succeeded")


def rejected(town: Town, slug: str = "office-home") -> tuple[str, Shopper]:
    """Dave asked, Bob said no with a reason."""
    dave, bob = town.dave(), town.bob()
    no = dave.buy(slug)
    dave.request(no)
    bob.open_case(no).reject("授权正在向厂商申请，马上发货")
    panel = dave.panel("rejected")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("授权正在向厂商申请，马上发货")
    for step in ("继续发货", "平台申诉", "联系平台客服"):
        expect(panel.get_by_text(step)).to_be_visible()
    return no, dave


def test_c_after_a_rejection_the_shopper_lets_delivery_go_on(town: Town) -> None:
    no, dave = rejected(town)
    clock = town.clock()
    dave.press(dave.button("继续发货", within=dave.panel("rejected")))
    dave.press(dave.button("恢复", within=dave.dialog()))
    expect(dave.panel("waiting")).to_be_visible()
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, truth.cards) == ("delivered", ["rejected"], ["sealed"])
    assert truth.refunds == [] and truth.money == {"shopper": -46800, "escrow": 46800}


def test_c_24_hours_after_a_rejection_it_is_delivered_by_itself(town: Town) -> None:
    no, dave = rejected(town)
    clock = town.clock()
    clock.five_minutes()
    assert town.truth(no).status == "awaiting_delivery"
    clock.a_day()
    expect(dave.panel("waiting")).to_be_visible()
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cards) == ("delivered", ["sealed"]) and "hold_lifted" in truth.verbs


def test_d_a_revealed_order_refuses_with_the_reason(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("cloud-disk")
    expect(dave.panel("sealed")).to_be_visible()
    code = dave.reveal_first_card()
    expect(dave.panel("used")).to_be_visible()
    dave.sees(re.compile("视为已使用，不能退货"))
    dave.open_form(no, "return").sees(re.compile("视为已使用"))
    truth = town.truth(no)
    assert (truth.status, truth.cards, truth.cases) == ("delivered", ["revealed"], [])
    assert "card_revealed" in truth.verbs and re.fullmatch(r"(\w{4}-){3}\w{4}", code)


def test_e_delivered_before_the_request_the_shopper_is_told_the_new_state_and_path(town: Town) -> None:
    dave, clock = town.dave(), town.clock()
    no = dave.buy("office-home")
    dave.open_form(no).fill_form("需求变更", "项目取消了")
    clock.five_minutes()
    dave.sees("订单状态已变化", re.compile("已发货"))
    dave.press(dave.button("改为申请退货退款"))
    expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("项目取消了")
    dave.press(dave.submit_button())
    expect(dave.panel("in_case")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, truth.cards) == ("delivered", ["review"], ["sealed"])


def test_f_filters_paging_reload_and_back_keep_the_same_list(town: Town) -> None:
    alice = Shopper(town.new_page())
    alice.sign_in("alice").visit("/orders?stage=delivered")
    first = alice.shown()
    alice.page.get_by_label("商品类型").select_option("game_card")
    alice.page.wait_for_url(re.compile("category=game_card"))
    expect(alice.page.locator("main").get_by_text("软件授权 ·")).to_have_count(0)
    alice.visit("/orders?since=2020-01-01")
    page_one = alice.shown()
    alice.press(alice.link("下一页"))
    alice.page.wait_for_url(re.compile("after="))
    expect(alice.row(page_one[0])).to_have_count(0)
    page_two = alice.shown()
    assert not set(page_one) & set(page_two) and "since=2020-01-01" in alice.page.url
    alice.reload()
    assert alice.shown() == page_two
    alice.page.go_back()
    expect(alice.row(page_one[0])).to_be_visible()
    assert alice.shown() == page_one and len(page_one) == 20 and first


def test_g_two_tabs_submit_the_same_request_and_there_is_one_case(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("office-home")
    other = Shopper(dave.page.context.new_page())
    for tab in (dave, other):
        tab.open_form(no).fill_form("拍错规格")
        expect(tab.submit_button()).to_be_enabled()
    moment = dave.page.evaluate("Date.now() + 2000")  # one for both, before either page can hear of the other
    for tab in (dave, other):
        tab.submit_button().evaluate("(button, at) => setTimeout(() => button.click(), at - Date.now())", moment)
    for tab in (dave, other):  # each was answered: led on to the order, or told that the way is closed
        expect(tab.submit_button()).to_be_hidden(timeout=PATIENCE * 1000)
    dave.open_order(no)
    expect(dave.panel("in_case")).to_be_visible()
    truth = town.truth(no)
    assert (truth.cases, truth.verbs.count("case_opened"), truth.verbs.count("held")) == (["review"], 1, 1)


def test_h_a_manual_product_is_delivered_by_the_merchant(town: Town) -> None:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("jetbrains-all")
    expect(dave.panel("waiting_manual")).to_be_visible()
    bob.deliver(no, "JBAA-BBBB-CCCC-DDDD")
    expect(dave.panel("sealed")).to_be_visible()
    assert dave.reveal_first_card() == "JBAA-BBBB-CCCC-DDDD"
    truth = town.truth(no)
    assert (truth.status, truth.cards) == ("delivered", ["revealed"])
    assert truth.money == {"shopper": -169900, "escrow": 169900}
