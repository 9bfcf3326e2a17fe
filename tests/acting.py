"""Times acts of one tree of the code: `python tests/acting.py ROUNDS` in it, or in a clone of an older commit.

For every line it reads it does each act once and prints one line of JSON: milliseconds by name. `bare` is a commit that
changes one row. Reads the names of the tree it runs in, so that two commits can be compared in the same minutes.
"""

import importlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlmodel import SQLModel

from cardmall.adapters import db
from tests.bank import bank, sandbox
from tests.town import AUTO, CALENDAR, MANUAL, Town, act, more_shoppers, settle_town

# Where each use case is: in this tree, in that of f86149e.
HOMES = {
    "place_order": ("services.order.orders", "services.orders"),
    "cancel_now": ("services.order.orders", "services.orders"),
    "request_cancellation": ("services.case.cases", "services.cases"),
    "approve_case": ("services.case.answers", "services.answers"),
}
PLENTY = "plenty"  # a product of which each round takes one piece
ALSO: dict[str, Any] = {"calendar": CALENDAR, "price": 10**6}
FORM = {"way": "request", "reason": "changed_mind", "text": ""}


def use_case(name: str) -> Callable[..., Any]:
    """The use case, with the calendar, or the price that was seen, where it asks for one."""
    found = next(filter(None, (_in(module, name) for module in HOMES[name])))
    asked = inspect.signature(found).parameters.keys() & ALSO.keys()
    return partial(found, **{name: ALSO[name] for name in asked}) if asked else found


def _in(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(f"cardmall.{module}"), name)
    except ModuleNotFoundError:
        return None


def timed(deed: Callable[[], Any]) -> float:
    """Milliseconds of one transaction."""
    start = time.perf_counter()
    deed()
    return (time.perf_counter() - start) * 1000


def bare() -> None:
    with db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE shop SET name = name WHERE id = 1")


def a_round(town: Town, shopper: Any) -> dict[str, float]:
    """Each act once, on orders of a shopper who has none."""
    unpaid, paid = town.tale(shopper=shopper).order(AUTO), town.tale(shopper=shopper).order(MANUAL).pay()
    asked = town.tale(shopper=shopper).order(MANUAL).pay().request()
    case = asked.case.no
    return {
        "bare": timed(bare),
        "cancel_now": timed(lambda: act(use_case("cancel_now"), shopper, unpaid.no, now=unpaid.at)),
        "request": timed(lambda: act(use_case("request_cancellation"), shopper, paid.no, **FORM, now=paid.at)),
        "approve_case": timed(lambda: act(use_case("approve_case"), town.bob, case, now=asked.at)),
        "place_order": timed(lambda: act(use_case("place_order"), shopper, PLENTY, quantity=1, now=unpaid.at)),
    }


def main(rounds: int) -> None:
    bank()
    if url := os.environ.get("TEST_DATABASE"):  # of another engine than the settings would open
        db.use(db.make_engine(url))
    SQLModel.metadata.create_all(db.engine())
    town = settle_town()
    town.sell(PLENTY, rounds)
    shoppers = more_shoppers(rounds)
    for shopper, _ in zip(shoppers, sys.stdin, strict=False):
        print(json.dumps(a_round(town, shopper)), flush=True)
    sandbox().hang_up()


if __name__ == "__main__":
    main(int(sys.argv[1]))
