"""One appeal on the admins' desk: both stories in time, the platform's own facts, what the record suggests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.cases import CaseAction, RoundKind, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import RULED, Actor, CaseStatus, Role
from cardmall.domain.verbs import Verb
from cardmall.domain.verdicts import Record, Suggestion, situation, suggest
from cardmall.models import Account, Case, Event, EvidenceRound, Order, Posting, Shop
from cardmall.reads.cases import ASKED, appeal_facts, case_facts
from cardmall.reads.doors import case_for
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.reads.pieces import Held
from cardmall.reads.whole import WholeOrder, whole_order
from cardmall.views.admin.desk import is_ruling_late
from cardmall.views.admin.proof import Beat, SystemFact, axis, proven
from cardmall.views.recalls import RecallRow, batches_of, recalls_of
from cardmall.views.shopper.case import CaseView, RoundView, SystemEvidence, case_view, rounds_of, system_evidence
from cardmall.views.shopper.order import OrderView, view_with

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
    `spoke`: roles that said something. `batches`: those its cards came in; `recalls`: of its product.
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
    batches: list[str] = field(default_factory=list)
    recalls: list[RecallRow] = field(default_factory=list)


def appeal_case(look: Look, no: object) -> AppealCase:
    """Everything an admin weighs, and the ruling the record itself suggests; for admins only."""
    case, order = case_for(look, no, Role.admin)
    admin, view, rounds = require(look.who), case_view(case, Role.admin, look.now), rounds_of(look.session, case)
    events = list(look.session.exec(select(Event).where(Event.order_id == order.id).order_by(col(Event.id))))
    whole = whole_order(look, order)
    past = _past(look.session, case, order, whole.listed.shop)
    system, cards = system_evidence(look, whole), _cards(case, whole)
    found = _suggestion(case, whole, rounds, events, cards, system.late_minutes > 0, look.now)
    why, opens_at = _closed(admin, case, order, look.now)
    return AppealCase(
        case=view,
        order=view_with(look, whole, events, fields=True),
        shopper=past.shopper,
        shop=past.shop,
        beats=axis(case, rounds, events),
        facts=proven(case, order, events, system, past.escrow, look.now),
        system=system,
        precedents=_precedents(look.session, case),
        suggested=found.ruling.value if found.ruling else "",
        rule=found.rule.value,
        column=_column(order, cards),
        why=why,
        opens_at=opens_at,
        open=case.status is CaseStatus.appeal,
        late=is_ruling_late(case, order, look.now),
        hearing=case_facts(case).hearing(look.now),
        heard=case.merchant_heard,
        heard_until=case.heard_until,
        appealed_at=case.appealed_at,
        assignee=past.assignee,
        mine=case.assignee_id == admin.id,
        ruled=case.status in RULED,
        spoke=sorted({r.role for r in rounds}),
        ruled_amount=_ruled_amount(case),
        ground=next((r.text for r in rounds[::-1] if r.kind == RoundKind.ruled), ""),
        batches=batches_of(look, [c.id for c in cards]),
        recalls=recalls_of(look, whole.listed.product),
    )


def _cards(case: Case, whole: WholeOrder) -> list[Held]:
    """The delivered cards the case is about; without any noted: all that were given."""
    return [c for c in whole.given if c.id in case.cards] if case.cards else whole.given


def _column(order: Order, cards: Sequence[Held]) -> str:
    """By which words the effect of a ruling is told: the grid's column, a receipt in the place of codes looked at."""
    if order.delivered_at is not None and order.terms.form is ProductForm.receipt:
        return ProductForm.receipt.value
    return situation(delivered=order.delivered_at is not None, cards=[c.status for c in cards]).value


def _suggestion(
    case: Case, whole: WholeOrder, rounds: Sequence[RoundView], events: Sequence[Event],
    cards: Sequence[Held], late: bool, now: datetime,
) -> Suggestion:  # fmt: skip
    proof = {r.role for r in rounds if r.pictures or r.conversation}
    record = Record(
        kind=case.kind,
        asked_at=case.judged_at or case.opened_at,
        delivered_at=whole.order.delivered_at,
        revealed=sum(c.revealed_at is not None for c in cards),
        lapsed=any(e.verb is Verb.case_overdue and e.case_id == case.id for e in events),
        reject_reason=case.reject_reason,
        late=late,
        return_allowed=whole.facts.policy.return_allowed,
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


def _ruled_amount(case: Case) -> int:
    """What the shopper got by the ruling, or by the merchant's yes before it."""
    return {CaseStatus.ruled_shopper: case.paid, CaseStatus.ruled_split: case.ruled_amount}.get(case.status, 0)


@dataclass(frozen=True)
class _Past:
    """What both sides did before. `escrow`: fen held for the order; `assignee`: who took the case, masked, or ""."""

    shopper: ShopperPast
    shop: ShopPast
    escrow: int
    assignee: str


def _past(session: Session, case: Case, order: Order, shop: str) -> _Past:
    """Both records over their newest PAST_CASES, and what else is one figure, in one statement."""
    alone = (_paid_orders(order), _escrow(order), _name(order.shopper_id), _name(case.assignee_id or 0))
    bought = sa.select(Case).join(Order, col(Order.id) == Case.order_id)
    bought = bought.where(col(Order.shopper_id) == order.shopper_id, ASKED)
    sold = sa.select(Case).where(col(Case.shop_id) == order.shop_id, ASKED, col(Case.rule) == 0)
    theirs, ours = _newest(bought), _newest(sold)
    asked, kept, told = _appeals(theirs), _appeals(ours), _told(ours)
    wanted = sa.select(asked, kept, told, *alone).select_from(asked.join(kept, sa.true()).join(told, sa.true()))
    own, won, lost, cases, shop_lost, shop_won, answered, overdue, orders, escrow, shopper, assignee = (
        session.connection().execute(wanted).one()
    )
    share = round(100 * overdue / cases) if cases else -1
    return _Past(
        ShopperPast(masked(shopper), orders, own, won, lost),
        ShopPast(shop, cases, answered, share, shop_won, shop_lost),
        int(escrow),
        masked(assignee) if assignee else "",
    )


def _newest(cases: sa.Select[Case]) -> sa.Subquery:
    return cases.order_by(col(Case.id).desc()).limit(limits.PAST_CASES).subquery()


def _appeals(cases: sa.Subquery) -> sa.Subquery:
    """Count cases, appeals that went to the shopper, appeals that went to the merchant."""
    of = sa.func.count().filter
    won, lost = of(cases.c.status == CaseStatus.ruled_shopper), of(cases.c.status == CaseStatus.ruled_merchant)
    counted = sa.select(sa.func.count().label("cases"), won.label("won"), lost.label("lost"))
    return counted.select_from(cases).subquery()


def _told(cases: sa.Subquery) -> sa.Subquery:
    """Count the cases that the merchant answered, and those it let lapse."""
    each = sa.func.count(sa.distinct(col(Event.case_id)))
    answers = (col(Event.verb).in_(_ANSWERS), col(Event.role) == Role.merchant)
    lapsed = each.filter(col(Event.verb) == Verb.case_overdue)
    counted = sa.select(each.filter(*answers).label("answered"), lapsed.label("lapsed"))
    return counted.select_from(cases.join(Event, col(Event.case_id) == cases.c.id)).subquery()


def _paid_orders(order: Order) -> sa.ScalarSelect[int]:
    theirs = (col(Order.shopper_id) == order.shopper_id, col(Order.paid_at).is_not(None))
    return sa.select(sa.func.count()).where(*theirs).scalar_subquery()


def _escrow(order: Order) -> sa.ScalarSelect[int]:
    """What the platform holds for this order, from the ledger."""
    held = (col(Posting.order_id) == order.id, col(Posting.account) == LedgerAccount.escrow)
    return sa.select(sa.func.coalesce(sa.func.sum(col(Posting.amount)), 0)).where(*held).scalar_subquery()


def _name(account_id: int) -> sa.ScalarSelect[str]:
    return sa.select(col(Account.name)).where(col(Account.id) == account_id).scalar_subquery()


def _precedents(session: Session, case: Case) -> list[Precedent]:
    """The newest rulings on the same kind and reason, each with the ground both sides saw."""
    wanted: Any = (
        sa.select(Case, col(EvidenceRound.text), col(Order.product_name), col(Shop.name), col(Account.name))
        .join(EvidenceRound, col(EvidenceRound.case_id) == Case.id)
        .join(Order, col(Order.id) == Case.order_id)
        .join(Shop, col(Shop.id) == Case.shop_id)
        .join(Account, col(Account.id) == Order.shopper_id)
    ).where(col(Case.id).in_(_newest_like(case)), col(EvidenceRound.kind) == RoundKind.ruled)
    found = session.exec(wanted.order_by(*_NEWEST).limit(limits.PRECEDENTS)).all()
    return [_precedent(*one) for one in found]


_NEWEST = (col(Case.ended_at).desc(), col(Case.id).desc())


def _newest_like(case: Case) -> sa.CompoundSelect[Any]:
    """The newest few of each ruling, by the index: among them are the newest of all."""
    like = (col(Case.kind) == case.kind, col(Case.reason) == case.reason, col(Case.id) != case.id)
    each = (sa.select(col(Case.id)).where(col(Case.status) == status, *like) for status in sorted(RULED))
    return sa.union_all(*(sa.select(one.order_by(*_NEWEST).limit(limits.PRECEDENTS).subquery()) for one in each))


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
