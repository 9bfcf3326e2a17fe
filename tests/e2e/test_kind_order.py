"""What an order offers first, and how near the codes are."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_kind_forms import VIEWPORTS
from tests.e2e.town import Town

NewPage = Callable[..., Page]
MANUAL, AUTO = "reader-year", "office-home"


def dave_with(new_page: NewPage, viewport: tuple[int, int] = DESK) -> Shopper:
    dave = Shopper(new_page(viewport=viewport))
    dave.sign_in("dave")
    return dave


def top(what: Locator) -> float:
    expect(what).to_be_visible()
    box = what.bounding_box()
    assert box
    return box["y"]


def acts(panel: Locator) -> list[str]:
    """The words of its buttons, first to last."""
    expect(panel.get_by_role("link").or_(panel.get_by_role("button")).first).to_be_visible()
    return panel.locator("a, button").all_inner_texts()


@VIEWPORTS
def test_b3_the_form_of_an_order_with_an_open_case_leads_to_the_case(
    new_page: NewPage, viewport: tuple[int, int]
) -> None:
    dave = dave_with(new_page, viewport)
    no = dave.buy(MANUAL)
    dave.request(no)
    dave.open_form(no)
    told = dave.page.get_by_role("alert").filter(has_text="订单当前状态：")
    expect(told).to_contain_text("取消审核中")
    expect(told).not_to_contain_text("待发货")
    dave.press(dave.link("查看申请", within=told))
    dave.page.wait_for_url(re.compile(r"/cases/AS\d{14}"))


@VIEWPORTS
def test_b3_after_a_rejection_the_appeal_comes_first(new_page: NewPage, town: Town, viewport: tuple[int, int]) -> None:
    dave = dave_with(new_page, viewport)
    no = dave.buy(MANUAL)
    dave.request(no)
    town.bob().open_case(no).reject("授权已在制作中")
    dave.open_order(no)
    panel = dave.panel("rejected")
    assert acts(panel)[:2] == ["平台申诉", "再次申请"]
    assert "继续发货" in acts(panel)[2:]
    expect(dave.page.get_by_role("radio", name=re.compile("平台申诉"))).to_be_checked()


@VIEWPORTS
def test_b3_looking_at_a_sealed_code_outranks_confirming_that_it_works(
    new_page: NewPage, town: Town, viewport: tuple[int, int]
) -> None:
    dave = dave_with(new_page, viewport)
    no = dave.buy(MANUAL)
    town.bob().deliver(no, f"LOOK-{no[-8:]}")
    dave.open_order(no)
    look, confirm = dave.button("查看卡密").first, dave.button("确认可用")
    assert top(look) < top(confirm)
    dark = "el => getComputedStyle(el).backgroundColor"
    assert look.evaluate(dark) != confirm.evaluate(dark)


@VIEWPORTS
def test_b3_an_open_offer_is_answered_on_the_order_page(
    new_page: NewPage, town: Town, viewport: tuple[int, int]
) -> None:
    dave = dave_with(new_page, viewport)
    no = dave.buy(MANUAL)
    dave.request(no)
    town.bob().open_case(no).offer_amount("120", "已向厂商下单")
    dave.open_order(no)
    panel = dave.panel("offered")
    expect(panel).to_contain_text("¥120.00")
    expect(panel).to_contain_text("¥48.00")
    expect(dave.button("不接受", within=panel)).to_be_visible()
    dave.press(dave.button("接受，退回 ¥120.00", within=panel))
    dave.press(dave.button(re.compile("接受"), within=dave.dialog()))
    expect(panel).to_have_count(0)
    assert town.truth(no).cases == ["settled"]


def test_b3_an_offer_that_is_declined_goes_back_to_the_merchant(town: Town) -> None:
    dave = town.dave()
    no = dave.buy(MANUAL)
    dave.request(no)
    town.bob().open_case(no).offer_amount("120", "已向厂商下单")
    dave.open_order(no).say_yes("不接受", "不接受")
    expect(dave.panel("in_case")).to_be_visible()
    assert town.truth(no).cases == ["review"]


def test_b4_on_a_phone_the_code_comes_first_once_delivered(new_page: NewPage, town: Town) -> None:
    dave = dave_with(new_page, PHONE)
    no = dave.buy(MANUAL)
    town.bob().deliver(no, f"NEAR-{no[-8:]}")
    dave.open_order(no)
    expect(dave.button("查看卡密").first).to_be_in_viewport(ratio=1)
    dave.reveal_first_card()
    expect(dave.page.locator("code[data-code=shown]")).to_be_in_viewport(ratio=1)


@VIEWPORTS
def test_b4_ten_codes_are_looked_at_with_one_warning_and_taken_along(
    new_page: NewPage, town: Town, viewport: tuple[int, int], tmp_path: Path
) -> None:
    dave = dave_with(new_page, viewport)
    no = dave.buy(AUTO, quantity=10)
    town.clock().five_minutes()
    dave.open_order(no)
    dave.press(dave.button("查看全部 10 张"))
    expect(dave.dialog()).to_contain_text("10 张")
    dave.press(dave.button("查看全部 10 张", within=dave.dialog()))
    shown = dave.page.locator("code[data-code=shown]")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    with dave.page.expect_download() as file:
        dave.press(dave.button("下载已查看的 10 张（文本）"))
    file.value.save_as(tmp_path / "codes.txt")
    text = (tmp_path / "codes.txt").read_text("utf-8").split()
    assert file.value.suggested_filename == f"{no}.txt" and text == [no, *codes]
    verbs = town.truth(no).verbs
    assert (verbs.count("card_revealed"), verbs.count("card_shown")) == (10, 10)


def test_b4_a_product_on_a_phone_keeps_price_and_buying_at_hand(new_page: NewPage) -> None:
    dave = dave_with(new_page, PHONE)
    dave.visit(f"/p/{AUTO}")
    bar = dave.page.locator("[data-action-bar]")
    expect(dave.button("立即购买", within=bar)).to_be_in_viewport(ratio=1)
    expect(bar.get_by_text("¥468.00")).to_be_in_viewport(ratio=1)
    dave.page.mouse.wheel(0, 4000)
    expect(dave.button("立即购买", within=bar)).to_be_in_viewport(ratio=1)


@VIEWPORTS
def test_b4_the_list_leads_to_the_card_itself(new_page: NewPage, town: Town, viewport: tuple[int, int]) -> None:
    dave = dave_with(new_page, viewport)
    no = dave.buy(MANUAL)
    town.bob().deliver(no, f"LIST-{no[-8:]}")
    dave.visit("/orders")
    go = dave.link("查看卡密", within=dave.row(no))
    box = go.bounding_box()
    assert box and box["height"] >= 32 and go.evaluate("el => getComputedStyle(el).borderTopWidth") != "0px"
    dave.press(go)
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?#codes$"))
    expect(dave.page.locator("#codes").get_by_role("button", name="查看卡密")).to_be_in_viewport(ratio=1)
