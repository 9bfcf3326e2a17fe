"""The rule of a product for its shop: what it says now, who changed what and when, and how often it approved (R97)."""

from dataclasses import dataclass, field
from datetime import datetime

from cardmall.domain import limits
from cardmall.domain.approvals import OFF, ApprovalTerms, typed_terms
from cardmall.domain.rules.approvals import RuleAct, RuleFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import DeliveryMode
from cardmall.models import Product
from cardmall.reads.approvals import RuleInForce, approved_today, rule_versions
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.views.approvals import NOTHING, RuleTold, told_of_rule


@dataclass(frozen=True)
class RuleVersion:
    """One save of it: by whom, when, and what it says since. `most` in fen."""

    n: int
    name: str
    at: datetime
    is_on: bool
    most: int
    per_shopper: int
    per_day: int


@dataclass(frozen=True)
class RuleView:
    """`may_set`: who looks is an owner. `version` 0: none was ever set; `terms`: what it says, `typed`: the same as the
    form shows it, `told`: what shoppers read of it. `today`: approved since midnight in Shanghai; `shows_fields`: its
    orders have answers to be read."""

    may_set: bool = False
    version: int = 0
    terms: ApprovalTerms = OFF
    typed: dict[str, str] = field(default_factory=lambda: typed_terms(OFF))
    today: int = 0
    shows_fields: bool = False
    versions: list[RuleVersion] = field(default_factory=list)
    told: RuleTold = NOTHING


def rule_view(look: Look, product: Product) -> RuleView:
    """The rule of a product of the own shop."""
    found = rule_versions(look.session, product, limits.RULES_SHOWN)
    terms = ApprovalTerms.of(found[0][0]) if found else OFF
    may_set = may(RuleAct.set_, standing(require(look.who)), RuleFacts(), look.now).is_open
    return RuleView(
        may_set=may_set,
        version=found[0][0].n if found else 0,
        terms=terms,
        typed=typed_terms(terms),
        today=approved_today(look.session, product, look.now) if found else 0,
        shows_fields=product.mode is DeliveryMode.manual and bool(product.buyer_fields),
        told=told_of_rule(RuleInForce(1, terms), product),
        versions=[RuleVersion(row.n, name, row.at, **vars(ApprovalTerms.of(row))) for row, name in found],
    )
