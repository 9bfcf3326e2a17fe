"""What the unique indexes still catch when a lock did not hold: a refusal, no crash (R76)."""

from collections.abc import Callable
from typing import Any

import pytest

from cardmall.adapters import db
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.rules.ways import Facts
from cardmall.models import Order
from cardmall.reads.facts import facts_of
from cardmall.reads.transfers import decision_of
from cardmall.services.case import appeals, cases
from cardmall.services.transfer import transfers
from tests.town import AUTO, MANUAL, Tale, Town, act, refused


def seen_before(tale: Tale, read: Callable[..., Any], *more: Any) -> Any:
    """What this reads now: an act that missed the other one would still see it then."""
    with db.reading() as session:
        order = session.get_one(Order, tale.row.id)
        return read(session, order, *more) if not more else read(session, order, facts_of(session, order), *more)


def test_of_two_requests_one_is_told_that_a_case_is_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale = town.tale().order(MANUAL).pay()
    facts: Facts = seen_before(tale, facts_of)
    tale.request()
    monkeypatch.setattr(cases, "facts_of", lambda *_: facts)
    form = {"way": "request", "reason": "changed_mind", "text": ""}
    told = refused(act, cases.request_cancellation, town.alice, tale.no, **form, now=tale.at)
    assert (told.reason, told.status) == ("case_open", "awaiting_delivery")


def test_of_two_faults_one_is_told_that_a_case_is_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal()
    facts: Facts = seen_before(tale, facts_of)
    form = {"reason": "invalid_card", "text": "打不开"}
    act(appeals.appeal, town.alice, tale.no, **form, now=tale.at)
    monkeypatch.setattr(appeals, "facts_of", lambda *_: facts)
    assert refused(act, appeals.appeal, town.alice, tale.no, **form, now=tale.at).reason == "case_open"


def test_of_two_offers_one_is_told_that_an_offer_is_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale = town.tale().order(MANUAL).pay()
    decision = seen_before(tale, decision_of, tale.at)
    tale.offer_to("mallory@cardmall.test")
    monkeypatch.setattr(transfers, "decision_of", lambda *_: decision)
    address = Address(AddressKind.email, "somebody@cardmall.test")
    told = refused(act, transfers.offer_transfer, town.alice, tale.no, address=address, now=tale.at)
    assert (told.reason, told.status) == ("transfer_open", "awaiting_delivery")
