"""Dave passes his order on to Alice: agreed and paid, agreed by one, withdrawn, not paid (R53)."""

import re

from playwright.sync_api import expect

from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import settled

ALICE = "138 0000 0001"


def agree(alice: Shopper) -> None:
    """From the newest notice to the yes."""
    alice.visit("/inbox").press(alice.link(re.compile("有人要把订单转让给您")).first)
    alice.page.wait_for_url(re.compile(r"/transfers/TR"))
    alice.say_yes("同意接手", "同意接手")


def test_agreed_by_both_and_paid_the_order_changes_hands_and_the_money_goes_back(town: Town) -> None:
    dave, alice, bob, clock = town.dave(), town.alice(), town.bob(), town.clock()
    no = dave.buy("office-home")
    dave.offer_to(no, ALICE)
    expect(dave.panel("offered")).to_be_visible()
    clock.five_minutes()
    clock.five_minutes()
    assert town.truth(no).status == "awaiting_delivery"
    bob.agree_to_transfer(no)
    expect(dave.page.locator("[data-yes=merchant]")).to_contain_text("同意")  # nobody reloaded this page
    agree(alice)
    alice.page.wait_for_url(re.compile(r"/checkout/CM"))
    new = alice.order_no()
    expect(dave.panel("accepted")).to_be_visible()
    assert town.truth(new).cards == [] and town.truth(no).held
    alice.pay()
    expect(dave.panel("completed")).to_be_visible()
    expect(bob.page.locator("[data-panel=completed]")).to_be_visible()
    clock.five_minutes()
    expect(alice.panel("sealed")).to_be_visible()
    old, taken = town.truth(no), town.truth(new)
    assert (old.status, old.cards, old.transfers) == ("canceled", [], [("completed", None)])
    assert settled(lambda: old.refunds, [("succeeded", 46800)]) == [("succeeded", 46800)] and old.money == {}
    assert (taken.status, taken.cards, taken.refunds) == ("delivered", ["sealed"], [])
    assert taken.money == {"shopper": -46800, "escrow": 46800}
    alice.visit("/orders")
    expect(alice.row(new)).to_be_visible()


def test_agreed_by_one_and_48_hours_over_nothing_has_moved(town: Town) -> None:
    dave, alice, clock = town.dave(), town.alice(), town.clock()
    no = dave.buy("office-home")
    dave.offer_to(no, "alice@cardmall.test")
    agree(alice)
    expect(dave.page.locator("[data-yes=receiver]")).to_contain_text("同意")
    alice.sees("您已同意，等待商家答复")
    clock.a_day()
    assert town.truth(no).held
    clock.a_day()
    clock.five_minutes()
    expect(dave.page.locator("main").get_by_text("48 小时内没有都同意")).to_be_visible()
    expect(alice.page.locator("main").get_by_text("订单没有变化，也没有扣款")).to_be_visible()
    clock.five_minutes()
    truth = town.truth(no)
    assert settled(lambda: truth.status, "delivered") == "delivered"
    assert (truth.transfers, truth.cards, truth.refunds) == ([("expired", "silence")], ["sealed"], [])
    assert truth.money == {"shopper": -46800, "escrow": 46800} and not truth.held


def test_withdrawn_on_the_orders_page_delivery_goes_on(town: Town) -> None:
    dave, clock = town.dave(), town.clock()
    no = dave.buy("office-home")
    dave.offer_to(no, "somebody@example.com")
    dave.open_order(no).say_yes("撤回转让", "撤回转让")
    expect(dave.panel("waiting")).to_be_visible()
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    truth = town.truth(no)
    assert (truth.transfers, truth.status) == ([("withdrawn", "shopper")], "delivered")


def test_agreed_by_both_and_not_paid_in_15_minutes_it_stays_daves(town: Town) -> None:
    dave, alice, bob, clock = town.dave(), town.alice(), town.bob(), town.clock()
    no = dave.buy("office-home")
    dave.offer_to(no, ALICE)
    agree(alice)
    bob.agree_to_transfer(no)
    expect(alice.link("去付款")).to_be_visible()
    for _ in range(4):
        clock.five_minutes()
    expect(dave.page.locator("main").get_by_text("受让人没有在 15 分钟内付款")).to_be_visible()
    dave.open_order(no)
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    truth = town.truth(no)
    assert (truth.transfers, truth.cards, truth.refunds) == ([("expired", "unpaid")], ["sealed"], [])


def test_an_address_of_ones_own_is_said_beside_the_field_and_stays_typed(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("office-home")
    dave.visit(f"/orders/{no}/transfer")
    field = dave.page.get_by_label("受让人的手机号或邮箱")
    for typed, said in (
        ("", "请填写"),
        ("not an address", "请填写有效的手机号或邮箱"),
        ("dave@cardmall.test", "不能转让给自己"),
    ):
        field.fill(typed)
        dave.press(dave.button(re.compile("发起转让并暂停")))
        expect(dave.page.locator("#address-error")).to_have_text(said)
        expect(field).to_have_value(typed)
    assert town.truth(no).transfers == []
