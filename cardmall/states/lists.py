"""Lists that grow page by page and are read again from the top when something moves; a state brings `rows`, `figures`
and `_read_on(key)`."""

from dataclasses import replace
from typing import Any

from cardmall.domain.terms import Refused

MOST = 5  # pages a live list reloads


async def read_again(state: Any) -> None:
    """As many rows as were shown before."""
    wanted, state.rows = len(state.rows), []
    await state._read_on("")
    for _ in range(MOST - 1):
        if not state.figures.next_key or len(state.rows) >= wanted:
            break
        await state._read_on(state.figures.next_key)
    state.loaded = True


async def read_more(state: Any) -> None:
    """The next page, if there is one."""
    if state.figures.next_key:
        await state._read_on(state.figures.next_key)


def take(state: Any, found: Any, nothing: Any) -> None:
    """Append the rows of `found`, a frozen view; `figures` is the view without them. If Refused, empty the list."""
    page = nothing if isinstance(found, Refused) else found
    state.rows = [] if isinstance(found, Refused) else state.rows + page.rows
    state.figures = replace(page, rows=[])
