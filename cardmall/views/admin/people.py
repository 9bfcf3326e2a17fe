"""All accounts, for admins: who they are, what is open with them, whether they are disabled and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import OPEN_CASE, Actor, Role, Stage
from cardmall.domain.typed import searched
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Case, Order, Shop
from cardmall.reads.accounts import addresses_of
from cardmall.reads.finding import people_found
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.reads.searching import aside, named
from cardmall.views.admin.notes import notes_at
from cardmall.views.admin.shops import WAITING


@dataclass(frozen=True)
class PersonRow:
    """One account; `name` and `address` are masked. `orders` wait for payment or delivery. `own`: the admin who looks.

    `disabled_at` and the `note` of the admin who disabled it; None and "" while it may sign in.
    """

    id: int = 0
    name: str = ""
    address: str = ""
    role: str = ""
    shop: str = ""
    orders: int = 0
    cases: int = 0
    created_at: datetime | None = None
    disabled_at: datetime | None = None
    note: str = ""
    own: bool = False


@dataclass(frozen=True)
class PeoplePage:
    """Some accounts by age, how many there are, and where the next page begins (0 = the end)."""

    rows: list[PersonRow] = field(default_factory=list)
    total: int = 0
    disabled: int = 0
    next_key: int = 0


def people_page(look: Look, *, text: str = "", after: int = 0, size: int = limits.PAGE_SIZE) -> PeoplePage:
    """Accounts whose name holds `text`, whose address it is, or whose number ends in these four digits, in a handful
    of statements."""
    admin = require(look.who, Role.admin)
    wanted = select(Account, Shop.name).outerjoin(Shop, col(Shop.id) == Account.shop_id).where(col(Account.id) > after)
    asked = searched(text)
    if asked.text:
        wanted = wanted.where(named(col(Account.name), asked) | col(Account.id).in_(people_found(asked)))
    found = look.session.exec(wanted.order_by(col(Account.id)).limit(size + 1)).all()
    page = found[:size]
    total, disabled = _totals(look.session)
    rows = _rows(look.session, admin, page)
    return PeoplePage(rows, total, disabled, (page[-1][0].id or 0) if len(found) > size else 0)


def _totals(session: Session) -> tuple[int, int]:
    counted = sa.select(sa.func.count(), sa.func.count(col(Account.disabled_at))).select_from(Account)
    total, disabled = session.connection().execute(counted).one()
    return total, disabled


def _rows(session: Session, admin: Actor, found: Sequence[tuple[Account, str | None]]) -> list[PersonRow]:
    ids = [account.id or 0 for account, _ in found]
    orders, cases = _orders(session, ids), _cases(session, ids)
    moments = [account.disabled_at for account, _ in found if account.disabled_at]
    notes = notes_at(session, Verb.account_disabled, "account", moments)
    return [
        PersonRow(
            id=n,
            name=masked(account.name),
            address=next((address.masked for address, _ in addresses_of(account)), ""),
            role=account.role.value,
            shop=shop or "",
            orders=orders.get(n, 0),
            cases=cases.get(n, 0),
            created_at=account.created_at,
            disabled_at=account.disabled_at,
            note=notes.get(str(n), "") if account.disabled_at else "",
            own=n == admin.id,
        )
        for n, (account, shop) in zip(ids, found, strict=True)
    ]


def _orders(session: Session, ids: list[int]) -> dict[int, int]:
    at_work = [stage for stage in Stage if stage not in (Stage.delivered, Stage.closed)]  # the few of each person
    waiting = (col(Order.shopper_id).in_(ids), col(Order.stage).in_(at_work), col(Order.status).in_(WAITING))
    counted = sa.select(col(Order.shopper_id), sa.func.count()).where(*waiting).group_by(col(Order.shopper_id))
    return {person: number for person, number in session.connection().execute(counted)}


def _cases(session: Session, ids: list[int]) -> dict[int, int]:
    person = aside(col(Order.shopper_id))  # grouped by the column itself, SQLite walks all orders in its order
    counted = sa.select(person, sa.func.count()).join(Case, col(Case.order_id) == Order.id)
    counted = counted.where(person.in_(ids), col(Case.status).in_(OPEN_CASE)).group_by(person)
    return {n: number for n, number in session.connection().execute(counted)}
