"""Who is signed in, as the frame of every page shows them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from cardmall.domain import limits
from cardmall.domain.terms import Actor, Role
from cardmall.models import Account, Case, Conversation, Notice, Order, Shop, SignIn, SupportThread
from cardmall.reads.desks import ABNORMAL, ASKED, TO_ANSWER, TO_DELIVER, TO_RULE, UNREAD_BY_SHOP
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


# Role, key of the desk's entry, what is counted beside it; the database counts only those of the person's role.
_ENTRIES: tuple[tuple[Role, str, type[SQLModel], sa.ColumnElement[bool]], ...] = (
    (Role.merchant, "reviews", Case, TO_ANSWER),
    (Role.merchant, "delivery", Order, TO_DELIVER),
    (Role.merchant, "messages", Conversation, UNREAD_BY_SHOP),
    (Role.admin, "desk", Case, TO_RULE),
    (Role.admin, "support", SupportThread, ASKED),
    (Role.admin, "abnormal", Order, ABNORMAL),
)


def _waiting() -> list[sa.ColumnElement[int | None]]:
    """How much waits at each of _ENTRIES."""
    counts = [(role, _count(table, waits, *_within(role, table))) for role, _, table, waits in _ENTRIES]
    return [sa.case((col(Account.role) == role, count), else_=None) for role, count in counts]


def _within(role: Role, table: Any) -> list[Any]:
    """A merchant's entry counts what is the shop's."""
    return [col(table.shop_id) == col(Account.shop_id)] if role is Role.merchant else []


def _count(table: type[SQLModel], *where: Any) -> sa.ScalarSelect[int]:
    """To ORDERS_COUNTED: of what waits there may be any number."""
    those = (
        sa.select(sa.literal(1))
        .select_from(table)
        .where(*where)
        .correlate(Account)
        .limit(limits.ORDERS_COUNTED)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(those).scalar_subquery()


# Asked at every look of everybody, so it is built once.
_VALID = signed_in(sa.bindparam("token"), sa.bindparam("now"))
_KNOWN: Any = (
    sa.select(Account, _shop_name(), _unread(), *_waiting())
    .join(SignIn, col(SignIn.account_id) == Account.id)
    .where(*_VALID)
)


def _view(account: Account, shop_name: str | None, unread: int, *waiting: int | None) -> PersonView:
    return PersonView(
        name=account.name,
        role=account.role.value,
        shop_name=shop_name or "",
        unread=unread,
        confirmed=is_confirmed(account),
        email=account.email or "",
        phone=account.phone or "",
        locale=account.locale,
        counts={one[1]: count for one, count in zip(_ENTRIES, waiting, strict=True) if count is not None},
    )
