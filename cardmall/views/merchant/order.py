"""One order as its shop sees it, open or ended: as sold, who bought it (masked), its money and when that is settled."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.ledger import LedgerEntry
from cardmall.domain.refunding import ASTRAY
from cardmall.domain.rules import orders
from cardmall.domain.rules.orders import OrderAct
from cardmall.domain.rules.settlement import SettlementAct, may
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.terms import REPLACED_REFUND, Role
from cardmall.models import Account, Order
from cardmall.reads.approvals import is_under_rule, rule_of
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.orders import known_facts, known_settlement_facts
from cardmall.reads.people import masked, require
from cardmall.reads.pieces import Held
from cardmall.reads.whole import WholeOrder, whole_order
from cardmall.views.merchant.money import ShopMovement, movements_of, settles_at
from cardmall.views.merchant.order_rows import open_case_status
from cardmall.views.shopper.case import Changed, sold_and_now
from cardmall.views.shopper.order import OrderView, view_of


@dataclass(frozen=True)
class OrderMoney:
    """Fen. `held` by the platform for the order; `paid` to the shop, sales and service fees, at last `settled_at`.

    `back`: what went to the shopper, or is going there. `waits`: the Reason why what is held is not settled now, "" =
    nothing stops it; `at`: settled no sooner, None where that is not known yet.
    """

    held: int = 0
    paid: int = 0
    back: int = 0
    settled_at: datetime | None = None
    waits: str = ""
    at: datetime | None = None
    rows: list[ShopMovement] = field(default_factory=list)


@dataclass(frozen=True)
class PieceRow:
    """A card that was delivered, told by the end of its code, "" for a receipt; `recalled`: it is under recall."""

    n: int
    tail: str
    status: str
    revealed_at: datetime | None
    recalled: bool


@dataclass(frozen=True)
class ShopOrder:
    """One order on its shop's desk. No code of a card is in it, and what its buyer answered is masked: who may deliver
    it now (`can_deliver`) reads that where it is delivered. `terms`: as sold beside those of now; `case_status`: of
    the open case, "" for none; `can_begin`: nobody said yet that it is worked on; `ruled`: until then a request
    is approved by the rule of the product (R97)."""

    order: OrderView = field(default_factory=OrderView)
    shopper: str = ""
    awaits_delivery: bool = False
    can_deliver: bool = False
    money: OrderMoney = field(default_factory=OrderMoney)
    case_status: str = ""
    can_begin: bool = False
    ruled: bool = False
    begun_at: datetime | None = None
    pieces: list[PieceRow] = field(default_factory=list)
    terms: list[Changed] = field(default_factory=list)


_TERMS = ("price", "return_allowed", "window_days", "fee_permille")  # told whether they changed or not


def shop_order(look: Look, no: object) -> ShopOrder:
    """The order `no` of the merchant's own shop. Refused: it is another shop's, unknown, or who looks no merchant."""
    return desk_order(look, whole_order(look, order_for(look, no, Role.merchant)))


def desk_order(look: Look, whole: WholeOrder) -> ShopOrder:
    """The same of an order that was read before; who looks, a member of its shop or an admin, may see it."""
    order = whole.order
    shown = view_of(look, whole, fields=True)
    facts, who = known_facts(order, whole.facts, is_offered=shown.transfer.no != ""), standing(require(look.who))
    return ShopOrder(
        shown,
        _shopper(look.session, order),
        whole.facts.awaiting,
        orders.may(OrderAct.deliver, who, facts, look.now).is_open,
        _money(look, whole, offered=shown.transfer.no != ""),
        case_status=open_case_status(order, whole.case),
        can_begin=orders.may(OrderAct.begin, who, facts, look.now).is_open,
        ruled=order.begun_at is None and is_under_rule(order, rule_of(look.session, whole.listed.product)),
        begun_at=order.begun_at,
        pieces=[_piece(n, card) for n, card in enumerate(whole.given, 1)],
        terms=sold_and_now(look, order, whole.listed.product, always=_TERMS),
    )


def _piece(n: int, card: Held) -> PieceRow:
    return PieceRow(n, card.tail, card.status.value, card.revealed_at, card.is_recalled)


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
        back=sum(one.amount for one in whole.refunds if one.status not in REPLACED_REFUND and one.cause not in ASTRAY),
        settled_at=next((row.at for row in rows if row.entry == LedgerEntry.settlement), None),
        waits=turn.reason.value if turn.reason else "",
        at=settles_at(look.session, order) if order.escrow else None,
        rows=rows,
    )
