"""Accounts as sign-in and the personal centre read them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind, CodePurpose
from cardmall.domain.terms import Actor
from cardmall.models import Account, ConfirmCode
from cardmall.queries.people import require


@dataclass(frozen=True)
class AddressView:
    """One of the person's own addresses. `sent`: a code is on its way and still good."""

    kind: str = ""
    value: str = ""
    shown: str = ""
    confirmed: bool = False
    sent: bool = False


@dataclass(frozen=True)
class Kept:
    """What a password is compared with; empty for nobody."""

    account_id: int = 0
    password_hash: str | None = None


def account_at(session: Session, address: Address) -> Account | None:
    """The account holding this address, confirmed or not."""
    column = Account.email if address.kind is AddressKind.email else Account.phone
    return session.exec(select(Account).where(col(column) == address.value)).first()


def kept_password(session: Session, address: Address) -> Kept:
    """The hash to compare with; a disabled account looks like none."""
    account = account_at(session, address)
    return Kept(account.id or 0, account.password_hash) if account and account.disabled_at is None else Kept()


def own_password(session: Session, actor: Actor | None) -> Kept:
    """What the person's own password is compared with. Refused: nobody is signed in."""
    account = session.get_one(Account, require(actor).id)
    return Kept(account.id or 0, account.password_hash)


def addresses_of(account: Account) -> list[tuple[Address, datetime | None]]:
    """The account's addresses, each with the moment it was confirmed."""
    held = [
        (AddressKind.email, account.email, account.email_confirmed_at),
        (AddressKind.phone, account.phone, account.phone_confirmed_at),
    ]
    return [(Address(kind, value), at) for kind, value, at in held if value]


def address_views(session: Session, actor: Actor | None, now: datetime) -> list[AddressView]:
    """The person's own addresses and whether they are proven (R7). Refused: nobody is signed in."""
    account = session.get_one(Account, require(actor).id)
    return [_view(session, account, address, at, now) for address, at in addresses_of(account)]


def last_code(session: Session, account_id: int, purpose: CodePurpose, address: Address) -> ConfirmCode | None:
    """The newest code sent for this purpose; older ones are worth nothing."""
    sent = select(ConfirmCode).where(
        ConfirmCode.account_id == account_id,
        ConfirmCode.purpose == purpose.value,
        ConfirmCode.target == address.value,
    )
    return session.exec(sent.order_by(col(ConfirmCode.id).desc()).limit(1)).first()


def _view(session: Session, account: Account, address: Address, at: datetime | None, now: datetime) -> AddressView:
    sent = at is None and _on_its_way(session, account.id or 0, address, now)
    return AddressView(address.kind.value, address.value, address.shown, at is not None, sent)


def _on_its_way(session: Session, account_id: int, address: Address, now: datetime) -> bool:
    code = last_code(session, account_id, CodePurpose.confirm, address)
    return bool(code and code.used_at is None and code.expires_at > now and code.tries < limits.CONFIRM_CODE_TRIES)
