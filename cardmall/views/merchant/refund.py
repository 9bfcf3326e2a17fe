"""What a merchant may give back on one order, piece by piece, and what a gift would do before it is pressed (R96)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.gifts import GiftEffect, GiftGoods
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import Role
from cardmall.models import Account, Batch, Card
from cardmall.reads.doors import order_for
from cardmall.reads.gifts import funds_of, gift_turn, giving, goods_of, transfer_of
from cardmall.reads.look import Look
from cardmall.reads.people import masked
from cardmall.reads.whole import WholeOrder, whole_order


@dataclass(frozen=True)
class GiftPiece:
    """A delivered piece that is left, as the order's page numbers it. `tail`: the end of its code, "" of a receipt;
    `worth`: fen of its price that did not come back yet."""

    n: int
    card: str
    tail: str
    batch: str
    status: str
    revealed_at: datetime | None
    worth: int


@dataclass(frozen=True)
class GiftPage:
    """The form of a gift on an order. Before delivery `left` pieces, after it the `pieces`. Fen: `most` can come back,
    for which the order and the shop have `funds`. `why` nothing may be given now, "" = it may; `case_no`: of the last
    request of its shopper. `transfer`: the open one, which a gift ends."""

    no: str = ""
    product: str = ""
    cover: str = ""
    picture: str = ""
    category: str = ""
    quantity: int = 0
    paid: int = 0
    shopper: str = ""
    channel: str = ""
    form: str = ""
    delivered: bool = False
    left: int = 0
    most: int = 0
    funds: int = 0
    why: str = ""
    case_no: str = ""
    transfer: str = ""
    pieces: list[GiftPiece] = field(default_factory=list)


def gift_page(look: Look, no: object) -> GiftPage:
    """The order `no` of the merchant's own shop. Refused: it is another shop's, unknown, or who looks no merchant."""
    order = order_for(look, no, Role.merchant)
    whole = whole_order(look, order)
    goods = goods_of(whole)
    turn, case = gift_turn(look, whole, goods), whole.case
    return GiftPage(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        category=order.category.value,
        quantity=order.quantity,
        paid=order.total,
        shopper=masked(look.session.exec(select(Account.name).where(col(Account.id) == order.shopper_id)).one()),
        channel=order.channel.value if order.channel else "",
        form=order.terms.form.value,
        delivered=goods.delivered,
        left=len(goods.pieces),
        most=goods.most,
        funds=funds_of(look, order, goods.most).most,
        why=turn.reason.value if turn.reason else "",
        case_no=case.no if case else "",
        transfer=transfer_of(look.session, order),
        pieces=_pieces(look.session, whole, goods) if goods.delivered else [],
    )


def _pieces(session: Session, whole: WholeOrder, goods: GiftGoods) -> list[GiftPiece]:
    """Each with what ticking it alone gives."""
    wanted = select(Card.id, Card.tail, Batch.name).outerjoin(Batch, col(Batch.id) == Card.batch_id)
    told = {
        card: (tail, batch or "") for card, tail, batch in session.exec(wanted.where(Card.order_id == whole.order.id))
    }
    held = {card.id: card for card in whole.cards}
    return [
        GiftPiece(one.n, one.card, *told[one.card], one.state, held[one.card].revealed_at, goods.worth_of([one]))
        for one in goods.pieces
    ]


def gift_effect(look: Look, no: object, typed: Mapping[str, object]) -> GiftEffect:
    """What the gift that the form asks for would do. Refused: as giving it."""
    return giving(look, whole_order(look, order_for(look, no, Role.merchant)), typed).effect
