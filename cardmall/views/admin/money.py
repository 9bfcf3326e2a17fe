"""The whole house's books for an admin: they balance, agree with payments and refunds, and nothing lies about (R3)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount
from cardmall.domain.terms import RefundStatus, Role
from cardmall.models import Order, Payment, Posting, Refund, Shop
from cardmall.reads.books import Check, last_check
from cardmall.reads.days import Sums, balances, by_account
from cardmall.reads.keys import ListKey, place
from cardmall.reads.look import Look
from cardmall.reads.money import live_refunds, ownerless
from cardmall.reads.people import require


@dataclass(frozen=True)
class AccountLine:
    """Fen on one account."""

    account: str
    amount: int


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
    """All accounts; `total` must be 0, as must every difference and the sum of `ownerless`. Lists at most LIST_SIZE.

    `checks` were made at `checked_at` by a job; None: not yet.
    """

    accounts: list[AccountLine] = field(default_factory=list)
    total: int = 0
    escrow: int = 0
    paid: int = 0
    owed: int = 0
    checks: list[Check] = field(default_factory=list)
    checked_at: datetime | None = None
    ownerless: list[Ownerless] = field(default_factory=list)
    ownerless_sum: int = 0
    debts: list[ShopDebt] = field(default_factory=list)
    stuck: list[LateRefund] = field(default_factory=list)


def trial(look: Look) -> TrialBalance:
    """Refused: nobody but an admin."""
    require(look.who, Role.admin)
    of_shops = balances(look.session)
    sums, (lost, ownerless_ones) = by_account(of_shops), _ownerless(look.session)
    checked = last_check(look.session)
    return TrialBalance(
        accounts=[AccountLine(account.value, sums.get(account, 0)) for account in LedgerAccount],
        total=sum(sums.values()),
        escrow=sums.get(LedgerAccount.escrow, 0),
        paid=sums.get(LedgerAccount.shop, 0) + sums.get(LedgerAccount.fees, 0),
        owed=-sums.get(LedgerAccount.platform, 0),
        checks=checked.checks if checked else [],
        checked_at=checked.at if checked else None,
        ownerless=ownerless_ones,
        ownerless_sum=lost,
        debts=_debts(look.session, of_shops),
        stuck=_stuck(look.session, look.now),
    )


def _ownerless(session: Session) -> tuple[int, list[Ownerless]]:
    """All that is still held, in fen, and the first (R3); the job `check_books` finds what was settled, too."""
    held = sa.and_(col(Order.id) == Payment.order_id, col(Order.escrow).is_not(None))
    of = lambda *columns: sa.select(*columns).join(Order, held).where(ownerless())  # noqa: E731
    run = session.connection().execute
    total = run(of(sa.func.coalesce(sa.func.sum(col(Payment.amount)), 0))).scalar_one()
    shown = (col(Payment.no), col(Order.no), col(Order.product_name), col(Payment.amount), col(Payment.captured_at))
    found = run(of(*shown).order_by(col(Payment.captured_at)).limit(limits.LIST_SIZE)) if total else ()
    return total, [Ownerless(*row) for row in found]


def _debts(session: Session, sums: Sums) -> list[ShopDebt]:
    """What the platform advanced and has not got back, the largest first."""
    owed = {shop: -fen for (shop, account), fen in sums.items() if account is LedgerAccount.platform and fen < 0}
    first = sorted(owed, key=lambda shop: (-owed[shop], shop))[: limits.LIST_SIZE]
    names = {shop.id: shop for shop in session.exec(select(Shop).where(col(Shop.id).in_(first)))} if first else {}
    return [ShopDebt(names[shop].name, names[shop].slug, owed[shop]) for shop in first]


def _stuck(session: Session, now: datetime) -> list[LateRefund]:
    """The largest first."""
    stuck = sa.or_(col(Refund.status) == RefundStatus.needs_attention, col(Refund.expected_at) < now)
    wanted = (
        sa.select(
            *(col(Refund.no), col(Order.no), col(Order.product_name)),
            *(col(Refund.status), col(Refund.amount), col(Refund.expected_at)),
        )
        .join(Order, col(Order.id) == Refund.order_id)
        .where(col(Refund.id).in_(sa.union_all(*live_refunds(Refund.id))), stuck)
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
    wanted = wanted.order_by(col(Posting.at).desc(), col(Posting.id).desc()).limit(size + 1)
    found = look.session.exec(wanted).all()
    last = (found[size - 1][0].at, found[size - 1][0].id or 0) if len(found) > size else None
    return [_journal_line(*row) for row in found[:size]], last


def _journal_line(line: Posting, order_no: str, shop: str) -> JournalLine:
    words = (line.entry_no, line.entry.value, line.account.value, line.amount)
    return JournalLine(line.at, *words, order_no=order_no, shop=shop)
