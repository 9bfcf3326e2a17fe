"""Jobs of shops."""

from typing import Any

from cardmall.adapters.jobs import handler
from cardmall.domain.upkeep import EndAway, VisitShop
from cardmall.services.act import Act
from cardmall.services.shop import away, shops


@handler(VisitShop)
def visit_shop(act: Act, task: VisitShop, _: Any) -> None:
    shops.visit_shop(act, task.shop_id, after=task.after, since=task.since)


@handler(EndAway)
def end_away(act: Act, task: EndAway, _: Any) -> None:
    away.tell_open(act, task.shop_id)
