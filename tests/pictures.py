"""Photographs the demo town for the README, desk and phone: `python -m tests.pictures [name ...]`."""

import sqlite3
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import browser as chromium
from tests.serving import ROOT, App, serve

FOLDER = ROOT / "docs" / "pictures"
SIZES = {"desk": (1280, 800), "phone": (375, 812)}
PASSWORD = "cardmall-demo"  # of the demo town, printed by every start
ALICE, BOB, CAROL = "alice@cardmall.test", "bob@cardmall.test", "carol@cardmall.test"
# Picture → who looks (None: a visitor), at which page; {case} and {orders by state} are read from the demo town.
PAGES: dict[str, tuple[str | None, str]] = {
    "home": (None, "/"),
    "product": (None, "/p/office-home"),
    "orders": (ALICE, "/orders"),
    "order": (ALICE, "/orders/{waiting}"),
    "order-in-case": (ALICE, "/orders/{in_case}"),
    "cancel": (ALICE, "/orders/{waiting}/cancel?way=request"),
    "case-offered": (ALICE, "/cases/{offered}"),
    "case-rejected": (ALICE, "/cases/{rejected}"),
    "refund": (ALICE, "/refunds/{refund}"),
    "transfer": (ALICE, "/transfers/{transfer}"),
    "review-queue": (BOB, "/merchant"),
    "review-case": (BOB, "/merchant/cases/{case}"),
    "sold-order": (BOB, "/merchant/orders/{sold}"),
    "shop-orders": (BOB, "/merchant/orders"),
    "goods": (BOB, "/merchant/products"),
    "goods-form": (BOB, "/merchant/products/office-home"),
    "stock": (BOB, "/merchant/stock/office-home"),
    "stock-import": (BOB, "/merchant/stock/office-home/import"),
    "messages": (BOB, "/merchant/messages"),
    "money": (BOB, "/merchant/money"),
    "appeals": (CAROL, "/admin"),
    "appeal": (CAROL, "/admin/cases/{appeal}"),
    "abnormal": (CAROL, "/admin/abnormal"),
    "books": (CAROL, "/admin/money"),
    "support": (ALICE, "/support/{asked}"),
    "questions": (CAROL, "/admin/support?order={asked}"),
    "help": (None, "/help"),
    "rules": (None, "/rules"),
}
NUMBERS = {
    "waiting": "SELECT no FROM \"order\" WHERE status = 'awaiting_delivery' AND mode = 'auto' ORDER BY id DESC",
    "in_case": "SELECT no FROM \"order\" WHERE stage = 'in_case' ORDER BY id DESC",
    "case": 'SELECT c.no FROM "case" c JOIN shop s ON s.id = c.shop_id '
    "WHERE c.status = 'review' AND s.slug = 'qinghe' ORDER BY c.opened_at DESC",
    "sold": 'SELECT o.no FROM "order" o JOIN shop s ON s.id = o.shop_id '
    "WHERE o.status = 'canceled' AND s.slug = 'qinghe' ORDER BY o.id DESC",
    "offered": "SELECT no FROM \"case\" WHERE status = 'offered' AND offer_kind = 'amount'",
    "rejected": "SELECT no FROM \"case\" WHERE status = 'rejected' ORDER BY id DESC",
    "appeal": 'SELECT c.no FROM "case" c JOIN "order" o ON o.id = c.order_id '
    "WHERE c.status = 'appeal' AND o.status = 'delivered' ORDER BY c.deadline",
    "refund": "SELECT no FROM refund WHERE status = 'needs_attention'",
    "transfer": "SELECT no FROM transfer WHERE status = 'offered'",
    "asked": 'SELECT o.no FROM support_thread t JOIN "order" o ON o.id = t.order_id ORDER BY o.id',
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = chromium.find()
    with tempfile.TemporaryDirectory() as data, serve(Path(data)) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        numbers = _numbers(Path(data) / "cardmall.db")
        wanted = sys.argv[1:] or PAGES
        for name, (who, route) in ((name, PAGES[name]) for name in wanted):
            for size in SIZES:
                _photograph(browser, app, who, route.format(**numbers), size, FOLDER / f"{name}-{size}.png")
        browser.close()


def _numbers(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as base:
        return {name: base.execute(asked).fetchone()[0] for name, asked in NUMBERS.items()}


def _photograph(browser: Browser, app: App, who: str | None, route: str, size: str, target: Path) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=app.url, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    if who:
        context.request.post("/auth/sign-in", form={"identifier": who, "password": PASSWORD}, fail_on_status_code=True)
    page = context.new_page()
    page.goto(route)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # the page's first state arrives over the event socket
    page.screenshot(path=target, full_page=True)
    print(target.relative_to(ROOT), flush=True)
    context.close()


if __name__ == "__main__":
    main()
