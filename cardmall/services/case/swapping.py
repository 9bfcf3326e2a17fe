"""What an order gets for cards of a recall that it was not given yet: other cards, or an end (R93)."""

from cardmall.domain.recalls import ItemOutcome, Swap, SwapFacts, WithoutOthers, swap_of, without_others
from cardmall.domain.terms import CardStatus, CaseStatus, Reason
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.facts import pieces_left
from cardmall.reads.goods import spare_cards
from cardmall.reads.pieces import cards_of
from cardmall.services.act import Act, move, record
from cardmall.services.case.cases import back_to_review
from cardmall.services.case.replies import drop_offer
from cardmall.services.order.delivery import flag_no_stock
from cardmall.services.order.shelf import off_the_shelf, take_cards
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order


def take_others(act: Act, order: Order, case: Case | None, lacks: int, status: CardStatus) -> ItemOutcome:
    """Take `lacks` cards that nobody waits for who paid before; the withdrawn ones were `status`. What became of them:
    `ended`: there are too few, and the unpaid order or the offer of its `case` ended."""
    swap = swap_of(SwapFacts(order.status, status))
    if swap is Swap.fill_up:
        return _fill_up(act, order)
    if swap is Swap.leave:
        return ItemOutcome.swapped
    found = off_the_shelf(act, order, min(lacks, spare_cards(act.session, order, act.now)))
    if len(found) == lacks:
        take_cards(act, order, found, "reserve", Verb.cards_reserved)
        return ItemOutcome.swapped
    _go_without(act, order, case)
    return ItemOutcome.ended


def _go_without(act: Act, order: Order, case: Case | None) -> None:
    what = without_others(order.status, in_case=case is not None)
    if what is WithoutOthers.end_order:
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.recalled)
        tell_shopper(act, NoticeKind.order_recalled)
    elif what is WithoutOthers.end_offer and case:
        _end_offer(act.on(case=case), order, case)


def _fill_up(act: Act, order: Order) -> ItemOutcome:
    """A paid order gets what it lacks now, or is without stock."""
    ready = sum(card.status is CardStatus.allocated for card in cards_of(act.session, order))
    lacks = max(0, pieces_left(order) - ready)
    found = off_the_shelf(act, order, min(lacks, spare_cards(act.session, order, act.now)))
    take_cards(act, order, found, "allocate", Verb.cards_allocated)
    order.lacks = lacks - len(found)
    act.session.add(order)
    if not order.lacks:
        return ItemOutcome.swapped
    flag_no_stock(act, order)
    return ItemOutcome.short


def _end_offer(act: Act, order: Order, case: Case) -> None:
    """The cards on offer are gone: the case goes on as if the offer had been declined."""
    if case.status is CaseStatus.offered:
        move(act, case, "decline", Verb.offer_lapsed)
        drop_offer(act, case, order)
        back_to_review(act, case)
    else:
        drop_offer(act, case, order)
        record(act, Verb.offer_lapsed)
    for tell in (tell_shop, tell_shopper):
        tell(act, NoticeKind.offer_lapsed, deadline=case.deadline.isoformat())
