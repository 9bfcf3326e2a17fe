"""Which payment channel is in force: the gateway beside a demo, none yet outside it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from cardmall import routes
from cardmall.adapters import clock
from cardmall.adapters.payments import PaymentChannel, Unverified
from cardmall.adapters.payments.sandbox import Sandbox
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.payments import PaymentNews, StatementLine, TradeNews, TradeState
from cardmall.settings import Settings, settings


class NoChannel:
    """Outside demo mode nobody takes money yet: no payment is opened, and nothing is known of any number."""

    def open(self, payment_no: str, source: str, amount: int) -> TradeNews:
        return TradeNews(TradeState.unknown, trouble="NO_CHANNEL")

    def close(self, payment_no: str) -> TradeNews:
        return TradeNews(TradeState.unknown, trouble="NO_CHANNEL")

    def query_payment(self, payment_no: str) -> TradeNews:
        return TradeNews(TradeState.unknown, trouble="NO_CHANNEL")

    def refund(self, refund_no: str, payment_no: str, amount: int, destination: str = "") -> RefundNews:
        return RefundNews(RefundAnswer.unknown, trouble="NO_CHANNEL")

    def query_refund(self, refund_no: str) -> RefundNews:
        return RefundNews(RefundAnswer.unknown, trouble="NO_CHANNEL")

    def statement(self, day: date) -> Sequence[StatementLine] | None:
        return None

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentNews | RefundNews:
        raise Unverified("no channel")


def gateway_folder(data: Path) -> Path:
    """Where the gateway keeps its store and leaves its address."""
    return data / "gateway"


def sandbox_of(data: Path, port: int, public_url: str = "") -> Sandbox:
    """Our account at the gateway of this data folder; it calls back to `public_url`, else to `port` of this machine."""
    own = public_url or f"http://127.0.0.1:{port}"
    return Sandbox(gateway_folder(data), data / "merchant-key.bin", clock.now, own + routes.CALLBACK)


def channel_for(chosen: Settings) -> PaymentChannel:
    return sandbox_of(chosen.data, chosen.port, chosen.public_url) if chosen.demo else NoChannel()


@cache
def channel() -> PaymentChannel:
    """The process's one channel."""
    return channel_for(settings)


def takes_money() -> bool:
    """Can anything be paid? Where not, no payment is opened and no statement asked for."""
    return not isinstance(channel(), NoChannel)


@cache
def sandbox() -> Sandbox | None:
    """The channel's own page and controls, in demo mode only."""
    found = channel()
    return found if isinstance(found, Sandbox) else None
