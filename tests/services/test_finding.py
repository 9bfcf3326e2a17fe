"""An admin finds any order, person and shop; every search and every value shown in full is in the audit (R78, R95)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.away import opens_again
from cardmall.domain.terms import Actor, Reason
from cardmall.domain.typed import searched
from cardmall.domain.verbs import Verb
from cardmall.models import Account, BuyerAnswer, Event, Product
from cardmall.reads.finding import orders_found
from cardmall.services.account.finding import note_search, unmask
from cardmall.services.account.standing import disable_account
from cardmall.services.shop.away import go_away
from cardmall.services.shop.founding import rename_shop
from cardmall.services.shop.shops import disable_shop
from cardmall.views.admin.audit import audit_page, read_asked
from cardmall.views.admin.order import admin_order
from cardmall.views.admin.orders import FoundPage, found_page, read_find_asked
from cardmall.views.admin.person import PersonPage, person_page
from cardmall.views.admin.shop import AdminShop, admin_shop
from cardmall.views.merchant.order import shop_order
from cardmall.views.shopper.order import order_view
from tests.services.test_buyer_answers import ASKED, GAME, KEPT, MINE, OTHER
from tests.services.test_shop_orders import WRITTEN, phone, renumber
from tests.town import AUTO, DAY, HOUR, MANUAL, NOW, Town, act, count, look, refused, rows

STRANGERS = ("alice", "mallory", "bob", "mo")
PHONE = "+8613800138999"


def page(town: Town, who: Actor | None = None, **asked: str) -> FoundPage:
    return look(found_page, who or town.carol, read_find_asked(asked), now=NOW + HOUR)


def found(town: Town, q: str, *, after: str = "", before: str = "") -> list[tuple[str, str]]:
    return [(row.kind, row.no) for row in page(town, q=q, after=after, before=before).rows]


def numbers(town: Town, q: str) -> set[str]:
    return {no for kind, no in found(town, q) if kind == "order"}


def sell_elsewhere(town: Town, slug: str, **how: Any) -> None:
    """Mo's shop sells it."""
    town.sell(slug, **how)
    with db.transaction() as session:
        session.connection().execute(
            sa.update(Product).where(col(Product.slug) == slug).values(shop_id=town.mo.shop_id)
        )


# what a search finds


@pytest.mark.parametrize("write", WRITTEN)
def test_an_order_of_any_shop_is_found_by_its_number_or_the_end_of_it(town: Town, write: Callable[[str], str]) -> None:
    sell_elsewhere(town, "elsewhere")
    for no, slug in (("CM26112316001234", AUTO), ("CM26112316005678", "elsewhere")):
        renumber(town.tale().order(slug), no)
        assert numbers(town, write(no)) == {no}
    renumber(town.tale().order(AUTO), "CM26112317991234")
    both = {"CM26112316001234", "CM26112317991234"}
    assert numbers(town, "1234") == both and numbers(town, "001234") == {"CM26112316001234"}
    assert numbers(town, "234") == numbers(town, "点卡") == set()


def test_an_order_is_found_by_its_payment_its_refund_and_its_case(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve()
    town.tale().order(MANUAL).pay()
    for no in (tale.case.no, tale.payments[0].no, tale.refunds[0].no):
        assert numbers(town, no) == {tale.no} and numbers(town, no[:-1]) == set()
    offered = town.tale().order(MANUAL).pay().offer_to("mallory@cardmall.test")
    assert numbers(town, offered.transfer.no) == {offered.no}


def test_a_person_is_found_with_their_orders_by_an_address_or_four_digits(town: Town) -> None:
    phone(town.alice, PHONE)
    tale = town.tale().order(AUTO)
    renumber(tale, "CM26112316000001")
    renumber(town.tale(shopper=town.mallory).order(AUTO), "CM26112316000002")
    both = [("person", str(town.alice.id)), ("order", "CM26112316000001")]
    for q in ("alice@cardmall.test", " ALICE@cardmall.test ", "13800138999", "+86 138-0013-8999", "8999"):
        assert found(town, q) == both, q
    for q in ("alice", "38999", "alice@cardmall", "999"):
        assert found(town, q) == [], q
    phone(town.mallory, PHONE, proven=False)
    assert ("person", str(town.mallory.id)) in found(town, "8999"), "an admin is told of a claim, too"


def test_an_order_is_found_by_exactly_what_its_buyer_answered_in_any_shop(town: Town) -> None:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    sell_elsewhere(town, "game-2", buyer_fields=ASKED, promise_seconds=2 * 86_400)
    mine = {town.tale().order(slug).pay(answers=MINE).no for slug in (GAME, "game-2")}
    town.tale().order(GAME).pay(answers=OTHER)
    assert numbers(town, "dragon77") == numbers(town, " DRAGON77 ") == mine
    assert numbers(town, "dragon") == numbers(town, "一区") == set()


def test_a_shop_is_found_by_its_name_or_address_and_stands_first(town: Town) -> None:
    assert found(town, "bobs") == [("shop", "bobs")]
    act(rename_shop, town.carol, "bobs", "alice@cardmall.test 的店", now=NOW)
    assert [kind for kind, _ in found(town, "alice@cardmall.test")] == ["shop", "person"]


def test_the_orders_of_a_shop_are_listed_newest_first_and_none_of_another(town: Town) -> None:
    sell_elsewhere(town, "elsewhere")
    mine = [town.tale(NOW + n * HOUR).order(AUTO).no for n in range(3)]
    town.tale().order("elsewhere")
    shown = look(found_page, town.carol, read_find_asked({"shop": "bobs"}), now=NOW + DAY)
    assert ([row.no for row in shown.rows], shown.shop) == (mine[::-1], "bobs")
    assert page(town, shop="nothing") == page(town) == FoundPage()
    assert read_find_asked({"shop": "bobs", "q": "1234"}).shop == "", "a search is one over all shops"


def test_nothing_of_a_person_is_in_a_line(town: Town) -> None:
    phone(town.alice, PHONE)
    town.tale().order(AUTO)
    person, order = page(town, q="alice@cardmall.test").rows
    assert (person.name, person.address, person.role) == ("a*", "al***@cardmall.test", "shopper")
    assert (order.shopper, order.shop, order.total, order.pill) == ("a*", "bobs", 9900, "to_pay")
    asked = town.tale().order(MANUAL).pay().request()
    assert page(town, q=asked.no).rows[0].case_status == "review", "as staff call it, not as its shopper does"
    act(disable_account, town.carol, town.alice.id, reason="x", now=NOW)
    assert page(town, q="alice@cardmall.test").rows[0].disabled_at == NOW


def test_pages_lead_on_and_back_across_kinds_without_a_gap(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        town.tale(NOW + n * HOUR).order(AUTO)
    act(rename_shop, town.carol, "bobs", "alice@cardmall.test", now=NOW)
    whole = found(town, "alice@cardmall.test")
    assert len(whole) == 7
    monkeypatch.setattr(limits, "PAGE_SIZE", 3)
    shown = [page(town, q="alice@cardmall.test")]
    while shown[-1].next_key:
        shown.append(page(town, q="alice@cardmall.test", after=shown[-1].next_key))
    assert [(row.kind, row.no) for one in shown for row in one.rows] == whole
    assert [len(one.rows) for one in shown] == [3, 3, 1]
    back = page(town, q="alice@cardmall.test", before=shown[2].prev_key)
    assert back.rows == shown[1].rows
    start = page(town, q="alice@cardmall.test", before=back.prev_key)
    assert (start.rows, start.prev_key) == (shown[0].rows, "")


@pytest.mark.parametrize("key", ["after", "before"])
def test_a_place_that_is_none_or_gone_shows_the_first_page(town: Town, key: str) -> None:
    town.tale().order(AUTO)
    whole = found(town, "alice@cardmall.test")
    far = "2020-01-01T00:00:00Z~1" if key == "after" else "2090-01-01T00:00:00Z~9"
    for place in ("x", "order~x", "card~2026-11-23T00:00:00Z~1", f"{'order' if key == 'after' else 'shop'}~{far}"):
        assert found(town, "alice@cardmall.test", **{key: place}) == whole


@pytest.mark.parametrize("q", ["\0", "\ud800", "\u200b", "x" * 500, "%", "_", "'"])
def test_what_nobody_can_see_and_what_means_something_to_sql_finds_nothing(town: Town, q: str) -> None:
    town.tale().order(AUTO)
    assert found(town, q) == []


# what the audit is told


def test_a_search_is_told_to_the_audit_masked(town: Town) -> None:
    act(note_search, town.carol, "13800138999", now=NOW)
    act(note_search, town.carol, "", shop="bobs", now=NOW)
    first, second = rows(Event, Event.verb == Verb.searched)
    assert (first.note, first.actor_id, first.data) == ("****8999", town.carol.id, {})
    assert (second.note, second.data) == ("", {"shop": "bobs"})
    assert [row.shop for row in act(audit_page, town.carol, read_asked({"verb": "searched"})).rows] == ["bobs", ""]


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_but_an_admin_finds_or_looks(town: Town, who: str) -> None:
    tale, stranger = town.tale().order(AUTO), getattr(town, who)
    views: list[tuple[Any, ...]] = [
        (found_page, read_find_asked({"q": tale.no})),
        (admin_order, tale.no),
        (person_page, str(town.alice.id)),
        (admin_shop, "bobs"),
    ]
    for view, *asked in views:
        assert refused(look, view, stranger, *asked, now=NOW).reason is Reason.not_allowed
        assert refused(look, view, None, *asked, now=NOW).reason is Reason.sign_in_first
    before = count(Event)
    assert refused(act, note_search, stranger, tale.no, now=NOW).reason is Reason.not_allowed
    for asked in (("order", tale.no, "email"), ("person", str(town.alice.id), "email")):
        assert refused(act, unmask, stranger, *asked, reason="x", now=NOW).reason is Reason.not_allowed
    assert count(Event) == before


# values in full


def test_a_value_is_shown_for_a_reason_that_is_kept(town: Town) -> None:
    phone(town.alice, PHONE)
    tale, person = town.tale().order(AUTO), str(town.alice.id)
    for field, value in (("name", "alice"), ("email", "alice@cardmall.test"), ("phone", PHONE)):
        assert act(unmask, town.carol, "order", tale.no, field, reason=" 核对投诉 ", now=NOW) == value
        assert act(unmask, town.carol, "person", person, field, reason="x", now=NOW) == value
        of_order, of_person = rows(Event, Event.verb == Verb.unmasked)[-2:]
        assert (of_order.order_id, of_order.note, of_person.order_id) == (tale.row.id, "核对投诉", None)
        assert of_order.data == of_person.data == {"field": field, "account": town.alice.id}
    told = act(audit_page, town.carol, read_asked({"verb": "unmasked"})).rows
    assert {row.person for row in told} == {person} and {row.order_no for row in told} == {tale.no, ""}
    assert PHONE not in str(told) and "alice@" not in str(told), "the audit keeps no value"


def test_what_a_buyer_answered_is_shown_alike_until_it_is_erased(town: Town) -> None:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    tale = town.tale().order(GAME).pay(answers=MINE)
    shown = look(admin_order, town.carol, tale.no, now=NOW).answers
    assert [(one.field, one.label) for one in shown] == [(f"answer{n}", f.label) for n, f in enumerate(ASKED, 1)]
    assert not {one.shown for one in shown} & set(KEPT)
    assert [act(unmask, town.carol, "order", tale.no, one.field, reason="x", now=NOW) for one in shown] == KEPT
    with db.transaction() as session:
        session.connection().execute(sa.delete(BuyerAnswer))
    assert refused(act, unmask, town.carol, "order", tale.no, "answer1", reason="x", now=NOW).reason is Reason.not_found
    assert all(one.erased and not one.shown for one in look(admin_order, town.carol, tale.no, now=NOW).answers)


def test_without_a_reason_nothing_is_shown_nor_recorded(town: Town) -> None:
    tale, before = town.tale().order(AUTO), count(Event)
    for reason in ("", "  ", "\u200b", None, "x" * (limits.TEXT_LENGTH + 1)):
        why = refused(act, unmask, town.carol, "order", tale.no, "email", reason=reason, now=NOW)
        assert why.reason is Reason.invalid and why.fields.keys() == {"text"}
    assert act(unmask, town.carol, "order", tale.no, "email", reason="x" * limits.TEXT_LENGTH, now=NOW)
    assert count(Event) == before + 1


@pytest.mark.parametrize(
    ("kind", "no", "field"),
    [
        *(
            ("order", "{no}", field)
            for field in ("password_hash", "shop_id", "id", "answer1", "answer9", "code", "", None)
        ),
        *(("person", "{id}", field) for field in ("password_hash", "called", "answer1", "phone", 7)),
        *(("person", no, "email") for no in ("0", "-1", "999999", "٣", "1.0", "9" * 30, "", None, 1)),
        *(("order", no, "email") for no in ("CM0", "", None, 7)),
        *((kind, "{no}", "email") for kind in ("shop", "card", "", None, 3)),
    ],
)
def test_anything_else_is_not_there(town: Town, kind: Any, no: Any, field: Any) -> None:
    tale = town.tale().order(AUTO)
    known = {"{no}": tale.no, "{id}": str(town.alice.id)}.get(no, no)
    before = count(Event)
    assert refused(act, unmask, town.carol, kind, known, field, reason="x", now=NOW).reason is Reason.not_found
    assert count(Event) == before


def test_parties_are_not_told_of_it_on_the_order(town: Town) -> None:
    tale = town.tale().order(AUTO)
    act(unmask, town.carol, "order", tale.no, "email", reason="内部原因", now=NOW)
    for who, view in ((town.alice, order_view), (town.bob, shop_order), (town.carol, admin_order)):
        assert "内部原因" not in str(look(view, who, tale.no, now=NOW))


# the three pages


def test_the_page_of_an_order_shows_what_its_shop_sees_and_its_payments(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal()
    shown, own = (
        look(view, who, tale.no, now=NOW + HOUR) for view, who in ((admin_order, town.carol), (shop_order, town.bob))
    )
    assert (shown.desk.money, shown.desk.pieces, shown.desk.terms) == (own.money, own.pieces, own.terms)
    assert (shown.shop, shown.shop_slug, shown.person) == ("bobs", "bobs", str(town.alice.id))
    assert [(one.field, one.shown, one.proven) for one in shown.buyer] == [
        ("name", "a*", False), ("email", "al***@cardmall.test", True), ("phone", "", False)
    ]  # fmt: skip
    (payment,) = shown.payments
    assert (payment.no, payment.amount, payment.status) == (tale.payments[0].no, 9900, "captured")
    assert "alice" not in str(shown), "neither name nor address in full"
    assert refused(look, admin_order, town.carol, "CM0", now=NOW).reason is Reason.not_found


def test_the_page_of_a_person_pages_their_orders_and_lists_their_cases(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE", 2)
    in_case = [town.tale(NOW + n * HOUR).order(MANUAL).pay().request() for n in range(3)]
    town.tale(shopper=town.mallory).order(MANUAL).pay().request()
    first = person(town, town.alice)
    second = person(town, town.alice, after=first.next_key)
    mine = [tale.no for tale in in_case][::-1]
    assert [[row.no for row in one.orders] for one in (first, second)] == [mine[:2], mine[2:]]
    assert (first.prev_key, second.next_key) == ("", "")
    assert person(town, town.alice, before=second.prev_key).orders == first.orders
    assert person(town, town.alice, after="2020-01-01T00:00:00Z~1").orders == first.orders, "they moved on"
    assert [one.no for one in first.cases] == [in_case[2].case.no, in_case[1].case.no]


def person(town: Town, who: Actor, **place: str) -> PersonPage:
    return look(person_page, town.carol, str(who.id), now=NOW + DAY, **place)


def test_the_page_of_a_person_says_where_they_belong_and_why_they_are_disabled(town: Town) -> None:
    act(disable_account, town.carol, town.bob.id, reason="冒用他人", now=NOW)
    shown = person(town, town.bob)
    assert (shown.role, shown.shop_slug, shown.disabled_at, shown.note) == ("merchant", "bobs", NOW, "冒用他人")
    assert (shown.orders, shown.cases, shown.next_key) == ([], [], "")
    for no in ("0", "999999", "x", "", "٣", None, 1, "9" * 30):
        assert refused(look, person_page, town.carol, no, now=NOW).reason is Reason.not_found


def test_the_page_of_a_shop_adds_up_its_goods_and_its_money(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal()
    opened = town.tale().order(MANUAL).pay().request()
    act(disable_shop, town.carol, "bobs", reason="证件过期", now=NOW + HOUR)
    shown = shop_page(town, "bobs")
    assert (shown.name, shown.disabled_at, shown.note) == ("bobs", NOW + HOUR, "证件过期")
    assert (shown.listed, shown.unlisted, shown.archived) == (2, 0, 0)
    assert [one.no for one in shown.cases] == [opened.case.no]
    sums = {one.account: one.amount for one in shown.sums}
    assert sums["escrow"] == -sums["shopper"] == tale.row.total + opened.row.total and sum(sums.values()) == 0
    assert [(one.no, one.name, one.address) for one in shown.members] == [
        (str(town.bob.id), "b*", "bo***@cardmall.test")
    ]
    assert shown.events[0].verb == "shop_disabled" and "bob" not in str(shown.members)
    assert shop_page(town, "mos").events == []
    assert refused(look, admin_shop, town.carol, "nothing", now=NOW).reason is Reason.not_found


def shop_page(town: Town, slug: str) -> AdminShop:
    return look(admin_shop, town.carol, slug, now=NOW + DAY)


def test_all_open_cases_of_a_shop_are_counted_and_the_newest_listed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE", 2)
    opened = [town.tale().order(MANUAL).pay().request() for _ in range(3)]
    town.tale().order(MANUAL).pay().request().approve()
    shown = shop_page(town, "bobs")
    assert (shown.open_cases, [one.no for one in shown.cases]) == (3, [one.case.no for one in opened[:0:-1]])


def test_a_shop_that_is_away_is_shown_so(town: Town) -> None:
    assert shop_page(town, "bobs").back_at is None
    act(go_away, town.bob, day="2026-12-01", note="出差", now=NOW)
    shown = shop_page(town, "bobs")
    assert (shown.back_at, shown.away_note) == (opens_again(date(2026, 12, 1)), "出差")


def test_what_a_member_did_is_among_the_last_events_of_the_shop(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve()
    shown = shop_page(town, "bobs").events
    assert ("case_approved", tale.no) in {(one.verb, one.order_no) for one in shown}
    with db.transaction() as session:
        session.connection().execute(sa.update(Account).where(col(Account.shop_id).is_not(None)).values(shop_id=None))
    assert shop_page(town, "bobs").events == [] and shop_page(town, "bobs").members == []


@pytest.mark.parametrize("q", ["CM26112316001234", "AS26112316001234", "1234", "13800138999", "alice@cardmall.test"])
def test_no_search_reads_the_orders_or_the_people_through(town: Town, q: str) -> None:
    with db.reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("PostgreSQL reads small tables through, whatever indexes they have")
        wanted = orders_found(a_look(session, town.carol, now=NOW), searched(q))
        text = wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True}).string
        plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert plan and not [step for step in plan if step.startswith("SCAN") and step.split()[1] in TABLES]


TABLES = {"order", "account", "case", "payment", "refund", "transfer", "buyer_answer"}
