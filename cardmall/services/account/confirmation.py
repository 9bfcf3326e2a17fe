"""Six-digit codes: proving an address, and a forgotten password (R7)."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind, CodePurpose
from cardmall.domain.terms import FieldError, Offer, Reason, Refused
from cardmall.domain.topics import person_topic
from cardmall.domain.verbs import Verb
from cardmall.models import Account, ConfirmCode
from cardmall.reads.accounts import account_at, addresses_of, holder_of, last_code, lock_named
from cardmall.reads.people import as_actor
from cardmall.services.account.accounts import drop_claims, set_password
from cardmall.services.account.codes import end_codes, hash_code, kind_of
from cardmall.services.act import Act, record
from cardmall.services.ending import touch
from cardmall.services.talk.outbox import leave_message


def send_confirm_code(act: Act, kind: AddressKind, code: str) -> None:
    """Send `code` to the person's own unconfirmed address. Refused: too soon after the last one."""
    account = act.session.get_one(Account, act.who.id)
    _send(act, account, _unproven(account, kind), CodePurpose.confirm, code)


def send_first_code(act: Act, account: Account, address: Address, code: str) -> None:
    """Right after registering; silent when one was sent a moment ago."""
    if not _too_soon(act, account, address, CodePurpose.confirm):
        _send(act, account, address, CodePurpose.confirm, code)


def confirm_address(act: Act, kind: AddressKind, code: str) -> FieldError | None:
    """The address is the person's once the code is right; `taken` when another account of theirs holds it.

    A wrong code is an answer, so that its try is kept.
    """
    account = act.session.get_one(Account, act.who.id)
    lock_named(act.session, _unproven(account, kind))
    act.session.refresh(account)  # another one may have proven the address meanwhile
    address = _unproven(account, kind)
    if not _right(act, account, address, CodePurpose.confirm, code):
        return FieldError.wrong
    if holder_of(act.session, address):  # told only to whoever reads what is sent there
        return FieldError.taken
    _prove(act, account, address)
    return None


def send_reset_code(act: Act, address: Address, code: str, *, browser: str = "") -> bool:
    """Send `code` for a new password, if anybody is there; whether it was sent. `browser`: hash of who asks.

    Too soon, unknown and disabled all stay silent.
    """
    account = account_at(act.session, address)
    if account is None or account.disabled_at is not None:
        return False
    if _too_soon(act, account, address, CodePurpose.reset, browser):
        return False
    _send(act, account, address, CodePurpose.reset, code, browser)
    return True


def reset_password(act: Act, address: Address, code: str, password_hash: str, *, browser: str = "") -> Account | None:
    """A new password for the right code: it also proves the address, and ends every session. None: wrong."""
    lock_named(act.session, address)
    account = account_at(act.session, address)
    if account is None or account.disabled_at is not None:
        return None
    if not _right(act, account, address, CodePurpose.reset, code, browser):
        return None
    _prove(act, account, address)
    set_password(act, account, password_hash)
    return account


def _unproven(account: Account, kind: AddressKind) -> Address:
    for address, proven_at in addresses_of(account):
        if address.kind is kind and proven_at is None:
            return address
    raise Refused(Reason.stale, Offer.form)


def _send(act: Act, account: Account, address: Address, purpose: CodePurpose, code: str, browser: str = "") -> None:
    if last := _too_soon(act, account, address, purpose, browser):
        raise Refused(Reason.too_many_tries, Offer.form, at=last.created_at + limits.CONFIRM_CODE_EVERY)
    hashed = hash_code(purpose, address.value, code)
    act.session.add(
        ConfirmCode(
            account_id=account.id or 0,
            purpose=purpose.value,
            target=address.value,
            code_hash=hashed,
            browser=browser,
            created_at=act.now,
            expires_at=act.now + limits.CONFIRM_CODE_LIFE,
        )
    )
    leave_message(act, address.value, account.locale, kind_of(purpose), {"code": code})


def _too_soon(
    act: Act, account: Account, address: Address, purpose: CodePurpose, browser: str = ""
) -> ConfirmCode | None:
    """The code sent less than CONFIRM_CODE_EVERY ago; a stranger who asks for codes delays nobody else's."""
    last = last_code(act.session, account.id or 0, purpose, address, browser)
    return last if last and last.created_at > act.now - limits.CONFIRM_CODE_EVERY else None


def _right(act: Act, account: Account, address: Address, purpose: CodePurpose, code: str, browser: str = "") -> bool:
    """Spend one try of the newest code this browser asked for, else of the newest; right only while it is live."""
    of_it = (act.session, account.id or 0, purpose, address)
    last = last_code(*of_it, browser) or last_code(*of_it)
    if last is None:
        return False
    tries = ConfirmCode.tries if last.browser == browser else ConfirmCode.other_tries
    live = (
        col(ConfirmCode.id) == last.id,
        col(ConfirmCode.used_at).is_(None),
        col(ConfirmCode.expires_at) > act.now,
        col(tries) < limits.CONFIRM_CODE_TRIES,
    )
    spent = sa.update(ConfirmCode).where(*live).values({col(tries): col(tries) + 1})
    if not act.session.connection().execute(spent).rowcount:
        return False
    return last.code_hash == hash_code(purpose, address.value, code)


def _prove(act: Act, account: Account, address: Address) -> None:
    field = f"{address.kind.value}_confirmed_at"
    if getattr(account, field) is None:
        setattr(account, field, act.now)
        act.session.add(account)
        record(act.by(as_actor(account)), Verb.address_confirmed, address=address.masked)
        drop_claims(act, address, account)
    end_codes(act, account)
    touch(act.session, person_topic(account.id))
