"""A shop's money, straight from the postings: what it was paid, what is held for it, what it owes, every movement."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI, end_of
from cardmall.domain.jobs import JobKind
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.terms import LIVE_REFUND, Role
from cardmall.models import Case, Job, Order, Posting, Refund, Shop
from cardmall.reads.cases import ASKED
from cardmall.reads.days import balances, by_account
from cardmall.reads.keys import ListKey, place, read_day, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.money import frozen
from cardmall.reads.people import require

# The one line of each entry a list shows: on which account what happened is seen.
SHOWN = {
    LedgerEntry.capture: LedgerAccount.escrow,
    LedgerEntry.refund: LedgerAccount.escrow,
    LedgerEntry.refund_back: LedgerAccount.escrow,
    LedgerEntry.settlement: LedgerAccount.shop,
    LedgerEntry.fee: LedgerAccount.fees,
    LedgerEntry.advance: LedgerAccount.platform,
    LedgerEntry.repayment: LedgerAccount.platform,
    LedgerEntry.loss: LedgerAccount.escrow,
    LedgerEntry.loss_back: LedgerAccount.escrow,
    LedgerEntry.recovery: LedgerAccount.escrow,  # out of sales, or fees
}


@dataclass(frozen=True)
class Debt:
    """A refund the platform advanced and the shop has not paid back in full; the oldest are paid back first."""

    order_no: str
    case_no: str
    product: str
    at: datetime
    advanced: int
    left: int


@dataclass(frozen=True)
class Coming:
    """What will be settled for an order, no sooner than `at`."""

    order_no: str
    product: str
    at: datetime
    amount: int


@dataclass(frozen=True)
class ShopMovement:
    """One entry. `amount` in fen, negative when the shop's side gets less. `case_no`: the newest its
    shopper opened, or ""."""

    id: int
    at: datetime
    entry: str
    amount: int
    order_no: str
    product: str
    case_no: str


@dataclass(frozen=True)
class ShopBooks:
    """Fen. `held` for orders of the shop = `waiting` for settlement + `frozen` by a case or while the shop is
    disabled + `returning` to shoppers. `sales` and `fees`: paid to it, net of what it repaid. `next_key` leads on.
    """

    sales: int = 0
    fees: int = 0
    held: int = 0
    waiting: int = 0
    frozen: int = 0
    returning: int = 0
    owed: int = 0
    disabled: bool = False
    debts: list[Debt] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    rows: list[ShopMovement] = field(default_factory=list)
    next_key: str = ""


def shop_books(look: Look, *, after: str = "", month: str = "") -> ShopBooks:
    """The shop of this merchant: where its money stands, and a page of movements of `month` ("2026-11"; "" = all)."""
    shop = look.session.get_one(Shop, require(look.who, Role.merchant).shop_id)
    held, frozen, returning = _held(look.session, shop)
    paid = by_account(balances(look.session, shop.id or 0))
    rows = movements(look.session, shop.id or 0, read_key(after), month, limits.PAGE_SIZE + 1)
    page = rows[: limits.PAGE_SIZE]
    owed = -paid.get(LedgerAccount.platform, 0)
    return ShopBooks(
        sales=paid.get(LedgerAccount.shop, 0),
        fees=paid.get(LedgerAccount.fees, 0),
        held=held,
        waiting=held - frozen - returning,
        frozen=frozen,
        returning=returning,
        owed=owed,
        disabled=shop.disabled_at is not None,
        debts=_debts(look.session, shop.id or 0, owed),
        coming=_coming(look.session, shop),
        months=_months(look.session, shop.id or 0, look.now),
        rows=page,
        next_key=write_key(page[-1].at, page[-1].id) if len(rows) > limits.PAGE_SIZE else "",
    )


def shop_movements(
    look: Look, after: ListKey | None, month: str, size: int
) -> tuple[list[ShopMovement], ListKey | None]:
    """The next `size` movements of an export, and where it goes on; None at the end."""
    rows = movements(look.session, require(look.who, Role.merchant).shop_id or 0, after, month, size + 1)
    return rows[:size], (rows[size - 1].at, rows[size - 1].id) if len(rows) > size else None


def read_month(text: object) -> str:
    """ "2026-11"; "" for anything else."""
    first = read_day(f"{text}-01")
    fits = first is not None and first.year < date.max.year and f"{first:%Y-%m}" == text
    return str(text) if fits else ""


def movements(session: Session, shop_id: int, after: ListKey | None, month: str, size: int) -> list[ShopMovement]:
    """What happened to this shop's money, newest first."""
    wanted: Any = sa.select(*_COLUMNS).join(Order, col(Order.id) == Posting.order_id)
    wanted = wanted.where(col(Posting.shop_id) == shop_id, _shown(), *_within(month))
    if after:
        wanted = wanted.where(sa.tuple_(col(Posting.at), col(Posting.id)) < place(after))
    wanted = wanted.order_by(col(Posting.at).desc(), col(Posting.id).desc()).limit(size)
    return [_movement(*row) for row in session.connection().execute(wanted)]


def movements_of(session: Session, order: Order) -> list[ShopMovement]:
    """What happened to the money of one order, newest first."""
    wanted: Any = sa.select(*_COLUMNS).join(Order, col(Order.id) == Posting.order_id)
    wanted = wanted.where(col(Posting.order_id) == order.id, _shown())
    found = session.connection().execute(wanted.order_by(col(Posting.at).desc(), col(Posting.id).desc()))
    return [_movement(*row) for row in found]


def settles_at(session: Session, order: Order) -> datetime | None:
    """When the job that settles this order looks next; None where no such job waits."""
    due = sa.select(sa.func.min(col(Job.due_at))).where(col(Job.order_id) == order.id, *_SETTLES)
    return session.connection().execute(due).scalar_one()


_CASE = (
    sa.select(col(Case.no))
    .where(col(Case.order_id) == col(Order.id), ASKED)
    .order_by(col(Case.id).desc())
    .limit(1)
    .correlate(Order)
    .scalar_subquery()
)
_COLUMNS = (
    *(col(Posting.id), col(Posting.at), col(Posting.entry), col(Posting.amount)),
    *(col(Order.no), col(Order.product_name), _CASE),
)


_FROM_SHOP = (LedgerEntry.repayment, LedgerEntry.recovery)  # what another account gets, the shop gives


def _movement(
    row_id: int, at: datetime, entry: LedgerEntry, amount: int, order_no: str, product: str, case_no: str | None
) -> ShopMovement:
    signed = -amount if entry in _FROM_SHOP else amount
    return ShopMovement(row_id, at, entry.value, signed, order_no, product, case_no or "")


def _shown() -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.and_(col(Posting.entry) == entry, col(Posting.account) == at) for entry, at in SHOWN.items()))


def _within(month: str) -> list[sa.ColumnElement[bool]]:
    """From the first midnight of the month in Shanghai to the last."""
    if not read_month(month):
        return []
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    begins, ends = end_of(first - timedelta(days=1)), end_of(following - timedelta(days=1))
    return [col(Posting.at) >= begins, col(Posting.at) < ends]


def _held(session: Session, shop: Shop) -> tuple[int, int, int]:
    """(held, of it frozen, of it on its way back), in fen. A refund is never frozen."""
    held = col(Order.escrow)
    back = sa.func.coalesce(_live(col(Order.id)), 0)
    returning = sa.case((back < held, back), else_=held)
    rest = held - returning
    still = rest if shop.disabled_at else sa.case((frozen(col(Order.id)), rest), else_=0)
    sums: Any = sa.select(*(sa.func.coalesce(sa.func.sum(part), 0) for part in (held, still, returning)))
    mine = (col(Order.shop_id) == shop.id, held.is_not(None))
    held_fen, frozen_fen, back_fen = map(int, session.connection().execute(sums.where(*mine)).one())
    return held_fen, frozen_fen, back_fen


def _live(order_id: Any) -> Any:
    live = sa.select(sa.func.sum(col(Refund.amount)))
    return live.where(col(Refund.order_id) == order_id, col(Refund.status).in_(LIVE_REFUND)).scalar_subquery()


def _coming(session: Session, shop: Shop) -> list[Coming]:
    """The next settlements that nothing stops, from the jobs that will make them."""
    due = _settling()
    rest = col(Order.escrow) - sa.func.coalesce(_live(col(Order.id)), 0)
    wanted = (
        sa.select(col(Order.no), col(Order.product_name), due.c.at, rest)
        .join(due, due.c.order_id == col(Order.id))
        .where(col(Order.shop_id) == shop.id, col(Order.escrow).is_not(None), ~frozen(col(Order.id)), rest > 0)
    )
    found = session.connection().execute(wanted.order_by(due.c.at, col(Order.id)).limit(limits.COMING))
    return [] if shop.disabled_at else [Coming(*row) for row in found]


def _settling() -> sa.Subquery:
    """The first waiting job of each order: one confirmed and canceled later has two."""
    wanted = sa.select(col(Job.order_id), sa.func.min(col(Job.due_at)).label("at"))
    return wanted.where(*_SETTLES).group_by(col(Job.order_id)).subquery()


_SETTLES = (col(Job.kind) == JobKind.settle, col(Job.state) == "open")


def _debts(session: Session, shop_id: int, owed: int) -> list[Debt]:
    """The advances the debt consists of, newest first: what was paid back counted for the oldest."""
    about = (col(Posting.at), col(Posting.amount), col(Order.no), col(Order.product_name), _CASE)
    advances = sa.select(*about).join(Order, col(Order.id) == Posting.order_id)
    mine = (
        col(Posting.shop_id) == shop_id,
        col(Posting.entry) == LedgerEntry.advance,
        col(Posting.account) == LedgerAccount.platform,
    )
    newest = advances.where(*mine).order_by(col(Posting.at).desc(), col(Posting.id).desc()).limit(limits.LIST_SIZE)
    found: list[Debt] = []
    for at, amount, order_no, product, case_no in session.connection().execute(newest) if owed else ():
        left = min(-amount, owed - sum(debt.left for debt in found))
        if left <= 0:
            break
        found.append(Debt(order_no, case_no or "", product, at, -amount, left))
    return found


def _months(session: Session, shop_id: int, now: datetime) -> list[str]:
    """From the first movement to this month, newest first."""
    first = sa.select(col(Posting.at)).where(col(Posting.shop_id) == shop_id).order_by(col(Posting.at)).limit(1)
    began = session.connection().execute(first).scalar()
    here, found = now.astimezone(SHANGHAI).date().replace(day=1), list[str]()
    while began and here >= began.astimezone(SHANGHAI).date().replace(day=1) and len(found) < limits.MONTHS:
        found.append(f"{here:%Y-%m}")
        here = (here - timedelta(days=1)).replace(day=1)
    return found
