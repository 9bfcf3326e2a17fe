"""A1-A3 of the kind path: pages come with their content, weigh little, and are found again where they were left."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import brotli
import httpx
import psutil
import pytest
from playwright.sync_api import Page, Response, expect
from sqlalchemy import text

from tests import patience
from tests.e2e.conftest import PHONE
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import writing_into
from tests.serving import App

NewPage = Callable[..., Page]
PRODUCT = "/p/steam-200"
SKELETON = 'class="breathe'
HOSTILE = "</script><img src=x onerror=alert(1)>\"'\u2028 --> <!--"
# The first content, kept before React runs, and its words.
KEEP = """addEventListener("DOMContentLoaded", () => {
  window.firstHeading = document.querySelector("main h1");
  window.firstWords = document.querySelector("main").innerText;
});"""


class Reader(httpx.Client):
    """Asks without scripts and cookies, as a search engine; again while a busy server sends a page undrawn."""

    def get(self, url: str, **more: Any) -> httpx.Response:
        def drawn() -> httpx.Response | None:
            answer = super(Reader, self).get(url, **more)
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            return None if is_page and "<main" not in answer.text else answer

        answer = patience.until(drawn, f"{url} is never drawn")
        assert answer is not None
        return answer


@pytest.fixture
def plain(app: App) -> Iterator[httpx.Client]:
    """Takes a page as it comes."""
    with httpx.Client(base_url=app.url, timeout=patience.PATIENCE) as client:
        yield client


@pytest.fixture
def web(app: App) -> Iterator[httpx.Client]:
    with Reader(base_url=app.url, timeout=patience.PATIENCE) as client:
        yield client


def data_of(html: str) -> dict:
    (found,) = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.DOTALL)
    return json.loads(found)


def test_a1_a_product_s_html_holds_its_name_price_and_stock(web: httpx.Client) -> None:
    answer = web.get(PRODUCT)
    assert answer.status_code == 200 and '<html lang="zh-CN"' in answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert "Steam 钱包充值码 ¥200" in main and "¥198.00" in main and ("有货" in main or "仅剩" in main)
    told = data_of(answer.text)
    assert (told["@type"], told["name"]) == ("Product", "Steam 钱包充值码 ¥200")
    assert told["offers"]["price"] == "198.00" and told["offers"]["availability"].endswith("InStock")
    assert f'rel="canonical" href="http://localhost:{answer.url.port}{PRODUCT}"' in answer.text
    assert 'property="og:title" content="Steam 钱包充值码 ¥200' in answer.text


@pytest.mark.parametrize(("path", "words"), [("/", "Steam 钱包充值码 ¥200"), ("/help", "<h1"), ("/rules", "<h1")])
def test_a1_public_pages_come_with_title_description_and_content(web: httpx.Client, path: str, words: str) -> None:
    html = web.get(path).text
    assert words in html and re.search(r"<title>[^<]{4,}</title>", html)
    assert re.search(r'<meta content="[^"]{10,}" name="description"', html) and 'name="robots"' not in html
    assert not re.search(rf"<main.*?{SKELETON}.*?</main>", html, re.DOTALL), "a skeleton is no content"


def test_a1_what_does_not_exist_is_not_found(web: httpx.Client) -> None:
    for path in ("/p/nothing-of-ours", "/p/nothing-of-ours?quantity=2", "/nowhere"):
        assert web.get(path).status_code == 404, path
    html = web.get("/p/nothing-of-ours").text
    assert "没有找到相关内容" in html and "canonical" not in html


def test_a1_an_address_with_a_dot_is_a_page_to_who_opens_it_and_a_file_to_a_script(
    web: httpx.Client, plain: httpx.Client
) -> None:
    for path in ("/nowhere", "/no.where", "/old/index.html"):
        answer = web.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
        assert (answer.status_code, "没有找到相关内容" in answer.text) == (404, True), path
    told = plain.get("/assets/nothing.js", headers={"Accept": "*/*"})
    assert told.status_code == 404 and "没有找到相关内容" not in told.text


def test_a1_a_page_is_drawn_in_the_language_that_was_chosen(web: httpx.Client) -> None:
    html = web.get(PRODUCT, headers={"Cookie": "locale=en"}).text
    assert '<html lang="en"' in html and "Buy now" in html and "立即购买" not in html.partition("<script>window")[0]


def test_a1_origin_comes_from_the_settings_not_from_who_asks(web: httpx.Client) -> None:
    html = web.get(PRODUCT, headers={"Host": "evil.example"}).text
    assert "evil.example" not in html.partition("</head>")[0]


def test_a1_a_page_has_one_address(web: httpx.Client) -> None:
    for path, told in (("/help/", "/help"), (f"{PRODUCT}/?quantity=2", f"{PRODUCT}?quantity=2")):
        answer = web.get(path)
        assert (answer.status_code, answer.headers["location"]) == (308, told)


def test_a1_robots_and_sitemap(web: httpx.Client) -> None:
    robots, sitemap = web.get("/robots.txt").text, web.get("/sitemap.xml").text
    assert "Disallow: /orders" in robots and "/sitemap.xml" in robots
    places = re.findall(r"<loc>([^<]+)</loc>", sitemap)
    assert any(place.endswith(PRODUCT) for place in places) and len(places) == len(set(places))
    for place in places:
        assert web.get(place.replace("&amp;", "&")).status_code == 200, place


def test_a2_what_stays_the_same_is_not_sent_twice(web: httpx.Client) -> None:
    first = web.get("/rules")
    assert first.headers["cache-control"] == "no-cache" and first.headers["etag"].startswith("W/")
    again = web.get("/rules", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    script = re.findall(r'"(/assets/[^"]+\.js)"', first.text)[0]
    answer = web.get(script, headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br" and "immutable" in answer.headers["cache-control"]


def test_a3_personal_addresses_are_the_same_for_everybody_and_show_their_skeleton(
    town: Town, web: httpx.Client
) -> None:
    alice = town.alice()
    cookies = {"Cookie": "; ".join(f"{one.get('name')}={one.get('value')}" for one in alice.page.context.cookies())}
    no = town.db.execute(text('SELECT no FROM "order" ORDER BY id LIMIT 1')).scalar_one()
    for path in (f"/orders/{no}", "/orders/CM1", "/orders/<script>"):
        mine, nobodys = web.get(path, headers=cookies), web.get(path)
        assert mine.content == nobodys.content == web.get("/orders/CM1").content, path
        assert SKELETON in nobodys.text and no not in nobodys.text


@contextmanager
def named(app: App, slug: str, name: str) -> Iterator[None]:
    """The product has this name meanwhile."""
    asked, change = "SELECT name FROM product WHERE slug = :slug", "UPDATE product SET name = :name WHERE slug = :slug"
    with writing_into(app) as base:
        before = base.execute(text(asked), {"slug": slug}).scalar_one()
        base.execute(text(change), {"slug": slug, "name": name})
    try:
        yield
    finally:
        with writing_into(app) as base:
            base.execute(text(change), {"slug": slug, "name": before})


def test_a3_a_merchant_s_words_stay_words(app: App, new_page: NewPage, web: httpx.Client) -> None:
    with named(app, "steam-200", HOSTILE):
        for path in (PRODUCT, "/"):
            html = web.get(path).text
            assert "<img src=x" not in html
            assert "\u2028" not in html.partition("window.__first")[2].partition("</script>")[0]
        assert data_of(web.get(PRODUCT).text)["name"] == HOSTILE
        page = new_page()  # a script error fails this test
        page.goto(PRODUCT)
        expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
        expect(page.get_by_role("link", name="登录").first).to_be_visible()
        assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("path", ["/", PRODUCT, "/help", "/rules", "/?category=game_card"])
def test_a1_the_browser_takes_the_drawn_page_over_as_it_is(new_page: NewPage, path: str, locale: str) -> None:
    """No hydration error: that would be a console error, which fails the test."""
    page = new_page(viewport=PHONE)
    page.request.post("/locale", form={"locale": locale})
    page.add_init_script(KEEP)
    page.goto(path)
    expect(page.locator("header a[href^='/login']").first).to_be_visible()
    same = page.evaluate("firstHeading.isConnected && firstWords === document.querySelector('main').innerText")
    assert same, "React drew the page anew"
    expect(page.locator("html")).to_have_attribute("lang", "en" if locale == "en" else "zh-CN")


def test_a1_the_address_of_a_category_stays_its_own(page: Page) -> None:
    page.goto("/?category=game_card")
    expect(page.locator("header a[href^='/login']").first).to_be_visible()
    expect(page.locator("link[rel=canonical]")).to_have_attribute("href", re.compile(r"/\?category=game_card$"))


def test_a1_titles_follow_the_page_inside_the_application(page: Page) -> None:
    page.goto("/")
    home = page.title()
    page.locator(f"main a[href='{PRODUCT}']").click()
    expect(page).to_have_title(re.compile("Steam 钱包充值码 ¥200"))
    expect(page.locator("meta[name=description]")).to_have_attribute("content", re.compile("¥198.00"))
    expect(page.locator("link[rel=canonical], script[type='application/ld+json']")).to_have_count(
        0
    )  # of the page before
    page.go_back()
    expect(page).to_have_title(home)


def drawers(app: App) -> list[psutil.Process]:
    """The processes that draw pages for this application."""
    ours = psutil.Process(app.group).children(recursive=True)
    return [one for one in ours if one.is_running() and "--input-type=module" in one.cmdline()]


@pytest.mark.parametrize("sent", [signal.SIGSTOP, signal.SIGKILL])
def test_a1_a_page_opens_when_what_draws_it_is_gone(app: App, plain: httpx.Client, sent: signal.Signals) -> None:
    def drawn() -> bool:
        return "<h1" in plain.get(PRODUCT, timeout=30).text

    assert drawn() and drawers(app)
    plain.get("/?q=forget")  # whatever is kept does not need to be drawn
    for one in drawers(app):
        one.send_signal(sent)
    answer = plain.get(f"/?q={sent.name}", timeout=30)  # not drawn before
    assert answer.status_code == 200 and "<html" in answer.text
    patience.until(
        lambda: f"“{sent.name}”" in plain.get(f"/?q={sent.name}", timeout=30).text, "nothing is drawn any more"
    )


def test_a3_back_finds_the_place_the_filter_and_the_rows(town: Town) -> None:
    alice = Shopper(town.new_page(viewport=PHONE))
    alice.sign_in("alice")
    alice.visit("/orders?stage=delivered")
    shown = alice.shown()
    alice.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    last = alice.row(shown[-1]).get_by_role("link").first
    last.scroll_into_view_if_needed()
    place = alice.page.evaluate("window.scrollY")
    assert place > PHONE[1], "the list is too short to be scrolled"
    last.click()
    alice.page.wait_for_url(re.compile(r"/orders/CM"))
    expect(alice.page.get_by_role("heading", level=1)).to_be_visible()
    alice.page.go_back()
    alice.page.wait_for_url(re.compile("stage=delivered"))
    expect(alice.row(shown[-1])).to_be_in_viewport()
    assert alice.shown() == shown
    assert abs(alice.page.evaluate("window.scrollY") - place) < 100


def test_a3_a_purchase_survives_signing_in(new_page: NewPage) -> None:
    dave = Shopper(new_page())
    dave.visit(PRODUCT)
    dave.page.get_by_label("数量").select_option("3")
    dave.press(dave.button("立即购买"))
    dave.page.wait_for_url(re.compile("/login"))
    dave.page.locator("input[name=identifier]").fill("dave@cardmall.test")
    dave.page.locator("input[name=password]").fill("cardmall-demo")
    dave.press(dave.page.get_by_role("main").get_by_role("button", name="登录"))
    dave.page.wait_for_url(re.compile(PRODUCT))
    expect(dave.page.get_by_label("数量")).to_have_value("3")
    dave.place()
    expect(dave.page.get_by_text("¥594.00").first).to_be_visible()


def test_d_the_shelf_is_narrowed_down_and_ordered(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE)
    page.goto("/")
    page.get_by_role("link", name="价格从低到高").click()
    page.wait_for_url(re.compile("order=price_up"))
    prices = page.locator("main li b").filter(has_text="¥")
    expect(prices.first).to_have_text("¥50.00 起")  # a group, by its cheapest
    expect(page.get_by_label("最低价格")).to_be_hidden()  # folded on a phone
    page.get_by_text("筛选").click()
    page.get_by_label("最低价格").fill("100")
    page.get_by_label("最高价格").fill("20")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#price-error")).to_be_visible()
    expect(page.get_by_role("button", name="确定")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("最低价格")).to_have_value("100")
    page.get_by_label("最高价格").fill("200")
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(re.compile("high=200"))
    expect(page.locator("#price-error")).to_have_text("")
    texts = prices.all_inner_texts()
    shown = [float(text.strip("¥ 起").replace(",", "")) for text in texts]
    assert shown == sorted(shown)
    single = [fen for fen, text in zip(shown, texts, strict=True) if "起" not in text]  # of a group, any fits
    assert single and min(single) >= 100 and max(single) <= 200
    expect(page.get_by_label("最低价格")).to_be_hidden()
    page.get_by_text("筛选").click()
    page.get_by_role("link", name="只看有货").click()
    page.wait_for_url(re.compile("stock=1"))
    assert "order=price_up" in page.url and "low=100" in page.url
    page.set_viewport_size({"width": 1280, "height": 800})  # wide enough to show it all
    expect(page.get_by_role("link", name="只看有货")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="清除条件").click()
    page.wait_for_url(re.compile(r"\?order=price_up$"))
    expect(page.get_by_role("link", name="清除条件")).to_have_count(0)


def test_a1_a_fresh_page_is_not_told_what_the_tab_showed_before(new_page: NewPage) -> None:
    """Neither flashes, nor takes back what was typed before the page was live."""
    page = new_page(viewport=PHONE)
    page.goto("/?low=100&high=20")
    expect(page.locator("header a[href^='/login']").first).to_be_visible()
    page.goto("/?low=1&high=300")
    page.evaluate("""() => {
      window.seen = new Set();
      const look = () => {
        const live = document.querySelector("header a[href^='/login']");
        const error = document.querySelector("#price-error")?.textContent;
        seen.add([error, document.querySelectorAll("main li").length].join());
        if (!live) requestAnimationFrame(look);
      };
      look();
    }""")
    page.get_by_text("筛选").click()
    page.get_by_label("最高价格").fill("200")
    expect(page.locator("header a[href^='/login']").first).to_be_visible()
    assert len(page.evaluate("[...seen]")) == 1
    expect(page.get_by_label("最高价格")).to_have_value("200")


def weight(answer: Response) -> int:
    """Bytes as they come over the line. The copy of a build that tests serve has a script less packed: it knows its
    own port since."""
    sizes, body = answer.request.sizes(), answer.request.sizes()["responseBodySize"]
    if answer.url.endswith(".js") and "content-encoding" not in answer.headers:
        body = len(brotli.compress(answer.body()))
    return body + sizes["responseHeadersSize"]


@pytest.mark.parametrize("path", ["/", "/p/steam-200", "/orders"])
def test_a2_a_first_visit_is_light_and_looks_the_same_after_a_step(new_page: NewPage, path: str) -> None:
    """At most 185 kB and 18 requests; the style sheet is in the page, and stays there for the next one."""
    page, came = new_page(viewport=PHONE), list[Response]()
    page.on("response", lambda answer: came.append(answer))
    page.goto(path)
    expect(page.locator("header a[href^='/login']").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    weights = {answer.url: weight(answer) for answer in came}
    assert (sum(weights.values()) <= 185_000, len(came) <= 18) == (True, True), weights
    ink = "getComputedStyle(document.querySelector('header')).backgroundColor"
    look = page.evaluate(ink)
    page.locator("footer a[href='/help']").first.click()
    expect(page.locator("main h1")).to_contain_text("取消")
    assert page.evaluate(ink) == look != "rgba(0, 0, 0, 0)"
    assert not [answer.url for answer in came if ".css" in answer.url]
