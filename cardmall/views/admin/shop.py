"""One shop for admins: its members, state and goods, what is open with it, its money, what happened last (R78)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount
from cardmall.domain.terms import OPEN_CASE, Role
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Case, Event, Order, Product, Shop
from cardmall.reads.away import away_now
from cardmall.reads.days import balances, by_account
from cardmall.reads.doors import not_found
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.views.admin.cases import CaseLine, case_lines
from cardmall.views.admin.notes import notes_at
from cardmall.views.admin.rows import FoundRow, person_row
from cardmall.views.admin.shops import open_cases


@dataclass(frozen=True)
class AccountSum:
    """What an account of the ledger holds of the shop, in fen."""

    account: str
    amount: int


@dataclass(frozen=True)
class ShopEvent:
    """What a member of the shop, or an admin about it, did; `at` aware UTC."""

    id: int
    at: datetime
    verb: str
    role: str
    note: str
    order_no: str


@dataclass(frozen=True)
class AdminShop:
    """`disabled_at` and the `note` of the admin who did it, None and "" while it is open. `back_at` and
    `away_note`: until when its owner takes no orders, None while it does. Goods are counted as `listed`, `unlisted` and
    `archived`; `members` are masked; `cases` are the newest of the `open_cases`."""

    slug: str = ""
    name: str = ""
    created_at: datetime | None = None
    disabled_at: datetime | None = None
    note: str = ""
    back_at: datetime | None = None
    away_note: str = ""
    members: list[FoundRow] = field(default_factory=list)
    listed: int = 0
    unlisted: int = 0
    archived: int = 0
    sums: list[AccountSum] = field(default_factory=list)
    open_cases: int = 0
    cases: list[CaseLine] = field(default_factory=list)
    events: list[ShopEvent] = field(default_factory=list)


def admin_shop(look: Look, slug: object) -> AdminShop:
    """The shop with this web address. Refused: who looks is no admin, or there is no such shop."""
    require(look.who, Role.admin)
    shop = look.session.exec(select(Shop).where(Shop.slug == str(slug))).first()
    if shop is None:
        raise not_found()
    members = look.session.exec(select(Account).where(Account.shop_id == shop.id).order_by(col(Account.id))).all()
    away = away_now(look.session, shop.id or 0, look.now)
    disabled = [shop.disabled_at] if shop.disabled_at else []
    return AdminShop(
        shop.slug,
        shop.name,
        shop.created_at,
        shop.disabled_at,
        notes_at(look.session, Verb.shop_disabled, "shop", disabled).get(shop.slug, ""),
        away.until if away else None,
        away.note if away else "",
        [person_row(one) for one in members],
        *_goods(look.session, shop),
        _sums(look.session, shop),
        open_cases(look.session, [shop.id or 0]).get(shop.id or 0, 0),
        case_lines(look.session, col(Case.shop_id) == shop.id, col(Case.status).in_(OPEN_CASE)),
        _events(look.session, shop, [one.id or 0 for one in members]),
    )


def _goods(session: Session, shop: Shop) -> tuple[int, int, int]:
    """(listed, unlisted, archived)"""
    gone = col(Product.archived_at).is_not(None)
    kinds = (~gone & col(Product.listed), ~gone & ~col(Product.listed), gone)
    counted = sa.select(*(sa.func.coalesce(sa.func.sum(sa.case((kind, 1), else_=0)), 0) for kind in kinds))
    found: Any = session.connection().execute(counted.where(col(Product.shop_id) == shop.id)).one()
    return int(found[0]), int(found[1]), int(found[2])


def _sums(session: Session, shop: Shop) -> list[AccountSum]:
    held = by_account(balances(session, shop.id))
    return [AccountSum(account.value, held[account]) for account in LedgerAccount]


_OF_SHOP = (Verb.shop_created, Verb.shop_renamed, Verb.shop_disabled, Verb.shop_enabled, Verb.owner_appointed)


def _events(session: Session, shop: Shop, members: list[int]) -> list[ShopEvent]:
    """The newest EVENTS_SHOWN: of each member down an index of its own, and the few about the shop itself."""
    newest = (col(Event.at).desc(), col(Event.id).desc())
    own = sa.select(col(Event.id)).where(col(Event.role) == Role.merchant).order_by(*newest).limit(limits.EVENTS_SHOWN)
    each = [sa.select(own.where(col(Event.actor_id) == member).subquery().c.id) for member in members]
    about = (col(Event.verb).in_(_OF_SHOP), col(Event.data)["shop"].as_string() == shop.slug)
    ids = sa.union_all(sa.select(col(Event.id)).where(*about), *each)
    wanted = select(Event, Order.no).outerjoin(Order, col(Order.id) == Event.order_id).where(col(Event.id).in_(ids))
    found = session.exec(wanted.order_by(*newest).limit(limits.EVENTS_SHOWN)).all()
    return [_event(event, order_no) for event, order_no in found]


def _event(event: Event, order_no: str | None) -> ShopEvent:
    return ShopEvent(event.id or 0, event.at, event.verb.value, event.role.value, event.note, order_no or "")
