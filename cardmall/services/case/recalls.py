"""What a recall does to the cards of one order, in one transaction: no piece is paid for twice (R93)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import Session, col, select

from cardmall.domain.funds import Funds, is_funded
from cardmall.domain.gifts import GiftGoods
from cardmall.domain.recalls import (
    CardFacts,
    ItemOutcome,
    ItemStatus,
    ItemTrouble,
    RecallStep,
    Remedy,
    look_again,
    step_of,
)
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.terms import OPEN_CASE, CardStatus, CaseStatus, Reason, RefundCause, Role
from cardmall.domain.topics import stock_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Case, Order, Recall, RecallItem
from cardmall.reads.doors import locked_orders
from cardmall.reads.facts import cases_of, shop_disabled
from cardmall.reads.goods import spare_cards
from cardmall.reads.money import balance_of, spare_of
from cardmall.reads.pieces import cards_of, delivered_pieces, done_cards
from cardmall.reads.recalls import items_of
from cardmall.services.act import Act, move_cards, record
from cardmall.services.case.outcomes import carry_out, concede_case_fully
from cardmall.services.case.partials import reject_again
from cardmall.services.case.swapping import take_others
from cardmall.services.ending import touch
from cardmall.services.money import money
from cardmall.services.order.delivery import one_at_a_time
from cardmall.services.order.pieces import all_void, covered, inherit, take_back, void
from cardmall.services.order.shelf import off_the_shelf, take_cards, withdraw_recalled
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order, drop_transfer

Items = Mapping[str, RecallItem]


@dataclass(frozen=True)
class Dealing:
    """A recall in one order, which has `items` of it, by card; `most` fen come back for all of them."""

    recall: Recall
    order: Order
    items: Items
    most: int


def recall_order(act: Act, recall_id: str, order_id: int) -> timedelta | None:
    """Deal with the cards of a recall that this order had when it was pressed, wherever they are now; how long until
    the next look, None when all of them are dealt with. Idempotent."""
    recall = act.session.get_one(Recall, recall_id)
    one_at_a_time(act.session, recall.shop_id)  # two recalls never spend one balance twice
    items = {item.card_id: item for item in items_of(act.session, recall_id, order_id)}
    before = [item.status for item in items.values()]
    orders = locked_orders(act.session, _orders_of(act.session, items))
    cards = _cards(act.session, items)
    if any(card.order_id and card.order_id not in orders for card in cards):
        return timedelta()  # a transfer moved one meanwhile
    _forget(act, [card for card in cards if card.order_id is None], items)
    for order in [orders[n] for n in sorted({card.order_id for card in cards if card.order_id})]:
        _deal_with(act.on(order=order), recall, order, [c for c in cards if c.order_id == order.id], items)
    if [item.status for item in items.values()] != before:  # a look that changed nothing is no news
        touch(act.session, stock_topic(recall.product_id))
    troubles = [item.trouble for item in items.values() if item.status is not ItemStatus.done]
    return look_again(troubles, act.now - recall.pressed_at)


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
    case = _open_case(act.session, order)
    deal = Dealing(recall, order, items, money.refundable(act.session, order))
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
        approved = _approve(act.on(case=case), deal, case, to_approve)
        to_give, case = (_others(cards, about) if approved else []), None
        deal = replace(deal, most=money.refundable(act.session, order))
    if to_give:
        _give(act, deal, case, to_give)


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
            _finish(act, some, items, take_others(act, order, case, len(some), status))


def _approve(act: Act, deal: Dealing, case: Case, cards: Sequence[Card]) -> bool:
    """An open case about recalled cards is decided for the shopper, without a fee; an appeal as if conceded. False:
    the shop cannot pay for it."""
    if not _may_pay(act.session, deal, case.paid):
        _fail(act, cards, deal.items)
        return False
    _draw(act, deal, case.paid, case.no)
    case.fee, case.amount = 0, case.paid
    if case.status is CaseStatus.appeal:
        concede_case_fully(act, deal.order, case)
    else:
        carry_out(act, deal.order, case, reason=Reason.recalled.value)
    tell_shop(act, NoticeKind.case_approved, amount=case.paid)
    _finish(act, cards, deal.items, ItemOutcome.approved)
    return True


def _end_question(act: Act, order: Order, case: Case) -> None:
    """The shopper asked for part of the money of a rejected case: that is over, and may be asked again of the rest."""
    case.partials -= 1
    reject_again(act, case, order, Verb.partial_lapsed)


def _give(act: Act, deal: Dealing, asked: Case | None, cards: Sequence[Card]) -> None:
    """Delivered cards become void: for each another one, sealed, or all that is left of what was paid for it. A
    question for part of the money, `asked`, ends with it."""
    order, cases = deal.order, cases_of(act.session, [deal.order])[deal.order.id or 0]
    final = done_cards(cases)
    fresh = _fresh(act, deal, sum(card.id not in final for card in cards))
    replaced = [card for card in cards if card.id not in final][: len(fresh)]
    back = [card for card in cards if card not in replaced]
    amount = _worth(act, deal, cases, back)
    if not _may_pay(act.session, deal, amount):
        _fail(act, back, deal.items)
        back = []
    if asked and (replaced or back):
        _end_question(act.on(case=asked), order, asked)
    if replaced:
        _replace(act, deal, replaced, fresh)
    if back:
        _pay_back(act, deal, back, amount)


def _worth(act: Act, deal: Dealing, cases: Sequence[Case], cards: Sequence[Card]) -> int:
    """What comes back for some of the cards, in fen; the others keep what may still be asked for them."""
    goods = GiftGoods(True, delivered_pieces(deal.order, cards_of(act.session, deal.order), cases), deal.most)
    ids = {card.id for card in cards}
    return goods.worth_of([piece for piece in goods.pieces if piece.card in ids])


def _replace(act: Act, deal: Dealing, cards: list[Card], fresh: Sequence[Card]) -> None:
    void(act, cards)
    inherit(cards, fresh, deal.order.unit_price)
    take_cards(act, deal.order, fresh, "allocate", Verb.cards_allocated)
    move_cards(act, fresh, "seal", Verb.cards_sealed)
    _told(act, deal, Verb.recall_replaced, NoticeKind.order_recall_replaced, cards)
    _finish(act, cards, deal.items, ItemOutcome.replaced)


def _pay_back(act: Act, deal: Dealing, cards: list[Card], amount: int) -> None:
    take_back(act, deal.order, cards)
    _told(act, deal, Verb.recall_paid_back, NoticeKind.order_recall_paid_back, cards, amount=amount)
    if all_void(act.session, deal.order):
        close_order(act, deal.order, "cancel", Verb.canceled, reason=Reason.recalled)
    _draw(act, deal, amount, cards[0].id)
    money.pay_back(act, deal.order, amount, RefundCause.recall)
    _finish(act, cards, deal.items, ItemOutcome.paid_back)


def _draw(act: Act, deal: Dealing, amount: int, name: str) -> None:
    """What a shop recalls is never advanced; what an admin recalls is."""
    if deal.recall.role is not Role.admin:
        money.draw(act, deal.order, amount, name)


def _fresh(act: Act, deal: Dealing, pieces: int) -> Sequence[Card]:
    """Other cards of the product which nobody waits for who paid before, as many as there are."""
    order = deal.order
    if deal.recall.remedy is not Remedy.another or not pieces or shop_disabled(act.session, order):
        return ()
    return off_the_shelf(act, order, min(pieces, spare_cards(act.session, order, act.now)))


def _may_pay(session: Session, deal: Dealing, amount: int) -> bool:
    """Asked with what costs nothing to know, then with more: a balance adds up all postings of the shop."""
    return any(is_funded(funds) for funds in _funds(session, deal, amount))


def _funds(session: Session, deal: Dealing, amount: int) -> Iterator[Funds]:
    known = Funds(amount, deal.recall.role)
    yield known
    yield (known := replace(known, held=spare_of(session, deal.order)))
    yield replace(known, balance=balance_of(session, deal.order.shop_id))


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


def _told(act: Act, deal: Dealing, verb: Verb, kind: NoticeKind, cards: Sequence[Card], **told: object) -> None:
    told["reason"], words = deal.recall.reason.value, deal.recall.words
    record(act, verb, words, cards=[card.id for card in cards], **told)
    tell_shopper(act, kind, words=words, pieces=len(cards), **told)
