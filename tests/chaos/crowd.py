"""People at random: they buy, pay well or badly, change their minds, argue; shops give, rule and rest; often at the
wrong moment."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from sqlmodel import Session, col, select

from cardmall.adapters import clock, db
from cardmall.adapters import world as outside
from cardmall.adapters.channels import sandbox
from cardmall.adapters.vault import vault
from cardmall.domain.calendar import day_of
from cardmall.domain.terms import OPEN_TRANSFER, Actor, OrderStatus, RefundStatus, Refused, Role
from cardmall.models import Account, Case, Order, Payment, Refund, Transfer
from cardmall.reads.people import as_actor
from cardmall.seeds.world import Scene
from cardmall.services.order import orders
from cardmall.services.shop.away import go_away, open_again
from tests.bank import Till
from tests.services.life import (
    AMOUNTS,
    BEGIN,
    CASE_DEEDS,
    GIFT,
    GOODS,
    LIKELY_CASE,
    LIKELY_ORDER,
    LIKELY_TRANSFER,
    ORDER_DEEDS,
    RECALL,
    REFUND_DEEDS,
    TRANSFER_DEEDS,
    Deed,
    Row,
)
from tests.services.ruled_life import set_some_rule
from tests.services.stock_life import LIKELY_STOCK, STOCK_DEEDS
from tests.town import PRICE, Town, act

RECENT = 60  # orders and cases that people still think of
PRESSES = ("pay",) * 7 + ("pay_late", "pay_late", "fail")
WEIGHTS = (12, 20, 20, 8, 4, 6, 1, 2, 2, 3, 1)  # of the deeds below, in their order
LATE = (60, 20 * 60, 3600)  # seconds until the money of a late payment arrives


class Crowd:
    """Everybody in one process; `seed` throws all dice."""

    def __init__(self, seed: int) -> None:
        self.dice, self._numbers, self._seed = Random(seed), count(), seed
        self.done: Counter[str] = Counter()
        with db.reading() as session:
            self._people = {a.id: as_actor(a) for a in session.exec(select(Account).order_by(col(Account.id)))}
        self._shoppers, (self.merchant, *_), (self.admin,) = (
            [a for a in self._people.values() if a.role is role] for role in (Role.shopper, Role.merchant, Role.admin)
        )
        self.seal, self._meant_for = vault().seal, 0
        world = Scene(outside.world(), Till())
        one, other = self._shoppers[:2]
        self.town = Town(world, one, other, self.merchant, self.merchant, self.admin)

    @property
    def _deeds(self) -> tuple[Callable[[], None], ...]:
        people = (self.buys, self.goes_on, self.argues, self.passes_on, self.wants_money)
        return (*people, self.keeps_shop, self.recalls, self.gives, self.sets_rule, self.begins, self.rests)

    def codes(self, wanted: int) -> list[str]:
        """Never typed before."""
        return [f"C-{self._seed}-{next(self._numbers)}" for _ in range(wanted)]

    def cash(self, payment: Payment) -> None:
        """The shopper at the wallet; whatever becomes of it, the channel tells us itself."""
        there, press = sandbox(), self.dice.choice(PRESSES)
        assert there
        there.open(payment.no, payment.channel.value, payment.amount)
        if self.dice.random() < 0.05:
            there.control(faults=[{"op": "press", "kind": "other_amount", "number": payment.no}])
        there.press(payment.no, press, self.dice.choice(LATE))

    def somebody_acts(self) -> None:
        with suppress(Refused):
            self.dice.choices(self._deeds, weights=WEIGHTS)[0]()

    def buys(self) -> None:
        who = self.dice.choice(self._shoppers)
        told = {"quantity": self.dice.randint(1, 3), "price": PRICE, "now": clock.now()}
        no = act(orders.place_order, who, self.dice.choice(GOODS), **told)
        if self.dice.random() < 0.8:
            ORDER_DEEDS["pay"].call(self, who, _recent(Order, Order.no == no)[0], "all")  # type: ignore[arg-type]

    def goes_on(self) -> None:
        found = _recent(Order, col(Order.status).in_(list(LIKELY_ORDER)))
        if found:
            order = self.dice.choice(found)
            self._do(ORDER_DEEDS, LIKELY_ORDER[order.status], order, order)

    def argues(self) -> None:
        found = _recent(Case, col(Case.status).in_(list(LIKELY_CASE)))
        if found:
            case = self.dice.choice(found)
            self._do(CASE_DEEDS, LIKELY_CASE[case.status], _recent(Order, Order.id == case.order_id)[0], case)

    def passes_on(self) -> None:
        found = _recent(Transfer, col(Transfer.status).in_(OPEN_TRANSFER))
        if found:
            transfer = self.dice.choice(found)
            self._meant_for = receiver_of(transfer)
            order = _recent(Order, Order.id == transfer.order_id)[0]
            self._do(TRANSFER_DEEDS, LIKELY_TRANSFER[transfer.status], order, transfer)

    def wants_money(self) -> None:
        """A refund that needs a person: looked at, sent again, or sent elsewhere."""
        found = _recent(Refund, Refund.status == RefundStatus.needs_attention)
        if found:
            refund = self.dice.choice(found)
            self._do(REFUND_DEEDS, tuple(REFUND_DEEDS), _recent(Order, Order.id == refund.order_id)[0], refund)

    def keeps_shop(self) -> None:
        """Codes come in by lists, leave, and are taken along; goods are saved and moved."""
        STOCK_DEEDS[self.dice.choice(LIKELY_STOCK)](self, self.merchant, self.dice.choice(AMOUNTS))  # type: ignore[arg-type]

    def recalls(self) -> None:
        """A card that was sold is taken back, or its whole batch."""
        self._at_order("recall", RECALL, *LIKELY_ORDER)

    def gives(self) -> None:
        """Pieces, cards or an amount come back unasked."""
        self._at_order("gift", GIFT, *LIKELY_ORDER)

    def begins(self) -> None:
        """The shop works on an order: no rule approves a request about it any more."""
        self._at_order("begin", BEGIN, OrderStatus.awaiting_delivery)

    def sets_rule(self) -> None:
        set_some_rule(GOODS)(self, self.merchant, self.dice.choice(AMOUNTS))  # type: ignore[arg-type]

    def rests(self) -> None:
        """The shop takes no orders until tomorrow; much sooner it opens again."""
        if self.dice.random() < 0.8:
            return act(open_again, self.merchant, now=clock.now())
        return act(go_away, self.merchant, day=str(day_of(clock.now()) + timedelta(days=1)), note="", now=clock.now())

    def _at_order(self, name: str, deed: Deed, *likely: OrderStatus) -> None:
        found = _recent(Order, col(Order.status).in_(likely))
        if found:
            order = self.dice.choice(found)
            self._do({name: deed}, (name,), order, order)

    def _do(self, known: dict[str, Deed], likely: tuple[str, ...], order: Order, row: Row) -> None:
        deed = known[self.dice.choice(likely if self.dice.random() < 0.9 else tuple(known))]
        side = self.dice.choice(deed.sides)
        deed.call(self, self._side(side, order), row, self.dice.choice(AMOUNTS))  # type: ignore[arg-type]

    def _side(self, side: str, order: Order) -> Actor:
        named = {"merchant": self.merchant, "admin": self.admin, "receiver": self._people.get(self._meant_for)}
        return named.get(side) or self._people[order.shopper_id]

    def side(self, _side: str, order: Order) -> str:
        """The shopper's name."""
        return "alice" if order.shopper_id == self._shoppers[0].id else "another"


def receiver_of(transfer: Transfer) -> int:
    """0 when nobody has the address."""
    return next((account.id for account in _recent(Account, Account.email == transfer.address)), 0)


def _recent(kind: type[Any], *which: Any) -> list[Any]:
    def newest(session: Session) -> list[Any]:
        return list(session.exec(select(kind).where(*which).order_by(col(kind.id).desc()).limit(RECENT)))

    with db.reading() as session:
        return newest(session)
