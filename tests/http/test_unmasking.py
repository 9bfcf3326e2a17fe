"""A masked value in full over HTTP: for an admin with a reason, in one answer that nobody keeps (R78)."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.domain.verbs import Verb
from cardmall.http import ROUTES
from cardmall.models import Event
from tests.http.test_pictures import signed_in
from tests.town import Tale, Town, rows


def ask(who: Actor | None, tale: Tale, locale: str = "en", **form: str) -> Any:
    client = TestClient(Starlette(routes=ROUTES), headers={"origin": "http://testserver"})
    client.cookies.set(cookies.LOCALE, locale)
    if who:
        client.cookies.set(cookies.SESSION, signed_in(who))
    return client.post(routes.UNMASK, data={"kind": "order", "no": tale.no, "field": "email", "text": "why"} | form)


def test_the_value_comes_once_and_is_not_kept(town: Town, tale: Tale) -> None:
    answer = ask(town.carol, tale)
    assert (answer.status_code, answer.json()) == (200, {"value": "alice@cardmall.test"})
    assert answer.headers["cache-control"] == "no-store"
    (event,) = rows(Event, Event.verb == Verb.unmasked)
    assert (event.note, event.actor_id, event.order_id) == ("why", town.carol.id, tale.row.id)


@pytest.mark.parametrize(("text", "error"), [("", "required"), ("  ", "required"), ("x" * 501, "too_long")])
def test_what_is_wrong_with_the_reason_is_named(town: Town, tale: Tale, text: str, error: str) -> None:
    answer = ask(town.carol, tale, text=text)
    assert (answer.status_code, answer.json()["error"]) == (422, error)
    assert rows(Event, Event.verb == Verb.unmasked) == []


def test_strangers_hear_that_it_is_not_theirs(town: Town, tale: Tale) -> None:
    assert ask(None, tale).status_code == 401
    for who in (town.alice, town.mallory, town.bob, town.mo):
        answer = ask(who, tale)
        assert (answer.status_code, "value" in answer.json()) == (403, False)
    assert (
        ask(town.carol, tale, no="CM0").status_code == ask(town.carol, tale, field="password_hash").status_code == 404
    )
    assert rows(Event, Event.verb == Verb.unmasked) == []


def test_no_number_is_too_long_to_be_nobodys(town: Town, tale: Tale) -> None:
    assert ask(town.carol, tale, kind="person", no="9" * 5000).status_code == 404


def test_another_site_asks_for_nothing(town: Town, tale: Tale) -> None:
    client = TestClient(Starlette(routes=ROUTES), headers={"origin": "http://evil.test"})
    client.cookies.set(cookies.SESSION, signed_in(town.carol))
    assert (
        client.post(routes.UNMASK, data={"kind": "order", "no": tale.no, "field": "email", "text": "x"}).status_code
        == 403
    )


def test_who_asks_too_often_hears_when_it_opens(town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.ACTS_OF, "unmask", "2/hour")
    assert [ask(town.carol, tale).status_code for _ in range(3)] == [200, 200, 429]
    late = ask(town.carol, tale)
    assert late.json()["at"] and int(late.headers["retry-after"]) > 0
