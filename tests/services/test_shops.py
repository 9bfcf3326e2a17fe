"""A shop is disabled with orders in every state; each is dealt with by the worker, and enabling lets the rest go on."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from sqlmodel import col, select

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.limits import RESUME_AFTER, RULING_WORKDAYS, SETTLE_AFTER, SETTLE_AGAIN, VISITED_AT_ONCE
from cardmall.models import Event, Job, Notice, Order, Shop
from cardmall.services.case import answers
from cardmall.services.order import delivery, orders
from cardmall.services.shop import shops
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.orders import rows_of
from cardmall.views.shopper.rows import OrderRow
from tests.services.race import race, refusals
from tests.town import (
    AUTO,
    CALENDAR,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    Tale,
    Town,
    a_look,
    act,
    hear,
    refused,
    rows,
    run_jobs,
    set_clock,
)

PAID = 9900


def disable(town: Town, at: datetime | None = None) -> None:
    act(shops.disable_shop, town.carol, "bobs", reason="多次逾期不发货", now=at or town.founded)


def enable(town: Town, at: datetime | None = None) -> None:
    act(shops.enable_shop, town.carol, "bobs", reason="已整改", now=at or town.founded)


def disabled_at(tale: Tale) -> Tale:
    """Carol disables the shop at the story's time, and the worker runs."""
    disable(tale.town, tale.at)
    set_clock(tale.at)
    run_jobs()
    return tale


def just(at: datetime | None, then: datetime) -> bool:
    """The worker's clock runs."""
    return at is not None and then <= at < then + MINUTE


UNDELIVERED: dict[str, Callable[[Tale], Tale]] = {
    "review": lambda t: t.order(MANUAL).pay().request(),
    "info_requested": lambda t: t.order(MANUAL).pay().request().ask(),
    "offered": lambda t: t.order(MANUAL).pay().request().offer("50"),
    "overdue": lambda t: t.order(MANUAL).pay().request().lapse(),
    "appeal": lambda t: t.order(MANUAL).pay().request().reject("other", "已在制作").appeal(text="没发货"),
}
DELIVERED: dict[str, Callable[[Tale], Tale]] = {
    "review": lambda t: t.order(AUTO).pay().deliver().request(way="return"),
    "info_requested": lambda t: t.order(AUTO).pay().deliver().request(way="return").ask(),
    "offered": lambda t: t.order(AUTO).pay().deliver().request(way="return").offer(text="换一张"),
}


@pytest.mark.parametrize("status", UNDELIVERED)
def test_the_platform_approves_an_open_request_on_an_undelivered_order(town: Town, status: str) -> None:
    tale = UNDELIVERED[status](town.tale())
    assert tale.case.status == status
    disabled_at(tale)
    assert (tale.row.status, tale.case.status) == ("canceled", "approved") and just(tale.case.ended_at, tale.at)
    assert [refund.amount for refund in tale.refunds] == [PAID]
    assert "case_approved" in tale.told(town.alice) and "case_approved" in tale.told(town.bob)
    tale.money()


@pytest.mark.parametrize("status", DELIVERED)
def test_an_open_request_on_a_delivered_order_goes_to_an_admin(town: Town, status: str) -> None:
    tale = DELIVERED[status](town.tale())
    assert tale.case.status == status
    disabled_at(tale)
    case = tale.case
    assert (tale.row.status, case.status, case.ended_at) == ("delivered", "appeal", None)
    assert (case.offer_kind, case.merchant_heard) == (None, False) and just(case.appealed_at, tale.at)
    assert just(case.heard_until, tale.at + 2 * DAY) and just(case.deadline, CALENDAR.due(tale.at, RULING_WORKDAYS))
    assert tale.row.held_at and not tale.refunds
    assert tale.jobs("ruling_late")
    assert tale.card_states == ["sealed"]  # an offered card is back in stock
    for person in (town.alice, town.bob, town.carol):
        assert "case_escalated" in tale.told(person)


def test_a_running_appeal_on_a_delivered_order_stays_where_it_is(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal().appeal()
    before = tale.case
    disabled_at(tale)
    assert (tale.case.status, tale.case.deadline) == ("appeal", before.deadline)


def test_a_partial_refund_asked_for_ends_as_rejected_and_the_shopper_may_cancel_at_once(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").ask_partial("50")
    disabled_at(tale)
    assert (tale.case.status, tale.row.status) == ("rejected", "awaiting_delivery")
    act(orders.cancel_now, town.alice, tale.no, now=tale.at)
    assert tale.row.status == "canceled" and [r.amount for r in tale.refunds] == [PAID]


@pytest.mark.parametrize("slug", [AUTO, MANUAL])
def test_a_paid_order_waits_undelivered_until_its_shopper_cancels(town: Town, slug: str) -> None:
    tale = disabled_at(town.tale().order(slug).pay())
    assert tale.told(town.alice)[-1] == "order_shop_disabled" and tale.verbs[-1] == "shop_disabled"
    set_clock(tale.at + 10 * MINUTE)
    run_jobs()
    assert tale.row.status == "awaiting_delivery"
    act(orders.cancel_now, town.alice, tale.no, now=tale.at + 10 * MINUTE)
    assert tale.row.status == "canceled" and [r.amount for r in tale.refunds] == [PAID]


def test_the_merchant_cannot_deliver_by_hand(town: Town) -> None:
    tale = disabled_at(town.tale().order(MANUAL).pay())
    told = {"codes": ["X-1"], "now": tale.at}
    answer = refused(act, delivery.deliver_manually, town.bob, tale.no, **told)
    assert (answer.reason, answer.offer, tale.row.status) == ("shop_disabled", "order", "awaiting_delivery")


def test_an_unpaid_order_is_closed_and_its_cards_return(town: Town) -> None:
    tale = disabled_at(town.tale().order(AUTO))
    assert (tale.row.status, tale.cards, tale.told(town.alice)) == ("canceled", [], ["order_shop_closed"])


def test_an_unpaid_order_cannot_be_paid_before_the_worker_came(town: Town) -> None:
    tale = town.tale().order(AUTO)
    disable(town)
    start = partial(act, orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=tale.at)
    assert refused(start).reason == "shop_disabled"


def test_money_that_comes_after_the_shop_was_disabled_goes_back_by_itself(town: Town) -> None:
    tale = town.tale().order(AUTO)
    act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=tale.at)
    disable(town)
    assert hear(tale.payments[0], tale.at)
    assert (tale.row.status, tale.cards) == ("canceled", [])
    assert [(r.amount, r.cause) for r in tale.refunds] == [(PAID, "closed_then_paid")]
    assert tale.told(town.alice) == ["paid_late"]
    set_clock(tale.at)
    run_jobs()
    assert len(tale.refunds) == 1


@pytest.mark.parametrize("reveal", [False, True])
def test_a_delivered_order_without_a_case_is_left_alone(town: Town, reveal: bool) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    tale = tale.reveal() if reveal else tale
    before = (tale.row, tale.verbs)
    disabled_at(tale)
    assert (tale.row, tale.verbs) == before


def test_a_refund_on_its_way_arrives(town: Town) -> None:
    tale = disabled_at(town.tale().order(MANUAL).pay().request().approve())
    set_clock(tale.at + DAY)
    run_jobs()
    assert (tale.row.status, [r.status for r in tale.refunds]) == ("canceled", ["succeeded"])


def test_settlement_stands_still_and_goes_on_when_the_shop_is_enabled(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal().complete()
    disabled_at(tale)
    due = tale.at + SETTLE_AFTER + DAY
    set_clock(due)
    run_jobs()
    assert "settled_with_shop" not in tale.verbs and tale.jobs("settle")
    enable(town, due)
    set_clock(due + SETTLE_AGAIN + MINUTE)
    run_jobs()
    assert tale.verbs[-1] == "settled_with_shop" and not tale.jobs("settle")


def test_enabled_again_what_was_paid_is_delivered(town: Town) -> None:
    tale = disabled_at(town.tale().order(AUTO).pay())
    back = tale.at + HOUR
    set_clock(back)
    run_jobs()
    enable(town, back)
    run_jobs()
    assert just(tale.row.deliver_at, back + RESUME_AFTER)
    set_clock(back + RESUME_AFTER + MINUTE)
    run_jobs()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"])


def test_a_request_made_while_the_shop_is_disabled_is_the_platforms_at_once(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    disabled_at(tale).request(way="return")
    set_clock(tale.at)
    run_jobs()
    assert tale.case.status == "appeal"


def test_nothing_of_it_is_sold(town: Town) -> None:
    disable(town)
    assert refused(town.tale().order, AUTO).reason == "unlisted"
    enable(town)
    assert town.tale().order(AUTO).row.status == "pending_payment"


def test_its_members_are_told_and_the_audit_knows_why(town: Town) -> None:
    disable(town)
    enable(town, town.founded + MINUTE)
    assert [n.kind for n in rows(Notice, Notice.account_id == town.bob.id)] == ["shop_disabled", "shop_enabled"]
    assert not rows(Notice, Notice.account_id == town.mo.id)
    events = rows(Event, col(Event.verb).in_(("shop_disabled", "shop_enabled")))
    assert [(e.actor_id, e.note, e.data["shop"]) for e in events] == [
        (town.carol.id, "多次逾期不发货", "bobs"),
        (town.carol.id, "已整改", "bobs"),
    ]


def test_strangers_unknown_shops_and_second_presses_are_refused(town: Town) -> None:
    for use_case in (shops.disable_shop, shops.enable_shop):
        for who in (town.alice, town.bob, None):
            answer = refused(act, use_case, who, "bobs", reason="因", now=town.founded)
            assert answer.reason == ("not_allowed" if who else "sign_in_first")
        assert refused(act, use_case, town.carol, "nobodys", reason="因", now=town.founded).reason == "not_found"
        assert refused(act, use_case, town.carol, "bobs", reason=" ", now=town.founded).fields == {"text": "required"}
    assert refused(enable, town).reason == "changed"
    disable(town)
    assert refused(disable, town).reason == "changed"


def test_the_jobs_run_twice_do_it_once(town: Town) -> None:
    tale = disabled_at(town.tale().order(MANUAL).pay().request())
    before = tale.verbs
    with db.transaction() as session:
        order = session.exec(select(Order).where(Order.no == tale.no)).one()
        shops.follow_shop(our_act(session, now=tale.at, cause="again"), order)
    assert (tale.verbs, len(tale.refunds)) == (before, 1)


def test_a_large_shop_is_visited_page_by_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardmall.domain.limits.VISITED_AT_ONCE", 2)
    tales = [town.tale().order(MANUAL).pay() for _ in range(5)]
    disabled_at(tales[-1])
    assert VISITED_AT_ONCE == 200 and len(rows(Job, Job.kind == "visit_shop")) == 3
    assert all(tale.told(town.alice)[-1] == "order_shop_disabled" for tale in tales)


@pytest.mark.slow
def test_the_merchant_and_the_platform_approve_at_once_and_one_refund_goes_out(town: Town) -> None:
    for n in range(15):
        at = town.founded + n * MINUTE
        tale = town.tale(at).order(MANUAL).pay().request()
        disable(town, tale.at)
        set_clock(tale.at)
        approve = partial(act, answers.approve_case, town.bob, tale.case.no, now=tale.at)
        assert refusals(race(approve, run_jobs, jitter=0.004)) in ([], ["stale"])
        run_jobs()
        assert (tale.case.status, tale.row.status) == ("approved", "canceled")
        assert [r.amount for r in tale.refunds] == [PAID]
        tale.money()
        enable(town, tale.at + MINUTE)
    assert not [s for s in rows(Shop) if s.disabled_at]


@pytest.mark.parametrize("slug", [AUTO, MANUAL])
def test_page_and_list_of_a_paid_order_know_that_nothing_is_coming(town: Town, slug: str) -> None:
    """No countdown, no promise, no way that needs the shop's answer: 立即取消 is the one thing offered."""
    tale = disabled_at(town.tale().order(slug).pay())
    view, row = seen(tale), listed(tale)
    assert (view.panel, view.line.code, row.line.code) == ("shop_disabled", "shop_disabled", "shop_disabled")
    assert (view.deliver_at, view.promised_at, view.refund_now) == (None, None, PAID)
    assert {way.way: way.reason for way in view.ways if way.is_open} == {"cancel_now": "shop_disabled"}
    assert {way.way: way.offer for way in view.ways if not way.is_open}["request"] == "cancel_now"
    assert (view.best_way, row.action, row.hint) == ("cancel_now", "cancel_now", "at_once")
    said = refused(tale.request)
    assert (said.reason, said.offer) == ("shop_disabled", "cancel_now")
    tale.cancel()
    assert tale.row.status == "canceled"


def test_out_of_stock_or_rejected_matters_no_more_once_the_shop_is_gone(town: Town) -> None:
    rejected = disabled_at(town.tale().order(MANUAL).pay().request().reject(text="已在制作"))
    assert (seen(rejected).panel, listed(rejected).line.code) == ("shop_disabled", "shop_disabled")
    enable(town, rejected.at)
    assert seen(rejected).panel == "rejected" and seen(rejected).promised_at


def seen(tale: Tale) -> OrderView:
    with db.reading() as session:
        return order_view(a_look(session, tale.shopper, now=tale.at), tale.no)


def listed(tale: Tale) -> OrderRow:
    with db.reading() as session:
        (row,) = rows_of(session, [tale.row], tale.at)
        return row


def reasons(tale: Tale) -> dict[str, str]:
    """What the events say of why: the end of the order, and the platform's yes."""
    why = {event.verb.value: event.data.get("reason", "") for event in tale.events}
    return {verb: why[verb] for verb in ("canceled", "case_approved") if verb in why}


def cancel(tale: Tale) -> None:
    act(orders.cancel_now, tale.shopper, tale.no, now=tale.at)


def test_the_events_say_that_the_shop_was_disabled_not_that_it_broke_its_promise(town: Town) -> None:
    unpaid, late, asked, visited, paid = (town.tale().order(MANUAL) for _ in range(5))
    act(orders.start_payment, town.alice, late.no, channel="alipay", consent=True, now=late.at)
    for tale in (asked.pay().request(), visited.pay().request(), paid.pay()):
        assert tale.row.status == "awaiting_delivery"
    disable(town, paid.at)
    assert hear(late.payments[0], late.at)
    asked.at = paid.at
    cancel(asked)  # before the worker came
    set_clock(paid.at)
    run_jobs()
    cancel(paid)
    for tale in (unpaid, late, paid):
        assert reasons(tale) == {"canceled": "shop_disabled"}
    assert reasons(asked) == {"canceled": "shop_disabled", "case_approved": "shop_disabled"}
    assert reasons(visited)["case_approved"] == "shop_disabled"


def test_a_broken_promise_is_still_called_one(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().later(hours=1)
    tale.request()
    cancel(tale)
    assert reasons(tale) == {"canceled": "shop_fault", "case_approved": "shop_fault"}
