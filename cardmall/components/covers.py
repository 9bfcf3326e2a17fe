"""What a product looks like: its shop's pictures, or its drawn cover."""

from typing import Any, Literal

import reflex as rx

from cardmall import routes
from cardmall.components.controls import NativeLink, server_url
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits

_LIBRARY = "$/public/cover"
ON_THE_SHELF = "(min-width: 1024px) 290px, 50vw"
ON_ITS_PAGE = "(min-width: 640px) 300px, 100vw"
Loading = rx.Var[Literal["eager", "lazy"]] | Literal["eager", "lazy"]  # "lazy", or "eager" for what is seen at once


class ProductCover(rx.Component):
    """A drawing of its category, 16:10, in the colour of its family; says nothing to a screen reader."""

    library = _LIBRARY
    tag = "ProductCover"
    name: rx.Var[str]
    family: rx.Var[str]
    category: rx.Var[str]


def product_cover(row: Any, class_name: str = "", *, loading: Loading = "lazy") -> rx.Component:
    """`row`: a view with name, picture (the id of its cover), cover (the short word of its family) and category."""
    drawn = ProductCover.create(name=row.name, family=row.cover, category=row.category, class_name=class_name)
    return rx.cond(row.picture != "", _wide(row.picture, row.name, ON_THE_SHELF, class_name, loading), drawn)


def square_picture(picture: Any, class_name: str) -> rx.Component:
    """The small square of a list, beside the product's name."""
    side = limits.SQUARE_COVER[0]
    return rx.el.img(
        src=_url(picture, "thumb"),
        alt="",
        loading="lazy",
        custom_attrs={"width": side, "height": side},
        class_name=f"{class_name} object-cover",
    )


def product_gallery(view: Any, class_name: str) -> rx.Component:
    """The pictures of a product's page: one large, a press on it opens it in full; small ones choose which.

    `view`: as for product_cover, with its `pictures` and `slug`. Radio buttons: works without scripts.
    """
    slots = range(limits.PICTURES)
    large = [_large(view, n) for n in slots]
    small = rx.el.fieldset(
        rx.el.legend(t("picture.title"), class_name="sr-only"),
        rx.el.div(*[_small(view, n) for n in slots], class_name="flex flex-wrap gap-2 max-sm:px-5 pt-2.5"),
        class_name=rx.cond(length(view.pictures) > 1, "min-w-0", "hidden"),
    )
    shown = rx.el.div(*large, small, key=view.slug, class_name="group/pictures")
    drawn = product_cover(view, "w-full aspect-[16/10] sm:rounded-cover")
    return rx.el.div(rx.cond(length(view.pictures) > 0, shown, drawn), class_name=class_name)


def _large(view: Any, n: int) -> rx.Component:
    first = n == 0
    picture = view.pictures[n]
    look = "w-full aspect-[16/10] sm:rounded-cover"
    image = _wide(picture, view.name, ON_ITS_PAGE, look, "eager" if first else "lazy", first=first)
    link = NativeLink.create(image, href=_url(picture), class_name=f"hidden {_CHOSEN[n]}")
    return rx.cond(length(view.pictures) > n, link)


# Whole class names: the style sheet is made of those that stand in the sources.
_CHOSEN = [f"group-has-[#picture-{n + 1}:checked]/pictures:block" for n in range(limits.PICTURES)]


def _small(view: Any, n: int) -> rx.Component:
    choice = rx.el.input(
        type="radio",
        name="picture",
        id=f"picture-{n + 1}",
        default_checked=n == 0,
        class_name="sr-only",
        custom_attrs={"aria-label": t("picture.number", n=n + 1)},
    )
    look = (
        "touch block rounded-cover overflow-hidden border border-line cursor-pointer hover:border-ink3 "
        "has-checked:border-ink has-checked:shadow-[inset_0_0_0_1px_var(--ink)] has-focus-visible:outline-2 "
        "has-focus-visible:outline-offset-2"
    )
    label = rx.el.label(choice, square_picture(view.pictures[n], "size-[52px] block"), class_name=look)
    return rx.cond(length(view.pictures) > n, label)


def _wide(
    picture: Any, name: Any, sizes: str, class_name: str, loading: Loading, *, first: bool = False
) -> rx.Component:
    """16:10, in the size the screen needs."""
    both = {size: _url(picture, size) for size in ("card", "page")}
    width, height = limits.PAGE_COVER
    attrs: dict[str, Any] = {"width": width, "height": height}
    return rx.el.img(
        src=both["page"],
        src_set=both["card"] + f" {limits.CARD_COVER[0]}w, " + both["page"] + f" {width}w",
        sizes=sizes,
        alt=name,
        loading=loading,
        custom_attrs=attrs | ({"fetchPriority": "high"} if first else {}),
        class_name=f"{class_name} block object-cover bg-paper",
    )


def _url(picture: Any, size: str = "") -> Any:
    return server_url("") + routes.goods_picture_url(picture, size)
