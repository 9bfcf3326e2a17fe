"""A prop a component does not know becomes CSS in Reflex, with the raw value: no page has one."""

import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import reflex as rx
from reflex_base.components.component import Component

from cardmall import cardmall as house
from cardmall.components.controls import link

HOSTILE = "Steam;} header{outline:7px solid red !important;} .x{a:b"


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """`Component.prop` → where it was written, for every prop that would become CSS."""
    found: dict[str, str] = {}
    create = Component._post_init

    def spy(self: Component, *args: Any, **props: Any) -> None:
        known = {*self.get_fields(), *self.get_event_triggers(), "children", "style"}
        for name in props.keys() - known:
            if not name.startswith(("aria_", "data_")):
                ours = [f for f in traceback.extract_stack() if "/cardmall/" in f.filename]
                found[f"{type(self).__name__}.{name}"] = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else ""
        create(self, *args, **props)

    monkeypatch.setattr(Component, "_post_init", spy)
    yield found


@pytest.mark.parametrize("page", (*house.PUBLIC, *house.SHOPPER, *house.DESKS), ids=lambda page: page.__name__[15:])
def test_no_prop_of_a_page_becomes_css(page: Any, unknown: dict[str, str]) -> None:
    drawn = page.PAGE["component"]
    component: Any = drawn() if callable(drawn) else drawn
    component.render()
    assert unknown == {}


def test_a_hostile_title_is_an_attribute_and_no_style() -> None:
    drawn = link("go", href="/", title=rx.Var.create(HOSTILE), rel="next")
    assert isinstance(drawn, Component) and not drawn.style
    assert set(drawn.custom_attrs) == {"title", "rel"}
    assert not any("css" in prop and "outline" in prop for prop in drawn.render()["props"])
