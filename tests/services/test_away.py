"""A shop is away (R98): its bounds to the second, what is refused and what runs on, its end by hand and by time."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col

from cardmall.adapters import db, signals
from cardmall.domain import limits
from cardmall.domain.away import opens_again
from cardmall.domain.calendar import day_of
from cardmall.domain.rules import turn as turns
from cardmall.domain.terms import Refused
from cardmall.domain.topics import SHOPS, away_topic, product_topic, shop_topic
from cardmall.models import Away, Event, Job, Order
from cardmall.services.order.orders import place_order, start_payment
from cardmall.services.shop.away import AwaySeen, go_away, open_again
from cardmall.services.shop.shops import disable_shop
from cardmall.views.admin.shops import shops_page
from cardmall.views.merchant.shop import away_asked, shop_view
from cardmall.views.public.home import catalog_page
from cardmall.views.public.product import product_view
from cardmall.views.public.shelf import Shelf
from cardmall.views.shopper.checkout import checkout_with_fields
from cardmall.views.shopper.order import order_with_fields
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    NOW,
    PRICE,
    Tale,
    Town,
    act,
    count,
    look,
    refused,
    rows,
    run_jobs,
    set_clock,
)

TODAY = day_of(NOW)
WEEK = TODAY + 7 * DAY  # back then
BACK = opens_again(WEEK)


def leave(town: Town, day: object = WEEK, note: str = "", *, now: datetime = NOW, seen: AwaySeen = (None, "")) -> None:
    act(go_away, town.bob, day=str(day), note=note, seen=seen, now=now)


def reopen(town: Town, now: datetime = NOW) -> None:
    act(open_again, town.bob, now=now)


def order(town: Town, slug: str = MANUAL, now: datetime = NOW) -> str:
    return act(place_order, town.alice, slug, quantity=1, price=PRICE, now=now)


def was_away(town: Town, since: date, days: int) -> None:
    """As if it had been, from noon of a day on, so many days of Shanghai."""
    start = opens_again(since) + 12 * HOUR
    with db.transaction() as session:
        session.add(Away(shop_id=town.bob.shop_id or 0, since=start, until=opens_again(since + days * DAY)))


def told(town: Town) -> list[Event]:
    return rows(Event, col(Event.verb).in_(("away", "away_ended")))


@pytest.mark.parametrize("slug", [AUTO, MANUAL])
def test_nobody_orders_until_the_second_it_is_back(town: Town, slug: str) -> None:
    leave(town)
    for now in (NOW, BACK - timedelta(microseconds=1)):
        no = refused(order, town, slug, now)
        assert (no.reason, no.offer, no.at) == ("shop_away", "shop", BACK)
    assert count(Order) == 0
    order(town, slug, BACK)
    assert count(Order) == 1


def test_what_is_told_of_a_moment_before_knows_nothing_of_it(town: Town) -> None:
    leave(town, now=NOW + HOUR)
    assert look(product_view, None, MANUAL, now=NOW).back_at is None
    assert order(town, now=NOW)


def test_another_shop_sells_on(town: Town) -> None:
    act(go_away, town.mo, day=str(WEEK), note="", now=NOW)
    assert order(town)


def test_its_owner_opens_it_before_the_day(town: Town) -> None:
    leave(town, note="出差")
    reopen(town, NOW + HOUR)
    order(town, now=NOW + HOUR)
    reopen(town, NOW + 2 * HOUR)  # a second press is nothing
    (away,) = rows(Away)
    assert (away.since, away.until) == (NOW, NOW + HOUR)
    set_away, ended = told(town)
    assert (set_away.verb, set_away.note, set_away.actor_id) == ("away", "出差", town.bob.id)
    assert set_away.data == {"shop": "bobs", "until": "2026-11-30", "days": 7}
    assert (ended.verb, ended.data) == ("away_ended", {"shop": "bobs"})


def test_a_second_press_is_one_time_and_one_event(town: Town) -> None:
    leave(town, note="出差")
    leave(town, note="出差", now=NOW + MINUTE, seen=(BACK, "出差"))
    assert (count(Away), len(told(town))) == (1, 1)


def test_it_is_set_anew_while_it_is_away_by_who_saw_how_it_is(town: Town) -> None:
    leave(town, note="出差")
    for seen in ((None, ""), (BACK, ""), (BACK + DAY, "出差")):
        no = refused(leave, town, WEEK + DAY, now=NOW + HOUR, seen=seen)
        assert (no.reason, no.offer) == ("changed", "form")
    leave(town, WEEK + DAY, "还在路上", now=NOW + HOUR, seen=(BACK, "出差"))
    assert [(one.since, one.until, one.note) for one in rows(Away)] == [
        (NOW, NOW + HOUR, "出差"),
        (NOW + HOUR, BACK + DAY, "还在路上"),
    ]
    assert refused(order, town, now=BACK).at == BACK + DAY
    assert look(shop_view, town.bob, now=NOW + HOUR).left == 30, "today counts once, what was planned no more"


@pytest.mark.parametrize(
    ("now", "day", "wrong"),
    [
        (NOW, "", "required"),
        (NOW, "30.11.2026", "required"),
        (NOW, TODAY, "day_over"),
        (NOW, TODAY - DAY, "day_over"),
        (NOW, TODAY + DAY, None),
        (NOW, TODAY + 30 * DAY, None),
        (NOW, TODAY + 31 * DAY, "away_too_long"),
        (opens_again(TODAY + DAY) - timedelta(seconds=1), TODAY + 30 * DAY, None),  # 23:59:59 in Shanghai
        (opens_again(TODAY + DAY) - timedelta(seconds=1), TODAY + 31 * DAY, "away_too_long"),
        (opens_again(TODAY + DAY), TODAY + 31 * DAY, None),  # 0:00: a day on
        (opens_again(TODAY + DAY), TODAY + DAY, "day_over"),
    ],
)
def test_the_day_of_return_is_one_to_thirty_days_of_shanghai_away(
    town: Town, now: datetime, day: object, wrong: str | None
) -> None:
    if wrong:
        assert refused(leave, town, day, now=now).fields == {"day": wrong}
        assert refused(look, away_asked, town.bob, day=str(day), note="", now=now).fields == {"day": wrong}
        assert count(Away) == 0
    else:
        asked = look(away_asked, town.bob, day=str(day), note="", now=now)
        leave(town, day, now=now)
        assert rows(Away)[0].until == asked.until


def test_sixty_days_in_a_hundred_and_eighty_to_the_day(town: Town) -> None:
    was_away(town, TODAY - 180 * DAY, 30)  # the first day that counts
    was_away(town, TODAY - 10 * DAY, 5)
    assert refused(leave, town, TODAY + 26 * DAY).fields == {"day": "away_used_up"}
    found = look(shop_view, town.bob, now=NOW)
    assert (found.used, found.left, found.first, found.last) == (35, 25, "2026-11-24", "2026-12-18")
    tomorrow = NOW + DAY  # what lies 181 days back counts no more
    assert look(shop_view, town.bob, now=tomorrow).left == 26
    leave(town, TODAY + 25 * DAY)
    reopen(town, NOW + MINUTE)
    assert look(shop_view, town.bob, now=NOW + MINUTE).left == 25, "what it opened before is not lost"
    assert look(shop_view, town.bob, now=tomorrow).left == 25, "but the day that was begun is"


def test_when_the_days_are_used_up_not_one_more(town: Town) -> None:
    was_away(town, TODAY - 60 * DAY, 60)
    assert look(shop_view, town.bob, now=NOW).left == 0
    assert refused(leave, town, TODAY + DAY).fields == {"day": "away_used_up"}


def test_a_note_has_its_room(town: Town) -> None:
    long = "字" * (limits.AWAY_NOTE + 1)
    assert refused(leave, town, TODAY, long).fields == {"day": "day_over", "note": "too_long"}
    leave(town, note=f"  {long[1:]}\n")
    assert look(product_view, None, MANUAL, now=NOW).away_note == long[1:]


@pytest.mark.parametrize("who", ["alice", "carol", None])
@pytest.mark.parametrize("use_case", [partial(go_away, day=str(WEEK), note=""), open_again])
def test_only_a_member_of_the_shop(town: Town, who: str | None, use_case: Any) -> None:
    person = getattr(town, who) if who else None
    assert refused(act, use_case, person, now=NOW).reason in ("not_allowed", "sign_in_first")


def test_a_member_who_is_no_owner_may_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(town)
    monkeypatch.setattr(turns, "EVERY", frozenset({"goods", "orders"}))
    assert refused(leave, town, WEEK + DAY, seen=(BACK, "")).reason == "not_allowed"
    assert refused(reopen, town).reason == "not_allowed"
    found = look(shop_view, town.bob, now=NOW)
    assert (found.may_set, found.back_at) == (False, BACK)


def test_an_order_before_it_is_paid_delivered_and_judged_as_if_nothing_was(town: Town) -> None:
    """Promises, deadlines and jobs of one shop that is away, and of the same without."""

    def ran(at: datetime) -> list[Any]:
        tales = [Tale(town, town.alice, at).order(MANUAL), Tale(town, town.mallory, at).order(AUTO)]
        asked = Tale(town, town.alice, at).order(MANUAL).pay().request()
        return [*tales, asked]

    before, after = ran(NOW), ran(NOW)
    jobs = {job.key: job.due_at for job in rows(Job, Job.state == "open")}
    deadlines = [tale.case.deadline for tale in (before[2], after[2])]
    leave(town)
    assert {job.key: job.due_at for job in rows(Job, col(Job.kind) != "end_away", Job.state == "open")} == jobs
    assert [tale.case.deadline for tale in (before[2], after[2])] == deadlines
    by_hand, by_itself, _ = before
    for tale in (by_hand, by_itself):
        act(start_payment, tale.shopper, tale.no, channel="alipay", consent=True, now=NOW + MINUTE)
        tale.later(minutes=1).pay()
    assert by_hand.row.promised_at == by_hand.row.paid_at + 10 * MINUTE
    by_itself.later(minutes=5).deliver()
    assert by_itself.card_states == ["sealed"]
    by_hand.deliver_by_hand("LATE-1")
    assert by_hand.row.status == "delivered"


def test_an_order_not_paid_in_time_ends_as_ever(town: Town) -> None:
    tale = town.tale().order(AUTO)
    leave(town)
    set_clock(NOW + limits.PAY_WITHIN + MINUTE)
    run_jobs()
    assert (tale.row.status, tale.card_states) == ("expired", [])


def test_a_transfer_is_passed_on_meanwhile(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    leave(town)
    tale.offer_to("mallory@cardmall.test")
    assert tale.transfer.status == "offered"


def test_every_page_of_its_goods_says_so_and_what_can_be_had_leaves_it_out(town: Town) -> None:
    no = order(town)
    leave(town, note="家中有事")
    shown = {row.slug: row.back_at for row in look(catalog_page, None, now=NOW).rows}
    assert shown == {AUTO: BACK, MANUAL: BACK}
    assert look(catalog_page, None, Shelf(in_stock=True), now=NOW).rows == []
    page = look(product_view, town.alice, MANUAL, now=NOW)
    assert (page.back_at, page.away_note, page.shop_slug, page.kept.no) == (BACK, "家中有事", "bobs", no)
    assert look(checkout_with_fields, town.alice, no, now=NOW).back_at == BACK
    assert look(order_with_fields, town.alice, no, now=NOW).back_at == BACK
    (bobs, mos) = look(shops_page, town.carol, now=NOW).rows
    assert (bobs.back_at, bobs.away_note, mos.back_at, mos.away_note) == (BACK, "家中有事", None, "")
    assert {row.back_at for row in look(catalog_page, None, now=BACK).rows} == {None}
    assert look(product_view, town.alice, MANUAL, now=BACK).back_at is None


def test_an_order_that_is_over_says_nothing_of_it(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    leave(town)
    assert look(order_with_fields, town.alice, tale.no, now=tale.at).back_at is None


def test_the_preview_counts_what_goes_on(town: Town) -> None:
    town.tale().order(MANUAL).pay()
    town.tale().order(AUTO).pay()
    town.tale().order(MANUAL).pay().request()
    order(town)
    found = look(shop_view, town.bob, now=NOW)
    assert (found.to_deliver, found.to_answer, found.unpaid, found.may_set) == (3, 1, 1, True)
    assert look(shop_view, town.mo, now=NOW).to_deliver == 0


def test_open_pages_are_told_when_it_is_set_when_it_is_ended_and_on_its_day(town: Town) -> None:
    shops = (away_topic("bobs"), shop_topic(town.bob.shop_id), SHOPS)

    def heard(what: Any) -> list[bool]:
        since = signals.mark()
        what()
        return [signals.moved(since, topic) for topic in shops]

    assert heard(partial(leave, town)) == [True] * 3
    assert heard(partial(reopen, town)) == [True] * 3
    assert heard(partial(reopen, town)) == [False] * 3
    leave(town, note="again", now=NOW + MINUTE)
    (job,) = rows(Job, Job.kind == "end_away")
    assert job.due_at == BACK
    set_clock(BACK - MINUTE)
    assert heard(run_jobs)[0] is False
    set_clock(BACK)
    assert heard(run_jobs) == [True] * 3
    assert rows(Job, Job.kind == "end_away")[0].state == "done"
    assert not signals.moved(signals.mark(), product_topic(MANUAL))


def test_a_disabled_shop_may_be_away_and_is_still_disabled_on_its_return(town: Town) -> None:
    leave(town)
    act(disable_shop, town.carol, "bobs", reason="多次逾期不发货", now=NOW)
    for now in (NOW, BACK):
        assert refused(order, town, now=now).reason == "unlisted"


def test_it_ends_never_before_it_began(town: Town) -> None:
    leave(town)
    reopen(town)
    assert [(one.since, one.until) for one in rows(Away)] == [(NOW, NOW)]
    assert look(shop_view, town.bob, now=NOW).left == 30
    assert not isinstance(order(town), Refused)
