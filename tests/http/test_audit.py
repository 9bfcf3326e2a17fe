"""The audit's file: streamed, bounded, safe in a spreadsheet."""

import csv
import io

import pytest

from cardmall.domain import limits
from cardmall.http.audit import COLUMNS, _file
from cardmall.models import Event
from cardmall.services.talk.support import write_support
from cardmall.views.admin.audit import AuditFilters
from tests.services.conftest import town
from tests.town import AUTO, Town, act, count

__all__ = ["town"]


def file_of(town: Town, asked: AuditFilters, locale: str = "zh_CN") -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(_file(town.carol, asked, locale)).removeprefix("\ufeff"))))


def test_it_has_a_line_for_every_event_however_it_was_cut(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.tale().order(AUTO).pay().deliver()
    monkeypatch.setattr(limits, "EXPORT_AT_ONCE", 3)
    head, *lines = file_of(town, AuditFilters())
    assert len(head) == len(COLUMNS)
    assert len(lines) == count(Event)
    assert ["待付款", "待发货"] in [line[6:8] for line in lines]
    assert {"shopper", "system"} & {line[2] for line in lines} == set()


def test_a_formula_stays_text(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    act(write_support, town.alice, tale.no, text='=HYPERLINK("//evil.test")', now=tale.at)
    notes = {line[8] for line in file_of(town, AuditFilters())}
    assert '\'=HYPERLINK("//evil.test")' in notes
    assert not [note for note in notes if note.startswith("=")]


def test_it_ends_at_the_bound_and_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.tale().order(AUTO).pay().deliver()
    monkeypatch.setattr(limits, "EXPORT_AT_ONCE", 2)
    monkeypatch.setattr(limits, "EXPORT_ROWS", 4)
    _, *lines, last = file_of(town, AuditFilters(), "en")
    assert len(lines) == 4
    assert "limit" in last[0]
