"""A shop fills its shelf from the browser; two windows save one product; a price changes between page and order."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.town import Town

FORM = re.compile(r"/merchant/products/[a-z0-9-]+-[a-z0-9]{4}$")


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^{label}"))


def fill(page: Page, **told: str) -> None:
    """By the label of each field."""
    for label, text in told.items():
        box(page, label).fill(text)


def save(merchant: Merchant) -> Merchant:
    return merchant.press(merchant.button(re.compile("^(保存，|创建，)")))


def made(bob: Merchant, name: str, price: str) -> str:
    """A product of Bob's that is delivered by hand, on sale; its path in the mall."""
    bob.visit("/merchant/products").press(bob.link("新建商品"))
    bob.choose(bob.page.get_by_role("radio", name=re.compile("商家发货")))
    fill(bob.page, 商品名=name, 价格=price, 使用规则="使用：查看卡密即视为使用，不能撤销", 商品详情="第一行\n第二行")
    save(bob).page.wait_for_url(FORM)
    bob.press(bob.button("上架"))
    expect(bob.button("下架")).to_be_visible()
    return f"/p/{bob.page.url.rpartition('/')[2]}"


def test_a_product_is_made_with_its_errors_and_sold_at_the_price_that_was_seen(town: Town) -> None:
    bob, dave = town.bob(), town.dave()
    bob.visit("/merchant/products/new")
    fill(bob.page, 商品名="云", 价格="便宜")
    save(bob).sees("请填写金额，最多两位小数", "字数不足", "请填写")
    expect(box(bob.page, "商品名")).to_be_focused()
    expect(box(bob.page, "价格")).to_have_value("便宜")

    path = made(bob, "云服务器 月付", "66")
    dave.visit(path).sees("云服务器 月付", "¥66.00", "第一行")
    fill(bob.page, 价格="70.50")
    expect(bob.page.get_by_text("1 处改动未保存")).to_be_visible()
    expect(bob.page.get_by_text("¥66.00 → ¥70.50")).to_be_visible()
    save(bob)
    dave.sees("¥70.50")  # the page that stood open follows
    # as sent by a page that did not hear of it
    dave.page.locator("main form input[name=price]").evaluate("one => { one.value = '6600' }")
    dave.press(dave.button("立即购买")).sees("价格已变为 ¥70.50，没有下单。请确认后再购买")
    dave.reload()
    no = dave.place()
    dave.sees("¥70.50")

    bob.press(bob.button("下架"))
    expect(bob.button("上架")).to_be_visible()
    assert dave.page.request.get(path).status == 404
    dave.visit(f"/orders/{no}").sees("云服务器 月付")


def test_of_two_windows_the_second_to_save_sees_what_the_first_did(town: Town) -> None:
    first, second = town.bob(), town.bob()
    path = made(first, "读书会员 月卡", "15")
    form = f"/merchant/products/{path.rpartition('/')[2]}"
    second.visit(form)
    fill(second.page, 一句话说明="首月体验", 价格="14")
    expect(second.page.get_by_text("2 处改动未保存")).to_be_visible()
    fill(first.page, 价格="12", 每单最多="3")
    save(first)
    second.sees("这件商品刚被保存了新版本")
    save(second).sees(re.compile("保存了新版本"), "¥15.00 → ¥12.00", "您也改了，以您的为准")
    expect(box(second.page, "价格")).to_have_value("14")
    expect(box(second.page, "每单最多")).to_have_value("3")
    expect(box(second.page, "一句话说明")).to_have_value("首月体验")
    save(second)
    expect(second.page.get_by_text("没有未保存的改动")).to_be_visible()
    second.reload()
    expect(box(second.page, "价格")).to_have_value("14.00")
