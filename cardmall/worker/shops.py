"""Jobs of shops."""

from typing import Any

from cardmall.adapters.jobs import handler
from cardmall.domain.upkeep import VisitShop
from cardmall.services.act import Act
from cardmall.services.shop import shops


@handler(VisitShop)
def visit_shop(act: Act, task: VisitShop, _: Any) -> None:
    shops.visit_shop(act, task.shop_id, after=task.after, since=task.since)
