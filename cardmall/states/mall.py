"""What is for sale: the first page's categories and search, one product and buying it."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Category, OrderStatus, Reason, Refused, Role
from cardmall.domain.typed import searched
from cardmall.queries.catalog import CatalogPage, ProductRow, ProductView, catalog_page, product_view
from cardmall.queries.pay import CheckoutView, checkout_view
from cardmall.services.orders import place_order
from cardmall.states.page import Page


class MallState(Page, rx.State):
    """`kept`: the search as the end of a URL, so that another category keeps it."""

    rows: list[ProductRow] = []
    category: str = ""
    q: str = ""
    kept: str = ""
    next_key: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """The shelf of the URL; an order number somebody signed in looks for leads to their orders."""
        actor = await self._enter()
        self.category, self.q = self._wanted()
        self.kept = "&" + urlencode({"q": self.q}) if self.q else ""
        if actor and actor.role is Role.shopper and searched(self.q).number.startswith("CM"):
            return rx.redirect(routes.orders_url(q=self.q), replace=True)
        self.rows, self.next_key = await self._shelf("")
        self.loaded = True
        return None

    @rx.event
    async def show_more(self) -> None:
        """The next page, below what is shown."""
        if self.next_key:
            found, self.next_key = await self._shelf(self.next_key)
            self.rows = self.rows + found

    def _wanted(self) -> tuple[str, str]:
        asked = self.router.url.query_parameters
        category = asked.get("category", "")
        return category if category in set(Category) else "", searched(asked.get("q", "")).text

    async def _shelf(self, after: str) -> tuple[list[ProductRow], str]:
        found = await self._look(catalog_page, category=self.category, text=self.q, after=after)
        page = CatalogPage() if isinstance(found, Refused) else found
        return page.rows, page.next_key


class ProductState(Page, rx.State):
    """`refusal`: why the last order was not placed, "" when there is nothing to say."""

    view: ProductView = ProductView()
    missing: bool = False
    loaded: bool = False
    refusal: str = ""
    refusal_text: str = ""
    confirm_url: str = ""
    quantity_error: str = ""
    _placed: str = ""  # the order this visit led to

    @rx.event
    async def load(self) -> None:
        await self._enter()
        self.refusal, self.quantity_error, self._placed, self.loaded = "", "", "", False
        self.confirm_url = routes.confirm_url(self._own_url())
        self._listen(ProductState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        found = await self._look(product_view, self._arg())
        self.missing, self.loaded = isinstance(found, Refused), True
        self.view = ProductView() if isinstance(found, Refused) else found

    @rx.event
    async def buy(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{quantity}: place the order, on to checkout. A double click places one."""
        if await self._still_to_pay():
            return rx.redirect(routes.checkout_url(self._placed))
        quantity = form.get("quantity", "") if isinstance(form, dict) else ""
        result = await self._act(place_order, self._arg(), quantity=str(quantity)[:8])
        if not isinstance(result, Refused):
            self._placed = result
            return rx.redirect(routes.checkout_url(result))
        await self.refresh()
        return self._tell(result)

    async def _still_to_pay(self) -> bool:
        """The order of this visit was neither paid nor ended meanwhile, perhaps on another page."""
        found = await self._look(checkout_view, self._placed) if self._placed else None
        return isinstance(found, CheckoutView) and found.status == OrderStatus.pending_payment

    def _tell(self, refused: Refused) -> rx.event.EventSpec | None:
        self.quantity_error = refused.fields.get("quantity", "")
        self.refusal = "" if refused.fields else refused.reason.value
        self.refusal_text = self._why(refused)
        return rx.redirect(routes.login_url(self._own_url())) if refused.reason is Reason.sign_in_first else None

    def _own_url(self) -> str:
        return routes.product_url(self._arg())
