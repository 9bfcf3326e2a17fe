"""What a product looks like: its drawn cover, and its name, whose face value is never cut."""

from typing import Any

import reflex as rx

_LIBRARY = "$/public/cover"


class ProductCover(rx.Component):
    """A drawing of its category, 16:10, in the colour of its family; says nothing to a screen reader."""

    library = _LIBRARY
    tag = "ProductCover"
    name: rx.Var[str]
    family: rx.Var[str]
    category: rx.Var[str]


class ProductName(rx.Component):
    """One line; the name is cut where there is no room, what stands last in it is not."""

    library = _LIBRARY
    tag = "ProductName"
    name: rx.Var[str]


def product_cover(row: Any, class_name: str = "") -> rx.Component:
    """`row`: a view with name, cover (the short word of its family) and category."""
    return ProductCover.create(name=row.name, family=row.cover, category=row.category, class_name=class_name)


def product_name(name: rx.Var | str, class_name: str = "") -> rx.Component:
    return ProductName.create(name=name, class_name=class_name)
