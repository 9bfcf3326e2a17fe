"""What an outcome does to the order, its cards and the money: the grid, in one transaction (R50)."""

from sqlmodel import Session, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import CardStatus, OrderStatus, Reason, RefundCause
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Case, Order
from cardmall.services import money
from cardmall.services.cases import decided
from cardmall.services.delivery import lift_hold
from cardmall.services.journal import Act, move_cards
from cardmall.services.notify import tell_shopper
from cardmall.services.orders import close_order
from cardmall.services.replacement import hand_over_replacement, release_replacement


def carry_out(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar) -> None:
    """Approved, by the merchant or the platform: what the shopper was shown when asking comes back."""
    decided(session, act, case, "approve", Verb.case_approved, amount=case.amount, fee=case.fee)
    _pay_back(session, act, order, case.amount, calendar)
    tell_shopper(session, act, NoticeKind.case_approved, amount=case.amount)


def concede_case_fully(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar) -> None:
    """The merchant concedes an appeal: everything paid for the pieces comes back, without a fee."""
    decided(session, act, case, "concede", Verb.case_conceded, amount=case.paid)
    _pay_back(session, act, order, case.paid, calendar)
    tell_shopper(session, act, NoticeKind.case_conceded, amount=case.paid)


def settle_on_amount(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar) -> None:
    """协商一致 on an amount: it comes back, the pieces are taken back, the rest is the shop's (R54)."""
    decided(session, act, case, "accept", Verb.offer_accepted, amount=case.offer_amount, kind="amount")
    _pay_back(session, act, order, case.offer_amount, calendar)


def settle_on_replacement(session: Session, act: Act, order: Order, case: Case) -> None:
    """协商一致 on other cards: the old ones are void, the new ones sealed, the order goes on."""
    decided(session, act, case, "accept", Verb.offer_accepted, kind="replacement")
    _void_sealed(session, act, order)
    hand_over_replacement(session, act, order)
    lift_hold(session, act, order)


def _pay_back(session: Session, act: Act, order: Order, amount: int, calendar: WorkCalendar) -> None:
    release_replacement(session, act, order)
    _take_back(session, act, order)
    payment = money.captured_payment(session, order)
    if payment and amount:
        money.request_refund(session, act, payment, amount, RefundCause.case, calendar)
    if order.status is OrderStatus.canceled and money.escrow_of(session, order) > money.owed_to_shopper(session, order):
        money.settle_after(session, order, act, limits.SETTLE_AFTER)


def _take_back(session: Session, act: Act, order: Order) -> None:
    """Undelivered: canceled, cards back to stock. Sealed: voided; the order is canceled once all its pieces are."""
    if order.status is OrderStatus.awaiting_delivery:
        close_order(session, act, order, "cancel", Verb.canceled, reason=Reason.not_delivered)
        return
    cards = _void_sealed(session, act, order)
    if all(c.status is CardStatus.voided for c in cards):
        close_order(session, act, order, "cancel", Verb.canceled, reason=Reason.sealed)
    else:
        lift_hold(session, act, order)


def _void_sealed(session: Session, act: Act, order: Order) -> list[Card]:
    """Every card of the order, the sealed ones now void."""
    cards = list(session.exec(select(Card).where(Card.order_id == order.id)).all())
    move_cards(session, act, [c for c in cards if c.status is CardStatus.sealed], "void", Verb.cards_voided)
    return cards
