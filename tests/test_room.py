"""What a form sends fits one frame of the event socket, whatever is typed or pasted into it."""

from collections.abc import Iterator
from typing import Any

import pytest
from reflex_base.components.component import BaseComponent

from cardmall import cardmall as house
from cardmall.domain import limits

BYTES = 6  # of a character in JSON at most: \u0000
REST = 4096  # names, hidden fields, the page's address
UNTYPED = {"checkbox", "radio", "hidden", "file", "date", "datetime-local"}


def within(component: BaseComponent) -> Iterator[Any]:
    yield component
    for child in component.children:
        yield from within(child)


def typed(component: BaseComponent) -> list[Any]:
    fields = [one for one in within(component) if type(one).__name__ in ("Input", "Textarea")]
    return [one for one in fields if str(getattr(one, "type", "")).strip('"') not in UNTYPED]


def room(field: Any) -> int:
    """Characters it takes; one without a bound takes more than any frame."""
    return limits.FRAME_BYTES if field.max_length is None else int(str(field.max_length))


@pytest.mark.parametrize("page", (*house.PUBLIC, *house.SHOPPER, *house.DESKS), ids=lambda page: page.__name__[15:])
def test_whatever_is_typed_fits_one_frame(page: Any) -> None:
    drawn = page.PAGE["component"]
    component: Any = drawn() if callable(drawn) else drawn
    forms = [one for one in within(component) if type(one).__name__ == "Form" and "on_submit" in one.event_triggers]
    assert [sum(map(room, typed(form))) * BYTES + REST for form in forms if not fits(form)] == []


def fits(form: Any) -> bool:
    return sum(map(room, typed(form))) * BYTES + REST <= limits.FRAME_BYTES
