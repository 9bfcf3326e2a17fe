"""Alice presses 检查订单 and reads what was done; Carol retries from her list; nobody else starts anything."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import clock, db
from cardmall.domain.terms import DeliveryMode, OrderStatus
from cardmall.models import Account, Event, Job, Order, Payment
from cardmall.states.admin.abnormal import AbnormalState
from cardmall.states.shopper.order import OrderState
from tests.bank import Till, sandbox
from tests.states.test_desks import first, page_of, run, town
from tests.town import run_jobs

pytestmark = pytest.mark.usefixtures("town")
__all__ = ["town"]


@pytest.fixture
def stuck() -> str:
    """Alice's paid order, whose delivery nobody plans any more; its number."""
    wanted = select(Order).join(Account, col(Account.id) == Order.shopper_id)
    order = first(
        wanted.where(
            Account.email == "alice@cardmall.test",
            Order.status == OrderStatus.awaiting_delivery,
            Order.mode == DeliveryMode.auto,
            col(Order.held_at).is_(None),
            col(Order.abnormal).is_(None),
        )
    )
    drop(order.id)
    return order.no


def drop(order_id: int) -> None:
    with db.transaction() as session:
        for job in session.exec(select(Job).where(Job.kind == "deliver")).all():
            if job.args["order"] == order_id:
                session.connection().execute(sa.update(Job).where(col(Job.id) == job.id).values(state="done"))


def at(no: str, who: str = "alice") -> Any:
    page = page_of(OrderState, who, f"/orders/{no}")
    run(OrderState.refresh.fn(page))
    return page


def listed(who: str = "carol") -> Any:
    page = page_of(AbnormalState, who, "/admin/abnormal")
    run(AbnormalState.refresh.fn(page))
    return page


def test_alice_reads_what_was_found_and_done(stuck: str) -> None:
    page = at(stuck)
    assert run(OrderState.check.fn(page)) is None
    assert (page.checked.found, page.checked.done, page.checked.filed) == (["no_delivery"], ["schedule"], [])
    assert "刚刚检查过" in str(run(OrderState.check.fn(page)))
    assert page.checked.at is None


def test_carol_retries_and_the_row_is_gone(stuck: str) -> None:
    page = listed()
    assert [row.trouble for row in page.rows if row.order_no == stuck] == ["no_delivery"]
    assert "已按建议处理" in str(run(AbnormalState.retry.fn(page, stuck)))
    assert stuck not in {row.order_no for row in page.rows}
    assert "刚刚检查过" in str(run(AbnormalState.retry.fn(page, stuck)))


def remind_the_channel() -> None:
    """It knows what this town was paid, whichever test had it forget everything."""
    sandbox().control(forget=True)
    for paid in all_of(select(Payment).where(col(Payment.captured_at).is_not(None))):
        Till().paid(paid.no, paid.channel.value, paid.amount, paid.trade_no, paid.captured_at)


def test_the_towns_own_orders_are_well_but_the_flagged_ones() -> None:
    remind_the_channel()
    run_jobs()
    flagged = {order.no for order in all_of(select(Order)) if order.abnormal}
    page = listed()
    assert {row.order_no for row in page.rows} == flagged
    assert page.figures.ownerless == 0


def all_of(wanted: Any) -> list[Any]:
    with db.reading() as session:
        return list(session.exec(wanted).all())


@pytest.mark.parametrize("who", ["", "unknown", "dave", "bob", "erin"])
def test_strangers_check_and_see_nothing(stuck: str, who: str) -> None:
    before = len(all_of(select(Event)))
    order, page = at(stuck, who), listed(who)
    run(OrderState.check.fn(order))
    run(AbnormalState.retry.fn(page, stuck))
    assert (order.checked.found, page.rows, page.figures.orders) == ([], [], 0)
    assert len(all_of(select(Event))) == before


@pytest.mark.parametrize("junk", [None, 7, [], {}, "'", "x" * 9000])
def test_a_retry_takes_no_harm_from_any_argument(junk: Any) -> None:
    before = len(all_of(select(Event)))
    run(AbnormalState.retry.fn(listed(), junk))
    assert len(all_of(select(Event))) == before


def test_a_job_about_no_order_that_gave_up_is_listed_and_runs_again() -> None:
    before = listed().figures.jobs
    with db.transaction() as session:
        told = {"args": {"batch": "0"}, "due_at": clock.now(), "state": "dead", "failures": 8}
        session.add(Job(kind="drop_batch", key="drop_batch:0", **told, error="Traceback\nValueError: a code"))
    page = page_of(AbnormalState, "carol", "/admin/abnormal")
    run(AbnormalState.load.fn(page))
    assert [(one.key, one.kind, one.error) for one in page.dead] == [("drop_batch:0", "drop_batch", "ValueError")]
    assert page.figures.jobs == before + 1
    for who in ("alice", "bob", ""):
        other = page_of(AbnormalState, who, "/admin/abnormal")
        run(AbnormalState.run_again.fn(other, "drop_batch:0"))
        assert other.dead == [] and first(select(Job).where(Job.key == "drop_batch:0")).state == "dead"
    run(AbnormalState.run_again.fn(page, "drop_batch:0"))
    job = first(select(Job).where(Job.key == "drop_batch:0"))
    assert (page.dead, job.state, job.failures) == ([], "open", 0)
    told_once = first(select(Event).where(Event.verb == "job_run_again"))
    assert (told_once.note, told_once.data["job"], told_once.role) == ("drop_batch", "drop_batch:0", "admin")
    assert "找不到" in str(run(AbnormalState.run_again.fn(page, "drop_batch:0"))) or page.dead == []
