"""Stock: codes become available cards of a product."""

from collections.abc import Sequence

from cardmall.domain.terms import CardStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Product
from cardmall.services.act import Act
from cardmall.services.order.delivery import enter, new_card, one_at_a_time
from cardmall.services.order.typed_codes import demand_new


def stock_codes(act: Act, product: Product, codes: Sequence[str]) -> None:
    """Each code enters sealed by the vault, as an available card. Refused: the shop has, or had, one of them."""
    one_at_a_time(act.session, product.shop_id)
    demand_new(act, product, codes)
    enter_stock(act, product, codes)


def enter_stock(act: Act, product: Product, codes: Sequence[str]) -> None:
    """The same of codes that are known to be new."""
    for code in codes:
        card = new_card(act, product, code, CardStatus.available)
        enter(act, card, "stock", Verb.cards_stocked)
