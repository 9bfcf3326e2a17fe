"""kill -9 of the worker while it sends refunds: nothing lost, nothing twice (R79, R81)."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall import startup
from cardmall.adapters import clock, db, jobs
from cardmall.domain.ledger import Account
from cardmall.domain.terms import RefundStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Event, Job, Posting, Refund
from cardmall.settings import settings
from tests.bank import at_the_bank, sandbox
from tests.serving import ROOT
from tests.town import MANUAL, Town, count, move_clock, rows, run_jobs, settle_town

pytestmark = pytest.mark.slow
KILLS = 30
REFUNDS_EACH = 3
PRICE = 9900


@pytest.fixture
def house() -> Iterator[Town]:
    """The house as a worker process finds it: its own folder, its own tables, its own clock."""
    engine = db.open_engine(settings)
    db.use(engine)
    startup.migrate()
    with db.reading() as session:
        clock.load(session)
    sandbox().control(forget=True)
    yield settle_town(clock.now())
    db.use(None)
    engine.dispose()
    for file in settings.data.glob("cardmall.db*"):
        file.unlink()


def approve_refunds(town: Town) -> None:
    for _ in range(REFUNDS_EACH):
        tale = town.tale(clock.now() - timedelta(hours=2)).order(MANUAL).pay().request()
        tale.at = clock.now()
        tale.approve()


def kill_while_it_works(delay: float) -> bool:
    """Start a worker, kill it `delay` seconds after it takes a refund; whether a refund was in its hands."""
    claimed = count_of_claims()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CARDMALL_")}
    with subprocess.Popen(
        [sys.executable, "-m", "cardmall", "worker"],
        cwd=ROOT,
        env=environment | {"CARDMALL_DATA": str(settings.data)},
        stderr=subprocess.PIPE,
    ) as worker:
        end = time.monotonic() + 60
        while count_of_claims() == claimed:
            assert worker.poll() is None, worker.stderr and worker.stderr.read().decode()
            assert time.monotonic() < end, "the worker took no job"
            time.sleep(0.002)
        time.sleep(delay)
        worker.kill()
    in_hand = (col(Job.kind) == "send_refund", col(Job.state) == "open", col(Job.failures) > 0)
    return count(Job, *in_hand) > 0


def count_of_claims() -> int:
    """How often a refund was taken up to be sent."""
    claims = sa.select(sa.func.sum(col(Job.claim))).where(col(Job.kind) == "send_refund")
    with db.reading() as session:
        return session.connection().execute(claims).scalar_one()


def refunds_at_the_bank() -> dict[str, tuple[int, int]]:
    """Refunds and fen by payment number, as the channel counts them."""
    found = at_the_bank("SELECT trade, count(*), sum(amount) FROM refund GROUP BY trade")
    return {trade: (number, fen) for trade, number, fen in found}


def test_thirty_kills_lose_no_refund_and_send_none_twice(house: Town) -> None:
    in_hand = 0
    for _ in range(KILLS):
        approve_refunds(house)
        in_hand += kill_while_it_works(random.uniform(0, 0.03))
        move_clock(jobs.LEASE + timedelta(seconds=1))
    for _ in range(5):
        move_clock(timedelta(minutes=2))
        run_jobs()

    refunds = rows(Refund)
    assert len(refunds) == KILLS * REFUNDS_EACH
    assert {refund.status for refund in refunds} == {RefundStatus.succeeded}
    assert list(refunds_at_the_bank().values()) == [(1, PRICE)] * len(refunds)
    arrived = [event.data["no"] for event in rows(Event, col(Event.verb) == Verb.refund_succeeded)]
    assert sorted(arrived) == sorted(refund.no for refund in refunds)
    assert not rows(Job, col(Job.kind).in_(("send_refund", "query_refund")), col(Job.state) != "done")
    assert sum(posting.amount for posting in rows(Posting)) == 0
    assert sum(posting.amount for posting in rows(Posting, col(Posting.account) == Account.escrow)) == 0
    assert in_hand >= KILLS / 3, f"only {in_hand} kills met a refund in flight"
