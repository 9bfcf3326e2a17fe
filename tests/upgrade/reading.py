"""Opens pages in a browser whose clock stands still, and notes what they say."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests import browser as chromium
from tests.upgrade.addresses import Visit

PASSWORD = "cardmall-demo"  # of the demo town, printed by every start
PATIENCE = 60_000  # ms
QUIET = 10  # looks in a row, 100 ms apart, at which nothing changed
SETTLED = f"""() => {{
  const main = document.querySelector('main');
  if (main) main.querySelectorAll('details').forEach((part) => (part.open = true));
  const text = main ? main.innerText.trim() : '';
  window.sameLooks = text === window.lastLook ? (window.sameLooks ?? 0) + 1 : 0;
  window.lastLook = text;
  const loading = main && [...main.querySelectorAll('[role=status]')].some((one) => one.textContent.includes('加载'));
  return text && !loading && window.sameLooks >= {QUIET};
}}"""


@dataclass(frozen=True)
class Reading:
    """What a page said. `trouble` is empty when it opened: an answer below 400, no script error, a text in the end."""

    path: str  # where it led
    text: str
    trouble: str = ""


@contextmanager
def a_browser() -> Iterator[Browser]:
    path = chromium.find()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield launched
        launched.close()


def read(browser: Browser, url: str, visits: Iterable[Visit], at: datetime) -> dict[Visit, Reading]:
    """Every visit's reading; each person has one browser, whose clock stands at this moment."""
    found: dict[Visit, Reading] = {}
    for who, theirs in groupby(sorted(visits, key=lambda visit: visit.who), key=lambda visit: visit.who):
        context = _person(browser, url, who, at)
        found |= {visit: _read(context, visit) for visit in theirs}
        context.close()
    return found


def _person(browser: Browser, url: str, who: str, at: datetime) -> BrowserContext:
    context = browser.new_context(base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE)
    context.clock.set_fixed_time(at)
    if who:
        form: dict[str, str | float | bool] = {"identifier": f"{who}@cardmall.test", "password": PASSWORD}
        context.request.post("/auth/sign-in", form=form, fail_on_status_code=True)
    return context


def _read(context: BrowserContext, visit: Visit) -> Reading:
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        answer = page.goto(visit.path)
        page.wait_for_function(SETTLED, polling=100)
        wrong = [f"answered {answer.status}"] if answer and answer.status >= 400 else []
        return Reading(_path(page), page.locator("main").inner_text(), "; ".join(wrong + errors))
    except Error as error:
        return Reading(_path(page), "", "; ".join([*errors, error.message.splitlines()[0]]))
    finally:
        page.close()


def _path(page: Page) -> str:
    return "/" + page.url.partition("://")[2].partition("/")[2]
