"""Six-digit codes: proving an address, and a forgotten password (R7)."""

from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind, CodePurpose
from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused
from cardmall.domain.verbs import Verb
from cardmall.models import Account, ConfirmCode, Outgoing
from cardmall.queries.accounts import account_at, addresses_of, last_code
from cardmall.queries.people import as_actor
from cardmall.services.accounts import end_codes, set_password
from cardmall.services.journal import Act, record, touch


def send_confirm_code(session: Session, actor: Actor, kind: AddressKind, code: str, *, now: datetime) -> None:
    """Send `code` to the person's own unconfirmed address. Refused: too soon after the last one."""
    account = session.get_one(Account, actor.id)
    _send(session, account, _unproven(account, kind), CodePurpose.confirm, code, now)


def send_first_code(session: Session, account: Account, address: Address, code: str, *, now: datetime) -> None:
    """Right after registering; silent when one was sent a moment ago."""
    if not _too_soon(session, account, address, CodePurpose.confirm, now):
        _send(session, account, address, CodePurpose.confirm, code, now)


def confirm_address(
    session: Session, actor: Actor, kind: AddressKind, code: str, *, now: datetime
) -> FieldError | None:
    """The address is the person's once the code is right. A wrong code is an answer, so that its try is kept."""
    account = session.get_one(Account, actor.id)
    address = _unproven(account, kind)
    if not _right(session, account, address, CodePurpose.confirm, code, now):
        return FieldError.wrong
    _prove(session, account, address, now)
    return None


def send_reset_code(session: Session, address: Address, code: str, *, now: datetime) -> None:
    """Send `code` for a new password, if anybody is there; too soon, unknown and disabled all stay silent."""
    account = account_at(session, address)
    if account is None or account.disabled_at is not None:
        return
    if not _too_soon(session, account, address, CodePurpose.reset, now):
        _send(session, account, address, CodePurpose.reset, code, now)


def reset_password(
    session: Session, address: Address, code: str, password_hash: str, *, now: datetime
) -> Account | None:
    """A new password for the right code: it also proves the address, and ends every session. None: wrong."""
    account = account_at(session, address)
    if account is None or account.disabled_at is not None:
        return None
    if not _right(session, account, address, CodePurpose.reset, code, now):
        return None
    _prove(session, account, address, now)
    set_password(session, account, password_hash, now=now)
    return account


def _unproven(account: Account, kind: AddressKind) -> Address:
    for address, proven_at in addresses_of(account):
        if address.kind is kind and proven_at is None:
            return address
    raise Refused(Reason.stale, Offer.form)


def _send(session: Session, account: Account, address: Address, purpose: CodePurpose, code: str, now: datetime) -> None:
    if _too_soon(session, account, address, purpose, now):
        raise Refused(Reason.too_many_tries, Offer.form)
    hashed = _hash(purpose, address, code)
    session.add(
        ConfirmCode(
            account_id=account.id or 0,
            purpose=purpose.value,
            target=address.value,
            code_hash=hashed,
            created_at=now,
            expires_at=now + limits.CONFIRM_CODE_LIFE,
        )
    )
    kind = f"{purpose.value}_code"
    session.add(Outgoing(at=now, target=address.value, locale=account.locale, kind=kind, data={"code": code}))
    touch(session, "outbox")


def _too_soon(session: Session, account: Account, address: Address, purpose: CodePurpose, now: datetime) -> bool:
    last = last_code(session, account.id or 0, purpose, address)
    return last is not None and last.created_at > now - limits.CONFIRM_CODE_EVERY


def _right(
    session: Session, account: Account, address: Address, purpose: CodePurpose, code: str, now: datetime
) -> bool:
    """Spend one try of the newest code; right only while it is live."""
    last = last_code(session, account.id or 0, purpose, address)
    if last is None:
        return False
    live = (
        col(ConfirmCode.id) == last.id,
        col(ConfirmCode.used_at).is_(None),
        col(ConfirmCode.expires_at) > now,
        col(ConfirmCode.tries) < limits.CONFIRM_CODE_TRIES,
    )
    spent = sa.update(ConfirmCode).where(*live).values(tries=ConfirmCode.tries + 1)
    if not session.connection().execute(spent).rowcount:
        return False
    return last.code_hash == _hash(purpose, address, code)


def _hash(purpose: CodePurpose, address: Address, code: str) -> str:
    """Good for one purpose and one address; the code's short life and few tries protect it."""
    return sha256(f"{purpose.value}\0{address.value}\0{code}".encode()).hexdigest()


def _prove(session: Session, account: Account, address: Address, now: datetime) -> None:
    field = f"{address.kind.value}_confirmed_at"
    if getattr(account, field) is None:
        setattr(account, field, now)
        session.add(account)
        record(session, Act(as_actor(account), now), Verb.address_confirmed, address=address.masked)
    end_codes(session, account, now)
    touch(session, f"person:{account.id}")
