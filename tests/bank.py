"""The payment gateway beside this process of tests: a thread of ours on the house's own clock, its store apart."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cardmall import routes
from cardmall.adapters import channels, clock
from cardmall.adapters.channels import gateway_folder
from cardmall.adapters.payments.sandbox import MERCHANT_ID, Sandbox, refund_of_the_past, trade_of_the_past
from cardmall.gateway import refunds, trades
from cardmall.gateway.desk import Gateway
from cardmall.gateway.server import hold, listen
from cardmall.gateway.signing import Signer, load_signer
from cardmall.settings import settings

HEAD = f"POST {routes.CALLBACK}"
Shop = Callable[[dict[str, str], bytes], bool]


class Beside(Gateway):
    """Lives in the time of the test; it calls `shop` back when the test says `send_due()`, nobody by itself."""

    shop: Shop | None = None

    def now(self) -> float:
        return clock.now().timestamp()

    def post(self, url: str, body: bytes) -> bool:
        return self.shop(self.sign_callback(url, body), body) if self.shop else super().post(url, body)


@cache
def bank() -> Beside:
    """The one of this process, listening."""
    sandbox()  # hands in our key
    folder = gateway_folder(settings.data)
    _LOCKS.append(hold(folder))  # as long as we live, so that nobody starts another
    beside = Beside(folder)
    listen(beside)
    return beside


_LOCKS: list[Any] = []


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


def fault(kind: str, op: str, number: str = "", times: int = 1) -> None:
    """The next call (or callback) of this kind goes wrong."""
    sandbox().control(faults=[{"op": op, "kind": kind, "number": number, "times": times}])


def signer_of(data: Path) -> Signer:
    """The gateway's own pen, for what a thief of it would write."""
    return load_signer(gateway_folder(data) / "key.bin")


def signed(signer: Signer, body: bytes, *, at: datetime | None = None, merchant: str = MERCHANT_ID) -> dict[str, str]:
    """A callback's headers."""
    return signer.headers(HEAD, body, now=(at or clock.now()).timestamp(), merchant=merchant)


def payment_body(no: str, amount: int, **other: Any) -> bytes:
    """What a callback says of a payment."""
    told = {"kind": "payment", "no": no, "state": "paid", "amount": amount, "trade_no": "T1", "payer": "138****0001"}
    return json.dumps(told | other).encode()


def refund_body(no: str, amount: int, **other: Any) -> bytes:
    told = {"kind": "refund", "no": no, "state": "succeeded", "amount": amount, "code": "", "trace_no": "SR1"}
    return json.dumps(told | {"expected_at": 0.0} | other).encode()
