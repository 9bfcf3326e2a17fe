"""A shop's orders as a file: the same filters as the page, never a code of a card (R95)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cardmall import locales, routes
from cardmall.adapters.db import reading
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.sheets import Export, yuan
from cardmall.domain.terms import Actor
from cardmall.http.sheets import BEGINS, csv_text, file_of
from cardmall.views.buyer_fields import FieldAnswer
from cardmall.views.merchant.order_filters import DeskAsked, read_desk_asked
from cardmall.views.merchant.orders import ShopOrderLine, shop_order_lines

COLUMNS = (
    *("no", "created_at", "paid_at", "product", "mode", "quantity", "price", "total", "refunded", "channel", "status"),
    *("delivered_at", "closed_at", "shopper", "answers"),
)


async def export_orders(request: Request) -> Response:
    """GET, with the filters of the page: at most EXPORT_ROWS."""
    asked = replace(read_desk_asked(dict(request.query_params)), after=None, before=None)
    told = asked.query() | ({"q": "…"} if asked.q else {})  # it may be what a buyer answered
    return await file_of(request, Export.shop_orders, told, lambda who, lang: _lines(who, asked, lang))


def _lines(actor: Actor, asked: DeskAsked, locale: str) -> Iterator[str]:
    """One look a time: a slow reader keeps no view of the database open. Ends with a word when there was more."""
    yield BEGINS + csv_text([[locales.text(locale, f"shop_orders.column.{name}") for name in COLUMNS]])
    for _ in range(limits.EXPORT_ROWS // limits.EXPORT_AT_ONCE):
        with reading() as session:
            rows, last = shop_order_lines(a_look(session, actor), asked, limits.EXPORT_AT_ONCE)
            text = csv_text([_cells(row, locale) for row in rows])
        yield text
        if last is None:
            return
        asked = replace(asked, after=last)
    yield csv_text([[locales.text(locale, "audit.cut", n=limits.EXPORT_ROWS)]])


def _cells(row: ShopOrderLine, locale: str) -> list[object]:
    order = row.order
    word = lambda key: locales.text(locale, f"labels.{key}")  # noqa: E731
    return [
        *(order.no, _at(order.created_at), _at(order.paid_at), order.product_name),
        *(word(f"delivery_mode.{order.mode}"), order.quantity, yuan(order.unit_price), yuan(order.total)),
        *(yuan(row.refunded), word(f"channel.{order.channel}") if order.channel else ""),
        *(word(f"order_status.{order.status}"), _at(order.delivered_at), _at(order.closed_at or order.completed_at)),
        *(row.shopper, _told(row.answers, locale)),
    ]


def _at(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds") if moment else ""


def _told(answers: list[FieldAnswer], locale: str) -> str:
    """Each field with its answer."""
    erased = locales.text(locale, "field.erased")
    return " · ".join(f"{one.label}: {one.answer if one.there else erased}" for one in answers)


ROUTES = [Route(routes.SHOP_ORDERS_FILE, export_orders, methods=["GET"])]
