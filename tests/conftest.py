"""A fresh SQLite file for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from cardmall.adapters import attempts, db
from cardmall.adapters.db import make_engine


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'test.db'}")
    SQLModel.metadata.create_all(engine)
    db.use(engine)
    attempts.forget_all()
    yield engine
    db.use(None)
    engine.dispose()
