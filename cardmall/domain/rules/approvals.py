"""May an owner set the rule of a product, and does the rule approve this request at once (R97)? Pages and use cases
call the same two functions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.approvals import OFF, ApprovalTerms
from cardmall.domain.rules.turn import JOB, Permission, Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role


class RuleAct(StrEnum):
    """What an owner does about it: one more version of the rule."""

    set_ = "set"


class ApprovalAct(StrEnum):
    """What the system does by it."""

    approve = "approve"


@dataclass(frozen=True)
class RuleFacts:
    """`current`: nobody set it otherwise since it was looked at. Whether the product is archived does not matter: what
    was sold of it may still wait for delivery."""

    current: bool = True


@dataclass(frozen=True)
class ApprovalFacts:
    """All that decides whether a request is approved at once. `begun`: its shop works on the order; `seen`: it may have
    looked at its buyer's answers before the rule was on; `rejected`: a person said no to an earlier request about it.
    `amount`: fen that would come back; `of_shopper`, `of_day`:
    how often the rule approved before, as its caps count."""

    terms: ApprovalTerms = OFF
    delivered: bool = False
    begun: bool = False
    seen: bool = False
    rejected: bool = False
    amount: int = 0
    of_shopper: int = 0
    of_day: int = 0


_SET, _APPROVE = frozenset(RuleAct), frozenset(ApprovalAct)
# The first row that fits refuses.
TABLE: tuple[Row[RuleAct, RuleFacts], ...] = (
    Row(_SET, lambda f, who, now: Permission.owner not in who.permissions, Reason.not_allowed, Offer.overview),
    Row(_SET, lambda f, who, now: not f.current, Reason.changed, Offer.form),
)
APPROVING: tuple[Row[ApprovalAct, ApprovalFacts], ...] = (
    Row(_APPROVE, lambda f, who, now: not f.terms.is_on, Reason.rule_off, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.delivered, Reason.delivered, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.begun, Reason.rule_begun, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.seen, Reason.rule_seen, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.rejected, Reason.rule_rejected, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.amount > f.terms.most, Reason.rule_amount, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.of_shopper >= f.terms.per_shopper, Reason.rule_shopper, Offer.order),
    Row(_APPROVE, lambda f, who, now: f.of_day >= f.terms.per_day, Reason.rule_day, Offer.order),
)


def may(action: RuleAct, who: Standing, facts: RuleFacts, now: datetime) -> Turn[RuleAct]:
    """May `who` set the rule of a product of the own shop now? Total: every facts and time has an answer."""
    if who.role is not Role.merchant:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)


def approved_at_once(facts: ApprovalFacts, now: datetime) -> Turn[ApprovalAct]:
    """Does the rule, which is the system's, approve the request now? If not, the merchant answers as usual."""
    return first_refusal(APPROVING, ApprovalAct.approve, JOB, facts, now)
