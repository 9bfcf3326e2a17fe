"""Alice, Bob and a paid order, for what is asked over plain HTTP."""

import pytest
import sqlalchemy as sa

from cardmall.adapters import clock, db
from tests.town import MANUAL, Tale, Town, settle_town


@pytest.fixture
def town(database: sa.Engine) -> Town:
    with db.reading() as session:
        clock.load_clock(session)
    return settle_town(clock.now())


@pytest.fixture
def tale(town: Town) -> Tale:
    return town.tale().order(MANUAL).pay()
