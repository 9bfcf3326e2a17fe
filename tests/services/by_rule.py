"""The rule of a product as tests set it: with the version the form showed."""

from typing import Any

from cardmall.adapters import clock, db
from cardmall.domain.approvals import ApprovalTerms, typed_terms
from cardmall.domain.terms import Actor
from cardmall.models import Product
from cardmall.reads.approvals import rule_of
from cardmall.services.shop.approval_rules import set_rule
from tests.town import MANUAL, PRICE, Town, act, rows

RULE = ApprovalTerms(is_on=True, most=PRICE, per_shopper=3, per_day=20)


def have_rule(
    town: Town, terms: ApprovalTerms = RULE, slug: str = MANUAL, who: Actor | None = None, **when: Any
) -> int:
    """Its number."""
    return act(
        set_rule, who or town.bob, slug, typed_terms(terms), version=version(slug), **{"now": town.founded, **when}
    )


def version(slug: str = MANUAL) -> int:
    (product,) = rows(Product, Product.slug == slug)
    with db.reading() as session:
        return rule_of(session, product).n


def now() -> Any:
    return clock.now()
