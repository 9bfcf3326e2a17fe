"""What an event may carry: everything in it has a bound, and what real pages send fits."""

from typing import Any

import pytest
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from cardmall.domain import limits
from cardmall.doors import payloads
from cardmall.doors.payloads import KINDS, Unsound, check_event
from tests.attack.handlers import every_handler

WIRE = every_handler()
SEARCH, PICK, READ = WIRE["PeopleState.search"], WIRE["OrderState.pick"], WIRE["InboxState.read"]
SAY = WIRE["SessionState.say"]
CRASH = payloads._CRASH
HYDRATE = "reflex___state____state.hydrate_and_load"


def event(name: str, payload: Any, **router: Any) -> dict[str, Any]:
    return {"name": name, "payload": payload, "router_data": {"pathname": "/", "asPath": "/", "query": {}} | router}


def form(*pairs: Any) -> dict[str, Any]:
    """As a browser sends one."""
    return {"form": {FORM_DATA_ENTRIES_KEY: list(pairs)}}


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else "x"


LONG = "字" * (limits.TEXT_ROOM + 1)
UNSOUND: dict[str, dict[str, Any]] = {
    "a text too long": event(PICK, {"way": "x" * 60_000}),
    "a number for a text": event(PICK, {"way": 7}),
    "nothing for a text": event(PICK, {"way": None}),
    "a list for a text": event(PICK, {"way": ["a"]}),
    "a text for a number": event(READ, {"notice_id": "seven"}),
    "a flag for a number": event(READ, {"notice_id": True}),
    "a fraction for a number": event(READ, {"notice_id": 1.5}),
    "a number too large": event(READ, {"notice_id": 2**63}),
    "digits without end": event(READ, {"notice_id": "1" * 19}),
    "no form": event(SEARCH, {"form": [["q", "a"]]}),
    "a field too long": event(SEARCH, {"form": {"q": LONG}}),
    "a field too long as sent": event(SEARCH, form(["q", LONG])),
    "a field's name too long": event(SEARCH, {"form": {"q" * 65: "a"}}),
    "a field's name too long as sent": event(SEARCH, form(["q" * 65, "a"])),
    "too many fields": event(SEARCH, {"form": {f"q{n}": "" for n in range(129)}}),
    "too many fields as sent": event(SEARCH, form(*[["q", ""]] * 129)),
    "a form in a form": event(SEARCH, {"form": {"q": {"q": "a"}}}),
    "a list in a form": event(SEARCH, form(["q", ["a"]])),
    "a number in a form": event(SEARCH, form(["q", 7])),
    "three of a pair": event(SEARCH, form(["q", "a", "b"])),
    "no pair": event(SEARCH, form("q")),
    "no name": event(SEARCH, form([7, "a"])),
    "no list of pairs": event(SEARCH, {"form": {FORM_DATA_ENTRIES_KEY: "q"}}),
    "pairs and more": event(SEARCH, {"form": {FORM_DATA_ENTRIES_KEY: [], "q": "a"}}),
    "nested too deep": event(SEARCH, {"form": {"q": deep(60)}}),
    "no argument at all": event(PICK, {}),
    "no form at all": event(SEARCH, {}),
    "an argument nobody asked for": event(PICK, {"way": "a", "more": "b"}),
    "no payload": event(PICK, []),
    "an empty text for a payload": event(PICK, ""),
    "hashes without end": event(HYDRATE, {"hashes": ["a"] * 2_000}),
    "a hash too long": event(HYDRATE, {"hashes": ["a" * 200]}),
    "a query that is none": event(PICK, {"way": "a"}, query=["a"]),
    "a query of lists": event(PICK, {"way": "a"}, query={"a": ["b"]}),
    "an unknown page of numbers": event(PICK, {"way": "a"}, query={"splat": ["b", 7]}),
    "an unknown page of lists": event(PICK, {"way": "a"}, query={"splat": [["b"]]}),
    "a path that is none": event(PICK, {"way": "a"}, asPath={"a": "b"}),
    "an address of many parts": event(PICK, {"way": "a"}, query={str(n): "" for n in range(2_000)}),
    "an address too long": event(PICK, {"way": "a"}, asPath="/" + "a" * limits.EVENT_ADDRESS),
}
SOUND: dict[str, dict[str, Any]] = {
    "a text": event(PICK, {"way": "request"}),
    "an id": event(READ, {"notice_id": 7}),
    "an id in digits": event(READ, {"notice_id": "7"}),
    "a form": event(SEARCH, {"form": {"q": "字" * limits.TEXT_ROOM}}),
    "a form as sent": event(SEARCH, form(["q", "字" * limits.TEXT_ROOM], ["card", "a"], ["card", "b"], ["on", True])),
    "an empty form": event(SEARCH, form()),
    "words said again": event(SAY, {"kind": "error", "title": "x" * 2_000, "line": "", "seconds": 0}),
    "a page that begins": event(HYDRATE, {"hashes": ["a" * 64] * 60}),
    "a page of its own": event(
        PICK, {"way": "return"}, pathname="/orders/CM1", asPath="/orders/CM1?a=b", query={"no": "CM1"}
    ),
    "no address": {"name": PICK, "payload": {"way": "return"}},
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_no_page_sends_is_refused(name: str) -> None:
    with pytest.raises(Unsound) as why:
        check_event(UNSOUND[name])
    assert len(str(why.value)) < limits.LOG_LINE


@pytest.mark.parametrize("name", SOUND)
def test_what_a_page_sends_is_heard(name: str) -> None:
    check_event(SOUND[name])


def test_what_a_page_tells_of_its_crash_is_cut_short() -> None:
    told = event(CRASH, {"info": "boom" * 2_000, "component_stack": "at" * 20_000})
    check_event(told)
    assert {name: len(text) for name, text in told["payload"].items()} == dict.fromkeys(
        ("info", "component_stack"), limits.LOG_LINE
    )


def test_every_argument_of_every_handler_is_of_a_kind_that_is_looked_at() -> None:
    asked = payloads._handlers()
    kinds = {kind for arguments in asked.values() for kind in arguments.values()}
    assert {getattr(kind, "__origin__", kind) for kind in kinds} <= KINDS.keys()
    assert set(WIRE.values()) <= asked.keys() | {name for name in WIRE.values() if name.endswith(".setvar")}


def test_b6_an_address_that_no_page_has_is_heard() -> None:
    """The browser's router tells its parts as a list: refused, the page would never learn who looks."""
    check_event(event(PICK, {"way": "a"}, pathname="/no/where", asPath="/no/where", query={"splat": ["no", "where"]}))
