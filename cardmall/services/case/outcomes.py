"""What an outcome does to the order, its cards and the money: the grid, in one transaction (R50)."""

from sqlmodel import Session

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.review import CaseAction
from cardmall.domain.terms import CardStatus, OrderStatus, Reason, RefundCause
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.services.act import Act
from cardmall.services.case.cases import decided
from cardmall.services.money import money
from cardmall.services.order.delivery import lift_hold
from cardmall.services.order.pieces import all_void, cancel_pieces, covered, void
from cardmall.services.order.replacement import hand_over_replacement, release_replacement
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order


def carry_out(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar, **why: str) -> None:
    """Approved, by the merchant or the platform (`why`, for the event): what the shopper was shown comes back."""
    decided(session, act, case, "approve", Verb.case_approved, amount=case.amount, fee=case.fee, **why)
    _pay_back(session, act, order, case, case.amount, calendar)
    tell_shopper(session, act, NoticeKind.case_approved, amount=case.amount)


def concede_case_fully(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar) -> None:
    """The merchant concedes an appeal: everything paid for the pieces comes back, without a fee."""
    decided(session, act, case, "concede", Verb.case_conceded, amount=case.paid)
    _pay_back(session, act, order, case, case.paid, calendar)
    tell_shopper(session, act, NoticeKind.case_conceded, amount=case.paid)


def settle_on_amount(session: Session, act: Act, order: Order, case: Case, calendar: WorkCalendar, event: Verb) -> None:
    """协商一致 on an amount: it comes back; pieces not looked at are taken back, the rest is the shop's (R54)."""
    decided(session, act, case, "accept", event, amount=case.offer_amount, kind="amount")
    _pay_part(session, act, order, case, case.offer_amount, calendar)


def settle_on_replacement(session: Session, act: Act, order: Order, case: Case) -> None:
    """协商一致 on other cards: the old ones are void, the new ones sealed, the order goes on."""
    decided(session, act, case, "accept", Verb.offer_accepted, kind="replacement")
    void(session, act, covered(session, order, case))
    hand_over_replacement(session, act, order)
    lift_hold(session, act, order)


def carry_out_ruling(
    session: Session, act: Act, order: Order, case: Case, ruling: CaseAction, ground: str, calendar: WorkCalendar
) -> None:
    """裁决: final, with its ground, at once (R65). A split pays `case.ruled_amount`, in fen."""
    amounts = {CaseAction.rule_shopper: case.paid, CaseAction.rule_split: case.ruled_amount}
    amount = amounts.get(ruling, 0)
    decided(session, act, case, ruling, Verb.case_ruled, ground, reason=case.reason.value, amount=amount)
    if ruling is CaseAction.rule_shopper:
        _pay_back(session, act, order, case, amount, calendar)
    elif ruling is CaseAction.rule_split:
        _pay_part(session, act, order, case, amount, calendar)
    else:
        covered(session, order, case)
        release_replacement(session, act, order)
        lift_hold(session, act, order)
    for tell in (tell_shopper, tell_shop):
        tell(session, act, NoticeKind.case_ruled, amount=amount, ruling=ruling.value)


def _pay_back(session: Session, act: Act, order: Order, case: Case, amount: int, calendar: WorkCalendar) -> None:
    """In full: every piece of the case is taken back; the order goes on with any that are left."""
    release_replacement(session, act, order)
    if order.status is OrderStatus.awaiting_delivery:
        cancel_pieces(session, act, order, case.pieces)
    else:
        void(session, act, covered(session, order, case))
        _end_or_go_on(session, act, order)
    _refund(session, act, order, amount, calendar)


def _pay_part(session: Session, act: Act, order: Order, case: Case, amount: int, calendar: WorkCalendar) -> None:
    """In part: as in full, but a card that was looked at stays the shopper's, and with it the order."""
    release_replacement(session, act, order)
    if order.status is OrderStatus.awaiting_delivery:
        cancel_pieces(session, act, order, case.pieces)
    else:
        void(session, act, [c for c in covered(session, order, case) if c.status is CardStatus.sealed])
        _end_or_go_on(session, act, order)
    _refund(session, act, order, amount, calendar)


def _end_or_go_on(session: Session, act: Act, order: Order) -> None:
    """The order is canceled once all its pieces are."""
    if all_void(session, order):
        close_order(session, act, order, "cancel", Verb.canceled, reason=Reason.sealed)
    else:
        lift_hold(session, act, order)


def _refund(session: Session, act: Act, order: Order, amount: int, calendar: WorkCalendar) -> None:
    """Never more than was captured and not refunded yet; the rest goes to the shop when it is settled."""
    payment = money.captured_payment(session, order)
    if payment and amount:
        money.request_refund(session, act, payment, amount, RefundCause.case, calendar)
    money.settle_rest(session, act, order)
