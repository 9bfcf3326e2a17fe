"""Orders to judge: facts of a plain order in each place it can stand, and hypothesis' random ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from cardmall.domain.refunds import Policy
from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import CardStatus, CaseStatus, OrderStatus

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, 16:00 in Shanghai
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WEEK = 7 * DAY

SEALED, REVEALED = CardStatus.sealed, CardStatus.revealed
UNPAID = Facts(OrderStatus.pending_payment, 1, 9900, Policy(), cards=(CardStatus.reserved,))
AWAITING = Facts(OrderStatus.awaiting_delivery, 1, 9900, Policy(), cards=(CardStatus.allocated,), promised_at=NOW + DAY)
DELIVERED = Facts(
    OrderStatus.delivered, 1, 9900, Policy(), cards=(SEALED,), delivered_at=NOW - DAY, sealed_at=(NOW - DAY,)
)
USED = replace(DELIVERED, cards=(REVEALED,), revealed=(NOW - DAY,), sealed_at=())
FINAL = Policy(return_allowed=False)


def like(facts: Facts, **other: Any) -> Facts:
    return replace(facts, **other)


def statuses(*some: OrderStatus) -> st.SearchStrategy[OrderStatus]:
    return st.sampled_from(some or tuple(OrderStatus))


# A moment on, just beside, or far from every boundary the rules know.
moments = st.none() | st.builds(
    lambda days, seconds: NOW - timedelta(days=days, seconds=seconds),
    st.sampled_from((0, 1, 7, 14, 30)),
    st.integers(-2, 2),
)
policies = st.builds(Policy, st.booleans(), st.sampled_from((0, 1, 7, 30)), st.sampled_from((0, 1, 30, 50)))
facts = st.builds(
    Facts,
    status=statuses(),
    quantity=st.integers(1, 20),
    unit_price=st.integers(0, 200_000),
    policy=policies,
    cards=st.lists(st.sampled_from(CardStatus), max_size=4).map(tuple),
    delivered_at=moments,
    revealed=st.lists(moments.filter(bool), max_size=3).map(tuple),
    sealed_at=st.lists(moments.filter(bool), max_size=3).map(tuple),
    last_case_pieces=st.integers(0, 4),
    promised_at=moments,
    stock_missing=st.booleans(),
    shop_disabled=st.booleans(),
    requests_used=st.integers(0, 7),
    last_case=st.none() | st.sampled_from(CaseStatus),
    last_case_ended_at=moments,
    ruled_before=st.booleans(),
    unconfirmed=st.booleans(),
    recalled=st.lists(st.sampled_from(CardStatus), max_size=2).map(tuple),
    last_case_gone=st.booleans(),
)
