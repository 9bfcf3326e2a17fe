"""What every test shares: a fresh SQLite file for each, and patience with a busy machine."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before the house reads its settings: keys and the sandbox of the tests never touch a shop's own data.
os.environ["CARDMALL_DATA"] = tempfile.mkdtemp(prefix="cardmall-")

import pytest
import sqlalchemy as sa
from hypothesis import settings
from sqlmodel import SQLModel

from cardmall.adapters import attempts, db
from cardmall.adapters.db import make_engine

# A busy machine must not turn a slow example into a failure; the seed is printed instead.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    """A house on a database of its own."""
    engine = make_engine(f"sqlite:///{tmp_path / 'test.db'}")
    SQLModel.metadata.create_all(engine)
    db.use(engine)
    attempts.forget_all()
    yield engine
    db.use(None)
    engine.dispose()
