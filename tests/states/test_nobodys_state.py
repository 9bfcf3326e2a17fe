"""A page state without a person ends a minute after its socket; a person's own stays as long as before."""

import asyncio
from typing import Any

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken

from cardmall.cardmall import app
from cardmall.domain import limits
from cardmall.doors.events import forget_nobody
from cardmall.queries.people import PersonView
from cardmall.states.session import SessionState
from tests.today import moment


@pytest.mark.parametrize(("name", "ends_soon"), [("", True), ("周小禾", False)])
def test_a_state_of_nobody_ends_soon(monkeypatch: pytest.MonkeyPatch, name: str, ends_soon: bool) -> None:
    async def left() -> float:
        manager: Any = StateManagerMemory()
        monkeypatch.setattr(app, "_state_manager", manager)
        token = BaseStateToken(ident="a-token-of-a-page", cls=rx.State)
        state = await manager.get_state(token)
        state.get_substate(SessionState.get_full_name().split(".")).person = PersonView(name=name)
        forget_nobody(app, "a-token-of-a-page")
        manager._expiration_task.cancel()
        return manager._token_expires_at[token.cache_key][0] - moment().timestamp()

    assert (asyncio.run(left()) <= limits.NOBODYS_STATE_SECONDS) is ends_soon
