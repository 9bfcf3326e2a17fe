"""May a member of a shop change its goods? Use cases call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.rules.turn import Permission, Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role


class GoodsAct(StrEnum):
    """What can be done to a product of one's own shop."""

    create = "create"
    save = "save"
    copy = "copy"
    list_ = "list"
    unlist = "unlist"
    archive = "archive"
    restore = "restore"
    delete = "delete"
    regroup = "regroup"  # rename or dissolve a group


@dataclass(frozen=True)
class GoodsFacts:
    """All that decides about it.

    `current`: nobody saved it since it was looked at. `sold`: an order or a card names it.
    """

    current: bool = True
    archived: bool = False
    sold: bool = False
    shop_disabled: bool = False


_A = GoodsAct
# The first row of the act that fits refuses.
TABLE: tuple[Row[GoodsAct, GoodsFacts], ...] = (
    Row(
        frozenset(GoodsAct),
        lambda f, who, now: Permission.goods not in who.permissions,
        Reason.not_allowed,
        Offer.overview,
    ),
    Row(frozenset({_A.save}), lambda f, who, now: not f.current, Reason.changed, Offer.form),
    Row(frozenset({_A.save, _A.list_}), lambda f, who, now: f.archived, Reason.archived, Offer.overview),
    Row(frozenset({_A.list_}), lambda f, who, now: f.shop_disabled, Reason.shop_disabled, Offer.overview),
    Row(frozenset({_A.delete}), lambda f, who, now: f.sold, Reason.sold_before, Offer.overview),
)


def may(action: GoodsAct, who: Standing, facts: GoodsFacts, now: datetime) -> Turn[GoodsAct]:
    """May `who` do this to a product of the own shop now? Total: every facts and time has an answer."""
    if who.role is not Role.merchant:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
