"""May this order be paid, delivered, revealed, completed, resumed now? Pages, use cases and jobs all call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.ordering import expires_in
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.turn import Permission, Row, Standing, Turn, first_refusal
from cardmall.domain.terms import DeliveryMode, Offer, OrderStatus, Outcome, Reason, Role


class OrderAct(StrEnum):
    """What a person or a job does to an order without a case. `check_out` fills in the form that `pay` sends;
    `correct` changes an answer to the shop's questions; `begin` says that the shop works on it, which ends that."""

    check_out = "check_out"
    pay = "pay"
    open_payment = "open_payment"
    expire = "expire"
    deliver = "deliver"
    reveal = "reveal"
    complete = "complete"
    resume = "resume"
    check = "check"
    correct = "correct"
    begin = "begin"


@dataclass(frozen=True)
class OrderFacts:
    """All that decides about these acts on one order.

    `held`: delivery and reveal stand still; `hold_until`: that outlives its case till then. `sealed`: it has a card
    nobody looked at. `paying`: the channel says that money is on its way; `payments`: how many were ever opened.
    `frozen`: a case or an offer to somebody else is open. `checked`: whoever asks had it checked a moment ago.
    `recalled`: every card nobody looked at is under recall. `begun`: its shop said that it works on it.
    `edition`: how often its buyer gave the answers it is delivered by, 0 for never; `seen`: the edition a person
    delivers by, or corrects. `form`: what it is delivered as; `gives`: what a person would deliver, None where nobody
    asks yet.
    """

    status: OrderStatus
    mode: DeliveryMode
    pay_by: datetime
    held: bool = False
    hold_until: datetime | None = None
    deliver_at: datetime | None = None
    delivered_at: datetime | None = None
    sealed: bool = False
    shop_disabled: bool = False
    paying: bool = False
    payments: int = 0
    frozen: bool = False
    offered: bool = False
    checked: bool = False
    edition: int = 0
    seen: int = 0
    form: ProductForm = ProductForm.code
    gives: ProductForm | None = None
    recalled: bool = False
    begun: bool = False

    @property
    def has_codes(self) -> bool:
        """Whether its codes are the shopper's: delivered, and not taken back with the order."""
        return self.status in (OrderStatus.delivered, OrderStatus.completed)

    @property
    def completes_at(self) -> datetime | None:
        """7 days after delivery if every card was revealed, else 14; a receipt waits 14 days for its shopper (R94)."""
        after = limits.COMPLETE_OTHERWISE if self.sealed else limits.COMPLETE_ALL_REVEALED
        if self.form is ProductForm.receipt:
            after = limits.RECEIPT_WINDOW
        return self.delivered_at + after if self.delivered_at else None

    def expires_at(self, now: datetime) -> datetime | None:
        """When an unpaid order is to be looked at again; None: its time is over."""
        wait = expires_in(self.pay_by, self.paying, now)
        return now + wait if wait is not None else None


_O, _A = OrderStatus, OrderAct
_ROLES: dict[OrderAct, frozenset[Role]] = {
    _A.check_out: frozenset({Role.shopper}),
    _A.pay: frozenset({Role.shopper}),
    _A.open_payment: frozenset({Role.shopper}),
    _A.expire: frozenset({Role.system}),
    _A.deliver: frozenset({Role.system, Role.merchant}),
    _A.reveal: frozenset({Role.shopper}),
    _A.complete: frozenset({Role.shopper, Role.system}),
    _A.resume: frozenset({Role.shopper, Role.system}),
    _A.check: frozenset({Role.shopper, Role.admin}),
    _A.correct: frozenset({Role.shopper}),
    _A.begin: frozenset({Role.merchant}),
}
_NEEDS: dict[OrderAct, Permission] = dict.fromkeys((_A.begin, _A.deliver), Permission.orders)  # of a member of the shop
_MODE = {Role.system: DeliveryMode.auto, Role.merchant: DeliveryMode.manual}


def _is_job(who: Standing) -> bool:
    return who.role is Role.system


def _early(at: datetime | None, who: Standing, now: datetime) -> bool:
    """A job comes before its time; people may act at once."""
    return _is_job(who) and (at is None or now < at)


def _again(facts: OrderFacts, who: Standing, now: datetime) -> datetime | None:
    """A job that found the order held or frozen looks again."""
    return now + limits.COMPLETE_AGAIN if _is_job(who) else None


def _of(*acts: OrderAct) -> frozenset[OrderAct]:
    return frozenset(acts)


_PAYING, _WORK = _of(_A.check_out, _A.pay, _A.open_payment), _of(_A.deliver, _A.begin)
# The first row of the act that fits refuses.
TABLE: tuple[Row[OrderAct, OrderFacts], ...] = (
    Row(_PAYING | {_A.expire}, lambda f, who, now: f.status is not _O.pending_payment, Reason.stale, Offer.order),
    Row(_PAYING, lambda f, who, now: f.shop_disabled, Reason.shop_disabled, Offer.order),
    Row(_of(_A.pay, _A.open_payment), lambda f, who, now: f.paying, Reason.payment_under_way, Offer.order),
    Row(
        _of(_A.open_payment),
        lambda f, who, now: f.payments >= limits.PAYMENTS,  # each is a trade at the channel
        Reason.too_many_tries,
        Offer.order,
        lambda f, who, now: f.pay_by,  # then a new order
    ),
    Row(
        _of(_A.expire),
        lambda f, who, now: f.expires_at(now) is not None,
        Reason.too_early,
        Offer.order,
        lambda f, who, now: f.expires_at(now),
    ),
    Row(_WORK, lambda f, who, now: f.held and f.offered, Reason.transfer_open, Offer.order),
    Row(_WORK, lambda f, who, now: f.held, Reason.held, Offer.order),
    Row(_WORK, lambda f, who, now: f.status is not _O.awaiting_delivery, Reason.stale, Offer.order),
    Row(_WORK, lambda f, who, now: f.mode is not _MODE[who.role], Reason.stale, Offer.order),
    Row(_of(_A.deliver), lambda f, who, now: f.gives not in (None, f.form), Reason.stale, Offer.order),
    Row(_WORK, lambda f, who, now: f.shop_disabled, Reason.shop_disabled, Offer.order),
    Row(_of(_A.begin), lambda f, who, now: f.begun, Reason.begun, Offer.order),
    Row(
        _of(_A.deliver),
        lambda f, who, now: _early(f.deliver_at, who, now),
        Reason.too_early,
        Offer.order,
        lambda f, who, now: f.deliver_at,
    ),
    Row(
        _of(_A.deliver),
        lambda f, who, now: not _is_job(who) and f.seen != f.edition,  # the old account would be topped up
        Reason.changed,
        Offer.order,
    ),
    Row(_of(_A.reveal), lambda f, who, now: not f.sealed, Reason.stale, Offer.order),
    Row(_of(_A.reveal), lambda f, who, now: f.recalled, Reason.recalled, Offer.order),
    Row(_of(_A.reveal), lambda f, who, now: f.held and f.offered, Reason.transfer_open, Offer.order),
    Row(_of(_A.reveal), lambda f, who, now: f.held, Reason.held, Offer.order),
    Row(_of(_A.complete), lambda f, who, now: f.status is not _O.delivered, Reason.stale, Offer.order),
    Row(
        _of(_A.complete),
        lambda f, who, now: _early(f.completes_at, who, now),
        Reason.too_early,
        Offer.order,
        lambda f, who, now: f.completes_at,
    ),
    Row(_of(_A.complete), lambda f, who, now: f.held or f.frozen, Reason.stale, Offer.order, _again),
    Row(
        _of(_A.resume),
        lambda f, who, now: not f.held or f.hold_until is None or f.frozen,
        Reason.no_hold,
        Offer.order,
    ),
    Row(
        _of(_A.resume),
        lambda f, who, now: _early(f.hold_until, who, now),
        Reason.too_early,
        Offer.order,
        lambda f, who, now: f.hold_until,
    ),
    Row(_of(_A.correct), lambda f, who, now: f.status is not _O.awaiting_delivery, Reason.stale, Offer.order),
    Row(_of(_A.correct), lambda f, who, now: f.offered, Reason.transfer_open, Offer.order),
    Row(_of(_A.correct), lambda f, who, now: f.frozen, Reason.case_open, Offer.order),
    Row(_of(_A.correct), lambda f, who, now: f.held, Reason.held, Offer.order),
    Row(_of(_A.correct), lambda f, who, now: f.begun, Reason.begun, Offer.order),
    Row(_of(_A.correct), lambda f, who, now: f.edition > limits.CORRECTIONS, Reason.corrections_used, Offer.order),
    Row(_of(_A.correct), lambda f, who, now: f.seen != f.edition, Reason.changed, Offer.order),
    Row(_of(_A.check), lambda f, who, now: f.checked, Reason.checked_lately, Offer.order),
)


def may(action: OrderAct, who: Standing, facts: OrderFacts, now: datetime) -> Turn[OrderAct]:
    """May `who` do this to the order now? Total: every facts and time has an answer."""
    needs = _NEEDS.get(action) if who.role is Role.merchant else None
    if who.role not in _ROLES[action] or (needs and needs not in who.permissions):
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
