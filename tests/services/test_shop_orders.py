"""A shop's orders: every one under one tab, filters and search that find what they name, nothing of another shop."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall import locales
from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.rules import turn
from cardmall.domain.terms import Actor, Channel, Reason, Stage
from cardmall.models import Account, Order
from cardmall.services.order.beginning import begin_work
from cardmall.services.order.orders import start_payment
from cardmall.services.shop.shops import disable_shop
from cardmall.views.merchant.order import ShopOrder, shop_order
from cardmall.views.merchant.order_filters import read_desk_asked
from cardmall.views.merchant.order_rows import LINES
from cardmall.views.merchant.orders import TABS, ShopOrders, shop_orders
from tests.opened import noted
from tests.services.test_books import settled
from tests.services.test_buyer_answers import ASKED, GAME, MINE, OTHER, correct
from tests.services.test_goods import save
from tests.town import AUTO, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, act, hear, look, refused, rows

LATER = NOW + 30 * DAY
STORIES: dict[str, Callable[[Tale], Tale]] = {
    "to_pay": lambda t: t.order(MANUAL),
    "to_deliver": lambda t: t.order(MANUAL).pay(),
    "delivered": lambda t: t.order(AUTO).pay().deliver(),
    "in_case": lambda t: t.order(MANUAL).pay().request(),
    "refunding": lambda t: t.order(MANUAL).pay().request().approve(),
    "closed": lambda t: t.order(MANUAL).cancel(),
    "abnormal": lambda t: t.order(AUTO).pay().lack(),
}


def page(town: Town, who: Any = None, now: Any = None, **asked: Any) -> ShopOrders:
    return look(shop_orders, who or town.bob, read_desk_asked(asked), now=now or NOW + HOUR)


def found(town: Town, **asked: str) -> set[str]:
    return {row.no for row in page(town, **asked).rows}


@pytest.fixture
def told(town: Town) -> dict[str, str]:
    """One order of Bob's shop under each tab, by the stage; another shop has one, too."""
    return {stage: tell(town.tale()).no for stage, tell in STORIES.items()}


def test_every_order_stands_under_one_tab_and_the_tabs_add_up(town: Town, told: dict[str, str]) -> None:
    assert set(TABS) == set(Stage) and STORIES.keys() == set(Stage)
    every = page(town)
    assert {row.no for row in every.rows} == set(told.values())
    assert every.counts == dict.fromkeys(TABS, 1) and list(every.counts) == list(TABS)
    for stage, no in told.items():
        one = page(town, stage=stage)
        assert ([row.no for row in one.rows], one.counts) == ([no], every.counts), "the tabs stay"


def test_the_newest_comes_first_whatever_its_stage(town: Town) -> None:
    numbers = [tell(town.tale(NOW + n * HOUR)).no for n, tell in enumerate(STORIES.values())]
    assert [row.no for row in page(town, now=LATER).rows] == numbers[::-1]


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({"product": AUTO}, {"delivered", "abnormal"}),
    ({"product": "nothing"}, set()),
    ({"mode": "auto"}, {"delivered", "abnormal"}),
    ({"mode": "manual", "held": "yes"}, {"in_case"}),
    ({"held": "no", "product": AUTO}, {"delivered", "abnormal"}),
    ({"channel": "alipay"}, {"to_deliver", "delivered", "in_case", "refunding", "abnormal"}),
    ({"channel": "wechat"}, set()),
    ({"least": "99", "most": "99.00", "mode": "auto"}, {"delivered", "abnormal"}),
    ({"least": "99.01"}, set()),
    ({"most": "98.99"}, set()),
    ({"since": "2026-11-24"}, set()),
    ({"until": "2026-11-22"}, set()),
    ({"since": "2026-11-23", "until": "2026-11-23", "mode": "auto"}, {"delivered", "abnormal"}),
]


@pytest.mark.parametrize(("asked", "stages"), FILTERS)
def test_the_list_and_its_tabs_follow_each_filter(
    town: Town, told: dict[str, str], asked: dict[str, str], stages: set[str]
) -> None:
    one = page(town, **asked)
    assert {row.no for row in one.rows} == {told[stage] for stage in stages}
    assert {stage for stage, number in one.counts.items() if number} == stages


def test_what_is_no_filter_counts_as_not_asked_and_a_wrong_amount_says_so(town: Town, told: dict[str, str]) -> None:
    junk = {name: "\ud800x" for name in ("stage", "mode", "channel", "since", "until", "held", "after", "before")}
    assert found(town, **junk) == set(told.values())
    for sign in ("\0", "\ud800"):
        assert found(town, product=f"x{sign}") == found(town, least=f"1{sign}") == found(town, q=f"y{sign}") == set()
    assert found(town, least="999999999") == set() and found(town, most="999999999") == set(told.values())
    for least, most, error in (("x", "", "not_money"), ("2", "1", "out_of_range"), ("1", "1", ""), ("", "", "")):
        assert read_desk_asked({"least": least, "most": most}).amount_error() == error
    assert found(town, least="x") == found(town, least="2", most="1") == set()
    assert read_desk_asked({"since": "2026-11-24", "until": "2026-11-23"}).days_error() == "out_of_range"


def test_a_place_beyond_the_last_order_shows_the_first_page(town: Town, told: dict[str, str]) -> None:
    assert found(town, after="2020-01-01T00:00:00Z~1") == set(told.values())


def test_the_channel_is_the_one_it_was_paid_by(town: Town) -> None:
    tale = town.tale().order(AUTO).pay(channel=Channel.wechat)
    assert tale.row.channel is Channel.wechat and found(town, channel="wechat") == {tale.no}


WRITTEN: list[Callable[[str], str]] = [
    lambda no: no,
    lambda no: no[-4:],
    lambda no: no[-6:],
    lambda no: no[2:],
    lambda no: f"#{no}",
    lambda no: f"订单号：{no.lower()}",
    lambda no: f" {no[:8]} {no[8:]} ",
]


@pytest.mark.parametrize("write", WRITTEN)
def test_an_order_is_found_by_its_number_or_the_end_of_it(town: Town, write: Callable[[str], str]) -> None:
    tale, other = town.tale().order(AUTO), town.tale().order(AUTO)
    assert found(town, q=write(tale.no)) == {no for no in (tale.no, other.no) if no.endswith(tale.no[-4:])}


def test_three_digits_and_the_name_of_a_product_find_nothing(town: Town) -> None:
    tale = town.tale().order(AUTO)
    assert found(town, q=tale.no[-3:]) == found(town, q="点卡") == found(town, q="\u200b") == set()


def phone(person: Actor, number: str, *, proven: bool = True) -> None:
    with db.transaction() as session:
        account = session.get_one(Account, person.id)
        account.phone, account.phone_confirmed_at = number, NOW if proven else None


def test_an_order_is_found_by_the_last_four_of_its_buyers_number_and_by_no_more_of_it(town: Town) -> None:
    phone(town.alice, "+8613800138999")
    phone(town.mallory, "+8613900138998", proven=False)
    tale = town.tale().order(AUTO)
    renumber(tale, "CM26112316000001")
    renumber(town.tale(shopper=town.mallory).order(AUTO), "CM26112316000002")
    assert found(town, q="8999") == {"CM26112316000001"}
    assert found(town, q="8998") == set(), "nobody has proven it"
    for more in ("38999", "13800138999", "+86 138 0013 8999"):
        assert found(town, q=more) == set(), "nobody learns a number digit by digit"


def renumber(tale: Tale, no: str) -> None:
    with db.transaction() as session:
        session.connection().execute(sa.update(Order).where(col(Order.no) == tale.no).values(no=no))


def test_an_order_is_found_by_exactly_what_its_buyer_answered(town: Town) -> None:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    tale = town.tale().order(GAME).pay(answers=MINE)
    town.tale().order(GAME).pay(answers=OTHER)
    assert found(town, q="dragon77") == found(town, q=" DRAGON77 ") == {tale.no}
    assert found(town, q="dragon") == found(town, q="一区") == set()
    assert found(town, q="138 0013 8000") != set()
    correct(tale, OTHER)
    assert found(town, q="dragon77") == set(), "no longer by what was corrected"


def test_nobody_is_found_by_what_was_answered_for_an_order_never_paid(town: Town) -> None:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    tale = town.tale().order(GAME)
    act(start_payment, town.alice, tale.no, channel="alipay", consent=True, answers=MINE, now=tale.at)
    assert found(town, q="dragon77") == set()
    assert tale.no in found(town, q=tale.no)


def test_a_search_stands_under_the_other_filters_and_its_tabs_add_up(town: Town, told: dict[str, str]) -> None:
    for stage, no in told.items():
        assert page(town, q=no).counts == dict.fromkeys(TABS, 0) | {stage: 1}
        assert found(town, q=no, stage=stage) == {no}
        assert found(town, q=no, mode="auto") == ({no} if stage in ("delivered", "abnormal") else set())


def test_pages_lead_on_and_back_across_stages_without_a_gap(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE", 3)
    numbers = [tell(town.tale(NOW + n * HOUR)).no for n, tell in enumerate(STORIES.values())][::-1]
    first = page(town, now=LATER)
    second = page(town, now=LATER, after=first.next_key)
    third = page(town, now=LATER, after=second.next_key)
    assert [[row.no for row in one.rows] for one in (first, second, third)] == [numbers[:3], numbers[3:6], numbers[6:]]
    assert (first.prev_key, third.next_key) == ("", "")
    back = page(town, now=LATER, before=third.prev_key)
    assert [row.no for row in back.rows] == numbers[3:6] and back.counts == first.counts
    start = page(town, now=LATER, before=back.prev_key)
    assert ([row.no for row in start.rows], start.prev_key) == (numbers[:3], "") and start.next_key == first.next_key


def test_nothing_of_another_shop_is_found_by_anything(town: Town, told: dict[str, str]) -> None:
    phone(town.alice, "+8613800138999")
    for asked in ({}, {"product": AUTO}, {"q": told["delivered"]}, {"q": told["delivered"][-4:]}, {"q": "8999"}):
        one = page(town, town.mo, **asked)
        assert (one.rows, set(one.counts.values()), one.products) == ([], {0}, [])


@pytest.mark.parametrize("who", ["alice", "carol"])
def test_it_is_a_members_list(town: Town, who: str) -> None:
    assert refused(act, shop_orders, getattr(town, who), read_desk_asked({}), now=NOW).reason is Reason.not_allowed
    assert refused(act, shop_orders, None, read_desk_asked({}), now=NOW).reason is Reason.sign_in_first


def test_a_member_without_the_tick_has_no_list(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "EVERY", turn.EVERY - {turn.Permission.orders})
    assert refused(act, shop_orders, town.bob, read_desk_asked({}), now=NOW).reason is Reason.not_allowed


def test_the_product_that_was_chosen_is_among_those_to_choose(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIST_SIZE", 1)
    assert [one.slug for one in page(town, product=MANUAL).products] == [MANUAL]
    assert len(page(town).products) == 1


ROWS: dict[str, tuple[Callable[[Tale], Tale], str, str, str]] = {
    "to_pay": (STORIES["to_pay"], "view", "pay_by", ""),
    "to_deliver": (STORIES["to_deliver"], "deliver", "promised", ""),
    "automatic": (lambda t: t.order(AUTO).pay(), "view", "deliver_at", ""),
    "review": (STORIES["in_case"], "answer", "answer", "review"),
    "asked": (lambda t: t.order(MANUAL).pay().request().ask(), "case", "waits", "info_requested"),
    "overdue": (lambda t: t.order(MANUAL).pay().request().lapse(), "answer", "overdue", "overdue"),
    "appeal": (lambda t: t.order(AUTO).pay().deliver().reveal().appeal(), "case", "ruling", "appeal"),
    "rejected": (lambda t: t.order(MANUAL).pay().request().later(hours=1).reject("other", "不"), "view", "held", ""),
    "offered": (lambda t: t.order(MANUAL).pay().offer_to("mallory@cardmall.test"), "view", "transferring", ""),
    "refunding": (STORIES["refunding"], "refund", "refunding", ""),
    "refunded": (lambda t: t.order(MANUAL).pay().request().approve().refund_arrives(), "view", "refunded", ""),
    "delivered": (STORIES["delivered"], "view", "delivered", ""),
    "completed": (lambda t: t.order(AUTO).pay().deliver().complete(), "view", "completed", ""),
    "canceled": (STORIES["closed"], "view", "canceled", ""),
    "expired": (lambda t: t.order(MANUAL).expire(), "view", "expired", ""),
    "no_stock": (STORIES["abnormal"], "view", "no_stock", ""),
    "disabled": (lambda t: disabled(t.order(MANUAL).pay()), "view", "shop_disabled", ""),
    "disabled without stock": (lambda t: disabled(t.order(AUTO).pay().lack()), "view", "shop_disabled", ""),
    "disabled in a case": (lambda t: disabled(t.order(MANUAL).pay().request()), "answer", "answer", "review"),
    "disabled and paid twice": (lambda t: disabled(paid_twice(t.order(MANUAL))), "refund", "shop_disabled", ""),
}


def disabled(tale: Tale) -> Tale:
    act(disable_shop, tale.town.carol, "bobs", reason="多次逾期", now=tale.at)
    return tale


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_where_it_stands_for_the_shop_and_what_to_do(town: Town, name: str) -> None:
    tell, do, line, case = ROWS[name]
    tale = tell(town.tale())
    (row,) = page(town, now=tale.at).rows
    assert (row.act, row.line.code, row.case_status) == (do, line, case)
    assert row.shopper == "a*" and (not case or row.case_no)
    assert row.line.code in LINES


def test_a_promise_that_ran_out_and_work_that_began_are_told(town: Town) -> None:
    town.sell(GAME, promise_seconds=2 * 86_400)
    tale = town.tale().order(GAME).pay()
    act(begin_work, town.bob, tale.no, now=tale.at)
    assert [row.line.code for row in page(town, now=tale.at).rows] == ["begun"]
    assert [row.line.code for row in page(town, now=tale.at + 3 * DAY).rows] == ["late"]


def test_every_line_has_its_words() -> None:
    assert set(LINES) == set(locales.texts_below("shop_orders.line"))


def test_a_page_takes_as_many_statements_however_many_orders(town: Town) -> None:
    taken = []
    town.tale().order(AUTO).pay()
    for more in (STORIES, {}):
        with noted(db.engine()) as statements:
            page(town)
        taken.append(len(statements))
        for tell in more.values():
            tell(town.tale())
    assert taken[0] == taken[1]


def seen(tale: Tale) -> ShopOrder:
    return look(shop_order, tale.town.bob, tale.no, now=tale.at)


def test_the_page_of_an_order_names_its_pieces_by_the_end_of_their_codes(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay()
    assert seen(tale).pieces == []
    tale.deliver().reveal()
    pieces = seen(tale).pieces
    assert [piece.n for piece in pieces] == [1, 2]
    assert sorted(piece.tail for piece in pieces) == sorted(card.tail for card in tale.cards)
    assert {piece.status for piece in pieces} == {"revealed", "sealed"}
    everything = repr(seen(tale))
    assert not [code for code in town.codes[AUTO] if code in everything], "never a code"


def test_the_page_of_an_order_sets_its_terms_beside_those_of_now(town: Town) -> None:
    tale = town.tale().order(MANUAL)
    same = seen(tale).terms
    assert [one.name for one in same] == ["price", "return_allowed", "window_days", "fee_permille"]
    assert all(one.sold == one.now for one in same)
    save(town, MANUAL, 1, price="88", activation_rule="登录账号即视为使用，请先核对")
    other = {one.name: (one.sold, one.now) for one in seen(tale).terms}
    assert other["price"] == ("9900", "8800") and "activation_rule" in other


@pytest.mark.parametrize("stage", STORIES)
def test_every_order_of_the_shop_opens_with_its_money(town: Town, stage: str) -> None:
    view = seen(STORIES[stage](town.tale()))
    assert view.order.stage == stage and view.order.no
    assert view.money.back == (view.order.total if stage == "refunding" else 0)


def test_money_that_never_paid_for_the_order_is_not_given_back_by_it(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve()
    assert seen(tale).money.back == tale.row.total
    twice = paid_twice(town.tale().order(AUTO)).refund_arrives()
    assert seen(twice).money.back == 0


def paid_twice(tale: Tale) -> Tale:
    for channel in ("alipay", "wechat"):
        act(start_payment, tale.shopper, tale.no, channel=channel, consent=True, now=tale.at)
    for n, payment in enumerate(tale.payments):
        assert hear(payment, tale.at + MINUTE, trade_no=f"T{n}")
    return tale


def test_an_order_that_was_settled_says_when(town: Town) -> None:
    tale = settled(town.tale().order(AUTO).pay())
    money = seen(tale).money
    assert money.paid == tale.row.total and money.settled_at
    assert tale.row.paid_at and money.settled_at > tale.row.paid_at + timedelta(days=7)
    assert len(rows(Order)) == 1
