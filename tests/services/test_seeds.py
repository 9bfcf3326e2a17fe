"""The demo town: everything a person can meet so far stands in it, told by the same services as everyone's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.world import world
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.terms import Abnormal, CaseStatus, OrderStatus, RefundStatus, Stage
from cardmall.models import (
    Account,
    ApprovalRule,
    Card,
    Case,
    Event,
    Job,
    Mismatch,
    Notice,
    Order,
    Posting,
    Refund,
    Statement,
    SupportMessage,
)
from cardmall.reads.people import as_actor
from cardmall.seeds import build_town, is_empty
from cardmall.seeds.world import Scene
from cardmall.services.money.statements import Day, check_day
from cardmall.views.shopper.inbox import inbox_view
from tests.bank import Till, sandbox
from tests.conftest import copied, standing_on
from tests.ground import EMPTY, Ground, fresh_name
from tests.services.test_journal import wrong_stages
from tests.town import a_look, act, move_clock, rows, run_jobs

pytestmark = [pytest.mark.today, pytest.mark.slow]


@dataclass(frozen=True)
class Town:
    """The database it stands on, and what its channel says of its days, newest first."""

    name: str
    days: list[Day]


@pytest.fixture(scope="module")
def built(databases: Ground) -> Iterator[Town]:
    """The town, built once for the tests of this file."""
    sandbox().control(forget=True)  # what other towns paid
    name = fresh_name()
    databases.copy(EMPTY, name)
    with standing_on(databases, name):
        _build()
        town = Town(name, _told_days())
    yield town
    databases.drop(name)


def _told_days() -> list[Day]:
    today = clock.now().astimezone(SHANGHAI).date()
    days = [today - timedelta(days=n) for n in range(62)]
    told = [sandbox().statement(day) or () for day in days]
    return [Day(day, told[n], told[n + 1]) for n, day in enumerate(days[:61])]


def _build() -> None:
    with db.reading() as session:
        clock.load_clock(session)
        assert is_empty(session)
    if clock.now().astimezone(SHANGHAI).hour == 23:  # an overdue case lasts until midnight
        move_clock(timedelta(hours=1, minutes=30))
    with db.transaction() as session:
        build_town(session, Scene(world(), Till()), "hash", now=clock.now())


@pytest.fixture
def demo(built: Town, databases: Ground) -> Iterator[None]:
    with copied(databases, built.name):
        with db.reading() as session:
            clock.load_clock(session)
        yield


def test_alice_has_an_order_in_every_state_there_is(demo: None) -> None:
    (alice,) = rows(Account, Account.email == "alice@cardmall.test")
    orders = rows(Order)
    assert {order.shopper_id for order in orders} == {alice.id}
    assert {order.status for order in orders} == set(OrderStatus)
    assert {order.stage for order in orders} == set(Stage)
    assert {case.status for case in rows(Case)} == set(CaseStatus)
    assert {order.abnormal for order in orders} >= {Abnormal.no_stock, Abnormal.refund_stuck}
    assert {card.status.value for card in rows(Card, by=Card.id)} >= {"available", "sealed", "revealed", "voided"}


def test_a_rule_approved_one_of_her_orders(demo: None) -> None:
    """R97: by the first version, which Erin set."""
    (case,) = rows(Case, Case.rule > 0)
    (rule,) = rows(ApprovalRule)
    (order,) = rows(Order, Order.id == case.order_id)
    (erin,) = rows(Account, Account.email == "erin@cardmall.test")
    assert (case.rule, rule.n, rule.actor_id, rule.is_on) == (1, 1, erin.id, True)
    assert (order.status, order.delivered_at, order.product_id) == ("canceled", None, rule.product_id)


def test_the_inbox_of_everybody_is_in_order_of_time(demo: None) -> None:
    for account in rows(Account):
        with db.reading() as session:
            seen = inbox_view(a_look(session, as_actor(account), now=clock.now()), size=200)
        assert [row.at for row in seen.rows] == sorted((row.at for row in seen.rows), reverse=True)


def test_its_books_balance_and_every_tab_is_true(demo: None) -> None:
    postings = rows(Posting)
    assert postings and sum(posting.amount for posting in postings) == 0
    assert wrong_stages() == []


def test_nothing_in_it_happens_tomorrow(demo: None) -> None:
    assert max(event.at for event in rows(Event)) <= clock.now()


def test_the_worker_leaves_its_lasting_states_as_they_are(demo: None) -> None:
    before = {case.no: case.status for case in rows(Case)}
    for _ in range(3):
        assert run_jobs() or not rows(Job, col(Job.state) == "open", col(Job.due_at) <= clock.now())
        move_clock(timedelta(minutes=5))
    assert not rows(Job, col(Job.state) == "dead")
    assert {case.no: case.status for case in rows(Case)} == before
    assert RefundStatus.needs_attention in {refund.status for refund in rows(Refund)}
    assert set(OrderStatus) - {order.status for order in rows(Order)} <= {OrderStatus.pending_payment}
    assert wrong_stages() == []
    assert sum(posting.amount for posting in rows(Posting)) == 0


def test_the_towns_past_agrees_with_the_channels_statements(built: Town, demo: None) -> None:
    for day in reversed(built.days):
        assert act(check_day, day, now=clock.now(), cause="test") == 0, rows(Mismatch)
    assert sum(s.captured for s in rows(Statement, by=Statement.day)) > 0


def test_old_notices_were_read_and_a_diagnosis_shows_its_order_as_it_was(demo: None) -> None:
    read = [notice.read_at is not None for notice in rows(Notice)]
    assert read.count(True) > read.count(False) > 0
    asked = [message for message in rows(SupportMessage) if message.data]
    assert asked and all(message.data["events"] for message in asked)
    assert {message.data["stage"] for message in asked} - {"to_pay"}
