"""A card that comes back to the shelf goes to the paid orders that wait for it, whoever paid first (R91)."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.models import Batch, Card, Job, Order
from cardmall.reads.doors import locked_order
from cardmall.reads.goods import AS_PAID, waits_for_stock
from cardmall.services.money.asking import clear_abnormal
from cardmall.services.order import delivery, orders
from cardmall.services.order.twins import withdraw_card
from cardmall.views.merchant.case import shop_case
from cardmall.views.public.home import catalog_page
from cardmall.views.public.product import product_view
from cardmall.views.public.shelf import Shelf
from tests.ground import IN_FORCE, POSTGRES
from tests.services.test_batches import at_noon, stocked  # noqa: F401 - a fixture
from tests.services.test_goods import save
from tests.town import AUTO, HOUR, MINUTE, PRICE, Tale, Town, act, count, look, move_clock, refused, run_jobs, set_clock


def short(town: Town, wanted: list[int], kept: int = 1, slug: str = "scarce") -> tuple[Tale, list[Tale]]:
    """Mallory's unpaid order keeps the last `kept` cards; paid orders of so many pieces wait for some."""
    town.sell(slug, kept + sum(wanted))
    at = clock.now()
    keeper = town.tale(at, town.mallory).order(slug, kept)
    paid = [town.tale(at).order(slug, pieces).pay() for pieces in wanted]
    lose_cards(paid)
    move_clock(6 * MINUTE)
    run_jobs()
    assert {tale.row.abnormal for tale in paid} == {"no_stock"}
    return keeper, paid


def lose_cards(tales: list[Tale]) -> None:
    """Their cards turn out to be worthless."""
    with db.transaction() as session:
        broken = col(Card.order_id).in_([tale.row.id for tale in tales])
        session.connection().execute(sa.update(Card).where(broken).values(status="voided", order_id=None))


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


def buy(town: Town, slug: str = "scarce", pieces: int = 1) -> str:
    """Mallory orders what is left."""
    return act(orders.place_order, town.mallory, slug, quantity=pieces, price=PRICE, now=clock.now())


def on_the_shelf() -> list[str]:
    """What is in stock for buyers."""
    return [row.slug for row in look(catalog_page, None, Shelf(in_stock=True), now=clock.now()).rows]


def look_again(tale: Tale) -> None:
    """The look of every hour, of this order alone."""
    with db.transaction() as session:
        order = locked_order(session, tale.row.id or 0)
        delivery.deliver_order(our_act(session, now=clock.now(), cause="deliver"), order)


def flag(tale: Tale, abnormal: str | None) -> None:
    with db.transaction() as session:
        mine = col(Order.no) == tale.no
        session.connection().execute(sa.update(Order).where(mine).values(abnormal=abnormal))


def test_nobody_buys_what_came_back_for_one_who_waits(town: Town) -> None:
    keeper, (first,) = short(town, [1])
    give_up(keeper)
    shown = look(product_view, town.mallory, "scarce", now=clock.now())
    assert (shown.stock, refused(buy, town).reason) == (0, "out_of_stock")
    assert "scarce" not in on_the_shelf()
    run_jobs()
    assert (first.row.status, first.row.lacks) == ("delivered", 0)


def test_a_buyer_gets_what_those_who_wait_do_not_lack(town: Town) -> None:
    keeper, (first, second) = short(town, [2, 1], kept=5)
    assert (first.row.lacks, second.row.lacks) == (2, 1)
    give_up(keeper)
    assert look(product_view, town.mallory, "scarce", now=clock.now()).stock == 2
    answer = refused(buy, town, pieces=3)
    assert (answer.reason, answer.n) == ("out_of_stock", 2)
    assert buy(town, pieces=2)
    run_jobs()
    assert {tale.row.status for tale in (first, second)} == {"delivered"}


def test_the_look_of_the_hour_takes_no_card_of_whoever_paid_before(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, (first, second) = short(town, [2, 1], kept=2)
    monkeypatch.setattr("cardmall.services.order.shelf.is_awaited", lambda *_: False)
    give_up(keeper)
    look_again(second)
    assert (second.row.status, second.card_states, second.row.lacks) == ("awaiting_delivery", [], 1)
    look_again(first)
    assert first.row.status == "delivered"


def test_cards_of_a_batch_that_is_over_bring_nobody_forward(town: Town) -> None:
    """They lie on the shelf until a job withdraws them, and are neither sold nor counted meanwhile."""
    town.sell("scarce", 3)
    name = stocked(town, "E-1\nE-2", "scarce").name
    at = clock.now()
    keeper, *paid = (town.tale(at, who).order("scarce") for who in (town.mallory, town.alice, town.alice))
    first, second = (tale.pay() for tale in paid)
    with db.transaction() as session:
        over = sa.update(Batch).where(col(Batch.name) == name).values(valid_until=at)
        session.connection().execute(over)
    lose_cards([first, second])
    move_clock(6 * MINUTE)
    run_jobs()
    give_up(keeper)
    look_again(second)
    assert (second.card_states, refused(buy, town).reason) == ([], "out_of_stock")
    assert "scarce" not in on_the_shelf()
    assert look(product_view, town.mallory, "scarce", now=clock.now()).stock == 0
    run_jobs()
    assert (first.row.status, second.row.lacks) == ("delivered", 1)


def test_an_order_whose_refund_is_stuck_waits_in_line_like_any_other(town: Town) -> None:
    town.sell("scarce", 2)
    keeper, tale = town.tale(clock.now(), town.mallory).order("scarce"), town.tale(clock.now()).order("scarce").pay()
    flag(tale, "refund_stuck")
    lose_cards([tale])
    move_clock(6 * MINUTE)
    run_jobs()
    look_again(tale)
    assert (tale.row.abnormal, tale.row.lacks) == ("refund_stuck", 1)
    assert (tale.told(town.bob).count("order_no_stock"), tale.verbs.count("out_of_stock")) == (1, 1)
    give_up(keeper)
    run_jobs()
    assert (tale.row.status, tale.row.abnormal, tale.row.lacks) == ("delivered", "refund_stuck", 0)


def test_when_its_refund_went_through_it_waits_on(town: Town) -> None:
    keeper, (tale,) = short(town, [1])
    flag(tale, "refund_stuck")
    with db.transaction() as session:
        clear_abnormal(session, session.get_one(Order, tale.row.id))
    assert (tale.row.abnormal, tale.row.lacks) == ("no_stock", 1)
    give_up(keeper)
    run_jobs()
    assert (tale.row.status, tale.row.abnormal) == ("delivered", None)


def test_a_card_lost_before_its_time_is_kept_for_its_order_and_delivered_in_time(town: Town) -> None:
    town.sell("slow", 2, delay_seconds=7_200, promise_seconds=86_400)
    tale, keeper = town.tale(clock.now()).order("slow").pay(), town.tale(clock.now(), town.mallory).order("slow")
    with db.transaction() as session:
        order = locked_order(session, tale.row.id or 0)
        withdraw_card(our_act(session, now=clock.now()).on(order=order), session.get_one(Card, tale.cards[0].id))
    assert (tale.row.lacks, tale.row.abnormal) == (1, None)
    give_up(keeper)
    assert refused(buy, town, "slow").reason == "out_of_stock"
    run_jobs()
    assert (tale.row.status, tale.row.lacks, tale.card_states) == ("awaiting_delivery", 0, ["allocated"])
    assert [job.due_at for job in tale.jobs("deliver")] == [tale.row.deliver_at], "not before its time"
    assert tale.row.deliver_at
    set_clock(tale.row.deliver_at)
    run_jobs()
    assert tale.row.status == "delivered" and "order_no_stock" not in tale.told(town.bob)


def test_a_card_that_somebody_waits_for_replaces_none_of_one_who_paid_later(town: Town) -> None:
    town.sell("scarce", 3)
    keeper, first = town.tale(clock.now(), town.mallory).order("scarce"), town.tale(clock.now()).order("scarce").pay()
    later = town.tale(clock.now() + MINUTE).order("scarce").pay()
    lose_cards([first])
    move_clock(8 * MINUTE)
    run_jobs()
    assert (first.row.lacks, later.row.status) == (1, "delivered")
    later.at = clock.now()
    later.request(way="return")
    give_up(keeper)
    assert look(shop_case, town.bob, later.case.no, now=later.at).stock == 0
    assert refused(later.offer).fields == {"codes": "required"}
    run_jobs()
    assert first.row.status == "delivered"


def test_more_who_wait_than_are_served_at_once_are_all_served(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, paid = short(town, [1] * 5, kept=5)
    monkeypatch.setattr(limits, "STOCKED_AT_ONCE", 2)
    give_up(keeper)
    run_jobs()
    assert {tale.row.status for tale in paid} == {"delivered"}


def test_who_gives_up_lacks_nothing_any_more(town: Town) -> None:
    keeper, (first, second) = short(town, [1, 3])
    move_clock(5 * MINUTE)  # past the promise
    give_up(first)
    assert (first.row.status, first.row.lacks, second.row.lacks) == ("canceled", 0, 3)
    second.at = clock.now()
    second.request(pieces=2).approve()
    assert (second.row.canceled_pieces, second.row.lacks) == (2, 1)
    give_up(keeper)
    set_clock(second.at + MINUTE)
    run_jobs()
    assert (second.row.status, second.row.lacks) == ("delivered", 0)


@pytest.mark.skipif(IN_FORCE == POSTGRES, reason="a plan of SQLite")
def test_who_waits_is_found_in_line_by_an_index_of_those_who_lack_cards(town: Town) -> None:
    waiting = select(Order.id).where(*waits_for_stock(1))
    for wanted in (waiting.limit(1), waiting.order_by(*AS_PAID).limit(500)):
        text = str(wanted.compile(db.engine(), compile_kwargs={"literal_binds": True}))
        with db.reading() as session:
            plan = str(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all())
        assert "ix_order_lacks (product_id=?)" in plan and "TEMP B-TREE" not in plan, plan


def test_a_product_made_manual_meanwhile_goes_back_to_serve_who_waits(town: Town) -> None:
    town.sell("m", 1, delay_seconds=3600)
    tale = town.tale(clock.now()).order("m").pay()
    save(town, "m", 1, mode="manual")  # nobody waits yet
    with db.transaction() as session:
        order, card = locked_order(session, tale.row.id or 0), session.get_one(Card, tale.cards[0].id)
        withdraw_card(our_act(session, now=clock.now()).on(order=order), card)
    assert tale.row.lacks == 1
    save(town, "m", 2, mode="auto", delay="5")
    assert refused(save, town, "m", 3, mode="manual").fields == {"mode": "orders_wait"}
    stocked(town, "N-1", "m")
    move_clock(2 * HOUR)
    run_jobs()
    assert tale.row.status == "delivered"
