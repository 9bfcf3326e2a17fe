"""What the gateway remembers: one SQLite file that outlives any kill."""

import json
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS trade
    (no TEXT PRIMARY KEY, source TEXT, amount INTEGER, status TEXT, trade_no TEXT, notify_url TEXT, captured_at REAL);
CREATE TABLE IF NOT EXISTS refund
    (no TEXT PRIMARY KEY, trade TEXT, amount INTEGER, destination TEXT, trace_no TEXT, at REAL, settles_at REAL,
     expected_at REAL, code TEXT);
CREATE INDEX IF NOT EXISTS refund_of_trade ON refund (trade);
CREATE TABLE IF NOT EXISTS callback (id INTEGER PRIMARY KEY, url TEXT, body TEXT, due_at REAL, tries INTEGER);
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, op TEXT, number TEXT, kind TEXT, times INTEGER);
CREATE TABLE IF NOT EXISTS nonce (nonce TEXT PRIMARY KEY, at REAL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT);
"""
FORGOTTEN = ("trade", "refund", "callback", "fault", "setting")


class Store:
    """One connection for all threads, one transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """All or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()


def setting(db: sqlite3.Connection, name: str, default: Any) -> Any:
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return json.loads(row["value"]) if row else default


def keep_setting(db: sqlite3.Connection, name: str, value: Any) -> None:
    db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))


def forget_all(db: sqlite3.Connection) -> None:
    """As on the first day; words already used stay used."""
    for table in FORGOTTEN:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - words of our own
