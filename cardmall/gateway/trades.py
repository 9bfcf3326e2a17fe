"""Money coming in: a trade is open, paying (the wallet took it, it is on its way), paid or closed."""

import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

SOURCES = {"alipay": "138****0001", "wechat": "o6_****k1", "bank_card": "6222 **** **** 0001"}


class Wrong(Exception):
    """A business error, told with a signed answer; the word is its code."""


def find(db: sqlite3.Connection, no: str) -> sqlite3.Row:
    row = db.execute("SELECT * FROM trade WHERE no = ?", (no,)).fetchone()
    if row is None:
        raise Wrong("TRADE_NOT_EXIST")
    return row


def state(row: sqlite3.Row, now: float) -> str:
    """Money on its way arrives when its time has come; nobody needs to look."""
    return "paid" if row["status"] == "paying" and row["captured_at"] <= now else row["status"]


def told(row: sqlite3.Row, now: float) -> dict[str, Any]:
    """What the merchant hears of a trade, by answer or callback."""
    paid = state(row, now) == "paid"
    return {
        "kind": "payment",
        "no": row["no"],
        "state": state(row, now),
        "amount": row["amount"],
        "source": row["source"],
        "trade_no": row["trade_no"],
        "payer": SOURCES[row["source"]] if paid else "",
        "captured_at": row["captured_at"] if paid else None,
    }


def open_trade(db: sqlite3.Connection, asked: Mapping[str, Any], now: float) -> dict[str, Any]:
    """A repeat is the same trade; the same number with other facts is an error."""
    no, source, amount = str(asked["no"]), str(asked["source"]), int(asked["amount"])
    if source not in SOURCES or not 0 < amount < 10**11 or not 0 < len(no) <= 64:
        raise Wrong("PARAM_ERROR")
    row = (no, source, amount, "open", f"GW{secrets.token_hex(10).upper()}", str(asked["notify_url"]))
    db.execute("INSERT INTO trade VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING", row)
    db.execute("UPDATE trade SET notify_url = ? WHERE no = ?", (str(asked["notify_url"]), no))
    found = find(db, no)
    if found["amount"] and (found["source"], found["amount"]) != (source, amount):
        raise Wrong("OTHER_AMOUNT")
    return told(found, now)


def close_trade(db: sqlite3.Connection, no: str, now: float) -> dict[str, Any]:
    """No more money on it. A number never heard of is closed too, so that a call opening it late finds it so."""
    db.execute("INSERT INTO trade VALUES (?, 'alipay', 0, 'closed', '', '', NULL) ON CONFLICT DO NOTHING", (no,))
    db.execute("UPDATE trade SET status = 'closed' WHERE no = ? AND status = 'open'", (no,))
    return told(find(db, no), now)


def press(db: sqlite3.Connection, asked: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The shopper at the cashier: `pay`, `fail`, or `pay_late` by `seconds`; only an open trade can be pressed."""
    seconds = float(asked.get("seconds", 0)) if asked["press"] == "pay_late" else 0.0
    status = {"pay": "paying", "pay_late": "paying", "fail": "closed"}[asked["press"]]
    at = now + seconds if status == "paying" else None
    db.execute(
        "UPDATE trade SET status = ?, captured_at = ? WHERE no = ? AND status = 'open'", (status, at, str(asked["no"]))
    )
    return told(find(db, str(asked["no"])), now)


def take_less(db: sqlite3.Connection, no: str) -> None:
    """A coupon, a rounding, a mistake: a fen less than was asked is what will be taken."""
    db.execute("UPDATE trade SET amount = amount - 1 WHERE no = ? AND status = 'open' AND amount > 1", (no,))


def adopt_trade(db: sqlite3.Connection, known: Mapping[str, Any]) -> None:
    """A trade of the past, paid before anybody watched."""
    row = (known["no"], known["source"], int(known["amount"]), "paid", known["trade_no"], "", float(known["at"]))
    db.execute("INSERT INTO trade VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
