"""On a phone a pill keeps its distance from what can be pressed, in both languages: neither is taken for the other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.e2e.conftest import PHONE
from tests.e2e.pages.person import Person
from tests.e2e.town import Town

LEAST = 6  # px between a pill and a button
TOUCHING = """least => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0;
  const all = (look) => [...document.querySelectorAll(look)].filter(seen);
  const afloat = (one) => one && (/sticky|fixed/.test(getComputedStyle(one).position) || afloat(one.parentElement));
  const pressed = all("main button, main a.rounded-control, main summary, main select, main input").filter(
    (one) => !afloat(one)); // a bar over the page has everything under it some time
  const found = [];
  for (const pill of all("main span.rounded-full.border")) {
    const p = pill.getBoundingClientRect();
    for (const act of pressed) {
      if (act.contains(pill) || pill.contains(act)) continue;
      const a = act.getBoundingClientRect();
      const across = Math.max(p.left - a.right, a.left - p.right);
      const down = Math.max(p.top - a.bottom, a.top - p.bottom);
      if (Math.max(across, down) < least) found.push([pill.innerText, act.innerText, across, down]);
    }
  }
  return found;
}"""
PAGES = {
    "alice": ("/orders", "/orders?stage=in_case", "/inbox", "/me"),
    "bob": ("/merchant", "/merchant/delivery", "/merchant/messages", "/merchant/money"),
    "carol": (
        "/admin", "/admin/support", "/admin/shops", "/admin/people", "/admin/abnormal", "/admin/money",
        "/admin/orders?shop=qinghe", "/admin/shops/qinghe",
    ),
}  # fmt: skip


def pages_of(town: Town, who: str) -> list[str]:
    """The lists, and one order or case in each state."""
    orders = 'SELECT max(no) FROM "order" GROUP BY status, stage, abnormal'
    cases = (
        'SELECT max(c.no) FROM "case" c JOIN "order" o ON o.id = c.order_id JOIN shop s ON s.id = o.shop_id '
        "WHERE s.slug = 'qinghe' GROUP BY c.status"
    )
    path, wanted = {
        "alice": ("/orders/{}", orders),
        "bob": ("/merchant/cases/{}", cases),
        "carol": ("/admin/cases/{}", cases),
    }[who]
    numbers = town.db.execute(text(wanted)).scalars()
    return [*PAGES[who], *map(path.format, numbers)]


@pytest.fixture(params=["zh_CN", "en"])
def reader(request: pytest.FixtureRequest, town: Town) -> Callable[[str], Person]:
    """Signs somebody in on a phone, in each language."""

    def sign_in(who: str) -> Person:
        person = Person(town.new_page(viewport=PHONE)).sign_in(who)
        person.page.request.post("/locale", form={"locale": request.param})
        return person

    return sign_in


@pytest.mark.parametrize("who", PAGES)
def test_no_pill_touches_a_button_on_a_phone(town: Town, reader: Callable[[str], Person], who: str) -> None:
    person, touching = reader(who), {}
    for path in pages_of(town, who):
        person.visit(path)
        expect(person.page.locator("main h1").first).to_be_visible()
        found = person.page.evaluate(TOUCHING, LEAST)
        touching |= {path: found} if found else {}
    assert touching == {}
