"""The event socket behind the guard: how often somebody may ask, and what.

Private names of Reflex 0.10.1 (its event namespace) are used here only and are covered by tests/attack/test_doors.py.
"""

import logging
import time
from typing import Any

from reflex.app import EventNamespace

from cardmall.adapters import attempts
from cardmall.adapters.attempts import Budget, TooManyTries, client_key
from cardmall.domain import limits
from cardmall.doors.nobody import PageStates
from cardmall.doors.payloads import Unsound, check_event, sound_text

log = logging.getLogger(__name__)


class Door(EventNamespace):
    """Reflex's event namespace behind the guard."""

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """The first event of a page comes with the connection."""
        if isinstance(auth, dict):
            boot = auth.get("event")
            sound_text(auth)
            if boot is not None and not self._is_sound(sid, boot, environ):
                auth = {key: value for key, value in auth.items() if key != "event"}
        await super().on_connect(sid, environ, auth)

    async def on_event(self, sid: str, data: Any) -> None:
        if self._is_sound(sid, data):
            await super().on_event(sid, data)

    async def on_client_error(self, sid: str, data: Any = None) -> None:
        if self._may_log(self._client(sid)):
            await super().on_client_error(sid, data)

    def on_disconnect(self, sid: str) -> Any:
        """A minute after it the state of nobody ends."""
        token = self.sid_to_token.get(sid)
        task = super().on_disconnect(sid)
        self._pace.pop(sid, None)
        manager = self.app.state_manager
        if token and task and isinstance(manager, PageStates):
            task.add_done_callback(lambda _: manager.left(token))
        return task

    def is_connected(self, token: str) -> bool:
        """A socket of this page is open here."""
        return token in self._token_manager.token_to_socket

    @property
    def _pace(self) -> dict[str, tuple[int, int]]:
        return self.__dict__.setdefault("_pace_of", {})

    def _is_sound(self, sid: str, data: Any, environ: dict[str, Any] | None = None) -> bool:
        try:
            self._slow_enough(sid)
            check_event(data)
            return True
        except Unsound as why:
            client = self._client(sid, environ)
            if self._may_log(client):
                log.warning("event of %s refused: %s", client, why)
            return False

    def _slow_enough(self, sid: str) -> None:
        second, seen = self._pace.get(sid, (0, 0))
        now = int(time.monotonic())
        seen = seen + 1 if second == now else 1
        self._pace[sid] = (now, seen)
        if seen > limits.EVENTS_WAITING:
            raise Unsound("too many events")

    def _client(self, sid: str, environ: dict[str, Any] | None = None) -> str:
        told = self._static_router_data.get(sid, {}).get("ip", "")
        scope = (environ or {}).get("asgi.scope", {})
        return client_key(told or (scope.get("client") or ("",))[0])

    def _may_log(self, client: str) -> bool:
        try:
            with attempts.trying(Budget(limits.LOG_LINES, "log", client, here=True)):
                return True
        except TooManyTries:
            return False
