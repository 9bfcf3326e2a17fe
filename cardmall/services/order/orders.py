"""From the product page to a paid order, and the ends that need no case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.buyer_answers import read_answers
from cardmall.domain.jobs import ExpireOrder, QueryPayment
from cardmall.domain.order_terms import Terms
from cardmall.domain.rules import placing
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.placing import PlacingAct
from cardmall.domain.rules.turn import JOB, Turn, standing
from cardmall.domain.rules.ways import decide
from cardmall.domain.terms import (
    OPEN_CASE,
    SYSTEM,
    Actor,
    CaseStatus,
    Channel,
    DeliveryMode,
    FieldError,
    Offer,
    OrderStatus,
    PaymentStatus,
    Reason,
    RefundCause,
    Refused,
    Role,
    Stage,
    Way,
    invalid,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.domain.words import ticked
from cardmall.models import Case, Order, Payment, Product
from cardmall.reads.doors import order_for
from cardmall.reads.facts import facts_of, pieces_left
from cardmall.reads.orders import order_facts
from cardmall.reads.people import require
from cardmall.reads.placing import person_facts, placing_facts, product_on_sale
from cardmall.services.act import Act, move, record, schedule, start
from cardmall.services.money import money
from cardmall.services.order.buyer_answers import keep_answers
from cardmall.services.order.numbers import new_no
from cardmall.services.order.shelf import off_the_shelf, take_cards
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order


def place_order(act: Act, slug: str, *, quantity: object, price: object) -> str:
    """Order `quantity` pieces of a product and reserve its cards; the new order's number.

    `price`: what one piece cost where it was seen, in fen. Refused (price_changed): it costs more by now; what became
    cheaper is sold at once (R87).
    """
    shopper = require(act.who, Role.shopper)
    person = person_facts(act.session, shopper)
    product, away_until = product_on_sale(act.session, slug, act.now) or (None, None)
    facts = replace(person, on_sale=False)
    if product:
        found = placing_facts(act.session, person, shopper, product, _quantity(quantity), act.now)
        facts = replace(found, away_until=away_until)
    turn = placing.may(PlacingAct.place, standing(shopper), replace(facts, seen=_seen(price)), act.now)
    if product is None or not turn.is_open:
        raise turn.refusal(at=turn.opens_at, n=facts.possible)
    order = _new_order(act, shopper, product, facts.pieces)
    act = act.on(order=order)
    start(act, order, "place", Verb.ordered, quantity=order.quantity, amount=order.total)
    if product.mode is DeliveryMode.auto:
        _reserve(act, order)
    schedule(act, ExpireOrder(order.id), order.pay_by)
    return order.no


def _seen(price: object) -> int:
    """Fen; 0, at which nothing is sold, for anything else."""
    text = str(price)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _quantity(value: object) -> int:
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) not in limits.QUANTITY:
        raise invalid(quantity=FieldError.out_of_range)
    return int(text)


def _new_order(act: Act, shopper: Actor, product: Product, quantity: int) -> Order:
    return Order(
        no=new_no(act, Order),
        shopper_id=shopper.id,
        shop_id=product.shop_id,
        product_id=product.id or 0,
        version=product.version,
        product_name=product.name,
        category=product.category,
        mode=product.mode,
        quantity=quantity,
        unit_price=product.price,
        total=product.price * quantity,
        terms=Terms.of(product),
        status=OrderStatus.pending_payment,
        stage=Stage.to_pay,
        created_at=act.now,
        pay_by=act.now + limits.PAY_WITHIN,
    )


def _reserve(act: Act, order: Order) -> None:
    """Take the oldest available cards, all or none."""
    cards = off_the_shelf(act, order, order.quantity)
    if len(cards) < order.quantity:
        raise Refused(Reason.out_of_stock, Offer.shop)
    take_cards(act, order, cards, "reserve", Verb.cards_reserved)


def start_payment(
    act: Act, no: str, *, channel: object, consent: object, answers: Mapping[str, str] | None = None
) -> str:
    """Record the consent to the activation rule (R32) and what the shop asked for (R86), and open a payment of the
    whole order; the payment's number. `answers`: by the names of the form. Refused: beside the fields, among others."""
    order = order_for(act, no, Role.shopper, lock=True)
    who, facts = standing(act.who), order_facts(act.session, order)
    form = may(OrderAct.check_out, who, facts, act.now)
    if not form.is_open:
        raise form.refusal(order.status)
    found, wrong = read_answers(order.terms.buyer_fields, answers or {})
    if str(channel) not in set(Channel):
        wrong["channel"] = FieldError.not_a_choice
    if not ticked(consent):
        wrong["consent"] = FieldError.required
    if wrong:
        raise invalid(**wrong)
    turn = may(OrderAct.pay, who, facts, act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    act = act.on(order=order)
    if order.consented_at is None:
        order.consented_at = act.now
        record(act, Verb.consented, rule=order.terms.activation_rule)
    payment = _open_payment(act, order, Channel(str(channel)), may(OrderAct.open_payment, who, facts, act.now))
    keep_answers(act, order, found)
    return payment.no


def _open_payment(act: Act, order: Order, channel: Channel, another: Turn[OrderAct]) -> Payment:
    """One pending payment per order and channel: pressing twice opens no second one. `another`: may one be opened."""
    wanted = select(Payment).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    pending = act.session.exec(wanted).all()
    same = next((p for p in pending if p.channel is channel), None)
    if same:
        return same
    if not another.is_open:
        raise another.refusal(order.status, at=another.opens_at)
    for other in pending:
        money.close_payment(act, other)
    payment = Payment(
        no=new_no(act, Payment),
        order_id=order.id or 0,
        channel=channel,
        status=PaymentStatus.pending,
        amount=order.total,
        created_at=act.now,
    )
    start(act, payment, "start", Verb.payment_started, channel=channel.value, no=payment.no)
    schedule(act, QueryPayment(payment.no, payment.order_id), act.now)
    return payment


def cancel_now(act: Act, no: str) -> None:
    """Cancel at once: an unpaid order, or a paid one its shop cannot fulfil (R19-R22)."""
    order = order_for(act, no, Role.shopper, lock=True)
    facts = facts_of(act.session, order)
    decision = decide(Way.cancel_now, facts, act.now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    act = act.on(order=order)
    if facts.unpaid:
        close_order(act, order, "cancel", Verb.canceled, reason=decision.reason)
        return
    tell_shop(act, NoticeKind.order_canceled)
    _approve_open_case(act, order, decision.reason)
    close_order(act, order, "cancel", Verb.canceled, reason=decision.reason)
    left = pieces_left(order) * order.unit_price - order.given  # the others had their refund, or are the shop's
    money.pay_back(act, order, left, RefundCause.cancel_now)


def _approve_open_case(act: Act, order: Order, reason: Reason) -> None:
    """An open case ends with the order it was about: the platform approves what the shop cannot fulfil, and why."""
    case = act.session.exec(select(Case).where(Case.order_id == order.id, col(Case.status).in_(OPEN_CASE))).first()
    if case is None:
        return
    case.ended_at, act = act.now, act.by(SYSTEM).on(order=order, case=case)
    if case.status is CaseStatus.asked:  # for less than what now comes back anyway
        move(act, case, "decline", Verb.partial_lapsed)
    else:
        move(act, case, "approve", Verb.case_approved, reason=reason.value)


def expire_order(act: Act, order: Order) -> timedelta | None:
    """15 minutes are over: close an order that is still unpaid; how long to wait still, None when done with."""
    turn = may(OrderAct.expire, JOB, order_facts(act.session, order), act.now)
    if not turn.is_open:
        return turn.wait(act.now)
    act = act.on(order=order)
    close_order(act, order, "expire", Verb.expired)
    tell_shopper(act, NoticeKind.order_expired)
    return None


def complete_order(act: Act, no: str) -> None:
    """确认可用: the shopper says all is well; settlement follows 7 days later."""
    order = order_for(act, no, Role.shopper, lock=True)
    turn = may(OrderAct.complete, standing(act.who), order_facts(act.session, order), act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    finish_order(act.on(order=order), order)


def finish_order(act: Act, order: Order) -> None:
    order.completed_at = act.now
    move(act, order, "complete", Verb.completed)
    money.settle_after(act, order, limits.SETTLE_AFTER)


def complete_by_time(act: Act, order: Order) -> timedelta | None:
    """7 days after delivery if every card was revealed, else 14; how long to wait still, or None when done with."""
    turn = may(OrderAct.complete, JOB, order_facts(act.session, order), act.now)
    if not turn.is_open:
        return turn.wait(act.now)
    finish_order(act.on(order=order), order)
    return None
