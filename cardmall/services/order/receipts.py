"""Delivery by a receipt: the shop topped up an account elsewhere, and says so in the place of codes (R94)."""

import uuid
from typing import Any

from cardmall.domain.receipts import ProductForm, read_receipt
from cardmall.domain.terms import invalid
from cardmall.domain.verbs import Verb
from cardmall.models import Order
from cardmall.reads.facts import pieces_left
from cardmall.services.act import Act, start_cards
from cardmall.services.case.pictures import chosen
from cardmall.services.order.delivery import hand_over, order_to_deliver


def give_receipt(act: Act, no: object, *, text: object, pictures: object = "", seen: object = 0) -> None:
    """Deliver a receipt order: `text` (limits.RECEIPT_TEXT signs) for all its pieces, each a card that counts as used
    from now on. `pictures`: ids of own waiting ones of the order, at most limits.RECEIPT_PICTURES.

    `seen`: the edition of the buyer's answers it was topped up by, 0 where none were asked for. Refused beside the
    fields; (changed): the buyer corrected them since; (stale): it is delivered by codes, or no more.
    """
    order, told = order_to_deliver(act, no, ProductForm.receipt, seen, "text")
    words, wrong = read_receipt(text, pictures)
    if wrong:
        raise invalid(**wrong)
    for picture in chosen(act, order, pictures):
        picture.given_at = act.now
        act.session.add(picture)
    act = act.on(order=order)
    pieces = [_piece(act, order, words) for _ in range(pieces_left(order))]
    start_cards(act, pieces, "receive", Verb.receipt_given)
    hand_over(act, order, **told)


def _piece(act: Act, order: Order, words: str) -> dict[str, Any]:
    """The row of one piece: its own id stands where a code has its blind indexes, so that it is the same as no code."""
    card_id = str(uuid.uuid4())
    return {
        "id": card_id,
        "product_id": order.product_id,
        "order_id": order.id,
        "sealed_code": act.world.vault.seal_text(card_id, words),
        "blind": card_id,
        "shop_blind": card_id,
        "tail": "",
        "created_at": act.now,
        "revealed_at": act.now,
    }
