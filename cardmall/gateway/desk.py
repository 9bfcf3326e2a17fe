"""The gateway's desk: who asks is checked, what is asked is done, the answer is signed."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from cardmall.gateway import callbacks, faults, refunds, trades
from cardmall.gateway.faults import Faults
from cardmall.gateway.signing import NONCE, WINDOW, Doubt, check, load_signer, new_signer
from cardmall.gateway.store import Store, forget_all, keep_setting, setting
from cardmall.gateway.trades import Wrong

log = logging.getLogger(__name__)


class Cut(Exception):
    """The line goes dead without an answer, after `hold` seconds."""

    def __init__(self, hold: float) -> None:
        self.hold = hold


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class Gateway:
    """One merchant's gateway in `folder`; `clock` is its real time in seconds, moved by a stored offset."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._clock = folder, clock
        self.store, self.signer, self.faults = Store(folder / "gateway.db"), load_signer(folder / "key.bin"), Faults()
        self._offset, self.waiting = 0.0, threading.Event()
        with self.store.transaction() as db:
            self._take_up(db)

    def now(self) -> float:
        return self._clock() + self._offset

    def _take_up(self, db: sqlite3.Connection) -> None:
        self._offset = setting(db, "offset", 0.0)
        self.faults.seed(setting(db, "seed", 0))

    @property
    def merchant(self) -> dict[str, str]:
        """Id, key id and public key, as the merchant handed them in."""
        try:
            return json.loads((self.folder / "merchant.json").read_text())
        except FileNotFoundError as nobody:
            raise Doubt("merchant") from nobody

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request, answered; raises Cut when the line goes dead."""
        op = path.rsplit("/", 1)[-1]
        try:
            self._identify(path, headers, body)
            asked = json.loads(body)
            fault = self._befalls(op, str(asked.get("no", "")), faults.CALL)
            mishap = self._befalls(op, str(asked.get("no", "")), faults.REFUND)
        except (Doubt, ValueError, AttributeError) as doubt:
            log.warning("request refused: %s", doubt)
            return self._signed(401, {"code": "SIGN_ERROR", "what": str(doubt)}, path, headers)
        if fault == "bad_gateway":
            return Answer(502, b"<html>Bad Gateway</html>", {})
        self._cut_if(fault == "timeout_before")
        status, told = self._done(op, {**asked, "mishap": mishap})
        self._cut_if(fault == "timeout_after")
        return self._signed(status, told, path, headers, fault)

    def _identify(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        """This merchant, now, and never before with this nonce."""
        nonce = check(f"POST {path}", headers, body, now=self._dated(path), merchant=self.merchant)
        real = self._clock()
        with self.store.transaction() as db:
            if not db.execute("INSERT INTO nonce VALUES (?, ?) ON CONFLICT DO NOTHING", (nonce, real)).rowcount:
                raise Doubt("nonce")
            db.execute("DELETE FROM nonce WHERE at < ?", (real - 2 * WINDOW,))

    def _dated(self, path: str) -> float:
        """What sets the clock cannot be dated by it."""
        return self._clock() if path.endswith("/control") else self.now()

    def _befalls(self, op: str, number: str, kinds: tuple[str, ...]) -> str:
        """Drawn in a transaction of its own: what went wrong stays gone wrong, even if the call is refused."""
        if op not in faults.OPS or (kinds is faults.REFUND and op != "refund"):
            return ""
        with self.store.transaction() as db:
            return self.faults.drawn(db, op, number, kinds)

    def _cut_if(self, dead: bool) -> None:
        if dead:
            with self.store.transaction() as db:
                raise Cut(setting(db, "hold", 0))

    def _done(self, op: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The business answer: 200, or 400 with a code."""
        try:
            with self.store.transaction() as db:
                told = self._operations[op](db, asked, self.now())
            if asked["mishap"] == "refused_but_refunded":
                raise Wrong("AMOUNT_EXCEEDED")
            return 200, told
        except Wrong as wrong:
            return 400, {"code": str(wrong), "no": asked.get("no", "")}
        except (KeyError, TypeError, ValueError):
            return 400, {"code": "PARAM_ERROR", "no": asked.get("no", "")}

    def _signed(
        self, status: int, told: dict[str, Any], path: str, asked: Mapping[str, str], fault: str = ""
    ) -> Answer:
        body = json.dumps(told).encode()
        if fault == "unsigned":
            return Answer(status, body, {})
        signer = new_signer() if fault in ("forged", "unknown_key") else self.signer
        merchant = self.merchant["merchant"] if status != 401 else ""
        headers = signer.headers(f"ANSWER {asked.get(NONCE, '')}", body, now=self._dated(path), merchant=merchant)
        return Answer(status, body, headers | ({"gateway-key": self.signer.key_id} if fault == "forged" else {}))

    # what can be asked

    @property
    def _operations(self) -> dict[str, Callable[[sqlite3.Connection, dict[str, Any], float], dict[str, Any]]]:
        return {
            "open": trades.open_trade,
            "close": lambda db, asked, now: trades.close_trade(db, str(asked["no"]), now),
            "query": lambda db, asked, now: trades.told(trades.find(db, str(asked["no"])), now),
            "press": self._press,
            "refund": self._refund,
            "query_refund": lambda db, asked, now: refunds.told(refunds.find_refund(db, str(asked["no"])), now),
            "statement": lambda db, asked, now: {"lines": refunds.statement(db, str(asked["day"]), now)},
            "control": self._control,
        }

    def _press(self, db: sqlite3.Connection, asked: dict[str, Any], now: float) -> dict[str, Any]:
        before = trades.find(db, str(asked["no"]))
        if self.faults.drawn(db, "press", str(asked["no"]), faults.PRESS):
            trades.take_less(db, str(asked["no"]))
        told = trades.press(db, asked, now)
        after = trades.find(db, before["no"])
        if before["status"] == "open":
            due_at = after["captured_at"] or now
            self._announce(db, before["notify_url"], trades.told(after, due_at), due_at)
        return told

    def _refund(self, db: sqlite3.Connection, asked: dict[str, Any], now: float) -> dict[str, Any]:
        no = str(asked["no"])
        if refunds.send_back(db, asked, now):
            row = refunds.find_refund(db, no)
            url = str(asked.get("notify_url", "")) or trades.find(db, row["trade"])["notify_url"]
            for at in refunds.moments(row):
                self._announce(db, url, refunds.told(row, at), at)
        return refunds.told(refunds.find_refund(db, no), now)

    def _announce(self, db: sqlite3.Connection, url: str, told: dict[str, Any], due_at: float) -> None:
        fault = self.faults.drawn(db, "callback", told["no"], faults.CALLBACK)
        callbacks.announce(db, url, told, due_at, fault)
        self.waiting.set()

    def _control(self, db: sqlite3.Connection, asked: dict[str, Any], now: float) -> dict[str, Any]:
        """Of a gateway to practise on: forget, adopt the past, move the clock, ask for bad days."""
        if asked.get("forget"):
            forget_all(db)
        for name in ("offset", "seed", "rates", "hold", "balance"):
            if name in asked:
                keep_setting(db, name, asked[name])
        for known in asked.get("trades", ()):
            trades.adopt_trade(db, known)
        for known in asked.get("refunds", ()):
            refunds.adopt_refund(db, known)
        for told in asked.get("faults", ()):
            faults.queue(db, told)
        self._take_up(db)
        return {"now": self.now()}

    # what it says by itself

    def send_due(self) -> int:
        """Call back whoever is waiting; how many were tried."""
        return callbacks.send_due(self.store, self.now, self.post)

    def post(self, url: str, body: bytes) -> bool:
        headers = self.sign_callback(url, body)
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=10, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as trouble:
            log.info("callback: %s", trouble)
            return False
        return answer.status_code == 200 and answer.text.strip() == "success"

    def sign_callback(self, url: str, body: bytes) -> dict[str, str]:
        head = f"POST {httpx.URL(url).raw_path.decode()}"
        return self.signer.headers(head, body, now=self.now(), merchant=self.merchant["merchant"])
