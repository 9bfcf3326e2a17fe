"""From an empty folder to a house that can serve: tables, demo town, workers."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config

from cardmall import demo
from cardmall.adapters import clock, db, lease, outage, signals, workdays
from cardmall.adapters.canary import check_secret
from cardmall.adapters.channels import gateway_folder, sandbox
from cardmall.adapters.messages import channels
from cardmall.adapters.payments.beside import gateway_beside
from cardmall.adapters.valkey import wait_for_valkey
from cardmall.adapters.vault import vault
from cardmall.seeds.people import PASSWORD, PEOPLE
from cardmall.settings import settings
from cardmall.worker import job_workers

MIGRATIONS = Path(__file__).parent / "migrations"


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """Migrate, take up clock and calendar, build the demo town on first start, one process at a time.

    In demo mode the payment gateway runs beside the block. Other processes are told and heard while it runs.
    WrongSetting: Valkey or PostgreSQL is set and does not answer.
    """
    os.umask(0o077)  # the gateway's files, too
    channels()  # a wrong setting of one stops the start
    wait_for_valkey()
    outage.watch_for_outages(db.engine())
    db.wait_for_database(db.engine())
    with _gateway():
        with _alone():
            keep_private(settings.data)
            migrate()
            check_secret(vault())
            with db.reading() as session:
                clock.load_clock(session)
                workdays.load_calendar(session)
            demo.build_if_empty()
        if settings.demo:
            demo.tell_clock()
        with signals.connected():
            yield


@contextlib.contextmanager
def _gateway() -> Iterator[None]:
    """None outside demo mode."""
    there = sandbox()
    if there is None:
        yield
        return
    with gateway_beside(gateway_folder(settings.data), there.control):
        yield


def migrate() -> None:
    """Bring the tables to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head")


def keep_private(folder: Path) -> None:
    """Close to everybody but our own user what was written before there was an umask."""
    folder.chmod(0o700)
    ours = ("cardmall.db*", "*-key.*", "*.lock", "gateway", "gateway/*")
    for path in (found for pattern in ours for found in folder.glob(pattern)):
        with contextlib.suppress(FileNotFoundError):  # written aside by another process, and in its place by now
            path.chmod(0o700 if path.is_dir() else 0o600)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: of those that share the folder, and of those that share the database."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with db.alone():
            yield


@contextlib.asynccontextmanager
async def open_house() -> AsyncIterator[None]:
    """Lifespan: prepared before the first request, workers while it serves."""
    with contextlib.ExitStack() as house:
        await asyncio.to_thread(house.enter_context, prepared())
        print(welcome(), flush=True)
        async with lease.held(), job_workers(settings.workers):
            yield
        await asyncio.to_thread(house.close)


def welcome() -> str:
    """What the terminal says once the house can serve."""
    lines = ["", f"  李氏卡盟 CardMall   http://localhost:{settings.port}"]
    if settings.demo:
        lines += [f"  {role.value:9} {name}@cardmall.test" for name, _, role, _, _ in PEOPLE]
        lines += [f"  password  {PASSWORD}", f"  clock and outbox: http://localhost:{settings.port}/demo"]
    return "\n".join([*lines, ""])
