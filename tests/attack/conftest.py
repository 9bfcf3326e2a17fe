"""The served back end without workers: nothing moves but what a test does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardmall.adapters import db
from tests.serving import BUILD, App, serve

# The tests are the proxy: each raw client may stand at an address of its own.
SERVED = {
    "CARDMALL_WORKERS": "0",
    "REFLEX_BACKEND_ONLY": "true",
    "CARDMALL_TRUSTED_PROXIES": "127.0.0.0/8, ::1",
}


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with serve(tmp_path_factory.mktemp("attack"), how=BUILD, **SERVED) as served:
        yield served


@pytest.fixture(autouse=True)
def same_database(backend: App) -> Iterator[Path]:
    """The test writes its histories into the database that is served."""
    path = backend.data / "cardmall.db"
    engine = db.make_engine(f"sqlite:///{path}")
    db.use(engine)
    yield path
    db.use(None)
    engine.dispose()
