"""The server goes away under an open form: a press says so at once and does nothing later."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect
from sqlalchemy import text

from tests.built import copied
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import looking_into, nobody_writes
from tests.patience import PATIENCE, until
from tests.serving import AGAIN, App, free_port, serve


class Place:
    """The same data at the same port through all its lives."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port = folder, str(free_port())
        self.web = copied(folder / "web", self.port)

    @contextmanager
    def serve(self) -> Iterator[App]:
        with serve(self.data, AGAIN, PORT=self.port, REFLEX_WEB_WORKDIR=str(self.web)) as app:
            yield app


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def dave_at(browser: Browser, app: App, viewport: tuple[int, int]) -> Shopper:
    size = {"width": viewport[0], "height": viewport[1]}
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=app.url)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE * 1000)
    dave = Shopper(context.new_page())
    dave.sign_in("dave")
    return dave


def note(page: Page) -> Locator:
    """What is said beside a button that was pressed."""
    return page.locator("[role=alert][data-press]")


def away(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="网络已断开")


def attempts(app: App, no: str) -> int:
    """How many times the order was asked to be canceled."""
    wanted = text('SELECT count(*) FROM attempt a JOIN "order" o ON o.id = a.order_id WHERE o.no = :no')
    with looking_into(app) as db:
        return int(db.execute(wanted, {"no": no}).scalar_one())


def test_b2_a_press_without_a_connection_says_so_and_does_nothing_later(browser: Browser, place: Place) -> None:
    with place.serve() as app:
        people = [dave_at(browser, app, viewport) for viewport in (DESK, PHONE)]
        orders = [dave.buy("reader-year") for dave in people]
        for dave, no in zip(people, orders, strict=True):
            dave.open_form(no).fill_form(text="项目取消了")
        app.kill()
    for dave in people:
        expect(away(dave.page)).to_be_visible(timeout=PATIENCE * 1000)
        dave.press(dave.submit_button())
        expect(note(dave.page)).to_contain_text("没有提交")
        said, act = note(dave.page).bounding_box(), dave.submit_button().bounding_box()
        assert said and act and abs(said["y"] - act["y"]) < 120, "beside the button"
    with place.serve() as app:
        for dave, no in zip(people, orders, strict=True):
            expect(away(dave.page)).to_have_count(0, timeout=PATIENCE * 1000)
            expect(note(dave.page)).to_have_count(0)
            other = Shopper(dave.page.context.new_page())
            other.open_order(no)
            expect(other.panel("waiting_manual")).to_be_visible()
            assert attempts(app, no) == 0
            dave.open_form(no).fill_form().send_form(no)
            expect(dave.panel("in_case")).to_be_visible()
            assert attempts(app, no) == 1
            dave.page.context.close()


def test_what_was_on_its_way_when_the_server_went_is_told_and_what_was_typed_stays(
    browser: Browser, place: Place
) -> None:
    with place.serve() as app:
        dave, reader = (dave_at(browser, app, DESK) for _ in range(2))
        no, other = dave.buy("reader-year"), reader.buy("reader-year")
        guest = browser.new_context(locale="zh-CN", base_url=app.url).new_page()
        guest.goto("/login")
        expect(guest.locator("header a[href^='/login']").first).to_be_visible()
        guest.locator("input[name=identifier]").fill("dave@cardmall.test")
        guest.locator("input[name=password]").fill("cardmall-demo")
        reader.open_form(other).fill_form(text="还没有按下")
        dave.open_form(no).fill_form(text="项目取消了")
        with nobody_writes(app):
            dave.press(dave.submit_button())
            expect(dave.submit_button()).to_have_attribute("aria-busy", "true")
            app.kill()
    guest.get_by_role("main").get_by_role("button", name="登录").click()
    expect(note(guest)).to_contain_text("没有提交", timeout=PATIENCE * 1000)
    expect(guest.locator("input[name=identifier]")).to_have_value("dave@cardmall.test")
    with place.serve() as app:
        expect(dave.toast("操作可能已经完成")).to_be_visible(timeout=PATIENCE * 1000)
        for one, words in ((dave, "项目取消了"), (reader, "还没有按下")):
            expect(away(one.page)).to_have_count(0, timeout=PATIENCE * 1000)
            expect(one.page.get_by_role("textbox", name="补充说明")).to_have_value(words)
            expect(one.page.get_by_role("radio", name="需求变更")).to_be_checked()
        expect(reader.page.locator("[data-sonner-toast]")).to_have_count(0)
        assert attempts(app, no) == 0
        dave.send_form(no)
        expect(dave.panel("in_case")).to_be_visible()
        guest.get_by_role("main").get_by_role("button", name="登录").click()
        guest.wait_for_url(re.compile(r"/$"))
        for page in (dave.page, reader.page, guest):
            page.context.close()


class Line:
    """The live line of one page, which may be cut while the server goes on; `asked`: is it alive? waits unanswered."""

    def __init__(self, page: Page) -> None:
        self.page, self.is_cut = page, False
        self.held: list[WebSocketRoute] = []
        self.asked: list[Route] = []
        page.route_web_socket(re.compile("/_event"), self._open)
        page.route("**/health/live", self._ask)

    def _ask(self, route: Route) -> None:
        self.asked.append(route)

    def _open(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self.held.append(socket)

    def cut(self) -> None:
        self.is_cut = True
        for socket in self.held:
            socket.close()
        expect(away(self.page)).to_be_visible(timeout=PATIENCE * 1000)

    def answer(self) -> None:
        """It is alive, to all who asked."""
        for route in self.asked:
            route.continue_()

    def is_asked(self) -> None:
        def pumped() -> bool:
            self.page.evaluate("0")  # the browser's questions are heard meanwhile
            return bool(self.asked)

        until(pumped, "nobody asks whether the server is alive")


def at_the_door(new_page: Callable[..., Page], *, cut: bool = True) -> tuple[Page, Line, list[str]]:
    """A guest about to sign in, the live line `cut` or whole; what the page posts."""
    guest, posted = new_page(allow=("WebSocket", "ERR_FAILED")), []
    guest.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    line = Line(guest)
    guest.goto("/login")
    until(lambda: guest.evaluate("window.__live === true"), "the page never came to life")
    guest.locator("input[name=identifier]").fill("dave@cardmall.test")
    guest.locator("input[name=password]").fill("cardmall-demo")
    if cut:
        line.cut()
    return guest, line, posted


def drawn(page: Page) -> None:
    """What follows from what the page knows now has been drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def sign_in(guest: Page) -> Locator:
    return guest.get_by_role("main").get_by_role("button", name="登录")


def test_b2_a_form_is_not_sent_while_the_server_is_away_and_the_line_still_looks_whole(
    new_page: Callable[..., Page],
) -> None:
    guest, line, posted = at_the_door(new_page, cut=False)
    sign_in(guest).click()
    line.is_asked()
    for route in line.asked:
        route.abort()
    expect(note(guest)).to_contain_text("没有提交")
    expect(guest.locator("input[name=identifier]")).to_have_value("dave@cardmall.test")
    assert posted == []


def test_b2_a_form_of_the_browser_pressed_twice_without_a_line_is_sent_once(new_page: Callable[..., Page]) -> None:
    guest, line, posted = at_the_door(new_page)
    sign_in(guest).dblclick()
    line.is_asked()
    drawn(guest)
    assert len(line.asked) == 1
    line.answer()
    guest.wait_for_url(re.compile(r"/$"))
    assert len([url for url in posted if url.endswith("/auth/sign-in")]) == 1


def test_b2_a_form_that_was_drawn_anew_meanwhile_is_not_sent(new_page: Callable[..., Page]) -> None:
    guest, line, posted = at_the_door(new_page)
    sign_in(guest).click()
    line.is_asked()
    pressed = sign_in(guest).element_handle()
    sign_in(guest).evaluate("button => button.replaceWith(button.cloneNode(true))")
    line.answer()
    until(lambda: pressed.get_attribute("aria-busy") is None, "the answer never came")
    drawn(guest)
    assert (posted, guest.url.rstrip("/").endswith("/login")) == ([], True)


def test_what_was_typed_to_one_customer_by_one_person_is_put_before_no_other(town: Town) -> None:
    bob = town.bob()
    asked = text("SELECT o.no FROM \"order\" o JOIN shop s ON s.id = o.shop_id WHERE s.slug = 'qinghe' LIMIT 2")
    one, other = town.db.execute(asked).scalars()
    box = bob.page.get_by_role("textbox", name="消息")
    bob.visit(f"/merchant/messages?order={one}")
    box.fill("只给第一位买家")
    bob.page.reload()
    expect(box).to_have_value("只给第一位买家")
    bob.page.evaluate("path => window.history.pushState({}, '', path)", f"/merchant/messages?order={other}")
    bob.page.reload()
    expect(bob.page.locator("main").get_by_text(other).first).to_be_visible()
    expect(box).to_have_value("")
    bob.visit(f"/merchant/messages?order={one}")
    box.fill("只有王青知道")
    bob.sign_in("erin")
    bob.page.reload()
    expect(bob.page.get_by_text("找不到这个对话")).to_be_visible()  # of a shop that is not hers
    expect(bob.page.get_by_text("只有王青知道")).to_have_count(0)


def test_a_language_that_could_not_be_chosen_brings_nothing_back_later(town: Town) -> None:
    dave = town.dave("WebSocket", "ERR_FAILED")
    no, line = dave.buy("reader-year"), Line(dave.page)
    dave.open_form(no).fill_form(text="项目取消了")
    line.cut()
    dave.page.locator("form[action$='/locale'] button").first.evaluate("one => one.form.requestSubmit(one)")
    line.is_asked()
    for route in line.asked:
        route.abort()
    expect(note(dave.page)).to_contain_text("没有提交")
    line.is_cut = False
    line.asked.clear()
    dave.open_order(no).press(dave.page.locator("#ways").get_by_role("link", name="申请取消"))
    dave.page.wait_for_url(re.compile("/cancel"))
    dave.visit(dave.page.url)
    expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("")


def test_what_was_unfolded_stays_so_when_the_line_is_back(new_page: Callable[..., Page]) -> None:
    bob = Merchant(new_page(allow=("WebSocket", "ERR_FAILED")))
    bob.sign_in("bob")
    line = Line(bob.page)
    bob.visit("/merchant/delivery")
    row = bob.page.locator("main [data-order]:has(summary)").last
    codes = row.get_by_role("textbox")
    expect(codes).to_have_count(0)
    bob.press(row.locator("summary").first)
    codes.fill("HALF-TYPED")
    line.cut()
    line.is_cut = False
    expect(away(bob.page)).to_have_count(0, timeout=PATIENCE * 1000)
    drawn(bob.page)
    expect(codes).to_have_value("HALF-TYPED")
    bob.press(row.locator("summary").first)
    expect(codes).to_have_count(0)


BOTH = """select => {
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set.call(select, "1");
  select.dispatchEvent(new Event("change", { bubbles: true }));
  [...document.querySelectorAll("main button[type=submit]")].find(one => one.textContent.includes("提交申请")).click();
}"""


def test_the_answer_of_another_press_settles_nothing(browser: Browser, place: Place) -> None:
    with place.serve() as app:
        dave = dave_at(browser, app, DESK)
        no = dave.buy("reader-year", quantity=2)
        dave.open_form(no).fill_form(text="项目取消了")
        with nobody_writes(app):
            of_two = dave.page.locator("main").inner_text()
            dave.page.get_by_label("取消数量").evaluate(BOTH)
            expect(dave.page.get_by_label("取消数量")).to_have_value("1")
            until(lambda: dave.page.locator("main").inner_text() != of_two, "the sum of one piece is never shown")
            expect(dave.submit_button()).to_have_attribute("aria-busy", "true")
            app.kill()
    with place.serve():
        expect(dave.toast("操作可能已经完成")).to_be_visible(timeout=PATIENCE * 1000)
        expect(away(dave.page)).to_have_count(0, timeout=PATIENCE * 1000)
        expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("项目取消了")
        dave.page.context.close()
