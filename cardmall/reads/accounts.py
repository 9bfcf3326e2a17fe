"""Accounts as sign-in and the personal centre read them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.address import Address, AddressKind, CodePurpose
from cardmall.models import Account, ConfirmCode
from cardmall.reads.locks import locking
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class Kept:
    """What a password is compared with; empty for nobody."""

    account_id: int = 0
    password_hash: str | None = None
    addresses: tuple[str, ...] = ()


def holder_of(session: Session, address: Address) -> Account | None:
    """The account that has confirmed this address."""
    return session.exec(select(Account).where(*has_proven(address))).first()


def has_proven(address: Address) -> tuple[sa.ColumnElement[bool], ...]:
    """Of an account: it has confirmed this address."""
    column, proven = _columns(address)
    return column == address.value, proven.is_not(None)


def claims_of(session: Session, address: Address) -> list[Account]:
    """Accounts that name this address without having confirmed it, newest first."""
    column, proven = _columns(address)
    wanted = select(Account).where(column == address.value, proven.is_(None))
    return list(session.exec(wanted.order_by(col(Account.id).desc())))


def lock_named(session: Session, address: Address) -> None:
    """Lock every account that names this address, by id: what is read of them afterwards stays true."""
    column, _ = _columns(address)
    session.exec(locking(select(Account).where(column == address.value).order_by(col(Account.id)))).all()


def account_at(session: Session, address: Address) -> Account | None:
    """Whom a code sent to this address is for: who has confirmed it, else the newest claim."""
    return holder_of(session, address) or next(iter(claims_of(session, address)), None)


def kept_passwords(
    session: Session, address: Address, knows: Callable[[int], bool] = lambda _: False
) -> tuple[Kept, Kept]:
    """What a typed password may be: that of the address's holder, or of the newest claim to it.

    Of several claims one whose account id the browser `knows` comes first: a later claim shuts nobody out there.
    Always two, so that nobody sees which there are; a disabled account looks like none.
    """
    claim = max(claims_of(session, address), key=lambda one: (knows(one.id or 0), one.id), default=None)
    return _kept(holder_of(session, address)), _kept(claim)


def _kept(account: Account | None) -> Kept:
    return Kept(account.id or 0, account.password_hash) if account and account.disabled_at is None else Kept()


def _columns(address: Address) -> tuple[Any, Any]:
    """The column of the address, and that of its confirmation."""
    if address.kind is AddressKind.email:
        return col(Account.email), col(Account.email_confirmed_at)
    return col(Account.phone), col(Account.phone_confirmed_at)


def own_password(look: Look) -> Kept:
    """What the person's own password is compared with. Refused: nobody is signed in."""
    account = look.session.get_one(Account, require(look.who).id)
    held = tuple(address.value for address, _ in addresses_of(account))
    return Kept(account.id or 0, account.password_hash, held)


def addresses_of(account: Account) -> list[tuple[Address, datetime | None]]:
    """The account's addresses, each with the moment it was confirmed."""
    held = [
        (AddressKind.email, account.email, account.email_confirmed_at),
        (AddressKind.phone, account.phone, account.phone_confirmed_at),
    ]
    return [(Address(kind, value), at) for kind, value, at in held if value]


def last_code(
    session: Session, account_id: int, purpose: CodePurpose, address: Address, browser: str | None = None
) -> ConfirmCode | None:
    """The newest code sent for this purpose, to this browser when one is named; older ones are worth nothing."""
    sent = select(ConfirmCode).where(
        ConfirmCode.account_id == account_id,
        ConfirmCode.purpose == purpose.value,
        ConfirmCode.target == address.value,
    )
    if browser is not None:
        sent = sent.where(ConfirmCode.browser == browser)
    return session.exec(sent.order_by(col(ConfirmCode.id).desc()).limit(1)).first()
