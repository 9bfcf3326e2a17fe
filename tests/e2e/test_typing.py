"""What people type, paste, photograph and copy on their own devices: it arrives as they meant it."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from cardmall.domain import limits
from tests.e2e.conftest import PHONE, RESULTS
from tests.e2e.pages.evidence import PictureBox
from tests.e2e.pages.newcomer import code_for, registered
from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import settled

NewPage = Callable[..., Page]
WITHOUT = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
DEAF = f"{WITHOUT}; document.execCommand = () => false"
# What was really copied: the last selection the browser took.
KEEP = """document.addEventListener("copy", () => {
  window.copied = document.activeElement.value ?? String(getSelection());
})"""
PIXELS = """async (url) => {
  const image = new Image(); image.src = url; await image.decode();
  return [image.naturalWidth, image.naturalHeight];
}"""


def wide(text: str) -> str:
    """As a Chinese keyboard writes digits in full width."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def screenshot() -> bytes:
    """A chat as one long picture of 1080×12000: a line of small text every 60 pixels."""
    drawn = Image.new("RGB", (1080, 12000), "white")
    pen = ImageDraw.Draw(drawn)
    for n in range(200):
        pen.text((40, 60 * n + 15), f"{n:03d}  The code was already used, please refund", fill="black", font_size=30)
    kept = io.BytesIO()
    drawn.save(kept, "PNG")
    return kept.getvalue()


def test_a_code_in_full_width_digits_proves_the_address(new_page: NewPage, db: Connection) -> None:
    page = registered(new_page(), "ｗｉｄｅ＠cardmall.test\u200b", "wide")
    code = code_for(db, "wide@cardmall.test")
    field = page.get_by_label("位验证码")
    field.fill("12345")
    page.get_by_role("button", name="确认验证码").click()
    expect(page.get_by_text("不正确", exact=True)).to_be_visible()
    expect(field).to_be_visible()
    field.fill(f"\u200b{wide(code[:3])}－{wide(code[3:])}")
    page.get_by_role("button", name="确认验证码").click()
    expect(page.locator("main").get_by_text("已验证")).to_be_visible()


def test_a_code_that_was_tried_too_often_says_so(new_page: NewPage, db: Connection) -> None:
    page = registered(new_page(), "spent@cardmall.test", "spent")
    guess = "000000" if code_for(db, "spent@cardmall.test") != "000000" else "111111"
    field = page.get_by_label("位验证码")
    wanted = text("SELECT tries FROM confirm_code WHERE target = 'spent@cardmall.test'")
    for tries in range(1, limits.CONFIRM_CODE_TRIES + 1):
        field.fill(guess)
        page.get_by_role("button", name="确认验证码").click()
        assert settled(lambda: db.execute(wanted).scalar_one(), tries) == tries
    expect(field).to_have_count(0)
    expect(page.get_by_text("验证码已失效，请重新发送")).to_be_visible()


@pytest.fixture
def revealed(town: Town, new_page: NewPage) -> Callable[[str], Shopper]:
    """Dave looks at a code with two blanks, in a browser as given."""

    def look(script: str) -> Shopper:
        dave = Shopper(new_page())
        dave.sign_in("dave")
        dave.page.add_init_script(script)
        dave.page.add_init_script(KEEP)
        no = dave.buy("reader-year")
        town.bob().deliver(no, f"\ufeff0012  34-{no[-4:]}")
        dave.open_order(no).press(dave.button("查看卡密").first)
        dave.press(dave.button("查看卡密", within=dave.dialog()))
        expect(dave.page.locator("code[data-code=shown]")).to_be_visible()
        return dave

    return look


def test_every_blank_of_a_code_is_seen_and_copied_without_the_clipboard_api(
    revealed: Callable[[str], Shopper],
) -> None:
    dave = revealed(WITHOUT)
    shown = dave.page.locator("code[data-code=shown]").inner_text()
    assert re.fullmatch(r"0012  34-\d{4}", shown)
    dave.press(dave.page.locator("#codes").get_by_role("button", name="复制"))
    expect(dave.page.locator("#codes").get_by_role("button", name="已复制")).to_be_visible()
    assert dave.page.evaluate("window.copied") == shown


def test_a_copy_that_failed_says_so(revealed: Callable[[str], Shopper]) -> None:
    dave = revealed(DEAF)
    dave.press(dave.page.locator("#codes").get_by_role("button", name="复制"))
    expect(dave.page.locator("#codes").get_by_role("button", name="复制失败，请选中后手动复制")).to_be_visible()


@pytest.mark.parametrize("viewport", [(1280, 800), PHONE])
def test_a_long_screenshot_can_be_read(town: Town, new_page: NewPage, viewport: tuple[int, int]) -> None:
    dave = Shopper(new_page(viewport=viewport, device_scale_factor=1 if viewport != PHONE else 3))
    dave.sign_in("dave")
    no = dave.buy("reader-year")
    dave.open_form(no)
    PictureBox(dave.page).choose(("聊天记录.png", screenshot())).holds(1)
    dave.fill_form("商品信息不符").press(dave.submit_button())
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    case = dave.page.locator("main").get_by_text(re.compile(r"AS\d{14}")).first.text_content()  # folded on a phone
    dave.open_case(re.findall(r"AS\d{14}", case or "")[0])
    dave.press(dave.page.get_by_role("button", name=re.compile("查看|放大|图片")).first)
    shown = dave.dialog().locator("img")
    expect(dave.dialog().locator("[data-shape=long]")).to_be_visible()
    assert dave.page.evaluate(PIXELS, shown.get_attribute("src")) == [1080, 12000]
    box = shown.bounding_box()
    assert box and box["width"] > 0.85 * min(viewport[0], 960)
    assert box["height"] > 10 * box["width"], "scrolled, not shrunk"
    RESULTS.mkdir(exist_ok=True)
    dave.page.screenshot(path=RESULTS / f"long-screenshot-{viewport[0]}.png")


def test_times_say_whose_they_are_to_a_browser_elsewhere(new_page: NewPage) -> None:
    for zone, count in (("Asia/Shanghai", 0), ("Asia/Hong_Kong", 0), ("America/New_York", 1)):
        visitor = Person(new_page(timezone_id=zone)).visit("/help")
        expect(visitor.page.locator("[data-zone]")).to_have_count(count)
        if count:
            expect(visitor.page.get_by_text("本页时间均为北京时间")).to_be_visible()


def test_fields_have_letters_a_phone_does_not_zoom_into(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/login")
    sizes = page.locator("input:not([type=hidden])").evaluate_all("all => all.map(e => getComputedStyle(e).fontSize)")
    assert set(sizes) == {"16px"}
