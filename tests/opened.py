"""Opens a page as its state does, without a browser, and notes every SQL statement that takes."""

import asyncio
import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from reflex.istate.data import RouterData
from sqlalchemy import event
from sqlmodel import col, select

from cardmall import cardmall as house
from cardmall import cookies
from cardmall.adapters import bus, db
from cardmall.domain.terms import Role
from cardmall.models import Account, Case, Order, Product, Refund, Shop, Transfer
from cardmall.states.session import SessionState

Statement = tuple[str, str]  # its text, its parameters
PAGES: dict[str, dict[str, Any]] = {
    page.PAGE["route"]: page.PAGE for page in house.PUBLIC + house.SHOPPER + house.DESKS
}


@dataclass(frozen=True)
class Visit:
    """`path` is `route` with its number filled in; `who`: the name of the session's token, "" for nobody."""

    route: str
    path: str
    who: str


@contextmanager
def noted(engine: sa.Engine) -> Iterator[list[Statement]]:
    """The statements run while the block does, without those that begin and end transactions."""
    found: list[Statement] = []

    def note(_conn: Any, _cursor: Any, text: str, told: Any, *_: Any) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            found.append((text, repr(told)))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def opened(visit: Visit) -> list[Statement]:
    """What it takes to open this page once: every handler its address runs, and the frame around it."""
    loads = PAGES[visit.route.partition("?")[0]].get("on_load") or SessionState.load
    root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
    root.router = _router(visit)
    with noted(db.engine()) as found:
        asyncio.run(_load(root, loads if isinstance(loads, list) else [loads]))
    bus.forget(visit.who or "nobody")
    return found


async def _load(root: rx.State, loads: list[Any]) -> None:
    for load in loads:
        kind, _, name = load.fn.__qualname__.rpartition(".")
        state = next(one for one in _states(root) if type(one).__name__ == kind and hasattr(one, name))
        result = load.fn(state)
        if inspect.isasyncgen(result):
            async for _ in result:
                pass
        elif inspect.isawaitable(result):
            await result


def _states(state: Any) -> Iterator[Any]:
    yield state
    for child in state.substates.values():
        yield from _states(child)


def _router(visit: Visit) -> RouterData:
    cookie = f"{cookies.SESSION}={visit.who}" if visit.who else ""
    bare, _, query = visit.path.partition("?")
    told = {"headers": {"cookie": cookie, "origin": "http://shop"}, "token": visit.who or "nobody"}
    asked = dict(pair.split("=") for pair in query.split("&")) if query else {}
    return RouterData.from_router_data(told | {"asPath": visit.path, "pathname": bare, "query": asked})


def visits() -> Iterator[Visit]:
    """Every page of every role, each once for every number in the database that it can show."""
    people = _people()
    for route in PAGES:
        for who in _visitors(route, people):
            for path in _paths(route, people[who]):
                yield Visit(route, path, who)


def _people() -> dict[str, Account]:
    """The first account of each role that has the most to see, by its token."""
    with db.reading() as session:
        found = session.exec(select(Account).where(col(Account.email).is_not(None))).all()
    return {(account.email or "").partition("@")[0]: account for account in found}


_WHO = {Role.shopper: "alice", Role.merchant: "bob", Role.admin: "carol"}


def _visitors(route: str, people: dict[str, Account]) -> list[str]:
    if route.startswith("/merchant"):
        return ["bob"]
    return ["carol"] if route.startswith("/admin") else ["alice"]


def _paths(route: str, who: Account) -> list[str]:
    if "[" not in route:
        return [route]
    kind = _KINDS[re.sub(r"^/(merchant|admin)", "", route).split("/")[1]]
    with db.reading() as session:
        numbers = session.exec(select(kind)).all()
    return [re.sub(r"\[\w+\]", str(number), route) for number in numbers]


_KINDS: dict[str, Any] = {
    "p": Product.slug,
    "products": Product.slug,
    "stock": Product.slug,
    "checkout": Order.no,
    "pay": Order.no,
    "orders": Order.no,
    "support": Order.no,
    "shops": Shop.slug,
    "people": Account.id,
    "cases": Case.no,
    "transfers": Transfer.no,
    "refunds": Refund.no,
}
