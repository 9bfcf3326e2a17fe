"""B7: axe finds nothing on any page, in both languages, both appearances, on a desk and on a phone."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from cardmall import routes
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.truth import looking_into
from tests.serving import App

PUBLIC = ("/", "/p/nothing", "/login", "/register", "/forgot", "/help", "/rules", "/demo", "/nowhere")
SHOPPERS = ("/orders", "/inbox", "/me", "/merchant")
MERCHANTS = (
    "/merchant", "/merchant/delivery", "/merchant/messages", "/merchant/money", "/merchant/products",
    "/merchant/products/new", "/merchant/stock", "/merchant/orders", "/merchant/orders?channel=alipay&least=x&q=1234",
    "/orders", "/merchant/shop",
)  # fmt: skip
ADMINS = (
    "/admin", "/admin/support", "/admin/abnormal", "/admin/money", "/admin/shops", "/admin/people", "/admin/calendar",
    "/admin/audit", "/admin/orders", "/admin/orders?q=alice@cardmall.test", "/admin/orders?shop=qinghe",
    "/admin/shops/qinghe",
)  # fmt: skip
ALICE = "(SELECT id FROM account WHERE email = 'alice@cardmall.test')"
BOBS = "(SELECT shop_id FROM account WHERE email = 'bob@cardmall.test')"
HERS = f'IN (SELECT id FROM "order" WHERE shopper_id = {ALICE})'
# One number for each state of what it names.
ORDERS = f'SELECT max(no) FROM "order" WHERE shopper_id = {ALICE} GROUP BY status, stage'
CASES = f'SELECT max(no) FROM "case" WHERE order_id {HERS} GROUP BY status'
BOBS_CASES = f'SELECT max(no) FROM "case" WHERE shop_id = {BOBS} GROUP BY status'
BOBS_ORDERS = f'SELECT max(no) FROM "order" WHERE shop_id = {BOBS} GROUP BY status, stage'
EVERY_CASE = 'SELECT max(no) FROM "case" GROUP BY status'
PEOPLE = "SELECT min(id) FROM account GROUP BY role"
GOODS = "SELECT slug FROM product"
BOBS_GOODS = f"SELECT max(slug) FROM product WHERE shop_id = {BOBS} GROUP BY mode, form, listed"
REFUNDS = f"SELECT max(no) FROM refund WHERE order_id {HERS} GROUP BY status"
TRANSFERS = f"SELECT max(no) FROM transfer WHERE order_id {HERS} GROUP BY status"


def numbers(db: Connection, asked: str) -> list[str]:
    return [row[0] for row in db.execute(text(asked))]


def of_goods(slug: str) -> tuple[str, ...]:
    return f"products/{slug}", f"stock/{slug}", f"stock/{slug}/import"


def pages(db: Connection) -> dict[str, list[str]]:
    """Every page that each person can open, one for each state of what it shows."""
    orders = numbers(db, ORDERS)
    of_orders = [f"/orders/{no}{tail}" for no in orders for tail in ("", "/cancel", "/transfer", "/print")]
    others = [f"/support/{no}" for no in orders[:3]] + [f"/checkout/{no}" for no in orders[:2]]
    found = {"cases": CASES, "refunds": REFUNDS, "transfers": TRANSFERS}
    hers = [f"/{kind}/{no}" for kind, asked in found.items() for no in numbers(db, asked)]
    return {
        "": [*PUBLIC, *[f"/p/{slug}" for slug in numbers(db, GOODS)]],
        "alice": [*SHOPPERS, *of_orders, *others, *hers],
        "bob": [
            *MERCHANTS,
            *[f"/merchant/cases/{no}" for no in numbers(db, BOBS_CASES)],
            *[f"/merchant/orders/{no}{tail}" for no in numbers(db, BOBS_ORDERS) for tail in ("", "/refund")],
            *[f"/merchant/{page}" for slug in numbers(db, BOBS_GOODS) for page in of_goods(slug)],
        ],
        "carol": [
            *ADMINS,
            *[f"/admin/cases/{no}" for no in numbers(db, EVERY_CASE)],
            *[f"/admin/orders/{no}" for no in numbers(db, BOBS_ORDERS)],
            *[f"/admin/people/{no}" for no in numbers(db, PEOPLE)],
        ],
    }


def routes_not_met(paths: list[str]) -> list[str]:
    """The pages of the application that none of these addresses opens."""
    sources = "".join(file.read_text() for file in Path("cardmall/pages").rglob("*.py"))
    every = [getattr(routes, name) for name in re.findall(r'"route": routes\.(\w+)', sources)]
    return [each for each in every if not any(re.fullmatch(re.sub(r"\[\w+\]", "[^/]+", each), path) for path in paths)]


@pytest.fixture(scope="module")
def everywhere(app: App) -> dict[str, list[str]]:
    """The pages as the sweep begins: the town moves on meanwhile, and every variant reads the same ones."""
    with looking_into(app) as db:
        found = pages(db)
    assert routes_not_met([path for paths in found.values() for path in paths]) == [routes.PAY]
    return found


def violations(page: Page, who: str) -> list[str]:
    expect(page.locator("main h1:not([data-loading])").first).to_be_attached()
    expect(page.locator(".breathe")).to_have_count(0)
    where = f"{who or 'nobody'} {urlsplit(page.url).path}"
    return [
        f"{where}: {one['id']} {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in Axe().run(page).response["violations"]
    ]


def at_the_cashier(page: Page, locale: str) -> list[str]:
    """What is found there; only an order under way has this page, and few may be left unpaid."""
    shopper = Shopper(page)
    shopper.order("steam-100")
    shopper.go_to_cashier()
    page.request.post("/locale", form={"locale": locale})
    page.reload()
    found = violations(page, "alice")
    page.request.post("/locale", form={"locale": "zh_CN"})
    page.reload()
    page.get_by_role("button", name="支付成功").click()
    page.wait_for_url(re.compile("/orders/CM"))
    return found


@pytest.mark.long
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_axe_finds_nothing(
    new_page: Callable[..., Page],
    everywhere: dict[str, list[str]],
    locale: str,
    appearance: str,
    viewport: tuple[int, int],
) -> None:
    found, seen = [], 0
    for who, paths in everywhere.items():
        page = new_page(viewport=viewport, color_scheme=appearance, allow=("404", "403"))
        if who:
            Person(page).sign_in(who)
        if who == "alice":
            found += at_the_cashier(page, locale)
            seen += 1
        page.request.post("/locale", form={"locale": locale})
        for path in paths:
            page.goto(path)
            found += violations(page, who)
            seen += 1
    print(f"{locale} {appearance} {viewport[0]}: {seen} pages, {len(found)} violations")
    assert not found, "\n".join(found)
