"""The rule of a product by which undelivered requests are approved at once, and what its caps count (R97)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cardmall.domain.approvals import OFF, ApprovalTerms, counted_from
from cardmall.domain.rules.approvals import ApprovalFacts, approved_at_once
from cardmall.domain.rules.turn import Turn
from cardmall.domain.terms import CaseStatus, DeliveryMode, OrderStatus, TransferStatus
from cardmall.models import Account, ApprovalRule, Case, Order, Product, Transfer
from cardmall.models.columns import UtcDateTime
from cardmall.reads.locks import locking
from cardmall.reads.searching import aside

_UNDELIVERED = (OrderStatus.pending_payment, OrderStatus.awaiting_delivery)


@dataclass(frozen=True)
class RuleInForce:
    """The newest version of a product's rule. `n` 0: none was ever set; `since`: on without a break since then."""

    n: int = 0
    terms: ApprovalTerms = OFF
    since: datetime | None = None


@dataclass(frozen=True)
class ByRule:
    """What the rule in force says of one request: `turn` is open where it is approved at once."""

    rule: RuleInForce
    facts: ApprovalFacts
    turn: Turn[Any]


NO_RULE = RuleInForce()
_PRODUCT, _SHOPPER, _SHOP, _ORDER = (sa.bindparam(name) for name in ("product", "shopper", "shop", "order"))
# A person said no once, whatever became of the request: to it, or to that of whoever passed the order on.
_SAID_NO = col(Case.reject_reason).is_not(None) | (col(Case.status) == CaseStatus.ruled_merchant)
_PASSED_ON = (col(Transfer.new_order_id) == _ORDER, col(Transfer.status) == TransferStatus.completed)
_ITSELF = sa.union_all(sa.select(_ORDER), sa.select(col(Transfer.order_id)).where(*_PASSED_ON))
_LATELY, _TODAY = (sa.bindparam(name, type_=UtcDateTime()) for name in ("lately", "today"))


def _times(*which: Any) -> Any:
    """How many cases of a product its rule approved."""
    its = sa.select(sa.func.count()).select_from(Case).join(Order, col(Order.id) == col(Case.order_id))
    return its.where(
        col(Case.rule) > sa.literal_column("0"), col(Order.product_id) == _PRODUCT, *which
    ).scalar_subquery()


# Built once: it is part of every request that a rule may approve, and of the pages that say so before.
_NEWEST = (
    sa.select(
        ApprovalRule,
        _times(col(Order.shopper_id) == _SHOPPER, aside(col(Case.shop_id)) == _SHOP, col(Case.ended_at) > _LATELY),
        _times(col(Case.shop_id) == _SHOP, col(Case.ended_at) >= _TODAY),
        sa.exists().where(col(Case.order_id).in_(_ITSELF), _SAID_NO),
    )
    .where(col(ApprovalRule.product_id) == _PRODUCT)
    .order_by(col(ApprovalRule.n).desc())
    .limit(1)
)


def _is_followed() -> sa.ColumnElement[bool]:
    """Of a version of a rule: a later one of its product is in force."""
    newer = aliased(ApprovalRule)
    return sa.exists().where(newer.product_id == col(ApprovalRule.product_id), newer.n > col(ApprovalRule.n))  # pyright: ignore[reportArgumentType] - a column


def rules_of(session: Session, products: Collection[int]) -> dict[int, RuleInForce]:
    """The rule in force of each of these products that has one, by the product's id."""
    found = session.exec(
        select(ApprovalRule).where(col(ApprovalRule.product_id).in_(sorted(products)), ~_is_followed())
    ).all()
    return {row.product_id: _in_force(row) for row in found}


def rule_of(session: Session, product: Product) -> RuleInForce:
    """The rule in force of one product."""
    return rules_of(session, [product.id or 0]).get(product.id or 0, NO_RULE)


def rule_versions(session: Session, product: Product, most: int) -> Sequence[tuple[ApprovalRule, str]]:
    """The newest versions of a product's rule, each with the name of who set it."""
    wanted = select(ApprovalRule, Account.name).join(Account, col(Account.id) == ApprovalRule.actor_id)
    wanted = wanted.where(ApprovalRule.product_id == product.id).order_by(col(ApprovalRule.n).desc())
    return session.exec(wanted.limit(most)).all()


def approved_today(session: Session, product: Product, now: datetime) -> int:
    """How often the rule of a product approved on the day of `now`."""
    told = {"product": product.id, "shop": product.shop_id, "today": counted_from(now)[1]}
    wanted = sa.select(_times(col(Case.shop_id) == _SHOP, col(Case.ended_at) >= _TODAY))
    return session.connection().execute(wanted, told).scalar_one()


def lock_ruled_product(session: Session, no: object) -> bool:
    """Lock the product of the order `no` where its rule is on: under that lock the caps are counted. False: no rule
    is on, and the request is answered as usual. Comes before the lock of the order."""
    its = sa.select(col(Order.product_id)).where(col(Order.no) == str(no)).scalar_subquery()
    newest = sa.select(col(ApprovalRule.is_on)).where(col(ApprovalRule.product_id) == col(Product.id))
    is_on = newest.order_by(col(ApprovalRule.n).desc()).limit(1).correlate(Product).scalar_subquery()
    found = session.exec(locking(select(Product.id).where(col(Product.id) == its, is_on.is_(True)))).first()
    return found is not None


def hold_rule(session: Session, no: object) -> None:
    """Nobody sets the rule of the product of the order `no` until this act ends. Comes before the lock of the order."""
    its = sa.select(col(Order.product_id)).where(col(Order.no) == str(no)).scalar_subquery()
    session.exec(locking(select(Product.id).where(col(Product.id) == its))).all()


def last_waiting(session: Session, product: Product) -> datetime | None:
    """When the last of the orders of a product was paid that wait for delivery; None: none does."""
    waiting = (Order.shop_id == product.shop_id, Order.status == OrderStatus.awaiting_delivery)  # few: by its index
    its = aside(col(Order.product_id)) == product.id
    return session.exec(select(sa.func.max(Order.paid_at)).where(*waiting, its)).one()


def with_closed_answers() -> sa.ColumnElement[bool]:
    """The same as `are_answers_closed` in SQL, beside Order: of an order that has answers."""
    of_it = (col(ApprovalRule.product_id) == col(Order.product_id), col(ApprovalRule.since) <= col(Order.paid_at))
    waits = (col(Order.status) == OrderStatus.awaiting_delivery, col(Order.mode) == DeliveryMode.manual)
    return sa.and_(*waits, col(Order.begun_at).is_(None), sa.exists().where(*of_it, ~_is_followed()))


def by_rule(session: Session, order: Order, amount: int, now: datetime) -> ByRule | None:
    """What the rule in force says of a request about this order at which `amount` fen would come back; None: there is
    no rule, or it is off. An unpaid order is judged as if it were paid."""
    lately, today = counted_from(now)
    told = {"product": order.product_id, "shopper": order.shopper_id, "shop": order.shop_id, "order": order.id}
    row = session.execute(_NEWEST, told | {"lately": lately, "today": today}).first()
    if row is None or not row[0].is_on:
        return None
    rule = _in_force(row[0])
    facts = ApprovalFacts(
        terms=rule.terms,
        delivered=order.status not in _UNDELIVERED,
        begun=order.begun_at is not None,
        seen=may_have_been_seen(order, rule),
        rejected=bool(row[3]),
        amount=amount,
        of_shopper=row[1],
        of_day=row[2],
    )
    return ByRule(rule, facts, approved_at_once(facts, now))


def may_have_been_seen(order: Order, rule: RuleInForce) -> bool:
    """Its shop could read its buyer's answers without a press, because the rule was not on when it was paid."""
    asked = order.mode is DeliveryMode.manual and bool(order.terms.buyer_fields)
    return asked and order.paid_at is not None and rule.since is not None and order.paid_at < rule.since


def is_under_rule(order: Order, rule: RuleInForce) -> bool:
    """A request about this order may still be approved by the rule: work on it has not begun."""
    waits = order.status is OrderStatus.awaiting_delivery and order.begun_at is None
    return waits and rule.terms.is_on and not may_have_been_seen(order, rule)


def are_answers_closed(order: Order, rule: RuleInForce) -> bool:
    """Its shop reads its buyer's answers only by the press that says that work begins: whoever has read them may have
    used them (R97)."""
    return is_under_rule(order, rule) and order.mode is DeliveryMode.manual and bool(order.terms.buyer_fields)


def _in_force(row: ApprovalRule) -> RuleInForce:
    return RuleInForce(row.n, ApprovalTerms.of(row), row.since)
