"""What an outcome does to the order, its cards and the money: the grid, in one transaction (R50)."""

from typing import Any

from cardmall.domain.rules.cases import CaseAction, OfferKind
from cardmall.domain.rules.outcomes import OutcomeAct, OutcomeFacts, Price, may, price_of
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import CardStatus, OrderStatus, Reason, RefundCause
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.services.act import Act
from cardmall.services.case.ends import decided
from cardmall.services.money import money
from cardmall.services.order.holds import lift_hold
from cardmall.services.order.pieces import all_void, cancel_pieces, covered, take_back, void
from cardmall.services.order.replacement import hand_over_replacement, release_replacement
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order


def carry_out(act: Act, order: Order, case: Case, **why: Any) -> None:
    """Approved, by the merchant or the platform (`why`, for the event): what the shopper was shown comes back."""
    price = price_of(Price(case.paid, case.amount, case.fee), _facts(act, order, case))
    case.amount, case.fee = price.amount, price.fee
    decided(act, case, "approve", Verb.case_approved, amount=case.amount, fee=case.fee, **why)
    _pay_back(act, order, case, case.amount)
    tell_shopper(act, NoticeKind.case_approved, amount=case.amount)


def _facts(act: Act, order: Order, case: Case) -> OutcomeFacts:
    """Read once the order is delivered: what a case is about is noted then."""
    if order.delivered_at is None:
        return OutcomeFacts()
    about = covered(act.session, order, case)
    return OutcomeFacts(delivered=True, covered_recalled=any(card.recall_id for card in about))


def concede_case_fully(act: Act, order: Order, case: Case) -> None:
    """The merchant concedes an appeal: everything paid for the pieces comes back, without a fee."""
    decided(act, case, "concede", Verb.case_conceded, amount=case.paid)
    _pay_back(act, order, case, case.paid)
    tell_shopper(act, NoticeKind.case_conceded, amount=case.paid)


def settle_on_amount(act: Act, order: Order, case: Case, event: Verb) -> None:
    """协商一致 on an amount: it comes back; pieces not looked at are taken back, the rest is the shop's (R54)."""
    turn = may(OutcomeAct.settle_on_amount, standing(act.who), _facts(act, order, case), act.now)
    if not turn.is_open:
        raise turn.refusal()
    decided(act, case, "accept", event, amount=case.offer_amount, kind="amount")
    _pay_part(act, order, case, case.offer_amount)


def settle_on_replacement(act: Act, order: Order, case: Case) -> None:
    """协商一致 on other cards: the old ones are void, the new ones sealed, the order goes on."""
    decided(act, case, "accept", Verb.offer_accepted, kind="replacement")
    old = covered(act.session, order, case)
    void(act, old)
    hand_over_replacement(act, order, old)
    lift_hold(act, order)


def carry_out_ruling(act: Act, order: Order, case: Case, ruling: CaseAction, ground: str) -> None:
    """裁决: final, with its ground, at once (R65). A split pays `case.ruled_amount`, in fen."""
    amounts = {CaseAction.rule_shopper: case.paid, CaseAction.rule_split: case.ruled_amount}
    amount = amounts.get(ruling, 0)
    case.canceled = order.canceled_pieces
    decided(act, case, ruling, Verb.case_ruled, ground, reason=case.reason.value, amount=amount)
    if ruling is CaseAction.rule_shopper:
        _pay_back(act, order, case, amount)
    elif ruling is CaseAction.rule_split:
        _pay_part(act, order, case, amount)
    else:
        covered(act.session, order, case)
        release_replacement(act, order)
        lift_hold(act, order)
    for tell in (tell_shopper, tell_shop):
        tell(act, NoticeKind.case_ruled, amount=amount, ruling=ruling.value)


def _pay_back(act: Act, order: Order, case: Case, amount: int) -> None:
    """In full: every piece of the case is taken back; the order goes on with any that are left.

    Never more than was captured and not refunded yet; the rest goes to the shop when it is settled.
    """
    _take_back_offer(act, order, case)
    if order.status is OrderStatus.awaiting_delivery:
        cancel_pieces(act, order, case.pieces)
    else:
        take_back(act, order, covered(act.session, order, case))
        _end_or_go_on(act, order)
    money.pay_back(act, order, amount, RefundCause.case)


def _pay_part(act: Act, order: Order, case: Case, amount: int) -> None:
    """In part: as in full, but a card that was looked at stays the shopper's, and with it the order."""
    _take_back_offer(act, order, case)
    if order.status is OrderStatus.awaiting_delivery:
        cancel_pieces(act, order, case.pieces)
    else:
        take_back(act, order, [c for c in covered(act.session, order, case) if c.status is CardStatus.sealed])
        _end_or_go_on(act, order)
    money.pay_back(act, order, amount, RefundCause.case)


def _take_back_offer(act: Act, order: Order, case: Case) -> None:
    """Cards are reserved for a paid order only by an offer."""
    if case.offer_kind is OfferKind.replacement:
        release_replacement(act, order)


def _end_or_go_on(act: Act, order: Order) -> None:
    """The order is canceled once all its pieces are."""
    if all_void(act.session, order):
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.sealed)
    else:
        lift_hold(act, order)
