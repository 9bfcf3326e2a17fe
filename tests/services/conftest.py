"""A town for every test of a use case, on a database of its own."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from cardmall.adapters import clock, db
from tests.town import Town, settle_town


@pytest.fixture
def town(database: sa.Engine) -> Iterator[Town]:
    with db.reading() as session:
        clock.load_clock(session)  # real time again, whatever the last test did
    yield settle_town()
