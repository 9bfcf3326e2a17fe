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


def approvals_keep_their_rules() -> None:
    """Each by the system, of a version that was on, within its caps, before work or delivery."""
    assert beyond_rules() == []
    orders, versions = {order.id: order for order in rows(Order)}, _versions()
    for case in rows(Case, Case.rule > 0):
        order = orders[case.order_id]
        rule = versions[order.product_id, case.rule]
        assert rule.since <= rule.at <= case.ended_at
        for moment in (order.delivered_at, order.begun_at):
            assert moment is None or moment >= case.ended_at, "begun or delivered before it was approved"


def beyond_rules() -> list[str]:
    """Approvals that their version of the rule did not allow, and why; times of acts side by side are not compared."""
    orders, versions = {order.id: order for order in rows(Order)}, _versions()
    cases = rows(Case, Case.rule > 0)
    return [
        f"case {case.no} by rule {case.rule}: {wrong}"
        for case in cases
        for wrong in _wrongs(case, versions[orders[case.order_id].product_id, case.rule], cases, orders)
    ]


def _wrongs(case: Case, rule: ApprovalRule, cases: list[Any], orders: dict[Any, Order]) -> list[str]:
    order, at = orders[case.order_id], case.ended_at or case.opened_at
    its = [one for one in cases if orders[one.order_id].product_id == order.product_id and one.id <= case.id]
    mine = [one for one in its if orders[one.order_id].shopper_id == order.shopper_id]
    lately = [one for one in mine if one.ended_at > at - limits.RULE_COUNTED_IN]
    today = [one for one in its if day_of(one.ended_at) == day_of(at)]
    (event,) = rows(Event, Event.case_id == case.id, Event.verb == "case_approved")
    holds = {
        "not approved at once": (case.kind, case.status, case.opened_at, case.fee) == ("cancel", "approved", at, 0),
        "its version is off": rule.is_on,
        f"{case.amount} of {rule.most} fen": case.amount <= rule.most,
        f"{len(lately)} of {rule.per_shopper} of its shopper": len(lately) <= rule.per_shopper,
        f"{len(today)} of {rule.per_day} that day": len(today) <= rule.per_day,
        "not by the system": (event.role, event.data["rule"]) == (Role.system, case.rule),
    }
    return [wrong for wrong, well in holds.items() if not well]


def _versions() -> dict[tuple[int, int], Any]:
    return {(one.product_id, one.n): one for one in rows(ApprovalRule)}
