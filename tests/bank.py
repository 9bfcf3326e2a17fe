"""The payment gateway beside this process of tests: a thread of ours on the house's own clock, its store apart."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from cardmall.adapters import channels, clock
from cardmall.adapters.channels import gateway_folder
from cardmall.adapters.payments.sandbox import Sandbox, refund_of_the_past, trade_of_the_past
from cardmall.gateway import refunds, trades
from cardmall.gateway.desk import Gateway
from cardmall.gateway.server import hold, listen
from cardmall.settings import settings


class Beside(Gateway):
    """Lives in the time of the test; it calls nobody back unless the test says `send_due()`."""

    def now(self) -> float:
        return clock.now().timestamp()


@cache
def bank() -> Beside:
    """The one of this process, listening."""
    sandbox()  # hands in our key
    folder = gateway_folder(settings.data)
    beside = Beside(folder)
    beside.lock = hold(folder)  # type: ignore[attr-defined] - held as long as we live, so that nobody starts another
    listen(beside)
    return beside


def sandbox() -> Sandbox:
    """Our side of it."""
    found = channels.sandbox()
    assert found
    return found


class Till:
    """Tells the gateway of this process what was paid and given back in a story."""

    def paid(self, payment_no: str, source: str, amount: int, trade_no: str, at: datetime) -> None:
        with bank().store.transaction() as db:
            trades.adopt_trade(db, trade_of_the_past(payment_no, source, amount, trade_no, at))

    def refunded(self, refund_no: str, payment_no: str, amount: int, trace_no: str, at: datetime) -> None:
        with bank().store.transaction() as db:
            refunds.adopt_refund(db, refund_of_the_past(refund_no, payment_no, amount, trace_no, at))


def at_the_bank(query: str, *values: Any) -> Sequence[sqlite3.Row]:
    """What the gateway's own store says."""
    with bank().store.transaction() as db:
        return db.execute(query, values).fetchall()
