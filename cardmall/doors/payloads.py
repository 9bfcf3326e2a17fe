"""What an event may carry: names, types, lengths and depth of everything in it, looked at before Reflex sees it."""

import inspect
import typing
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import reflex as rx
from reflex.state import BaseState
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from cardmall.domain import limits

_ROOT = rx.State.get_full_name()
_CRASH = f"{_ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
_FRAMEWORK: dict[str, dict[str, Any]] = {  # what the browser part of Reflex itself sends: name → payload
    f"{_ROOT}.hydrate_and_load": {"hashes": list},
    f"{_ROOT}.hydrate": {},
    f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal": {},
    _CRASH: {"info": str, "component_stack": str},
}
_OWN = ("setvar", "set_is_hydrated", "update_vars_internal")  # of every state of Reflex: nobody's business


class Unsound(Exception):
    """An event that no page of ours sends; its text is the reason."""


def check_event(data: Any) -> None:
    """Raises Unsound unless a page of ours could have sent this event. What a page tells of its crash is cut short."""
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        raise Unsound("no event")
    sound_text(data)
    payload, router = data.get("payload", {}), data.get("router_data", {})
    if not isinstance(payload, dict) or not isinstance(router, dict):
        raise Unsound("no payload")
    _check_address(router)
    if data["name"] == _CRASH:
        data["payload"] = payload = {name: str(value)[: limits.LOG_LINE] for name, value in payload.items()}
    _check_arguments(data["name"], payload)


def sound_text(value: Any) -> None:
    """Raises Unsound for half a character anywhere inside, too many parts, or parts inside parts inside parts …"""
    for number, text in enumerate(_parts(value)):
        if number > limits.EVENT_PARTS:
            raise Unsound("too many parts")
        if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Unsound("half a character")


_UNKNOWN = "splat"  # the parts of an address that no page has, as the browser's router names them


def _check_address(router: dict[str, Any]) -> None:
    if sum(len(text) for text in _parts(router)) > limits.EVENT_ADDRESS:
        raise Unsound("address too long")
    query = router.get("query", {})
    parts = list(query.values()) if isinstance(query, dict) else [0]
    if isinstance(query, dict) and isinstance(unknown := query.get(_UNKNOWN), list):
        parts = [*(text for name, text in query.items() if name != _UNKNOWN), *unknown]
    told = [router.get("pathname", ""), router.get("asPath", ""), *parts]
    if not all(isinstance(text, str) for text in told):
        raise Unsound("no address")


def _check_arguments(name: str, payload: dict[str, Any]) -> None:
    wanted = _handlers().get(name)
    if wanted is None:
        raise Unsound(f"no handler {name[:120]!r}")
    if payload.keys() - wanted.keys():
        raise Unsound(f"unknown argument of {name[-60:]}")
    if missing := _needed().get(name, set()) - payload.keys():
        raise Unsound(f"no {min(missing)} for {name[-60:]}")
    for argument, value in payload.items():
        if not _fits(value, wanted[argument]):
            raise Unsound(f"argument {argument} of {name[-60:]}")


def _parts(value: Any, depth: int = 0) -> Iterator[str]:
    """Everything inside, names included; "" for what is no text."""
    if depth > limits.EVENT_DEPTH:
        raise Unsound("nested too deep")
    yield value if isinstance(value, str) else ""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _parts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner, depth + 1)


def _fits(value: Any, kind: Any) -> bool:
    """`kind` as the handler's argument is annotated; nothing fits a kind that is not in the table."""
    check = KINDS.get(typing.get_origin(kind) or kind)
    return check is not None and check(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= limits.ARGUMENT_LENGTH


def _is_yes_or_no(value: Any) -> bool:
    return type(value) is bool


def _is_number(value: Any) -> bool:
    """The page sends a number as one or as digits."""
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19
    return digits or (type(value) is int and abs(value) < 2**63)


def _is_list(value: Any) -> bool:
    """Of short texts: the hashes of the states a page was built with."""
    return isinstance(value, list) and all(isinstance(one, str) and len(one) < 200 for one in value)


def _is_form(value: Any) -> bool:
    """Fields by name; a browser sends them as a list of pairs, in the form's order."""
    if not isinstance(value, dict):
        return False
    pairs = list(value.items())
    if FORM_DATA_ENTRIES_KEY in value:
        pairs = value[FORM_DATA_ENTRIES_KEY] if len(value) == 1 else None
    return isinstance(pairs, list) and len(pairs) <= limits.FORM_FIELDS and all(_is_field(pair) for pair in pairs)


def _is_field(pair: Any) -> bool:
    """[name, text, or whether it is ticked, or null]; the text as long as our largest field takes."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return False
    name, value = pair
    short = isinstance(name, str) and len(name) <= limits.FIELD_NAME
    return short and (
        len(value) <= limits.TEXT_ROOM if isinstance(value, str) else value is None or type(value) is bool
    )


KINDS: dict[Any, Callable[[Any], bool]] = {
    str: _is_text,
    bool: _is_yes_or_no,
    int: _is_number,
    list: _is_list,
    dict: _is_form,
}


@cache
def _handlers() -> dict[str, dict[str, Any]]:
    """What a page may call, by name, with the kinds of its arguments."""
    return _FRAMEWORK | {name: {one.name: one.annotation for one in asked} for name, asked in _ours()}


@cache
def _needed() -> dict[str, set[str]]:
    """The arguments without a default of each handler of ours, by its name."""
    return {name: {one.name for one in asked if one.default is one.empty} for name, asked in _ours()}


def _ours() -> Iterator[tuple[str, list[inspect.Parameter]]]:
    for state in _states(rx.State):
        for name, handler in state.event_handlers.items():
            if name not in _OWN and state.__module__.startswith("cardmall."):
                yield f"{state.get_full_name()}.{name}", list(inspect.signature(handler.fn).parameters.values())[1:]


def _states(root: type[BaseState]) -> Iterator[type[BaseState]]:
    for state in root.get_substates():
        yield state
        yield from _states(state)
