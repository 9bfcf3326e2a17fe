"""Who is asking, and what a person sees of themself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.rules.turn import Permission, standing
from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role
from cardmall.models import Account, SignIn

Bound = sa.BindParameter[Any]


def account_of(session: Session, token_hash: str, now: datetime) -> Account | None:
    """The account signed in under this cookie hash; None when unknown, expired or disabled (R80)."""
    return session.exec(_SIGNED_IN, params={"token": token_hash, "now": now}).first()


def signed_in(token_hash: str | Bound, now: datetime | Bound) -> tuple[sa.ColumnElement[bool], ...]:
    """Of an account and its sign-ins: this cookie is valid now, and the account is not disabled."""
    valid = (col(SignIn.token_hash) == token_hash, col(SignIn.expires_at) > now)
    return *valid, col(Account.disabled_at).is_(None)


# Asked at every look and act of everybody, so it is built once.
_VALID = signed_in(sa.bindparam("token"), sa.bindparam("now"))
_SIGNED_IN = select(Account).join(SignIn, col(SignIn.account_id) == Account.id).where(*_VALID)


def as_actor(account: Account) -> Actor:
    return Actor(account.id or 0, account.role, account.shop_id)


def actor_of(session: Session, token_hash: str, now: datetime) -> Actor | None:
    """Who this cookie hash belongs to."""
    account = account_of(session, token_hash, now) if token_hash else None
    return as_actor(account) if account else None


def is_confirmed(account: Account) -> bool:
    """An address was proven by a code (R7)."""
    return bool(account.email_confirmed_at or account.phone_confirmed_at)


def masked(name: str) -> str:
    """周明 → 周*: names of people are masked to others."""
    return f"{name[:1]}*"


def require(actor: Actor | None, *roles: Role) -> Actor:
    """The actor, when signed in as one of `roles`; else Refused."""
    if actor is None:
        raise Refused(Reason.sign_in_first, Offer.sign_in)
    if roles and actor.role not in roles:
        raise Refused(Reason.not_allowed, Offer.orders)
    return actor


def require_member(actor: Actor | None, permission: Permission) -> Actor:
    """The actor, when a member of a shop who may do this there; else Refused."""
    known = require(actor, Role.merchant)
    if permission not in standing(known).permissions:
        raise Refused(Reason.not_allowed, Offer.overview)
    return known
