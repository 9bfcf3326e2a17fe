"""The fields of a product, card by card; what is wrong with each stands beside it."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.codes import typed_count
from cardmall.components.controls import Child
from cardmall.components.forms import checkbox, choice_error, error_line, field, select, text_input, textarea
from cardmall.components.pictures import goods_pictures
from cardmall.components.surface import card
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.goods import UNITS
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import Category, DeliveryMode
from cardmall.pages.merchant.product_fields import fields_card
from cardmall.pages.merchant.product_group import group_card
from cardmall.states.merchant.product import MerchantProductState as State

_TYPED: Any = State.typed
_SLUG: Any = State.view.slug
_TWO = "grid gap-4 sm:grid-cols-2 items-start"
_BY_HAND = _TYPED["mode"] == DeliveryMode.manual.value
_RETURNS = _TYPED["return_allowed"] == "on"
_RECEIPT = _BY_HAND & (_TYPED["form"] == ProductForm.receipt.value)


NUMBER_ROOM = 16  # characters of a field for a number
SLACK = 20  # a text field takes a twentieth more than may be saved


def form_cards() -> list[rx.Component]:
    """All fields of the form, under the cards a shop thinks in."""
    return [_basic(), _pictures(), group_card(), _price(), _delivery(), fields_card(), _use(), _policy()]


def _sheet(name: str, *children: Child) -> rx.Component:
    inside = rx.el.div(*children, class_name="grid gap-4")
    return card(inside, title=t(f"goods.sheet.{name}"), aside=t(f"goods.sheet_line.{name}"))


def _error(name: str) -> Any:
    return getattr(State, f"{name}_error")


def _counted(control: rx.Component, name: str, most: int) -> rx.Component:
    """A field with how many signs it holds at its foot."""
    return rx.el.div(control, rx.el.div(typed_count(name, most), class_name="text-right mt-1"))


def _line(name: str, **props: Any) -> rx.Component:
    return text_input(name, default_value=_TYPED[name], **{"max_length": NUMBER_ROOM, **props})


def _lines(name: str, rows: int, most: int) -> rx.Component:
    """Takes a little more than may be saved: what is too long is told, and the whole form fits one frame."""
    return textarea(name, rows=rows, default_value=_TYPED[name], max_length=most + most // SLACK)


def _named(name: str, control: rx.Component, hint: Child = "", *, optional: bool = False) -> rx.Component:
    return field(t(f"goods.form.{name}"), control, name=name, error=_error(name), hint=hint, optional=optional)


def _basic() -> rx.Component:
    kinds = [rx.el.option(labels.category(kind.value), value=kind.value) for kind in Category]
    return _sheet(
        "basic",
        rx.el.div(
            _counted(
                _named("name", _line("name", max_length=2 * limits.PRODUCT_NAME[-1]), t("goods.hint.name")),
                "name",
                limits.PRODUCT_NAME[-1],
            ),
            _named("category", select("category", *kinds, default_value=_TYPED["category"])),
            class_name=_TWO,
        ),
        _counted(
            _named("summary", _lines("summary", 2, limits.TEXT_LENGTH), optional=True), "summary", limits.TEXT_LENGTH
        ),
        _counted(
            _named("details", _lines("details", 6, limits.PRODUCT_TEXT), t("goods.hint.details"), optional=True),
            "details",
            limits.PRODUCT_TEXT,
        ),
    )


def _pictures() -> rx.Component:
    """They are handed in for a product: a new one is made first."""
    box = goods_pictures(
        routes.goods_pictures_url(_SLUG),
        _TYPED["pictures"],
        name="pictures",
        error=State.pictures_error,
        hint=t("goods.hint.pictures"),
    )
    later = rx.el.p(t("goods.hint.pictures_later"), class_name="text-ink2")
    return _sheet("pictures", rx.cond(_SLUG != "", box, later))


def _price() -> rx.Component:
    return _sheet(
        "price",
        rx.el.div(
            _number("price", t("goods.yuan"), mode="decimal"),
            _number("most", t("goods.piece")),
            class_name=_TWO,
        ),
    )


def _delivery() -> rx.Component:
    modes = rx.el.fieldset(
        rx.el.legend(t("goods.form.mode"), class_name="font-semibold mb-1.5"),
        rx.el.div(*[_mode(mode) for mode in DeliveryMode], class_name="grid gap-3 sm:grid-cols-2"),
        choice_error("mode", State.mode_error),
        aria_describedby="mode-error",
    )
    delay = _number("delay", t("goods.unit.minutes"))
    times = rx.el.div(rx.cond(_BY_HAND, _kept("delay"), delay), _promise(), class_name=_TWO)
    forms = [rx.el.option(labels.product_form(form.value), value=form.value) for form in ProductForm]
    form = _named("form", select("form", *forms, default_value=_TYPED["form"]), t("goods.hint.form"))
    case = rx.el.div(
        checkbox("case_sensitive", t("goods.form.case_sensitive"), default_checked=_TYPED["case_sensitive"] == "on"),
        rx.el.p(t("goods.hint.case_sensitive"), class_name="text-sm text-ink2 pl-6"),
        error_line("case_sensitive", State.case_sensitive_error),
    )
    compared = rx.cond(_RECEIPT, _kept("case_sensitive"), case)
    return _sheet("delivery", modes, rx.cond(_BY_HAND, form, _kept("form")), times, compared)


def _mode(mode: DeliveryMode) -> rx.Component:
    box = rx.el.input(
        type="radio",
        name="mode",
        value=mode.value,
        default_checked=_TYPED["mode"] == mode.value,
        class_name="mt-[3px] size-4 accent-[var(--ink)] shrink-0",
    )
    words = rx.el.span(
        rx.el.b(labels.delivery_mode(mode.value), class_name="font-semibold block"),
        rx.el.span(t(f"goods.mode.{mode.value}"), class_name="text-sm text-ink2"),
    )
    look = (
        "touch flex gap-2.5 rounded-control border border-line p-3 cursor-pointer hover:border-ink3 "
        "has-checked:border-ink has-checked:shadow-[inset_0_0_0_1px_var(--ink)]"
    )
    return rx.el.label(box, words, class_name=look)


def _promise() -> rx.Component:
    """One number in two fields: how many, of what."""
    units = [rx.el.option(t(f"goods.unit.{unit}"), value=unit) for unit in reversed(UNITS)]
    number = _line("promise", input_mode="numeric")
    unit = select("unit", *units, default_value=_TYPED["unit"], aria_label=t("goods.form.unit"))
    return _labeled("promise", number, rx.el.div(unit, class_name="w-[104px] shrink-0"))


def _number(name: str, unit: Child, *, mode: str = "numeric") -> rx.Component:
    """A number with its unit beside it."""
    return _labeled(name, _line(name, input_mode=mode), rx.el.span(unit, class_name="text-ink2 shrink-0"))


def _labeled(name: str, control: rx.Component, beside: rx.Component) -> rx.Component:
    """As `field`, with something more in the line of the control."""
    control.custom_attrs |= {"aria-describedby": f"{name}-hint {name}-error", "aria-invalid": _error(name) != ""}
    return rx.el.div(
        rx.el.label(t(f"goods.form.{name}"), html_for=name, class_name="font-semibold"),
        rx.el.div(control, beside, class_name="flex items-center gap-2"),
        rx.el.p(t(f"goods.hint.{name}"), id=f"{name}-hint", class_name="text-sm text-ink2"),
        error_line(name, _error(name)),
        class_name="flex flex-col gap-1.5",
    )


def _kept(name: str) -> rx.Component:
    """Not asked for now, and not forgotten."""
    return rx.el.input(type="hidden", name=name, value=_TYPED[name], read_only=True)


def _use() -> rx.Component:
    rule = _named("rule", _lines("rule", 2, limits.PRODUCT_RULE[-1]), t("goods.hint.rule"))
    instructions = _named(
        "instructions", _lines("instructions", 5, limits.PRODUCT_TEXT), t("goods.hint.instructions"), optional=True
    )
    return _sheet(
        "use",
        _counted(rule, "rule", limits.PRODUCT_RULE[-1]),
        _counted(instructions, "instructions", limits.PRODUCT_TEXT),
    )


def _policy() -> rx.Component:
    returns = rx.el.div(
        checkbox("return_allowed", t("goods.form.return_allowed"), default_checked=_RETURNS),
        rx.el.p(t("goods.hint.return_allowed"), class_name="text-sm text-ink2 pl-6"),
    )
    window = _number("window", t("goods.unit.days"))
    fee = _number("fee", "%", mode="decimal")
    asked = rx.el.div(window, fee, class_name=_TWO)
    kept = rx.fragment(_kept("window"), _kept("fee"))
    codes = rx.fragment(returns, rx.cond(_RETURNS, asked, kept))
    used = rx.el.p(t("goods.hint.receipt_used"), class_name="text-ink2")
    return _sheet("policy", rx.cond(_RECEIPT, rx.fragment(used, _kept("return_allowed"), kept), codes))
