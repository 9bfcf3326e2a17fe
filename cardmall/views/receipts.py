"""充值回执: what the shop said of an order it delivered by a receipt, for the two sides and whoever judges (R94)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import Role
from cardmall.models import Card, Order, Picture
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.whole import WholeOrder


@dataclass(frozen=True)
class ReceiptView:
    """`at`: None where none was given, or who looks may not read it; `pictures` are ids; `until`: a fault of it may be
    reported no later."""

    text: str = ""
    pictures: list[str] = field(default_factory=list)
    at: datetime | None = None
    until: datetime | None = None


def receipt_view(look: Look, whole: WholeOrder) -> ReceiptView:
    """The receipt of an order that `look.who` may see: whole for its shopper and its shop, for admins only once a case
    was opened."""
    order, given = whole.order, whole.given
    if order.terms.form is not ProductForm.receipt or order.delivered_at is None or not given:
        return ReceiptView()
    if require(look.who).role is Role.admin and not whole.cases:
        return ReceiptView()
    text = _text(look, given[0].id)
    return ReceiptView(
        text, _pictures(look.session, order), order.delivered_at, whole.facts.fault_until(order.delivered_at)
    )


def _text(look: Look, card_id: str) -> str:
    """All pieces of an order hold the same."""
    sealed = look.session.exec(select(Card.sealed_code).where(Card.id == card_id)).one()
    return look.world.vault.open(card_id, sealed)


def _pictures(session: Session, order: Order) -> list[str]:
    found: Sequence[str] = session.exec(
        select(Picture.id)
        .where(Picture.order_id == order.id, col(Picture.given_at).is_not(None))
        .order_by(col(Picture.at), col(Picture.id))
    ).all()
    return list(found)
