"""Carol finds every step by person, order, case, verb and day; nobody else does, and no code is ever among them."""

import pytest

from cardmall import locales
from cardmall.adapters import db
from cardmall.adapters.vault import vault
from cardmall.domain.lifecycle import START, TRANSFER, Move
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Reason
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Event
from cardmall.views.admin.audit import (
    AuditFilters,
    AuditPage,
    audit_page,
    audit_query,
    audit_rows,
    read_asked,
    status_kind,
)
from tests.ground import plan_of
from tests.town import AUTO, MANUAL, NOW, Tale, Town, act, count, refused, rows


def look(town: Town, **asked: str) -> AuditPage:
    return act(audit_page, town.carol, read_asked(asked))


@pytest.fixture
def tale(town: Town) -> Tale:
    """Alice's order was delivered, she opened a case, Bob rejected it; Mallory ordered, too."""
    town.tale(shopper=town.mallory).order(MANUAL)
    return town.tale().order(AUTO).pay().deliver().request(way="return").reject("other", "不可以")


def test_every_event_is_there_newest_first(town: Town, tale: Tale) -> None:
    seen, page = [], look(town)
    while True:
        seen += page.rows
        if not page.next_key:
            break
        page = look(town, after=page.next_key)
    assert len(seen) == len({row.id for row in seen}) == count(Event)
    assert [(row.at, row.id) for row in seen] == sorted(((row.at, row.id) for row in seen), reverse=True)


def test_pages_lead_back_to_the_same_rows(town: Town) -> None:
    for _ in range(3):
        town.tale().order(AUTO).pay().deliver()
    first = look(town)
    second = look(town, after=first.next_key)
    assert (first.prev_key, len(first.rows)) == ("", PAGE_SIZE)
    assert look(town, before=second.prev_key).rows == first.rows


def test_an_orders_number_finds_its_steps_and_a_cases_number_its_own(town: Town, tale: Tale) -> None:
    every = look(town, number=tale.no.lower()).rows
    assert {row.order_no for row in every} == {tale.no}
    assert [row.verb for row in every] == [e.verb.value for e in sorted(tale.events, key=_place, reverse=True)][
        :PAGE_SIZE
    ]
    of_case = look(town, number=tale.case.no).rows
    assert {row.case_no for row in of_case} == {tale.case.no}
    assert {"case_opened", "case_rejected"} <= {row.verb for row in of_case}


def _place(event: Event) -> tuple[object, int]:
    return event.at, event.id or 0


def test_a_row_says_who_did_what_and_what_it_was_before(town: Town, tale: Tale) -> None:
    (row,) = look(town, verb="case_rejected").rows
    assert (row.name, row.role, row.order_no, row.case_no) == ("b*", "merchant", tale.no, tale.case.no)
    assert (row.before, row.after, row.note) == ("case_status.review", "case_status.rejected", "不可以")
    assert '"reason": "other"' in row.data
    assert "before" not in row.data


def test_a_person_is_found_by_their_whole_address(town: Town, tale: Tale) -> None:
    assert {row.name for row in look(town, email=" Bob@cardmall.test ").rows} == {"b*"}
    assert look(town, email="bob").rows == []
    assert look(town, email="nobody@cardmall.test").rows == []


def test_days_are_days_of_shanghai(town: Town, tale: Tale) -> None:
    founded = NOW.date().isoformat()
    assert look(town, since=founded).rows
    assert look(town, until="2026-11-22").rows == []
    assert look(town, since="2027-01-01").rows == []


@pytest.mark.parametrize(
    "junk", [{"verb": "'"}, {"since": "yesterday"}, {"after": "~"}, {"before": "x" * 9000}, {"until": "9999-12-31"}]
)
def test_what_cannot_be_understood_counts_as_not_asked(junk: dict[str, str]) -> None:
    assert read_asked(junk) == AuditFilters()


def test_the_url_says_what_was_asked() -> None:
    asked = {"number": "CM1", "email": "a@b.c", "verb": "paid", "since": "2026-11-01", "until": "2026-11-02"}
    assert audit_query(read_asked(asked)) == asked
    assert read_asked(asked).any
    assert not AuditFilters().any


def test_an_unknown_number_finds_nothing(town: Town, tale: Tale) -> None:
    assert look(town, number="CM00000000000000").rows == []
    assert look(town, number="' OR 1=1 --").rows == []


def test_an_export_goes_on_where_it_stopped(town: Town, tale: Tale) -> None:
    asked, seen, last = AuditFilters(), [], None
    while True:
        found, last = act(audit_rows, town.carol, asked, 4)
        seen += found
        if last is None:
            break
        asked = AuditFilters(after=last)
    assert len({row.id for row in seen}) == len(seen) == count(Event)


def test_nobody_else_finds_anything(town: Town, tale: Tale) -> None:
    for stranger in (town.alice, town.mallory, town.bob, town.mo):
        assert refused(act, audit_page, stranger, AuditFilters()).reason is Reason.not_allowed
        assert refused(act, audit_rows, stranger, AuditFilters(), 5).reason is Reason.not_allowed
    assert refused(act, audit_page, None, AuditFilters()).reason is Reason.sign_in_first


@pytest.mark.usefixtures("demo_database")
def test_no_row_of_the_whole_town_holds_a_code() -> None:
    codes = [vault().open(card.id, card.sealed_code) for card in rows(Card, by=Card.id)]
    kept = [str((event.note, event.data, event.cause)) for event in rows(Event)]
    assert codes
    assert not [line for line in kept for code in codes if code in line]


def test_a_status_is_named_by_whose_it_is() -> None:
    assert status_kind("pending", "failed") == "payment_status"
    assert status_kind("sent", "failed") == "refund_status"
    assert status_kind("", "review") == "case_status"
    assert status_kind("awaiting_delivery", "delivered") == "order_status"
    assert status_kind("allocated", "sealed") == "card_status"
    assert status_kind("", "") == status_kind("", "unheard_of") == ""


@pytest.mark.parametrize("move", TRANSFER.moves, ids=lambda move: move.verb)
def test_a_move_of_a_transfer_is_named_as_one(move: Move) -> None:
    """`offered` and `withdrawn` are words of cases, `expired` and `completed` of orders, too."""
    for source in sorted(move.sources):
        before = "" if source == START else source
        assert status_kind(before, str(move.target), f"transfer_{move.target}") == "transfer_status"


def test_the_audit_shows_the_words_of_a_transfer(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().offer_to("mallory@cardmall.test")
    (row,) = look(town, verb="transfer_offered").rows
    assert (row.order_no, row.before, row.after) == (tale.no, "", "transfer_status.offered")
    assert locales.text("zh_CN", f"labels.{row.after}")


def test_the_database_looks_events_up_by_an_index(town: Town) -> None:
    plans = {
        "order_id = 1 ORDER BY at DESC, id DESC": "ix_event_order",
        "case_id = 1 ORDER BY at DESC, id DESC": "ix_event_case",
        "actor_id = 1 ORDER BY at DESC, id DESC": "ix_event_person",
        f"verb = '{Verb.paid}' ORDER BY at DESC, id DESC": "ix_event_verb",
    }
    with db.reading() as session:
        for where, index in plans.items():
            assert index in plan_of(session.connection(), f"SELECT id FROM event WHERE {where}")


def test_who_bought_and_who_sells_is_masked_and_who_decided_is_not(town: Town, tale: Tale) -> None:
    told = {(row.role, row.name) for row in look(town).rows if row.name}
    assert {("shopper", "a*"), ("merchant", "b*")} <= told
    assert not {name for role, name in told if role != "admin" and not name.endswith("*")}
