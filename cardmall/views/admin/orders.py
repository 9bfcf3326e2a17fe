"""Any order, person or shop, found by one search, and the orders of one shop: paged by key, for admins (R78, R95)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.finding import Found
from cardmall.domain.terms import Role, Stage
from cardmall.domain.typed import searched, storable
from cardmall.models import Account, Order, Shop
from cardmall.reads.finding import orders_found, people_found, shops_found
from cardmall.reads.keys import ListKey, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.newest import Wanted, newest
from cardmall.reads.people import require
from cardmall.views.admin.rows import FoundRow, order_rows, person_row, shop_row

FoundKey = tuple[Found, ListKey]
_Row = Shop | Account | Order
_OLDEST: ListKey = (datetime(2000, 1, 1, tzinfo=UTC), 1)  # before every row


@dataclass(frozen=True)
class FindAsked:
    """What the address asks for: a search `q`, else all orders of a `shop`. Anything unknown counts as not asked."""

    q: str = ""
    shop: str = ""
    after: FoundKey | None = None
    before: FoundKey | None = None

    def query(self) -> dict[str, str]:
        """As an address writes it, from the first page."""
        return {name: value for name, value in (("q", self.q), ("shop", self.shop)) if value}


@dataclass(frozen=True)
class FoundPage:
    """One page of what was found, shops first, then people, then orders, each the newest first; the keys of the
    neighbouring pages ("" = none). `shop`: the name of the shop whose orders these are."""

    rows: list[FoundRow] = field(default_factory=list)
    shop: str = ""
    next_key: str = ""
    prev_key: str = ""


def read_find_asked(given: dict[str, str]) -> FindAsked:
    """From untrusted query parameters."""
    given = storable(given)
    q = searched(given.get("q", "")).text
    shop = "" if q else str(given.get("shop", ""))[:64]
    return FindAsked(q, shop, _read_key(given.get("after", "")), _read_key(given.get("before", "")))


def _read_key(text: object) -> FoundKey | None:
    kind, _, rest = str(text).partition("~")
    place = read_key(rest)
    return (Found(kind), place) if place and kind in set(Found) else None


def _write_key(kind: Found, row: _Row) -> str:
    return f"{kind.value}~{write_key(row.created_at, row.id)}"


def found_page(look: Look, asked: FindAsked) -> FoundPage:
    """One page of what is asked for, nothing where nothing is. Refused: who looks is no admin.

    The caller has noted the search (`services.account.finding.note_search`).
    """
    require(look.who, Role.admin)
    shop = look.session.exec(select(Shop).where(Shop.slug == asked.shop)).first() if asked.shop else None
    wanted = _wanted(look, asked, shop)
    found = _walk(look.session, wanted, asked, limits.PAGE_SIZE + 1)
    if not found and (asked.after or asked.before):  # they moved on: the first page is there
        asked = replace(asked, after=None, before=None)
        found = _walk(look.session, wanted, asked, limits.PAGE_SIZE + 1)
    page, more = found[: limits.PAGE_SIZE], len(found) > limits.PAGE_SIZE
    page = page[::-1] if asked.before else page
    older, newer = (True, more) if asked.before else (more, asked.after is not None)
    return FoundPage(
        _rows(look.session, page),
        shop.name if shop else "",
        _write_key(*page[-1]) if page and older else "",
        _write_key(*page[0]) if page and newer else "",
    )


_Parts = dict[Found, Sequence[Wanted]]
_TABLES: dict[Found, Any] = {Found.shop: Shop, Found.person: Account, Found.order: Order}


def _wanted(look: Look, asked: FindAsked, shop: Shop | None) -> _Parts:
    """Of each kind, what is asked for: a shop's orders stage by stage, as ix_order_desk has them."""
    if shop:
        return {Found.order: [[col(Order.shop_id) == shop.id, col(Order.stage) == stage] for stage in Stage]}
    if not asked.q:
        return {}
    said = searched(asked.q)
    return {
        Found.shop: [[shops_found(said)]],
        Found.person: [[col(Account.id).in_(people_found(said))]],
        Found.order: [[col(Order.id).in_(orders_found(look, said))]],
    }


def _walk(session: Session, wanted: _Parts, asked: FindAsked, size: int) -> list[tuple[Found, _Row]]:
    """The first `size` from the place in the list on, in the direction of travel, kind after kind."""
    kinds = [kind for kind in Found if kind in wanted]
    kinds = kinds[::-1] if asked.before else kinds
    begin = asked.before or asked.after
    if begin and begin[0] in kinds:
        kinds = kinds[kinds.index(begin[0]) :]
    found: list[tuple[Found, _Row]] = []
    for kind in kinds:
        if len(found) < size:
            found += [(kind, row) for row in _of_kind(session, kind, wanted[kind], asked, size - len(found))]
    return found


def _of_kind(session: Session, kind: Found, parts: Sequence[Wanted], asked: FindAsked, size: int) -> Sequence[_Row]:
    """Of the kind the place is in, from there on; of those after it, from their beginning."""
    if asked.before:
        place = asked.before[1] if asked.before[0] is kind else _OLDEST
        return newest(session, _TABLES[kind], parts, size, before=place)
    place = asked.after[1] if asked.after and asked.after[0] is kind else None
    return newest(session, _TABLES[kind], parts, size, after=place)


_LINES: dict[Found, Callable[[Any], FoundRow]] = {Found.shop: shop_row, Found.person: person_row}


def _rows(session: Session, page: Sequence[tuple[Found, _Row]]) -> list[FoundRow]:
    orders = [row for _, row in page if isinstance(row, Order)]
    return [_LINES[kind](row) for kind, row in page if kind in _LINES] + order_rows(session, orders)
