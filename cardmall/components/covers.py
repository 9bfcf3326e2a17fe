"""What a product looks like: its drawn cover."""

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


def product_cover(row: Any, class_name: str = "") -> rx.Component:
    """`row`: a view with name, cover (the short word of its family) and category."""
    return ProductCover.create(name=row.name, family=row.cover, category=row.category, class_name=class_name)
