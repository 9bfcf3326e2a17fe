"""The audit: every event by person, order, case, verb and day, newest first; for admins only (R78)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.calendar import end_of
from cardmall.domain.terms import (
    CardStatus,
    CaseStatus,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    Role,
    TransferStatus,
)
from cardmall.domain.typed import Searched, searched
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Case, Event, Order
from cardmall.reads.finding import people_found
from cardmall.reads.keys import ListKey, place, read_day, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.reads.searching import numbered


@dataclass(frozen=True)
class AuditFilters:
    """What the URL asks for; anything unknown in it counts as not asked, but a number or e-mail finds its own only."""

    no: str = ""
    email: str = ""
    verb: Verb | None = None
    since: date | None = None
    until: date | None = None
    after: ListKey | None = None
    before: ListKey | None = None

    @property
    def any(self) -> bool:
        return bool(self.no or self.email or self.verb or self.since or self.until)


@dataclass(frozen=True)
class AuditRow:
    """One event. `before` and `after` name a word of the labels, "order_status.delivered"; "" = it moved nothing.

    `name` is masked but for admins. `data` is JSON, "" when there is none; nothing in it opens a card or an account.
    `person` and `shop`: whom it is about, by account id and by web address, "" for nobody.
    """

    id: int
    at: datetime
    name: str
    role: str
    verb: str
    order_no: str
    case_no: str
    before: str
    after: str
    note: str
    cause: str
    data: str
    person: str = ""
    shop: str = ""


@dataclass(frozen=True)
class AuditPage:
    """One page of events, and the keys of its neighbours ("" = none)."""

    rows: list[AuditRow] = field(default_factory=list)
    next_key: str = ""
    prev_key: str = ""


def read_asked(asked: dict[str, str]) -> AuditFilters:
    """Filters from untrusted query parameters: number, email, verb, since, until, after, before."""
    verb = asked.get("verb", "")
    return AuditFilters(
        no=searched(asked.get("number", "")).code,
        email=searched(asked.get("email", ""), limits.ADDRESS_LENGTH).email,
        verb=Verb(verb) if verb in set(Verb) else None,
        since=read_day(asked.get("since", "")),
        until=read_day(asked.get("until", "")),
        after=read_key(asked.get("after", "")),
        before=read_key(asked.get("before", "")),
    )


def audit_query(asked: AuditFilters) -> dict[str, str]:
    """The filters as a URL writes them; the place in the list is left out."""
    return {
        "number": asked.no,
        "email": asked.email,
        "verb": asked.verb.value if asked.verb else "",
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
    }


def audit_page(look: Look, asked: AuditFilters) -> AuditPage:
    """One page of what happened, for admins. Refused: nobody else."""
    require(look.who, Role.admin)
    found = _slice(look.session, asked, limits.PAGE_SIZE + 1)
    more, page = len(found) > limits.PAGE_SIZE, found[: limits.PAGE_SIZE]
    back = asked.before is not None
    page = page[::-1] if back else page
    older, newer = (True, more) if back else (more, asked.after is not None)
    return AuditPage(
        rows=[_row(*one) for one in page],
        next_key=_key(page[-1][0]) if page and older else "",
        prev_key=_key(page[0][0]) if page and newer else "",
    )


def audit_rows(look: Look, asked: AuditFilters, size: int) -> tuple[list[AuditRow], ListKey | None]:
    """The next `size` events of an export, and where it goes on; None at the end."""
    require(look.who, Role.admin)
    found = _slice(look.session, asked, size + 1)
    last = read_key(_key(found[size - 1][0])) if len(found) > size else None
    return [_row(*one) for one in found[:size]], last


_Found = tuple[Event, str | None, str | None, str | None]


def _slice(session: Session, asked: AuditFilters, size: int) -> list[_Found]:
    """Newest first; oldest first when looking back towards newer ones."""
    here = sa.tuple_(col(Event.at), col(Event.id))
    wanted: Any = (
        sa.select(Event, col(Account.name), col(Order.no), col(Case.no))
        .outerjoin(Account, col(Account.id) == Event.actor_id)
        .outerjoin(Order, col(Order.id) == Event.order_id)
        .outerjoin(Case, col(Case.id) == Event.case_id)
        .where(*_conditions(session, asked))
    )
    if asked.before:
        wanted = wanted.where(here > place(asked.before)).order_by(col(Event.at), col(Event.id))
    else:
        wanted = wanted.where(here < place(asked.after)) if asked.after else wanted
        wanted = wanted.order_by(col(Event.at).desc(), col(Event.id).desc())
    return [tuple(row) for row in session.exec(wanted.limit(size))]


def _conditions(session: Session, asked: AuditFilters) -> Iterator[sa.ColumnElement[bool]]:
    if asked.no:
        yield _about(searched(asked.no))
    if asked.email:
        people = people_found(searched(asked.email, limits.ADDRESS_LENGTH))
        yield col(Event.actor_id).in_(people)
    if asked.verb:
        yield col(Event.verb) == asked.verb
    if asked.since:
        yield col(Event.at) >= end_of(asked.since - timedelta(days=1))
    if asked.until:
        yield col(Event.at) < end_of(asked.until)


def _about(asked: Searched) -> sa.ColumnElement[bool]:
    """The events of the orders and cases whose number is meant; of none when nothing has it."""
    cases = sa.select(col(Case.id)).where(numbered(col(Case.no), "AS", asked))
    orders = sa.select(col(Order.id)).where(numbered(col(Order.no), "CM", asked))
    return col(Event.case_id).in_(cases) | col(Event.order_id).in_(orders)


def _row(event: Event, name: str | None, order_no: str | None, case_no: str | None) -> AuditRow:
    data = dict(event.data)
    before, after = str(data.pop("before", "")), str(data.pop("after", ""))
    kind = status_kind(before, after, event.verb)
    kept = {key: value for key, value in data.items() if key not in _SECRET}
    return AuditRow(
        id=event.id or 0,
        at=event.at,
        name=name if name and event.role is Role.admin else masked(name) if name else "",
        role=event.role.value,
        verb=event.verb.value,
        order_no=order_no or "",
        case_no=case_no or "",
        before=f"{kind}.{before}" if kind and before else "",
        after=f"{kind}.{after}" if kind and after else "",
        note=event.note,
        cause=event.cause,
        data=json.dumps(kept, ensure_ascii=False, indent=1) if kept else "",
        person=str(data.get("account", "")),
        shop=str(data.get("shop", "")),
    )


# No event holds such a thing; should one ever, it still goes nowhere.
_SECRET = frozenset({"code", "codes", "password", "password_hash", "token", "secret", "sealed_code", "blind", "tail"})
_KINDS = (
    ("order_status", OrderStatus),
    ("case_status", CaseStatus),
    ("refund_status", RefundStatus),
    ("payment_status", PaymentStatus),
    ("card_status", CardStatus),
    ("transfer_status", TransferStatus),
)
_NAMED = {"transfer": "transfer_status", "refund": "refund_status", "payment": "payment_status"}


def status_kind(before: str, after: str, verb: str = "") -> str:
    """Whose status it was: the one the event is named after, else the catalog that knows both words; "" for none."""
    seen = {word for word in (before, after) if word}
    own = _NAMED.get(verb.partition("_")[0], "")
    if seen and own and seen <= set(dict(_KINDS)[own]):
        return own
    return next((name for name, words in _KINDS if seen and seen <= set(words)), "")


def _key(event: Event) -> str:
    return write_key(event.at, event.id)
