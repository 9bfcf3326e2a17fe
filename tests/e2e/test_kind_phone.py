"""An order and a product on a phone: the first act at the foot, the rest folded."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_kind_order import dave_with
from tests.e2e.town import Town

NewPage = Callable[..., Page]
MANUAL, AUTO = "reader-year", "office-home"


def scrolled(dave: Shopper, to: int) -> Shopper:
    dave.page.evaluate("top => window.scrollTo({ top, behavior: 'instant' })", to)
    return dave


def test_b4_the_first_act_stands_at_the_foot_while_it_is_out_of_sight(new_page: NewPage, town: Town) -> None:
    dave = dave_with(new_page, PHONE)
    no = dave.buy(MANUAL)
    town.bob().deliver(no, f"FOOT-{no[-8:]}")
    dave.open_order(no)
    bar = dave.page.locator("[data-action-bar]")
    expect(dave.button("查看卡密").first).to_be_in_viewport(ratio=1)
    expect(bar).to_be_hidden()
    scrolled(dave, 10_000)
    expect(bar).to_be_in_viewport(ratio=1)
    expect(dave.link("平台客服", within=bar)).to_be_visible()
    dave.press(dave.link("查看卡密", within=bar))
    expect(dave.button("查看卡密").first).to_be_in_viewport(ratio=1)
    expect(bar).to_be_hidden()


def test_b4_an_unpaid_order_is_paid_from_the_foot(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    no = dave.order(AUTO)
    scrolled(dave.open_order(no), 10_000)
    dave.press(dave.link("去付款 ¥468.00", within=dave.page.locator("[data-action-bar]")))
    dave.page.wait_for_url(re.compile(rf"/checkout/{no}"))


def test_b4_on_a_phone_the_rest_of_an_order_is_folded(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    no = dave.buy(MANUAL)
    dave.open_order(no)
    trade = dave.page.get_by_text("交易号")
    row = dave.page.locator("summary").filter(has_text="订单信息")
    expect(row).to_contain_text(no)
    expect(trade).to_be_hidden()
    dave.press(row)
    expect(trade).to_be_visible()
    closed = dave.page.locator("summary").filter(has_text="其他方式为什么现在不能用")
    dave.press(closed)
    expect(dave.page.locator("#ways").get_by_text("仅限待付款订单").last).to_be_visible()


def test_b4_on_a_wide_screen_nothing_of_an_order_is_folded(new_page: NewPage) -> None:
    dave = dave_with(new_page, DESK)
    no = dave.buy(MANUAL)
    dave.open_order(no)
    expect(dave.page.get_by_text("交易号")).to_be_visible()
    expect(dave.page.locator("[data-action-bar]")).to_have_count(0)


def test_b4_the_address_of_the_conversation_opens_its_fold(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    no = dave.buy(MANUAL)
    dave.visit(f"/orders/{no}?talk=1#talk")
    expect(dave.page.locator("#talk").get_by_role("textbox")).to_be_visible()


def test_b4_the_buying_bar_says_what_so_many_come_to(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    dave.visit(f"/p/{AUTO}")
    total = dave.page.locator("[data-action-bar]").get_by_role("status")
    expect(total).to_have_text("¥468.00")
    dave.page.get_by_label("数量").select_option("3")
    expect(total).to_have_text("¥1,404.00")
    dave.visit(f"/p/{AUTO}?quantity=2")
    expect(total).to_have_text("¥936.00")


def test_b4_a_phone_that_is_turned_keeps_what_is_typed(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    no = dave.buy(MANUAL)
    dave.visit(f"/orders/{no}?talk=1#talk")
    box = dave.page.locator("#talk").get_by_role("textbox")
    box.fill("授权什么时候发？")
    for width, height in ((PHONE[1], PHONE[0]), PHONE):
        dave.page.set_viewport_size({"width": width, "height": height})
        expect(dave.page.locator("summary").filter(has_text="订单信息")).to_be_visible(visible=width < 768)
        expect(box).to_have_value("授权什么时候发？")


def test_b4_a_fold_that_was_closed_is_open_on_a_wide_screen_and_closed_again(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    dave.open_order(dave.buy(MANUAL))
    trade = dave.page.get_by_text("交易号")
    expect(trade).to_be_hidden()
    for (width, height), shown in ((DESK, True), (PHONE, False)):
        dave.page.set_viewport_size({"width": width, "height": height})
        expect(trade).to_be_visible(visible=shown)
