"""What waits at each entry of a desk: the page that lists it and the count beside the entry's name ask the same."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.rules.cases import awaiting
from cardmall.domain.terms import OPEN_CASE, CaseStatus, DeliveryMode, OrderStatus, Role
from cardmall.models import Case, Conversation, Order, SupportThread


def _in(statuses: frozenset[CaseStatus]) -> sa.ColumnElement[bool]:
    return col(Case.status).in_(sorted(statuses))


TO_ANSWER = _in(awaiting(Role.merchant))
ELSEWHERE = _in(OPEN_CASE - awaiting(Role.merchant))
TO_RULE = _in(awaiting(Role.admin))
TO_DELIVER = sa.and_(col(Order.status) == OrderStatus.awaiting_delivery, col(Order.mode) == DeliveryMode.manual)
UNREAD_BY_SHOP = col(Conversation.unread_by_shop) > 0
ASKED = col(SupportThread.waiting_since).is_not(None)
ABNORMAL = col(Order.abnormal).is_not(None)
