"""One order as its shop sees it, open or ended: as sold, who bought it (masked), its money and when that is settled."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.ledger import LedgerEntry
from cardmall.domain.rules import orders
from cardmall.domain.rules.orders import OrderAct
from cardmall.domain.rules.settlement import SettlementAct, may
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.terms import Role
from cardmall.models import Account, Order
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.orders import known_facts, known_settlement_facts
from cardmall.reads.people import masked, require
from cardmall.reads.whole import WholeOrder, whole_order
from cardmall.views.merchant.money import ShopMovement, movements_of, settles_at
from cardmall.views.shopper.order import OrderView, view_of


@dataclass(frozen=True)
class OrderMoney:
    """Fen. `held` by the platform for the order; `paid` to the shop, sales and service fees.

    `waits`: the Reason why what is held is not settled now, "" = nothing stops it; `at`: settled no sooner, None where
    that is not known yet.
    """

    held: int = 0
    paid: int = 0
    waits: str = ""
    at: datetime | None = None
    rows: list[ShopMovement] = field(default_factory=list)


@dataclass(frozen=True)
class ShopOrder:
    """One order on its shop's desk. No code of a card is in it, and what its buyer answered is masked: who may deliver
    it now (`can_deliver`) reads that where it is delivered."""

    order: OrderView = field(default_factory=OrderView)
    shopper: str = ""
    can_deliver: bool = False
    money: OrderMoney = field(default_factory=OrderMoney)


def shop_order(look: Look, no: object) -> ShopOrder:
    """The order `no` of the merchant's own shop. Refused: it is another shop's, unknown, or who looks no merchant."""
    order = order_for(look, no, Role.merchant)
    whole = whole_order(look, order)
    shown = view_of(look, whole, fields=True)
    facts = known_facts(order, whole.facts, is_offered=shown.transfer.no != "")
    return ShopOrder(
        shown,
        _shopper(look.session, order),
        orders.may(OrderAct.deliver, standing(require(look.who)), facts, look.now).is_open,
        _money(look, whole, offered=shown.transfer.no != ""),
    )


def _shopper(session: Session, order: Order) -> str:
    return masked(session.exec(select(Account.name).where(col(Account.id) == order.shopper_id)).one())


_PAID = {LedgerEntry.settlement, LedgerEntry.fee, LedgerEntry.recovery}


def _money(look: Look, whole: WholeOrder, *, offered: bool) -> OrderMoney:
    order, rows = whole.order, movements_of(look.session, whole.order)
    facts = known_settlement_facts(order, whole.facts, whole.refunds, is_offered=offered)
    turn = may(SettlementAct.settle, JOB, facts, look.now)
    return OrderMoney(
        held=order.escrow or 0,
        paid=sum(row.amount for row in rows if row.entry in _PAID),
        waits=turn.reason.value if turn.reason else "",
        at=settles_at(look.session, order) if order.escrow else None,
        rows=rows,
    )
