"""Demo mode: the town, its clock and its outbox. Outside demo mode every act here is refused."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel

from cardmall.adapters import attempts, clock, workdays
from cardmall.adapters.channels import sandbox
from cardmall.adapters.db import transaction
from cardmall.adapters.passwords import passwords
from cardmall.adapters.payments.sandbox import NotThere, Sandbox, refund_of_the_past, trade_of_the_past
from cardmall.adapters.world import a_look, world
from cardmall.domain.limits import DEMO_LEAP, DEMO_STEP
from cardmall.domain.terms import Offer, Reason, Refused
from cardmall.domain.topics import CALENDAR, CLOCK, JOBS
from cardmall.seeds import build_town, is_empty
from cardmall.seeds.people import PASSWORD
from cardmall.seeds.world import Scene
from cardmall.services.ending import touch
from cardmall.settings import settings
from cardmall.views.public.demo import next_deadline

log = logging.getLogger(__name__)
STEPS = {"minutes": DEMO_STEP, "day": DEMO_LEAP}
DEADLINE = "deadline"


def move_clock(step: str) -> None:
    """Move the one clock: 5 minutes, a day, or just past the next job's time; jobs then due run at once."""
    _only_in_demo()
    with transaction() as session:
        clock.advance(session, _length(session, step))
        touch(session, JOBS)
    with transaction() as session:
        clock.load_clock(session)
        touch(session, CLOCK, JOBS)
    attempts.forget_all()  # time has passed for everybody: what they have tried, too
    tell_clock()


def tell_clock(tries: int = 3) -> None:
    """The channel beside the demo lives in the same time; one that is just starting anew hears it a moment later."""
    for _ in range(tries):
        try:
            return _sandbox().control(offset=clock.offset().total_seconds())
        except NotThere as trouble:
            log.warning("%s", trouble)
            time.sleep(0.5)


def _length(session: Session, step: str) -> timedelta:
    if step in STEPS:
        return STEPS[step]
    look = a_look(session, None)
    due = next_deadline(look) if step == DEADLINE else None
    return due - look.now + timedelta(seconds=1) if due else timedelta()


FAULTS = {
    "refund": (
        *("timeout_before", "timeout_after", "bad_gateway", "forged", "balance_low", "accepted_then_failed"),
        *("closed_card", "slow_bank", "bounced", "refused_but_refunded"),
    ),
    "query_refund": ("timeout_before", "bad_gateway", "forged"),
    "open": ("timeout_before", "timeout_after", "bad_gateway", "forged"),
    "callback": ("lost", "late", "duplicate"),
}


def spoil_call(op: str, kind: str) -> None:
    """The channel's next call of this kind goes wrong, once."""
    _only_in_demo()
    if kind not in FAULTS.get(op, ()):
        raise Refused(Reason.invalid, Offer.form)
    try:
        _sandbox().control(faults=[{"op": op, "kind": kind, "times": 1}])
    except NotThere as trouble:
        log.warning("%s", trouble)
        raise Refused(Reason.not_allowed, Offer.shop) from trouble


def rebuild() -> None:
    """The town as on the first day: everybody is signed out, the clock tells real time."""
    _only_in_demo()
    hashed = passwords().hash(PASSWORD)
    with transaction() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())
        clock.load_clock(session)
        workdays.load_calendar(session)
        attempts.forget_all()
        _build(session, hashed)
        touch(session, CLOCK, CALENDAR, JOBS)
    tell_clock()


def build_if_empty() -> None:
    """The first start of a demo finds an empty house."""
    if not settings.demo:
        return
    hashed = passwords().hash(PASSWORD)
    with transaction() as session:
        if is_empty(session):
            _build(session, hashed)


@dataclass
class Past:
    """The money that moved in the town's past, handed to the channel in one piece."""

    trades: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)

    def paid(self, payment_no: str, source: str, amount: int, trade_no: str, at: datetime) -> None:
        self.trades.append(trade_of_the_past(payment_no, source, amount, trade_no, at))

    def refunded(self, refund_no: str, payment_no: str, amount: int, trace_no: str, at: datetime) -> None:
        self.refunds.append(refund_of_the_past(refund_no, payment_no, amount, trace_no, at))


def _build(session: Session, hashed: str) -> None:
    """A town stands only when the channel knows its past: told before the commit, and told again it forgets first."""
    past = Past()
    build_town(session, Scene(world(), past), hashed, now=clock.now())
    offset = clock.offset().total_seconds()
    _sandbox().control(forget=True, offset=offset, trades=past.trades, refunds=past.refunds)


def _sandbox() -> Sandbox:
    found = sandbox()
    if found is None:
        raise Refused(Reason.not_allowed, Offer.shop)
    return found


def _only_in_demo() -> None:
    if not settings.demo:
        raise Refused(Reason.not_allowed, Offer.shop)
