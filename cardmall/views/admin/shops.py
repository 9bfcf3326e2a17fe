"""All shops, for admins: what is open with each, how it answers, whether it is disabled and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.record import share_of
from cardmall.domain.terms import OPEN_CASE, OrderStatus, Role
from cardmall.domain.typed import searched
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Away, Case, Order, Shop
from cardmall.reads.accounts import addresses_of
from cardmall.reads.away import is_away
from cardmall.reads.days import window
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.reads.searching import named
from cardmall.views.admin.notes import notes_at

WAITING = (OrderStatus.pending_payment, OrderStatus.awaiting_delivery)


@dataclass(frozen=True)
class ShopRow:
    """One shop; `owners`: each by masked name and address.

    `orders` wait for payment or delivery; of the answers of 30 days `agreed` percent, -1 = none yet.

    `disabled_at` and the `note` of the admin who disabled it; None and "" while it is open. `back_at`, `away_note`:
    its owner has it take no orders until then (R98).
    """

    slug: str = ""
    name: str = ""
    owners: list[str] = field(default_factory=list)
    orders: int = 0
    cases: int = 0
    answered: int = 0
    agreed: int = -1
    disabled_at: datetime | None = None
    note: str = ""
    back_at: datetime | None = None
    away_note: str = ""


@dataclass(frozen=True)
class ShopsPage:
    """Some shops by age, how many there are, and where the next page begins (0 = the end)."""

    rows: list[ShopRow] = field(default_factory=list)
    total: int = 0
    disabled: int = 0
    next_key: int = 0


def shops_page(look: Look, *, text: str = "", after: int = 0, size: int = limits.PAGE_SIZE) -> ShopsPage:
    """Shops whose name holds `text`, in a handful of statements."""
    require(look.who, Role.admin)
    wanted = select(Shop, Away).select_from(Shop).outerjoin(Away, is_away(look.now)).where(col(Shop.id) > after)
    asked = searched(text)
    if asked.text:
        wanted = wanted.where(named(col(Shop.name), asked) | (col(Shop.slug) == asked.text.lower()))
    found = look.session.exec(wanted.order_by(col(Shop.id)).limit(size + 1)).all()
    page = found[:size]
    total, disabled = _totals(look.session)
    return ShopsPage(
        _rows(look.session, page, look.now), total, disabled, (page[-1][0].id or 0) if len(found) > size else 0
    )


def _totals(session: Session) -> tuple[int, int]:
    counted = sa.select(sa.func.count(), sa.func.count(col(Shop.disabled_at))).select_from(Shop)
    total, disabled = session.connection().execute(counted).one()
    return total, disabled


def _rows(session: Session, shops: Sequence[tuple[Shop, Away | None]], now: datetime) -> list[ShopRow]:
    ids = [shop.id or 0 for shop, _ in shops]
    owners = _owners(session, ids)
    orders = _count(session, col(Order.shop_id), ids, col(Order.status).in_(WAITING))
    cases = open_cases(session, ids)
    record = {shop: lately for shop, (lately, _) in window(session, ids, now, limits.RECORD_OF.days).items()}
    notes = notes_at(session, Verb.shop_disabled, "shop", [s.disabled_at for s, _ in shops if s.disabled_at])
    return [
        ShopRow(
            slug=shop.slug,
            name=shop.name,
            owners=owners[n],
            orders=orders.get(n, 0),
            cases=cases.get(n, 0),
            answered=record[n].answered,
            agreed=share_of(record[n].agreed, record[n].answered),
            disabled_at=shop.disabled_at,
            note=notes.get(shop.slug, "") if shop.disabled_at else "",
            back_at=away.until if away else None,
            away_note=away.note if away else "",
        )
        for n, (shop, away) in zip(ids, shops, strict=True)
    ]


def open_cases(session: Session, ids: list[int]) -> dict[int, int]:
    """How many cases are open with each of these shops; none is left out of it."""
    return _count(session, col(Case.shop_id), ids, col(Case.status).in_(OPEN_CASE))


def _owners(session: Session, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for account in session.exec(select(Account).where(col(Account.shop_id).in_(ids)).order_by(col(Account.id))):
        address = next((address.masked for address, _ in addresses_of(account)), "")
        found[account.shop_id or 0].append(f"{masked(account.name)} {address}".strip())
    return found


def _count(session: Session, by: Any, ids: list[int], *where: sa.ColumnElement[bool]) -> dict[int, int]:
    counted = sa.select(by, sa.func.count()).where(by.in_(ids), *where).group_by(by)
    return {shop: number for shop, number in session.connection().execute(counted)}
