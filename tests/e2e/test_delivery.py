"""Bob delivers by hand: the buyer's account beside the box, several codes at once, wrong lines, the next order."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_fields import ACCOUNT
from tests.e2e.test_goods import made, save
from tests.e2e.town import Town
from tests.e2e.truth import settled


def sells(bob: Merchant, name: str, *, asks: bool) -> str:
    """A product delivered by hand; its path in the mall."""
    path = made(bob, name, "130")
    if asks:
        bob.press(bob.button("添加一项"))
        bob.page.locator("#field1_label").fill(ACCOUNT)
        save(bob)
        expect(bob.page.get_by_text("没有未保存的改动")).to_be_visible()
    return path


def bought(alice: Shopper, path: str, pieces: int = 1, account: str = "") -> str:
    """Paid; the order's number."""
    alice.visit(path)
    if pieces > 1:
        alice.page.get_by_label("数量").select_option(str(pieces))
    no = alice.place()
    if account:
        alice.fill_in(**{ACCOUNT: account})
    alice.pay()
    return no


def codes_of(row: Locator) -> Locator:
    return row.get_by_role("textbox")


def test_an_order_is_delivered_by_the_keyboard_and_the_next_one_opens(town: Town) -> None:
    bob, alice = town.bob(), town.alice()
    asking, plain = sells(bob, "点券 600 直充", asks=True), sells(bob, "画师 素材包", asks=False)
    first, second = bought(alice, asking, 3, "dragon77"), bought(alice, plain)
    held = bought(alice, plain)
    alice.request(held)

    bob.visit("/merchant/delivery").sees("现在可发货", "暂停发货")
    apart = bob.waiting(held)
    expect(apart.get_by_role("link", name="查看申请")).to_be_visible()
    expect(apart.get_by_text("买家的申请处理中")).to_be_visible()
    expect(codes_of(apart)).to_have_count(0)
    expect(bob.page.locator("main [data-order]").last).to_have_attribute("data-order", held)

    row = bob.box_of(first)
    expect(row.get_by_text("d****7")).to_be_visible()
    assert "dragon77" not in bob.page.content()
    bob.press(bob.button("查看完整", within=row))
    expect(row.get_by_text("dragon77")).to_be_visible()
    bob.press(bob.button("复制", within=row))

    codes = codes_of(row)
    expect(row.get_by_text("已填 0 / 3 条")).to_be_visible()
    codes.fill("D15-AAAA\nD15-BBBB\nd15 aaaa\nD15-CCCC\nD15-DDDD")
    expect(row.get_by_text("多 2 条")).to_be_visible()
    codes.press("Control+Enter")
    expect(bob.dialog()).to_be_visible()
    bob.page.keyboard.press("Control+Enter")
    expect(row.get_by_text("与第 1 行重复")).to_be_visible()
    expect(row.get_by_text("多于应发件数")).to_be_visible()
    expect(codes).to_have_value("D15-AAAA\nD15-BBBB\nd15 aaaa\nD15-CCCC\nD15-DDDD")
    expect(codes).to_be_focused()
    assert town.truth(first).cards == [], "nothing was half saved"
    bob.press(bob.button("第 3 行", within=row))
    bob.page.keyboard.press("Delete")
    expect(codes).to_have_value("D15-AAAA\nD15-BBBB\n\nD15-CCCC\nD15-DDDD")

    other = bob.box_of(second)
    codes_of(other).fill("HALF-TYPED")
    codes.fill("D15-AAAA\nD15-BBBB\nD15-CCCC")
    expect(row.get_by_text("条数正好")).to_be_visible()
    codes.press("Control+Enter")
    bob.page.keyboard.press("Control+Enter")
    expect(row).to_have_count(0)
    status = bob.page.locator("main [role=status]", has_text=first)
    expect(status).to_contain_text(re.compile("已发货，买家已收到通知"))
    assert town.truth(first).cards == ["sealed"] * 3
    open_now = bob.page.locator("textarea:focus")
    expect(open_now).to_be_visible()
    expect(codes_of(other)).to_have_value("HALF-TYPED")
    expect(bob.page.get_by_text("dragon77")).to_have_count(0)


def test_the_page_follows_and_loses_nothing_typed_beside(town: Town) -> None:
    bob, alice = town.bob(), town.alice()
    path = sells(bob, "证书 单域名", asks=False)
    taken, typed = bought(alice, path), bought(alice, path)
    bob.visit("/merchant/delivery")
    mine = codes_of(bob.box_of(typed))
    mine.fill("KEPT-0001")
    alice.request(taken)
    expect(bob.waiting(taken).get_by_text("买家的申请处理中")).to_be_visible()
    expect(codes_of(bob.waiting(taken))).to_have_count(0)
    expect(mine).to_have_value("KEPT-0001")
    bob.sees("已填 1 / 1 条")
    again = town.bob()
    again.deliver(typed, "OTHER-0001")
    expect(bob.waiting(typed)).to_have_count(0)
    assert settled(lambda: town.truth(typed).status, "delivered") == "delivered"
