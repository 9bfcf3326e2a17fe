"""A merchant is given no link to a page that is closed to them or stands in another frame."""

from collections.abc import Iterator

from playwright.sync_api import expect
from sqlalchemy import text

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.person import Person
from tests.e2e.town import Town

LISTS = ("/merchant", "/merchant/delivery", "/merchant/messages", "/merchant/money", "/inbox")
SHOP = "JOIN shop s ON s.id = {}.shop_id WHERE s.slug = 'qinghe'"
OF_ORDER = f'JOIN "order" o ON o.id = {{}}.order_id {SHOP.format("o")}'
# One number of each kind and state of what the shop sold.
NUMBERS = {
    "/merchant/orders/{}": f'SELECT max(o.no) FROM "order" o {SHOP.format("o")} GROUP BY o.status, o.stage',
    "/merchant/orders/{}/refund": f'SELECT max(o.no) FROM "order" o {SHOP.format("o")} GROUP BY o.status',
    "/merchant/cases/{}": f'SELECT max(c.no) FROM "case" c {SHOP.format("c")} GROUP BY c.status',
    "/merchant/messages?order={}": f"SELECT max(o.no) FROM conversation t {OF_ORDER.format('t')}",
    "/orders/{}/print": f'SELECT max(o.no) FROM "order" o {SHOP.format("o")} GROUP BY o.status',
    "/refunds/{}": f"SELECT max(r.no) FROM refund r {OF_ORDER.format('r')} GROUP BY r.status",
    "/transfers/{}": f"SELECT max(t.no) FROM transfer t {OF_ORDER.format('t')} GROUP BY t.status",
}
LINKS = """els => els.map((el) => new URL(el.href)).filter((u) => u.origin === location.origin)
  .map((u) => u.pathname + u.search).filter((path) => !path.startsWith("/pictures/"))"""


def starts(town: Town) -> Iterator[str]:
    """Every page of a merchant, each once for every state of what it shows."""
    yield from LISTS
    for path, asked in NUMBERS.items():
        yield from (path.format(no) for no in town.db.execute(text(asked)).scalars() if no)


def links_of(person: Person, path: str) -> set[str]:
    shown(person, path)
    return set(person.page.locator("main a[href]:not([download])").evaluate_all(LINKS))


def shown(person: Person, path: str) -> None:
    """Its content, no longer what stands there while it loads."""
    person.visit(path)
    expect(person.page.locator("main h1:not([data-loading])").first).to_be_attached()


def test_b6_every_link_of_a_merchant_opens(town: Town) -> None:
    bob = town.bob()
    seen = dict.fromkeys(starts(town))
    told = {link for path in list(seen) for link in links_of(bob, path)}
    closed = []
    for link in sorted(told):
        shown(bob, link)
        if bob.page.locator("main [data-lost]").count():
            closed.append(link)
    assert len(told) > len(seen) and closed == []


def test_b6_what_both_sides_open_stands_in_the_merchants_own_frame(town: Town) -> None:
    bob = town.bob()
    for path in (path for path in starts(town) if not path.startswith(("/merchant", "/inbox"))):
        shown(bob, path)
        expect(bob.page.get_by_role("navigation", name="商家中心")).to_be_visible()


def test_b6_an_ended_order_is_read_by_the_shop_that_sold_it(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("reader-year")
    dave.request(no)
    town.bob().open_case(no).approve()
    bob = town.bob().visit(f"/merchant/orders/{no}")
    main = bob.page.locator("main")
    expect(main.get_by_role("heading", level=1)).to_contain_text("读书会员 年卡")
    expect(main).to_contain_text("¥168.00")
    bob.press(main.get_by_role("link", name="取消订单"))
    bob.page.wait_for_url("**/merchant/cases/AS*")
    bob.press(bob.link(no).first)
    bob.page.wait_for_url(f"**/merchant/orders/{no}")
    bob.press(bob.link("与买家沟通"))
    expect(bob.page.get_by_role("heading", name="读书会员 年卡")).to_be_visible()
    erin: Merchant = town.erin()
    erin.visit(f"/merchant/orders/{no}")
    expect(erin.page.locator("main [data-lost]")).to_be_attached()
