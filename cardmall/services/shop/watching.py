"""A shop is told what it is about to run out of, and what it has run out of (R91)."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain import limits
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import DeliveryMode
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Product, Shop, StockWatch
from cardmall.reads.batches import demand_stock
from cardmall.reads.goods import AVAILABLE, cards_left, first_card
from cardmall.services.act import Act
from cardmall.services.talk.notify import tell_members

_KINDS = {"low": NoticeKind.stock_low, "out": NoticeKind.stock_out}


_LOW = sa.and_(col(StockWatch.line).is_not(None), col(StockWatch.line) > cards_left())
_STATE = sa.case((first_card(AVAILABLE).is_(None), "out"), (_LOW, "low"), else_="")
_TOLD = sa.func.coalesce(col(StockWatch.told), "")
_STOCKED = first_card().is_not(None)
_MOVED = (
    sa.select(Product, _STATE, _TOLD)
    .join(Shop, col(Shop.id) == col(Product.shop_id))
    .outerjoin(StockWatch, col(StockWatch.product_id) == col(Product.id))
    .where(col(Product.mode) == DeliveryMode.auto, col(Product.listed), col(Shop.disabled_at).is_(None))
    .where(_STATE != _TOLD, _STOCKED)
    .order_by(col(Product.id))
    .limit(limits.WATCHED_AT_ONCE)
)


def watch_stock(act: Act) -> bool:
    """Tell the shops of products whose stock crossed their line, or ran out, since the last look; whether more wait.

    "Low" is told once, and anew after it was above; "sold out" every time.
    """
    demand_stock(act, StockAct.watch)
    found = act.session.execute(_MOVED).all()
    for product, state, told in found:
        watch = act.session.get(StockWatch, product.id) or StockWatch(product_id=product.id)
        watch.told = state
        act.session.add(watch)
        if state == "out" or (state == "low" and not told):
            tell_members(act, product.shop_id, _KINDS[state], product=product.name)
    return len(found) == limits.WATCHED_AT_ONCE
