"""The first thing of an order's page, on a desk and at the foot of a phone; what it asks before an act."""

import json

import pytest
import reflex as rx

from cardmall import locales
from cardmall.domain.panel import Panel
from cardmall.pages.shopper import case, order, order_bar, order_panel


def test_every_panel_has_its_look_and_its_act_on_a_phone() -> None:
    assert {str(panel) for panel in order_bar._FIRST} == {panel.value for panel in Panel}
    assert set(order_panel._LOOK) == {panel.value for panel in Panel}


def texts_of(shown: rx.Component) -> list[str]:
    """The Chinese texts that a component may show."""
    drawn = str(shown.render())
    texts = {text: locales.to_json(locales.texts(key)) for key, text in locales.catalog("zh_CN").items() if text}
    return sorted(text for text, both in texts.items() if both in drawn or json.dumps(both)[1:-1] in drawn)


@pytest.mark.parametrize(("name", "delivered"), [("withdraw", []), ("resume", ["case.ask.resume.line_delivered"])])
def test_what_is_asked_says_nothing_of_codes_where_there_are_none(name: str, delivered: list[str]) -> None:
    """An order of receipts never has one to look at; one sentence stands for delivered codes only."""
    asked = [texts_of(page._question(name)) for page in (order, case)]
    assert all("返回" in texts for texts in asked)
    told = [text for texts in asked for text in texts if "卡密" in text]
    assert told == 2 * [locales.text("zh_CN", key) for key in delivered]
