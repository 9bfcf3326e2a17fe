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
from pathlib import Path

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
from sqlmodel import SQLModel

from cardmall import demo
from cardmall.adapters import attempts, clock, db
from cardmall.adapters.db import make_engine
from tests.bank import bank, sandbox

# A busy machine must not turn a slow example into a failure; the seed is printed instead.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


_built: dict[Path, float] = {}  # when each demo town was
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
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row, made once and copied by each test."""
    path = tmp_path_factory.mktemp("house") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def demo_house(empty_house: Path) -> Path:
    """The same with the demo town in it, built anew once it is minutes old: no worker runs its jobs meanwhile."""
    path = empty_house.with_name("demo.db")
    if time.monotonic() - _built.get(path, -DEMO_LASTS) >= DEMO_LASTS:
        shutil.copy(empty_house, path)
        with standing_on(path):
            demo.build_if_empty()
        _built[path] = time.monotonic()
    return path


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
def standing_on(path: Path) -> Generator[sa.Engine]:
    """The house on this file; a test survives no power cut, so it need not wait for the disk."""
    engine = make_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    db.use(engine)
    attempts.forget_all()
    yield engine
    db.use(None)
    engine.dispose()


@pytest.fixture
def database(tmp_path: Path, empty_house: Path) -> Iterator[sa.Engine]:
    """A house on a database of its own."""
    with standing_on(Path(shutil.copy(empty_house, tmp_path / "test.db"))) as engine:
        yield engine


@pytest.fixture
def demo_database(tmp_path: Path, demo_house: Path) -> Iterator[sa.Engine]:
    """The demo town on a database of its own."""
    with standing_on(Path(shutil.copy(demo_house, tmp_path / "demo.db"))) as engine:
        yield engine
