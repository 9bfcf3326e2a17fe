"""The database: `transaction()` writes, `reading()` never takes the write lock.

SQLite by default, PostgreSQL when one machine is outgrown; the same code.
"""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session, create_engine
from sqlmodel.sql.expression import SelectOfScalar

from cardmall.domain.topics import Topic
from cardmall.services.ending import TOPICS, finish
from cardmall.settings import Settings, WrongSetting, settings

T = TypeVar("T")
OVERFLOW = 6  # connections to PostgreSQL besides those of the pool, while there is a crowd
START_SECONDS = 30.0  # a process that starts waits for PostgreSQL so long
BETWEEN_SECONDS = 0.5
log = logging.getLogger(__name__)
_READING = "reading"
_START_LOCK = 20_261_128  # of PostgreSQL, held by a process that prepares the database
_TRIES = 3
# Of PostgreSQL: a deadlock, a serialization failure, a row that another act inserted first and is seen next time.
_IN_EACH_OTHERS_WAY = ("40P01", "40001", "23505")
QUIET: dict[str, Any] = {"hide_parameters": True}  # what a failed statement was given stands in no log
_LOOKS: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def make_engine(url: str, pool: int = settings.database_pool) -> sa.Engine:
    """An engine that keeps `pool` connections; on SQLite writes start with BEGIN IMMEDIATE (WAL, full sync)."""
    if not url.startswith("sqlite"):
        return create_engine(_with_driver(url), pool_pre_ping=True, pool_size=pool, max_overflow=OVERFLOW, **QUIET)
    own = {"connect_args": {"check_same_thread": False}}
    engine = create_engine(url, pool_pre_ping=False, pool_size=pool, **own, **QUIET)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _with_driver(url: str) -> sa.URL:
    """What hosts give as `postgres://` or `postgresql://` names no driver: psycopg is ours."""
    bare = sa.make_url(url.replace("postgres://", "postgresql://", 1))
    return bare.set(drivername="postgresql+psycopg") if bare.drivername == "postgresql" else bare


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def open_engine(chosen: Settings) -> sa.Engine:
    chosen.data.mkdir(parents=True, exist_ok=True)
    return make_engine(chosen.database_url, chosen.database_pool)


_engine: sa.Engine | None = None
_listeners: list[Callable[[set[Topic]], None]] = []


def engine() -> sa.Engine:
    """The process's one engine, opened at first use."""
    global _engine
    if _engine is None:
        _engine = open_engine(settings)
    return _engine


def use(other: sa.Engine | None) -> None:
    """Stand on another engine (tests, rebuilt demo)."""
    global _engine
    _engine = other


def wait_for_database(found: sa.Engine, seconds: float = START_SECONDS) -> None:
    """Return once PostgreSQL answers. Raises WrongSetting, which ends the start, when it does not within `seconds`."""
    if found.dialect.name == "sqlite":
        return
    end = time.monotonic() + seconds
    while trouble := _trouble(found):
        if time.monotonic() > end:
            why = f"the database did not answer for {seconds:g} s: {trouble.orig}"
            raise WrongSetting("CARDMALL_DATABASE_URL", why)
        time.sleep(BETWEEN_SECONDS)


def database_answers(found: sa.Engine) -> bool:
    """Can a connection be had now?"""
    return _trouble(found) is None


def _trouble(found: sa.Engine) -> OperationalError | None:
    try:
        found.connect().close()
    except OperationalError as trouble:
        return trouble
    return None


@contextmanager
def alone() -> Generator[None]:
    """No other process is in such a block of the same PostgreSQL database. SQLite has its file lock instead."""
    if engine().dialect.name != "postgresql":
        yield
        return
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_START_LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_START_LOCK)))


def on_commit(listener: Callable[[set[Topic]], None]) -> None:
    """Call `listener(topics)` after each commit that touched something others may be looking at."""
    _listeners.append(listener)


@contextmanager
def transaction() -> Generator[Session]:
    """One act: committed as a whole or not at all; what it touched is announced only after the commit."""
    with Session(engine(), expire_on_commit=False) as session:
        with session.begin():
            yield session
            finish(session)
        topics: set[Topic] = session.info.get(TOPICS, set())
    for listener in _listeners if topics else ():
        try:
            listener(topics)
        except Exception:  # the act is done, whatever becomes of the news of it
            log.exception("a listener was not told of %s", sorted(topics))


def in_transaction(call: Callable[[Session], T]) -> T:
    """Return `call(session)`, committed. Two acts in each other's way: the one that lost is called anew as a whole.

    Raises what `call` raises; DBAPIError when it lost three times.
    """
    for _ in range(_TRIES - 1):
        try:
            return _once(call)
        except DBAPIError as trouble:
            if getattr(trouble.orig, "sqlstate", None) not in _IN_EACH_OTHERS_WAY:
                raise
    return _once(call)


def _once(call: Callable[[Session], T]) -> T:
    with transaction() as session:
        return call(session)


@contextmanager
def reading(kind: type[Session] = Session) -> Generator[Session]:
    """One consistent look that waits for no writer and holds up none."""
    how = _LOOKS if engine().dialect.name == "postgresql" else {_READING: True}
    with kind(engine().execution_options(**how), autoflush=False) as session:
        yield session


class Remembering(Session):
    """For one look at a page: the same statement is run once, however many parts of the page ask for it.

    A look is one transaction that reads, so the second answer could not differ. Results are kept until it ends.
    """

    def exec(self, statement: Any, **told: Any) -> Any:
        result = self._run(statement, told)
        return result.scalars() if isinstance(statement, SelectOfScalar) else result

    def _run(self, statement: Any, told: dict[str, Any]) -> Any:
        key = _key_of(statement, told.get("params"))
        if key is None or told.keys() - {"params"}:
            return super(Session, self).execute(statement, **told)
        known: dict[Any, Any] = self.info.setdefault("known", {})
        if key not in known:
            known[key] = super(Session, self).execute(statement, **told).freeze()
        return known[key]()


def _key_of(statement: Any, params: Any) -> Any:
    """Equal for statements of one text and the same parameters; None for one that cannot be told apart."""
    # What SQLAlchemy's own statement cache asks for.
    key = statement._generate_cache_key()
    return key and (key.key, tuple(repr(bind.effective_value) for bind in key.bindparams), repr(params))
