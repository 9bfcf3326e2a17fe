"""Everyone at once, on one database file: one wins, the other hears the new state, nothing is half done."""

from collections import Counter
from functools import partial

import pytest
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.terms import CardStatus, Refused
from cardmall.models import Card, Case, Event, Order, Refund
from cardmall.services.case import answers, cases, replies
from cardmall.services.order import delivery, orders
from tests.services.race import race, refusals, rounds
from tests.town import AUTO, NOW, PRICE, Tale, Town, act, count, hear, more_shoppers, rows

pytestmark = pytest.mark.slow
TIMES = rounds(40)
FEW = rounds(10)
AT_LEAST = max(1, TIMES // 20)


def ask(tale: Tale, way: str = "request") -> str:
    return act(cases.request_cancellation, tale.shopper, tale.no, way=way, reason="changed_mind", text="", now=tale.at)


def deliver(tale: Tale) -> None:
    """As the worker does: the order under its lock, then the decision."""
    with db.transaction() as session:
        order = session.get_one(Order, tale.row.id, with_for_update=True)
        delivery.deliver_order(our_act(session, now=tale.at, cause="deliver"), order)


def reveal(tale: Tale) -> str:
    (card,) = tale.cards
    return act(delivery.reveal_card, tale.shopper, tale.no, card.id, address="192.0.2.1", now=tale.at)


def approve(tale: Tale) -> None:
    act(answers.approve_case, tale.town.bob, tale.case.no, now=tale.at)


def withdraw(tale: Tale) -> None:
    act(replies.withdraw_case, tale.shopper, tale.case.no, now=tale.at)


def test_fifty_buyers_of_ten_codes_get_exactly_ten(town: Town) -> None:
    buyers = more_shoppers(50)
    results = race(
        *(partial(act, orders.place_order, who, AUTO, quantity=1, price=PRICE, now=NOW) for who in buyers), jitter=0.02
    )
    sold = rows(Card, col(Card.order_id).is_not(None), by=Card.id)
    assert Counter(refusals(results)) == {"out_of_stock": 40}
    assert count(Order) == 10
    assert len({card.order_id for card in sold}) == len(sold) == 10
    assert {card.status for card in sold} == {CardStatus.reserved}
    assert count(Card, col(Card.status) == CardStatus.available) == 0
    assert sorted(Counter(order.shopper_id for order in rows(Order)).values()) == [1] * 10


def test_delivery_and_request_never_both_never_neither(town: Town) -> None:
    town.sell("plenty", TIMES)
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().later(minutes=10)
        _, asked = race(partial(deliver, tale), partial(ask, tale), jitter=0.004)
        row = tale.row
        if isinstance(asked, Refused):
            winners["delivery"] += 1
            assert (asked.reason, asked.offer, asked.status) == ("delivered", "return", "delivered")
            assert (row.status, tale.card_states, tale.cases) == ("delivered", ["sealed"], [])
        else:
            winners["request"] += 1
            assert (row.status, tale.card_states, tale.case.status) == ("awaiting_delivery", ["allocated"], "review")
            assert row.held_at and not row.delivered_at
    assert sum(winners.values()) == TIMES
    assert min(winners["delivery"], winners["request"]) >= AT_LEAST, winners


def test_approve_and_withdraw_one_wins_and_the_other_hears_the_new_state(town: Town) -> None:
    winners: Counter[str] = Counter()
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().request()
        results = race(partial(approve, tale), partial(withdraw, tale), jitter=0.004)
        (refused,) = [result for result in results if isinstance(result, Refused)]
        winners[tale.case.status.value] += 1
        assert (refused.reason, refused.status) == ("stale", tale.case.status)
        withdrawn = tale.case.status == "withdrawn"
        assert tale.row.status == ("awaiting_delivery" if withdrawn else "canceled")
        assert [refund.amount for refund in tale.refunds] == ([] if withdrawn else [9900])
    assert set(winners) == {"approved", "withdrawn"}


def test_approved_twice_is_refunded_once(town: Town) -> None:
    town.sell("plenty", FEW)
    for _ in range(FEW):
        tale = town.tale().order("plenty").pay().request()
        results = race(*[partial(approve, tale)] * 4)
        assert refusals(results) == ["stale"] * 3
        assert [refund.amount for refund in tale.refunds] == [9900]
        assert tale.verbs.count("case_approved") == 1


def test_two_devices_open_one_case(town: Town) -> None:
    town.sell("plenty", FEW)
    for _ in range(FEW):
        tale = town.tale().order("plenty").pay()
        results = race(*[partial(ask, tale)] * 3)
        assert refusals(results) == ["case_open"] * 2
        assert len(tale.cases) == 1
        assert tale.verbs.count("case_opened") == tale.verbs.count("held") == 1


def test_a_code_is_seen_or_given_back_never_both(town: Town) -> None:
    winners: Counter[str] = Counter()
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().deliver()
        seen, asked = race(partial(reveal, tale), partial(ask, tale, "return"), jitter=0.004)
        if isinstance(seen, Refused):
            winners["case"] += 1
            assert (seen.reason, tale.card_states, tale.case.kind) == ("held", ["sealed"], "return")
        else:
            winners["reveal"] += 1
            assert isinstance(asked, Refused) and (asked.reason, asked.offer) == ("used", "appeal")
            assert (tale.card_states, tale.cases) == (["revealed"], [])
    assert set(winners) == {"case", "reveal"}


def pay_or_expire(tale: Tale) -> None:
    act(orders.start_payment, tale.shopper, tale.no, channel="alipay", consent=True, now=tale.at)
    (payment,) = tale.payments
    at = tale.row.pay_by

    def expire() -> None:
        with db.transaction() as session:
            order = session.get_one(Order, tale.row.id, with_for_update=True)
            orders.expire_order(our_act(session, now=at, cause="expire"), order)

    race(partial(hear, payment, at), expire, jitter=0.004)


def test_paid_in_the_second_it_expires(town: Town) -> None:
    town.sell("plenty", TIMES)
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order("plenty")
        pay_or_expire(tale)
        winners[tale.row.status.value] += 1
        if tale.row.status == "expired":
            assert [refund.cause.value for refund in tale.refunds] == ["closed_then_paid"]
            assert tale.cards == []
        else:
            assert (tale.refunds, tale.card_states) == ([], ["allocated"])
    assert set(winners) == {"expired", "awaiting_delivery"}
    assert count(Refund) == winners["expired"]
    assert count(Case) == 0
    assert count(Event, col(Event.verb) == "paid_late") == winners["expired"]
