"""The one stage that fits an order, as SQL (R10)."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.lifecycle import stage_of
from cardmall.domain.terms import OrderStatus, Stage
from cardmall.models import Order

_NOTHING = {"abnormal": False, "case_open": False, "refunding": False}
QUIET = {status: stage_of(status, **_NOTHING) for status in OrderStatus}  # the tab of an order with nothing to do


def right_stage(case_open: sa.ColumnElement[bool], refunding: sa.ColumnElement[bool]) -> sa.Case[Stage]:
    """What `stage_of` says of the order at hand, told whether a case of it is open and a refund of it is due."""
    flags = {"abnormal": col(Order.abnormal).is_not(None), "case_open": case_open, "refunding": refunding}
    by_flag = [(flag, stage_of(OrderStatus.delivered, **_NOTHING | {name: True})) for name, flag in flags.items()]
    return sa.case(*by_flag, *((col(Order.status) == status, stage) for status, stage in QUIET.items()))
