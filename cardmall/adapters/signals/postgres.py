"""Signals over LISTEN and NOTIFY of PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa

from cardmall.adapters.signals.transport import LISTEN_SECONDS

CHANNEL = "cardmall_topics"
# A server that vanished without a word is noticed within 20 s.
ALIVE = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 5}


class OverPostgres:
    """Sends on a connection of the engine's pool, listens on one of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def send(self, messages: Sequence[str]) -> None:
        with self._engine.connect() as connection:
            for message in messages:
                connection.execute(sa.select(sa.func.pg_notify(CHANNEL, message)))

    def listen(self) -> Iterator[str | None]:
        told, named = self._engine.dialect.create_connect_args(self._engine.url)
        options: dict[str, Any] = {**ALIVE, **named, "autocommit": True}
        with psycopg.connect(*told, **options) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            yield None
            while True:
                for notice in connection.notifies(timeout=LISTEN_SECONDS):
                    yield notice.payload
                yield None
