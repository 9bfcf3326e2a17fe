"""Who is asking, and what a person sees of themself."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role
from cardmall.models import Account, Notice, Shop, SignIn


@dataclass(frozen=True)
class PersonView:
    """The signed-in person, as their own page may show them."""

    name: str = ""
    role: str = ""
    shop_name: str = ""
    unread: int = 0
    confirmed: bool = False
    email: str = ""
    phone: str = ""
    locale: str = "zh_CN"


def account_of(session: Session, token_hash: str, now: datetime) -> Account | None:
    """The account signed in under this cookie hash; None when unknown, expired or disabled (R80)."""
    return session.exec(
        select(Account)
        .join(SignIn, col(SignIn.account_id) == Account.id)
        .where(SignIn.token_hash == token_hash, SignIn.expires_at > now, col(Account.disabled_at).is_(None))
    ).first()


def as_actor(account: Account) -> Actor:
    return Actor(account.id or 0, account.role, account.shop_id)


def actor_of(session: Session, token_hash: str, now: datetime) -> Actor | None:
    """Who this cookie hash belongs to."""
    account = account_of(session, token_hash, now) if token_hash else None
    return as_actor(account) if account else None


def is_confirmed(account: Account) -> bool:
    """An address was proven by a code (R7)."""
    return bool(account.email_confirmed_at or account.phone_confirmed_at)


def unread(session: Session, account_id: int) -> int:
    count = sa.select(sa.func.count()).where(col(Notice.account_id) == account_id, col(Notice.read_at).is_(None))
    return session.connection().execute(count).scalar_one()


def person_view(session: Session, actor: Actor) -> PersonView:
    """The person's own header and profile."""
    account = session.get_one(Account, actor.id)
    shop = session.get(Shop, actor.shop_id) if actor.shop_id else None
    return PersonView(
        name=account.name,
        role=account.role.value,
        shop_name=shop.name if shop else "",
        unread=unread(session, actor.id),
        confirmed=is_confirmed(account),
        email=account.email or "",
        phone=account.phone or "",
        locale=account.locale,
    )


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
