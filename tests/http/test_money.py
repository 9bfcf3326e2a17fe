"""Money as a file: numbers a spreadsheet can add, words it must not run, bounded, each shop its own."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.adapters import attempts
from cardmall.domain import limits
from cardmall.domain.terms import Refused
from cardmall.http import money
from cardmall.http.money import LINE, MOVEMENT, _journal, _movements
from cardmall.models import Event, Posting
from tests.http.test_pictures import signed_in
from tests.services.conftest import town
from tests.services.test_books import PRICE, ruled_late, settled
from tests.town import AUTO, Town, count

__all__ = ["town"]


def read(lines: Iterator[str]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(lines).removeprefix("\ufeff"))))


def test_the_shops_file_tells_every_movement_in_words_and_numbers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale = ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    monkeypatch.setattr(limits, "EXPORT_AT_ONCE", 3)
    head, *lines = read(_movements(town.bob, "", "zh_CN"))
    assert len(head) == len(MOVEMENT)
    assert [line[1:4] for line in lines] == [
        ["退款给买家", "-99.00", tale.no],
        ["平台垫付退款", "-99.00", tale.no],
        ["货款结算", "99.00", tale.no],
        ["买家付款", "99.00", tale.no],
    ]


def test_a_month_of_it_and_another_shops_are_apart(town: Town) -> None:
    settled(town.tale().order(AUTO).pay())
    assert len(read(_movements(town.bob, "2026-12", "en"))) == 2
    assert len(read(_movements(town.mo, "", "en"))) == 1


def test_the_journal_adds_up_to_0(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    monkeypatch.setattr(limits, "EXPORT_AT_ONCE", 3)
    head, *lines = read(_journal(town.carol, "en"))
    assert len(head) == len(LINE) and len(lines) == count(Posting)
    assert sum(Decimal(line[4]) for line in lines) == 0
    assert sum(Decimal(line[4]) for line in lines if line[3] == "Advanced by the platform") * 100 == -PRICE


def test_a_formula_in_a_products_name_stays_text(town: Town) -> None:
    town.sell("evil", 1, name="=1+1")
    town.tale().order("evil").pay()
    assert "'=1+1" in {line[4] for line in read(_movements(town.bob, "", "en"))}


def test_it_ends_at_the_bound_and_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        town.tale().order(AUTO).pay()
    monkeypatch.setattr(limits, "EXPORT_AT_ONCE", 1)
    monkeypatch.setattr(limits, "EXPORT_ROWS", 2)
    for lines in (_movements(town.bob, "", "en"), _journal(town.carol, "en")):
        _, *kept, last = read(lines)
        assert len(kept) == 2 and "limit" in last[0]


def test_they_ask_again_who_it_is_for(town: Town) -> None:
    for lines in (_movements(town.alice, "", "en"), _journal(town.bob, "en")):
        with pytest.raises(Refused):
            list(lines)


def test_who_takes_too_many_is_told_and_nothing_is_noted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts.forget_all()
    monkeypatch.setattr(limits, "EXPORT_TRIES", "2/hour")
    with TestClient(Starlette(routes=money.ROUTES)) as browser:
        browser.cookies.set(cookies.SESSION, signed_in(town.bob))
        answers = [browser.get(routes.money_file_url()).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        assert browser.get(routes.JOURNAL_FILE).status_code == 404
    attempts.forget_all()
    assert count(Event, Event.verb == "exported") == 2


@pytest.mark.parametrize("site", ["Origin", "Referer"])
def test_another_sites_link_takes_nothing(town: Town, site: str) -> None:
    with TestClient(Starlette(routes=money.ROUTES)) as browser:
        browser.cookies.set(cookies.SESSION, signed_in(town.bob))
        assert browser.get(routes.money_file_url(), headers={site: "http://evil.test/x"}).status_code == 403
        assert count(Event, Event.verb == "exported") == 0
        assert browser.get(routes.money_file_url(), headers={site: "http://testserver/x"}).status_code == 200


def test_a_look_at_the_head_of_a_file_takes_nothing(town: Town) -> None:
    with TestClient(Starlette(routes=money.ROUTES)) as browser:
        browser.cookies.set(cookies.SESSION, signed_in(town.bob))
        head = browser.head(routes.money_file_url())
        assert (head.status_code, head.text) == (200, "")
        assert "attachment" in head.headers["content-disposition"]
        assert browser.head(routes.JOURNAL_FILE).status_code == 404
    assert count(Event, Event.verb == "exported") == 0
