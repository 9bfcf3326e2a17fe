"""The public guide: the policies of what is on sale now, and how the four ways look at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.guide import Example, examples
from cardmall.domain.rules.ways import Decision, answered_by
from cardmall.domain.terms import Category
from cardmall.models import Product, Shop
from cardmall.reads.look import Look
from cardmall.views.public.home import ON_SALE


@dataclass(frozen=True)
class WayShown:
    """One of the four ways of an example. `amount` in fen."""

    way: str
    is_open: bool
    reason: str
    deadline: datetime | None
    amount: int


@dataclass(frozen=True)
class ExampleView:
    """A moment of an order, and its ways as its page would show them now. `best`: the one its button names."""

    name: str
    status: str
    best: str
    ways: list[WayShown] = field(default_factory=list)


@dataclass(frozen=True)
class PolicyView:
    """One policy and how many products have it; the name and page of one of them. `fee` as "3", in percent."""

    returnable: bool
    days: int
    fee: str
    count: int
    example: str
    slug: str


@dataclass(frozen=True)
class CategoryView:
    """What counts as use in a category, and what its products promise."""

    category: str
    rules: list[str] = field(default_factory=list)
    policies: list[PolicyView] = field(default_factory=list)


@dataclass(frozen=True)
class GuideView:
    examples: list[ExampleView] = field(default_factory=list)
    categories: list[CategoryView] = field(default_factory=list)


def guide_view(look: Look) -> GuideView:
    """For everybody, signed in or not."""
    policies = {category: _counted(look.session, category, *_KINDS) for category in Category}
    names = _named(look.session, [row[-1] for found in policies.values() for row in found])
    categories = [_category(look.session, category, found, names) for category, found in policies.items()]
    return GuideView([_example(e, look) for e in examples(look.now)], [c for c in categories if c.policies])


def _example(example: Example, look: Look) -> ExampleView:
    best = next((d.way.value for d in example.decisions if d.is_open), "")
    return ExampleView(example.name, example.status.value, best, [_way(d, look) for d in example.decisions])


def _way(decision: Decision, look: Look) -> WayShown:
    amount = decision.preview.amount if decision.preview else 0
    deadline = answered_by(decision, look.world.calendar, look.now)
    return WayShown(decision.way.value, decision.is_open, decision.reason.value, deadline, amount)


_KINDS = (col(Product.return_allowed), col(Product.window_days), col(Product.fee_permille))


def _category(
    session: Session, category: Category, policies: Sequence[Any], names: dict[int, tuple[str, str]]
) -> CategoryView:
    """At most LIST_SIZE different rules and policies, the commonest first."""
    rules = _counted(session, category, col(Product.activation_rule))
    return CategoryView(
        category.value,
        [rule for rule, *_ in rules if rule],
        [PolicyView(allowed, days, f"{fee / 10:g}", many, *names[one]) for allowed, days, fee, many, one in policies],
    )


def _counted(session: Session, category: Category, *columns: Any) -> Sequence[Any]:
    """Each combination on sale, how many products have it, and the id of one."""
    many = sa.func.count()
    wanted = (
        sa.select(*columns, many, sa.func.min(col(Product.id)))
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .where(col(Product.category) == category, *ON_SALE)
        .group_by(*columns)
    )
    return session.connection().execute(wanted.order_by(many.desc(), *columns).limit(limits.LIST_SIZE)).all()


def _named(session: Session, ids: list[int]) -> dict[int, tuple[str, str]]:
    found = session.exec(select(Product.id, Product.name, Product.slug).where(col(Product.id).in_(ids)))
    return {number or 0: (name, slug) for number, name, slug in found}
