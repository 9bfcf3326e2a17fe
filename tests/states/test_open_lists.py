"""A job holds the write lock: every other person's pages still open, on the real queries of the pages."""

import asyncio
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cardmall import cookies
from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act
from cardmall.models import SignIn
from cardmall.reads.doors import locked_order
from cardmall.services.order.delivery import deliver_order
from cardmall.states.threads import read_as
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.orders import OrderPage, orders_page, read_filters
from tests.town import AUTO, settle_town

HOLD_SECONDS = 2.0
ALICE = cookies.hash_of("alice")


@pytest.mark.slow
def test_a_job_holds_the_write_lock_and_another_shoppers_list_still_opens(database: sa.Engine) -> None:
    with db.reading() as session:
        clock.load_clock(session)
    now = clock.now()
    town = settle_town(now)
    hers = town.tale(now).order(AUTO).pay()
    other = town.tale(now, shopper=town.mallory).order(AUTO).pay()
    with db.transaction() as session:
        until = now + timedelta(days=1)
        session.add(SignIn(token_hash=ALICE, account_id=town.alice.id, created_at=now, expires_at=until))
    locked, stop, ended = threading.Event(), threading.Event(), threading.Event()

    def job() -> None:
        """A slow delivery of Mallory's order: half done, the lock in its hands."""
        with db.transaction() as session:
            order = locked_order(session, other.row.id or 0)
            deliver_order(our_act(session, now=now + timedelta(hours=1), cause="job"), order)
            session.flush()
            locked.set()
            stop.wait(HOLD_SECONDS)
        ended.set()

    async def look() -> tuple[object, object]:
        rows = await read_as(ALICE, orders_page, read_filters({}))
        return rows, await read_as(ALICE, order_view, hers.no)

    holder = threading.Thread(target=job)
    holder.start()
    assert locked.wait(10)
    page, view = asyncio.run(look())
    still_held = not ended.is_set()
    stop.set()
    holder.join(10)
    assert still_held, "the list opened only after the writer had finished"
    assert isinstance(page, OrderPage) and [row.no for row in page.rows] == [hers.no]
    assert isinstance(view, OrderView) and view.status == "awaiting_delivery"
    assert other.row.status == "delivered"
