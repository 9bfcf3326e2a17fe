"""Which products somebody asks for: the address of the first page as filters, and filters as addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cardmall import routes
from cardmall.domain.reasons import FieldError
from cardmall.domain.terms import Category
from cardmall.domain.typed import searched
from cardmall.domain.words import fen_of

IN_STOCK = "1"
_LONGEST = 16  # signs of a price


class ShelfOrder(StrEnum):
    """How the products of a list follow one another."""

    usual = "usual"
    price_up = "price_up"
    price_down = "price_down"


@dataclass(frozen=True)
class Shelf:
    """Filters; `low` and `high` as they were typed."""

    category: str = ""
    q: str = ""
    order: ShelfOrder = ShelfOrder.usual
    low: str = ""
    high: str = ""
    in_stock: bool = False

    def price_error(self) -> str:
        """Why the bounds of the price do not count, as a FieldError; "" when they do."""
        low, high = fen_of(self.low), fen_of(self.high)
        if (self.low and low is None) or (self.high and high is None):
            return FieldError.not_money.value
        return FieldError.out_of_range.value if low is not None and high is not None and low > high else ""

    def prices(self) -> tuple[int | None, int | None]:
        """The bounds in fen, None for none."""
        return (None, None) if self.price_error() else (fen_of(self.low), fen_of(self.high))

    def url(self) -> str:
        """The address under which this is shown."""
        order = "" if self.order is ShelfOrder.usual else self.order.value
        told = {"category": self.category, "q": self.q, "order": order, "low": self.low, "high": self.high}
        return routes.shelf_url(**told, stock=IN_STOCK if self.in_stock else "")


@dataclass(frozen=True)
class ShelfLink:
    """A choice and where it leads."""

    name: str
    url: str
    selected: bool


@dataclass(frozen=True)
class ShelfShown:
    """The filters as the page shows them."""

    category: str = ""
    q: str = ""
    order: str = ShelfOrder.usual.value
    low: str = ""
    high: str = ""
    in_stock: bool = False
    price_error: str = ""
    tabs: list[ShelfLink] = field(default_factory=list)
    orders: list[ShelfLink] = field(default_factory=list)
    stock_url: str = ""
    clear_url: str = ""
    is_narrowed: bool = False


def read_shelf(asked: Mapping[str, str]) -> Shelf:
    """Client input: what is none of ours is left out."""
    category, order = asked.get("category", ""), asked.get("order", "")
    low, high = (searched(asked.get(name, "")[:_LONGEST]).text for name in ("low", "high"))
    return Shelf(
        category=category if category in set(Category) else "",
        q=searched(asked.get("q", "")).text,
        order=ShelfOrder(order) if order in set(ShelfOrder) else ShelfOrder.usual,
        low=low,
        high=high,
        in_stock=asked.get("stock") == IN_STOCK,
    )


def shelf_shown(shelf: Shelf) -> ShelfShown:
    """The filters, and where each choice leads while the others stay."""
    categories, orders = ["", *(one.value for one in Category)], list(ShelfOrder)
    return ShelfShown(
        category=shelf.category,
        q=shelf.q,
        order=shelf.order.value,
        low=shelf.low,
        high=shelf.high,
        in_stock=shelf.in_stock,
        price_error=shelf.price_error(),
        tabs=[ShelfLink(c, replace(shelf, category=c).url(), c == shelf.category) for c in categories],
        orders=[ShelfLink(o.value, replace(shelf, order=o).url(), o is shelf.order) for o in orders],
        stock_url=replace(shelf, in_stock=not shelf.in_stock).url(),
        clear_url=replace(shelf, low="", high="", in_stock=False).url(),
        is_narrowed=bool(shelf.low or shelf.high or shelf.in_stock),
    )
