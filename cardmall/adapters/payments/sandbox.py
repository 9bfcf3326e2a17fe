"""The sandbox channel: a small outside world with its own store, its own truth and signed callbacks.

It keeps trades and refunds by number in a file of its own, so what it says can be counted apart from our books.
"""

import hmac
import json
import secrets
import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cardmall.adapters.payments import Unverified
from cardmall.services.payments import PaymentNews
from cardmall.services.refunds import Answer, RefundNews

CALLBACK_AGE = timedelta(minutes=5)
ARRIVES = {"alipay": timedelta(minutes=2), "wechat": timedelta(minutes=2), "bank_card": timedelta(days=1)}
PAYER = {"alipay": "138****0001", "wechat": "o6_****k1", "bank_card": "6222 **** **** 0001"}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trade (no TEXT PRIMARY KEY, channel TEXT, amount INTEGER, status TEXT, trade_no TEXT);
CREATE TABLE IF NOT EXISTS refund
    (no TEXT PRIMARY KEY, trade TEXT, amount INTEGER, trace_no TEXT, at TEXT, settles TEXT);
CREATE TABLE IF NOT EXISTS heard (nonce TEXT PRIMARY KEY);
"""


class Sandbox:
    """One merchant account at the sandbox channel, stored at `path`; `now` is its clock."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path, self._now = path, now
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._store() as db:
            db.executescript(_SCHEMA)
        with self._store() as db:
            if not db.execute("SELECT 1 FROM secret").fetchone():
                db.execute("INSERT INTO secret VALUES (?)", (secrets.token_hex(32),))

    @contextmanager
    def _store(self) -> Generator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:
                db.execute("COMMIT")
        finally:
            db.close()

    # the cashier's side

    def pay(self, payment_no: str, channel: str, amount: int, *, succeed: bool) -> str:
        """The shopper presses pay or fail; a closed or paid trade stays what it is. The trade's status then."""
        with self._store() as db:
            db.execute(
                "INSERT INTO trade VALUES (?, ?, ?, 'open', ?) ON CONFLICT DO NOTHING",
                (payment_no, channel, amount, f"SB{secrets.token_hex(10).upper()}"),
            )
            if succeed:
                db.execute("UPDATE trade SET status = 'paid' WHERE no = ? AND status = 'open'", (payment_no,))
            return str(db.execute("SELECT status FROM trade WHERE no = ?", (payment_no,)).fetchone()["status"])

    def callback(self, payment_no: str, *, succeed: bool) -> tuple[dict[str, str], bytes]:
        """The signed message about a trade: (headers, body)."""
        with self._store() as db:
            trade = db.execute("SELECT * FROM trade WHERE no = ?", (payment_no,)).fetchone()
        body = json.dumps(
            {
                "payment_no": payment_no,
                "trade_no": trade["trade_no"],
                "amount": trade["amount"],
                "result": "paid" if succeed and trade["status"] == "paid" else "failed",
                "payer": PAYER.get(trade["channel"], ""),
            }
        ).encode()
        return self.signed(body), body

    def signed(self, body: bytes) -> dict[str, str]:
        """Time, nonce and signature over both and the body."""
        stamp, nonce = str(int(self._now().timestamp())), secrets.token_hex(16)
        return {"sandbox-time": stamp, "sandbox-nonce": nonce, "sandbox-signature": self._sign(stamp, nonce, body)}

    def _sign(self, stamp: str, nonce: str, body: bytes) -> str:
        with self._store() as db:
            key = db.execute("SELECT value FROM secret").fetchone()["value"]
        return hmac.new(key.encode(), f"{stamp}\n{nonce}\n".encode() + body, sha256).hexdigest()

    def forget(self) -> None:
        """The demo starts anew; the secret stays."""
        with self._store() as db:
            for table in ("trade", "refund", "heard"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - three words of our own

    # our side

    def close(self, payment_no: str) -> None:
        with self._store() as db:
            db.execute("INSERT INTO trade VALUES (?, '', 0, 'closed', '') ON CONFLICT DO NOTHING", (payment_no,))
            db.execute("UPDATE trade SET status = 'closed' WHERE no = ? AND status = 'open'", (payment_no,))

    def refund(self, refund_no: str, payment_no: str, amount: int) -> RefundNews:
        with self._store() as db:
            trade = db.execute("SELECT * FROM trade WHERE no = ?", (payment_no,)).fetchone()
            if trade is None or trade["status"] != "paid":
                return RefundNews(Answer.failed, trouble="TRADE_NOT_PAID")
            if not db.execute("SELECT 1 FROM refund WHERE no = ?", (refund_no,)).fetchone():
                given = db.execute("SELECT coalesce(sum(amount), 0) s FROM refund WHERE trade = ?", (payment_no,))
                if given.fetchone()["s"] + amount > trade["amount"]:
                    return RefundNews(Answer.failed, trouble="AMOUNT_EXCEEDED")
                at = self._now()
                settles = at + ARRIVES[trade["channel"]]
                row = (refund_no, payment_no, amount, f"SR{secrets.token_hex(10).upper()}", at, settles)
                db.execute("INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?)", [str(v) for v in row])
        return self.query_refund(refund_no)

    def query_refund(self, refund_no: str) -> RefundNews:
        with self._store() as db:
            row = db.execute("SELECT * FROM refund WHERE no = ?", (refund_no,)).fetchone()
        if row is None:
            return RefundNews(Answer.missing)
        arrived = datetime.fromisoformat(row["settles"]) <= self._now()
        return RefundNews(Answer.succeeded if arrived else Answer.processing, trace_no=row["trace_no"])

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentNews:
        stamp, nonce = headers.get("sandbox-time", ""), headers.get("sandbox-nonce", "")
        # As bytes: a stranger may send letters that a comparison of texts refuses.
        told_signature = headers.get("sandbox-signature", "").encode(errors="replace")
        if not hmac.compare_digest(self._sign(stamp, nonce, body).encode(), told_signature):
            raise Unverified("signature")
        if (
            not stamp.isdigit()
            or len(stamp) > 12
            or abs(self._now().timestamp() - int(stamp)) > CALLBACK_AGE.total_seconds()
        ):
            raise Unverified("time")
        with self._store() as db:
            if not db.execute("INSERT INTO heard VALUES (?) ON CONFLICT DO NOTHING", (nonce,)).rowcount:
                raise Unverified("nonce")
        return _news(body)


def _news(body: bytes) -> PaymentNews:
    """A signed body of another shape than agreed is no news either."""
    try:
        told = json.loads(body)
        paid, amount = told["result"] == "paid", int(told["amount"])
        return PaymentNews(str(told["payment_no"]), paid, amount, str(told["trade_no"]), str(told["payer"]))
    except (KeyError, TypeError, ValueError) as trouble:
        raise Unverified("body") from trouble
