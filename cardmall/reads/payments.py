"""What use cases ask of payments."""

from sqlmodel import Session, col, select

from cardmall.domain.terms import PaymentStatus
from cardmall.models import Order, Payment


def is_paying(session: Session, order: Order) -> bool:
    """The channel says that money for this order is on its way."""
    wanted = select(Payment.id).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    return session.exec(wanted.where(col(Payment.paying_since).is_not(None))).first() is not None
