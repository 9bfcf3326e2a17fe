"""Who is signed in, as the frame of every page shows them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from cardmall.domain.terms import Actor, CaseStatus, DeliveryMode, OrderStatus, Role
from cardmall.models import Account, Case, Conversation, Notice, Order, Shop, SignIn, SupportThread
from cardmall.reads.people import as_actor, is_confirmed, signed_in
from cardmall.views.merchant.reviews import WAITING


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
    counts: dict[str, int] = field(default_factory=dict)  # of the desk's entries, by their keys: what waits there


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


_DESK = {Role.merchant: ("reviews", "delivery", "messages"), Role.admin: ("desk", "support", "abnormal")}


def _waiting() -> list[sa.ColumnElement[int | None]]:
    """How much waits at each entry of a desk, in the order of _DESK; the database counts only those of the role."""
    of_shop = lambda table: col(table.shop_id) == col(Account.shop_id)  # noqa: E731
    by_hand = (col(Order.status) == OrderStatus.awaiting_delivery, col(Order.mode) == DeliveryMode.manual)
    counts = [
        (Role.merchant, _count(Case, of_shop(Case), col(Case.status).in_(WAITING))),
        (Role.merchant, _count(Order, of_shop(Order), *by_hand)),
        (Role.merchant, _count(Conversation, of_shop(Conversation), col(Conversation.unread_by_shop) > 0)),
        (Role.admin, _count(Case, col(Case.status) == CaseStatus.appeal)),
        (Role.admin, _count(SupportThread, col(SupportThread.waiting_since).is_not(None))),
        (Role.admin, _count(Order, col(Order.abnormal).is_not(None))),
    ]
    return [sa.case((col(Account.role) == role, count), else_=None) for role, count in counts]


def _count(table: type[SQLModel], *where: Any) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).correlate(Account).scalar_subquery()


# Asked at every look of everybody, so it is built once.
_VALID = signed_in(sa.bindparam("token"), sa.bindparam("now"))
_KNOWN: Any = (
    sa.select(Account, _shop_name(), _unread(), *_waiting())
    .join(SignIn, col(SignIn.account_id) == Account.id)
    .where(*_VALID)
)


def _view(account: Account, shop_name: str | None, unread: int, *waiting: int | None) -> PersonView:
    keys = [key for entries in _DESK.values() for key in entries]
    return PersonView(
        name=account.name,
        role=account.role.value,
        shop_name=shop_name or "",
        unread=unread,
        confirmed=is_confirmed(account),
        email=account.email or "",
        phone=account.phone or "",
        locale=account.locale,
        counts={key: count for key, count in zip(keys, waiting, strict=True) if count is not None},
    )
