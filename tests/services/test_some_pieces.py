"""2 of 5: a case about some of the pieces, each outcome in each column of the grid, and a second case after it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from cardmall.adapters.world import our_act
from cardmall.domain.terms import CardStatus
from cardmall.models import Card, Order
from cardmall.reads.doors import locked_order
from cardmall.services.case import answers, appeals, attempts, cases, partials
from cardmall.services.money import money
from cardmall.services.order import delivery, orders
from tests.services.race import race
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    Tale,
    Town,
    act,
    an_act,
    count,
    move_clock,
    refused,
    rows,
    run_jobs,
    set_clock,
)

PRICE = 9900
FIVE = 5 * PRICE


@pytest.fixture
def tale(town: Town) -> Tale:
    return town.tale()


def waiting(tale: Tale) -> Tale:
    return tale.order(AUTO, 5).pay().request(pieces=2)


def sealed(tale: Tale) -> Tale:
    tale.order(AUTO, 5).pay().deliver()
    return tale.request(way="return", cards=ids(tale)[:2])


def revealed(tale: Tale) -> Tale:
    tale.order(AUTO, 5).pay().deliver().reveal(3)
    return tale.appeal(cards=looked_at(tale)[:2])


def ids(tale: Tale) -> list[str]:
    """As the order page numbers them."""
    return [c.id for c in sorted(tale.cards, key=lambda c: (c.created_at, c.id))]


def looked_at(tale: Tale) -> list[str]:
    return [c.id for c in tale.cards if c.revealed_at]


def approved(tale: Tale) -> Tale:
    return tale.approve()


def settled(tale: Tale) -> Tale:
    return tale.offer("50").accept()


def ruled(name: str, amount: str = "") -> Callable[[Tale], Tale]:
    def outcome(tale: Tale) -> Tale:
        if tale.case.status == "review":
            tale.reject("other", "已在制作").appeal()
        return tale.respond().rule(tale.town.carol, name, amount)

    return outcome


@pytest.mark.parametrize(
    ("reach", "outcome", "status", "cards", "refund"),
    [
        (waiting, approved, "awaiting_delivery", ["allocated"] * 3, 2 * PRICE),
        (waiting, settled, "awaiting_delivery", ["allocated"] * 3, 5000),
        (waiting, ruled("rule_shopper"), "awaiting_delivery", ["allocated"] * 3, 2 * PRICE),
        (waiting, ruled("rule_split", "30"), "awaiting_delivery", ["allocated"] * 3, 3000),
        (waiting, ruled("rule_merchant"), "awaiting_delivery", ["allocated"] * 5, 0),
        (sealed, approved, "delivered", ["sealed"] * 3 + ["voided"] * 2, 2 * PRICE),
        (sealed, settled, "delivered", ["sealed"] * 3 + ["voided"] * 2, 5000),
        (sealed, ruled("rule_shopper"), "delivered", ["sealed"] * 3 + ["voided"] * 2, 2 * PRICE),
        (sealed, ruled("rule_split", "30"), "delivered", ["sealed"] * 3 + ["voided"] * 2, 3000),
        (sealed, ruled("rule_merchant"), "delivered", ["sealed"] * 5, 0),
        (revealed, settled, "delivered", ["revealed"] * 3 + ["sealed"] * 2, 5000),
        (revealed, ruled("rule_shopper"), "delivered", ["revealed", "sealed", "sealed"] + ["voided"] * 2, 2 * PRICE),
        (revealed, ruled("rule_split", "30"), "delivered", ["revealed"] * 3 + ["sealed"] * 2, 3000),
        (revealed, ruled("rule_merchant"), "delivered", ["revealed"] * 3 + ["sealed"] * 2, 0),
    ],
)
def test_the_grid_for_two_of_five(
    tale: Tale, reach: Callable[[Tale], Tale], outcome: Callable[[Tale], Tale], status: str, cards: list[str],
    refund: int,
) -> None:  # fmt: skip
    reach(tale)
    assert (tale.case.pieces, tale.case.paid, tale.case.amount) == (2, 2 * PRICE, 2 * PRICE)
    chosen = list(tale.case.cards)
    outcome(tale)
    assert (tale.row.status, tale.card_states) == (status, cards)
    assert [r.amount for r in tale.refunds] == ([refund] if refund else [])
    assert tale.row.held_at is None  # the rest goes on
    assert {c.id for c in tale.cards if c.status is CardStatus.voided} <= set(chosen)
    tale.refund_arrives() if refund else None
    assert tale.money() == {"escrow": FIVE - refund, "shopper": refund - FIVE}


@pytest.mark.parametrize(("outcome", "given"), [(approved, 2 * PRICE), (settled, 5000)])
def test_the_other_three_are_delivered_and_canceled_by_a_second_case(
    tale: Tale, outcome: Callable[[Tale], Tale], given: int
) -> None:
    outcome(waiting(tale))
    assert tale.row.canceled_pieces == 2
    tale.request()
    assert (tale.case.pieces, tale.case.paid) == (3, 3 * PRICE)
    tale.approve()
    assert (tale.row.status, tale.card_states) == ("canceled", [])
    assert sum(r.amount for r in tale.refunds) == given + 3 * PRICE
    assert bool(tale.jobs("settle")) == (given < 2 * PRICE)  # what a split left is the shop's


def test_the_returned_ones_are_gone_and_a_second_return_ends_the_order(tale: Tale) -> None:
    sealed(tale).approve()
    left = [c.id for c in tale.cards if c.status is CardStatus.sealed]
    tale.request(way="return", cards=left[:1]).approve()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 2 + ["voided"] * 3)
    tale.request(way="return")
    assert tale.case.cards == left[1:]
    tale.approve()
    assert (tale.row.status, sum(r.amount for r in tale.refunds)) == ("canceled", FIVE)


def test_after_the_approval_exactly_three_are_delivered(town: Town) -> None:
    set_clock(town.founded)
    tale = town.tale().order(AUTO, 5).pay().request(pieces=2)
    held = {c.id for c in tale.cards}
    tale.approve()
    assert tale.row.deliver_at and tale.row.deliver_at >= tale.at
    back = [c for c in rows(Card, by=Card.id) if c.id in held and c.order_id is None]
    assert [c.status for c in back] == [CardStatus.available] * 2
    move_clock(tale.row.deliver_at - town.founded + MINUTE)
    run_jobs()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 3)


def test_the_merchant_types_as_many_codes_as_pieces_are_left(tale: Tale) -> None:
    tale.order(MANUAL, 5).pay().request(pieces=2).approve()
    five = [f"HAND-{n}" for n in range(5)]
    typed = {"codes": five, "now": tale.at}
    answer = refused(act, delivery.deliver_manually, tale.town.bob, tale.no, **typed)
    assert [(one.line, one.fault) for one in answer.lines] == [(4, "surplus"), (5, "surplus")]
    tale.deliver_by_hand(*five[:3])
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 3)


def test_fewer_pieces_end_a_lack_of_stock(town: Town) -> None:
    town.sell("few", 5)
    tale = town.tale().order("few", 5).pay()
    lost = ids(tale)[:2]
    act(_lose, lost)
    tale.deliver()
    assert (tale.row.abnormal, tale.row.stage) == ("no_stock", "abnormal")
    tale.request(pieces=2).approve()
    assert (tale.row.abnormal, tale.row.stage) == (None, "refunding")
    tale.deliver()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 3)


def _lose(session: Any, cards: list[str]) -> None:
    for card in cards:
        session.delete(session.get_one(Card, card))


def test_a_shop_that_fails_the_rest_gives_back_only_the_rest(tale: Tale) -> None:
    tale.order(MANUAL, 5).pay().request(pieces=2).offer("50").accept()
    tale.at = (tale.row.promised_at or tale.at) + MINUTE
    tale.cancel()
    assert tale.row.status == "canceled"
    assert [r.amount for r in tale.refunds] == [5000, 3 * PRICE]
    assert tale.jobs("settle")  # the split left the shop 148 yuan


def test_the_rest_of_a_split_is_the_shops_when_the_order_ends(tale: Tale) -> None:
    tale.order(AUTO, 2).pay().request(pieces=1).offer("50").accept().refund_arrives()
    tale.deliver().reveal().complete()
    tale.at += 9 * DAY
    act(_settle, tale)
    assert tale.money() == {"shopper": 5000 - 2 * PRICE, "shop": 2 * PRICE - 5000}


def _settle(session: Any, tale: Tale) -> None:
    order = session.get_one(Order, tale.row.id)
    assert money.settle_with_shop(an_act(session, tale.town.carol, now=tale.at).on(order=order), order)


def test_an_appeal_of_an_answered_case_keeps_its_own_pieces(tale: Tale) -> None:
    sealed(tale).reject("other", "不接受").appeal(cards=["whatever"])
    assert (len(tale.cases), tale.case.pieces, len(tale.case.cards)) == (1, 2, 2)


def test_rejected_before_delivery_and_ruled_after_it_takes_two_of_the_sealed(tale: Tale) -> None:
    waiting(tale).reject("other", "已在制作").resume().deliver().appeal().respond()
    tale.rule(tale.town.carol, "rule_shopper")
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 3 + ["voided"] * 2)
    assert [r.amount for r in tale.refunds] == [2 * PRICE]


def test_a_partial_refund_is_bound_by_the_pieces_of_its_case(tale: Tale) -> None:
    waiting(tale).reject("other", "已在制作")
    for amount in ("198", "200"):
        told = {"amount": amount, "now": tale.at}
        found = refused(act, partials.ask_partial, tale.town.alice, tale.case.no, **told)
        assert found.fields == {"amount": "out_of_range"}
    tale.ask_partial("197.99").accept_partial()
    assert (tale.row.status, tale.row.canceled_pieces, tale.card_states) == ("awaiting_delivery", 2, ["allocated"] * 3)


def test_a_rejection_that_a_newer_case_overtook_asks_for_nothing(tale: Tale) -> None:
    tale.order(AUTO, 5).pay().request().reject("other", "已在制作")
    old = tale.case.no
    tale.request(pieces=2).approve()
    told = {"amount": "400", "now": tale.at}
    assert refused(act, partials.ask_partial, tale.town.alice, old, **told).reason == "stale"


@pytest.mark.parametrize("pieces", [0, 6, -1, "0", "6", "2.0", " 2", "２", "x" * 99, True, 2.0, [2], {"n": 2}, b"2"])
def test_a_number_that_does_not_fit_is_named_beside_its_field(tale: Tale, pieces: object) -> None:
    tale.order(AUTO, 5).pay()
    told = {"way": "request", "reason": "changed_mind", "text": "", "now": tale.at}
    for use_case in (cases.request_cancellation, partial(attempts.note_attempt, lease="")):
        assert refused(act, use_case, tale.town.alice, tale.no, **told, pieces=pieces).fields == {
            "pieces": "out_of_range"
        }
    assert tale.row.held_at is None


@pytest.mark.parametrize(
    ("choice", "wrong"),
    [
        (lambda t: [], "required"),
        (lambda t: "all", "not_a_choice"),
        (lambda t: 2, "not_a_choice"),
        (lambda t: {"a": 1}, "not_a_choice"),
        (lambda t: [1, None], "not_a_choice"),
        (lambda t: [["x"]], "not_a_choice"),
        (lambda t: ["unknown"], "not_a_choice"),
        (lambda t: [_mallorys(t)], "not_a_choice"),
        (lambda t: looked_at(t), "not_a_choice"),
        (lambda t: [ids(t)[-1]] * 2, "repeated"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_whosever_it_is(
    tale: Tale, choice: Callable[[Tale], object], wrong: str
) -> None:
    tale.order(AUTO, 3).pay().deliver().reveal()
    cards = choice(tale)
    told = {"way": "return", "reason": "changed_mind", "text": "", "now": tale.at}
    for use_case in (cases.request_cancellation, partial(attempts.note_attempt, lease="")):
        assert refused(act, use_case, tale.town.alice, tale.no, **told, cards=cards).fields == {"cards": wrong}
    assert tale.cases == []


def _mallorys(tale: Tale) -> str:
    other = tale.town.tale(tale.at, tale.town.mallory).order(AUTO, 1).pay().deliver()
    return other.cards[0].id


def test_a_fault_names_only_cards_that_were_looked_at(tale: Tale) -> None:
    tale.order(AUTO, 3).pay().deliver().reveal(2)
    told = {"reason": "invalid_card", "text": "激活失败", "now": tale.at}
    whole = next(c for c in ids(tale) if c not in looked_at(tale))
    assert refused(act, appeals.appeal, tale.town.alice, tale.no, **told, cards=[whole]).fields == {
        "cards": "not_a_choice"
    }
    tale.appeal(cards=looked_at(tale)[1:])
    assert (tale.case.pieces, tale.case.cards) == (1, looked_at(tale)[1:])


def test_sealed_cards_nobody_named_go_from_the_end(tale: Tale) -> None:
    tale.order(AUTO, 5).pay().deliver().request(way="return", pieces=2)
    assert tale.case.cards == ids(tale)[-2:]


def test_a_request_judged_by_its_first_press_covers_some_of_what_came_since(tale: Tale) -> None:
    tale.order(AUTO, 5).pay()
    told = {"way": "request", "reason": "changed_mind", "text": ""}
    pressed = act(attempts.note_attempt, tale.town.alice, tale.no, **told, lease="", pieces=2, now=tale.at)
    act(attempts.blame_attempt, pressed, "c0ffee00", now=tale.at)  # our own fault
    tale.deliver().request(pieces=2).approve()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 3 + ["voided"] * 2)


def test_the_fee_is_rounded_in_the_shoppers_favour_for_the_chosen_ones(town: Town) -> None:
    town.sell("fee", 5, fee_permille=30, price=999)
    tale = town.tale().order("fee", 5).pay().deliver()
    tale.request(way="return", cards=ids(tale)[:1])
    assert (tale.case.paid, tale.case.fee, tale.case.amount) == (999, 29, 970)


def test_two_devices_one_case(tale: Tale) -> None:
    tale.order(AUTO, 5).pay()
    told = {"way": "request", "reason": "changed_mind", "text": "", "now": tale.at}
    found = race(
        lambda: act(cases.request_cancellation, tale.town.alice, tale.no, **told, pieces=2),
        lambda: act(cases.request_cancellation, tale.town.alice, tale.no, **told, pieces=3),
    )
    assert sorted(str(getattr(f, "reason", "case")) for f in found) == ["case", "case_open"]
    assert len(tale.cases) == 1 and tale.case.pieces in (2, 3)


def test_the_approval_against_the_delivery_delivers_three_or_waits(town: Town) -> None:
    tale = town.tale().order(AUTO, 5).pay().request(pieces=2)
    tale.at += HOUR
    race(
        lambda: act(answers.approve_case, town.bob, tale.case.no, now=tale.at),
        lambda: act(_deliver, tale),
    )
    assert (tale.row.status, tale.card_states) == ("awaiting_delivery", ["allocated"] * 3)
    tale.deliver()
    assert tale.card_states == ["sealed"] * 3
    assert count(Card, Card.order_id == tale.row.id) == 3


def _deliver(session: Any, tale: Tale) -> None:
    delivery.deliver_order(our_act(session, now=tale.at, cause="race"), locked_order(session, tale.row.id or 0))


def test_canceling_at_once_declines_a_partial_refund_still_asked_for(tale: Tale) -> None:
    tale.order(MANUAL, 5).pay().request(pieces=2).reject("other", "已在制作").resume()
    tale.ask_partial("50")
    tale.at = max(tale.at, tale.row.promised_at or tale.at) + MINUTE
    act(orders.cancel_now, tale.town.alice, tale.no, now=tale.at)
    assert (tale.row.status, tale.case.status) == ("canceled", "rejected")
    assert [r.amount for r in tale.refunds] == [FIVE]


@pytest.mark.parametrize("reach", [settled, ruled("rule_split", "30"), ruled("rule_merchant")])
def test_what_was_agreed_or_ruled_is_over_but_a_fault_of_the_others_is_heard(
    tale: Tale, reach: Callable[[Tale], Tale]
) -> None:
    reach(revealed(tale))
    first, other = set(tale.case.cards), set(looked_at(tale)) - set(tale.case.cards)
    told = {"reason": "invalid_card", "text": "激活失败", "now": tale.at}
    again = refused(act, appeals.appeal, tale.town.alice, tale.no, **told, cards=sorted(first)[:1])
    assert again.fields == {"cards": "not_a_choice"}
    tale.appeal()
    assert (set(tale.case.cards), tale.case.paid) == (other, PRICE)
    tale.respond().rule(tale.town.carol, "rule_shopper")
    assert [c.id for c in tale.cards if c.status is CardStatus.voided] == list(other)
    assert refused(tale.appeal).reason in ("ruled", "nothing_to_appeal")


def test_a_code_kept_for_an_agreed_amount_brings_nothing_more(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal().offer("50").accept()
    assert refused(tale.appeal).reason == "nothing_to_appeal"
    assert [r.amount for r in tale.refunds] == [5000]


def test_after_a_ruling_a_rejected_return_of_the_others_may_be_appealed(tale: Tale) -> None:
    ruled("rule_shopper")(sealed(tale))
    tale.request(way="return", cards=[c.id for c in tale.cards if c.status is CardStatus.sealed][:1])
    tale.reject("other", "不接受").appeal()
    assert (tale.case.status, tale.case.pieces) == ("appeal", 1)


def test_a_rejected_return_of_what_was_ruled_is_over(tale: Tale) -> None:
    ruled("rule_merchant")(sealed(tale))
    same = tale.case.cards
    tale.request(way="return", cards=same).reject("other", "不接受")
    assert refused(tale.appeal).reason == "ruled"


def test_before_delivery_a_ruling_about_two_leaves_the_other_three_a_judge(tale: Tale) -> None:
    ruled("rule_merchant")(waiting(tale))
    tale.deliver().reveal().appeal()
    assert (tale.case.status, tale.case.pieces) == ("appeal", 1)
