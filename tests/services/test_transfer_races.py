"""A transfer met by everything else at once: one wins, nothing is half done (section 7)."""

from collections import Counter
from datetime import datetime
from functools import partial

import pytest
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.limits import DEADLINE_SECOND
from cardmall.domain.terms import Actor, Refused
from cardmall.models import Order, Transfer
from cardmall.reads.doors import locked_order
from cardmall.services.case import cases
from cardmall.services.money.payments import PaymentNews, hear_payment
from cardmall.services.order import delivery, orders
from cardmall.services.transfer import transfers
from tests.services.race import race, refusals, rounds
from tests.town import MANUAL, Tale, Town, act, count

pytestmark = pytest.mark.slow
TIMES = rounds(30)
FEW = rounds(10)
MALLORY = "mallory@cardmall.test"


def agree(tale: Tale, who: Actor) -> str:
    return act(transfers.agree_transfer, who, tale.transfer.no, now=tale.at)


def withdraw(tale: Tale) -> None:
    act(transfers.withdraw_transfer, tale.shopper, tale.transfer.no, now=tale.at)


def offer(tale: Tale) -> str:
    told = {"address": Address(AddressKind.email, MALLORY), "now": tale.at}
    return act(transfers.offer_transfer, tale.shopper, tale.no, **told)


def ask(tale: Tale, way: str = "request") -> str:
    told = {"way": way, "reason": "changed_mind", "text": "", "now": tale.at}
    return act(cases.request_cancellation, tale.shopper, tale.no, **told)


def money_comes(tale: Tale) -> None:
    """The channel tells of the receiver's payment."""
    (payment,) = tale.successor.payments
    news = PaymentNews(payment.no, True, payment.amount, "T1", "138****0001")
    act(hear_payment, news, now=tale.at, cause="callback")


def time_is_up(tale: Tale) -> None:
    """As the worker does with the receiver's order."""
    new = tale.successor.row
    with db.transaction() as session:
        orders.expire_order(our_act(session, now=new.pay_by, cause="expire"), locked_order(session, new.id or 0))


def silence(no: str, at: datetime) -> None:
    """As the worker does when the 48 hours are over."""
    act(transfers.meet_transfer_deadline, no, now=at, cause="deadline")


def at_cashier(tale: Tale) -> Tale:
    tale.offer_to(MALLORY).agree(tale.town.bob, tale.town.mallory)
    new = tale.successor
    act(orders.start_payment, new.shopper, new.no, channel="alipay", consent=True, now=tale.at)
    return tale


def stands(tale: Tale) -> str:
    """How the transfer ended; whichever way, money and cards are all on one side."""
    status, new = tale.transfer.status.value, tale.successor
    if status == "completed":
        assert (tale.row.status, tale.cards) == ("canceled", [])
        assert [(r.amount, r.cause.value) for r in tale.refunds] == [(9900, "transfer")]
        assert (new.refunds, new.money()["escrow"]) == ([], 9900)
    else:
        assert new.row.status in ("canceled", "expired") and new.cards == []
        assert [r.cause.value for r in new.refunds] in ([], ["closed_then_paid"])
        assert [r.cause.value for r in tale.refunds] == []
    return status


def test_both_sides_agree_at_once_and_there_is_one_order(town: Town) -> None:
    for _ in range(TIMES):
        tale = town.tale().order(MANUAL).pay().offer_to(MALLORY)
        results = race(partial(agree, tale, town.bob), partial(agree, tale, town.mallory), jitter=0.004)
        assert refusals(results) == []
        assert sorted(map(bool, results)) == [False, True]
        assert tale.transfer.status == "accepted"
        act(orders.cancel_now, town.mallory, tale.successor.no, now=tale.at)
    assert count(Order, col(Order.shopper_id) == town.mallory.id) == TIMES


def test_pressed_twice_is_agreed_once(town: Town) -> None:
    for _ in range(FEW):
        tale = town.tale().order(MANUAL).pay().offer_to(MALLORY).agree(town.bob)
        results = race(*[partial(agree, tale, town.mallory)] * 3)
        assert refusals(results) == ["stale"] * 2
        assert tale.verbs.count("transfer_accepted") == 1
        act(orders.cancel_now, town.mallory, tale.successor.no, now=tale.at)


def test_offered_twice_is_one_offer(town: Town) -> None:
    for _ in range(FEW):
        tale = town.tale().order(MANUAL).pay()
        assert refusals(race(*[partial(offer, tale)] * 3)) == ["transfer_open"] * 2
        assert count(Transfer, col(Transfer.order_id) == tale.row.id) == 1


def test_withdrawn_or_agreed(town: Town) -> None:
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order(MANUAL).pay().offer_to(MALLORY).agree(town.bob)
        _, said = race(partial(withdraw, tale), partial(agree, tale, town.mallory), jitter=0.004)
        assert (tale.transfer.status, tale.row.held_at) == ("withdrawn", None)
        if isinstance(said, Refused):
            winners["withdrawn first"] += 1
            assert (said.reason, said.status, tale.transfer.new_order_id) == ("stale", "withdrawn", None)
        else:
            winners["agreed first"] += 1
            assert tale.successor.row.status == "canceled"
    assert len(winners) == 2, winners


def test_paid_or_withdrawn_never_both_never_neither(town: Town) -> None:
    winners: Counter[str] = Counter()
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = at_cashier(town.tale().order("plenty").pay())
        race(partial(money_comes, tale), partial(withdraw, tale), jitter=0.004)
        winners[stands(tale)] += 1
    assert set(winners) == {"completed", "withdrawn"}, winners


def test_paid_in_the_second_it_expires(town: Town) -> None:
    winners: Counter[str] = Counter()
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = at_cashier(town.tale().order("plenty").pay())
        race(partial(money_comes, tale), partial(time_is_up, tale), jitter=0.004)
        winners[stands(tale)] += 1
    assert set(winners) == {"completed", "expired"}, winners


def test_the_old_orders_case_or_the_receivers_money(town: Town) -> None:
    winners: Counter[str] = Counter()
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = at_cashier(town.tale().order("plenty").pay().deliver())
        _, asked = race(partial(money_comes, tale), partial(ask, tale, "return"), jitter=0.004)
        status = stands(tale)
        winners[status] += 1
        if status == "completed":
            assert isinstance(asked, Refused) and (asked.reason, asked.status) == ("already_closed", "canceled")
            assert tale.successor.card_states == ["sealed"]
        else:
            assert (tale.case.status, tale.transfer.ended_why, tale.card_states) == ("review", "case", ["sealed"])
            assert tale.row.held_at
    assert set(winners) == {"completed", "withdrawn"}, winners


def test_delivered_or_offered_the_cards_are_where_the_order_is(town: Town) -> None:
    """Both may happen, in this order only: delivered, then offered."""
    town.sell("plenty", TIMES)
    seen: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().later(minutes=10)
        race(partial(_deliver, tale), partial(offer, tale), jitter=0.004)
        assert tale.row.held_at
        seen[f"{tale.row.status}:{','.join(tale.card_states)}"] += 1
    assert set(seen) == {"delivered:sealed", "awaiting_delivery:allocated"}, seen


def _deliver(tale: Tale) -> None:
    with db.transaction() as session:
        delivery.deliver_order(our_act(session, now=tale.at, cause="deliver"), locked_order(session, tale.row.id or 0))


def test_silence_meets_the_last_yes(town: Town) -> None:
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order(MANUAL).pay().offer_to(MALLORY).agree(town.bob)
        end, no = tale.transfer.deadline, tale.transfer.no
        tale.at = end

        race(partial(silence, no, end + DEADLINE_SECOND), partial(agree, tale, town.mallory), jitter=0.004)
        winners[tale.transfer.status.value] += 1
        if tale.transfer.status == "accepted":
            act(orders.cancel_now, town.mallory, tale.successor.no, now=tale.at)
    assert set(winners) == {"accepted", "expired"}, winners
