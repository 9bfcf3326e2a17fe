"""How many pieces of a product were sold lately: paid for, and not canceled, nor taken back for money, since."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain import limits
from cardmall.domain.terms import OrderStatus
from cardmall.models import Order, Product
from cardmall.reads.look import Look


def sold_lately(look: Look, products: Sequence[Product]) -> dict[int, int]:
    """Pieces of each in the last SALES_TOLD, by its id; from SALES_COUNTED orders on there are that many or more."""
    lately = (col(Order.product_id) == col(Product.id), col(Order.paid_at) > look.now - limits.SALES_TOLD)
    stands = col(Order.status) != OrderStatus.canceled
    stayed = col(Order.quantity) - col(Order.canceled_pieces) - col(Order.taken_back)
    few = sa.select(stayed).where(*lately, stands).correlate(Product)
    each = few.limit(limits.SALES_COUNTED).subquery()
    pieces = sa.select(sa.func.coalesce(sa.func.sum(each.c[0]), 0)).scalar_subquery()
    wanted = sa.select(col(Product.id), pieces).where(col(Product.id).in_([product.id for product in products]))
    found = look.session.connection().execute(wanted)
    return {product or 0: min(number, limits.SALES_COUNTED) for product, number in found}
