"""What use cases ask of refunds: which may be sent, redirected, replaced."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from cardmall.domain.rules.refunds import RefundFacts
from cardmall.domain.terms import REPLACED_REFUND
from cardmall.models import Order, Refund


def refund_facts(refund: Refund) -> RefundFacts:
    """What decides about acts on a refund that stands still."""
    return RefundFacts(
        status=refund.status,
        hindrance=refund.hindrance,
        sent=refund.sent_at is not None,
        failed=refund.failed_at is not None,
        burnt=refund.burnt_at is not None,
        asked_for=refund.redirect_asked_at is not None,
    )


def was_paid_anyway(refund: Refund) -> bool:
    """Another number stands for its money, and it was paid all the same; no bank returned it."""
    return refund.status in REPLACED_REFUND and refund.succeeded_at is not None and refund.bounced_at is None


def predecessors(refund: Refund, of_order: Sequence[Refund]) -> Iterator[Refund]:
    """The refunds it was redirected from, the nearest first; `of_order`: all refunds of its order."""
    known, one = {other.id: other for other in of_order}, refund
    while one.predecessor_id and one.predecessor_id in known:
        one = known[one.predecessor_id]
        yield one


def heir_of(refund: Refund, of_order: Sequence[Refund]) -> Refund:
    """The last number its money was redirected to; `refund` itself when it was never redirected."""
    after = {other.predecessor_id: other for other in of_order if other.predecessor_id}
    while refund.id in after:
        refund = after[refund.id]
    return refund


def arrived_before(session: Session, refund: Refund) -> Refund | None:
    """The nearest number `refund` was redirected from that was paid all the same."""
    if refund.predecessor_id is None:
        return None
    of_order = session.exec(select(Refund).where(Refund.order_id == refund.order_id)).all()
    return next(filter(was_paid_anyway, predecessors(refund, of_order)), None)


def refunds_of(session: Session, order: Order) -> Sequence[Refund]:
    """Oldest first."""
    return session.exec(select(Refund).where(Refund.order_id == order.id).order_by(col(Refund.id))).all()
