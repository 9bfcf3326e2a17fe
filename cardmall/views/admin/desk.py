"""The appeal desk: what waits for a ruling, nearest deadline first, and who took it (R65)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.rules.cases import CaseAction, DeskAct, may_at_desk
from cardmall.domain.rules.cases import may as may_do
from cardmall.domain.rules.deadlines import ClockAct, may
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.terms import Actor, Reason, Role
from cardmall.models import Account, Case, Order, Shop
from cardmall.reads.cases import appeal_facts, case_facts, clock_facts
from cardmall.reads.desks import TO_RULE
from cardmall.reads.keys import ListKey, place, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require


@dataclass(frozen=True)
class AppealRow:
    """A case before the platform. Money in fen; `shopper` and `assignee` are masked, "" = nobody.

    `hearing`: the merchant may still answer, until `heard_until`; `heard`: it did. `late`: the ruling is overdue.
    `own`: of the admin's own order or shop; somebody else must rule.
    """

    no: str
    order_no: str
    product: str
    kind: str
    reason: str
    shop: str
    shopper: str
    paid: int
    appealed_at: datetime | None
    heard_until: datetime | None
    hearing: bool
    heard: bool
    deadline: datetime
    late: bool
    assignee: str
    mine: bool
    own: bool
    may_rule: bool = False


@dataclass(frozen=True)
class AppealQueue:
    """Appeals by deadline; `next_key` leads on ("" = the end). Counts are of all of them."""

    rows: list[AppealRow] = field(default_factory=list)
    waiting: int = 0
    late: int = 0
    mine: int = 0
    untaken: int = 0
    next_key: str = ""


def appeal_queue(look: Look, *, after: str = "") -> AppealQueue:
    """What waits for a ruling, for admins, in two statements."""
    admin = require(look.who, Role.admin)
    found = _waiting(look.session, read_key(after))
    page = found[: limits.PAGE_SIZE]
    waiting, late, mine, untaken = _counts(look.session, admin, look.now)
    return AppealQueue(
        rows=[_row(admin, look.now, *one) for one in page],
        waiting=waiting,
        late=late,
        mine=mine,
        untaken=untaken,
        next_key=write_key(page[-1][0].deadline, page[-1][0].id) if len(found) > limits.PAGE_SIZE else "",
    )


_Found = tuple[Case, Order, str, str, str | None]


def _waiting(session: Session, after: ListKey | None) -> Sequence[_Found]:
    shopper, admin = aliased(Account), aliased(Account)
    wanted: Any = (
        sa.select(Case, Order, col(Shop.name), col(shopper.name), col(admin.name))
        .join(Order, col(Order.id) == Case.order_id)
        .join(Shop, col(Shop.id) == Case.shop_id)
        .join(shopper, col(shopper.id) == Order.shopper_id)
        .outerjoin(admin, col(admin.id) == Case.assignee_id)
        .where(TO_RULE)
    )
    if after:
        wanted = wanted.where(sa.tuple_(col(Case.deadline), col(Case.id)) > place(after))
    found = session.exec(wanted.order_by(col(Case.deadline), col(Case.id)).limit(limits.PAGE_SIZE + 1))
    return [tuple(row) for row in found]


def _counts(session: Session, admin: Actor, now: datetime) -> tuple[int, int, int, int]:
    of = sa.func.count().filter
    late = of(col(Case.deadline) <= now - limits.DEADLINE_SECOND)
    wanted = sa.select(
        sa.func.count(), late, of(col(Case.assignee_id) == admin.id), of(col(Case.assignee_id).is_(None))
    ).where(TO_RULE)
    waiting, late_ones, mine, untaken = session.connection().execute(wanted).one()
    return waiting, late_ones, mine, untaken


def is_ruling_late(case: Case, order: Order, now: datetime) -> bool:
    """A ruling in the second the deadline ends was in time."""
    return may(ClockAct.tell_late, JOB, clock_facts(case, order), now).is_open


def _row(
    admin: Actor, now: datetime, case: Case, order: Order, shop: str, shopper: str, taken: str | None
) -> AppealRow:
    return AppealRow(
        no=case.no,
        order_no=order.no,
        product=order.product_name,
        kind=case.kind.value,
        reason=case.reason.value,
        shop=shop,
        shopper=masked(shopper),
        paid=case.paid,
        appealed_at=case.appealed_at,
        heard_until=case.heard_until,
        hearing=case_facts(case).hearing(now),
        heard=case.merchant_heard,
        deadline=case.deadline,
        late=is_ruling_late(case, order, now),
        assignee=masked(taken) if taken else "",
        mine=case.assignee_id == admin.id,
        may_rule=may_do(CaseAction.rule_shopper, standing(admin), appeal_facts(case, order, admin), now).is_open,
        own=may_at_desk(DeskAct.take, standing(admin), appeal_facts(case, order, admin), now).reason is Reason.own_case,
    )
