"""The revisions build the tables of the models on an empty database of either kind, and lead back to nothing."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from cardmall import startup
from cardmall.adapters import db
from tests.conftest import standing_on
from tests.ground import Ground, fresh_name
from tests.town import MANUAL, settle_town


@pytest.fixture
def config(databases: Ground) -> Iterator[Config]:
    """A house on a database without a table."""
    name, found = fresh_name(), Config()
    databases.create(name)
    found.set_main_option("script_location", str(startup.MIGRATIONS))
    with standing_on(databases, name):
        yield found
    databases.drop(name)


def tables() -> set[str]:
    return set(sa.inspect(db.engine()).get_table_names()) - {"alembic_version"}


def test_they_build_what_the_models_say(config: Config) -> None:
    startup.migrate()
    command.check(config)
    settle_town().tale().order(MANUAL).pay().request().approve()


def test_they_lead_back_to_nothing_and_forward_again(config: Config) -> None:
    startup.migrate()
    built = tables()
    command.downgrade(config, "base")
    assert tables() == set()
    startup.migrate()
    assert tables() == built
