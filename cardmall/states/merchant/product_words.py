"""What differs in a product, in the words its form has for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cardmall.domain.goods import UNITS, Goods, difference
from cardmall.states.page import Page

_SHORT = ("name", "group_name", "face")  # texts that the bar says as they are
SHORT = 40  # signs of a value in the bar
# Fields that do not have the name of their column.
FIELD_OF = {
    "delay_seconds": "delay",
    "promise_seconds": "promise",
    "activation_rule": "rule",
    "window_days": "window",
    "fee_permille": "fee",
    "most_per_order": "most",
    "buyer_fields": "fields",
    "group_name": "group",
}


@dataclass(frozen=True)
class GoodsChange:
    """One field that differs, in words; of long texts only the name. `mine`: I changed it, too."""

    field: str
    before: str = ""
    after: str = ""
    mine: bool = False


def changed_lines(page: Page, before: Goods, after: Goods) -> list[GoodsChange]:
    """Every field that differs, in the language of who looks at `page`."""
    found = difference(before, after).items()
    return [
        GoodsChange(FIELD_OF.get(name, name), _worded(page, name, old), _worded(page, name, new))
        for name, (old, new) in found
    ]


def _worded(page: Page, name: str, value: Any) -> str:
    """A value as the form shows it; "" for a long text, which is only named."""
    if name in _WORDED:
        return _WORDED[name](page, value)
    if isinstance(value, bool):
        return page._text("goods.on" if value else "goods.off")
    return value if isinstance(value, str) and name in _SHORT and len(value) <= SHORT else ""


def _span(page: Page, seconds: int) -> str:
    unit = next((unit for unit, size in UNITS.items() if seconds and seconds % size == 0), "minutes")
    return page._text(f"mall.{unit}", n=seconds // UNITS[unit]).strip()


_WORDED: dict[str, Callable[[Any, Any], str]] = {
    "buyer_fields": lambda page, value: " · ".join(one.label for one in value),
    "category": lambda page, value: page._text(f"labels.category.{value}"),
    "mode": lambda page, value: page._text(f"labels.delivery_mode.{value}"),
    "form": lambda page, value: page._text(f"labels.product_form.{value}"),
    "price": lambda page, value: f"¥{value / 100:,.2f}",
    "delay_seconds": lambda page, value: _span(page, value),
    "promise_seconds": lambda page, value: _span(page, value),
    "window_days": lambda page, value: page._text("mall.days", n=value).strip(),
    "fee_permille": lambda page, value: f"{value / 10:g}%",
    "most_per_order": lambda page, value: str(value),
}
