"""Orders as they really stand, and those with which something is wrong (R3, R60)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.ledger import Account
from cardmall.domain.lifecycle import stage_of
from cardmall.domain.refunding import Hindrance
from cardmall.domain.repairs import Trouble, Truth, repair_of, repair_of_stuck, troubles
from cardmall.domain.review import OfferKind
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    Actor,
    CardStatus,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    Role,
    Stage,
)
from cardmall.models import Card, Case, Job, Order, Payment, Posting, Refund, Shop
from cardmall.queries.people import require

_CLOSED = (OrderStatus.canceled, OrderStatus.expired)
_QUIET = {"abnormal": False, "case_open": False, "refunding": False}
_MOVES_REFUND = ("send_refund", "query_refund")


@dataclass(frozen=True)
class StuckRefund:
    """A refund that needs a person: fen, why in our word and in the channel's code, and what is proposed."""

    no: str
    amount: int
    hindrance: str
    code: str
    repair: str
    asked: bool  # its shopper was asked for another account


@dataclass(frozen=True)
class AbnormalRow:
    """One thing wrong with one order: since when it is looked for, what is proposed, what the job said last."""

    order_no: str
    product: str
    shop: str
    status: str
    trouble: str
    repair: str
    since: datetime
    jobs: list[str]
    stuck: list[StuckRefund] = field(default_factory=list)


@dataclass(frozen=True)
class AbnormalPage:
    """All that is wrong now, oldest first. Each figure counts orders; `ownerless` must be 0 (R3)."""

    rows: list[AbnormalRow] = field(default_factory=list)
    orders: int = 0
    jobs: int = 0
    refunds: int = 0
    ownerless: int = 0


def abnormal_page(session: Session, actor: Actor | None, *, now: datetime) -> AbnormalPage:
    """What an admin should look at, at most LIST_SIZE orders."""
    admin = require(actor, Role.admin)
    wanted = select(Order, Shop.name).join(Shop).where(col(Order.id).in_(_suspects(session, now)))
    found = session.exec(wanted.order_by(col(Order.created_at)).limit(limits.LIST_SIZE)).all()
    jobs = jobs_of(session, [order for order, _ in found])
    rows = [row for order, shop in found for row in _rows(session, admin, order, shop, jobs[order.id or 0], now)]
    count = lambda *names: len({r.order_no for r in rows if r.trouble in names})  # noqa: E731
    return AbnormalPage(
        rows=rows,
        orders=len({r.order_no for r in rows}),
        jobs=count("dead_job", "late_job"),
        refunds=count("refund_stuck", "unsent_refund", "unasked_refund", "silent_refund"),
        ownerless=count("money_without_owner"),
    )


def _rows(session: Session, admin: Actor, order: Order, shop: str, jobs: list[Job], now: datetime) -> list[AbnormalRow]:
    bad = [job for job in jobs if job.state == "dead" or is_late(job, now)]
    since = min((job.due_at for job in bad), default=order.paid_at or order.created_at)
    words = (order.no, order.product_name, shop, order.status.value)
    kinds = sorted({job.kind for job in bad})
    found = troubles(truth_of(session, order, jobs, now))
    stuck = _stuck(session, order)
    return [
        AbnormalRow(
            *(*words, one.value, _proposed(one, admin, stuck), since, kinds),
            stuck=stuck if one is Trouble.refund_stuck else [],
        )
        for one in found
    ]


def _proposed(trouble: Trouble, admin: Actor, stuck: list[StuckRefund]) -> str:
    advised = stuck[0].repair if trouble is Trouble.refund_stuck and stuck else ""
    return advised or repair_of(trouble, admin.role).value


def _stuck(session: Session, order: Order) -> list[StuckRefund]:
    wanted = select(Refund).where(Refund.order_id == order.id, Refund.status == RefundStatus.needs_attention)
    return [
        StuckRefund(
            no=one.no,
            amount=one.amount,
            hindrance=(one.hindrance or Hindrance.tries_used).value,
            code=one.trouble,
            repair=repair_of_stuck(one.hindrance).value,
            asked=one.redirect_asked_at is not None,
        )
        for one in session.exec(wanted.order_by(col(Refund.id))).all()
    ]


def is_late(job: Job, now: datetime) -> bool:
    """Due so long ago that a worker at work would have run it."""
    return job.state == "open" and job.due_at < now - limits.JOB_LATE


def jobs_of(session: Session, orders: Sequence[Order]) -> dict[int, list[Job]]:
    """The jobs, waiting or dead, of each order: they name it, or a case, refund or payment of it."""
    ids = [order.id or 0 for order in orders]
    owner: dict[object, int] = {}
    for kind in (Case, Refund, Payment):
        named = sa.select(col(kind.no), col(kind.order_id)).where(col(kind.order_id).in_(ids))
        owner |= {no: order_id for no, order_id in session.connection().execute(named)}
    found: dict[int, list[Job]] = defaultdict(list)
    about = [_arg("order").in_(map(str, ids)), *(_arg(name).in_(list(owner)) for name in ("case", "refund", "payment"))]
    for job in session.exec(select(Job).where(col(Job.state) != "done", sa.or_(*about)).order_by(col(Job.id))):
        names = (job.args.get("order"), *(owner.get(job.args.get(n)) for n in ("case", "refund", "payment")))
        found[next(int(name) for name in names if name)].append(job)
    return found


def truth_of(session: Session, order: Order, jobs: Sequence[Job], now: datetime) -> Truth:
    """What the rows say, whatever the order's own page believes."""
    cases = session.exec(select(Case).where(Case.order_id == order.id, col(Case.status).in_(OPEN_CASE))).all()
    refunds = session.exec(select(Refund).where(Refund.order_id == order.id, col(Refund.status).in_(LIVE_REFUND))).all()
    case, moving = (cases[0] if cases else None), moved_refunds(jobs)
    reserved = select(Card.id).where(Card.order_id == order.id, Card.status == CardStatus.reserved)
    return Truth(
        status=order.status,
        mode=order.mode,
        stage=order.stage,
        right_stage=stage_of(
            order.status, abnormal=order.abnormal is not None, case_open=case is not None, refunding=bool(refunds)
        ),
        abnormal=order.abnormal,
        waiting=frozenset(job.kind for job in jobs),
        dead=frozenset(job.kind for job in jobs if job.state == "dead"),
        late=frozenset(job.kind for job in jobs if is_late(job, now)),
        held=order.held_at is not None,
        hold_ends=order.hold_until is not None,
        case=case.status if case else None,
        grace=bool(case and case.grace_at),
        replacing=bool(case and case.offer_kind is OfferKind.replacement),
        reserved=session.exec(reserved).first() is not None,
        refunds=tuple((refund.status, refund.no in moving) for refund in refunds),
        silent=bool(silent_refunds(refunds, jobs, now)),
        unsettled=_fits(session, order, _unsettled()),
        ownerless=_fits(session, order, _ownerless()),
    )


def silent_refunds(refunds: Sequence[Refund], jobs: Sequence[Job], now: datetime) -> list[Refund]:
    """Sent, no answer to be trusted yet, and nobody is about to ask."""
    asking = moved_refunds([job for job in jobs if job.due_at <= now])
    since = now - limits.REFUND_SILENT
    sent = [one for one in refunds if one.status is RefundStatus.sent and one.sent_at and one.sent_at <= since]
    return [one for one in sent if one.no not in asking]


def _is_silent(now: datetime) -> sa.ColumnElement[bool]:
    return (col(Refund.status) == RefundStatus.sent) & (col(Refund.sent_at) <= now - limits.REFUND_SILENT)


def moved_refunds(jobs: Sequence[Job]) -> set[object]:
    """Numbers of the refunds that a waiting job will send or ask about."""
    return {job.args.get("refund") for job in jobs if job.kind in _MOVES_REFUND}


def _fits(session: Session, order: Order, what: sa.ColumnElement[bool]) -> bool:
    return session.exec(select(Order.id).where(Order.id == order.id, what)).first() is not None


def _suspects(session: Session, now: datetime) -> set[int]:
    """Orders worth a look: whatever might make one of the rules fit."""
    found: set[int] = set()
    for wanted in _searches(now):
        found |= set(session.connection().execute(wanted.limit(limits.LIST_SIZE)).scalars())
    bad = sa.or_(col(Job.state) == "dead", (col(Job.state) == "open") & (col(Job.due_at) < now - limits.JOB_LATE))
    return found | _owners(session, session.exec(select(Job).where(bad).limit(limits.LIST_SIZE)).all())


def _searches(now: datetime) -> Iterable[Any]:
    held, no = col(Order.held_at).is_not(None), sa.select(col(Order.id))
    in_case = col(Order.id).in_(sa.select(col(Case.order_id)).where(col(Case.status).in_(OPEN_CASE)))
    auto = (col(Order.mode) == DeliveryMode.auto) & ~held
    yield no.where(col(Order.abnormal).is_not(None))
    yield no.where(col(Order.status) == OrderStatus.pending_payment, ~_named("order", "expire_order"))
    yield no.where(col(Order.status) == OrderStatus.awaiting_delivery, auto, ~_named("order", "deliver"))
    yield no.where(col(Order.status) == OrderStatus.delivered, ~_named("order", "complete"))
    yield no.where(held, ~in_case, sa.or_(col(Order.hold_until).is_(None), ~_named("order", "end_hold")))
    yield no.where(_ownerless())
    yield no.where(_unsettled(), ~_named("order", "settle"))
    yield no.where(_misplaced())
    cases = sa.select(col(Case.order_id))
    early = col(Case.status).in_(OPEN_CASE - {CaseStatus.appeal, CaseStatus.overdue})
    yield cases.where(early, ~_named("case", "case_deadline"))
    yield cases.where(col(Case.status) == CaseStatus.overdue, ~_named("case", "end_grace", "case_deadline"))
    yield cases.where(col(Case.status) == CaseStatus.appeal, ~_named("case", "ruling_late"))
    yield cases.where(
        col(Case.status) == CaseStatus.appeal, col(Case.grace_at).is_not(None), ~_named("case", "end_grace")
    )
    refunds = sa.select(col(Refund.order_id)).where(col(Refund.status).in_(LIVE_REFUND))
    yield refunds.where(~_named("refund", *_MOVES_REFUND))
    yield sa.select(col(Refund.order_id)).where(_is_silent(now))
    reserved = sa.select(col(Card.order_id)).join(Order, col(Order.id) == Card.order_id)
    yield reserved.where(col(Card.status) == CardStatus.reserved, col(Order.status) != OrderStatus.pending_payment)


def _named(name: str, *kinds: str) -> sa.ColumnElement[bool]:
    """A job of these kinds, waiting or dead, names the row."""
    column = {"order": sa.cast(col(Order.id), sa.String), "case": col(Case.no), "refund": col(Refund.no)}[name]
    return column.in_(sa.select(_arg(name)).where(col(Job.kind).in_(kinds), col(Job.state) != "done"))


def _arg(name: str) -> Any:
    """An argument of a job as text; numbers are written without quotes."""
    return sa.type_coerce(Job.args, sa.JSON)[name].as_string()


def _ownerless() -> sa.ColumnElement[bool]:
    """Captured, and no open order, refund or case to hold it (R3)."""
    has = lambda kind: col(Order.id).in_(sa.select(col(kind.order_id)))  # noqa: E731
    captured = sa.select(col(Payment.order_id)).where(col(Payment.status) == PaymentStatus.captured)
    return col(Order.status).in_(_CLOSED) & col(Order.id).in_(captured) & ~has(Refund) & ~has(Case)


def _unsettled() -> sa.ColumnElement[bool]:
    """Ended, and more in escrow than the refunds on their way will take."""
    held = _sum(Posting, col(Posting.account) == Account.escrow)
    owed = _sum(Refund, col(Refund.status).in_(LIVE_REFUND))
    return col(Order.status).in_((OrderStatus.completed, OrderStatus.canceled)) & (held > owed)


def _sum(kind: Any, which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Fen of this kind under the order at hand."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(kind.amount), 0))
        .where(kind.order_id == Order.id, which)
        .scalar_subquery()
    )


def _misplaced() -> sa.ColumnElement[bool]:
    """Under another tab than `stage_of` says."""
    has = lambda kind, which: col(Order.id).in_(sa.select(kind.order_id).where(kind.status.in_(which)))  # noqa: E731
    right = sa.case(
        (col(Order.abnormal).is_not(None), Stage.abnormal),
        (has(Case, OPEN_CASE), Stage.in_case),
        (has(Refund, LIVE_REFUND), Stage.refunding),
        *((col(Order.status) == status, stage_of(status, **_QUIET)) for status in OrderStatus),
    )
    return col(Order.stage) != right


def _owners(session: Session, jobs: Sequence[Job]) -> set[int]:
    """The orders these jobs are about."""
    found = {int(job.args["order"]) for job in jobs if "order" in job.args}
    for name, kind in (("case", Case), ("refund", Refund), ("payment", Payment)):
        nos = [job.args[name] for job in jobs if name in job.args]
        found |= set(session.connection().execute(sa.select(col(kind.order_id)).where(col(kind.no).in_(nos))).scalars())
    return found
