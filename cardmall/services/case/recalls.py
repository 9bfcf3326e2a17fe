"""What a recall does to the cards of one order, in one transaction: no piece is paid for twice (R93)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.recalls import (
    CardFacts,
    Funds,
    ItemOutcome,
    ItemStatus,
    ItemTrouble,
    RecallStep,
    Remedy,
    Swap,
    SwapFacts,
    WithoutOthers,
    is_funded,
    left_of,
    step_of,
    swap_of,
    without_others,
)
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.terms import OPEN_CASE, CardStatus, CaseStatus, Reason, RefundCause
from cardmall.domain.topics import stock_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Case, Order, Recall, RecallItem
from cardmall.reads.doors import locked_orders
from cardmall.reads.facts import cases_of, pieces_left, shop_disabled
from cardmall.reads.goods import spare_cards
from cardmall.reads.pieces import cards_of, done_cards, paid_for
from cardmall.reads.recalls import items_of
from cardmall.services.act import Act, move, move_cards, record
from cardmall.services.case.cases import back_to_review
from cardmall.services.case.outcomes import carry_out, concede_case_fully
from cardmall.services.case.partials import reject_again
from cardmall.services.case.replies import drop_offer
from cardmall.services.ending import touch
from cardmall.services.money import money
from cardmall.services.order.delivery import flag_no_stock, one_at_a_time
from cardmall.services.order.pieces import all_void, covered, void
from cardmall.services.order.shelf import off_the_shelf, take_cards, withdraw_recalled
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order, drop_transfer

Items = Mapping[str, RecallItem]


def recall_order(act: Act, recall_id: str, order_id: int) -> timedelta | None:
    """Deal with the cards of a recall that this order had when it was pressed, wherever they are now; how long until
    the next look, None when all of them are dealt with. Idempotent."""
    recall = act.session.get_one(Recall, recall_id)
    one_at_a_time(act.session, recall.shop_id)  # two recalls never spend one balance twice
    items = {item.card_id: item for item in items_of(act.session, recall_id, order_id)}
    orders = locked_orders(act.session, _orders_of(act.session, items))
    cards = _cards(act.session, items)
    if any(card.order_id and card.order_id not in orders for card in cards):
        return timedelta()  # a transfer moved one meanwhile
    _forget(act, [card for card in cards if card.order_id is None], items)
    for order in [orders[n] for n in sorted({card.order_id for card in cards if card.order_id})]:
        _deal_with(act.on(order=order), recall, order, [c for c in cards if c.order_id == order.id], items)
    touch(act.session, stock_topic(recall.product_id))
    left = any(item.status is not ItemStatus.done for item in items.values())
    return limits.RECALL_AGAIN if left else None


def _orders_of(session: Session, items: Items) -> list[int]:
    wanted = select(Card.order_id).where(col(Card.id).in_(items), col(Card.order_id).is_not(None))
    return [order_id or 0 for order_id in session.exec(wanted.distinct()).all()]


def _cards(session: Session, items: Items) -> list[Card]:
    """Read anew, as they stand under the locks of their orders."""
    wanted = select(Card).where(col(Card.id).in_(items)).order_by(col(Card.created_at), col(Card.id))
    return list(session.exec(wanted.execution_options(populate_existing=True)).all())


def _deal_with(act: Act, recall: Recall, order: Order, cards: Sequence[Card], items: Items) -> None:
    """The cards that lie in this order now."""
    if any(step_of(CardFacts(card.status)) is not RecallStep.none for card in cards):
        drop_transfer(act, order, TransferEnd.recall)
    case, most = _open_case(act.session, order), money.refundable(act.session, order)
    unsealed = [card for card in cards if step_of(CardFacts(card.status)) is RecallStep.swap]
    _swap(act, order, case, unsealed, items)
    cards = [card for card in cards if card not in unsealed]
    about = {card.id for card in covered(act.session, order, case)} if case and order.delivered_at else set[str]()
    steps = {card.id: step_of(_facts(card, case, about)) for card in cards}
    _finish(act, [card for card in cards if steps[card.id] is RecallStep.none], items, ItemOutcome.over)
    _wait(items, [card for card in cards if steps[card.id] is RecallStep.wait])
    to_approve = [card for card in cards if steps[card.id] is RecallStep.approve]
    to_give = [card for card in cards if steps[card.id] is RecallStep.give]
    if case and to_approve:
        approved = _approve(act.on(case=case), recall, order, case, to_approve, items)
        to_give, case = (_others(cards, about) if approved else []), None
        most = money.refundable(act.session, order)
    if to_give:
        _give(act, recall, order, case, to_give, items, most)


def _facts(card: Card, case: Case | None, about: set[str]) -> CardFacts:
    asked = case is not None and case.status is CaseStatus.asked
    return CardFacts(card.status, in_case=case is not None, covered=card.id in about, asked=asked)


def _others(cards: Sequence[Card], about: set[str]) -> list[Card]:
    """Those the case was not about are free once it has ended."""
    return [c for c in cards if c.id not in about and step_of(CardFacts(c.status)) is RecallStep.give]


def _open_case(session: Session, order: Order) -> Case | None:
    wanted = select(Case).where(Case.order_id == order.id, col(Case.status).in_(OPEN_CASE))
    return session.exec(wanted).first()


def _finish(act: Act, cards: Sequence[Card], items: Items, outcome: ItemOutcome) -> None:
    for card in cards:
        item = items[card.id]
        item.status, item.outcome, item.trouble, item.ended_at = ItemStatus.done, outcome, None, act.now
        act.session.add(item)


def _wait(items: Items, cards: Sequence[Card]) -> None:
    """Until the case about other cards has ended."""
    for card in cards:
        items[card.id].status, items[card.id].trouble = ItemStatus.waiting, ItemTrouble.case_open


def _forget(act: Act, cards: Sequence[Card], items: Items) -> None:
    """Cards of no order: withdrawn before, or just given back."""
    withdraw_recalled(act, [card for card in cards if card.status is CardStatus.available])
    _finish(act, cards, items, ItemOutcome.over)


def _swap(act: Act, order: Order, case: Case | None, cards: Sequence[Card], items: Items) -> None:
    """Cards that were not delivered are withdrawn, and others taken as far as nobody waits for them who paid before."""
    for status in (CardStatus.reserved, CardStatus.allocated):
        some = [card for card in cards if card.status is status]
        if some:
            withdraw_recalled(act, some)
            _finish(act, some, items, _take_others(act, order, case, len(some), status))


def _take_others(act: Act, order: Order, case: Case | None, lacks: int, status: CardStatus) -> ItemOutcome:
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


def _approve(act: Act, recall: Recall, order: Order, case: Case, cards: Sequence[Card], items: Items) -> bool:
    """An open case about recalled cards is decided for the shopper, without a fee; an appeal as if conceded. False:
    the shop cannot pay for it."""
    if not _may_pay(act.session, recall, order, case.paid):
        _fail(act, cards, items)
        return False
    case.fee, case.amount = 0, case.paid
    if case.status is CaseStatus.appeal:
        concede_case_fully(act, order, case)
    else:
        carry_out(act, order, case, reason=Reason.recalled.value)
    tell_shop(act, NoticeKind.case_approved, amount=case.paid)
    _finish(act, cards, items, ItemOutcome.approved)
    return True


def _end_question(act: Act, order: Order, case: Case) -> None:
    """The shopper asked for part of the money of a rejected case: that is over, and may be asked again of the rest."""
    case.partials -= 1
    reject_again(act, case, order, Verb.partial_lapsed)


def _give(
    act: Act, recall: Recall, order: Order, asked: Case | None, cards: Sequence[Card], items: Items, most: int
) -> None:
    """Delivered cards become void: for each another one, sealed, or all that is left of what was paid for it, and
    never more than `most` fen. A question for part of the money, `asked`, ends with it."""
    cases = cases_of(act.session, [order])[order.id or 0]
    final, paid = done_cards(cases), paid_for(cases)
    fresh = _fresh(act, recall, order, sum(card.id not in final for card in cards))
    replaced = [card for card in cards if card.id not in final][: len(fresh)]
    back = [card for card in cards if card not in replaced]
    amount = min(most, sum(left_of(order.unit_price, card.id, paid) for card in back))
    if not _may_pay(act.session, recall, order, amount):
        _fail(act, back, items)
        back, amount = [], 0
    if asked and (replaced or back):
        _end_question(act.on(case=asked), order, asked)
    void(act, [*replaced, *back])
    told = {"reason": recall.reason.value, "note": recall.words}
    if replaced:
        take_cards(act, order, fresh, "allocate", Verb.cards_allocated)
        move_cards(act, fresh, "seal", Verb.cards_sealed)
        _told(act, Verb.recall_replaced, NoticeKind.order_recall_replaced, replaced, **told)
        _finish(act, replaced, items, ItemOutcome.replaced)
    if back:
        _told(act, Verb.recall_paid_back, NoticeKind.order_recall_paid_back, back, amount=amount, **told)
        if all_void(act.session, order):
            close_order(act, order, "cancel", Verb.canceled, reason=Reason.recalled)
        money.pay_back(act, order, amount, RefundCause.recall)
        _finish(act, back, items, ItemOutcome.paid_back)


def _fresh(act: Act, recall: Recall, order: Order, pieces: int) -> Sequence[Card]:
    """Other cards of the product which nobody waits for who paid before, as many as there are."""
    if recall.remedy is not Remedy.another or not pieces or shop_disabled(act.session, order):
        return ()
    return off_the_shelf(act, order, min(pieces, spare_cards(act.session, order, act.now)))


def _may_pay(session: Session, recall: Recall, order: Order, amount: int) -> bool:
    """Asked with what costs nothing to know, then with more: a balance adds up all postings of the shop."""
    return any(is_funded(funds) for funds in _funds(session, recall, order, amount))


def _funds(session: Session, recall: Recall, order: Order, amount: int) -> Iterator[Funds]:
    known = Funds(amount, recall.role)
    yield known
    yield (known := replace(known, held=money.spare_of(session, order)))
    yield replace(known, balance=money.balance_of(session, order.shop_id))


def _fail(act: Act, cards: Sequence[Card], items: Items) -> None:
    """The shop cannot pay: they wait, closed, and all sides are told once."""
    fresh = [card for card in cards if items[card.id].status is not ItemStatus.failed]
    for card in fresh:
        items[card.id].status, items[card.id].trouble = ItemStatus.failed, ItemTrouble.no_funds
        act.session.add(items[card.id])
    if fresh:
        record(act, Verb.recall_failed, reason=ItemTrouble.no_funds.value)
        for tell in (tell_shop, tell_admins):
            tell(act, NoticeKind.order_recall_failed, pieces=len(fresh))
        tell_shopper(act, NoticeKind.order_recall_waits, pieces=len(fresh))


def _told(act: Act, verb: Verb, kind: NoticeKind, cards: Sequence[Card], *, note: str, **told: object) -> None:
    record(act, verb, note, cards=[card.id for card in cards], **told)
    tell_shopper(act, kind, words=note, pieces=len(cards), **told)
