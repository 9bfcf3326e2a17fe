"""Six-digit codes: proving an address, and a forgotten password (R7)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind, CodePurpose
from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused
from cardmall.domain.verbs import Verb
from cardmall.models import Account, ConfirmCode, Outgoing
from cardmall.reads.accounts import account_at, addresses_of, holder_of, last_code
from cardmall.reads.people import as_actor
from cardmall.services.account.accounts import drop_claims, set_password
from cardmall.services.account.codes import end_codes, hash_code, kind_of
from cardmall.services.act import Act, record, touch


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
    """The address is the person's once the code is right; `taken` when another account of theirs holds it.

    A wrong code is an answer, so that its try is kept.
    """
    account = session.get_one(Account, actor.id)
    address = _unproven(account, kind)
    if not _right(session, account, address, CodePurpose.confirm, code, now):
        return FieldError.wrong
    if holder_of(session, address):  # told only to whoever reads what is sent there
        return FieldError.taken
    _prove(session, account, address, now)
    return None


def send_reset_code(session: Session, address: Address, code: str, *, now: datetime, browser: str = "") -> bool:
    """Send `code` for a new password, if anybody is there; whether it was sent. `browser`: hash of who asks.

    Too soon, unknown and disabled all stay silent.
    """
    account = account_at(session, address)
    if account is None or account.disabled_at is not None:
        return False
    if _too_soon(session, account, address, CodePurpose.reset, now, browser):
        return False
    _send(session, account, address, CodePurpose.reset, code, now, browser)
    return True


def reset_password(
    session: Session, address: Address, code: str, password_hash: str, *, now: datetime, browser: str = ""
) -> Account | None:
    """A new password for the right code: it also proves the address, and ends every session. None: wrong."""
    account = account_at(session, address)
    if account is None or account.disabled_at is not None:
        return None
    if not _right(session, account, address, CodePurpose.reset, code, now, browser):
        return None
    _prove(session, account, address, now)
    set_password(session, account, password_hash, now=now)
    return account


def _unproven(account: Account, kind: AddressKind) -> Address:
    for address, proven_at in addresses_of(account):
        if address.kind is kind and proven_at is None:
            return address
    raise Refused(Reason.stale, Offer.form)


def _send(
    session: Session,
    account: Account,
    address: Address,
    purpose: CodePurpose,
    code: str,
    now: datetime,
    browser: str = "",
) -> None:
    if last := _too_soon(session, account, address, purpose, now, browser):
        raise Refused(Reason.too_many_tries, Offer.form, at=last.created_at + limits.CONFIRM_CODE_EVERY)
    hashed = hash_code(purpose, address.value, code)
    session.add(
        ConfirmCode(
            account_id=account.id or 0,
            purpose=purpose.value,
            target=address.value,
            code_hash=hashed,
            browser=browser,
            created_at=now,
            expires_at=now + limits.CONFIRM_CODE_LIFE,
        )
    )
    kind = kind_of(purpose)
    session.add(Outgoing(at=now, target=address.value, locale=account.locale, kind=kind, data={"code": code}))
    touch(session, "outbox")


def _too_soon(
    session: Session, account: Account, address: Address, purpose: CodePurpose, now: datetime, browser: str = ""
) -> ConfirmCode | None:
    """The code sent less than CONFIRM_CODE_EVERY ago; a stranger who asks for codes delays nobody else's."""
    last = last_code(session, account.id or 0, purpose, address, browser)
    return last if last and last.created_at > now - limits.CONFIRM_CODE_EVERY else None


def _right(
    session: Session,
    account: Account,
    address: Address,
    purpose: CodePurpose,
    code: str,
    now: datetime,
    browser: str = "",
) -> bool:
    """Spend one try of the newest code this browser asked for, else of the newest; right only while it is live."""
    of_it = (session, account.id or 0, purpose, address)
    last = last_code(*of_it, browser) or last_code(*of_it)
    if last is None:
        return False
    tries = ConfirmCode.tries if last.browser == browser else ConfirmCode.other_tries
    live = (
        col(ConfirmCode.id) == last.id,
        col(ConfirmCode.used_at).is_(None),
        col(ConfirmCode.expires_at) > now,
        col(tries) < limits.CONFIRM_CODE_TRIES,
    )
    spent = sa.update(ConfirmCode).where(*live).values({col(tries): col(tries) + 1})
    if not session.connection().execute(spent).rowcount:
        return False
    return last.code_hash == hash_code(purpose, address.value, code)


def _prove(session: Session, account: Account, address: Address, now: datetime) -> None:
    field = f"{address.kind.value}_confirmed_at"
    if getattr(account, field) is None:
        setattr(account, field, now)
        session.add(account)
        record(session, Act(as_actor(account), now), Verb.address_confirmed, address=address.masked)
        drop_claims(session, address, account, now)
    end_codes(session, account, now)
    touch(session, f"person:{account.id}")
