"""Carol reads the audit page; its filters are in the URL, and nobody else is shown a row."""

from typing import Any

import pytest
from sqlmodel import select

from cardmall.models import Case, Order
from cardmall.states.admin.audit import AuditState
from tests.states.test_desks import first, page_of, run, town

pytestmark = pytest.mark.usefixtures("town")
__all__ = ["town"]


def at(who: str, path: str = "/admin/audit") -> Any:
    page = page_of(AuditState, who, path)
    run(AuditState.refresh.fn(page))
    return page


def test_carol_sees_the_newest_and_turns_the_page() -> None:
    page = at("carol")
    assert page.loaded
    assert len(page.rows) == 20
    assert (page.newer_url, page.filtered) == ("", False)
    older = at("carol", page.older_url)
    assert older.rows[0].at <= page.rows[-1].at
    assert older.rows[0].id not in {row.id for row in page.rows}
    assert at("carol", older.newer_url).rows == page.rows


def test_the_filters_of_the_url_hold_for_the_page_its_neighbours_and_its_file() -> None:
    page = at("carol", "/admin/audit?verb=ordered&email=alice%40cardmall.test")
    assert {row.verb for row in page.rows} == {"ordered"}
    assert page.filtered
    for url in (page.older_url, page.file_url):
        assert "verb=ordered" in url
        assert "alice%40cardmall.test" in url


def test_a_search_leads_to_a_url_of_ours() -> None:
    no = first(select(Order)).no
    said = AuditState.search.fn(
        page_of(AuditState, "carol"), {"number": f" {no.lower()} ", "verb": "x", "since": "2026-01-01"}
    )
    assert f"/admin/audit?number={no}&since=2026-01-01" in str(said)


def test_a_case_is_found_by_its_number() -> None:
    no = first(select(Case)).no
    assert {row.case_no for row in at("carol", f"/admin/audit?number={no}").rows} == {no}


@pytest.mark.parametrize("who", ["", "unknown", "alice", "dave", "bob", "erin"])
def test_strangers_are_shown_no_row(who: str) -> None:
    page = at(who, "/admin/audit?verb=ordered")
    assert (page.rows, page.older_url, page.newer_url) == ([], "", "")


@pytest.mark.parametrize("junk", [None, 7, [], "'", {"number": {}, "email": 7, "verb": []}, {"number": "x" * 9000}])
def test_a_search_takes_no_harm_from_any_argument(junk: Any) -> None:
    assert "/admin/audit" in str(AuditState.search.fn(page_of(AuditState, "carol"), junk))
