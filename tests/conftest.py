"""What every test shares: a fresh SQLite file for each, and patience with a busy machine."""
# ruff: noqa: E402 - the environment is set before the house reads it

import atexit
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests import today

today.travel()  # before anything reads a clock
# Before the house reads its settings: keys and the sandbox of the tests never touch a shop's own data.
os.environ["CARDMALL_DATA"] = tempfile.mkdtemp(prefix="cardmall-")
atexit.register(shutil.rmtree, os.environ["CARDMALL_DATA"], ignore_errors=True)

import pytest
import sqlalchemy as sa
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from cardmall import demo
from cardmall.adapters import attempts, clock, db
from tests import lock_order  # noqa: F401 - listens
from tests.bank import bank, sandbox
from tests.ground import EMPTY, IN_FORCE, POSTGRES, Ground, PostgresGround, SqliteGround, fresh_name

# A busy machine must not turn a slow example into a failure; the seed is printed instead.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


_built: dict[str, float] = {}  # when each demo town was
DEMO_LASTS = 240  # seconds; a job that is late by `limits.JOB_LATE` is somebody's trouble


def pytest_collection_finish() -> None:
    """Keep the collector off what was imported: a fifth of the suite's work was looking through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def bank_beside() -> Iterator[None]:
    """One payment gateway for all tests of a process."""
    bank()
    yield
    sandbox().hang_up()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The database server, or folder, of this process."""
    if IN_FORCE != POSTGRES:
        yield SqliteGround(tmp_path_factory.mktemp("house"))
        return
    server = PostgresGround()
    yield server
    server.close()


@pytest.fixture
def demo_house(databases: Ground) -> str:
    """A database with the demo town in it, built anew once it is minutes old: no worker runs its jobs meanwhile."""
    name = "demo"
    if time.monotonic() - _built.get(name, -DEMO_LASTS) >= DEMO_LASTS:
        databases.drop(name)
        databases.copy(EMPTY, name)
        with standing_on(databases, name):
            demo.build_if_empty()
        _built[name] = time.monotonic()
    return name


@event.listens_for(Session, "do_orm_execute")
def no_act_misses_its_own_rows(state: ORMExecuteState) -> None:
    """What an act appended is inserted when it ends: one that reads such a table before must call finish()."""
    waiting = state.session.info.get("appended", {})
    missed = [mapper.class_.__name__ for mapper in state.all_mappers if mapper.class_ in waiting]
    assert not (state.is_select and missed), f"read before finish(): {missed}"


@pytest.fixture(autouse=True)
def real_time() -> Iterator[None]:
    """Whoever moved the clock moved it for one test."""
    clock._offset = timedelta()
    yield
    clock._offset = timedelta()


@contextmanager
def standing_on(databases: Ground, name: str) -> Generator[sa.Engine]:
    """The house on this database."""
    engine = databases.engine(name)
    db.use(engine)
    attempts.forget_all()
    yield engine
    db.use(None)
    engine.dispose()


@contextmanager
def copied(databases: Ground, source: str) -> Generator[sa.Engine]:
    """The house on a copy of this database, which is gone afterwards."""
    name = fresh_name()
    databases.copy(source, name)
    with standing_on(databases, name) as engine:
        yield engine
    databases.drop(name)


@pytest.fixture
def database(databases: Ground) -> Iterator[sa.Engine]:
    """A house on a database of its own."""
    with copied(databases, EMPTY) as engine:
        yield engine


@pytest.fixture
def demo_database(databases: Ground, demo_house: str) -> Iterator[sa.Engine]:
    """The demo town on a database of its own."""
    with copied(databases, demo_house) as engine:
        yield engine


@pytest.fixture
def valkey() -> Iterator[Any]:
    """A server of Valkey of its own (tests.servers.Valkey)."""
    from tests.servers import Valkey, running  # only some tests need what starts one

    with running(Valkey) as server:
        yield server
