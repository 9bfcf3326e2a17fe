"""What a buyer told, in full over HTTP: for the shop that delivers the order now, in one answer nobody keeps (R86)."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.domain.terms import Actor
from cardmall.http import ROUTES
from tests.http.test_pictures import signed_in
from tests.services.test_buyer_answers import ASKED, GAME, MINE
from tests.town import Tale, Town


@pytest.fixture
def asked(town: Town) -> Tale:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    return town.tale().order(GAME).pay(answers=MINE)


def ask(who: Actor | None, no: str, *, origin: str = "http://testserver") -> Any:
    client = TestClient(Starlette(routes=ROUTES), headers={"origin": origin})
    client.cookies.set(cookies.LOCALE, "en")
    if who:
        client.cookies.set(cookies.SESSION, signed_in(who))
    return client.post(routes.buyer_fields_url(no))


def test_the_answers_come_with_their_edition_and_are_not_kept(town: Town, asked: Tale) -> None:
    answer = ask(town.bob, asked.no)
    assert answer.json() == {"answers": ["Dragon77", "一区", "13800138000"], "edition": 1}
    assert answer.headers["cache-control"] == "no-store"


def test_strangers_hear_that_it_is_not_theirs(town: Town, asked: Tale) -> None:
    found = {who: ask(who, asked.no) for who in (None, town.alice, town.mallory, town.carol, town.mo)}
    assert [answer.status_code for answer in found.values()] == [401, 403, 403, 403, 404]
    assert not any("Dragon77" in answer.text for answer in found.values())
    assert found[town.mo].text == ask(town.mo, "CM0").text
    assert ask(town.bob, asked.no, origin="http://evil.test").status_code == 403


def test_a_held_order_says_why_its_answers_stay_closed(town: Town, asked: Tale) -> None:
    asked.request()
    answer = ask(town.bob, asked.no)
    assert (answer.status_code, answer.json()["reason"]) == (409, "held")
    assert answer.json()["text"]
