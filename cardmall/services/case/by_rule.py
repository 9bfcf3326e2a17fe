"""自动同意: the rule of a product approves a request in the transaction that opened it (R97)."""

from cardmall.domain.terms import SYSTEM
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Case, Order
from cardmall.reads.approvals import ByRule
from cardmall.services.act import Act
from cardmall.services.case.outcomes import carry_out
from cardmall.services.talk.notify import tell_shop


def approve_by_rule(act: Act, order: Order, case: Case, found: ByRule) -> None:
    """The system approves what was just asked for; the event names the version of the rule, and what its caps counted.
    The merchant has nothing to answer, and is told."""
    act = act.by(SYSTEM).on(order=order, case=case)
    case.rule = found.rule.n
    counted = {"of_shopper": found.facts.of_shopper, "of_day": found.facts.of_day}
    carry_out(act, order, case, rule=found.rule.n, **counted)
    tell_shop(act, NoticeKind.case_rule_approved, amount=case.amount, rule=found.rule.n)
