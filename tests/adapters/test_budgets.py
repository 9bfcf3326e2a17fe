"""A person's writing acts have a budget, whatever page they come from; the refusal says when it opens."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from cardmall import cookies
from cardmall.adapters import budgets, clock
from cardmall.domain import limits
from cardmall.domain.terms import Refused
from cardmall.models import Order, SignIn
from cardmall.services.account import accounts
from cardmall.services.order import orders
from cardmall.services.talk.inbox import read_all_notices
from cardmall.states.threads import act_as
from tests.town import MANUAL, MINUTE, NOW, PRICE, Town, act, count, refused, rows, settle_town


@pytest.fixture
def town(database: Any) -> Iterator[Town]:
    town = settle_town(clock.now())
    act(accounts.sign_in, town.alice.id, "", cookies.hash_of("alice"), now=clock.now())
    yield town


def do(use_case: Any, *args: Any, **told: Any) -> Any:
    return asyncio.run(act_as(cookies.hash_of("alice"), use_case, *args, **told))


def test_thirty_orders_an_hour_and_then_the_moment_it_opens(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPAID_ORDERS", 100)
    for _ in range(30):
        assert isinstance(do(orders.place_order, MANUAL, quantity=1, price=PRICE), str)
    said = do(orders.place_order, MANUAL, quantity=1, price=PRICE)
    assert isinstance(said, Refused) and said.reason == "too_many_tries"
    assert said.at and timedelta(minutes=55) < said.at - clock.now() <= timedelta(hours=1)
    assert count(Order) == 30
    assert do(read_all_notices) is None, "other acts go on"


def test_everything_together_has_a_budget_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ACTS", "3/hour")
    for _ in range(3):
        assert do(read_all_notices) is None
    assert (
        do(read_all_notices).reason
        == do(orders.place_order, MANUAL, quantity=1, price=PRICE).reason
        == "too_many_tries"
    )
    assert refused(budgets.spend, town.alice, "anything").at
    budgets.spend(town.mallory, "anything")


def test_the_eleventh_live_sign_in_ends_the_oldest(town: Town) -> None:
    for n in range(limits.SIGN_INS + 5):
        act(accounts.sign_in, town.bob.id, "", f"browser-{n:02d}", now=NOW + n * MINUTE)
    found = [s.token_hash for s in rows(SignIn, SignIn.account_id == town.bob.id, by=SignIn.created_at)]
    assert found == [f"browser-{n:02d}" for n in range(5, limits.SIGN_INS + 5)]
