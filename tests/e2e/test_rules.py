"""An owner switches automatic approval on: it approves at once, each cap holds, beginning work closes it (R97)."""

import re
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import text

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town

MANUAL = "skin-box"  # Erin delivers it by hand, ¥88.00 a piece
ASKS = "genshin-6480"  # and this one by what its buyer fills in, ¥618.00
NEWEST = 'SELECT status, rule FROM "case" WHERE order_id = (SELECT id FROM "order" WHERE no = :no)'
AT_ONCE = "提交申请，立即同意"


def rule(erin: Merchant, slug: str, *, most: str, shopper: str, day: str, on: bool = True) -> Merchant:
    """Set it on the page of the product."""
    erin.visit(f"/merchant/products/{slug}")
    box = erin.page.get_by_role("checkbox", name="开启自动同意")
    expect(box).to_be_visible()
    if box.is_checked() is not on:
        erin.press(box)
    for label, value in (("每笔退款不超过", most), ("同一买家最多", shopper), ("每天最多", day)):
        erin.page.get_by_label(label).fill(value)
    return erin.press(erin.button("保存自动同意"))


def ask(shopper: Shopper, no: str) -> None:
    """Send the form with whichever words its button has."""
    shopper.open_form(no).fill_form().press(shopper.button(re.compile("^提交申请")))
    shopper.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))


def stands(town: Town, no: str) -> Any:
    return tuple(town.db.execute(text(NEWEST), {"no": no}).one())


def test_it_approves_at_once_and_each_cap_leads_to_the_merchant(town: Town) -> None:
    erin, dave = town.erin(), town.dave()
    rule(erin, MANUAL, most="很多", shopper="2", day="2")
    expect(erin.page.locator("#rule_most-error")).not_to_be_empty()
    expect(erin.page.get_by_label("每天最多")).to_have_value("2")
    rule(erin, MANUAL, most="100", shopper="2", day="20")
    expect(erin.toast("已保存为第 1 版")).to_be_visible()

    dave.visit(f"/p/{MANUAL}").sees(
        re.compile("每笔退款不超过 ¥100.00 的，系统立即同意"), re.compile("同一买家 30 天内 2 次")
    )
    no = dave.order(MANUAL)
    dave.sees(re.compile("商家开始处理前申请取消，系统立即同意")).pay()
    dave.open_order(no).sees(re.compile("提交后系统立即同意，¥88.00"))
    dave.open_form(no).sees("提交后立即同意")
    dave.fill_form().press(dave.button(AT_ONCE)).page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    dave.sees(re.compile("商家的自动同意规则，第 1 版"))
    assert stands(town, no) == ("approved", 1) and town.truth(no).status == "canceled"
    erin.visit("/inbox").sees("取消申请已自动同意")

    many = dave.buy(MANUAL, quantity=2)  # ¥176.00
    dave.open_form(many).sees(re.compile("超过自动同意的上限 ¥100.00"))
    dave.choose_pieces(1).sees("提交后立即同意")
    dave.fill_form().press(dave.button(AT_ONCE)).page.wait_for_url(re.compile(rf"/orders/{many}/?$"))
    assert stands(town, many) == ("approved", 1)

    third = dave.buy(MANUAL)
    dave.open_form(third).sees(re.compile("2 次自动同意已用完"))
    ask(dave, third)
    assert stands(town, third) == ("review", 0)

    rule(erin, MANUAL, most="100", shopper="9", day="2")
    expect(erin.toast("已保存为第 2 版")).to_be_visible()
    fourth = dave.buy(MANUAL)
    dave.open_form(fourth).sees(re.compile("今天的自动同意次数已用完"))

    rule(erin, MANUAL, most="100", shopper="9", day="20")
    expect(erin.toast("已保存为第 3 版")).to_be_visible()
    dave.open_form(fourth).sees("提交后立即同意")
    erin.visit(f"/merchant/orders/{fourth}").sees(re.compile("不再自动同意"))
    erin.press(erin.button("开始处理"))
    dave.sees(re.compile("商家已开始处理这笔订单"))  # the open form follows
    ask(dave, fourth)
    assert stands(town, fourth) == ("review", 0)
    rule(erin, MANUAL, most="100", shopper="9", day="20", on=False)
    expect(erin.toast("已保存为第 4 版")).to_be_visible()
    dave.visit(f"/p/{MANUAL}").sees(re.compile("商家在 2 个工作日内答复，同意后全额原路退回"))


def test_answers_are_shown_by_the_press_that_begins_the_work(town: Town) -> None:
    erin, dave = town.erin(), town.dave()
    rule(erin, ASKS, most="1000", shopper="9", day="20").sees(re.compile("点击即为开始处理"))
    expect(erin.toast(re.compile("已保存为第 1 版"))).to_be_visible()
    no = dave.order(ASKS)
    dave.fill_in(**{"游戏 UID": "100482917", "再次输入：游戏 UID": "100482917"}).choose_answer("区服", "天空岛")
    dave.pay()
    erin.visit("/merchant/delivery")
    row = erin.box_of(no)
    expect(row).to_contain_text("不再自动同意")
    expect(row).not_to_contain_text("100482917")
    erin.press(erin.button("显示充值信息并开始处理", within=row))
    expect(row).to_contain_text("100482917")
    dave.open_form(no).sees(re.compile("商家已开始处理这笔订单"))
    rule(erin, ASKS, most="1000", shopper="9", day="20", on=False)
    expect(erin.toast(re.compile("已保存为第 2 版"))).to_be_visible()


def test_two_owners_see_what_differs(town: Town) -> None:
    one, other = town.bob(), town.bob()
    for each in (one, other):
        each.visit("/merchant/products/jetbrains-all")
        expect(each.page.get_by_label("每笔退款不超过")).to_be_visible()
    one.page.get_by_label("每笔退款不超过").fill("80")
    one.press(one.page.get_by_role("checkbox", name="开启自动同意")).press(one.button("保存自动同意"))
    expect(one.toast("已保存为第 1 版")).to_be_visible()
    other.page.get_by_label("每笔退款不超过").fill("70")
    other.press(other.button("保存自动同意")).sees(re.compile("— → ¥80.00"), re.compile("您也改了"))
    expect(other.page.get_by_label("每笔退款不超过")).to_have_value("70")
    expect(other.page.get_by_role("checkbox", name="开启自动同意")).to_be_checked()
    other.press(other.button("保存自动同意"))
    expect(other.toast("已保存为第 2 版")).to_be_visible()
