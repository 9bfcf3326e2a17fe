"""Which payment channel is in force. Today the sandbox; real channels join behind the same Protocol."""

from functools import cache

from cardmall.adapters import clock
from cardmall.adapters.payments.sandbox import Sandbox
from cardmall.settings import settings


@cache
def channel() -> Sandbox:
    """The sandbox channel beside the embedded database."""
    return Sandbox(settings.data / "sandbox.db", clock.now)
