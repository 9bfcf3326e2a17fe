"""The merchant's side: one case on the desk, and what is to be delivered by hand."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.rules.cases import CaseAction, RoundKind, offer_kinds, reject_reasons
from cardmall.domain.terms import OPEN_CASE, CaseStatus, Role
from cardmall.models import Account, Case, Order
from cardmall.reads.cases import ASKED, delivered_before
from cardmall.reads.doors import case_for
from cardmall.reads.goods import lacked_before, shelf_counted
from cardmall.reads.look import Look
from cardmall.reads.people import masked
from cardmall.reads.whole import whole_order
from cardmall.views.shopper.case import (
    CaseView,
    RoundView,
    SystemEvidence,
    TurnView,
    case_view,
    rounds_of,
    system_evidence,
)
from cardmall.views.shopper.order import OrderView, view_of


@dataclass(frozen=True)
class PastCase:
    """Another request of the same shopper to this shop. `same_order`: about the order on the desk."""

    no: str
    order_no: str
    product: str
    kind: str
    status: str
    reason: str
    opened_at: datetime
    same_order: bool


@dataclass(frozen=True)
class ShopCase:
    """One case on the merchant's desk: the case, its order, who asks (masked), and what each answer needs.

    `closed`: answers that are not possible now, and why. `pending`: what the shopper was asked or offered and has not
    answered. `lacking`: codes a replacement needs beyond the `stock`.
    """

    case: CaseView | None = None
    order: OrderView = field(default_factory=OrderView)
    shopper: str = ""
    shopper_orders: int = 0
    shopper_cases: int = 0
    past: list[PastCase] = field(default_factory=list)
    reject_reasons: list[str] = field(default_factory=list)
    offer_kinds: list[str] = field(default_factory=list)
    stock: int = 0
    lacking: int = 0
    closed: list[TurnView] = field(default_factory=list)
    pending: RoundView | None = None
    rounds: list[RoundView] = field(default_factory=list)
    system: SystemEvidence = field(default_factory=SystemEvidence)


def shop_case(look: Look, no: object) -> ShopCase:
    """One case of the merchant's shop, and what this shopper did in this shop before; nothing from elsewhere."""
    case, order = case_for(look, no, Role.merchant)
    here = (col(Order.shopper_id) == order.shopper_id, col(Order.shop_id) == order.shop_id)
    whole, rounds = whole_order(look, order), rounds_of(look.session, case)
    view = case_view(case, Role.merchant, look.now)
    orders, cases, stock, name = _figures(look.session, order, look.now, *here)
    return ShopCase(
        case=view,
        order=view_of(look, whole, fields=True),
        shopper=masked(name),
        shopper_orders=orders,
        shopper_cases=cases,
        past=_past(look.session, case, *here),
        reject_reasons=[r.value for r in reject_reasons(case.kind, delivered=delivered_before(case, order))],
        offer_kinds=[k.value for k in offer_kinds(order.terms.form, delivered=order.delivered_at is not None)],
        stock=stock,
        lacking=max(0, case.pieces - stock),
        closed=_closed(case, view),
        pending=_pending(case, rounds),
        rounds=rounds,
        system=system_evidence(look, whole),
    )


def _figures(session: Session, order: Order, now: datetime, *here: sa.ColumnElement[bool]) -> tuple[int, int, int, str]:
    """Orders and cases of the shopper in this shop, cards on the shelf that nobody waits for who paid before, and the
    shopper's name."""
    count = sa.select(sa.func.count())
    wanted = sa.select(
        count.select_from(Order).where(*here).scalar_subquery(),
        count.select_from(Case).join(Order, col(Order.id) == Case.order_id).where(*here, ASKED).scalar_subquery(),
        shelf_counted(order.product_id, now) - lacked_before(order),
        sa.select(col(Account.name)).where(col(Account.id) == order.shopper_id).scalar_subquery(),
    )
    orders, cases, stock, name = session.connection().execute(wanted).one()
    return orders, cases, max(0, stock), name


def _past(session: Session, case: Case, *here: Any) -> list[PastCase]:
    """Other requests of this shopper in this shop: those about the same order, then the newest."""
    wanted = select(Case, Order).join(Order, col(Order.id) == Case.order_id).where(*here, Case.id != case.id, ASKED)
    same = sa.case((col(Case.order_id) == case.order_id, 0), else_=1)
    found = session.exec(wanted.order_by(same, col(Case.id).desc()).limit(limits.HISTORY_SIZE)).all()
    return [
        PastCase(
            no=one.no,
            order_no=order.no,
            product=order.product_name,
            kind=one.kind.value,
            status=one.status.value,
            reason=one.reason.value,
            opened_at=one.opened_at,
            same_order=one.order_id == case.order_id,
        )
        for one, order in found
    ]


ANSWERS = (CaseAction.approve, CaseAction.reject, CaseAction.ask, CaseAction.offer)


def _closed(case: Case, view: CaseView) -> list[TurnView]:
    """Answers the merchant knows but may not give now, while the case is open."""
    return [t for t in view.turns if t.action in ANSWERS and not t.is_open] if case.status in OPEN_CASE else []


def _pending(case: Case, rounds: list[RoundView]) -> RoundView | None:
    """The round the case stands at: what lies with the shopper, or the partial refund that lies here."""
    kinds = _PENDING.get(case.status, ())
    return next((r for r in rounds[::-1] if r.kind in kinds), None)


_PENDING = {
    CaseStatus.info_requested: (RoundKind.asked,),
    CaseStatus.offered: (RoundKind.offered,),
    CaseStatus.asked: (RoundKind.partial,),
}
