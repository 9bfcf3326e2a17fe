"""A card that comes back to the shelf goes to the paid orders that wait for it, whoever paid first (R91)."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import clock, db
from cardmall.models import Batch, Card, Job, Order
from cardmall.reads.goods import AS_PAID, waits_for_stock
from cardmall.services.order import orders
from tests.ground import IN_FORCE, POSTGRES
from tests.services.test_batches import at_noon, stocked  # noqa: F401 - a fixture
from tests.town import AUTO, HOUR, MINUTE, Tale, Town, act, count, move_clock, run_jobs, set_clock


def short(town: Town, wanted: list[int], kept: int = 1, slug: str = "scarce") -> tuple[Tale, list[Tale]]:
    """Mallory's unpaid order keeps the last `kept` cards; paid orders of so many pieces wait for some."""
    town.sell(slug, kept + sum(wanted))
    at = clock.now()
    keeper = town.tale(at, town.mallory).order(slug, kept)
    paid = [town.tale(at).order(slug, pieces).pay() for pieces in wanted]
    with db.transaction() as session:
        broken = col(Card.order_id).in_([tale.row.id for tale in paid])
        session.connection().execute(sa.update(Card).where(broken).values(status="voided", order_id=None))
    move_clock(6 * MINUTE)
    run_jobs()
    assert {tale.row.abnormal for tale in paid} == {"no_stock"}
    return keeper, paid


def give_up(tale: Tale) -> None:
    act(orders.cancel_now, tale.shopper, tale.no, now=clock.now())


def waits() -> int:
    return count(Job, Job.kind == "serve_waiting", Job.state == "open")


def test_an_order_that_is_canceled_serves_the_one_that_waits_at_once(town: Town) -> None:
    keeper, (first, second) = short(town, [1, 1])
    give_up(keeper)
    assert (first.card_states, waits()) == ([], 1), "in a transaction of its own"
    run_jobs()
    assert (first.row.status, first.card_states, first.row.abnormal) == ("delivered", ["sealed"], None)
    assert (second.row.status, second.card_states) == ("awaiting_delivery", [])
    assert first.verbs[-3:] == ["cards_allocated", "cards_sealed", "delivered"]
    assert first.told(town.alice)[-1] == "order_delivered"


def test_an_order_nobody_paid_serves_it_when_it_expires(town: Town) -> None:
    keeper, (first,) = short(town, [1])
    move_clock(10 * MINUTE)
    run_jobs()
    assert (keeper.row.status, first.row.status) == ("expired", "delivered")


def test_pieces_of_a_paid_order_given_up_serve_it_too(town: Town) -> None:
    keeper, (first,) = short(town, [1], kept=3)
    keeper.at = clock.now()
    keeper.pay().request(pieces=1).approve()
    set_clock(keeper.at)
    run_jobs()
    assert (first.row.status, first.card_states) == ("delivered", ["sealed"])
    assert (keeper.row.canceled_pieces, len(keeper.cards)) == (1, 2)


def test_whoever_paid_first_gets_what_there_is_and_nobody_out_of_turn(town: Town) -> None:
    keeper, (first, second) = short(town, [2, 1])
    give_up(keeper)
    run_jobs()
    assert (first.card_states, second.card_states) == (["allocated"], [])
    assert {tale.row.status for tale in (first, second)} == {"awaiting_delivery"}
    stocked(town, "N-1\nN-2", "scarce")
    assert {tale.row.status for tale in (first, second)} == {"delivered"}


def test_a_held_order_keeps_its_place(town: Town) -> None:
    keeper, (held, other) = short(town, [1, 1], kept=2)
    with db.transaction() as session:
        session.connection().execute(sa.update(Order).where(col(Order.no) == held.no).values(held_at=clock.now()))
    give_up(keeper)
    run_jobs()
    assert (held.row.status, held.card_states, other.row.status) == ("awaiting_delivery", ["allocated"], "delivered")


def test_where_nobody_waits_no_job_is_left(town: Town) -> None:
    short(town, [1])
    give_up(town.tale(clock.now()).order(AUTO))
    assert waits() == 0, "somebody waits, for another product"


def test_a_card_of_a_withdrawn_batch_serves_nobody(town: Town) -> None:
    keeper, (first,) = short(town, [1])
    with db.transaction() as session:
        told: dict[str, Any] = {"shop_id": keeper.row.shop_id, "product_id": keeper.row.product_id, "form": "lines"}
        told |= {"maker_id": town.bob.id, "status": "stocked", "created_at": clock.now(), "withdrawn_at": clock.now()}
        session.add(Batch(id="b", name="PC-1", **told))
        session.flush()
        mine = col(Card.order_id) == keeper.row.id
        session.connection().execute(sa.update(Card).where(mine).values(batch_id="b"))
    give_up(keeper)
    assert waits() == 0
    run_jobs()
    assert (first.row.status, first.card_states) == ("awaiting_delivery", [])


def test_the_hour_looks_again_all_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a delivery that looked at the shelf and its flag, a card may come back: the look every hour finds it."""
    keeper, (first,) = short(town, [1])
    monkeypatch.setattr("cardmall.services.order.shelf.is_awaited", lambda *_: False)
    give_up(keeper)
    run_jobs()
    assert first.row.status == "awaiting_delivery"
    move_clock(HOUR)
    run_jobs()
    assert first.row.status == "delivered"


@pytest.mark.skipif(IN_FORCE == POSTGRES, reason="a plan of SQLite")
def test_who_waits_is_found_by_the_index_of_what_is_flagged(town: Town) -> None:
    waiting = select(Order.id).where(*waits_for_stock(1))
    for wanted in (waiting.limit(1), waiting.order_by(*AS_PAID).limit(500)):
        text = str(wanted.compile(db.engine(), compile_kwargs={"literal_binds": True}))
        with db.reading() as session:
            plan = str(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all())
        assert "ix_order_abnormal (shop_id=? AND abnormal=?)" in plan, plan
