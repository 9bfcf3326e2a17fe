"""Merchant and admin read the number of the error of ours by which a request is judged (R63)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cardmall import cookies, locales
from cardmall.adapters import clock, lease
from cardmall.pages.admin.case import PAGE as ADMIN_PAGE
from cardmall.pages.merchant.case import PAGE as MERCHANT_PAGE
from cardmall.services.account import accounts
from cardmall.states.admin.case import AdminCaseState
from cardmall.states.merchant.case import MerchantCaseState
from tests.services.test_attempts import ERROR, fail
from tests.states.test_desks import page_of, run
from tests.town import AUTO, Tale, Town, act, settle_town


@pytest.fixture
def town(database: Any) -> Iterator[Town]:
    town = settle_town(clock.now())
    for who in (town.bob, town.carol):
        name = {town.bob: "bob", town.carol: "carol"}[who]
        act(accounts.sign_in, who.id, "", cookies.hash_of(name), now=clock.now())
    lease.beat()
    yield town


@pytest.fixture
def tale(town: Town) -> Tale:
    """Alice pressed, an error of ours stopped it, it was delivered in between, and she asked again."""
    tale = town.tale(clock.now()).order(AUTO).pay()
    fail(tale)
    return tale.later(minutes=1).deliver().request(way="request")


def seen(kind: Any, who: str, path: str) -> Any:
    page = page_of(kind, who, path)
    run(kind.refresh.fn(page))
    return page.view.case


def drawn(page: dict[str, Any]) -> str:
    component: Any = page["component"]
    shown: Any = component() if callable(component) else component
    return json.dumps(shown.render(), default=str, ensure_ascii=False)


def test_the_merchants_case_carries_the_number(tale: Tale) -> None:
    case = seen(MerchantCaseState, "bob", f"/merchant/cases/{tale.case.no}")
    assert (case.fault, case.judged_at) == (ERROR, tale.case.judged_at)


def test_the_admins_case_carries_the_number(tale: Tale) -> None:
    tale.reject("other", "已发货").appeal(text="您看")
    case = seen(AdminCaseState, "carol", f"/admin/cases/{tale.case.no}")
    assert (case.fault, case.judged_at) == (ERROR, tale.case.judged_at)


@pytest.mark.parametrize("page", [MERCHANT_PAGE, ADMIN_PAGE], ids=["merchant", "admin"])
def test_the_page_writes_the_number_out(page: dict[str, Any]) -> None:
    told = json.dumps(locales.to_json(locales.texts("case.fault")), ensure_ascii=False)[1:-1]
    words = drawn(page).partition(f"{told}, ({{ ")[2]
    assert '?.[\\"case\\"]?.[\\"fault\\"] }))' in words[:300]
