"""Stock: codes become available cards of a product."""

from collections.abc import Sequence

from cardmall.domain.terms import CardStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Product
from cardmall.services.act import Act
from cardmall.services.order.delivery import enter, new_card


def stock_codes(act: Act, product: Product, codes: Sequence[str]) -> None:
    """Each code enters sealed by the vault, as an available card."""
    for code in codes:
        card = new_card(act, product, code, CardStatus.available)
        enter(act, card, "stock", Verb.cards_stocked)
