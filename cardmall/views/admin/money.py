"""The whole house's books for an admin: they balance, agree with payments and refunds, and nothing lies about (R3)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.terms import LIVE_REFUND, OrderStatus, PaymentStatus, RefundStatus, Role
from cardmall.models import Order, Payment, Posting, Refund, Shop
from cardmall.reads.keys import ListKey, place
from cardmall.reads.look import Look
from cardmall.reads.money import ownerless, trial_balance
from cardmall.reads.people import require

_CLOSED = (OrderStatus.canceled, OrderStatus.expired)


@dataclass(frozen=True)
class AccountLine:
    """Fen on one account."""

    account: str
    amount: int


@dataclass(frozen=True)
class Check:
    """What the rows say and what the ledger says, in fen; `numbers`: the first of those without an entry."""

    code: str
    rows: int
    books: int
    difference: int
    numbers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ownerless:
    """A captured payment with no order, refund or case to hold it."""

    payment_no: str
    order_no: str
    product: str
    amount: int
    at: datetime


@dataclass(frozen=True)
class ShopDebt:
    shop: str
    slug: str
    amount: int


@dataclass(frozen=True)
class LateRefund:
    """A refund a person must look at, or later than the shopper was told."""

    refund_no: str
    order_no: str
    product: str
    status: str
    amount: int
    expected_at: datetime


@dataclass(frozen=True)
class TrialBalance:
    """All accounts; `total` must be 0, as must every difference and the sum of `ownerless`. Lists at most LIST_SIZE."""

    accounts: list[AccountLine] = field(default_factory=list)
    total: int = 0
    escrow: int = 0
    paid: int = 0
    owed: int = 0
    checks: list[Check] = field(default_factory=list)
    ownerless: list[Ownerless] = field(default_factory=list)
    ownerless_sum: int = 0
    debts: list[ShopDebt] = field(default_factory=list)
    stuck: list[LateRefund] = field(default_factory=list)


def trial(look: Look) -> TrialBalance:
    """Refused: nobody but an admin."""
    require(look.who, Role.admin)
    sums = trial_balance(look.session)
    lost, ownerless_ones = _ownerless(look.session)
    return TrialBalance(
        accounts=[AccountLine(account.value, sums.get(account.value, 0)) for account in LedgerAccount],
        total=sum(sums.values()),
        escrow=sums.get(LedgerAccount.escrow, 0),
        paid=sums.get(LedgerAccount.shop, 0) + sums.get(LedgerAccount.fees, 0),
        owed=-sums.get(LedgerAccount.platform, 0),
        checks=[_captures(look.session), _refunds(look.session), _returns(look.session)],
        ownerless=ownerless_ones,
        ownerless_sum=lost,
        debts=_debts(look.session),
        stuck=_stuck(look.session, look.now),
    )


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
    return Check(code, rows, books, rows - books, list(lost))


def _ownerless(session: Session) -> tuple[int, list[Ownerless]]:
    """All of them in fen, and the first (R3)."""
    of = lambda *columns: sa.select(*columns).join(Order, col(Order.id) == Payment.order_id).where(ownerless())  # noqa: E731
    run = session.connection().execute
    total = run(of(sa.func.coalesce(sa.func.sum(col(Payment.amount)), 0))).scalar_one()
    shown = (col(Payment.no), col(Order.no), col(Order.product_name), col(Payment.amount), col(Payment.captured_at))
    found = run(of(*shown).order_by(col(Payment.captured_at)).limit(limits.LIST_SIZE)) if total else ()
    return total, [Ownerless(*row) for row in found]


def _debts(session: Session) -> list[ShopDebt]:
    owed = (-sa.func.sum(col(Posting.amount))).label("owed")
    wanted = (
        sa.select(col(Shop.name), col(Shop.slug), owed)
        .join(Posting, col(Posting.shop_id) == Shop.id)
        .where(col(Posting.account) == LedgerAccount.platform)
        .group_by(col(Shop.id), col(Shop.name), col(Shop.slug))
        .having(owed > 0)
    )
    found = session.connection().execute(wanted.order_by(owed.desc(), col(Shop.id)).limit(limits.LIST_SIZE))
    return [ShopDebt(*row) for row in found]


def _stuck(session: Session, now: datetime) -> list[LateRefund]:
    """The largest first."""
    late = col(Refund.status).in_(LIVE_REFUND) & (col(Refund.expected_at) < now)
    wanted = (
        sa.select(
            *(col(Refund.no), col(Order.no), col(Order.product_name)),
            *(col(Refund.status), col(Refund.amount), col(Refund.expected_at)),
        )
        .join(Order, col(Order.id) == Refund.order_id)
        .where(sa.or_(col(Refund.status) == RefundStatus.needs_attention, late))
    )
    largest = wanted.order_by(col(Refund.amount).desc(), col(Refund.id)).limit(limits.PAGE_SIZE)
    return [
        LateRefund(no, order_no, product, status.value, amount, at)
        for no, order_no, product, status, amount, at in session.connection().execute(largest)
    ]


@dataclass(frozen=True)
class JournalLine:
    """One line of the ledger, as a file tells it."""

    at: datetime
    entry_no: str
    entry: str
    account: str
    amount: int
    order_no: str
    shop: str


def journal_lines(look: Look, after: ListKey | None, size: int) -> tuple[list[JournalLine], ListKey | None]:
    """The next `size` lines of all accounts, newest first, and where it goes on; None at the end."""
    require(look.who, Role.admin)
    wanted: Any = sa.select(Posting, col(Order.no), col(Shop.name)).select_from(Posting)
    wanted = wanted.join(Order, col(Order.id) == Posting.order_id).join(Shop, col(Shop.id) == Posting.shop_id)
    if after:
        wanted = wanted.where(sa.tuple_(col(Posting.at), col(Posting.id)) < place(after))
    wanted = wanted.order_by(col(Posting.at).desc(), col(Posting.id).desc()).limit(size)
    found = look.session.exec(wanted).all()
    last = (found[-1][0].at, found[-1][0].id or 0) if len(found) == size else None
    return [_journal_line(*row) for row in found], last


def _journal_line(line: Posting, order_no: str, shop: str) -> JournalLine:
    words = (line.entry_no, line.entry.value, line.account.value, line.amount)
    return JournalLine(line.at, *words, order_no=order_no, shop=shop)
