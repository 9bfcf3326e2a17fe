"""Accounts: register, sign in and out, passwords (R7). Hashes are made outside and passed in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, Role, invalid
from cardmall.domain.topics import person_topic
from cardmall.domain.verbs import Verb
from cardmall.models import Account, SignIn
from cardmall.reads.accounts import addresses_of, claims_of, holder_of
from cardmall.reads.locks import locked
from cardmall.reads.people import as_actor
from cardmall.services.account.codes import end_codes
from cardmall.services.act import Act, record
from cardmall.services.ending import touch


def register(act: Act, address: Address, password_hash: str, *, name: str = "", locale: str = "zh_CN") -> Account:
    """A shopper's account that claims `address`; whoever proves it holds it, so nothing is told of other accounts."""
    account = Account(role=Role.shopper, created_at=act.now, name=name or address.masked, password_hash=password_hash)
    account.locale = locale
    _hold(account, address)
    act.session.add(account)
    act.session.flush()
    record(act.by(as_actor(account)), Verb.registered, address=address.masked)
    return account


def drop_claims(act: Act, address: Address, holder: Account) -> None:
    """The address is proven by `holder`: who else claimed it is without it, and signed out when it was the only one."""
    for claim in claims_of(act.session, address):
        if claim.id == holder.id:
            continue
        setattr(claim, address.kind.value, None)
        act.session.add(claim)
        end_codes(act, claim)
        if not addresses_of(claim):
            end_sessions(act.session, claim)


def sign_in(act: Act, account_id: int, password_hash: str, token: str, *, old: str = "") -> Account:
    """Open a session under `token` (a hash); `old`, this browser's last one, ends. Refused: changed since the check."""
    account = locked(act.session, Account, Account.id == account_id)
    if account is None or account.disabled_at is not None or account.password_hash != password_hash:
        raise Refused(Reason.wrong_sign_in, Offer.form)
    sign_out(act.session, old)
    _end_sessions(act.session, col(SignIn.account_id) == account_id, col(SignIn.expires_at) <= act.now)
    _end_oldest(act.session, account_id)
    act.session.add(
        SignIn(token_hash=token, account_id=account_id, created_at=act.now, expires_at=act.now + limits.SESSION_LIFE)
    )
    return account


def _end_oldest(session: Session, account_id: int) -> None:
    """Room for one more: an account has at most `limits.SIGN_INS` live sessions, so rows never pile up."""
    newest = sa.select(col(SignIn.token_hash)).where(col(SignIn.account_id) == account_id)
    kept = newest.order_by(col(SignIn.created_at).desc(), col(SignIn.token_hash)).limit(limits.SIGN_INS - 1)
    _end_sessions(session, col(SignIn.account_id) == account_id, col(SignIn.token_hash).not_in(kept))


def sign_out(session: Session, token: str) -> None:
    """End the session of this cookie hash; its open pages hear of it."""
    signed_in = session.get(SignIn, token) if token else None
    if signed_in:
        session.delete(signed_in)
        session.flush()
        touch(session, person_topic(signed_in.account_id))


def renew_hash(session: Session, account_id: int, old: str, fresh: str) -> None:
    """The same password at today's cost."""
    same = (col(Account.id) == account_id, col(Account.password_hash) == old)
    session.connection().execute(sa.update(Account).where(*same).values(password_hash=fresh))


def change_password(act: Act, checked: str, fresh: str, *, keep: str) -> None:
    """From the hash the old password was checked against to a fresh one; every session but `keep` ends."""
    account = locked(act.session, Account, Account.id == act.who.id)
    if account is None or account.password_hash != checked:
        raise invalid(old=FieldError.wrong)
    set_password(act, account, fresh, keep=keep)


def set_password(act: Act, account: Account, fresh: str, *, keep: str = "") -> None:
    """Store a new password hash; codes under way and every session but `keep` end."""
    account.password_hash = fresh
    act.session.add(account)
    _end_sessions(act.session, col(SignIn.account_id) == account.id, col(SignIn.token_hash) != keep)
    end_codes(act, account)
    record(act.by(as_actor(account)), Verb.password_changed)
    touch(act.session, person_topic(account.id))


def end_sessions(session: Session, account: Account) -> None:
    """Signed out everywhere; open pages hear of it."""
    _end_sessions(session, col(SignIn.account_id) == account.id)
    touch(session, person_topic(account.id))


def set_locale(act: Act, locale: str) -> None:
    """The language the person is written to in."""
    act.session.get_one(Account, act.who.id).locale = locale


def create_admin(act: Act, address: Address, password_hash: str, *, name: str = "") -> Account:
    """The first admin, made on the machine itself: the address counts as confirmed. Refused: taken."""
    return create_confirmed(act, address, password_hash, Role.admin, name)


def create_confirmed(act: Act, address: Address, password_hash: str, role: Role, name: str = "") -> Account:
    """An account made on the machine itself: its address counts as confirmed. Refused: taken."""
    if holder_of(act.session, address):
        raise invalid(identifier=FieldError.taken)
    account = Account(name=name or address.masked, role=role, password_hash=password_hash, created_at=act.now)
    _hold(account, address, act.now)
    act.session.add(account)
    act.session.flush()
    drop_claims(act, address, account)
    record(act.by(as_actor(account)), Verb.registered, address=address.masked)
    return account


def _hold(account: Account, address: Address, confirmed_at: datetime | None = None) -> None:
    setattr(account, address.kind.value, address.value)
    setattr(account, f"{address.kind.value}_confirmed_at", confirmed_at)


def _end_sessions(session: Session, *which: Any) -> None:
    session.connection().execute(sa.delete(SignIn).where(*which))
