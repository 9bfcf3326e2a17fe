"""A page is drawn anew when its line is back: what stood open stays open, and nothing is filled in elsewhere."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.test_goods import box
from tests.e2e.test_kind_connection import Line, away, drawn
from tests.e2e.test_recall import fills_in_recall, opens_recall, sells, takes_in
from tests.e2e.town import Town
from tests.patience import PATIENCE


def bob_with_a_line(new_page: Callable[..., Page]) -> tuple[Merchant, Line]:
    bob = Merchant(new_page(allow=("WebSocket", "ERR_FAILED")))
    bob.sign_in("bob")
    return bob, Line(bob.page)


def blink(bob: Merchant, line: Line) -> None:
    """The line goes and comes back."""
    line.cut()
    line.is_cut = False
    expect(away(bob.page)).to_have_count(0, timeout=PATIENCE * 1000)
    drawn(bob.page)


def test_a_recall_stays_about_its_batch_and_the_next_one_begins_empty(new_page: Callable[..., Page]) -> None:
    bob, line = bob_with_a_line(new_page)
    slug = sells(bob, "断线召回年卡", "BLINKA-0001")
    takes_in(bob, slug, "BLINKB-0001")
    form = opens_recall(bob, slug)
    fills_in_recall(bob, form)
    blink(bob, line)
    words = form.get_by_label("给买家的说明")
    expect(words).to_have_value("上游通知这批卡密无效，抱歉")
    expect(form.get_by_role("radio", name="卡密无效")).to_be_checked()
    bob.press(bob.button("返回", within=form).last)
    expect(form).to_have_count(0)
    bob.press(bob.button("召回", within=bob.page.locator("tbody tr").first).first)
    expect(words).to_have_value("")
    expect(form.get_by_role("radio", name="卡密无效")).not_to_be_checked()


def test_fields_for_buyers_and_a_chosen_list_stay(new_page: Callable[..., Page]) -> None:
    bob, line = bob_with_a_line(new_page)
    bob.visit("/merchant/products/new")
    bob.press(bob.button("添加一项"))
    label = bob.page.locator("#field1_label")
    label.fill("游戏账号")
    box(bob.page, "商品名").fill("断线点券")
    bob.sees("断线点券")  # the preview: the server has heard it
    blink(bob, line)
    expect(label).to_have_value("游戏账号")
    expect(box(bob.page, "商品名")).to_have_value("断线点券")

    bob.visit("/merchant/stock/office-home/import")
    bob.page.get_by_label("粘贴卡密").fill("PASTED-0001")
    bob.page.locator("input[type=file]").set_input_files(
        {"name": "new.txt", "mimeType": "text/plain", "buffer": b"CHOSEN-0001\nCHOSEN-0002\n"}
    )
    bob.sees("CHOSEN-0001")
    blink(bob, line)
    bob.sees("new.txt", "CHOSEN-0001")
    expect(bob.page.get_by_label("粘贴卡密")).to_have_value("PASTED-0001")
    bob.press(bob.button("检查卡密")).sees("共 2 行")


def test_what_is_typed_to_one_customer_stands_before_no_other(town: Town) -> None:
    bob = town.bob()
    bob.visit("/merchant/messages")
    talks = bob.page.locator("main").get_by_role("listitem").get_by_role("link")
    bob.press(talks.nth(0))
    text = bob.page.locator("#talk-text")
    text.fill("只给第一位买家")
    bob.press(talks.nth(1))
    expect(talks.nth(1)).to_have_attribute("aria-current", "true")
    expect(text).to_have_value("")
