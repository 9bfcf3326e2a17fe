"""The first thing of an order's page, on a desk and at the foot of a phone; what it asks before an act."""

import json
from collections.abc import Callable

import pytest
import reflex as rx

from cardmall import locales
from cardmall.components import gifts
from cardmall.domain.panel import Panel
from cardmall.domain.terms import CaseKind, RefundCause
from cardmall.pages.admin import case as admin_case
from cardmall.pages.merchant import case as shop_case
from cardmall.pages.shopper import case, order, order_bar, order_panel, refund


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


def test_a_gift_is_told_as_one_on_every_page_of_its_case() -> None:
    """Nobody asked for it and nobody agreed: neither is said."""
    told = texts_of(case._gift()) + texts_of(gifts.gift_card(case.CASE, case.ORDER))
    assert {"商家主动退款", "主动退款", "{amount} 将原路退回", "给买家的说明", "商品仍归买家"} <= set(told)
    asked = {"商家已同意", "申请信息", "双方提交的材料", "买家申请", "买家原因", "买家说明", "申请编号"}
    assert asked.isdisjoint(told)


def test_a_refund_that_is_stuck_says_that_the_order_stays_ended_unless_it_is_a_gift() -> None:
    """A gift that is stuck is of an order that may go on."""
    (line,) = (one for one in refund._lines("needs_attention") if "订单不会因此恢复" in str(one))
    assert f'"{RefundCause.gift.value}"' in str(line)
    assert "直至退款成功" in str(line)


@pytest.mark.parametrize("page", [case._content, shop_case._page, admin_case._page])
def test_every_page_of_a_case_asks_whether_it_is_a_gift(page: Callable[[], rx.Component]) -> None:
    """Once for the word of its state, once for what stands below."""
    drawn = str(page().render())
    assert drawn.count(f'?.["kind"]?.valueOf?.() === "{CaseKind.gift.value}"') >= 2
    assert "主动退款" in texts_of(page())
