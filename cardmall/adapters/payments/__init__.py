"""Payment channels behind one Protocol; our side sees nothing else of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from cardmall.services.money.news import RefundNews
from cardmall.services.money.payments import PaymentNews, StatementLine, TradeNews


class Unverified(Exception):
    """A callback whose signature, key, time, nonce, merchant or shape does not hold: changes nothing."""


class PaymentChannel(Protocol):
    """What any channel can do. Amounts in fen; every call is idempotent by its number.

    Every doubt about an answer (time-out, 5xx, signature, key, shape) is `unknown`, never `failed`; no call raises.
    """

    def open(self, payment_no: str, source: str, amount: int) -> TradeNews:
        """Ready to take money from `source` (alipay, wechat, bank_card); a repeat says how it stands."""
        ...

    def close(self, payment_no: str) -> TradeNews:
        """No more money on this payment: `closed`, or `paid` (with the news) or `paying` when money was faster."""
        ...

    def query_payment(self, payment_no: str) -> TradeNews:
        """How this payment stands."""
        ...

    def refund(self, refund_no: str, payment_no: str, amount: int, destination: str = "") -> RefundNews:
        """Send money back the way it came, or to `destination` when it was redirected."""
        ...

    def query_refund(self, refund_no: str) -> RefundNews:
        """What became of this refund number."""
        ...

    def statement(self, day: date) -> Sequence[StatementLine] | None:
        """What moved on this day in Shanghai, oldest first; None when no answer can be trusted."""
        ...

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentNews | RefundNews:
        """The verified news in a callback; raises Unverified."""
        ...
