"""One product and buying it."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import OrderStatus, Reason, Refused
from cardmall.domain.topics import away_topic, order_topic, product_topic
from cardmall.services.order.orders import place_order
from cardmall.states.page import Page
from cardmall.states.session import DRAWN_ON_THE_SERVER
from cardmall.views.public.product import ProductView, UnpaidOrder, product_view, unpaid_order
from cardmall.views.shopper.checkout import CheckoutView, checkout_view

FIRST_QUANTITY = "1"


class ProductState(Page, rx.State):
    """`refusal`: why the last order was not placed, "" when there is nothing to say.

    `unpaid`: an order of this product that waits for payment, told before another one is placed.
    """

    view: ProductView = ProductView()
    unpaid: UnpaidOrder = UnpaidOrder()
    refusal: str = ""
    refusal_text: str = ""
    confirm_url: str = ""
    quantity_error: str = ""
    quantity: str = FIRST_QUANTITY  # chosen at first: the one of the address, after a visitor had to sign in
    _placed: str = ""  # the order this visit led to

    @rx.event
    async def load(self) -> None:
        await self._enter()
        self.refusal, self.quantity_error, self._placed, self.loaded = "", "", "", False
        self.confirm_url = routes.confirm_url(self._own_url())
        self.unpaid = UnpaidOrder()
        self._listen(ProductState.refresh, product_topic(self._arg()))
        await self._follow(
            ProductState.refresh,
            lambda: order_topic(self.view.kept.no) if self.view.kept.no else None,
            lambda: away_topic(self.view.shop_slug) if self.view.shop_slug else None,
        )
        self.quantity = chosen_quantity(self.view, self._asked_for("quantity"))
        self.unpaid = self.view.kept

    @rx.event
    async def refresh(self) -> None:
        self.view = await self._show(ProductView(), product_view, self._arg())
        if self.refusal == Reason.shop_away and not self.view.back_at:
            self.refusal = ""  # the shop is back
        if self.unpaid.no:  # it may have been paid, canceled or run out meanwhile
            await self._look_for_unpaid()

    @rx.event
    async def buy(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{quantity, price, another}: place the order, on to checkout. A double click places one.

        `price`: what the page showed, in fen; it shows the new one where that is higher (R87). `another`: the unpaid
        order that was told of. One that was not told of yet is offered first.
        """
        if await self._still_to_pay():
            return rx.redirect(routes.checkout_url(self._placed))
        if await self._unpaid_before(self._field(form, "another")):
            return None
        told = self._fields(form, "quantity", "price")
        result = await self._act(place_order, self._arg(), **told)
        if not isinstance(result, Refused):
            self._placed = result
            return rx.redirect(routes.checkout_url(result))
        await self.refresh()
        return self._tell(result, told["quantity"])

    async def _unpaid_before(self, told: str) -> bool:
        """An order of this product waits to be paid, and nobody was told so yet."""
        await self._look_for_unpaid()
        if self.unpaid.no:
            self._listen(ProductState.refresh, order_topic(self.unpaid.no))
        self.refusal = ""
        return self.unpaid.no not in ("", told)

    async def _look_for_unpaid(self) -> None:
        """Show the order of this product that waits to be paid, or none."""
        found = await self._look(unpaid_order, self._arg())
        self.unpaid = found if isinstance(found, UnpaidOrder) else UnpaidOrder()

    async def _still_to_pay(self) -> bool:
        """The order of this visit was neither paid nor ended meanwhile, perhaps on another page."""
        found = await self._look(checkout_view, self._placed) if self._placed else None
        return isinstance(found, CheckoutView) and found.status == OrderStatus.pending_payment

    def _tell(self, refused: Refused, quantity: str) -> rx.event.EventSpec | None:
        self._wrong(refused)
        self.refusal = "" if refused.fields else refused.reason.value
        self.refusal_text = self._why(refused)
        back = routes.product_url(self._arg(), quantity=chosen_quantity(self.view, quantity))
        return rx.redirect(routes.login_url(back)) if refused.reason is Reason.sign_in_first else None

    def _own_url(self) -> str:
        return routes.product_url(self._arg())


DRAWN_ON_THE_SERVER.append(ProductState)


def chosen_quantity(view: ProductView, asked: str) -> str:
    """Return how many an address asks for, where so many can be bought; else one."""
    return asked if asked in map(str, view.quantities) else FIRST_QUANTITY
