"""All shops: an admin creates one, looks one up, renames it, appoints owners, disables or enables it."""

from collections.abc import Callable
from typing import Any, ClassVar

import reflex as rx

from cardmall.adapters.addresses import read_address
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.topics import SHOPS
from cardmall.services.shop.founding import appoint_owner, create_shop, rename_shop
from cardmall.services.shop.shops import disable_shop, enable_shop
from cardmall.states.admin.standing import StandingList
from cardmall.views.admin.shops import ShopRow, ShopsPage, shops_page

NO_SHOP = ShopRow()


class ShopsState(StandingList, rx.State):
    """`asked`: the shop the open question is about; `managed`: that of the open form; `founding`: the form of a new
    shop is open."""

    KIND: ClassVar = "shop"
    TOPIC: ClassVar = SHOPS
    PAGE: ClassVar = ShopsPage
    ROW: ClassVar = ShopRow
    figures: ShopsPage = ShopsPage()
    rows: list[ShopRow] = []
    asked: ShopRow = ShopRow()
    managed: ShopRow = ShopRow()
    founding: bool = False
    name_error: str = ""
    slug_error: str = ""
    owner_error: str = ""

    @rx.event
    def ask(self, slug: str) -> None:
        """Before anything happens: what it would do."""
        self._ask(next((row for row in self.rows if row.slug == slug), None))

    def _ask(self, row: ShopRow | None) -> None:
        """A question, or none when the page begins: either closes the forms."""
        super()._ask(row)
        self._open_form()

    @rx.event
    async def decide(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text}: disable the open shop of the question, or enable the disabled one."""
        return await self._decide(disable_shop, enable_shop, self.asked.slug, form)

    @rx.event
    def begin(self) -> None:
        """Open the form of a new shop."""
        self._open_form(founding=True)

    @rx.event
    def manage(self, slug: str) -> None:
        """Open the form of one shop: its name, its owners."""
        self._open_form(next((row for row in self.rows if row.slug == slug), ShopRow()))

    @rx.event
    def leave(self) -> None:
        """Close either form."""
        self._open_form()

    @rx.event
    async def create(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{name, slug, owner}: a new shop and its owner, an address somebody has proven."""
        told = self._fields(form, "name", "slug", "owner")
        return await self._saved("created", create_shop, told["name"], told["slug"], read_address(told["owner"]))

    @rx.event
    async def rename(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{name}: of the shop whose form is open."""
        return await self._saved("renamed", rename_shop, self.managed.slug, self._field(form, "name"))

    @rx.event
    async def appoint(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{owner}: one more owner of the shop whose form is open."""
        owner = read_address(self._field(form, "owner"))
        return await self._saved("appointed", appoint_owner, self.managed.slug, owner)

    async def _saved(self, done: str, use_case: Callable[..., Any], *told: Any) -> rx.event.EventSpec | None:
        """After it a new shop's form is closed, that of one shop shows what is true now."""
        result, slug = await self._act(use_case, *told), self.managed.slug
        if self._wrong(result):
            return None
        await self.refresh()
        self._open_form(next((row for row in self.rows if row.slug == slug), NO_SHOP))
        return self._said(result, f"standing.shop_{done}")

    def _open_form(self, managed: ShopRow = NO_SHOP, *, founding: bool = False) -> None:
        self.managed, self.founding = managed, founding
        self._wrong()

    async def _read_on(self, after: int, size: int = PAGE_SIZE) -> None:
        self._take(await self._show(ShopsPage(), shops_page, text=self.text, after=after, size=size))
