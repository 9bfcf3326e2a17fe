"""Messages to the merchant: rows with a due time, sent again with growing delays until one is answered "success"."""

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from cardmall.gateway.store import Store

log = logging.getLogger(__name__)
AGAIN = (1, 2, 5, 15, 30, 180, 600, 1200, 1800, 1800, 3600, 7200, 10800, 21600, 21600)  # seconds after each try
LATE, OVERTAKEN = 1800, 20  # seconds

Post = Callable[[str, bytes], bool]  # (url, body): whether the merchant said "success"


def announce(db: sqlite3.Connection, url: str, news: Mapping[str, Any], due_at: float, fault: str) -> None:
    """Queue the news for `due_at`; `fault` may lose, double or delay it."""
    if not url or fault == "lost":
        return
    due_at += {"late": LATE, "reordered": OVERTAKEN}.get(fault, 0)
    for _ in range(2 if fault == "duplicate" else 1):
        row = (url, json.dumps(news), due_at)
        db.execute("INSERT INTO callback (url, body, due_at, tries) VALUES (?, ?, ?, 0)", row)


def send_due(store: Store, now: Callable[[], float], post: Post) -> int:
    """Send what is due, signed anew at each try; how many were tried."""
    with store.transaction() as db:
        due = db.execute("SELECT * FROM callback WHERE due_at <= ? ORDER BY due_at, id", (now(),)).fetchall()
    for row in due:
        heard = post(row["url"], row["body"].encode())
        with store.transaction() as db:
            if heard or row["tries"] >= len(AGAIN):
                db.execute("DELETE FROM callback WHERE id = ?", (row["id"],))
            else:
                later = (now() + AGAIN[row["tries"]], row["tries"] + 1, row["id"])
                db.execute("UPDATE callback SET due_at = ?, tries = ? WHERE id = ?", later)
        if not heard:
            log.info("callback %s not heard, try %d", row["id"], row["tries"] + 1)
    return len(due)
