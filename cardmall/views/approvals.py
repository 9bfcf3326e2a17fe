"""What people read of the rule by which undelivered requests are approved at once (R97)."""

from dataclasses import dataclass

from cardmall.domain.terms import DeliveryMode
from cardmall.models import Order, Product
from cardmall.reads.approvals import ByRule, RuleInForce, by_rule, rule_of
from cardmall.reads.doors import case_for
from cardmall.reads.look import Look


@dataclass(frozen=True)
class RuleTold:
    """The rule in force for one request, or for any about a product. `n`: its version, 0 where there is none to tell;
    `at_once`: it is approved at once; `why`: the Reason why it is not. Caps as in domain/approvals.py, fen."""

    n: int = 0
    at_once: bool = False
    why: str = ""
    most: int = 0
    per_shopper: int = 0
    per_day: int = 0
    by_hand: bool = False


NOTHING = RuleTold()


def told_of_product(look: Look, product: Product) -> RuleTold:
    """The rule of a product, with its caps; nothing where no order could ever be approved by it: one piece costs more,
    or codes are delivered with the payment."""
    return told_of_rule(rule_of(look.session, product), product)


def told_of_rule(rule: RuleInForce, product: Product) -> RuleTold:
    """The same of a rule that was read before."""
    never = product.price > rule.terms.most or (product.mode is DeliveryMode.auto and not product.delay_seconds)
    return NOTHING if never or not rule.terms.is_on else _told(rule, product.mode, at_once=True)


def told_of_order(look: Look, order: Order, amount: int) -> RuleTold:
    """What the rule says of a request about this order at which `amount` fen would come back, by the function that
    approves; nothing where there is no rule, or the order was delivered."""
    found = by_rule(look.session, order, amount, look.now)
    return NOTHING if found is None or found.facts.delivered else _decided(found, order)


def was_by_rule(look: Look, no: object) -> bool:
    """Whether the case `no` was approved by the rule of its product."""
    case, _ = case_for(look, no)
    return case.rule > 0


def _decided(found: ByRule, order: Order) -> RuleTold:
    why = found.turn.reason.value if found.turn.reason else ""
    return _told(found.rule, order.mode, at_once=found.turn.is_open, why=why)


def _told(rule: RuleInForce, mode: DeliveryMode, *, at_once: bool, why: str = "") -> RuleTold:
    terms = rule.terms
    by_hand = mode is DeliveryMode.manual
    return RuleTold(rule.n, at_once, why, terms.most, terms.per_shopper, terms.per_day, by_hand)
