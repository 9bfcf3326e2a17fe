"""100,000 codes come into stock while the server is killed -9 as they are read, compared and stocked (R88, R89)."""

import re
import secrets
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection, text

from tests.e2e.bad_lines import CODES, Table, bad_table
from tests.e2e.conftest import DESK
from tests.e2e.pages.demo import Clock
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_goods import fill, save
from tests.e2e.test_kind_connection import Place
from tests.e2e.test_stock import import_text
from tests.e2e.truth import looking_into, settled
from tests.serving import App

OTHER = "cloud-disk"  # of Bob's, too
LABELS = {
    "good": "可以入库", "cleaned": "可以入库，已去除不可见字符", "blank": "空行", "too_long": "超过 2000 字符",
    "too_many_lines": "超过 20 行", "repeated": "本次重复", "in_stock": "库存中已有", "sold": "曾经售出",
    "elsewhere": "其他商品中已有",
}  # fmt: skip
LONG = 600_000  # ms; for 100,000 codes beside whatever else this machine does


def person(browser: Browser, app: App) -> Page:
    size = {"width": DESK[0], "height": DESK[1]}
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=app.url)  # type: ignore[arg-type]
    return context.new_page()


def made(bob: Merchant) -> str:
    """A product delivered at once, without codes; its slug."""
    bob.visit("/merchant/products/new")
    fill(bob.page, 商品名="星河点卡 100 点", 价格="10", 使用规则="使用：查看卡密即视为使用，不能撤销")
    save(bob).page.wait_for_url(re.compile(r"/merchant/products/[a-z0-9-]+-[a-z0-9]{4}$"))
    bob.press(bob.button("上架"))
    expect(bob.button("下架")).to_be_visible()
    return bob.page.url.rpartition("/")[2]


def stock(bob: Merchant, slug: str, codes: list[str]) -> str:
    """The number of their batch."""
    batch = import_text(bob, slug, "\n".join(codes))
    bob.press(bob.button(f"入库 {len(codes)} 件，跳过 0 行")).sees(f"已入库 {len(codes)} 件")
    return batch


def history(bob: Merchant, dave: Shopper, clock: Clock, slug: str, table: Table) -> None:
    """Codes that are sold, in stock, another product's, and withdrawn, before the list comes."""
    known = table.known
    stock(bob, slug, known["sold"])
    for most in (5, 3):  # of what is left nobody may hold more unpaid
        dave.buy(slug, quantity=most)
    clock.five_minutes()
    dave.sees("卡密已发货")
    batch = stock(bob, slug, known["withdrawn"])
    bob.press(bob.link("回到库存"))
    newest = bob.page.locator("tbody tr").filter(has_text=batch)
    bob.press(bob.button("撤出", within=newest)).press(bob.button("撤出", within=bob.dialog()))
    expect(newest).to_contain_text(f"已撤出 {len(known['withdrawn'])} 件")
    stock(bob, slug, known["stock"])
    stock(bob, OTHER, known["other"])


def of_batch(db: Connection, name: str, what: str) -> object:
    return db.execute(text(f"SELECT {what} FROM batch WHERE name = :name"), {"name": name}).scalar_one()


def came_to(db: Connection, name: str, reached: str) -> None:
    """The job of a killed process is taken up again a minute later."""
    end = time.monotonic() + LONG / 1000
    while not (come := of_batch(db, name, reached)) and time.monotonic() < end:
        time.sleep(0.01)
    assert come, f"the list never came to {reached}"


def killed_once(place: Place, name: str, reached: str) -> None:
    """Serve, and kill -9 as soon as the list has come so far."""
    with place.serve() as app, looking_into(app) as db:
        came_to(db, name, reached)
        app.kill()


@pytest.mark.long
def test_a_hundred_thousand_codes_come_into_stock_once_through_four_kills(browser: Browser, tmp_path: Path) -> None:
    place, table = Place(tmp_path), bad_table(secrets.token_hex(4).upper())
    good = table.counts["good"] + table.counts["cleaned"]
    with place.serve() as app, looking_into(app) as db:
        bob, dave = Merchant(person(browser, app)), Shopper(person(browser, app))
        bob.sign_in("bob")
        dave.sign_in("dave")
        slug = made(bob)
        history(bob, dave, Clock(person(browser, app)), slug, table)
        bob.visit(f"/merchant/stock/{slug}/import")
        bob.page.get_by_label("选择文件").set_input_files(
            {"name": "codes.csv", "mimeType": "text/csv", "buffer": table.data}
        )
        bob.press(bob.button("检查卡密"))
        bob.page.wait_for_url(re.compile(r"batch=PC-\d{6}-\d+"), timeout=LONG)
        name = bob.page.url.rpartition("=")[2]
        app.kill()  # before it is read, or while
    killed_once(place, name, "looked > 0 AND looked < parts")
    with place.serve():
        yes = bob.button(f"入库 {good} 件，跳过 {sum(table.counts.values()) - good} 行")
        expect(yes).to_be_visible(timeout=LONG)
        for verdict, label in LABELS.items():
            row = bob.page.get_by_role("listitem").filter(has=bob.page.get_by_text(label, exact=True))
            expect(row.locator("b").first).to_have_text(str(table.counts[verdict]))
        shown = bob.page.content()
        assert not [code for codes in table.known.values() for code in codes if code in shown]
        bob.page.get_by_label("批次备注").fill("十万")
        bob.press(yes)
        expect(bob.page.get_by_role("status").filter(has_text="正在入库")).to_be_visible()
    killed_once(place, name, "done > 5 AND done < parts")
    killed_once(place, name, "done > 60 AND done < parts")
    with place.serve() as app, looking_into(app) as db:
        expect(bob.page.get_by_text(f"已入库 {good} 件")).to_be_visible(timeout=LONG)
        came = "SELECT count(*) FROM card c JOIN batch b ON b.id = c.batch_id WHERE b.name = :name AND"
        for which, wanted in (("c.status = 'available'", good), ("c.status <> 'available'", 0)):
            assert db.execute(text(f"{came} {which}"), {"name": name}).scalar_one() == wanted
        assert of_batch(db, name, "taken") == 0
        for kept in ("batch_text", "batch_part"):
            assert db.execute(text(f"SELECT count(*) FROM {kept}")).scalar_one() == 0
        assert CODES - 1000 < good < CODES
        shelf = len(table.known["stock"])
        bob.visit("/merchant/stock")
        expect(bob.page.locator("tr").filter(has_text="星河点卡")).to_contain_text("件以上")
        no = dave.buy(slug, quantity=shelf + 1)  # the oldest first, then one of the list
        assert settled(lambda: sold_of(db, name), 1) == 1, no
        for one in (bob, dave):
            one.page.context.close()


def sold_of(db: Connection, name: str) -> int:
    sold = (
        "SELECT count(*) FROM card c JOIN batch b ON b.id = c.batch_id WHERE b.name = :name AND c.order_id IS NOT NULL"
    )
    return db.execute(text(sold), {"name": name}).scalar_one()
