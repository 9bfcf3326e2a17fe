"""How many connections the processes of a house keep to its database."""

import pytest

from cardmall.adapters.db import OVERFLOW, make_engine
from cardmall.settings import WrongSetting, read_settings
from tests.servers import REAL

USUAL = 100 - 3  # connections of a PostgreSQL server as it comes, without those kept for its own admin
LISTENER = 1


def test_four_processes_fit_into_a_server_as_it_comes() -> None:
    assert 4 * (read_settings({}).database_pool + OVERFLOW + LISTENER) <= USUAL


def test_the_pool_has_the_size_that_was_set() -> None:
    pool = read_settings(REAL | {"CARDMALL_DATABASE_POOL": "5"}).database_pool
    engine = make_engine("postgresql://nobody@127.0.0.1/nothing", pool)
    assert (engine.pool.size(), engine.pool._max_overflow) == (5, OVERFLOW)  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("number", ["0", "1", "-3", "many", "101"])
def test_another_size_is_a_wrong_setting(number: str) -> None:
    with pytest.raises(WrongSetting, match="CARDMALL_DATABASE_POOL"):
        read_settings({"CARDMALL_DATABASE_POOL": number})
