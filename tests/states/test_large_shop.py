"""No page reads a large table whole, as SQLite plans it once most of what is in it has ended."""

import re
from collections import defaultdict

import pytest
import sqlalchemy as sa

from cardmall.adapters import db
from tests import load
from tests.ground import on_sqlite
from tests.opened import Visit, opened, visits
from tests.town import sign_everybody_in

LARGE = ("order", "case", "refund", "payment", "posting", "card", "event", "attempt", "notice")
ORDERS = 3_000  # of which all but a few have ended: the proportions of a shop that has run for years
# Indexes over few rows only, however old the shop: what is held, owed or wrong now. The audit reads its newest by time.
FEW = "ix_order_abnormal|ix_order_held_at|ix_order_escrow|ix_refund_returned|uq_one_open_\\w+|ix_card_twin|ix_event_at"
WHOLE = re.compile(rf"SCAN ({'|'.join(LARGE)})\b(?! USING (COVERING )?INDEX ({FEW})\b)")


@pytest.fixture
def town(demo_database: None) -> list[Visit]:
    """What there is to open in the demo town, which has a history then, its tables measured."""
    sign_everybody_in()
    found = [*visits(), *load.filtered(load.stocked_product())]
    load.grow(ORDERS)
    db.engine().dispose()  # the sizes are read when a connection is opened
    return found


def plan(connection: sa.Connection, text: str) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", (None,) * text.count("?"))]


@on_sqlite
def test_no_page_reads_a_large_table_whole(town: list[Visit]) -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    for visit in town:
        for text, _ in opened(visit):
            asked[text].add(visit.route)
    with db.engine().connect() as connection:
        found = {
            (step, text): sorted(routes)
            for text, routes in asked.items()
            if text.startswith("SELECT")
            for step in plan(connection, text)
            if WHOLE.match(step)
        }
    assert found == {}
