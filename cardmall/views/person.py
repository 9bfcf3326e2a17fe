"""Who is signed in, as the frame of every page shows them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.terms import Actor
from cardmall.models import Account, Notice, Shop, SignIn
from cardmall.reads.people import as_actor, is_confirmed, signed_in


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


def person_view(session: Session, token_hash: str, now: datetime) -> tuple[Actor | None, PersonView]:
    """Whom this cookie hash belongs to, with their own header and profile; nobody and an empty one if unknown."""
    told = {"token": token_hash, "now": now}
    found = session.exec(_KNOWN, params=told).first() if token_hash else None
    return (as_actor(found[0]), _view(*found)) if found else (None, PersonView())


def _shop_name() -> sa.ScalarSelect[str]:
    return sa.select(col(Shop.name)).where(col(Shop.id) == col(Account.shop_id)).scalar_subquery()


def _unread() -> sa.ScalarSelect[int]:
    """How many of the person's notices are new."""
    mine = (col(Notice.account_id) == col(Account.id), col(Notice.read_at).is_(None))
    return sa.select(sa.func.count()).where(*mine).scalar_subquery()


# Asked at every look of everybody, so it is built once.
_VALID = signed_in(sa.bindparam("token"), sa.bindparam("now"))
_KNOWN = select(Account, _shop_name(), _unread()).join(SignIn, col(SignIn.account_id) == Account.id).where(*_VALID)


def _view(account: Account, shop_name: str | None, unread: int) -> PersonView:
    return PersonView(
        name=account.name,
        role=account.role.value,
        shop_name=shop_name or "",
        unread=unread,
        confirmed=is_confirmed(account),
        email=account.email or "",
        phone=account.phone or "",
        locale=account.locale,
    )
