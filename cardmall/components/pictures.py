"""Pictures of an order or a product: handed in beside a form, shown in a row that opens them."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child, button_look, server_url
from cardmall.components.labels import field_error
from cardmall.components.text import locale, t
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.terms import FieldError

_LIBRARY = "$/public/pictures"
_LOOK = button_look("plain", "md", "relative")


class PictureBox(rx.Component):
    """Uploads what is chosen, dropped or pasted to `url`; a hidden field `name` carries the ids "a,b"."""

    library = _LIBRARY
    tag = "PictureBox"
    url: rx.Var[str]
    name: rx.Var[str]
    most: rx.Var[int]
    heaviest: rx.Var[int]
    locale: rx.Var[str]
    label: rx.Var[str]
    restore: rx.Var[bool]
    compact: rx.Var[bool]
    look: rx.Var[str]


class PictureRow(rx.Component):
    """Small pictures of these ids; a native dialog shows one large."""

    library = _LIBRARY
    tag = "PictureRow"
    ids: rx.Var[list[str]]
    locale: rx.Var[str]
    base: rx.Var[str]
    dialog_look: rx.Var[str]
    button_look: rx.Var[str]


class GoodsPictures(rx.Component):
    """The pictures of a product in its form: uploads to `url`, puts in order, removes; `name` carries the ids "a,b"."""

    library = "$/public/goodspictures"
    tag = "GoodsPictures"
    url: rx.Var[str]
    name: rx.Var[str]
    ids: rx.Var[str]
    most: rx.Var[int]
    heaviest: rx.Var[int]
    locale: rx.Var[str]
    label: rx.Var[str]
    look: rx.Var[str]


def goods_pictures(url: Any, ids: Any, *, name: str, error: Any, hint: Child) -> rx.Component:
    """A field of a product's form. `ids`: "a,b", those it begins with; `error`: its FieldError code."""
    box = GoodsPictures.create(
        url=server_url("") + url, ids=ids, name=name, label=t("picture.title"), locale=locale(), **_bounds(), look=_LOOK
    )
    return rx.el.div(
        box,
        rx.el.p(hint, id=f"{name}-hint", class_name="text-sm text-ink2 mt-1.5"),
        picture_error(error, name),
        role="group",
        id=name,
        aria_label=t("picture.title"),
        aria_describedby=f"{name}-hint {name}-error",
        class_name="min-w-0",
    )


def picture_box(
    url: Any,
    *,
    name: str = "pictures",
    label: Child | None = None,
    hint: Child = "",
    error: Any = "",
    restore: bool = True,
    most: int = limits.PICTURES,
    place: Any = None,
    **props: Any,
) -> rx.Component:
    """Up to `most` pictures of a form; its field `name` is "id,id", what services take as `pictures=`.

    `url`: routes.pictures_url(no). `error`: the FieldError code of the form's `name`. `key=` of a count empties it once
    the form was sent. `restore`: shows what waited before a reload; of several boxes of one order only one may. In a
    fold it waits until that is opened. `place`: tells it from the boxes of other forms on the page.
    """
    shown: Any = f"{name}-error" if place is None else place + f"-{name}-error"
    title = label if label is not None else t("picture.label")
    extra = rx.el.span(t("kit.optional"), class_name="ml-1.5 text-sm font-normal text-ink2")
    return rx.el.fieldset(
        rx.el.legend(title, extra, class_name="font-semibold mb-1.5"),
        _box(url, name, title, restore=restore, compact=False, most=most, **props),
        rx.el.p(hint, class_name="text-sm text-ink2 mt-1.5 empty:hidden"),
        _picture_error(error, shown, most),
        class_name="min-w-0",
        aria_describedby=shown,
    )


def small_picture_box(url: Any, *, name: str = "pictures", restore: bool = True, **props: Any) -> rx.Component:
    """The same without frame, label and words, for a line of conversation; show `picture_error` beside it."""
    return _box(url, name, t("picture.label"), restore=restore, compact=True, **props)


def picture_error(code: Any, name: str = "pictures") -> rx.Component:
    """What is wrong with the pictures of a form, by its FieldError code."""
    return _picture_error(code, f"{name}-error", limits.PICTURES)


def _picture_error(code: Any, place: Any, most: int) -> rx.Component:
    words = choose(
        code,
        ("", ""),
        (FieldError.too_many.value, t("picture.full", n=most)),
        (FieldError.not_a_choice.value, t("picture.gone")),
        otherwise=field_error(code),
    )
    return rx.el.p(words, id=place, class_name="text-sm text-seal mt-1.5 empty:hidden")


def pictures(ids: Any) -> rx.Component:
    """A row of small pictures that open large; nothing when there are none."""
    look = "w-[min(960px,calc(100vw-24px))] max-w-none rounded-card border border-line bg-card text-ink overflow-hidden"
    return PictureRow.create(
        ids=ids, locale=locale(), base=server_url(""), dialog_look=look, button_look=button_look("plain", "md")
    )


def _box(url: Any, name: str, label: Child, **props: Any) -> rx.Component:
    told = _bounds() | props
    return PictureBox.create(url=server_url("") + url, name=name, label=label, locale=locale(), look=_LOOK, **told)


def _bounds() -> dict[str, Any]:
    return {"most": limits.PICTURES, "heaviest": limits.PICTURE_BYTES}
