"""Two processes start at once where nothing is there yet: one builds, both serve."""

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from cardmall.adapters import channels
from cardmall.adapters.db import make_engine
from cardmall.seeds.people import PEOPLE
from tests.patience import PATIENCE
from tests.servers import Postgres, running
from tests.serving import ROOT, surroundings

PREPARE = (sys.executable, "-m", "cardmall", "migrate")


def start_two(folders: tuple[Path, Path], environment: Mapping[str, str]) -> None:
    """Both at once; each ends with 0."""
    told = [surroundings(folder, **environment) for folder in folders]
    both = [
        subprocess.Popen(PREPARE, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for env in told
    ]
    said = [one.communicate(timeout=PATIENCE)[0].decode() for one in both]
    assert [one.returncode for one in both] == [0, 0], "\n".join(said)


def rows(engine: sa.Engine, table: str) -> int:
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return found


@pytest.mark.slow
def test_two_processes_build_one_demo_town_in_an_empty_folder(tmp_path: Path) -> None:
    start_two((tmp_path, tmp_path), {})
    assert rows(make_engine(f"sqlite:///{tmp_path / 'cardmall.db'}"), "account") == len(PEOPLE)


@pytest.mark.slow
def test_two_processes_with_folders_of_their_own_migrate_one_empty_postgres_database(tmp_path: Path) -> None:
    with running(Postgres) as server:
        assert isinstance(server, Postgres)
        start_two((tmp_path / "one", tmp_path / "two"), server.environment)
        assert rows(make_engine(server.url), "alembic_version") == 1
        assert rows(make_engine(server.url), "remembered") == 1, "the canary"


def test_many_hand_in_the_key_of_a_demo_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: channels.sandbox_of(tmp_path, 3000).hang_up(), range(200)))
    assert [path.name for path in (tmp_path / "gateway").iterdir()] == ["merchant.json"]
