"""The public guide: the policies of what is on sale now, and how the four ways look at this moment."""

from collections import defaultdict
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
    rules, policies = _counted(look.session, col(Product.activation_rule)), _counted(look.session, *_KINDS)
    names = _named(look.session, [one for found in policies.values() for *_, one in found])
    categories = [_category(name, rules[name], policies[name], names) for name in Category if policies[name]]
    return GuideView([_example(e, look) for e in examples(look.now)], categories)


def _example(example: Example, look: Look) -> ExampleView:
    best = next((d.way.value for d in example.decisions if d.is_open), "")
    return ExampleView(example.name, example.status.value, best, [_way(d, look) for d in example.decisions])


def _way(decision: Decision, look: Look) -> WayShown:
    amount = decision.preview.amount if decision.preview else 0
    deadline = answered_by(decision, look.world.calendar, look.now)
    return WayShown(decision.way.value, decision.is_open, decision.reason.value, deadline, amount)


_KINDS = (col(Product.return_allowed), col(Product.window_days), col(Product.fee_permille))


def _category(
    category: Category, rules: Sequence[Any], policies: Sequence[Any], names: dict[int, tuple[str, str]]
) -> CategoryView:
    return CategoryView(
        category.value,
        [rule for rule, *_ in rules if rule],
        [PolicyView(allowed, days, f"{fee / 10:g}", many, *names[one]) for allowed, days, fee, many, one in policies],
    )


def _counted(session: Session, *columns: Any) -> dict[Category, list[Any]]:
    """Of each category the commonest combinations on sale, how many products have each, and the id of one."""
    many, category = sa.func.count().label("many"), col(Product.category)
    place = sa.func.row_number().over(partition_by=category, order_by=(many.desc(), *columns)).label("place")
    counted = (
        sa.select(category, place, *columns, many, sa.func.min(col(Product.id)).label("one"))
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .where(*ON_SALE)
        .group_by(category, *columns)
        .subquery()
    )
    wanted = sa.select(counted).where(counted.c.place <= limits.LIST_SIZE).order_by(counted.c.place)
    found: dict[Category, list[Any]] = defaultdict(list)
    for name, _, *told in session.connection().execute(wanted):
        found[name].append(told)
    return found


def _named(session: Session, ids: list[int]) -> dict[int, tuple[str, str]]:
    found = session.exec(select(Product.id, Product.name, Product.slug).where(col(Product.id).in_(ids)))
    return {number or 0: (name, slug) for number, name, slug in found}
