"""The merchant's review queue: who waits for an answer, who for somebody else, and how the shop has answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.lifecycle import CASE
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.cases import CaseAction
from cardmall.domain.terms import Actor, CaseStatus, Role
from cardmall.models import Case, EvidenceRound, Order, Picture
from cardmall.reads.desks import ELSEWHERE, TO_ANSWER
from cardmall.reads.keys import place, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.views.merchant.record import ShopRecord, shop_record

SHOWN = 3  # pictures of a row


@dataclass(frozen=True)
class QueueRow:
    """An open case of the shop. Money in fen. `thumbs`: ids of the first of its `pictures`.

    `may_approve`: with one press; a partial refund is answered on the case's page.
    `promised`, `waited` (minutes): the delivery promise and the wait until delivery or request, when it was broken.
    """

    no: str
    order_no: str
    product: str
    cover: str
    picture: str
    kind: str
    status: str
    reason: str
    text: str
    amount: int
    opened_at: datetime
    deadline: datetime
    overdue: bool
    may_approve: bool
    reminds: int
    promised: int = 0
    waited: int = 0
    pictures: int = 0
    thumbs: list[str] = field(default_factory=list)
    conversation: bool = False


@dataclass(frozen=True)
class Queue:
    """Cases waiting for the shop, nearest deadline first; `next_key` leads on ("" = the end).

    `elsewhere`: open cases that wait for the shopper or the platform.
    """

    rows: list[QueueRow] = field(default_factory=list)
    elsewhere: list[QueueRow] = field(default_factory=list)
    waiting: int = 0
    soon: int = 0
    record: ShopRecord = field(default_factory=ShopRecord)
    next_key: str = ""


def review_queue(look: Look, *, after: str = "") -> Queue:
    """The shop's open cases by deadline with what was handed in, and its last 30 days (R42, R72)."""
    merchant = require(look.who, Role.merchant)
    found = _open_cases(look.session, merchant, TO_ANSWER, read_key(after), limits.PAGE_SIZE + 1)
    others = _open_cases(look.session, merchant, ELSEWHERE, None, limits.LIST_SIZE)
    page = found[: limits.PAGE_SIZE]
    rows = _with_evidence(look.session, [*page, *others])
    waiting, soon = _waiting(look.session, merchant, look.now)
    return Queue(
        rows=rows[: len(page)],
        elsewhere=rows[len(page) :],
        waiting=waiting,
        soon=soon,
        record=shop_record(look.session, merchant, look.now),
        next_key=write_key(page[-1][0].deadline, page[-1][0].id) if len(found) > limits.PAGE_SIZE else "",
    )


def _open_cases(
    session: Session, merchant: Actor, which: sa.ColumnElement[bool], after: tuple[datetime, int] | None, most: int
) -> Sequence[tuple[Case, Order]]:
    wanted = select(Case, Order).join(Order, col(Order.id) == Case.order_id)
    wanted = wanted.where(Case.shop_id == merchant.shop_id, which)
    if after:
        wanted = wanted.where(sa.tuple_(col(Case.deadline), col(Case.id)) > place(after))
    return session.exec(wanted.order_by(col(Case.deadline), col(Case.id)).limit(most)).all()


def _waiting(session: Session, merchant: Actor, now: datetime) -> tuple[int, int]:
    mine = (col(Case.shop_id) == merchant.shop_id, TO_ANSWER)
    soon = sa.func.count().filter(col(Case.deadline) <= now + limits.REVIEW_SOON)
    counted = session.connection().execute(sa.select(sa.func.count(), soon).where(*mine)).one()
    return counted[0], counted[1]


def _with_evidence(session: Session, found: Sequence[tuple[Case, Order]]) -> list[QueueRow]:
    """What the shoppers handed in to all of these, in two statements."""
    theirs = (col(EvidenceRound.case_id).in_([case.id for case, _ in found]), EvidenceRound.role == Role.shopper)
    shown = select(EvidenceRound.case_id, Picture.id).join(Picture, col(Picture.round_id) == EvidenceRound.id)
    pictures: dict[int, list[str]] = defaultdict(list)
    for case_id, picture in session.exec(shown.where(*theirs).order_by(col(Picture.at), col(Picture.id))):
        pictures[case_id].append(picture)
    attached = sa.cast(col(EvidenceRound.conversation), sa.Text) != "[]"
    talks = set(session.exec(select(EvidenceRound.case_id).where(*theirs, attached)))
    return [_row(case, order, pictures[case.id or 0], case.id in talks) for case, order in found]


def _row(case: Case, order: Order, pictures: list[str], conversation: bool) -> QueueRow:
    promised, waited = _broken_promise(case, order)
    return QueueRow(
        no=case.no,
        order_no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        kind=case.kind.value,
        status=case.status.value,
        reason=case.reason.value,
        text=case.text,
        amount=(case.offer_amount or 0) if case.status is CaseStatus.asked else case.amount,
        opened_at=case.opened_at,
        deadline=case.deadline,
        overdue=case.status is CaseStatus.overdue,
        may_approve=CaseAction.approve in CASE.actions(case.status, Role.merchant),
        reminds=case.reminds,
        promised=promised,
        waited=waited,
        pictures=len(pictures),
        thumbs=pictures[:SHOWN],
        conversation=conversation,
    )


def _broken_promise(case: Case, order: Order) -> tuple[int, int]:
    """Minutes promised and waited; (0, 0) when it was kept. The hold of the case itself is nobody's delay (R41)."""
    ended = order.delivered_at or case.opened_at
    if order.paid_at is None or order.promised_at is None or ended <= order.promised_at:
        return 0, 0
    return order.terms.promise_seconds // 60, int((ended - order.paid_at).total_seconds() // 60)
