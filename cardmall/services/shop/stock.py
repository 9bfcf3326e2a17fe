"""Stock: codes become available cards of a product."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from cardmall.domain.terms import Actor, CardStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Product
from cardmall.services.act import Act, start
from cardmall.services.order.delivery import Seal, new_card


def stock_codes(
    session: Session, actor: Actor, product: Product, codes: Sequence[str], *, seal: Seal, now: datetime
) -> None:
    """Each code enters sealed by the vault, as an available card."""
    for code in codes:
        card = new_card(session, product, code, CardStatus.available, seal, now)
        start(session, Act(actor, now), card, "stock", Verb.cards_stocked, cards=[card.id])
