"""部分退款: after a rejection the shopper asks once for less; the merchant has one business day (R54)."""

from cardmall.domain import limits
from cardmall.domain.jobs import EndHold
from cardmall.domain.rules.cases import CaseAction, OfferKind, RoundKind
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.terms import Role
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.services.act import Act, move, schedule
from cardmall.services.case.cases import begin_act, cut_to_what_is_left, wait_until
from cardmall.services.case.evidence import add_round, typed_words
from cardmall.services.case.forms import lower_amount
from cardmall.services.case.outcomes import settle_on_amount
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import drop_transfer


def ask_partial(act: Act, no: str, *, amount: object, text: object = "") -> None:
    """The rejected case is open again for this one question; `amount` in yuan as typed."""
    case, order, act = begin_act(act, no, CaseAction.ask_partial, Role.shopper)
    cut_to_what_is_left(act, order, case)
    fen, words = lower_amount(amount, case.paid), typed_words(text, required=False)
    case.ended_at, case.partials = None, case.partials + 1
    case.offer_kind, case.offer_amount = OfferKind.amount, fen
    move(act, case, "ask_partial", Verb.partial_asked, words, amount=fen)
    wait_until(act, case, act.world.calendar.due(act.now, limits.PARTIAL_WORKDAYS))
    drop_transfer(act, order, TransferEnd.case)
    order.hold_until = None
    act.session.add(order)
    add_round(act, case, order, RoundKind.partial, text=words, amount=fen)
    tell_shop(act, NoticeKind.case_partial_asked, amount=fen, deadline=case.deadline.isoformat())


def accept_partial(act: Act, no: str) -> None:
    """协商一致: what was asked for goes back at once."""
    case, order, act = begin_act(act, no, CaseAction.accept, Role.merchant)
    settle_on_amount(act, order, case, Verb.partial_accepted)
    tell_shopper(act, NoticeKind.case_partial_accepted, amount=case.offer_amount)


def decline_partial(act: Act, no: str, *, text: object = "") -> None:
    """The rejection stands; the shopper may still appeal."""
    case, order, act = begin_act(act, no, CaseAction.decline, Role.merchant)
    reject_again(act, case, order, Verb.partial_declined, typed_words(text, required=False))


def lapse_partial(act: Act, case: Case, order: Order) -> None:
    """The merchant's business day is over: silence is a no."""
    reject_again(act.on(order=order, case=case), case, order, Verb.partial_lapsed)


def reject_again(act: Act, case: Case, order: Order, event: Verb, words: str = "") -> None:
    """Back to the rejection: its seven days and the 24 hours of a hold that stands begin anew."""
    case.ended_at, case.offer_kind, case.offer_amount = act.now, None, 0
    act.session.add(case)
    move(act, case, "decline", event, words)
    if order.held_at:
        order.hold_until = act.now + limits.HOLD_AFTER_REJECTION
        act.session.add(order)
        schedule(act, EndHold(order.id, act.now, case_no=case.no), order.hold_until)
    tell_shopper(act, NoticeKind.case_partial_declined)
