"""Stock: codes become available cards of a product."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from cardmall.domain.terms import Actor, CardStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Product
from cardmall.services.delivery import Seal, refuse_known
from cardmall.services.journal import Act, start


def stock_codes(
    session: Session, actor: Actor, product: Product, codes: Sequence[str], *, seal: Seal, now: datetime
) -> None:
    """Each code enters sealed by the vault, as an available card."""
    for code in codes:
        card_id = str(uuid.uuid4())
        sealed = seal(card_id, product.id or 0, code)
        refuse_known(session, product.id or 0, sealed.blind)
        card = Card(
            id=card_id,
            product_id=product.id or 0,
            status=CardStatus.available,
            sealed_code=sealed.token,
            blind=sealed.blind,
            tail=sealed.tail,
            created_at=now,
        )
        start(session, Act(actor, now), card, "stock", Verb.cards_stocked, cards=[card_id])
