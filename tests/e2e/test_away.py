"""An owner sets the shop away: open pages say so, an order is refused, a paid one runs on; then it is open again."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from playwright.sync_api import Page, WebSocketRoute, expect
from sqlalchemy import text

from tests.e2e.town import Town
from tests.patience import until

SLUG = "skin-box"  # Erin delivers it by hand, within days
DUE = 'SELECT promised_at, status FROM "order" WHERE no = :no'
ORDERED = 'SELECT count(*) FROM "order" o JOIN product p ON p.id = o.product_id WHERE p.slug = :slug'


class SlowLine:
    """The socket of a page on which the server's words can be held back, while what is pressed arrives."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        page.route_web_socket(re.compile("/_event"), self._carry)

    @contextmanager
    def held(self) -> Iterator[None]:
        self._held = []
        yield
        words, self._held = self._held, None
        for socket, word in words:
            socket.send(word)

    def answered(self, press: Callable[[], object]) -> None:
        """Do it, and wait until the server has said something more."""
        before = self._count()
        press()
        until(lambda: self._count() > before)

    def _count(self) -> int:
        self._page.evaluate("0")  # what came until its answer is heard
        return len(self._held or ())

    def _carry(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda word: self._hear(socket, word))

    def _hear(self, socket: WebSocketRoute, word: str | bytes) -> None:
        if self._held is None:
            socket.send(word)
        else:
            self._held.append((socket, word))


def test_it_takes_no_orders_until_it_is_opened_again_and_a_paid_one_runs_on(town: Town) -> None:
    dave, erin, carol = town.dave(), town.erin(), town.carol()
    no = dave.buy(SLUG)
    due = town.db.execute(text(DUE), {"no": no}).one()
    line = SlowLine(dave.page)
    dave.visit(f"/p/{SLUG}")
    expect(dave.button("立即购买")).to_be_enabled()

    erin.visit("/merchant").press(erin.link("店铺"))
    erin.sees("暂停营业", "照常进行")
    erin.press(erin.button("设为暂停营业")).sees("请填写")
    day = erin.page.get_by_label("恢复营业日")
    expect(day).to_be_focused()
    back = date.fromisoformat(day.get_attribute("min") or "") + timedelta(days=2)
    day.fill(back.isoformat())
    erin.page.get_by_label("给买家的留言").fill("家中有事，周末回来")
    erin.press(erin.button("设为暂停营业"))
    expect(erin.dialog()).to_contain_text("照常发货，承诺时间不变")
    with line.held():
        erin.press(erin.button(f"暂停到 {back:%m-%d}", within=erin.dialog()))
        expect(erin.toast("已暂停营业")).to_be_visible()
        orders = town.db.execute(text(ORDERED), {"slug": SLUG}).scalar_one()
        line.answered(lambda: dave.press(dave.button("立即购买")))  # the page did not hear of it yet
    dave.sees("店铺暂停营业中", f"{back:%m-%d} 起可下单", re.compile("家中有事，周末回来"))
    dave.sees("没有下单：店铺刚刚暂停营业")
    expect(dave.button("立即购买")).to_have_count(0)
    assert town.db.execute(text(ORDERED), {"slug": SLUG}).scalar_one() == orders

    dave.visit("/?category=virtual_item").sees(f"{back:%m-%d} 恢复营业")
    dave.open_order(no).sees(re.compile("此订单照常处理，期限不变"))
    assert town.db.execute(text(DUE), {"no": no}).one() == due, "nothing is stretched"
    carol.visit("/admin/shops").sees(f"暂停营业，{back:%m-%d} 恢复", "家中有事，周末回来")

    dave.visit(f"/p/{SLUG}").sees("店铺暂停营业中")
    erin.reload()
    erin.sees("暂停营业中").press(erin.button("立即恢复营业"))
    expect(erin.toast("已恢复营业")).to_be_visible()
    dave.place()  # the page that stood open follows
    assert town.db.execute(text(ORDERED), {"slug": SLUG}).scalar_one() == orders + 1
