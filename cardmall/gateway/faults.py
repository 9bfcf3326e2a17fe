"""Bad days: faults asked for by operation, number and count, or thrown by dice with a seed."""

import random
import sqlite3
from collections.abc import Mapping
from typing import Any

from cardmall.gateway.store import setting

# What may befall the call itself, whatever it asked for.
CALL = ("timeout_before", "timeout_after", "bad_gateway", "forged", "unsigned", "unknown_key")
# What may befall a refund the gateway understood.
REFUND = ("balance_low", "accepted_then_failed", "closed_card", "slow_bank", "bounced", "refused_but_refunded")
# What may befall a payment at the wallet.
PRESS = ("other_amount",)
# What may befall a message on its way back.
CALLBACK = ("duplicate", "late", "reordered", "lost")
KINDS = frozenset((*CALL, *REFUND, *PRESS, *CALLBACK))
OPS = ("open", "press", "close", "query", "refund", "query_refund", "statement")


class Faults:
    """`drawn()` says what goes wrong this time; a queued fault comes before the dice."""

    def __init__(self) -> None:
        self._dice = random.Random(0)  # noqa: S311 - luck, not secrecy

    def seed(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311

    def drawn(self, db: sqlite3.Connection, op: str, number: str, kinds: tuple[str, ...]) -> str:
        """One of `kinds`, or "" when all goes well."""
        return _queued(db, op, number, kinds) or self._thrown(setting(db, "rates", {}), kinds)

    def _thrown(self, rates: Mapping[str, float], kinds: tuple[str, ...]) -> str:
        return next((kind for kind in kinds if kind in rates and self._dice.random() < rates[kind]), "")


def _queued(db: sqlite3.Connection, op: str, number: str, kinds: tuple[str, ...]) -> str:
    for row in db.execute("SELECT * FROM fault WHERE op = ? AND number IN ('', ?) ORDER BY id", (op, number)):
        if row["kind"] in kinds:
            db.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (row["id"],))
            db.execute("DELETE FROM fault WHERE times <= 0")
            return row["kind"]
    return ""


def queue(db: sqlite3.Connection, told: Mapping[str, Any]) -> None:
    """{op, kind, number?, times?}"""
    if told["kind"] not in KINDS or told["op"] not in (*OPS, "callback"):
        raise KeyError(told["kind"])
    row = (told["op"], str(told.get("number", "")), told["kind"], int(told.get("times", 1)))
    db.execute("INSERT INTO fault (op, number, kind, times) VALUES (?, ?, ?, ?)", row)
