"""The blind indexes of all cards made anew, a piece at a time; a killed job goes on where it was."""

import logging
from typing import Any

from cryptography.exceptions import InvalidTag

from cardmall.adapters import db
from cardmall.adapters.jobs import handler
from cardmall.adapters.vault import vault
from cardmall.domain import limits
from cardmall.domain.upkeep import PartTwins, ReindexCodes
from cardmall.models import Card, Product
from cardmall.services.act import Act, schedule
from cardmall.services.order.twins import Reindexed, part_twins, reindex, to_reindex

log = logging.getLogger(__name__)


def _read(task: ReindexCodes) -> tuple[list[Reindexed], str]:
    """The next cards compared anew, and the id after which the one after them goes on; "" at the end."""
    with db.reading() as session:
        cards = to_reindex(session, task.after, limits.REINDEXED_AT_ONCE)
    told = [_compared(card, product) for card, product in cards]
    return [one for one in told if one], cards[-1][0].id if cards else ""


def _compared(card: Card, product: Product) -> Reindexed | None:
    """None for a code that no key opens: nobody will ever be shown it."""
    try:
        sealed = vault().seal(card.id, product, vault().open(card.id, card.sealed_code))
    except (InvalidTag, KeyError, ValueError):
        log.warning("card %s cannot be opened and is not re-indexed", card.id)
        return None
    return Reindexed(card.id, card.product_id, sealed.blind, sealed.shop_blind, sealed.token, sealed.tail)


@handler(ReindexCodes, act=_read)
def reindex_codes(act: Act, task: ReindexCodes, read: tuple[list[Reindexed], str]) -> None:
    found, last = read
    if found:
        reindex(act, found)
    if last:
        schedule(act, ReindexCodes(last), act.now)


@handler(PartTwins)
def part(act: Act, task: PartTwins, _: Any) -> None:
    part_twins(act, task.shop_blind)
