"""Orders as they really stand, and those with which something is wrong (R3, R60)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.lifecycle import stage_of
from cardmall.domain.refunding import NEVER_REDIRECTED, Hindrance
from cardmall.domain.repairs import Repair, Trouble, Truth, repair_of, repair_of_stuck, troubles
from cardmall.domain.review import OfferKind
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    Actor,
    CardStatus,
    RefundStatus,
    Role,
)
from cardmall.models import Card, Case, Job, Order, Payment, Refund, Shop, Transfer
from cardmall.queries.people import require
from cardmall.queries.refund import heir_of, is_unpaid, may_redirect, may_resend, refunds_of, was_paid_anyway
from cardmall.queries.suspects import (
    MOVES_REFUND,
    NAMED,
    job_arg,
    ownerless_order,
    returned,
    suspects,
    twins,
    unlisted,
    unsettled,
)


@dataclass(frozen=True)
class StuckRefund:
    """A refund that needs a person: fen, why in our word and in the channel's code, and what is proposed."""

    no: str
    amount: int
    hindrance: str
    code: str
    repair: str
    asked: bool  # its shopper was asked for another account
    may_ask: bool  # and may be


@dataclass(frozen=True)
class UnlistedCode:
    """The channel's last code about a refund that nobody has listed, and how often such a code was heard."""

    no: str
    code: str
    times: int


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
    unlisted: list[UnlistedCode] = field(default_factory=list)


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
    wanted = select(Order, Shop.name).join(Shop).where(col(Order.id).in_(suspects(session, now)))
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
            unlisted=_unlisted(session, order) if one is Trouble.unlisted_code else [],
        )
        for one in found
    ]


def _proposed(trouble: Trouble, admin: Actor, stuck: list[StuckRefund]) -> str:
    advised = stuck[0].repair if trouble is Trouble.refund_stuck and stuck else ""
    return advised or repair_of(trouble, admin.role).value


def _unlisted(session: Session, order: Order) -> list[UnlistedCode]:
    wanted = select(Refund).where(Refund.order_id == order.id, unlisted()).order_by(col(Refund.id))
    return [UnlistedCode(one.no, one.trouble, one.unlisted) for one in session.exec(wanted)]


def _stuck(session: Session, order: Order) -> list[StuckRefund]:
    needing = (RefundStatus.needs_attention, RefundStatus.bounced)
    wanted = select(Refund).where(Refund.order_id == order.id, col(Refund.status).in_(needing))
    return [
        StuckRefund(
            no=one.no,
            amount=one.amount,
            hindrance=(one.hindrance or Hindrance.tries_used).value,
            code=one.trouble,
            repair=_advised(one).value,
            asked=one.redirect_asked_at is not None,
            may_ask=one.hindrance not in NEVER_REDIRECTED,
        )
        for one in session.exec(wanted.order_by(col(Refund.id))).all()
    ]


def _advised(refund: Refund) -> Repair:
    """Another account where one is needed; else whatever lets its own number be sent once more.

    One whose predecessor arrived ends only when it was surely not paid itself: until then the channel is asked.
    """
    if refund.hindrance is Hindrance.arrived and not is_unpaid(refund):
        return Repair.ask_channel
    elsewhere = may_redirect(refund) and (refund.redirect_asked_at or not may_resend(refund))
    return Repair.ask_account if elsewhere else repair_of_stuck(refund.hindrance)


def is_late(job: Job, now: datetime) -> bool:
    """Due so long ago that a worker at work would have run it."""
    return job.state == "open" and job.due_at < now - limits.JOB_LATE


def jobs_of(session: Session, orders: Sequence[Order]) -> dict[int, list[Job]]:
    """The jobs, waiting or dead, of each order: they name it, or a case, refund or payment of it."""
    ids = [order.id or 0 for order in orders]
    owner: dict[object, int] = {}
    for kind in (Case, Refund, Payment, Transfer):
        named = sa.select(col(kind.no), col(kind.order_id)).where(col(kind.order_id).in_(ids))
        owner |= {no: order_id for no, order_id in session.connection().execute(named)}
    found: dict[int, list[Job]] = defaultdict(list)
    about = [job_arg("order").in_(map(str, ids)), *(job_arg(name).in_(list(owner)) for name in NAMED)]
    for job in session.exec(select(Job).where(col(Job.state) != "done", sa.or_(*about)).order_by(col(Job.id))):
        names = (job.args.get("order"), *(owner.get(job.args.get(n)) for n in NAMED))
        found[next(int(name) for name in names if name)].append(job)
    return found


def truth_of(session: Session, order: Order, jobs: Sequence[Job], now: datetime) -> Truth:
    """What the rows say, whatever the order's own page believes."""
    cases = session.exec(select(Case).where(Case.order_id == order.id, col(Case.status).in_(OPEN_CASE))).all()
    all_refunds = refunds_of(session, order)
    refunds = [one for one in all_refunds if one.status in LIVE_REFUND]
    lost = [one for one in all_refunds if was_paid_anyway(one) and one.written_off_at is None]
    case, moving = (cases[0] if cases else None), moved_refunds(jobs)
    out = select(Transfer).where(Transfer.order_id == order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    transfer = session.exec(out).first()
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
        transfer=transfer.status if transfer else None,
        replacing=bool(case and case.offer_kind is OfferKind.replacement),
        reserved=session.exec(reserved).first() is not None,
        refunds=tuple((refund.status, refund.no in moving) for refund in refunds),
        silent=bool(silent_refunds(refunds, jobs, now)),
        unlisted=session.exec(select(Refund.id).where(Refund.order_id == order.id, unlisted())).first() is not None,
        sold_twice=session.exec(twins().where(Card.order_id == order.id)).first() is not None,
        heirs=frozenset(heir_of(one, all_refunds).status for one in lost),
        unsettled=_fits(session, order, unsettled()),
        ownerless=_fits(session, order, ownerless_order()),
        returned=session.exec(select(Refund.id).where(Refund.order_id == order.id, returned())).first() is not None,
    )


def silent_refunds(refunds: Sequence[Refund], jobs: Sequence[Job], now: datetime) -> list[Refund]:
    """Sent, no answer to be trusted yet, and nobody is about to ask."""
    asking = moved_refunds([job for job in jobs if job.due_at <= now])
    since = now - limits.REFUND_SILENT
    sent = [one for one in refunds if one.status is RefundStatus.sent and one.sent_at and one.sent_at <= since]
    return [one for one in sent if one.no not in asking]


def moved_refunds(jobs: Sequence[Job]) -> set[object]:
    """Numbers of the refunds that a waiting job will send or ask about."""
    return {job.args.get("refund") for job in jobs if job.kind in MOVES_REFUND}


def _fits(session: Session, order: Order, what: sa.ColumnElement[bool]) -> bool:
    return session.exec(select(Order.id).where(Order.id == order.id, what)).first() is not None
