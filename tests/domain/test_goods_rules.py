"""Who may change the goods of a shop (R85): every row of the table, and the order of its rows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cardmall.domain.rules.goods import GoodsAct, GoodsFacts, may
from cardmall.domain.rules.turn import EVERY, Permission, Standing, standing
from cardmall.domain.terms import Actor, Offer, Reason, Role

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
MEMBER = Standing(Role.merchant, EVERY)
_A = GoodsAct


@pytest.mark.parametrize("action", GoodsAct)
def test_a_member_may_do_all_of_it(action: GoodsAct) -> None:
    assert may(action, MEMBER, GoodsFacts(), NOW).is_open


@pytest.mark.parametrize("action", GoodsAct)
@pytest.mark.parametrize("role", [Role.shopper, Role.admin, Role.system])
def test_nobody_else_may(action: GoodsAct, role: Role) -> None:
    assert may(action, Standing(role, EVERY), GoodsFacts(), NOW).reason is Reason.not_allowed


@pytest.mark.parametrize("action", GoodsAct)
def test_a_member_without_the_permission_may_not(action: GoodsAct) -> None:
    turn = may(action, Standing(Role.merchant), GoodsFacts(current=False, archived=True), NOW)
    assert (turn.reason, turn.offer) == (Reason.not_allowed, Offer.overview)


@pytest.mark.parametrize(
    ("told", "reason", "acts"),
    [
        ({"current": False}, Reason.changed, {_A.save}),
        ({"archived": True}, Reason.archived, {_A.save, _A.list_}),
        ({"shop_disabled": True}, Reason.shop_disabled, {_A.list_}),
        ({"sold": True}, Reason.sold_before, {_A.delete}),
    ],
)
def test_each_row_refuses_its_acts_only(told: dict[str, Any], reason: Reason, acts: set[GoodsAct]) -> None:
    refused = {action: may(action, MEMBER, GoodsFacts(**told), NOW) for action in GoodsAct}
    assert {action: turn.reason for action, turn in refused.items() if not turn.is_open} == dict.fromkeys(acts, reason)


def test_a_stale_page_is_told_so_first() -> None:
    turn = may(_A.save, MEMBER, GoodsFacts(current=False, archived=True), NOW)
    assert (turn.reason, turn.offer) == (Reason.changed, Offer.form)


def test_for_now_every_member_of_a_shop_may_all_of_it_and_nobody_else() -> None:
    assert standing(Actor(1, Role.merchant, 7)).permissions == set(Permission)
    assert standing(Actor(1, Role.shopper)).permissions == standing(Actor(1, Role.admin)).permissions == frozenset()
