"""The channel to practise on: our side of the gateway that stands beside a demo and beside the tests."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from cardmall.adapters import clock
from cardmall.adapters.payments import Unverified
from cardmall.adapters.payments.nonces import is_first_heard
from cardmall.adapters.payments.signing import KEY, MERCHANT, NONCE, OwnKey, verify
from cardmall.domain.refunding import Hindrance
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.payments import PaymentNews, StatementLine, TradeNews, TradeState

MERCHANT_ID = "1900000109"
TIMEOUT = 8.0  # seconds; a job may call three times and stays well below its lease
_HINDRANCE = {
    "FREQUENCY_LIMITED": Hindrance.busy,
    "REFUND_FAILED": Hindrance.busy,
    "BALANCE_NOT_ENOUGH": Hindrance.balance_low,
    "ACCOUNT_CLOSED": Hindrance.account_closed,
    "RETURNED_BY_BANK": Hindrance.account_closed,
    "TOO_OLD": Hindrance.too_old,
    "TOO_MANY_REFUNDS": Hindrance.too_many_parts,
    "TRADE_NOT_PAID": Hindrance.refused,
    "AMOUNT_EXCEEDED": Hindrance.refused,
    "OTHER_AMOUNT": Hindrance.refused,
}


class Unsure(Exception):
    """No answer that can be trusted; the word says why."""


class NotThere(RuntimeError):
    """The gateway did not do what the demo needs of it."""


@dataclass(frozen=True)
class GatewayAddress:
    url: str
    key_id: str
    public_key: str


class Sandbox:
    """Our merchant account at the gateway of `folder`; `key` is our private key's file, `now` our clock."""

    def __init__(
        self, folder: Path, key: Path, now: Callable[[], datetime], notify_url: str, timeout: float = TIMEOUT
    ) -> None:
        self._folder, self._now, self._notify_url = folder, now, notify_url
        self._callback_head = f"POST {httpx.URL(notify_url).raw_path.decode()}"
        self._key = OwnKey(key)
        self._timeout = timeout
        self._http = self._dial()
        self._address: GatewayAddress | None = None
        self._hand_in_our_key()

    def _hand_in_our_key(self) -> None:
        told = {"merchant": MERCHANT_ID, "key_id": self._key.key_id, "public_key": self._key.public}
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"merchant.{secrets.token_hex(8)}"  # others hand in the same one at this moment
        fresh.write_text(json.dumps(told))
        fresh.replace(self._folder / "merchant.json")

    # every channel's side

    def open(self, payment_no: str, source: str, amount: int) -> TradeNews:
        return self._trade("open", payment_no, source=source, amount=amount, notify_url=self._notify_url)

    def close(self, payment_no: str) -> TradeNews:
        return self._trade("close", payment_no)

    def query_payment(self, payment_no: str) -> TradeNews:
        return self._trade("query", payment_no)

    def refund(self, refund_no: str, payment_no: str, amount: int, destination: str = "") -> RefundNews:
        told = {"payment_no": payment_no, "amount": amount, "destination": destination}
        return self._refund("refund", refund_no, **told, notify_url=self._notify_url)

    def query_refund(self, refund_no: str) -> RefundNews:
        return self._refund("query_refund", refund_no)

    def statement(self, day: date) -> Sequence[StatementLine] | None:
        try:
            _, told = self._call("statement", day=day.isoformat())
            return tuple(_line(line) for line in told["lines"])
        except (Unsure, KeyError, TypeError, ValueError):
            return None

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentNews | RefundNews:
        nonce = self._verified(self._callback_head, headers, body, self._now())
        if headers.get(MERCHANT) != MERCHANT_ID:
            raise Unverified("merchant")
        if not is_first_heard(nonce, self._now()):
            raise Unverified("nonce")
        try:
            told = json.loads(body)
            return _refund_news(told) if told["kind"] == "refund" else _payment_news(told)
        except (KeyError, TypeError, ValueError) as doubt:
            raise Unverified("body") from doubt

    # the sandbox's own: its cashier, its past, its clock and its bad days

    def press(self, payment_no: str, press: str, seconds: float = 0) -> TradeNews:
        """The shopper at the wallet: `pay`, `fail`, or `pay_late`, which arrives `seconds` later."""
        return self._trade("press", payment_no, press=press, seconds=seconds)

    def control(self, **told: Any) -> None:
        """offset, forget, trades, refunds, faults, rates, seed, hold, balance; raises NotThere."""
        try:
            status, answer = self._call("control", **told)
        except Unsure as doubt:
            raise NotThere(f"the gateway cannot be reached: {doubt}") from doubt
        if status != 200:
            raise NotThere(f"the gateway refused: {answer}")

    def paid(self, payment_no: str, source: str, amount: int, trade_no: str, at: datetime) -> None:
        """A payment of the past it shall know of."""
        self.control(trades=[trade_of_the_past(payment_no, source, amount, trade_no, at)])

    def refunded(self, refund_no: str, payment_no: str, amount: int, trace_no: str, at: datetime) -> None:
        """A refund of the past it shall know of."""
        self.control(refunds=[refund_of_the_past(refund_no, payment_no, amount, trace_no, at)])

    # the line between

    def hang_up(self) -> None:
        """Close the connections; the next call opens others."""
        self._http.close()
        self._http = self._dial()

    def _dial(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, trust_env=False)

    def _trade(self, op: str, payment_no: str, **asked: Any) -> TradeNews:
        try:
            status, told = self._call(op, no=payment_no, **asked)
            if status != 200:
                missing = told["code"] == "TRADE_NOT_EXIST"
                return TradeNews(TradeState.missing if missing else TradeState.unknown, trouble=str(told["code"]))
            _same(told["no"], payment_no)
            return TradeNews(TradeState(told["state"]), _payment_news(told))
        except (Unsure, KeyError, TypeError, ValueError) as doubt:
            return TradeNews(TradeState.unknown, trouble=_why(doubt))

    def _refund(self, op: str, refund_no: str, **asked: Any) -> RefundNews:
        try:
            status, told = self._call(op, no=refund_no, **asked)
            if status != 200:
                return _refusal(str(told["code"]), refund_no)
            _same((told["no"], told["amount"]), (refund_no, asked.get("amount", told["amount"])))
            return _refund_news(told)
        except (Unsure, KeyError, TypeError, ValueError) as doubt:
            return RefundNews(RefundAnswer.unknown, trouble=_why(doubt))

    def _call(self, op: str, **asked: Any) -> tuple[int, dict[str, Any]]:
        """The signed answer: 200 or 400, and what it says; raises Unsure. A gateway that moved is found once more."""
        body, used, now = json.dumps(asked).encode(), self._address or self._find(), self._clock(op)
        try:
            answer, nonce = self._post(used, f"/v1/{op}", body, now)
        except httpx.RequestError as trouble:
            if self._find() == used:
                raise Unsure(type(trouble).__name__) from trouble
            answer, nonce = self._post_again(f"/v1/{op}", body, now)
        if answer.status_code not in (200, 400):
            raise Unsure(f"status {answer.status_code}")
        try:
            self._verified(f"ANSWER {nonce}", answer.headers, answer.content, self._clock(op))
            return answer.status_code, answer.json()
        except (Unverified, ValueError) as doubt:
            raise Unsure(str(doubt)) from doubt

    def _clock(self, op: str) -> datetime:
        """What sets the gateway's clock cannot be dated by it."""
        return clock.real() if op == "control" else self._now()

    def _post(self, address: GatewayAddress, path: str, body: bytes, now: datetime) -> tuple[httpx.Response, str]:
        headers = self._key.headers(f"POST {path}", body, merchant=MERCHANT_ID, now=now)
        return self._http.post(address.url + path, content=body, headers=headers), headers[NONCE]

    def _post_again(self, path: str, body: bytes, now: datetime) -> tuple[httpx.Response, str]:
        try:
            return self._post(self._find(), path, body, now)
        except httpx.RequestError as trouble:
            raise Unsure(type(trouble).__name__) from trouble

    def _find(self) -> GatewayAddress:
        """Where it says it is now."""
        try:
            self._address = GatewayAddress(**json.loads((self._folder / "address").read_text()))
        except (OSError, TypeError, ValueError) as nowhere:
            raise Unsure("no gateway") from nowhere
        return self._address

    def _verified(self, head: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        try:
            known = self._address or self._find()
            if headers.get(KEY, "") != known.key_id:
                known = self._find()
        except Unsure as nobody:
            raise Unverified("key") from nobody
        if headers.get(KEY, "") != known.key_id:
            raise Unverified("key")
        return verify(head, headers, body, public_key=known.public_key, now=now)


def trade_of_the_past(payment_no: str, source: str, amount: int, trade_no: str, at: datetime) -> dict[str, Any]:
    return {"no": payment_no, "source": source, "amount": amount, "trade_no": trade_no, "at": at.timestamp()}


def refund_of_the_past(refund_no: str, payment_no: str, amount: int, trace_no: str, at: datetime) -> dict[str, Any]:
    told = {"no": refund_no, "payment_no": payment_no, "amount": amount, "trace_no": trace_no}
    return told | {"at": at.timestamp()}


def _payment_news(told: dict[str, Any]) -> PaymentNews:
    paid, amount = told["state"] == "paid", told["amount"]
    if not isinstance(amount, int) or told["kind"] != "payment":
        raise ValueError("amount")
    return PaymentNews(str(told["no"]), paid, amount, str(told["trade_no"]), str(told["payer"]))


def _refund_news(told: dict[str, Any]) -> RefundNews:
    code, amount = str(told["code"]), told["amount"]
    if not isinstance(amount, int) or told["kind"] != "refund":
        raise ValueError("amount")
    answer = RefundAnswer(told["state"])
    unlisted = answer is RefundAnswer.failed and code not in _HINDRANCE
    return RefundNews(
        RefundAnswer.unknown if unlisted else answer,
        str(told["trace_no"]),
        code,
        _HINDRANCE.get(code, Hindrance.busy),
        _moment(told["expected_at"]),
        str(told["no"]),
        amount,
        _moment(told["settled_at"]) if told.get("settled_at") else None,
        unlisted,
    )


def _refusal(code: str, refund_no: str) -> RefundNews:
    """Only a code we know is a no; anything else leaves it open."""
    if code == "REFUND_NOT_EXIST":
        return RefundNews(RefundAnswer.missing, refund_no=refund_no)
    if code not in _HINDRANCE:
        return RefundNews(RefundAnswer.unknown, trouble=code, refund_no=refund_no, unlisted=True)
    return RefundNews(RefundAnswer.failed, trouble=code, hindrance=_HINDRANCE[code], refund_no=refund_no)


def _line(told: dict[str, Any]) -> StatementLine:
    kind, no, payment_no, trace_no = (str(told[name]) for name in ("kind", "no", "payment_no", "trace_no"))
    return StatementLine(kind, no, payment_no, int(told["amount"]), trace_no, _moment(told["at"]))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _same(told: object, asked: object) -> None:
    if told != asked:
        raise ValueError(f"an answer about {told}")


def _why(doubt: Exception) -> str:
    return str(doubt) if isinstance(doubt, Unsure) else "malformed"
