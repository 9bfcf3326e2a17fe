"""One production build per test run, people as browser contexts, the database to end a story with."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from sqlalchemy import Connection

from tests import browser as chromium
from tests import many
from tests.built import serve_shared
from tests.e2e.town import Town
from tests.e2e.truth import looking_into
from tests.serving import ROOT, App

RESULTS = ROOT / "test-results"
DESK = (1280, 800)
PHONE = (375, 812)
# Console errors no test has to answer for. Keep it empty; one test's own go to `new_page(allow=…)`.
ALLOWED_ERRORS: tuple[str, ...] = ()
LAST = ("test_behind_a_proxy.py", "test_kills.py")  # they build the application anew, which takes the whole machine
PATIENCE = 30_000  # ms; two browsers and two servers share the machine, and only a red test waits so long
expect.set_options(timeout=PATIENCE)
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.name in LAST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The served demo town, one process or many. A failing start fails the session early, with the end of its log."""
    folder = tmp_path_factory.mktemp("data")
    if many.ASKED_FOR:
        with many.serve_many(folder) as served:
            yield served.app
        return
    with serve_shared(folder) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HELP, pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield launched
        launched.close()


@dataclass
class Person:
    """One browser context: own cookies, own storage; `errors` is what its scripts complained about."""

    page: Page
    allow: tuple[str, ...]
    errors: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.context.on("console", self._console)
        self.page.context.on("weberror", lambda error: self._note(f"script error: {error.error}"))

    def forget_language(self) -> None:
        """The account that reads English here speaks Chinese again, however the test ended."""
        cookies = self.page.context.cookies()
        if any(one.get("name") == "locale" and one.get("value") != "zh_CN" for one in cookies):
            self.page.context.request.post("/locale", form={"locale": "zh_CN"})

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} {message.location.get('url', '')}")

    def _note(self, error: str) -> None:
        if not any(re.search(pattern, error) for pattern in (*ALLOWED_ERRORS, *self.allow)):
            self.errors.append(error)


@pytest.fixture
def new_page(app: App, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """`new_page()` opens another person's browser; `viewport=PHONE`, `allow=("404",)`, any context option.

    A script error or a console error fails the test when it ends; every open page of a failed test is
    photographed into test-results/. Whoever read English there reads Chinese in the next test.
    """
    people: list[Person] = []

    def open_page(viewport: tuple[int, int] = DESK, allow: tuple[str, ...] = (), **options: object) -> Page:
        chosen = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "base_url": app.url} | options
        size = {"width": viewport[0], "height": viewport[1]}
        context = browser.new_context(viewport=size, **chosen)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        people.append(Person(context.new_page(), allow))
        people[-1].listen()
        return people[-1].page

    yield open_page
    errors = [error for person in people for error in person.errors]
    if errors or request.node.stash.get(FAILED, False):
        _photograph(people, request.node.nodeid)
    for person in people:
        person.forget_language()
        person.page.context.close()
    assert not errors, "\n".join(errors)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def db(app: App) -> Iterator[Connection]:
    with looking_into(app) as connection:
        yield connection


@pytest.fixture
def town(new_page: Callable[..., Page], db: Connection) -> Town:
    return Town(new_page, db)


def _photograph(people: list[Person], nodeid: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", nodeid.removeprefix("tests/e2e/"))
    pages = [page for person in people for page in person.page.context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)
