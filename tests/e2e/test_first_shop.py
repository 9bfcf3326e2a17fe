"""Outside demo mode, from an empty machine: a shop is made, its owner lists a product with stock (R85, R89)."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.person import Person
from tests.e2e.test_goods import FORM, fill, save
from tests.e2e.test_kind_connection import Place
from tests.e2e.test_stock import import_text
from tests.patience import PATIENCE
from tests.serving import AGAIN, ROOT, App, serve, surroundings

OWNER, WORD = "owner@mall.example", "ein langes Kennwort 7"
CODES = [f"FIRST-{n:04d}" for n in range(30)]


def visitor(browser: Browser, app: App) -> Person:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", base_url=app.url)
    context.set_default_timeout(PATIENCE * 1000)
    return Person(context.new_page())


def sign_in(owner: Merchant) -> None:
    owner.visit("/login")
    owner.page.locator("input[name=identifier]").fill(OWNER)
    owner.page.locator("input[name=password]").fill(WORD)
    owner.press(owner.page.get_by_role("main").get_by_role("button", name="登录"))
    owner.page.wait_for_url(lambda url: "/login" not in url)


def test_from_nothing_to_a_product_on_sale_with_stock(browser: Browser, tmp_path: Path) -> None:
    place = Place(tmp_path)
    earnest = {
        "CARDMALL_SECRET": "the first shop of all " * 2,
        "CARDMALL_TRUSTED_PROXIES": "none",
        "CARDMALL_SECURE_COOKIES": "0",
        "CARDMALL_PUBLIC_URL": f"http://localhost:{place.port}",
    }
    begin = [sys.executable, "-m", "cardmall", "create-shop", "first", "第一家店", OWNER]
    home = surroundings(place.data, **earnest)
    subprocess.run(begin, cwd=ROOT, env=home, input=f"{WORD}\n", text=True, check=True, capture_output=True)
    with serve(place.data, AGAIN, PORT=place.port, REFLEX_WEB_WORKDIR=str(place.web), **earnest) as app:
        owner = Merchant(visitor(browser, app).page)
        sign_in(owner)
        expect(owner.page.get_by_text("演示环境")).to_have_count(0)
        owner.visit("/merchant/products").press(owner.link("新建商品").first)
        fill(owner.page, 商品名="读书会员 年卡", 价格="168", 使用规则="查看卡密即视为使用，不支持退换")
        save(owner).page.wait_for_url(FORM)
        slug = owner.page.url.rpartition("/")[2]
        import_text(owner, slug, "\n".join([*CODES, CODES[0]]))
        owner.press(owner.button("入库 30 件，跳过 1 行")).sees("已入库 30 件")
        owner.visit(f"/merchant/products/{slug}").press(owner.button("上架"))
        expect(owner.button("下架")).to_be_visible()
        stranger = visitor(browser, app)
        stranger.visit("/").sees("读书会员 年卡", "第一家店", "有货")
        stranger.visit(f"/p/{slug}").sees("¥168.00", "有货", "第一家店")
