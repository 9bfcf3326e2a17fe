"""What the database says when a story is over."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, create_engine, text

from cardmall.adapters.db import make_engine
from cardmall.domain.calendar import SHANGHAI
from tests.patience import PATIENCE
from tests.serving import App

T = TypeVar("T")


def settled(read: Callable[[], T], wanted: T) -> T:
    """What `read` says once it says `wanted`, or in the end; for rows a worker is still writing."""
    until = time.monotonic() + PATIENCE  # jobs run beside the page that moved the clock
    while (found := read()) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    return found


@contextmanager
def looking_into(app: App) -> Iterator[Connection]:
    """The served application's own database, read only; every statement sees what is committed by then."""
    file = f"sqlite:///file:{app.data / 'cardmall.db'}?mode=ro&uri=true"
    engine = make_engine(app.database) if app.database else create_engine(file)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


@contextmanager
def writing_into(app: App) -> Iterator[Connection]:
    """The same in one transaction, to change what no page changes."""
    engine = create_engine(app.database or f"sqlite:///{app.data / 'cardmall.db'}")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@contextmanager
def nobody_writes(app: App) -> Iterator[None]:
    """Somebody else writes into the town on SQLite: every act waits until this is over."""
    held = sqlite3.connect(app.data / "cardmall.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        held.rollback()
        held.close()


def as_json(stored: Any) -> Any:
    """A column of JSON: SQLite hands out its text, PostgreSQL what it means."""
    return json.loads(stored) if isinstance(stored, str) else stored


def as_moment(stored: Any) -> datetime:
    """A column of UTC times, in Shanghai: SQLite hands out its text."""
    found = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(SHANGHAI)


@dataclass(frozen=True)
class Truth:
    """One order, read from the served application's own database."""

    db: Connection
    no: str

    def _one(self, sql: str) -> Any:
        return self.db.execute(text(sql), {"no": self.no}).scalar_one()

    def _all(self, sql: str) -> list[Any]:
        return list(self.db.execute(text(sql), {"no": self.no}).scalars())

    @property
    def status(self) -> str:
        return self._one('SELECT status FROM "order" WHERE no = :no')

    @property
    def stage(self) -> str:
        return self._one('SELECT stage FROM "order" WHERE no = :no')

    @property
    def cards(self) -> list[str]:
        return self._all('SELECT c.status FROM card c JOIN "order" o ON o.id = c.order_id WHERE o.no = :no')

    @property
    def released(self) -> list[str]:
        """Cards the order once reserved: where they are now."""
        sql = 'SELECT e.data FROM event e JOIN "order" o ON o.id = e.order_id WHERE o.no = :no AND e.verb = :verb'
        told = self.db.execute(text(sql), {"no": self.no, "verb": "cards_released"}).scalars()
        cards = [card for data in told for card in as_json(data)["cards"]]
        found = text("SELECT status FROM card WHERE id IN :cards").bindparams(bindparam("cards", expanding=True))
        return list(self.db.execute(found, {"cards": cards}).scalars())

    @property
    def pieces(self) -> tuple[int, int]:
        """(ordered, canceled before delivery)."""
        sql = 'SELECT quantity, canceled_pieces FROM "order" WHERE no = :no'
        row = self.db.execute(text(sql), {"no": self.no}).one()
        return row[0], row[1]

    @property
    def cases(self) -> list[str]:
        return self._all(
            'SELECT c.status FROM "case" c JOIN "order" o ON o.id = c.order_id WHERE o.no = :no ORDER BY c.id'
        )

    @property
    def refunds(self) -> list[tuple[str, int]]:
        sql = 'SELECT r.status, r.amount FROM refund r JOIN "order" o ON o.id = r.order_id WHERE o.no = :no'
        return [(row[0], row[1]) for row in self.db.execute(text(sql), {"no": self.no})]

    @property
    def refund_nos(self) -> list[str]:
        return self._all('SELECT r.no FROM refund r JOIN "order" o ON o.id = r.order_id WHERE o.no = :no')

    @property
    def payment(self) -> str:
        """The number of the payment that was captured."""
        sql = (
            'SELECT p.no FROM payment p JOIN "order" o ON o.id = p.order_id '
            "WHERE o.no = :no AND p.status = 'captured'"
        )
        return self._one(sql)

    @property
    def verbs(self) -> list[str]:
        sql = 'SELECT e.verb FROM event e JOIN "order" o ON o.id = e.order_id WHERE o.no = :no ORDER BY e.id'
        return self._all(sql)

    @property
    def money(self) -> dict[str, int]:
        """Fen on each account of this order; never anything but balanced."""
        sql = (
            'SELECT p.account, sum(p.amount) FROM posting p JOIN "order" o ON o.id = p.order_id '
            "WHERE o.no = :no GROUP BY p.account"
        )
        found = {row[0]: row[1] for row in self.db.execute(text(sql), {"no": self.no})}
        assert sum(found.values()) == 0
        return {account: amount for account, amount in found.items() if amount}

    def case(self, column: str) -> Any:
        """A column of the newest case."""
        sql = f'SELECT c.{column} FROM "case" c JOIN "order" o ON o.id = c.order_id WHERE o.no = :no ORDER BY c.id DESC'
        return self._all(f"{sql} LIMIT 1")[0]

    def moment(self, column: str) -> datetime:
        """A time of the newest case, in Shanghai."""
        return as_moment(self.case(column))

    @property
    def deadline(self) -> datetime:
        return self.moment("deadline")

    @property
    def transfers(self) -> list[tuple[str, str | None]]:
        """(status, why it ended) of every offer of this order."""
        sql = (
            'SELECT t.status, t.ended_why FROM transfer t JOIN "order" o ON o.id = t.order_id '
            "WHERE o.no = :no ORDER BY t.id"
        )
        return [(row[0], row[1]) for row in self.db.execute(text(sql), {"no": self.no})]

    @property
    def held(self) -> bool:
        return self._one('SELECT held_at IS NOT NULL FROM "order" WHERE no = :no')

    @property
    def rounds(self) -> list[tuple[str, str, str]]:
        """(kind, role, text) of everything handed in."""
        sql = (
            'SELECT r.kind, r.role, r.text FROM evidence_round r JOIN "case" c ON c.id = r.case_id '
            'JOIN "order" o ON o.id = c.order_id WHERE o.no = :no ORDER BY r.id'
        )
        return [(row[0], row[1], row[2]) for row in self.db.execute(text(sql), {"no": self.no})]

    @property
    def answers(self) -> int:
        """How many fields of the shop are answered and not erased."""
        joined = 'buyer_answer JOIN "order" ON "order".id = buyer_answer.order_id'
        return len(self._all(f'SELECT buyer_answer.n FROM {joined} WHERE "order".no = :no'))

    @property
    def frozen(self) -> list[list[dict[str, Any]]]:
        """The conversation as each round keeps it."""
        found = self._all(
            'SELECT r.conversation FROM evidence_round r JOIN "case" c ON c.id = r.case_id '
            'JOIN "order" o ON o.id = c.order_id WHERE o.no = :no ORDER BY r.id'
        )
        return [as_json(kept) for kept in found]

    @property
    def pictures(self) -> int:
        """Pictures that belong to a round of this order's cases."""
        return self._one(
            'SELECT count(*) FROM picture p JOIN "order" o ON o.id = p.order_id '
            "WHERE o.no = :no AND p.round_id IS NOT NULL"
        )

    @property
    def support(self) -> tuple[str, int, int]:
        """Whether the shopper waits for support, and what is unread on each side: shopper, admins."""
        sql = (
            "SELECT t.waiting_since, t.unread_by_shopper, t.unread_by_admin FROM support_thread t "
            'JOIN "order" o ON o.id = t.order_id WHERE o.no = :no'
        )
        row = self.db.execute(text(sql), {"no": self.no}).one()
        return ("waiting" if row[0] else "answered", row[1], row[2])

    @property
    def asked(self) -> dict[str, Any]:
        """What travelled with the first question to support."""
        sql = 'SELECT m.data FROM support_message m JOIN "order" o ON o.id = m.order_id WHERE o.no = :no ORDER BY m.id'
        return as_json(self._all(sql)[0])
