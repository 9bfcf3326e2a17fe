"""The first thing of an order's page, on a desk and at the foot of a phone."""

from cardmall.domain.panel import Panel
from cardmall.pages.shopper import order_bar, order_panel


def test_every_panel_has_its_look_and_its_act_on_a_phone() -> None:
    assert {str(panel) for panel in order_bar._FIRST} == {panel.value for panel in Panel}
    assert set(order_panel._LOOK) == {panel.value for panel in Panel}
