"""Pages opened over the event socket of the served town, each beside an event that changes next to nothing."""

import tempfile
from pathlib import Path
from typing import Any

from cardmall import routes
from cardmall.domain.terms import Way
from cardmall.states.public.home import MallState
from cardmall.states.shopper.cancel import CancelState
from cardmall.states.shopper.order import OrderState
from cardmall.states.shopper.orders import OrdersState
from tests.attack.raw import NOTHING, sign_in
from tests.bench.figures import p50, p99, row
from tests.bench.line import Answer, Line
from tests.serving import BUILD, serve

ROUNDS, FIRST = 220, 20  # the first are not counted
SERVED = {
    "CARDMALL_WORKERS": "0",
    "REFLEX_BACKEND_ONLY": "true",
    "CARDMALL_TRUSTED_PROXIES": "127.0.0.0/8, ::1",  # each line has a network address of its own
}
TRIVIAL = "trivial"


def measure(_commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder), BUILD, **SERVED) as app:
        line = Line(app.url, sign_in(app.url, "alice@cardmall.test"))
        events = events_of(_to_ask_for(line))
        rounds = [{name: line.ask(*event) for name, event in events.items()} for _ in range(ROUNDS)][FIRST:]
        line.close()
    _show({name: [one[name] for one in rounds] for name in events})


def _to_ask_for(line: Line) -> str:
    """The first order of the list that can be asked to be canceled."""
    rows = line.ask(handler(OrdersState), routes.ORDERS).state("orders_state")["rows"]
    for no in (one["no"] for one in rows):
        order = line.ask(handler(OrderState), routes.order_url(no)).state("order_state")["view"]
        if order["best_way"] == Way.request:
            return no
    raise AssertionError("the town has no such order")


def events_of(no: str) -> dict[str, tuple[str, str]]:
    """By name the handler a page runs when it is opened, and its path."""
    return {
        TRIVIAL: (NOTHING, routes.HOME),
        "home": (handler(MallState), routes.HOME),
        "orders list": (handler(OrdersState), routes.ORDERS),
        "order": (handler(OrderState), routes.order_url(no)),
        "cancel form": (handler(CancelState), routes.cancel_url(no)),
    }


def handler(state: Any, name: str = "load") -> str:
    """Its full name on the wire."""
    return f"{state.get_full_name()}.{name}"


def _show(heard: dict[str, list[Answer]]) -> None:
    bare = p50([one.took for one in heard[TRIVIAL]])
    print(row("event", "p50 ms", "p99 ms", "x trivial", "bytes"))
    for name, answers in heard.items():
        times = [one.took for one in answers]
        print(row(name, p50(times), p99(times), p50(times) / bare, len(answers[-1].text.encode())))
