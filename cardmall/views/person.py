"""Who is signed in, as the frame of every page shows them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain.terms import Actor
from cardmall.models import Account, Notice, Shop
from cardmall.reads.people import is_confirmed


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
