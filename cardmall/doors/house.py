"""The app behind its doors: proxy, headers, bodies, sockets stand before everything Reflex answers itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from starlette.types import ASGIApp

from cardmall.doors.events import Door
from cardmall.doors.nobody import PageStates
from cardmall.doors.sockets import socket_guarded
from cardmall.http.body import bounded
from cardmall.http.headers import with_headers
from cardmall.http.proxy import behind_proxies
from cardmall.settings import settings


def behind_doors(app: ASGIApp) -> ASGIApp:
    """From outside: who asks, what every answer carries, what may come in."""
    return behind_proxies(with_headers(bounded(socket_guarded(app))), settings.trusted_proxies)


@dataclass
class House(rx.App):
    """rx.App whose whole ASGI application, CORS included, stands behind the doors."""

    def _setup_state(self) -> None:
        super()._setup_state()
        if self.sio is not None and self._event_namespace is not None:
            self._event_namespace = door = Door(self._event_namespace.namespace, self)
            self.sio.register_namespace(door)
            if isinstance(self._state_manager, StateManagerMemory):  # Redis has an expiry of its own
                self._state_manager = PageStates(is_connected=door.is_connected)

    def __call__(self) -> ASGIApp:
        make: Callable[[], Any] = super().__call__
        return behind_doors(make())
