"""A person's notices, newest first (R46)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain.limits import PAGE_SIZE
from cardmall.models import Notice
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class NoticeView:
    """One line of the inbox; its words come from the catalog by `kind`."""

    id: int
    kind: str
    order_no: str
    case_no: str
    product: str
    at: datetime
    unread: bool
    transfer_no: str = ""
    refund_no: str = ""
    minutes: int = 0  # left when the notice was written


@dataclass(frozen=True)
class InboxView:
    """Part of the inbox, and whether older notices follow."""

    role: str
    rows: list[NoticeView]
    more: bool


def inbox_view(look: Look, before: int | None = None, size: int = PAGE_SIZE) -> InboxView:
    """The person's own notices, newest first: `size` of them, those older than their notice `before`.

    Refused: nobody is signed in.
    """
    known = require(look.who)
    mine = select(Notice).where(Notice.account_id == known.id)
    if before is not None:
        there = select(Notice.at, Notice.id).where(Notice.id == before, Notice.account_id == known.id)
        mine = mine.where(sa.tuple_(col(Notice.at), col(Notice.id)) < there.scalar_subquery())
    latest = (col(Notice.at).desc(), col(Notice.id).desc())
    found = look.session.exec(mine.order_by(*latest).limit(size + 1)).all()
    return InboxView(known.role.value, [_view(notice) for notice in found[:size]], len(found) > size)


def _view(notice: Notice) -> NoticeView:
    return NoticeView(
        id=notice.id or 0,
        kind=notice.kind.value,
        order_no=notice.order_no,
        case_no=notice.case_no,
        transfer_no=str(notice.data.get("transfer", "")),
        refund_no=str(notice.data.get("refund", "")),
        minutes=int(notice.data.get("minutes", 0)),
        product=str(notice.data.get("product", "")),
        at=notice.at,
        unread=notice.read_at is None,
    )
