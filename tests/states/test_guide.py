"""The public guide: every row, reason and step has words, and the page tells them all, in order, to everybody."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from cardmall import locales, routes
from cardmall.adapters import db
from cardmall.domain import guide
from cardmall.domain.rules.ways import TABLE
from cardmall.domain.terms import Category, Channel, Way
from cardmall.models import Product
from cardmall.pages.public import help as help_page
from cardmall.pages.public import rules as rules_page
from cardmall.states.public.guide import GuideState
from tests.states.test_desks import page_of, run, town  # noqa: F401 - the fixture
from tests.states.test_numbers import texts

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]
ROWS = [row for way in Way for row in guide.rows(way)]


def wanted() -> Iterator[str]:
    for row in ROWS:
        yield from (f"guide.when.{row.way}_{row.reason}", f"guide.then.{row.way}_{row.reason}")
    for way in Way:
        yield f"guide.way.{way}"
    for step in guide.guide_steps():
        yield from (f"guide.time.{step.status}", f"guide.silence.{step.status}")
    for kind, reasons in guide.rejections().items():
        yield from (f"rules.reject.{kind}_{reason}" for reason in reasons)
    yield from (f"rules.{part}.{name}" for part in ("term", "term_name") for name in guide.TERMS)
    yield from (f"rules.outcome_{part}.{name}" for part in ("state", "order", "back") for name in guide.OUTCOMES)
    yield from (f"rules.channel.{channel}" for channel in Channel)


def test_every_row_way_reason_and_step_has_words() -> None:
    assert sorted(set(wanted()) - locales.keys()) == []


def test_the_catalog_tells_no_row_the_rules_do_not_have() -> None:
    parts = ("guide.when.", "guide.then.", "guide.way.", "guide.time.", "guide.silence.", "rules.reject.")
    told = {key for key in locales.keys() if key.startswith(parts)}  # noqa: SIM118 - a function
    assert told <= set(wanted())


def test_the_words_name_only_numbers_the_rules_have_and_write_none_themselves() -> None:
    for key in wanted():
        assert locales.parameters(key) <= guide.NUMBERS.keys(), key
    for locale in locales.LOCALES:
        written = dict(texts(locale))  # without {parameters} and {=figures}
        for key in wanted():
            assert not re.search(r"\d", written[key].replace("100%", "").replace("24:00", "")), (locale, key)


def rendered(page: Any) -> str:
    return json.dumps(
        page.help_page().render() if page is help_page else page.rules_page().render(), default=str, ensure_ascii=False
    )


def written(key: str) -> str:
    """A text of the catalog, as a page that is rendered to JSON holds it."""
    return json.dumps(locales.to_json(locales.texts(key)), ensure_ascii=False)[1:-1]


def test_the_page_tells_every_row_of_the_table_in_its_order() -> None:
    html = rendered(help_page)
    places = [html.index(f'id:\\"{row.anchor}\\"') for row in ROWS]
    assert places == sorted(places)
    for row, begins, ends in zip(ROWS, places, [*places[1:], len(html)], strict=True):
        assert written(f"guide.when.{row.way}_{row.reason}") in html[begins:ends], row


def test_a_refusal_links_to_a_row_that_stands_on_the_page() -> None:
    html = rendered(help_page)
    for way, table in TABLE.items():
        for _, _, reason in table:
            url = routes.rule_url(way.value, reason.value)
            assert url.startswith(routes.HELP + "#")
            assert f'id:\\"{url.partition("#")[2]}\\"' in html


def test_the_rules_tell_every_standard_and_deadline() -> None:
    html = rendered(rules_page)
    for kind, reasons in guide.rejections().items():
        assert all(f'id:\\"reject-{kind.value}-{reason.value}\\"' in html for reason in reasons)
    assert all(written(f"rules.term.{name}") in html for name in guide.TERMS)


@pytest.mark.parametrize("token", ["", "unknown", "alice", "bob", "carol"])
def test_it_is_everybodys_and_tells_what_is_on_sale(token: str) -> None:
    page = page_of(GuideState, token, "/rules")
    run(page.load())
    assert page.loaded
    assert [c.category for c in page.view.categories] == [c.value for c in Category]
    assert all(c.rules and c.policies for c in page.view.categories)
    games = page.view.categories[0]
    assert [(p.returnable, p.count, p.slug) for p in games.policies] == [
        (True, 3, "steam-200"),
        (False, 1, "psn-hk-500"),
    ]
    assert ["3" in [p.fee for p in c.policies] for c in page.view.categories] == [False, True, False, False]
    assert [e.best for e in page.view.examples] == ["cancel_now", "request", "return", "appeal"]
    assert all(len(e.ways) == 4 for e in page.view.examples)


def test_a_change_on_the_shelf_is_on_the_page() -> None:
    with db.transaction() as session:
        for product in session.exec(select(Product).where(Product.category == Category.software)).all():
            product.listed = False
    page = page_of(GuideState, "", "/rules")
    run(page.load())
    assert Category.software.value not in [c.category for c in page.view.categories]
