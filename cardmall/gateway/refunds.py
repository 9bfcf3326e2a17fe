"""Money going back: limits, funding sources with their arrival times, and what may go wrong."""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from cardmall.gateway.store import setting
from cardmall.gateway.trades import Wrong, find, state

SHANGHAI = timezone(timedelta(hours=8))
PARTS = 50  # refunds of one trade
APART = {"alipay": 3, "wechat": 60, "bank_card": 0}  # seconds between two refunds of one trade
AGE = 365 * 86400  # seconds a trade can be refunded after it was paid
WALLET = 120  # seconds until money is back in a wallet
BANK_DAYS = (1, 3)  # business days: when it arrives, what is promised
SLOW = 20 * 86400  # over the longest holidays, too, a refund is late for days before it arrives
BALANCE = 10**12  # fen the merchant has at the gateway besides what was paid
RETURNED = "RETURNED_BY_BANK"
RETURNS = 86400  # seconds after its arrival that a bank sends it back
BAD_ENDS = {"accepted_then_failed": "REFUND_FAILED", "closed_card": "ACCOUNT_CLOSED", "bounced": RETURNED}


def business_days(now: float, days: int) -> float:
    """The same time of day, so many Mondays to Fridays later in Shanghai."""
    at = datetime.fromtimestamp(now, SHANGHAI)
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at.astimezone(UTC).timestamp()


def refund_state(row: sqlite3.Row, now: float) -> str:
    if row["settles_at"] > now:
        return "processing"
    return "failed" if code_of(row, now) else "succeeded"


def code_of(row: sqlite3.Row, now: float) -> str:
    """Why it failed; what the bank will return has arrived until then."""
    early = row["code"] == RETURNED and row["settles_at"] + RETURNS > now
    return "" if early else row["code"]


def moments(row: sqlite3.Row) -> tuple[float, ...]:
    """When the merchant is called back: when it has ended, and when a bank has returned it."""
    return (row["settles_at"], row["settles_at"] + RETURNS) if row["code"] == RETURNED else (row["settles_at"],)


def told(row: sqlite3.Row, now: float) -> dict[str, Any]:
    """What the merchant hears of a refund, by answer or callback."""
    arrived = refund_state(row, now) != "processing"
    return {
        "kind": "refund",
        "no": row["no"],
        "payment_no": row["trade"],
        "amount": row["amount"],
        "state": refund_state(row, now),
        "code": code_of(row, now) if arrived else "",
        "trace_no": row["trace_no"],
        "expected_at": row["expected_at"],
        "settled_at": row["settles_at"] if arrived else None,
    }


def find_refund(db: sqlite3.Connection, no: str) -> sqlite3.Row:
    row = db.execute("SELECT * FROM refund WHERE no = ?", (no,)).fetchone()
    if row is None:
        raise Wrong("REFUND_NOT_EXIST")
    return row


def send_back(db: sqlite3.Connection, asked: Mapping[str, Any], now: float) -> bool:
    """Take a refund up; False when this number is under way or done: a repeat changes nothing. Raises Wrong."""
    no, trade, amount = str(asked["no"]), find(db, str(asked["payment_no"])), int(asked["amount"])
    known = db.execute("SELECT * FROM refund WHERE no = ?", (no,)).fetchone()
    if known and (known["trade"], known["amount"]) != (trade["no"], amount):
        raise Wrong("OTHER_AMOUNT")
    if known and refund_state(known, now) != "failed":
        return False
    to = str(asked.get("destination", ""))
    _check_limits(db, trade, no, amount, now, elsewhere=bool(to))
    fault = asked["mishap"]
    if fault == "balance_low" or _balance(db, now) < amount:
        raise Wrong("BALANCE_NOT_ENOUGH")
    settles, expected = _arrival(to.partition(":")[0] or trade["source"], now)
    settles += SLOW if fault == "slow_bank" else 0
    trace = known["trace_no"] if known else f"SR{secrets.token_hex(10).upper()}"
    row = (no, trade["no"], amount, to, trace, now, settles, expected, BAD_ENDS.get(fault, ""))
    db.execute("INSERT OR REPLACE INTO refund VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return True


def _check_limits(
    db: sqlite3.Connection, trade: sqlite3.Row, no: str, amount: int, now: float, *, elsewhere: bool
) -> None:
    """Age and number of parts bind only what goes back the way it came."""
    if state(trade, now) != "paid":
        raise Wrong("TRADE_NOT_PAID")
    others = db.execute("SELECT * FROM refund WHERE trade = ? AND no != ?", (trade["no"], no)).fetchall()
    live = [row for row in others if refund_state(row, now) != "failed"]
    if not 0 < amount <= trade["amount"] - sum(row["amount"] for row in live):
        raise Wrong("AMOUNT_EXCEEDED")
    if not elsewhere and len(live) >= PARTS:
        raise Wrong("TOO_MANY_REFUNDS")
    if not elsewhere and now - trade["captured_at"] > AGE:
        raise Wrong("TOO_OLD")
    if any(0 <= now - row["at"] < APART[trade["source"]] for row in others):
        raise Wrong("FREQUENCY_LIMITED")


def _balance(db: sqlite3.Connection, now: float) -> int:
    """Fen: the merchant's own, and what came less what went."""
    come = "SELECT coalesce(sum(amount), 0) FROM trade WHERE captured_at <= ?"
    gone = "SELECT coalesce(sum(amount), 0) FROM refund WHERE code = '' OR settles_at + (code = ?) * ? > ?"
    own = setting(db, "balance", BALANCE)
    return own + db.execute(come, (now,)).fetchone()[0] - db.execute(gone, (RETURNED, RETURNS, now)).fetchone()[0]


def _arrival(source: str, now: float) -> tuple[float, float]:
    """When it arrives, and when it is promised to have arrived."""
    if source == "bank_card":
        return business_days(now, BANK_DAYS[0]), business_days(now, BANK_DAYS[1])
    return now + WALLET, now + WALLET


def adopt_refund(db: sqlite3.Connection, known: Mapping[str, Any]) -> None:
    """A refund of the past, arrived at `at`."""
    at = float(known["at"])
    row = (known["no"], known["payment_no"], int(known["amount"]), "", known["trace_no"], at, at, at, "")
    db.execute("INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)


def statement(db: sqlite3.Connection, day: str, now: float) -> list[dict[str, Any]]:
    """What came and what arrived back on this day in Shanghai, oldest first."""
    start = datetime.fromisoformat(day).replace(tzinfo=SHANGHAI).timestamp()
    span = (start, min(start + 86400, now))
    came = (
        "SELECT 'capture', no, no, amount, trade_no, captured_at FROM trade WHERE captured_at >= ? AND captured_at < ?"
    )
    went = (
        "SELECT 'refund', no, trade, amount, trace_no, settles_at FROM refund "
        "WHERE code IN ('', ?) AND settles_at >= ? AND settles_at < ?"
    )
    back = (
        "SELECT 'returned', no, trade, amount, trace_no, settles_at + :after FROM refund "
        "WHERE code = :returned AND settles_at + :after >= :start AND settles_at + :after < :end"
    )
    told = {"returned": RETURNED, "after": RETURNS, "start": span[0], "end": span[1]}
    rows = [*db.execute(came, span), *db.execute(went, (RETURNED, *span)), *db.execute(back, told)]
    names = ("kind", "no", "payment_no", "amount", "trace_no", "at")
    return sorted((dict(zip(names, row, strict=True)) for row in rows), key=lambda line: (line["at"], line["no"]))
