"""What the stories need of the world outside: a calendar, a vault, the channel's side of a payment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cardmall.reads.look import World


class Cashier(Protocol):
    """Who at the channel learns of the money that moved in a story: amounts in fen."""

    def paid(self, payment_no: str, source: str, amount: int, trade_no: str, at: datetime) -> None: ...

    def refunded(self, refund_no: str, payment_no: str, amount: int, trace_no: str, at: datetime) -> None: ...


@dataclass(frozen=True)
class Scene:
    """What a story needs of the world outside."""

    world: World
    cashier: Cashier
