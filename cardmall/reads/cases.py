"""What use cases ask of a case: facts, rounds, what overtook it."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain.rules.cases import CaseFacts, RoundKind, Taken
from cardmall.domain.rules.deadlines import ClockFacts
from cardmall.domain.terms import Actor, CaseKind, OrderStatus, Role
from cardmall.models import Case, EvidenceRound, Order

ASKED = col(Case.kind) != CaseKind.gift  # somebody asked for it; a gift nobody did


def case_facts(case: Case, rounds: int = 0) -> CaseFacts:
    """What decides about acts on a case; `rounds`: how often the viewer's side spoke in the appeal."""
    return CaseFacts(
        status=case.status,
        deadline=case.deadline,
        asks=case.asks,
        offers=case.offers,
        offered=case.offer_kind is not None,
        reminds=case.reminds,
        reminded_at=case.reminded_at,
        ended_at=case.ended_at,
        partials=case.partials,
        heard_until=case.heard_until,
        merchant_heard=case.merchant_heard,
        rounds=rounds,
    )


def appeal_facts(case: Case, order: Order, admin: Actor) -> CaseFacts:
    """What decides about this admin's acts on an appeal: whether it is their own, and who has it."""
    own = order.shopper_id == admin.id or order.shop_id == admin.shop_id
    taken = Taken.nobody if case.assignee_id is None else Taken.mine if case.assignee_id == admin.id else Taken.other
    return replace(case_facts(case), own=own, taken=taken)


def clock_facts(case: Case, order: Order) -> ClockFacts:
    """What decides about jobs on a case."""
    undelivered = order.status is OrderStatus.awaiting_delivery
    return ClockFacts(case.status, case.deadline, case.grace_at, undelivered)


def rounds_sent(session: Session, case: Case, role: Role) -> int:
    """How often this side spoke since the appeal began."""
    wanted = sa.select(sa.func.count()).where(
        col(EvidenceRound.case_id) == case.id,
        col(EvidenceRound.role) == role,
        col(EvidenceRound.kind) == RoundKind.responded,
    )
    return session.connection().execute(wanted).scalar_one()


def delivered_before(case: Case, order: Order) -> bool:
    """The platform's own log: delivered before the moment the request counts from (R28)."""
    return order.delivered_at is not None and order.delivered_at <= (case.judged_at or case.opened_at)


def facts_among(case: Case, order: Order, cases: Sequence[Case], *, gone: bool = False) -> CaseFacts:
    """What decides about acts on a case that must be the last word on its order; `cases`: those of the order, `gone`:
    nothing is left of it that could be asked for in part."""
    over = order.status in (OrderStatus.canceled, OrderStatus.expired)
    return replace(
        case_facts(case), order_over=over, gone=gone, newer=any((one.id or 0) > (case.id or 0) for one in cases)
    )
