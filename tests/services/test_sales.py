"""What was sold lately: paid for in the last 30 days and not canceled, told to a bound, found by an index."""

from typing import Any

import pytest

from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.models import Product
from cardmall.reads.sales import sold_lately
from cardmall.views.merchant.product_stock import product_stock
from cardmall.views.merchant.products import GoodsAsked, goods_page
from cardmall.views.public.product import product_view
from tests.opened import noted
from tests.services.recalling import SLUG, code, press, sell
from tests.services.test_batches import at_noon
from tests.town import AUTO, DAY, MANUAL, MINUTE, NOW, Town, look, rows, run_jobs

__all__ = ["at_noon"]


def sold(town: Town, at: Any = NOW) -> dict[str, int]:
    """As the list of goods, the stock page and the product page tell it, all the same."""
    listed = {row.slug: row.sold for row in look(goods_page, town.bob, GoodsAsked(), now=at).rows}
    for slug in (AUTO, MANUAL):
        assert look(product_view, None, slug, now=at).sold == listed[slug]
        assert look(product_stock, town.bob, slug, now=at).sold == listed[slug]
    return listed


def test_pieces_count_from_the_payment_for_thirty_days_and_canceled_ones_do_not(town: Town) -> None:
    unpaid = town.tale().order(AUTO)
    assert sold(town) == {AUTO: 0, MANUAL: 0}
    unpaid.pay()
    some, back = town.tale().order(AUTO, 3).pay(), town.tale().order(MANUAL, 2).pay()
    assert sold(town) == {AUTO: 4, MANUAL: 2}
    back.request().approve()
    some.request(pieces=1).approve()
    assert sold(town) == {AUTO: 3, MANUAL: 0}
    paid_at = unpaid.row.paid_at
    assert paid_at and sold(town, paid_at + 30 * DAY - MINUTE)[AUTO] >= 1
    assert sold(town, paid_at + 31 * DAY) == {AUTO: 0, MANUAL: 0}


def test_a_piece_that_was_taken_back_with_money_was_not_sold(town: Town) -> None:
    """By a case or by a recall, of an order that goes on; one that was replaced counts."""
    bad = sell(town, 7, 1)
    asked, tale, last = (town.tale(clock.now()).order(SLUG, pieces).pay().deliver() for pieces in (2, 3, 2))
    assert sold_of(SLUG) == 7
    asked.request(way="return", cards=[asked.cards[0].id]).approve()
    assert (asked.row.status, sold_of(SLUG)) == ("delivered", 6)
    press(town.bob, codes=code(tale.cards[0]), remedy="refund")
    run_jobs()
    assert (tale.row.status, sold_of(SLUG)) == ("delivered", 5)
    press(town.bob, batch=bad.name, remedy="another")  # one other card is left, for whoever is first
    run_jobs()
    assert (asked.row.status, tale.row.status, last.row.status) == ("delivered", "canceled", "canceled")
    assert sold_of(SLUG) == 1


def sold_of(slug: str) -> int:
    return look(product_view, None, slug, now=clock.now()).sold


def test_it_is_counted_to_a_bound(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SALES_COUNTED", 2)
    for _ in range(3):
        town.tale().order(AUTO).pay()
    assert sold(town) == {AUTO: 2, MANUAL: 0}


def test_sales_are_found_by_an_index(town: Town) -> None:
    with noted(db.engine()) as found:
        look(sold_lately, town.bob, rows(Product), now=NOW)
    ((text, _),) = [one for one in found if "canceled_pieces" in one[0]]
    with db.reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("a question to the planner of SQLite")
        asked = text.replace("?", "1").replace("LIMIT 1 OFFSET 1", "LIMIT 9")
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    assert any("COVERING INDEX ix_order_sold" in row[3] for row in plan), plan
