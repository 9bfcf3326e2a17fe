"""From wherever a way is said to be open one press leads into it; /help asks three questions before it explains."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.pages.person import Person
from tests.e2e.town import Town

ANSWERS = {  # what is pressed on the way to an answer, and the way it names
    ("还没付款",): "立即取消",
    ("已付款", "还没发货"): "申请取消订单",
    ("已付款", "已发货", "没看过"): "退货退款",
    ("已付款", "已发货", "看过了"): "平台申诉",
}


def test_the_entry_on_the_order_page_leads_to_the_ways(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("reader-year")
    dave.open_order(no).press(dave.link("申请售后 / 取消订单"))
    expect(dave.page.locator("#ways")).to_be_in_viewport()
    expect(dave.page.locator("#ways").get_by_role("heading", name="取消与退款")).to_be_visible()


def test_what_is_open_is_a_link_where_support_and_the_panel_name_it(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("reader-year")
    dave.visit(f"/support/{no}").press(dave.link("申请取消订单"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/cancel/?\?way=request"))
    expect(dave.submit_button()).to_be_visible()

    expect(dave.open_order(no).panel("waiting_manual")).to_be_visible()
    dave.press(dave.link("申请取消", within=dave.panel("waiting_manual")))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/cancel/?\?way=request"))


def test_support_links_no_way_for_an_admin(town: Town) -> None:
    no, carol = town.dave().buy("reader-year"), town.carol()
    carol.visit(f"/support/{no}").sees(no)
    expect(carol.link("申请取消订单")).to_have_count(0)


@pytest.mark.parametrize("pressed", ANSWERS)
def test_three_questions_lead_to_one_answer_and_to_ones_orders(town: Town, pressed: tuple[str, ...]) -> None:
    visitor = Person(town.new_page(viewport=PHONE)).visit("/help")
    asked = visitor.page.locator("#ask")
    expect(asked.get_by_text("还没付款")).to_be_in_viewport()
    for answer in pressed:
        visitor.choose(asked.get_by_role("radio", name=answer))
    expect(asked.locator("[data-answer]").filter(visible=True)).to_have_count(1)
    expect(asked.get_by_role("link", name=ANSWERS[pressed])).to_be_visible()
    visitor.press(asked.get_by_role("link", name="去我的订单").filter(visible=True))
    visitor.page.wait_for_url(re.compile(r"/(orders|login)"))


def test_the_rules_are_folded_below_until_an_address_names_one(town: Town) -> None:
    visitor = Person(town.new_page(viewport=PHONE)).visit("/help")
    row = visitor.page.locator("#request-delivered")
    expect(row).to_be_hidden()
    assert visitor.page.evaluate("document.documentElement.scrollHeight") < 2.5 * PHONE[1]
    visitor.visit("/help#request-delivered")
    expect(row).to_be_in_viewport()
