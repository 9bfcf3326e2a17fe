"""Status × role × act for a case, against a table typed by hand from the rules; told by services."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from cardmall.adapters import db
from cardmall.domain.rules.cases import CaseAction
from cardmall.domain.terms import OPEN_CASE, Actor, CaseStatus, Refused, Role
from cardmall.services.case import answers, appeals, partials, replies, rulings
from tests.town import AUTO, MANUAL, Tale, Town, act, refused


def _fault(tale: Tale) -> Tale:
    """Looked at, appealed, and both sides heard."""
    return tale.order(AUTO).pay().deliver().reveal().appeal().respond()


# How a story comes to each status.
REACH: dict[str, Callable[[Tale], Tale]] = {
    "review": lambda t: t.order(MANUAL).pay().request(),
    "info_requested": lambda t: t.order(MANUAL).pay().request().ask(),
    "offered": lambda t: t.order(MANUAL).pay().request().offer("50"),
    "overdue": lambda t: t.order(MANUAL).pay().request().lapse(),
    "appeal": lambda t: t.order(AUTO).pay().deliver().request(way="return").lapse().respond(),
    "asked": lambda t: t.order(MANUAL).pay().request().reject("other", "已在制作").ask_partial("50"),
    "ruled_split": lambda t: _fault(t).rule(t.town.carol, "rule_split", "50"),
    "ruled_merchant": lambda t: _fault(t).rule(t.town.carol, "rule_merchant"),
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
    ("rejected", "alice"): {"ask_partial": "asked"},
    ("asked", "bob"): {"accept": "settled", "decline": "rejected"},
    ("appeal", "alice"): {"withdraw": "withdrawn", "respond": "appeal"},
    ("appeal", "bob"): {"concede": "ruled_shopper", "offer": "appeal", "respond": "appeal"},
    ("appeal", "carol"): {
        "rule_shopper": "ruled_shopper",
        "rule_split": "ruled_split",
        "rule_merchant": "ruled_merchant",
    },
}
PEOPLE = ("alice", "bob", "carol", "mallory", "mo", "nobody")
EVER = {
    Role.shopper: {"withdraw", "answer", "accept", "decline", "remind", "ask_partial", "respond"},
    Role.merchant: {"approve", "reject", "ask", "offer", "concede", "accept", "decline", "respond"},
    Role.admin: {"rule_shopper", "rule_split", "rule_merchant"},
}

Call = Callable[[Actor | None, str, Tale], Any]


def _call(use_case: Callable[..., Any], **told: Any) -> Call:
    return lambda who, no, tale: act(use_case, who, no, **told, now=tale.at)


def _offer(who: Actor | None, no: str, tale: Tale) -> Any:
    told = {"kind": "amount", "amount": "30", "text": "", "codes": ()}
    return act(answers.make_offer, who, no, **told, now=tale.at)


def _is_merchant(who: Actor | None) -> bool:
    """The same word on both sides: the shop's offer, or the partial refund the shopper asked for."""
    return who is not None and who.role is Role.merchant


def _accept(who: Actor | None, no: str, tale: Tale) -> Any:
    accept = partials.accept_partial if _is_merchant(who) else replies.accept_offer
    return act(accept, who, no, now=tale.at)


def _decline(who: Actor | None, no: str, tale: Tale) -> Any:
    if _is_merchant(who):
        return act(partials.decline_partial, who, no, now=tale.at)
    return act(replies.decline_offer, who, no, now=tale.at)


def _respond(who: Actor | None, no: str, tale: Tale) -> Any:
    side = Role.merchant if _is_merchant(who) else Role.shopper
    return act(appeals.respond, who, no, side=side, text="陈述", now=tale.at)


def _rule(ruling: str) -> Call:
    return _call(rulings.rule, ruling=ruling, amount="50", ground="依平台记录")


CALLS: dict[str, Call] = {
    "withdraw": _call(replies.withdraw_case),
    "answer": _call(replies.answer_merchant, text="截图在此"),
    "accept": _accept,
    "decline": _decline,
    "ask_partial": _call(partials.ask_partial, amount="50"),
    "respond": _respond,
    "rule_shopper": _rule("rule_shopper"),
    "rule_split": _rule("rule_split"),
    "rule_merchant": _rule("rule_merchant"),
    "remind": _call(replies.remind_merchant),
    "approve": _call(answers.approve_case),
    "reject": _call(answers.reject_case, reason="other", text="不"),
    "ask": _call(answers.ask_shopper, text="请补充截图"),
    "offer": _offer,
    "concede": _call(answers.concede_case),
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
    role = {"alice": Role.shopper, "mallory": Role.shopper, "carol": Role.admin}.get(who, Role.merchant)
    if name not in EVER[role]:
        return "not_allowed", "orders"
    if who in ("mallory", "mo"):
        return "not_found", "orders"
    none = status == "appeal" and who == "alice" and name in ("accept", "decline")
    return ("no_offer", "case") if none else ("stale", "case")


def test_the_table_has_every_act_and_every_status_a_service_can_reach() -> None:
    assert set(CALLS) == set(CaseAction)
    assert set(REACH) == set(CaseStatus)


@pytest.mark.parametrize(
    ("status", "who", "name", "target"),
    [(status, who, name, target) for (status, who), acts in ALLOWED.items() for name, target in acts.items()],
)
def test_it_is_done_and_leads_where_the_table_says(town: Town, status: str, who: str, name: str, target: str) -> None:
    tale = REACH[status](town.tale())
    assert tale.case.status == status
    assert CALLS[name](person(town, who), tale.case.no, tale) is None
    assert tale.case.status == target
    assert tale.case.ended_at == (None if CaseStatus(target) in OPEN_CASE else tale.at)
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
        if who in ("mallory", "mo", "nobody"):
            foreign = refused(call, person(town, who), tale.case.no, tale)
            assert (foreign.reason, foreign.offer, foreign.status) == (unknown.reason, unknown.offer, unknown.status)
