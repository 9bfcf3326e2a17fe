"""One appeal on the admins' desk: both stories in time, the platform's own facts, what the record suggests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.rules.cases import CaseAction, RoundKind, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import RULED, Actor, CardStatus, CaseStatus, Role
from cardmall.domain.verbs import Verb
from cardmall.domain.verdicts import Record, Suggestion, situation, suggest
from cardmall.models import Account, Card, Case, Event, EvidenceRound, Order, Product, Shop
from cardmall.reads.cases import appeal_facts, case_facts
from cardmall.reads.doors import case_for
from cardmall.reads.facts import policy_of
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.views.admin.desk import is_ruling_late
from cardmall.views.admin.proof import Beat, SystemFact, axis, proven
from cardmall.views.shopper.case import CaseView, RoundView, SystemEvidence, case_view, rounds_of, system_evidence
from cardmall.views.shopper.order import OrderView, order_view

_GIVEN = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed, CardStatus.voided)
_ANSWERS = (Verb.case_approved, Verb.case_rejected, Verb.case_asked, Verb.case_offered)


@dataclass(frozen=True)
class ShopperPast:
    """A shopper's record with the platform; the name masked."""

    name: str = ""
    orders: int = 0
    cases: int = 0
    won: int = 0
    lost: int = 0


@dataclass(frozen=True)
class ShopPast:
    """A shop's record: requests, how many it answered, the share it let lapse, appeals lost. -1: none to measure."""

    name: str = ""
    cases: int = 0
    answered: int = 0
    overdue_percent: int = -1
    won: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Precedent:
    """An earlier ruling on the same kind and reason. Money in fen; `shopper` masked."""

    no: str
    shop: str
    shopper: str
    product: str
    status: str
    paid: int
    amount: int
    ground: str
    at: datetime


@dataclass(frozen=True)
class AppealCase:
    """One appeal for admins. Money in fen.

    `suggested`: a ruling or ""; `rule`: why. `column`: of the grid of outcomes. `why`: why no ruling may be made now,
    "" = it may; `opens_at`: from when on. `assignee` masked, `mine`: the viewer took it. `ruled`: an admin decided.
    `spoke`: roles that said something.
    """

    case: CaseView | None = None
    order: OrderView = field(default_factory=OrderView)
    shopper: ShopperPast = field(default_factory=ShopperPast)
    shop: ShopPast = field(default_factory=ShopPast)
    beats: list[Beat] = field(default_factory=list)
    facts: list[SystemFact] = field(default_factory=list)
    system: SystemEvidence = field(default_factory=SystemEvidence)
    precedents: list[Precedent] = field(default_factory=list)
    suggested: str = ""
    rule: str = ""
    column: str = ""
    why: str = ""
    opens_at: datetime | None = None
    open: bool = False
    late: bool = False
    hearing: bool = False
    heard: bool = False
    heard_until: datetime | None = None
    appealed_at: datetime | None = None
    assignee: str = ""
    mine: bool = False
    ruled: bool = False
    spoke: list[str] = field(default_factory=list)
    ruled_amount: int = 0
    ground: str = ""


def appeal_case(look: Look, no: object) -> AppealCase:
    """Everything an admin weighs, and the ruling the record itself suggests; for admins only."""
    case, order = case_for(look, no, Role.admin)
    admin, view, rounds = require(look.who), case_view(case, Role.admin, look.now), rounds_of(look.session, case)
    events = list(look.session.exec(select(Event).where(Event.order_id == order.id).order_by(col(Event.id))))
    system, cards = system_evidence(look.session, order, look.now), _cards(look.session, case, order)
    found = _suggestion(look.session, case, order, rounds, events, cards, system.late_minutes > 0, look.now)
    why, opens_at = _closed(admin, case, order, look.now)
    return AppealCase(
        case=view,
        order=order_view(look, order.no),
        shopper=_shopper(look.session, order),
        shop=_shop(look.session, order),
        beats=axis(case, rounds, events),
        facts=proven(look.session, case, order, events, system, look.now),
        system=system,
        precedents=_precedents(look.session, case),
        suggested=found.ruling.value if found.ruling else "",
        rule=found.rule.value,
        column=situation(delivered=order.delivered_at is not None, cards=[c.status for c in cards]).value,
        why=why,
        opens_at=opens_at,
        open=case.status is CaseStatus.appeal,
        late=is_ruling_late(case, order, look.now),
        hearing=case_facts(case).hearing(look.now),
        heard=case.merchant_heard,
        heard_until=case.heard_until,
        appealed_at=case.appealed_at,
        assignee=_assignee(look.session, case),
        mine=case.assignee_id == admin.id,
        ruled=case.status in RULED,
        spoke=sorted({r.role for r in rounds}),
        ruled_amount=_ruled_amount(case),
        ground=next((r.text for r in rounds[::-1] if r.kind == RoundKind.ruled), ""),
    )


def _cards(session: Session, case: Case, order: Order) -> list[Card]:
    """The delivered cards the case is about; without any noted: all that were given."""
    wanted = select(Card).where(Card.order_id == order.id, col(Card.status).in_(_GIVEN))
    found = list(session.exec(wanted.order_by(col(Card.created_at), col(Card.id))))
    return [c for c in found if c.id in case.cards] if case.cards else found


def _suggestion(
    session: Session, case: Case, order: Order, rounds: Sequence[RoundView], events: Sequence[Event],
    cards: Sequence[Card], late: bool, now: datetime,
) -> Suggestion:  # fmt: skip
    policy = policy_of(order, session.get_one(Product, order.product_id))
    proof = {r.role for r in rounds if r.pictures or r.conversation}
    record = Record(
        kind=case.kind,
        asked_at=case.judged_at or case.opened_at,
        delivered_at=order.delivered_at,
        revealed=sum(c.revealed_at is not None for c in cards),
        lapsed=any(e.verb is Verb.case_overdue and e.case_id == case.id for e in events),
        reject_reason=case.reject_reason,
        late=late,
        return_allowed=policy.return_allowed,
        hearing=case_facts(case).hearing(now),
        heard=case.merchant_heard,
        shopper_proof=Role.shopper in proof,
        merchant_proof=Role.merchant in proof,
    )
    return suggest(record)


def _closed(admin: Actor, case: Case, order: Order, now: datetime) -> tuple[str, datetime | None]:
    """Why this admin may not rule now, and from when on they may; "" when they may."""
    turn = may(CaseAction.rule_shopper, standing(admin), appeal_facts(case, order, admin), now)
    return turn.reason.value if turn.reason else "", turn.opens_at


def _assignee(session: Session, case: Case) -> str:
    found = session.get(Account, case.assignee_id) if case.assignee_id else None
    return masked(found.name) if found else ""


def _ruled_amount(case: Case) -> int:
    """What the shopper got by the ruling, or by the merchant's yes before it."""
    return {CaseStatus.ruled_shopper: case.paid, CaseStatus.ruled_split: case.ruled_amount}.get(case.status, 0)


def _shopper(session: Session, order: Order) -> ShopperPast:
    """Everywhere: admins decide for all shops."""
    orders = sa.select(sa.func.count()).where(
        col(Order.shopper_id) == order.shopper_id, col(Order.paid_at).is_not(None)
    )
    counted = sa.select(sa.func.count(), *_verdicts()).select_from(Case).join(Order, col(Order.id) == Case.order_id)
    cases, won, lost = session.connection().execute(counted.where(col(Order.shopper_id) == order.shopper_id)).one()
    return ShopperPast(
        name=masked(session.get_one(Account, order.shopper_id).name),
        orders=session.connection().execute(orders).scalar_one(),
        cases=cases,
        won=won,
        lost=lost,
    )


def _verdicts() -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    """Appeals for the shopper, and for the merchant."""
    of = sa.func.count().filter
    return of(col(Case.status) == CaseStatus.ruled_shopper), of(col(Case.status) == CaseStatus.ruled_merchant)


def _shop(session: Session, order: Order) -> ShopPast:
    mine = col(Case.shop_id) == order.shop_id
    cases, lost, won = session.connection().execute(sa.select(sa.func.count(), *_verdicts()).where(mine)).one()
    each = sa.func.count(sa.distinct(col(Event.case_id)))
    answers = (col(Event.verb).in_(_ANSWERS), col(Event.role) == Role.merchant)
    told = sa.select(each.filter(*answers), each.filter(col(Event.verb) == Verb.case_overdue))
    joined = told.join(Case, sa.and_(col(Case.order_id) == Event.order_id, col(Case.id) == Event.case_id)).where(mine)
    answered, overdue = session.connection().execute(joined).one()
    percent = round(100 * overdue / cases) if cases else -1
    return ShopPast(session.get_one(Shop, order.shop_id).name, cases, answered, percent, won, lost)


def _precedents(session: Session, case: Case) -> list[Precedent]:
    """The newest rulings on the same kind and reason, each with the ground both sides saw."""
    wanted: Any = (
        sa.select(Case, col(EvidenceRound.text), col(Order.product_name), col(Shop.name), col(Account.name))
        .join(EvidenceRound, col(EvidenceRound.case_id) == Case.id)
        .join(Order, col(Order.id) == Case.order_id)
        .join(Shop, col(Shop.id) == Case.shop_id)
        .join(Account, col(Account.id) == Order.shopper_id)
    ).where(
        col(Case.status).in_(RULED), col(EvidenceRound.kind) == RoundKind.ruled,
        col(Case.kind) == case.kind, col(Case.reason) == case.reason, col(Case.id) != case.id,
    )  # fmt: skip
    newest = (col(Case.ended_at).desc(), col(Case.id).desc())
    found = session.exec(wanted.order_by(*newest).limit(limits.PRECEDENTS)).all()
    return [_precedent(*one) for one in found]


def _precedent(case: Case, ground: str, product: str, shop: str, shopper: str) -> Precedent:
    return Precedent(
        no=case.no,
        shop=shop,
        shopper=masked(shopper),
        product=product,
        status=case.status.value,
        paid=case.paid,
        amount=_ruled_amount(case),
        ground=ground,
        at=case.ended_at or case.opened_at,
    )
