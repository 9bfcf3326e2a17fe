"""A shop shows what it sells: pictures handed in, put in order by hand and keyboard, seen by everybody."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.pages.evidence import PictureBox
from tests.e2e.pages.merchant import Merchant
from tests.e2e.test_goods import made, save
from tests.e2e.town import Town
from tests.hostile import NOT_PICTURES, picture

WIDE = (1280, 800)


@pytest.fixture
def bob(new_page: Callable[..., Page]) -> Merchant:
    merchant = Merchant(new_page(allow=("415", "413")))
    merchant.sign_in("bob")
    return merchant


def test_pictures_are_put_in_order_and_shown_large_and_small(bob: Merchant, town: Town) -> None:
    path = made(bob, "图库会员 月卡", "19")
    box = PictureBox(bob.page)
    box.choose(("红.jpg", picture(size=WIDE)), ("蓝.png", picture("PNG", (900, 1600)))).holds(2)
    box.choose(("页面.png", NOT_PICTURES["a page"]), ("动.gif", NOT_PICTURES["gif"]))
    box.says("页面.png：只支持 JPG、PNG、WebP 图片", "动.gif：只支持 JPG、PNG、WebP 图片").holds(2)
    expect(bob.page.get_by_text("1 处改动未保存")).to_be_visible()
    first, second = box.ids()

    later = bob.button("后移 红.jpg")
    later.focus()
    bob.page.keyboard.press("Enter")
    expect(bob.page.locator("input[name=pictures]")).to_have_value(f"{second},{first}")
    expect(bob.button("前移 红.jpg")).to_be_focused()
    expect(bob.page.get_by_role("status").filter(has_text="红.jpg 移到第 2 张")).to_be_attached()
    save(bob).sees("没有未保存的改动")
    assert box.ids() == [second, first]
    bob.reload()
    assert box.holds(2).ids() == [second, first]

    dave = town.dave()
    dave.visit(path)
    large = dave.page.get_by_role("img", name="图库会员 月卡")
    expect(large).to_have_attribute("src", f"/goods/{second}.jpg?size=page")
    assert large.evaluate("one => one.complete && one.naturalWidth > 0")
    dave.choose(dave.page.get_by_role("radio", name="图片 2"))
    expect(large).to_have_attribute("src", f"/goods/{first}.jpg?size=page")
    dave.page.keyboard.press("ArrowLeft")
    expect(large).to_have_attribute("src", f"/goods/{second}.jpg?size=page")
    html = dave.page.request.get(path).text()
    assert html.count(f"/goods/{second}.jpg?size=page") >= 3, "drawn, in its data, and beside a link to it"
    assert re.search(rf'content="http[^"]+/goods/{second}.jpg\?size=page" property="og:image"', html)

    dave.visit("/?q=图库会员")
    cover = dave.page.get_by_role("img", name="图库会员 月卡")
    expect(cover).to_have_attribute("width", "960")
    dave.visit(path)
    no = dave.place()
    dave.visit(f"/orders/{no}")
    expect(dave.page.locator(f'main img[src="/goods/{second}.jpg?size=thumb"]').first).to_be_visible()


def test_a_picture_is_removed_with_the_keyboard_and_the_drawn_cover_is_back(bob: Merchant, town: Town) -> None:
    path = made(bob, "画册会员 月卡", "19")
    box = PictureBox(bob.page)
    box.choose(("甲.jpg", picture(size=WIDE)), ("乙.jpg", picture(size=WIDE))).holds(2)
    save(bob).sees("没有未保存的改动")
    for left in (1, 0):
        bob.button(re.compile("^移除 图片 1$")).focus()
        bob.page.keyboard.press("Enter")
        box.holds(left)
    expect(box.box.locator("input[type=file]")).to_be_focused()
    save(bob).sees("没有未保存的改动")
    dave = town.dave()
    dave.visit(path)
    expect(dave.page.locator("main svg[viewBox='0 0 320 200']").first).to_be_visible()
    assert dave.page.locator("main img").count() == 0


def test_the_seventh_is_told_and_six_are_kept(bob: Merchant) -> None:
    made(bob, "相册会员 月卡", "19")
    box = PictureBox(bob.page)
    box.choose(*[(f"{n}.jpg", picture(size=(64, 40))) for n in range(7)]).holds(6)
    expect(box.box.get_by_text("最多 6 张图片")).to_be_visible()
    save(bob).sees("没有未保存的改动")
    assert len(box.ids()) == 6


def test_the_page_does_not_move_while_its_pictures_come(new_page: Callable[..., Page]) -> None:
    """The demo town shows three of one product."""
    page = new_page(viewport=PHONE)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => "
        "{ window.moved += one.value })).observe({ type: 'layout-shift', buffered: true })"
    )
    for path in ("/p/cloud-disk", "/?category=membership"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.moved") < 0.02
        assert page.locator("main img").evaluate_all("all => all.every(one => one.width && one.height)")
    lazy = page.locator("main li img").evaluate_all("all => all.map(one => one.loading)")
    assert set(lazy) <= {"eager", "lazy"}
