"""Payment channels behind one Protocol; our side sees nothing else of them."""

from collections.abc import Mapping
from typing import Protocol

from cardmall.services.payments import PaymentNews
from cardmall.services.refunds import RefundNews


class Unverified(Exception):
    """A callback whose signature, time or nonce does not hold: answered with an error, changes nothing."""


class PaymentChannel(Protocol):
    """What any channel can do. Amounts in fen; every call is idempotent by its number."""

    def close(self, payment_no: str) -> None:
        """No more money on this payment; one already paid stays paid and is told by callback."""
        ...

    def refund(self, refund_no: str, payment_no: str, amount: int) -> RefundNews:
        """Send money back; any doubt about the answer is `unknown`, never `failed`."""
        ...

    def query_refund(self, refund_no: str) -> RefundNews:
        """What became of this refund number."""
        ...

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentNews:
        """The verified news in a callback; raises Unverified."""
        ...
