"""A large shop: two web processes, two workers, PostgreSQL and Valkey; six pages of one order over both processes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from cardmall.domain.calendar import SHANGHAI
from tests.e2e.pages.demo import Clock
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_kills import person
from tests.many import WEB, Many, serve_many
from tests.patience import PATIENCE, until
from tests.today import moment

LONG = PATIENCE * 1000  # ms
WORD = "window.opened = true"
KEPT = "window.opened === true"
SOCKETS = "token_manager_socket_record_*"
PROCESS = re.compile(rb"instance_id.*?([0-9a-f-]{36})", re.DOTALL)

pytestmark = pytest.mark.long  # starts PostgreSQL, Valkey and four processes: minutes


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serve_many(tmp_path_factory.mktemp("many")) as found:
        yield found


@dataclass
class Watched:
    """Open pages that nobody touches: each stays the document it was."""

    pages: list[Page] = field(default_factory=list)

    def open(self, who: Person, path: str, *texts: str) -> None:
        """Twice, in tabs of its own."""
        for _ in range(2):
            page = who.page.context.new_page()
            page.goto(path)
            for text in texts:
                expect(page.locator("main").get_by_text(text).first).to_be_visible()
            page.evaluate(WORD)
            self.pages.append(page)

    def go(self, path: str, count: int = 6) -> None:
        for page in self.pages[:count]:
            page.goto(path)

    def all_change(self, read: Callable[[Page], list[str]], act: Callable[[], object]) -> int:
        """How many pages read otherwise after the act, without having been loaded anew."""
        for page in self.pages:
            until(lambda p=page: read(p), f"{page.url} shows none")
        before = [read(page) for page in self.pages]
        act()
        for page, known in zip(self.pages, before, strict=True):
            until(lambda p=page, k=known: read(p) != k, f"{page.url} did not follow")
        return sum(page.evaluate(KEPT) for page in self.pages)

    def all_see(self, text: str) -> int:
        """How many pages show this in the end, without having been loaded anew."""
        for page in self.pages:
            seen = page.locator("main").get_by_text(text).filter(visible=True)  # what is folded holds it, too
            expect(seen.first).to_be_visible(timeout=LONG)
        return sum(page.evaluate(KEPT) for page in self.pages)


def processes_of_pages(many: Many) -> set[bytes]:
    """The web processes that hold the event sockets, by the names Reflex gives them."""
    client: Any = Redis.from_url(many.valkey.url)
    with client:
        records = [client.get(key) or b"" for key in client.keys(SOCKETS)]
    return {name for record in records for name in PROCESS.findall(record)}


def opened(browser: Browser, many: Many) -> tuple[Shopper, Merchant, Person]:
    dave, bob, carol = (person(browser, many.app) for _ in range(3))
    return Shopper(dave).sign_in("dave"), Merchant(bob).sign_in("bob"), Person(carol).sign_in("carol")


def test_six_pages_of_one_order_follow_without_being_loaded_anew(browser: Browser, many: Many) -> None:
    dave, bob, carol = opened(browser, many)
    clock = Clock(person(browser, many.app))
    no = dave.buy("office-home")
    dave.request(no)
    bob.open_queue().press(bob.link("驳回", within=bob.queue_row(no)))
    bob.page.wait_for_url("**/merchant/cases/AS*")
    watched = Watched()
    for who, path in ((dave, f"/orders/{no}"), (bob, bob.page.url), (carol, f"/orders/{no}")):
        watched.open(who, path, no, "审核中")
    until(lambda: len(processes_of_pages(many)) == WEB, "all pages are at one web process")
    assert watched.all_change(time_left_on, clock.a_day) == 6
    bob.approve()
    assert watched.all_see("已同意") == 6
    clock.five_minutes()
    assert watched.all_see("退款成功") == 6, "the clock moved, and a worker the refund"


def time_left_on(page: Page) -> list[str]:
    """What the countdowns of this page say in days, hours and minutes."""
    return re.findall(r"剩 (\d+ \S+)", page.locator("main").inner_text())


def dates_on(page: Page) -> list[str]:
    """The days with a weekday that this page names, also where they are folded."""
    return re.findall(r"\d\d-\d\d 周.", page.locator("main").text_content() or "")


def test_six_pages_follow_the_calendar(browser: Browser, many: Many) -> None:
    dave, bob, carol = opened(browser, many)
    watched = Watched()
    for who, path in ((dave, "/help"), (bob, "/help"), (carol, "/admin/calendar")):
        watched.open(who, path)
    a_workday = (moment().astimezone(SHANGHAI) + timedelta(days=2)).date().isoformat()

    def rest_then() -> None:
        carol.visit("/admin/calendar")
        carol.page.locator("input[name=day]").fill(a_workday)
        carol.choose(carol.page.locator("input[name=works][value=rest]"))
        carol.press(carol.button("保存设定"))

    assert watched.all_change(dates_on, rest_then) == 6


def test_a_killed_web_process_is_replaced_and_its_pages_come_back(browser: Browser, many: Many) -> None:
    dave, bob, _ = opened(browser, many)
    no = dave.buy("office-home")
    watched = Watched()
    watched.open(dave, f"/orders/{no}", no)
    for _ in range(2):
        many.kill_web()
    many.is_whole()
    dave.request(no)
    assert watched.all_see("审核中") == 2
    bob.page.context.close()


def test_pages_opened_while_the_database_is_away_come_back(browser: Browser, many: Many) -> None:
    dave, bob, _ = opened(browser, many)
    no = dave.buy("office-home")
    watched = Watched()
    watched.open(dave, f"/orders/{no}", no)
    many.postgres.kill()
    for _ in range(2):
        late = dave.page.context.new_page()
        late.goto(f"/orders/{no}")
        expect(late.get_by_text("实时更新暂时中断").first).to_be_visible(timeout=LONG)
        late.evaluate(WORD)
        watched.pages.append(late)
    many.postgres.start()
    assert watched.all_see(no) == 4
    dave.request(no)
    assert watched.all_see("审核中") == 4
    bob.page.context.close()
