"""What a public page shows in its HTML, before anybody is known: the same looks as its state takes on load."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import reflex as rx
from reflex_base.constants.state import FIELD_MARKER

from cardmall import routes
from cardmall.domain.terms import Refused
from cardmall.ssr.head import cover_url, product_data
from cardmall.ssr.renderer import Seen
from cardmall.states.public.guide import GuideState
from cardmall.states.public.home import MallState
from cardmall.states.public.product import ProductState, chosen_quantity
from cardmall.states.session import SessionState
from cardmall.states.threads import read_as
from cardmall.views.public.guide import GuideView, guide_view
from cardmall.views.public.home import CatalogPage, catalog_page
from cardmall.views.public.product import ProductView, product_view
from cardmall.views.public.shelf import Shelf, read_shelf, shelf_shown

Asked = dict[str, str]  # parameters of the path and the query
NOBODY = ""


@dataclass(frozen=True)
class First:
    """What the HTML of a page says.

    `seen`: states it is drawn with, only of variables its load always sets; `address`: the path search engines keep,
    "" for none; `data`: what it shows, in the words of schema.org; `picture`: the path of the one that is shown beside
    a link to it, "" for ours.
    """

    seen: Seen = field(default_factory=dict)
    address: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    picture: str = ""
    status: int = 200
    kept: bool = True  # may be asked for again: not the results of a search


async def first_of(route: str, asked: Asked, locale: str) -> First:
    """Return what the page of this route shows at once; of a personal one only its language."""
    first = await _PAGES[route](asked) if route in _PAGES else First()
    return replace(first, seen=first.seen | _values(SessionState, locale=locale))


async def _home(asked: Asked) -> First:
    shelf = read_shelf(asked)
    found = await read_as(NOBODY, catalog_page, shelf)
    page = CatalogPage() if isinstance(found, Refused) else found
    seen = _values(MallState, rows=page.rows, next_key=page.next_key, shown=shelf_shown(shelf), loaded=True)
    plain = shelf == Shelf(category=shelf.category)  # what is narrowed down is no page of its own
    return First(seen, shelf.url() if plain else "", kept=not (shelf.q or shelf.low or shelf.high))


async def _product(asked: Asked) -> First:
    found = await read_as(NOBODY, product_view, asked.get("slug", "")[:64])
    if isinstance(found, Refused):
        return First(_values(ProductState, view=ProductView(), missing=True, loaded=True), status=404)
    quantity = chosen_quantity(found, asked.get("quantity", ""))
    seen = _values(ProductState, view=found, quantity=quantity, missing=False, loaded=True)
    return First(seen, routes.product_url(found.slug), product_data(found), cover_url(found))


def _guide(address: str) -> Callable[[Asked], Awaitable[First]]:
    async def guide(_: Asked) -> First:
        found = await read_as(NOBODY, guide_view)
        view = GuideView() if isinstance(found, Refused) else found
        return First(_values(GuideState, view=view, loaded=True), address)

    return guide


_PAGES: dict[str, Callable[[Asked], Awaitable[First]]] = {
    routes.HOME: _home,
    routes.PRODUCT: _product,
    routes.HELP: _guide(routes.HELP),
    routes.RULES: _guide(routes.RULES),
}


def _values(state: type[rx.State], **values: Any) -> Seen:
    """As the browser names the variables of a state."""
    return {state.get_full_name(): {name + FIELD_MARKER: value for name, value in values.items()}}
