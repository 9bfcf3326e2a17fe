"""The server goes away under an open form: a press says so at once and does nothing later (issue 13, B2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import text

from tests.built import copied
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.shopper import Shopper
from tests.e2e.truth import looking_into
from tests.patience import PATIENCE
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
