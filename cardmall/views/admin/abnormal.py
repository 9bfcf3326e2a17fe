"""The orders with which something is wrong, as admins see them (R3, R60)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.refunding import Hindrance
from cardmall.domain.repairs import Repair, Trouble, repair_for, repair_of_stuck, troubles
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import ADMIN, SHOPPER
from cardmall.domain.terms import Actor, RefundStatus, Role
from cardmall.models import Job, Order, Refund, Shop
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.refunds import refund_facts
from cardmall.reads.suspects import suspects
from cardmall.reads.truths import KnownOrders, is_late_job, jobs_of, known_orders, truth
from cardmall.views.shopper.rows import is_bounced


@dataclass(frozen=True)
class StuckRefundRow:
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
    stuck: list[StuckRefundRow] = field(default_factory=list)
    unlisted: list[UnlistedCode] = field(default_factory=list)


@dataclass(frozen=True)
class DeadJob:
    """A job about no order that gave up: which, since when, what its last run said."""

    key: str
    kind: str
    since: datetime
    error: str


@dataclass(frozen=True)
class AbnormalPage:
    """All that is wrong now, oldest first. `dead`: jobs about no order. Each figure counts orders, `jobs` the dead
    ones, too; `ownerless` must be 0 (R3)."""

    rows: list[AbnormalRow] = field(default_factory=list)
    dead: list[DeadJob] = field(default_factory=list)
    orders: int = 0
    jobs: int = 0
    refunds: int = 0
    ownerless: int = 0


def abnormal_page(look: Look) -> AbnormalPage:
    """What an admin should look at, at most LIST_SIZE orders."""
    admin = require(look.who, Role.admin)
    wanted = select(Order, Shop.name).join(Shop).where(col(Order.id).in_(suspects(look.session, look.now)))
    found = look.session.exec(wanted.order_by(col(Order.created_at)).limit(limits.LIST_SIZE)).all()
    orders = [order for order, _ in found]
    jobs, known = jobs_of(look.session, orders), known_orders(look.session, orders)
    rows = [row for order, shop in found for row in _rows(admin, order, shop, known, jobs[order.id or 0], look.now)]
    count = lambda *names: len({r.order_no for r in rows if r.trouble in names})  # noqa: E731
    dead = _dead(look.session)
    return AbnormalPage(
        rows=rows,
        dead=dead,
        orders=len({r.order_no for r in rows}),
        jobs=count("dead_job", "late_job") + len(dead),
        refunds=count("refund_stuck", "unsent_refund", "unasked_refund", "silent_refund"),
        ownerless=count("money_without_owner"),
    )


def _dead(session: Session) -> list[DeadJob]:
    died = select(Job).where(Job.state == "dead", col(Job.order_id).is_(None)).order_by(col(Job.due_at))
    found = session.exec(died.limit(limits.LIST_SIZE)).all()
    return [DeadJob(job.key, job.kind, job.due_at, _last_words(job.error)) for job in found]


def _last_words(error: str) -> str:
    """The kind of the error; its text may name what nobody else may read."""
    last = error.strip().rpartition("\n")[2]
    return last.partition(":")[0][:80]


def _rows(
    admin: Actor, order: Order, shop: str, known: KnownOrders, jobs: list[Job], now: datetime
) -> list[AbnormalRow]:
    bad = [job for job in jobs if job.state == "dead" or is_late_job(job, now)]
    since = min((job.due_at for job in bad), default=order.paid_at or order.created_at)
    words = (order.no, order.product_name, shop, order.status.value)
    kinds = sorted({job.kind for job in bad})
    found = troubles(truth(order, known, jobs, now))
    refunds = known.refunds.get(order.id or 0, [])
    stuck = _stuck(refunds, now)
    return [
        AbnormalRow(
            *(*words, one.value, _proposed(one, admin, stuck), since, kinds),
            stuck=stuck if one is Trouble.refund_stuck else [],
            unlisted=_unlisted(refunds, known) if one is Trouble.unlisted_code else [],
        )
        for one in found
    ]


def _proposed(trouble: Trouble, admin: Actor, stuck: list[StuckRefundRow]) -> str:
    advised = stuck[0].repair if trouble is Trouble.refund_stuck and stuck else ""
    return advised or repair_for(trouble, admin.role).value


def _unlisted(refunds: Sequence[Refund], known: KnownOrders) -> list[UnlistedCode]:
    return [UnlistedCode(one.no, one.trouble, one.unlisted) for one in refunds if one.id in known.unlisted]


def _stuck(refunds: Sequence[Refund], now: datetime) -> list[StuckRefundRow]:
    return [
        StuckRefundRow(
            no=one.no,
            amount=one.amount,
            hindrance="bounced" if is_bounced(one) else (one.hindrance or Hindrance.tries_used).value,
            code=one.trouble,
            repair=_advised(one, now).value,
            asked=one.redirect_asked_at is not None,
            may_ask=may(RefundAct.ask_account, ADMIN, refund_facts(one), now).is_open,
        )
        for one in refunds
        if one.status in (RefundStatus.needs_attention, RefundStatus.bounced)
    ]


def _advised(refund: Refund, now: datetime) -> Repair:
    """Another account where one is needed; else whatever lets its own number be sent once more.

    One whose predecessor arrived ends only when it was surely not paid itself: until then the channel is asked.
    """
    if refund.hindrance is Hindrance.arrived and not refund_facts(refund).is_owed:
        return Repair.ask_channel
    facts = refund_facts(refund)
    elsewhere = may(RefundAct.redirect, SHOPPER, facts, now).is_open
    again = may(RefundAct.resend, ADMIN, facts, now).is_open
    return Repair.ask_account if elsewhere and (facts.asked_for or not again) else repair_of_stuck(refund.hindrance)
