"""A person's notices, newest first (R46)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Actor
from cardmall.models import Notice


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


def notices(session: Session, actor: Actor, before: int | None = None) -> tuple[list[NoticeView], bool]:
    """One page of the person's own notices, older than the notice `before`, and whether there are more."""
    mine = select(Notice).where(Notice.account_id == actor.id)
    if before is not None:
        mine = mine.where(col(Notice.id) < before)
    found = session.exec(mine.order_by(col(Notice.id).desc()).limit(PAGE_SIZE + 1)).all()
    return [_view(notice) for notice in found[:PAGE_SIZE]], len(found) > PAGE_SIZE


def _view(notice: Notice) -> NoticeView:
    return NoticeView(
        id=notice.id or 0,
        kind=notice.kind.value,
        order_no=notice.order_no,
        case_no=notice.case_no,
        product=str(notice.data.get("product", "")),
        at=notice.at,
        unread=notice.read_at is None,
    )
