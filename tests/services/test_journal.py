"""The only writer of a status: a stale move is refused, every move is an event, a job's key is unique for ever."""

from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.jobs import Deliver
from cardmall.domain.lifecycle import stage_of
from cardmall.domain.terms import LIVE_REFUND, OPEN_CASE, SYSTEM, CardStatus, OrderStatus, Reason, Refused
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Case, Event, Job, Order, Refund
from cardmall.services.act import move, move_cards, schedule
from tests.town import AUTO, HOUR, MANUAL, NOW, Town, act, an_act, count, rows


def test_a_move_from_a_state_that_is_over_is_refused_and_names_the_new_one(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    with db.transaction() as session:
        order = session.exec(select(Order)).one()
        session.connection().execute(sa.update(Order).values(status=OrderStatus.delivered))  # someone was faster
        with pytest.raises(Refused) as refused:
            move(our_act(session, now=NOW).on(order=order), order, "deliver", Verb.delivered)
        assert order.status is OrderStatus.delivered
    assert (refused.value.reason, refused.value.status) == (Reason.stale, "delivered")
    assert "delivered" not in tale.verbs


def test_a_move_the_graph_does_not_know_is_refused(town: Town) -> None:
    tale = town.tale().order(AUTO)
    for actor, verb in ((town.alice, "pay"), (SYSTEM, "deliver"), (SYSTEM, "fly")):
        with pytest.raises(Refused) as refused, db.transaction() as session:
            order = session.exec(select(Order)).one()
            move(an_act(session, actor, now=NOW).on(order=order), order, verb, Verb.paid)
        assert (refused.value.reason, refused.value.status) == (Reason.stale, "pending_payment")
    assert (tale.row.status, tale.verbs) == ("pending_payment", ["ordered", "cards_reserved"])


def test_cards_move_together_or_not_at_all(town: Town) -> None:
    tale = town.tale().order(AUTO, 3).pay()
    with suppress(Refused), db.transaction() as session:
        cards = session.exec(select(Card).where(Card.order_id == tale.row.id)).all()
        faster = sa.update(Card).where(col(Card.id) == cards[1].id).values(status=CardStatus.sealed)
        session.connection().execute(faster)
        move_cards(our_act(session, now=NOW).on(order=tale.row), cards, "seal", Verb.cards_sealed)
        raise AssertionError("one card was not where the others were")
    assert tale.card_states == ["allocated"] * 3


def test_a_move_leaves_an_event_with_actor_before_and_after(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve()
    told = {e.verb.value: (e.role.value, e.data.get("before"), e.data.get("after")) for e in tale.events}
    assert told["ordered"] == ("shopper", None, "pending_payment")
    assert told["awaiting_delivery"] == ("system", "pending_payment", "awaiting_delivery")
    assert told["case_opened"] == ("shopper", None, "review")
    assert told["case_approved"] == ("merchant", "review", "approved")
    assert told["canceled"] == ("merchant", "awaiting_delivery", "canceled")
    assert told["refund_requested"] == ("merchant", None, "requested")
    case_events = [e.verb.value for e in tale.events if e.case_id]
    assert case_events[0] == "case_opened" and "case_approved" in case_events


def test_a_job_of_the_same_key_is_scheduled_once(town: Town) -> None:
    for later in range(3):
        act(schedule, Deliver(later, named="same-key"), NOW + later * HOUR)
    (job,) = rows(Job, col(Job.key) == "same-key")
    assert (job.due_at, job.args) == (NOW, {"order": 0})


def test_a_refused_act_leaves_no_trace(town: Town) -> None:
    tale = town.tale().order(MANUAL, 2).pay()
    before = (count(Event), count(Job), count(Card))
    with pytest.raises(Refused):
        tale.deliver_by_hand("KEY-1", "key-1")
    assert (count(Event), count(Job), count(Card)) == before


def wrong_stages() -> list[str]:
    """Orders that stand under another tab than their rows say."""
    cases = {c.order_id for c in rows(Case) if c.status in OPEN_CASE}
    owed = {r.order_id for r in rows(Refund) if r.status in LIVE_REFUND}
    return [
        order.no
        for order in rows(Order)
        if order.stage
        is not stage_of(
            order.status, abnormal=order.abnormal is not None, case_open=order.id in cases, refunding=order.id in owed
        )
    ]


def test_every_order_stands_under_the_tab_its_rows_say(town: Town) -> None:
    town.tale().order(AUTO).pay().request()
    town.tale().order(AUTO).pay().request().withdraw()
    town.tale().order(AUTO).pay().request().reject("other", "不")
    town.tale().order(AUTO).pay().request().approve()
    town.tale().order(AUTO).pay().request().approve().refund_arrives()
    town.tale().order(AUTO).pay().request().approve().refund_fails()
    town.tale().order(AUTO).expire()
    assert wrong_stages() == []
    assert len({order.stage for order in rows(Order)}) == 5
