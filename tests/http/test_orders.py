"""A shop's orders as a file: never a code, answers for the owner alone, words no spreadsheet runs, bounded, noted."""

import csv
import io
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.adapters import attempts
from cardmall.domain import limits
from cardmall.domain.buyer_fields import BuyerField, FieldKind
from cardmall.domain.rules import turn
from cardmall.domain.terms import Refused
from cardmall.http import orders
from cardmall.http.orders import COLUMNS, _lines
from cardmall.models import Event
from cardmall.views.merchant.order_filters import read_desk_asked
from tests.http.test_pictures import signed_in
from tests.services.conftest import town
from tests.services.test_buyer_answers import ASKED, GAME, MINE
from tests.services.test_shop_orders import paid_twice
from tests.town import AUTO, MANUAL, Town, count, rows

__all__ = ["town"]


def read(lines: Iterator[str]) -> list[dict[str, str]]:
    head, *found = list(csv.reader(io.StringIO("".join(lines).removeprefix("\ufeff"))))
    assert len(head) == len(COLUMNS)
    return [dict(zip(COLUMNS, line, strict=False)) for line in found]


def taken(town: Town, locale: str = "zh_CN", **asked: str) -> list[dict[str, str]]:
    return read(_lines(town.bob, read_desk_asked(asked), locale))


def test_it_tells_every_order_in_words_and_numbers_and_never_a_code(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver().reveal()
    gone = town.tale().order(MANUAL).pay().request().approve().refund_arrives()
    by_no = {line["no"]: line for line in taken(town)}
    line = by_no[tale.no]
    assert (line["price"], line["total"], line["quantity"], line["refunded"]) == ("99.00", "198.00", "2", "0.00")
    assert (line["status"], line["channel"], line["mode"]) == ("已发货", "支付宝", "自动发货")
    assert line["shopper"] == "a*" and line["paid_at"].endswith("+08:00")
    assert (by_no[gone.no]["status"], by_no[gone.no]["refunded"]) == ("已取消", "99.00")
    text = "".join(_lines(town.bob, read_desk_asked({}), "en"))
    assert not [code for code in town.codes[AUTO] if code in text or code[-6:] in text]


def test_what_was_paid_twice_and_came_back_is_no_refund_of_the_order(town: Town) -> None:
    tale = paid_twice(town.tale().order(MANUAL)).refund_arrives()
    (line,) = taken(town)
    assert (line["no"], line["total"], line["refunded"]) == (tale.no, "99.00", "0.00")


def test_it_holds_what_the_filters_leave(town: Town) -> None:
    tale, other = town.tale().order(AUTO).pay(), town.tale().order(MANUAL)
    assert [line["no"] for line in taken(town, mode="auto")] == [tale.no]
    assert [line["no"] for line in taken(town, stage="to_pay")] == [other.no]
    assert taken(town, q="nothing") == []
    assert read(_lines(town.mo, read_desk_asked({}), "en")) == []


def test_answers_are_whole_for_an_owner_and_not_there_for_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    town.tale().order(GAME).pay(answers=MINE)
    assert taken(town)[0]["answers"] == "游戏账号: Dragon77 · 区服: 一区 · 手机号: 13800138000"
    monkeypatch.setattr(turn, "EVERY", turn.EVERY - {turn.Permission.owner})
    assert taken(town)[0]["answers"] == ""


def test_nothing_in_it_is_a_formula(town: Town) -> None:
    town.sell("evil", name="=1+1", buyer_fields=(BuyerField("=A1", FieldKind.text),))
    town.tale().order("evil").pay(answers={"answer1": "+cmd|x"})
    (line,) = taken(town)
    assert line["product"] == "'=1+1" and line["answers"].startswith("'=A1")


def test_it_goes_on_over_many_looks_and_ends_at_the_bound(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {town.tale().order(AUTO).pay().no for _ in range(4)}
    monkeypatch.setattr(limits, "EXPORT_AT_ONCE", 1)
    assert {line["no"] for line in taken(town)} == numbers
    monkeypatch.setattr(limits, "EXPORT_ROWS", 4)
    assert {line["no"] for line in taken(town)} == numbers, "nothing was left out, and nothing is said"
    monkeypatch.setattr(limits, "EXPORT_ROWS", 2)
    *kept, last = taken(town, "en")
    assert len(kept) == 2 and "limit" in last["no"]


def test_it_asks_again_who_it_is_for(town: Town) -> None:
    for who in (town.alice, town.carol):
        with pytest.raises(Refused):
            list(_lines(who, read_desk_asked({}), "en"))


def test_who_takes_it_is_noted_with_the_filters_but_never_with_what_was_searched(town: Town) -> None:
    attempts.forget_all()
    with TestClient(Starlette(routes=orders.ROUTES)) as browser:
        for who, status in ((town.bob, 200), (town.alice, 404), (town.carol, 404), (town.mo, 200)):
            browser.cookies.set(cookies.SESSION, signed_in(who))
            url = routes.shop_orders_url(file=True, mode="auto", q="Dragon77")
            assert browser.get(url).status_code == status
            assert browser.head(url).status_code == status
    found = rows(Event, Event.verb == "exported")
    assert [event.data for event in found] == [{"what": "shop_orders", "mode": "auto", "q": "…"}] * 2
    assert count(Event, Event.verb == "exported") == 2


def test_a_member_without_the_tick_takes_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "EVERY", turn.EVERY - {turn.Permission.orders})
    with TestClient(Starlette(routes=orders.ROUTES)) as browser:
        browser.cookies.set(cookies.SESSION, signed_in(town.bob))
        assert browser.get(routes.shop_orders_url(file=True)).status_code == 404
        assert browser.head(routes.shop_orders_url(file=True)).status_code == 404
