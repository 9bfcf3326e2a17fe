"""What every view and every use case is given: the session, who asks, when, and the world outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import Actor
from cardmall.models import Product


class SealedCode(Protocol):
    """What a vault makes of a code."""

    @property
    def token(self) -> str: ...
    @property
    def blind(self) -> str: ...
    @property
    def shop_blind(self) -> str: ...
    @property
    def tail(self) -> str: ...


class Vault(Protocol):
    """Encrypts codes and accounts for the tables, each bound to its row."""

    def seal(self, card_id: str, product: Product, code: str, /) -> SealedCode: ...

    def seal_text(self, card_id: str, text: str, /) -> str: ...

    def blinds(self, product: Product, code: str, /) -> tuple[str, str]: ...

    def open(self, card_id: str, token: str, /) -> str: ...

    def seal_piece(self, batch_id: str, kind: str, n: int, text: str, /) -> str: ...

    def open_piece(self, batch_id: str, kind: str, n: int, token: str, /) -> str: ...

    def seal_answer(self, order_no: str, n: int, answer: str, /) -> str: ...

    def open_answer(self, order_no: str, n: int, token: str, /) -> str: ...

    def answer_blind(self, shop_id: int, answer: str, /) -> str: ...

    def seal_destination(self, refund_no: str, account: str, /) -> str: ...


@dataclass(frozen=True)
class World:
    """The world outside, as use cases and views need it."""

    calendar: WorkCalendar
    vault: Vault


@dataclass(frozen=True)
class Look:
    """One read by `who` (None: nobody signed in) at `now`, aware UTC."""

    session: Session
    who: Actor | None
    now: datetime
    world: World
