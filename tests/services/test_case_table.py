"""Status × role × act for a case, against section 4 of the product page typed by hand; every story is told by services.

`asked`, `ruled_split` and `ruled_merchant` cannot be reached by a service yet: the pure table of may() covers them.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from cardmall.adapters import db
from cardmall.domain.review import CaseAction
from cardmall.domain.terms import Actor, CaseStatus, Refused
from cardmall.services import answers, replies
from tests.town import AUTO, CALENDAR, MANUAL, Tale, Town, act, refused

# How a story comes to each status.
REACH: dict[str, Callable[[Tale], Tale]] = {
    "review": lambda t: t.order(MANUAL).pay().request(),
    "info_requested": lambda t: t.order(MANUAL).pay().request().ask(),
    "offered": lambda t: t.order(MANUAL).pay().request().offer("50"),
    "overdue": lambda t: t.order(MANUAL).pay().request().lapse(),
    "appeal": lambda t: t.order(AUTO).pay().deliver().request(way="return").lapse(),
    "approved": lambda t: t.order(MANUAL).pay().request().approve(),
    "rejected": lambda t: t.order(MANUAL).pay().request().reject("other", "已在制作"),
    "withdrawn": lambda t: t.order(MANUAL).pay().request().withdraw(),
    "settled": lambda t: t.order(MANUAL).pay().request().offer("50").accept(),
    "ruled_shopper": lambda t: t.order(AUTO).pay().deliver().request(way="return").lapse().concede(),
}
# Status, who: act → the status it leads to. Whatever is not here is refused.
ALLOWED = {
    ("review", "alice"): {"withdraw": "withdrawn", "remind": "review"},
    ("review", "bob"): {"approve": "approved", "reject": "rejected", "ask": "info_requested", "offer": "offered"},
    ("info_requested", "alice"): {"withdraw": "withdrawn", "answer": "review"},
    ("info_requested", "bob"): {"approve": "approved"},
    ("offered", "alice"): {"withdraw": "withdrawn", "accept": "settled", "decline": "review"},
    ("offered", "bob"): {"approve": "approved"},
    ("overdue", "alice"): {"withdraw": "withdrawn", "remind": "overdue"},
    ("overdue", "bob"): {"approve": "approved"},
    ("appeal", "alice"): {"withdraw": "withdrawn"},
    ("appeal", "bob"): {"concede": "ruled_shopper"},
}
PEOPLE = ("alice", "bob", "carol", "mallory", "mo", "nobody")
SHOPPERS = {"withdraw", "answer", "accept", "decline", "remind"}

Call = Callable[[Actor | None, str, Tale], Any]


def _call(use_case: Callable[..., Any], **told: Any) -> Call:
    return lambda who, no, tale: act(use_case, who, no, **told, now=tale.at)


def _offer(who: Actor | None, no: str, tale: Tale) -> Any:
    told = {"kind": "amount", "amount": "30", "text": "", "codes": (), "seal": tale.town.world.seal}
    return act(answers.make_offer, who, no, **told, calendar=CALENDAR, now=tale.at)


CALLS: dict[str, Call] = {
    "withdraw": _call(replies.withdraw_case),
    "answer": _call(replies.answer_merchant, text="截图在此", calendar=CALENDAR),
    "accept": _call(replies.accept_offer, calendar=CALENDAR),
    "decline": _call(replies.decline_offer, calendar=CALENDAR),
    "remind": _call(replies.remind_merchant),
    "approve": _call(answers.approve_case, calendar=CALENDAR),
    "reject": _call(answers.reject_case, reason="other", text="不"),
    "ask": _call(answers.ask_shopper, text="请补充截图", calendar=CALENDAR),
    "offer": _offer,
    "concede": _call(answers.concede_case, calendar=CALENDAR),
}


def person(town: Town, who: str) -> Actor | None:
    return None if who == "nobody" else getattr(town, who)


def everything() -> dict[str, list[Any]]:
    """Every row of the house."""
    tables = SQLModel.metadata.sorted_tables
    with db.reading() as session:
        return {table.name: list(session.connection().execute(sa.select(table)).all()) for table in tables}


def answer_of(call: Call, who: Actor | None, no: str, tale: Tale) -> Refused:
    """Raised, or returned because it was to be recorded."""
    try:
        found = call(who, no, tale)
    except Refused as no_:
        return no_
    assert isinstance(found, Refused), "it was done"
    return found


def expected(status: str, who: str, name: str) -> tuple[str, str]:
    """The reason and offer of a refusal."""
    if who == "nobody":
        return "sign_in_first", "sign_in"
    if (who in ("alice", "mallory")) is not (name in SHOPPERS) or who == "carol":
        return "not_allowed", "orders"
    if who in ("mallory", "mo"):
        return "not_found", "orders"
    return ("no_offer", "case") if (status, name) == ("appeal", "accept") else ("stale", "case")


def test_the_table_has_every_act_and_every_status_a_service_can_reach() -> None:
    assert set(CALLS) == set(CaseAction)
    assert set(REACH) == set(CaseStatus) - {"asked", "ruled_split", "ruled_merchant"}


@pytest.mark.parametrize(
    ("status", "who", "name", "target"),
    [(status, who, name, target) for (status, who), acts in ALLOWED.items() for name, target in acts.items()],
)
def test_it_is_done_and_leads_where_the_table_says(town: Town, status: str, who: str, name: str, target: str) -> None:
    tale = REACH[status](town.tale())
    assert tale.case.status == status
    assert CALLS[name](person(town, who), tale.case.no, tale) is None
    assert tale.case.status == target
    assert tale.case.ended_at == (tale.at if target in ("approved", "rejected", "withdrawn", "settled", "ruled_shopper")
                                  else None)  # fmt: skip
    tale.money()  # balanced


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("status", REACH)
def test_everything_else_is_refused_and_changes_nothing(town: Town, status: str, who: str) -> None:
    tale = REACH[status](town.tale())
    before = everything()
    for name in sorted(set(CALLS) - ALLOWED.get((status, who), {}).keys()):
        answer = answer_of(CALLS[name], person(town, who), tale.case.no, tale)
        assert (answer.reason, answer.offer) == expected(status, who, name), name
        assert answer.status == (status if answer.reason in ("stale", "no_offer") else ""), name
        after = everything()
        if (who, name) == ("alice", "remind"):  # refused and recorded
            assert [row.verb for row in after.pop("event")[len(before["event"]) :]] == ["remind_refused"]
            before["event"] = everything()["event"]
            after["event"] = before["event"]
        assert after == before, name


@pytest.mark.parametrize("who", PEOPLE)
def test_a_foreign_number_looks_like_an_unknown_one(town: Town, who: str) -> None:
    tale = REACH["review"](town.tale())
    for call in CALLS.values():
        unknown = refused(call, person(town, who), "CM0", tale)
        if who in ("mallory", "mo", "carol", "nobody"):
            foreign = refused(call, person(town, who), tale.case.no, tale)
            assert (foreign.reason, foreign.offer, foreign.status) == (unknown.reason, unknown.offer, unknown.status)
