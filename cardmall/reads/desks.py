"""What waits at each entry of a desk: the page that lists it and the count beside the entry's name ask the same."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.rules.cases import awaiting
from cardmall.domain.terms import OPEN_CASE, CaseStatus, DeliveryMode, OrderStatus, Role
from cardmall.models import Case, Conversation, Order, Shop, SupportThread


def _in(statuses: frozenset[CaseStatus]) -> sa.ColumnElement[bool]:
    return col(Case.status).in_(sorted(statuses))


TO_ANSWER = _in(awaiting(Role.merchant))
ELSEWHERE = _in(OPEN_CASE - awaiting(Role.merchant))
TO_RULE = _in(awaiting(Role.admin))
_BY_HAND = sa.and_(col(Order.status) == OrderStatus.awaiting_delivery, col(Order.mode) == DeliveryMode.manual)
_STANDS_STILL = sa.or_(
    col(Order.held_at).is_not(None),
    sa.exists().where(col(Shop.id) == col(Order.shop_id), col(Shop.disabled_at).is_not(None)),
)
TO_DELIVER = sa.and_(_BY_HAND, sa.not_(_STANDS_STILL))  # by hand, and now
HELD_BACK = sa.and_(_BY_HAND, _STANDS_STILL)  # by hand, once its hold ends
UNREAD_BY_SHOP = col(Conversation.unread_by_shop) > 0
ASKED = col(SupportThread.waiting_since).is_not(None)
ABNORMAL = col(Order.abnormal).is_not(None)
