"""Cards are delivered whole, sealed and encrypted; only their buyer sees a code, and every look is logged."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.terms import Actor, CardStatus, Reason, Role
from cardmall.models import Card, Event
from cardmall.reads.doors import locked_order
from cardmall.services.order import delivery
from cardmall.views.merchant.delivery import to_deliver
from cardmall.views.shopper.order import order_view
from tests.ground import stored_in
from tests.town import AUTO, HOUR, MANUAL, Tale, Town, act, count, look, refused, rows


def deliver(tale: Tale, at: Any) -> str:
    with db.transaction() as session:
        delivery.deliver_order(our_act(session, now=at, cause="deliver"), locked_order(session, tale.row.id or 0))
    return tale.row.status.value


def by_hand(tale: Tale, *codes: str, by: Actor | None = None) -> None:
    act(delivery.deliver_manually, by or tale.town.bob, tale.no, codes=codes, now=tale.at)


def reveal(tale: Tale, card_id: str, by: Actor | None = None) -> str:
    who = by or tale.shopper
    return act(delivery.reveal_card, who, tale.no, card_id, address="192.0.2.7", now=tale.at)


def empty_shelf(tale: Tale) -> None:
    """A card of the order, and all stock, turned out to be worthless."""
    with db.transaction() as session:
        connection = session.connection()
        connection.execute(
            sa.update(Card).where(col(Card.id) == tale.cards[0].id).values(status=CardStatus.voided, order_id=None)
        )
        left = (col(Card.status) == CardStatus.available, col(Card.product_id) == tale.row.product_id)
        connection.execute(sa.update(Card).where(*left).values(status=CardStatus.voided))


def test_all_pieces_are_delivered_at_once_sealed_not_before_their_time(town: Town) -> None:
    tale = town.tale().order(AUTO, 3).pay()
    due = tale.row.deliver_at
    assert due
    assert deliver(tale, due - timedelta(seconds=1)) == "awaiting_delivery"
    assert deliver(tale, due) == "delivered"
    assert deliver(tale, due + HOUR) == "delivered"
    assert (tale.card_states, tale.row.delivered_at, tale.row.stage) == (["sealed"] * 3, due, "delivered")
    assert (tale.verbs.count("delivered"), tale.told(town.alice)) == (1, ["order_delivered"])
    assert [job.due_at for job in tale.jobs("complete")] == [due + timedelta(days=7)]


def test_a_missing_card_is_replaced_by_another_of_the_product(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay()
    with db.transaction() as session:
        card = session.get_one(Card, tale.cards[0].id)
        card.status, card.order_id = CardStatus.voided, None
    assert tale.deliver().card_states == ["sealed", "sealed"]


def test_without_stock_nothing_is_delivered_the_shop_is_told_once_and_it_looks_again(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay()
    due = tale.row.deliver_at
    assert due
    empty_shelf(tale)
    assert deliver(tale, due) == deliver(tale, due + HOUR) == "awaiting_delivery"
    assert (tale.row.abnormal, tale.row.stage, tale.card_states) == ("no_stock", "abnormal", ["allocated"])
    assert tale.told(town.bob).count("order_no_stock") == 1
    assert due + 2 * HOUR in [job.due_at for job in tale.jobs("deliver")]
    with db.transaction() as session:
        broken = (col(Card.status) == CardStatus.voided, col(Card.product_id) == tale.row.product_id)
        session.connection().execute(sa.update(Card).where(*broken).values(status=CardStatus.available))
    assert deliver(tale, due + 2 * HOUR) == "delivered"
    assert (tale.row.abnormal, tale.row.stage, tale.card_states) == (None, "delivered", ["sealed"] * 2)


def test_the_merchant_delivers_a_manual_product_with_typed_codes(town: Town) -> None:
    tale = town.tale().order(MANUAL, 2).pay()
    by_hand(tale, " KEY-1 ", "", "KEY-2")
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed", "sealed"])
    assert {reveal(tale, card.id) for card in tale.cards} == {"KEY-1", "KEY-2"}


@pytest.mark.parametrize(
    ("codes", "error", "lines"),
    [
        ([], "required", []),
        (["", " "], "required", []),
        (["A"], "count_mismatch", []),
        (["A", "B", "C"], "bad_lines", [(3, "surplus", 0)]),
        (["A", "", "A"], "bad_lines", [(3, "repeated", 1)]),
        (["AB-CD", "ab cd", "B"], "bad_lines", [(2, "repeated", 1)]),  # the same code however it is typed
        (["A", "x" * 201], "bad_lines", [(2, "too_long", 0)]),
        (["\u200b", "OLD-1", "AUTO-CARD-0003", "OTHER-1"], "bad_lines",
         [(1, "blank", 0), (2, "sold", 0), (3, "elsewhere", 0)]),
    ],
)  # fmt: skip
def test_wrong_codes_are_named_by_their_lines_and_nothing_is_delivered(
    town: Town, codes: list[str], error: str, lines: list[tuple[int, str, int]]
) -> None:
    by_hand(town.tale().order(MANUAL).pay(), "OLD-1")
    tale = town.tale().order(MANUAL, 2).pay()
    answer = refused(by_hand, tale, *codes)
    assert answer.fields == {"codes": error}
    assert [(one.line, one.fault.value, one.first) for one in answer.lines] == lines
    assert (tale.row.status, tale.cards) == ("awaiting_delivery", [])


def test_a_code_is_sold_once(town: Town) -> None:
    by_hand(town.tale().order(MANUAL).pay(), "KEY-1")
    assert refused(by_hand, town.tale().order(MANUAL).pay(), "key 1").fields == {"codes": "bad_lines"}


def test_a_held_an_automatic_or_a_delivered_order_is_not_delivered_by_hand(town: Town) -> None:
    held, auto = town.tale().order(MANUAL).pay().request(), town.tale().order(AUTO).pay()
    done, unpaid = town.tale().order(MANUAL).pay().deliver_by_hand("KEY-1"), town.tale().order(MANUAL)
    assert refused(by_hand, held, "KEY-2").reason is Reason.held
    for tale in (auto, done, unpaid):
        assert refused(by_hand, tale, "KEY-2").reason is Reason.stale


def test_a_code_is_shown_to_its_buyer_and_every_look_is_logged(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver()
    card = tale.cards[0]
    first = reveal(tale, card.id)
    assert (first, reveal(tale, card.id)) == (first, first)
    assert first in town.codes[AUTO]
    assert tale.card_states == ["revealed", "sealed"]
    assert tale.verbs[-2:] == ["card_revealed", "card_shown"]
    for event in tale.events[-2:]:
        assert (event.data["address"], event.data["cards"], event.at) == ("192.0.2.7", [card.id], tale.at)
        assert first not in str(event.data)


def test_the_hold_stops_the_first_look_not_a_later_one(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver()
    seen, sealed = tale.cards
    reveal(tale, seen.id)
    tale.request(way="return")
    assert refused(reveal, tale, sealed.id).reason is Reason.held
    assert reveal(tale, seen.id) in town.codes[AUTO]


def test_an_undelivered_voided_foreign_or_unknown_card_is_not_there(town: Town) -> None:
    waiting = town.tale().order(AUTO).pay()
    given_back = town.tale().order(AUTO).pay().deliver().request(way="return").approve()
    hers = town.tale(shopper=town.mallory).order(AUTO).pay().deliver()
    for tale, card in (
        (waiting, waiting.cards[0].id),
        (given_back, given_back.cards[0].id),
        (waiting, hers.cards[0].id),
        (waiting, "no such card"),
    ):
        assert refused(reveal, tale, card).reason is Reason.not_found


@pytest.mark.parametrize("name", ["mallory", "bob", "mo", "carol"])
def test_nobody_else_delivers_or_looks(town: Town, name: str) -> None:
    stranger: Actor = getattr(town, name)
    given, manual = town.tale().order(AUTO).pay().deliver(), town.tale().order(MANUAL).pay()
    before = (rows(Card, by=Card.id), count(Event))
    expected = Reason.not_found if stranger.role is Role.shopper else Reason.not_allowed
    assert refused(reveal, given, given.cards[0].id, by=stranger).reason is expected
    if name != "bob":
        expected = Reason.not_found if stranger.role is Role.merchant else Reason.not_allowed
        assert refused(by_hand, manual, "KEY-1", by=stranger).reason is expected
    assert (rows(Card, by=Card.id), count(Event)) == before


def test_no_code_stands_readable_in_the_database(town: Town, database: sa.Engine) -> None:
    town.tale().order(AUTO, 2).pay().deliver().reveal(2)
    town.tale().order(MANUAL).pay().deliver_by_hand("SECRET-KEY-7788").reveal()
    stored = stored_in(database)
    assert b"cards_sealed" in stored
    for code in [*town.codes[AUTO], "SECRET-KEY-7788"]:
        for written in (code, code.replace("-", "")):
            assert written.encode() not in stored


def test_a_cards_token_opens_for_no_other_card(town: Town) -> None:
    one, other = town.tale().order(AUTO, 2).pay().deliver().cards
    with pytest.raises(InvalidTag):
        town.scene.world.vault.open(one.id, other.sealed_code)


def reveal_rest(tale: Tale, by: Actor | None = None) -> dict[str, str]:
    who = by or tale.shopper
    return act(delivery.reveal_rest, who, tale.no, address="192.0.2.7", now=tale.at)


def seen_codes(tale: Tale, by: Actor | None = None) -> dict[str, str]:
    who = by or tale.shopper
    return act(delivery.seen_codes, who, tale.no, address="192.0.2.7", now=tale.at)


def looked_at(tale: Tale, verb: str) -> list[str]:
    return [card for event in rows(Event) if event.verb == verb for card in event.data["cards"]]


def test_b4_all_sealed_cards_are_looked_at_together_each_logged(town: Town) -> None:
    tale = town.tale().order(AUTO, 3).pay().deliver()
    first = tale.cards[0].id
    reveal(tale, first)
    codes = reveal_rest(tale)
    assert set(codes) == {card.id for card in tale.cards} - {first}
    assert set(codes.values()) <= set(town.codes[AUTO])
    assert tale.card_states == ["revealed"] * 3
    assert sorted(looked_at(tale, "card_revealed")) == sorted(card.id for card in tale.cards)
    assert refused(reveal_rest, tale).reason == Reason.not_found, "nothing is sealed any more"


def test_b4_all_cards_are_looked_at_or_none(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver().request(way="return")
    assert refused(reveal_rest, tale).reason == Reason.held
    assert tale.card_states == ["sealed"] * 2 and not looked_at(tale, "card_revealed")


def test_b4_what_was_looked_at_can_be_taken_along_each_logged(town: Town) -> None:
    tale = town.tale().order(AUTO, 3).pay().deliver()
    assert refused(seen_codes, tale).reason == Reason.not_found
    one, other = (card.id for card in tale.cards[:2])
    told = {card: reveal(tale, card) for card in (one, other)}
    assert seen_codes(tale) == told
    assert sorted(looked_at(tale, "card_shown")) == sorted(told)
    assert sorted(tale.card_states) == ["revealed", "revealed", "sealed"]


def test_b4_nobody_elses_codes_are_shown(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver()
    reveal(tale, tale.cards[0].id)
    for who in (town.mallory, town.bob, town.carol):
        for act_of in (reveal_rest, seen_codes):
            assert refused(act_of, tale, who).reason in (Reason.not_found, Reason.not_allowed)
    assert tale.card_states.count("sealed") == 1


def panel(tale: Tale) -> tuple[str, bool]:
    """(what its page says first, whether an appeal is offered there)."""
    seen = act(order_view, tale.shopper, tale.no, now=tale.at)
    return seen.panel, seen.can_appeal


def test_a_page_says_how_many_codes_were_looked_at_and_offers_the_appeal(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver()
    assert panel(tale) == ("sealed", False)
    tale.reveal(1)
    assert panel(tale) == ("partly_used", True)
    tale.reveal(1)
    assert panel(tale) == ("used", True)


def test_an_offered_order_is_refused_because_of_the_transfer(town: Town) -> None:
    waiting, sealed = town.tale().order(MANUAL).pay(), town.tale().order(AUTO).pay().deliver()
    card = sealed.cards[0].id
    waiting.offer_to("mallory@example.com")
    sealed.offer_to("mallory@example.com")
    assert refused(by_hand, waiting, "KEY-1").reason is Reason.transfer_open
    assert refused(reveal, sealed, card).reason is Reason.transfer_open
    (row,) = look(to_deliver, town.bob, now=waiting.at).held
    assert (row.why, row.transfer_no) == ("transferring", waiting.transfer.no)
