"""The one stage that fits an order, as SQL (R10)."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.lifecycle import stage_of
from cardmall.domain.terms import OrderStatus, Stage
from cardmall.models import Order


def right_stage(case_open: sa.ColumnElement[bool], refunding: sa.ColumnElement[bool]) -> sa.Case[Stage]:
    """What `stage_of` says of the order at hand, told whether a case of it is open and a refund of it is due."""
    flags = {"abnormal": col(Order.abnormal).is_not(None), "case_open": case_open, "refunding": refunding}
    quiet = dict.fromkeys(flags, False)
    by_flag = [(flag, stage_of(OrderStatus.delivered, **quiet | {name: True})) for name, flag in flags.items()]
    by_status = [(col(Order.status) == status, stage_of(status, **quiet)) for status in OrderStatus]
    return sa.case(*by_flag, *by_status)
