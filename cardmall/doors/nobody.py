"""Page states in memory: that of a page without a person ends a minute after its socket.

Private names of Reflex 0.10.1 (the tables of its memory manager) are used here only and are covered by
tests/states/test_nobodys_state.py.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken, StateToken
from reflex.state import BaseState

from cardmall.adapters import bus
from cardmall.domain import limits
from cardmall.states.session import SessionState
from cardmall.views.person import PersonView


@dataclass
class PageStates(StateManagerMemory):
    """Reflex's memory manager; `is_connected` tells whether the page of a token has an open socket.

    An open page keeps its state as long as Reflex does, whoever looks: how many there are is bounded by
    limits.SOCKETS_AT_ONCE. What is still done for a page that has left does not make its state live longer.
    """

    is_connected: Callable[[str], bool] = lambda _: True

    def left(self, token: str) -> None:
        """The socket of this page was closed."""
        named = BaseStateToken(ident=token, cls=rx.State)
        if named.cache_key in self.states:
            self._track_token(named)

    def _track_token(self, token: StateToken[Any]) -> None:
        known = self._token_expires_at.get(token.cache_key)
        super()._track_token(token)
        if self.is_connected(token.ident) or _is_somebodys(self.states.get(token.cache_key)):
            return
        ends = time.time() + limits.NOBODYS_STATE_SECONDS
        self._token_expires_at[token.cache_key] = (min(ends, known[0]) if known else ends, token)
        self._look_again()

    def _purge_token(self, token: StateToken[Any]) -> None:
        super()._purge_token(token)
        if not self.is_connected(token.ident):
            bus.forget(token.ident)

    def _look_again(self) -> None:
        """The expiration task sleeps until what was next before."""
        if self._expiration_task is not None:
            self._expiration_task.cancel()
            self._expiration_task = None
        self._ensure_expiration_task()


def _is_somebodys(state: Any) -> bool:
    """A person was met there."""
    found = state.get_substate(SessionState.get_full_name().split(".")) if isinstance(state, BaseState) else None
    return isinstance(found, SessionState) and found.person != PersonView()
