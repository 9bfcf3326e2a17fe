"""Money as a file: a merchant takes the movements of the shop, an admin every line of the ledger."""

from collections.abc import Callable, Iterator

from sqlmodel import Session
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
from cardmall.reads.keys import ListKey
from cardmall.views.admin.money import JournalLine, journal_lines
from cardmall.views.merchant.money import ShopMovement, read_month, shop_movements

MOVEMENT = ("at", "entry", "amount", "order", "product")
LINE = ("at", "number", "entry", "account", "amount", "order", "shop")

_Row = list[object]
_Page = Callable[[Session, ListKey | None], tuple[list[_Row], ListKey | None]]


async def export_shop(request: Request) -> Response:
    """GET ?month=2026-11: the shop's own movements, at most EXPORT_ROWS."""
    month = read_month(request.query_params.get("month", ""))
    return await file_of(request, Export.shop_money, {"month": month}, lambda who, lang: _movements(who, month, lang))


async def export_journal(request: Request) -> Response:
    """GET: every line of every account, at most EXPORT_ROWS."""
    return await file_of(request, Export.journal, {}, _journal)


def _movements(actor: Actor, month: str, locale: str) -> Iterator[str]:
    def look(session: Session, after: ListKey | None) -> tuple[list[_Row], ListKey | None]:
        rows, last = shop_movements(a_look(session, actor), after, month, limits.EXPORT_AT_ONCE)
        return [_movement(row, locale) for row in rows], last

    return _file(MOVEMENT, look, locale)


def _journal(actor: Actor, locale: str) -> Iterator[str]:
    def look(session: Session, after: ListKey | None) -> tuple[list[_Row], ListKey | None]:
        rows, last = journal_lines(a_look(session, actor), after, limits.EXPORT_AT_ONCE)
        return [_line(row, locale) for row in rows], last

    return _file(LINE, look, locale)


def _file(columns: tuple[str, ...], look: _Page, locale: str) -> Iterator[str]:
    """One look a time: a slow reader keeps no view of the database open. Ends with a word when there was more."""
    yield BEGINS + csv_text([[locales.text(locale, f"money.column.{name}") for name in columns]])
    after: ListKey | None = None
    for _ in range(limits.EXPORT_ROWS // limits.EXPORT_AT_ONCE):
        with reading() as session:
            rows, after = look(session, after)
        yield csv_text(rows)
        if after is None:
            return
    yield csv_text([[locales.text(locale, "audit.cut", n=limits.EXPORT_ROWS)]])


def _movement(row: ShopMovement, locale: str) -> _Row:
    word = locales.text(locale, f"money.entry.{row.entry}")
    return [
        row.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        word,
        yuan(row.amount),
        row.order_no,
        row.product,
    ]


def _line(row: JournalLine, locale: str) -> _Row:
    words = (locales.text(locale, f"money.{kind}") for kind in (f"entry.{row.entry}", f"account.{row.account}"))
    at = row.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return [at, row.entry_no, *words, yuan(row.amount), row.order_no, row.shop]


ROUTES = [
    Route(routes.SHOP_MONEY_FILE, export_shop, methods=["GET"]),
    Route(routes.JOURNAL_FILE, export_journal, methods=["GET"]),
]
