"""The rows, and what is carried forward, against the ledger: read through as a whole, by a job only (R3)."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.terms import PaymentStatus, RefundStatus
from cardmall.models import Balance, Order, Payment, Posting, Refund, Remembered, Shop
from cardmall.reads.days import open_since
from cardmall.reads.money import ownerless

CHECKED = "books_checked"  # the last check, among what is remembered


@dataclass(frozen=True)
class Check:
    """What the rows say and what the ledger says, in fen; `numbers`: the first of those without an entry."""

    code: str
    rows: int
    books: int
    difference: int
    numbers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BooksCheck:
    """What was found at `at`, all of one look."""

    at: datetime
    checks: list[Check]

    def to_text(self) -> str:
        """As it is remembered."""
        return json.dumps({"at": self.at.isoformat(), "checks": [asdict(check) for check in self.checks]})


def last_check(session: Session) -> BooksCheck | None:
    """What the job found last; None: it has not run yet."""
    found = session.exec(select(Remembered.value).where(Remembered.name == CHECKED)).first()
    if found is None:
        return None
    told = json.loads(found)
    return BooksCheck(datetime.fromisoformat(told["at"]), [Check(**check) for check in told["checks"]])


def check_books(session: Session, now: datetime) -> BooksCheck:
    """Read every payment, refund and posting; seconds at a million orders, and no lock."""
    parts = (_captures, _refunds, _returns, _carried, _escrow, _owners)
    return BooksCheck(now, [part(session) for part in parts])


def _captures(session: Session) -> Check:
    captured = col(Payment.status) == PaymentStatus.captured
    return _check(session, "captures", Payment, captured, LedgerEntry.capture, LedgerAccount.escrow)


def _refunds(session: Session) -> Check:
    """What arrived, also under a replaced number, whether or not a bank sent it back: that is an entry of its own."""
    arrived = sa.or_(col(Refund.status) == RefundStatus.succeeded, col(Refund.succeeded_at).is_not(None))
    return _check(session, "refunds", Refund, arrived, LedgerEntry.refund, LedgerAccount.shopper)


def _returns(session: Session) -> Check:
    return _check(
        session, "returns", Refund, col(Refund.bounced_at).is_not(None), LedgerEntry.refund_back, LedgerAccount.escrow
    )


def _check(
    session: Session, code: str, kind: Any, which: sa.ColumnElement[bool], entry: LedgerEntry, account: LedgerAccount
) -> Check:
    """Rows of this kind against their entries, by sum and one by one."""
    run = session.connection().execute
    told = sa.select(sa.func.coalesce(sa.func.sum(kind.amount), 0)).where(which)
    posted = sa.select(sa.func.coalesce(sa.func.sum(col(Posting.amount)), 0))
    booked = posted.where(col(Posting.entry) == entry, col(Posting.account) == account)
    rows, books = run(sa.select(told.scalar_subquery(), booked.scalar_subquery())).one()
    written = sa.exists().where(
        col(Posting.entry_no) == sa.literal(f"{entry.value}:") + kind.no,
        col(Posting.account) == account,
        col(Posting.amount) == kind.amount,
    )
    lost = run(sa.select(kind.no).where(which, ~written).order_by(kind.id).limit(limits.PAGE_SIZE)).scalars()
    return _compared(code, rows, books, list(lost))


def _carried(session: Session) -> Check:
    """Balances of the closed days against the postings of those days."""
    sums = sa.select(col(Posting.shop_id), col(Posting.account), sa.func.sum(col(Posting.amount)))
    closed = sums.where(col(Posting.at) < open_since(session)).group_by(col(Posting.shop_id), col(Posting.account))
    posted = {(shop, account): int(fen) for shop, account, fen in session.connection().execute(closed)}
    carried = {(row.shop_id, row.account): row.amount for row in session.exec(select(Balance))}
    odd = {
        shop for shop, account in posted | carried if posted.get((shop, account), 0) != carried.get((shop, account), 0)
    }
    slugs = (
        session.exec(select(Shop.slug).where(col(Shop.id).in_(sorted(odd)[: limits.PAGE_SIZE]))).all() if odd else ()
    )
    return _compared("carried", _into(carried.items()), _into(posted.items()), list(slugs))


def _into(sums: Iterable[tuple[tuple[int, LedgerAccount], int]]) -> int:
    """Fen held or paid: what stands on the side of the shops."""
    return sum(fen for (_, account), fen in sums if account is not LedgerAccount.shopper)


def _escrow(session: Session) -> Check:
    """What each order says is held for it against its postings."""
    run = session.connection().execute
    held = sa.func.sum(col(Posting.amount))
    of_orders = sa.select(col(Posting.order_id), held).where(col(Posting.account) == LedgerAccount.escrow)
    posted = {order: int(fen) for order, fen in run(of_orders.group_by(col(Posting.order_id)).having(held != 0))}
    some = sa.select(col(Order.id), col(Order.escrow)).where(col(Order.escrow).is_not(None))
    said = {order or 0: fen or 0 for order, fen in (tuple(row) for row in run(some))}
    odd = sorted(order for order in posted | said if order and posted.get(order) != said.get(order))[: limits.PAGE_SIZE]
    numbers = session.exec(select(Order.no).where(col(Order.id).in_(odd)).order_by(col(Order.id))).all() if odd else ()
    return _compared("escrow", sum(said.values()), sum(posted.values()), list(numbers))


def _owners(session: Session) -> Check:
    """Money that nothing accounts for, also where the shop was paid with it: there must be none (R3)."""
    wanted = sa.select(col(Payment.no), col(Payment.amount)).join(Order, col(Order.id) == Payment.order_id)
    found: Any = session.connection().execute(wanted.where(ownerless()).order_by(col(Payment.id))).all()
    return _compared("owners", sum(fen for _, fen in found), 0, [no for no, _ in found][: limits.PAGE_SIZE])


def _compared(code: str, rows: int, books: int, numbers: list[str]) -> Check:
    return Check(code, rows, books, rows - books, numbers)
