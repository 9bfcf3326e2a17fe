"""Owners set rules in a random life, work begins, people ask; and what every approval by a rule kept (R97)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cardmall.adapters import clock
from cardmall.domain import limits
from cardmall.domain.approvals import ApprovalTerms, typed_terms
from cardmall.domain.calendar import day_of
from cardmall.domain.terms import Actor, Role
from cardmall.models import ApprovalRule, Case, Event, Order
from cardmall.services.order.beginning import begin_work
from cardmall.services.shop.approval_rules import set_rule
from tests.services.by_rule import version
from tests.town import PRICE, act, rows

if TYPE_CHECKING:
    from tests.services.life import Life


def set_some_rule(goods: tuple[str, ...]) -> Callable[["Life", Actor | None, str], Any]:
    """Of one of these products: narrow or wide, rarely switched off; with `more` from an older form."""

    def call(life: "Life", who: Actor | None, amount: str) -> None:
        dice, slug = life.dice, life.dice.choice(goods)
        terms = ApprovalTerms(
            is_on=dice.random() < 0.85,
            most=dice.choice((PRICE - 1, PRICE, 2 * PRICE, 9 * PRICE)),
            per_shopper=dice.choice((1, 2, 5)),
            per_day=dice.choice((1, 3, 20)),
        )
        seen = version(slug) + (amount == "more")
        act(set_rule, who, slug, typed_terms(terms), version=seen, now=clock.now())

    return call


def begin(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    act(begin_work, who, order.no, now=clock.now())


def approvals_keep_their_rules() -> int:
    """How many there are: each by the system, of a version that was on, within its caps, before work or delivery."""
    cases, orders = rows(Case, Case.rule > 0), {order.id: order for order in rows(Order)}
    versions = {(one.product_id, one.n): one for one in rows(ApprovalRule)}
    for case in cases:
        order = orders[case.order_id]
        rule = versions[order.product_id, case.rule]
        its = [one for one in cases if orders[one.order_id].product_id == order.product_id and one.id <= case.id]
        mine = [one for one in its if orders[one.order_id].shopper_id == order.shopper_id]
        lately = [one for one in mine if one.ended_at > case.ended_at - limits.RULE_COUNTED_IN]
        today = [one for one in its if day_of(one.ended_at) == day_of(case.ended_at)]
        assert (case.kind, case.status, case.opened_at, case.fee) == ("cancel", "approved", case.ended_at, 0)
        assert rule.is_on and rule.since <= rule.at <= case.ended_at
        assert case.amount <= rule.most
        assert len(lately) <= rule.per_shopper and len(today) <= rule.per_day
        for moment in (order.delivered_at, order.begun_at):
            assert moment is None or moment >= case.ended_at, "begun or delivered before it was approved"
        (event,) = rows(Event, Event.case_id == case.id, Event.verb == "case_approved")
        assert (event.role, event.data["rule"]) == (Role.system, case.rule)
    return len(cases)
