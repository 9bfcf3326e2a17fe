"""Whoever waits for the locks of an order gets that order, however PostgreSQL looks it up."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.adapters import db
from cardmall.adapters.world import a_look
from cardmall.domain.terms import SYSTEM
from cardmall.models import Order
from cardmall.reads.doors import locked_order, locked_orders, order_for
from tests.ground import IN_FORCE, POSTGRES
from tests.patience import PATIENCE, until
from tests.town import MANUAL, NOW, Town

pytestmark = pytest.mark.skipif(IN_FORCE != POSTGRES, reason="SQLite has one writer at a time")
# How PostgreSQL may look the ids up: as it likes, by reading tables whole, row by row.
PLANS = ("", "enable_indexscan enable_bitmapscan enable_nestloop", "enable_hashjoin enable_mergejoin enable_hashagg")
WAYS: dict[str, Callable[[Session, Order], Order]] = {
    "id": lambda session, order: locked_order(session, order.id or 0),
    "no": lambda session, order: order_for(a_look(session, SYSTEM, now=NOW), order.no, lock=True),
    "several": lambda session, order: locked_orders(session, [order.id or 0])[order.id or 0],
}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("way", WAYS)
def test_who_waited_for_both_orders_of_a_transfer_has_the_one_asked_for(town: Town, way: str, plan: str) -> None:
    tale = town.tale().order(MANUAL).pay().offer_to("mallory@cardmall.test").agree(town.bob, town.mallory)
    new, old, found = tale.successor.row, tale.row, []

    def wait() -> None:
        with db.transaction() as session:
            for setting in plan.split():
                session.connection().exec_driver_sql(f"SET LOCAL {setting} = off")
            found.append(WAYS[way](session, new).no)

    waiter = threading.Thread(target=wait)
    with db.transaction() as session:
        for order in (old, new):  # as whoever ends the transfer changes them
            changed = sa.update(Order).where(col(Order.id) == order.id).values(closed_at=NOW)
            session.connection().execute(changed)
        waiter.start()
        until(_somebody_waits, "nobody waits for the lock")
    waiter.join(PATIENCE)
    assert found == [new.no]


def _somebody_waits() -> bool:
    """Asked in a transaction of its own: one sees who waited when it first looked."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with db.reading() as session:
        return bool(session.connection().exec_driver_sql(waiting).scalar_one())
