"""A process that starts waits for the database, and ends with the name of the setting when it does not come."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from cardmall.adapters import db, outage
from cardmall.adapters.db import make_engine, wait_for_database
from cardmall.settings import WrongSetting
from tests.patience import PATIENCE, until
from tests.servers import Postgres, running
from tests.serving import free_port


def test_a_start_ends_with_the_name_of_the_setting_and_without_its_password() -> None:
    engine = make_engine(f"postgresql://mall:hidden@127.0.0.1:{free_port()}/mall")
    with pytest.raises(WrongSetting, match="CARDMALL_DATABASE_URL") as ended:
        wait_for_database(engine, seconds=0)
    assert "hidden" not in str(ended.value)


@pytest.mark.slow
def test_a_start_waits_until_the_killed_database_is_back() -> None:
    with running(Postgres) as server:
        server.kill()
        engine = make_engine(server.url)
        waiting = threading.Thread(target=wait_for_database, args=(engine, PATIENCE))
        waiting.start()
        server.start()
        waiting.join(PATIENCE)
        assert not waiting.is_alive()
        engine.dispose()


def test_nobody_waits_for_a_file() -> None:
    wait_for_database(make_engine("sqlite:////nowhere/at/all.db"), seconds=0)


@pytest.mark.slow
def test_a_process_notices_that_its_database_went_away_and_is_back() -> None:
    with running(Postgres) as server:
        engine = make_engine(server.url)
        db.use(engine)
        outage.watch_for_outages(engine)
        server.kill()
        assert not outage.away(), "nobody has missed it yet"
        with pytest.raises(OperationalError):
            engine.connect()
        assert outage.away()
        server.start()
        until(lambda: not outage.away())
        db.use(None)
        engine.dispose()
