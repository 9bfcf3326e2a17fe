"""The rule of a product as tests set it: with the version the form showed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cardmall.adapters import db
from cardmall.domain.approvals import ApprovalTerms, typed_terms
from cardmall.domain.terms import Actor
from cardmall.models import Product
from cardmall.reads.approvals import rule_of
from cardmall.services.shop.approval_rules import set_rule
from tests.town import MANUAL, PRICE, Town, act, rows

RULE = ApprovalTerms(is_on=True, most=PRICE, per_shopper=3, per_day=20)


def setting(
    town: Town, terms: ApprovalTerms = RULE, slug: str = MANUAL, who: Actor | None = None, **when: Any
) -> Callable[[], int]:
    """The press of an owner who looked at the form now; it answers with the number of the version."""
    told = {"version": version(slug), "now": town.founded, **when}
    return partial(act, set_rule, who or town.bob, slug, typed_terms(terms), **told)


def have_rule(
    town: Town, terms: ApprovalTerms = RULE, slug: str = MANUAL, who: Actor | None = None, **when: Any
) -> int:
    """Look, then press."""
    return setting(town, terms, slug, who, **when)()


def version(slug: str = MANUAL) -> int:
    """The number of the rule in force, 0 for none."""
    (product,) = rows(Product, Product.slug == slug)
    with db.reading() as session:
        return rule_of(session, product).n
