"""B7: axe finds nothing on any page, in both languages, both appearances, on a desk and on a phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.person import Person

PUBLIC = ("/", "/p/steam-200", "/p/nothing", "/login", "/register", "/forgot", "/help", "/rules", "/demo", "/nowhere")
SHOPPERS = ("/orders", "/inbox", "/me", "/merchant")
MERCHANTS = (
    "/merchant", "/merchant/delivery", "/merchant/messages", "/merchant/money", "/merchant/products",
    "/merchant/products/new", "/merchant/stock", "/orders",
)  # fmt: skip
ADMINS = (
    "/admin", "/admin/support", "/admin/abnormal", "/admin/money", "/admin/shops", "/admin/people", "/admin/calendar",
    "/admin/audit",
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
BOBS_GOODS = f"SELECT max(slug) FROM product WHERE shop_id = {BOBS} GROUP BY mode, listed"
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
        "": list(PUBLIC),
        "alice": [*SHOPPERS, *of_orders, *others, *hers],
        "bob": [
            *MERCHANTS,
            *[f"/merchant/cases/{no}" for no in numbers(db, BOBS_CASES)],
            *[f"/merchant/orders/{no}" for no in numbers(db, BOBS_ORDERS)],
            *[f"/merchant/{page}" for slug in numbers(db, BOBS_GOODS) for page in of_goods(slug)],
        ],
        "carol": [*ADMINS, *[f"/admin/cases/{no}" for no in numbers(db, EVERY_CASE)]],
    }


@pytest.mark.long
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_axe_finds_nothing(
    new_page: Callable[..., Page], db: Connection, locale: str, appearance: str, viewport: tuple[int, int]
) -> None:
    found, seen = [], 0
    for who, paths in pages(db).items():
        page = new_page(viewport=viewport, color_scheme=appearance, allow=("404", "403"))
        if who:
            Person(page).sign_in(who)
        page.request.post("/locale", form={"locale": locale})
        for path in paths:
            page.goto(path)
            expect(page.locator("main h1:not([data-loading])").first).to_be_attached()
            expect(page.locator(".breathe")).to_have_count(0)
            seen += 1
            for violation in Axe().run(page).response["violations"]:
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{who or 'nobody'} {path}: {violation['id']} {nodes}")
        page.request.post("/locale", form={"locale": "zh_CN"})
    print(f"{locale} {appearance} {viewport[0]}: {seen} pages, {len(found)} violations")
    assert not found, "\n".join(found)
