"""Issue 13, a kind path: addresses nobody has, long names, orders that wait, text that stays, presses that got lost."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import text

from tests import patience
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import writing_into
from tests.serving import App

NewPage = Callable[..., Page]
PRODUCT = "/p/reader-year"


@pytest.fixture
def web(app: App) -> Iterator[httpx.Client]:
    """Without scripts and cookies, as a search engine asks."""
    with httpx.Client(base_url=app.url) as client:
        yield client


@pytest.mark.parametrize(("locale", "words"), [("zh_CN", "没有找到相关内容"), ("en", "Nothing found here")])
def test_an_address_nobody_has_is_drawn_with_status_404(web: httpx.Client, locale: str, words: str) -> None:
    cookie = {"Cookie": f"locale={locale}"}

    def main(path: str) -> str:
        return web.get(path, headers=cookie).text.partition("<main")[2].partition("</main>")[0]

    for path in ("/nowhere", "/nowhere/at/all", "/orders/CM1/nothing"):
        patience.until(lambda path=path: words in main(path), path)  # a busy machine draws later
        answer = web.get(path, headers=cookie)
        assert answer.status_code == 404 and "script-src" in answer.headers["content-security-policy"]
        assert 'content="noindex"' in answer.text
    assert web.get("/assets/nothing.js").status_code == 404
    assert "<main" not in web.get("/assets/nothing.js").text


def test_the_browser_takes_the_page_of_no_address_over(new_page: NewPage) -> None:
    page = new_page(allow=("404",))
    page.goto("/nowhere/at/all")
    expect(page.locator("header a[href^='/login']").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有找到相关内容")
    expect(page).to_have_title("没有找到相关内容")


def test_a_link_is_shown_elsewhere_with_our_own_picture(web: httpx.Client) -> None:
    html = web.get("/p/steam-200").text
    (picture,) = re.findall(r'<meta content="([^"]+)" property="og:image"', html)
    answer = web.get(picture)
    assert picture.startswith("http://localhost") and answer.content.startswith(b"\x89PNG")
    assert web.get("/favicon.ico").content.startswith(b"\0\0\1\0")


def test_an_address_has_no_empty_parameters(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/?category=&q=&low=&high=")
    assert page.url.endswith("/")
    page.get_by_label("最低价格").fill("100")
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(re.compile(r"/\?low=100$"))


LONG = {"latin": "Pneumonoultramicroscopic" * 4, "chinese": "超级无敌豪华至尊典藏限量版会员" * 5}
SPILLED = """() => [...document.querySelectorAll("main h1, main h2, main dd, main a")]
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
  .filter((one) => getComputedStyle(one).overflow === "visible").map((one) => one.textContent.slice(0, 40))"""
OURS = {"product": "slug = 'reader-year'", "shop": "slug = 'qinghe'"}  # table → whose name
OUTSIDE = """() => [...document.querySelectorAll("main svg[viewBox='0 0 320 200'] text")]
  .filter((one) => { const box = one.getBBox(); return box.x < 0 || box.x + box.width > 260 }).length"""


@contextmanager
def named(app: App, name: str) -> Iterator[None]:
    """Product and shop have this name meanwhile."""
    with writing_into(app) as base:
        found = {one: base.execute(text(f"SELECT name FROM {one} WHERE {of}")).scalar_one() for one, of in OURS.items()}
        for one, of in OURS.items():
            base.execute(text(f"UPDATE {one} SET name = :name WHERE {of}"), {"name": name})
    try:
        yield
    finally:
        with writing_into(app) as base:
            for one, of in OURS.items():
                base.execute(text(f"UPDATE {one} SET name = :name WHERE {of}"), {"name": found[one]})


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", LONG)
def test_long_names_stay_inside(app: App, new_page: NewPage, name: str, viewport: tuple[int, int]) -> None:
    dave = Shopper(new_page(viewport=viewport))
    dave.sign_in("dave")
    with named(app, LONG[name]):
        no = dave.buy("reader-year")
        of_order = [f"{head}/{no}" for head in ("/checkout", "/orders", "/support")]
        for path in ("/", PRODUCT, "/orders", *of_order, f"/orders/{no}/cancel"):
            dave.visit(path)
            expect(dave.page.locator("main h1:not([data-loading])").first).to_be_attached()
            assert dave.page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path
            assert dave.page.evaluate(OUTSIDE) == 0, path
            assert dave.page.evaluate(SPILLED) == [], path


def test_an_unpaid_order_is_offered_before_another_is_placed(town: Town) -> None:
    dave = town.dave()
    first = dave.order("reader-year")
    dave.page.go_back()
    dave.press(dave.button("立即购买"))
    expect(dave.page.locator("main").get_by_text("您有一笔该商品的待付款订单")).to_be_visible()
    expect(dave.link("去付款", within=dave.page.locator("main"))).to_have_attribute("href", f"/checkout/{first}")
    dave.press(dave.button("再下一单"))
    dave.page.wait_for_url(re.compile(rf"/checkout/(?!{first})CM\d+"))


@contextmanager
def not_live_yet(page: Page) -> Iterator[None]:
    """The address of a page is drawn, and its scripts arrive afterwards."""
    held: list[Route] = []
    page.route("**/assets/*.js", lambda route: held.append(route))
    yield
    assert held and not page.evaluate("window.__live === true")
    page.unroute("**/assets/*.js")


@pytest.mark.parametrize("moment", ["before the page is live", "afterwards"])
def test_another_language_keeps_what_was_chosen(town: Town, moment: str) -> None:
    dave = town.dave()
    with not_live_yet(dave.page) if moment == "before the page is live" else nullcontext():
        dave.page.goto(PRODUCT, wait_until="commit")
        if moment == "afterwards":
            patience.until(lambda: dave.page.evaluate("window.__live === true"), "live")
        dave.page.get_by_label("数量").select_option("4")
    dave.press(dave.page.get_by_label("我的账号"))
    dave.press(dave.button("English"))
    expect(dave.button("Buy now")).to_be_visible()
    expect(dave.page.get_by_label("Quantity")).to_have_value("4")


def test_what_was_typed_survives_a_reload_and_is_forgotten_once_it_was_sent(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("reader-year")
    dave.open_form(no).fill_form(text="项目取消了")
    dave.reload()
    expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("项目取消了")
    expect(dave.page.get_by_role("radio", name="需求变更")).to_be_checked()
    dave.press(dave.submit_button())
    expect(dave.panel("in_case")).to_be_visible()
    assert "项目取消了" not in json.dumps(dave.page.evaluate("({...sessionStorage})"), ensure_ascii=False)


def test_some_codes_revealed_say_so_and_a_used_code_leads_to_the_appeal(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("reader-year", quantity=2)
    town.bob().deliver(no, "PART-1", "PART-2")
    dave.open_order(no).reveal()
    panel = dave.panel("partly_used")
    expect(panel).to_contain_text("卡密已查看 1 张，共 2 张")
    expect(dave.link("商品有误？申诉", within=panel)).to_have_attribute("href", f"/orders/{no}/cancel?way=appeal")
