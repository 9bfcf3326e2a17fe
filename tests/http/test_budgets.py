"""Whatever writes has a budget; who has used it up hears when it opens, in words and in seconds."""

import ast
import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import CodeType, FunctionType
from typing import Any

import pytest
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from cardmall import cookies, desk, routes
from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.http import ROUTES
from cardmall.models import Account, Picture
from cardmall.states import threads
from tests.ground import on_sqlite
from tests.hostile import picture
from tests.http.test_payments import at_cashier
from tests.http.test_pictures import hand_in, signed_in
from tests.test_house import names_of_calls, trees
from tests.town import Tale, Town, rows

SPENDS = {"spend", "spend_as", "take", "take_of", "trying", "act"}  # `desk.act` spends
LAWFUL = {
    f"POST {routes.SIGN_OUT}": "ends one row that a sign-in made",
    f"POST {routes.CALLBACK}": "the channel's: nothing is written before its signature holds, and each word only once",
    f"GET {routes.PICTURE}": "notes what an admin saw, once an hour and order",
    f"GET {routes.PICTURES}": "notes what an admin saw, once an hour and order",
}
# Functions of the desk that open a transaction, and why none of them spends.
LAWFUL_ACTS = {
    "_tried": "the press was paid for by submit_request, once",
    "_answer": "the answer to a press that was paid for",
    "_blame": "our own fault, written down by us",
}


# a rule of the house


def reached(work: Callable[..., Any]) -> set[str]:
    """Every name that a route's function uses, with those of our own functions it calls or carries along."""
    seen: dict[object, None] = {}
    todo: list[Any] = [work]
    names: set[str] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, FunctionType) and one not in seen and one.__module__.startswith("cardmall.http"):
            seen[one] = None
            mine = set(_names(one.__code__))
            names |= mine
            todo += [one.__globals__.get(name) for name in mine]
            todo += inspect.getclosurevars(one).nonlocals.values()
    return names


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def writing() -> dict[str, Route]:
    """Routes that take a writing method, or open a transaction whatever their method."""
    found: dict[str, Route] = {}
    for route in ROUTES:
        (method,) = (route.methods or {"GET"}) - {"HEAD"}
        if method != "GET" or {"transaction", "note", "look"} & reached(route.endpoint):
            found[f"{method} {route.path}"] = route
    return found


def test_every_route_that_writes_spends_a_budget() -> None:
    found = writing()
    free = {name for name, route in found.items() if not SPENDS & reached(route.endpoint)}
    assert free == LAWFUL.keys()
    assert {f"DELETE {routes.PICTURE}", f"POST {routes.SANDBOX_PAY}", f"GET {routes.AUDIT_FILE}"} <= found.keys()


def test_the_desk_spends_a_budget_for_every_act() -> None:
    assert "spend" in _names(desk.act.__code__)


def test_every_act_of_a_page_goes_through_the_one_place_that_spends() -> None:
    opened = {
        function.name
        for source, tree in trees("states", "desk")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and source.name != "demo.py"  # everybody's controls of the demo town
        if {"transaction", "in_transaction"} & set(names_of_calls(function))
    }
    assert opened == {"act", "submit_request"} | LAWFUL_ACTS.keys()
    assert "spend" in set(_names(desk.submit_request.__code__))
    assert "act" in set(_names(threads.act_as.__code__)), "the desk's, which spends"


# what somebody hears


def browser(who: Actor | None = None, locale: str = "en") -> TestClient:
    client = TestClient(Starlette(routes=ROUTES), headers={"origin": "http://testserver"}, follow_redirects=False)
    client.cookies.set(cookies.LOCALE, locale)
    if who:
        client.cookies.set(cookies.SESSION, signed_in(who))
    return client


def seconds_of(answer: Any) -> int:
    assert answer.status_code == 429, answer.text
    return int(answer.headers["retry-after"])


def test_a_card_says_when_it_may_be_looked_at_again(town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ACTS", "1/hour")
    client, url = browser(town.alice), routes.reveal_url(tale.no, "nothing")
    assert client.post(url).status_code == 404
    answer = client.post(url)
    assert 3500 < seconds_of(answer) <= 3600
    told = answer.json()
    assert told["reason"] == "too_many_tries" and datetime.fromisoformat(told["at"]) > clock.now()
    assert told["text"].startswith("Too many tries, please try again after ")


def test_a_picture_says_when_the_next_one_is_heard(town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PICTURE_TRIES", "1/hour")
    client = browser(town.alice)
    assert hand_in(client, tale.no, b"x").status_code == 415
    answer = hand_in(client, tale.no, b"x")
    assert 3500 < seconds_of(answer) <= 3600 and datetime.fromisoformat(answer.json()["at"]) > clock.now()
    assert "after" in answer.json()["text"]


@pytest.mark.parametrize(("limit", "opens"), [("PICTURES_A_DAY", timedelta(days=1)), ("PICTURES_WAITING", None)])
def test_who_handed_in_too_many_hears_when_there_is_room(
    town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch, limit: str, opens: timedelta | None
) -> None:
    monkeypatch.setattr(limits, limit, 1)
    client = browser(town.alice)
    assert hand_in(client, tale.no, picture()).status_code == 201
    told = datetime.fromisoformat(hand_in(client, tale.no, picture()).json()["at"])
    (kept,) = rows(Picture)
    assert abs(told - kept.at - (opens or limits.PICTURE_WAITS)) < timedelta(seconds=1)


def test_taking_pictures_back_has_a_budget(town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(town.alice)
    first, second = (hand_in(client, tale.no, picture()).json()["url"] for _ in range(2))
    monkeypatch.setattr(limits, "ACTS", "1/hour")
    assert client.delete(first).status_code == 204
    assert seconds_of(client.delete(second)) and len(rows(Picture)) == 1


def test_the_cashier_has_a_budget(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ACTS", "1/hour")
    tale = at_cashier(town)
    told = {"payment": tale.payments[-1].no, "outcome": "fail"}
    client = browser(town.alice)
    assert client.post(routes.SANDBOX_PAY, data=told).status_code == 303
    answer = client.post(routes.SANDBOX_PAY, data=told)
    assert seconds_of(answer) and answer.text.startswith("Too many tries")
    assert browser(town.mallory).post(routes.SANDBOX_PAY, data=told).status_code == 404


def test_a_file_says_when_the_next_one_may_be_taken(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXPORT_TRIES", "1/hour")
    client = browser(town.carol)
    assert client.get(routes.AUDIT_FILE).status_code == 200
    answer = client.get(routes.AUDIT_FILE)
    assert seconds_of(answer) and answer.text.startswith("Too many tries, please try again after ")
    assert "请在" in browser(town.carol, "zh_CN").get(routes.AUDIT_FILE).text


# the language


def locale_of(who: Actor) -> str:
    return rows(Account, Account.id == who.id)[0].locale


@contextmanager
def locks() -> Generator[list[str]]:
    """The write locks asked for meanwhile."""
    begun: list[str] = []

    def hear(*told: Any) -> None:
        begun.extend(word for word in told if word == "BEGIN IMMEDIATE")

    event.listen(db.engine(), "before_cursor_execute", hear)
    yield begun
    event.remove(db.engine(), "before_cursor_execute", hear)


def choose(client: TestClient, locale: str) -> Any:
    return client.post(routes.LOCALE, data={"locale": locale})


def test_a_stranger_who_chooses_a_language_takes_no_lock(town: Town) -> None:
    stranger, forger = browser(), browser()
    forger.cookies.set(cookies.SESSION, "made up")
    with locks() as begun:
        assert [choose(client, "en").status_code for client in (stranger, forger)] == [303, 303]
        assert begun == []


@on_sqlite
def test_a_persons_language_is_written_when_it_changes(town: Town) -> None:
    client = browser(town.alice)
    with locks() as begun:
        for locale in ("en", "en", "zh_CN"):
            assert choose(client, locale).status_code == 303
            assert locale_of(town.alice) == locale
    assert len(begun) == 2
    assert locale_of(town.bob) == "zh_CN"


def test_choosing_a_language_has_a_budget(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ACTS", "1/hour")
    monkeypatch.setattr(limits, "CLIENT_ACTS", "1/hour")
    for client in (browser(town.alice), browser()):
        assert choose(client, "en").status_code == 303
        answer = choose(client, "zh_CN")
        assert seconds_of(answer) and answer.text.startswith("Too many tries")
    assert choose(browser(town.bob), "en").status_code == 303, "a person's own, wherever they are"
    assert locale_of(town.alice) == "en"
