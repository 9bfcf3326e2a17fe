"""主动退款: a merchant gives back pieces, cards or an amount, and everything that follows knows it (R96)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.recalls import Looked
from cardmall.domain.rules.ways import decide
from cardmall.domain.terms import Reason, Refused, Way
from cardmall.models import Card, Case, Event, Notice, Order
from cardmall.reads.doors import locked_with_shop
from cardmall.reads.facts import facts_of
from cardmall.services.case.gifts import give_unasked
from cardmall.services.money.money import settle_with_shop
from cardmall.services.order.twins import withdraw_card
from cardmall.services.shop.shops import disable_shop
from cardmall.views.admin.case import appeal_case
from cardmall.views.merchant.case import shop_case
from cardmall.views.merchant.record import shop_record
from cardmall.views.merchant.refund import gift_effect, gift_page
from cardmall.views.shopper.case import case_page
from cardmall.views.shopper.order import order_view
from tests.bank import sandbox
from tests.services.giving import TYPED, amount, back, cards, gift, ids, pieces, shown
from tests.services.invariants import Watch
from tests.services.recalling import code, press
from tests.town import AUTO, MANUAL, PRICE, Tale, Town, act, look, refused, rows, run_jobs, set_clock


@pytest.fixture(autouse=True)
def _a_bank_of_its_own(town: Town) -> None:
    sandbox().control(forget=True)


@pytest.fixture
def tale(town: Town) -> Tale:
    return town.tale()


def bought(tale: Tale, count: int = 5, slug: str = AUTO) -> Tale:
    return tale.order(slug, count).pay()


def settled(tale: Tale) -> Tale:
    """Its money is the shop's."""
    tale.complete().later(days=15)
    act(settle, tale.no, now=tale.at)
    return tale


def settle(act: Any, no: str) -> None:
    row = rows(Order, Order.no == no)[0]
    assert settle_with_shop(act, locked_with_shop(act.session, row.id))


def holds() -> None:
    Watch().look()


def preview(tale: Tale, way: str) -> int:
    """What the page of the order says comes back."""

    with db.reading() as session:
        order = session.get_one(Order, tale.row.id)
        found = decide(Way(way), facts_of(session, order), tale.at).preview
    return found.amount if found else 0


# Pieces, cards, an amount


def test_pieces_are_canceled_before_delivery(tale: Tale) -> None:
    bought(tale)
    assert shown(tale, pieces(2)).kept == 3 * PRICE
    no = gift(tale, pieces(2))
    assert (tale.row.status, tale.row.canceled_pieces, back(tale)) == ("awaiting_delivery", 2, 2 * PRICE)
    assert (tale.case.no, tale.case.kind, tale.case.status, tale.case.reason) == (no, "gift", "approved", "bad_code")
    tale.deliver()
    assert tale.card_states == ["sealed"] * 3
    holds()


def test_all_pieces_end_the_order(tale: Tale) -> None:
    bought(tale, 2)
    gift(tale, pieces(2))
    assert (tale.row.status, tale.row.stage, back(tale), tale.cards) == ("canceled", "refunding", 2 * PRICE, [])
    holds()


def test_named_cards_are_void_at_their_whole_price(tale: Tale) -> None:
    bought(tale, 3).deliver().reveal()
    gift(tale, cards(tale, 1, 3))
    assert (tale.card_states, back(tale), tale.row.status) == (["sealed", "voided", "voided"], 2 * PRICE, "delivered")
    assert tale.row.taken_back == 2
    gift(tale, cards(tale, 2))
    assert (tale.card_states, back(tale), tale.row.status) == (["voided"] * 3, 3 * PRICE, "canceled")
    holds()


def test_an_amount_leaves_the_codes_with_the_buyer_and_a_return_brings_the_rest(tale: Tale) -> None:
    bought(tale, 3).deliver()
    gift(tale, amount(5000))
    assert (tale.card_states, back(tale), tale.row.status) == (["sealed"] * 3, 5000, "delivered")
    assert preview(tale, "return") == 3 * PRICE - 5000
    tale.request(way="return").approve()
    assert (back(tale), tale.row.status) == (3 * PRICE, "canceled")
    holds()


def test_some_cards_are_returned_at_their_price_less_their_share(tale: Tale) -> None:
    bought(tale, 3).deliver()
    gift(tale, amount(5000))
    tale.request(way="return", cards=ids(tale)[1:]).approve()
    assert back(tale) == 5000 + 2 * PRICE - (1667 + 1666)
    tale.request(way="return").approve()
    assert back(tale) == 3 * PRICE
    holds()


def test_the_fee_of_a_return_is_of_what_is_left(town: Town) -> None:
    town.sell("fee-card", 3, fee_permille=50, price=1001)
    tale = town.tale().order("fee-card", 2).pay().deliver()
    gift(tale, amount(500))
    tale.request(way="return").approve()
    left = 2 * 1001 - 500
    assert (tale.case.paid, tale.case.fee, tale.case.amount) == (left, left * 50 // 1000, left - left * 50 // 1000)
    assert back(tale) == 2 * 1001 - left * 50 // 1000
    holds()


def test_an_amount_before_delivery_lies_on_the_pieces_that_come(tale: Tale) -> None:
    bought(tale)
    gift(tale, amount(52))
    assert (tale.row.given, preview(tale, "request")) == (52, 5 * PRICE - 52)
    gift(tale, pieces(2))
    assert (back(tale), tale.row.given) == (52 + 2 * PRICE - 20, 32)
    tale.deliver()
    assert (tale.row.given, sorted(card.given for card in tale.cards if card.given)) == (0, [10, 11, 11])
    tale.request(way="return").approve()
    assert back(tale) == 5 * PRICE
    holds()


def test_a_request_before_delivery_is_less_what_was_given(tale: Tale) -> None:
    bought(tale, 3)
    gift(tale, amount(100))
    tale.request(pieces=1).approve()
    assert (back(tale), tale.row.given) == (100 + PRICE - 33, 67)
    tale.request().approve()
    assert (back(tale), tale.row.status) == (3 * PRICE, "canceled")
    holds()


def test_what_the_shop_cannot_deliver_is_canceled_for_the_rest(tale: Tale) -> None:
    tale.order(MANUAL, 2).pay()
    gift(tale, amount(999))
    promised = tale.row.promised_at
    assert promised
    tale.at = promised + timedelta(seconds=1)
    tale.cancel()
    assert (back(tale), tale.row.status) == (2 * PRICE, "canceled")
    holds()


def test_a_fault_is_ruled_about_what_is_left(tale: Tale) -> None:
    bought(tale, 2).deliver().reveal(2)
    gift(tale, amount(101))
    tale.appeal(cards=ids(tale)[:1])
    assert tale.case.paid == PRICE - 51
    tale.respond().rule(tale.town.carol, "rule_shopper")
    gift(tale, cards(tale, 2))
    assert (back(tale), tale.row.status) == (2 * PRICE, "canceled")
    holds()


def test_a_card_that_was_agreed_on_pays_last(tale: Tale) -> None:
    bought(tale, 2).deliver().reveal()
    used = next(card.id for card in tale.cards if card.revealed_at)
    tale.appeal().offer("60", "退一部分").accept()
    assert (tale.case.cards, back(tale)) == ([used], 6000)
    gift(tale, amount(PRICE + 1))
    lies = {card.id: card.given for card in tale.cards}
    assert lies.pop(used) == 1 and list(lies.values()) == [PRICE]
    assert look(gift_page, tale.town.bob, tale.no, now=tale.at).most == PRICE - 6000 - 1
    gift(tale, cards(tale, 1 + ids(tale).index(used)))
    assert back(tale) == 2 * PRICE
    holds()


def test_a_replacement_takes_over_what_was_given(tale: Tale) -> None:
    bought(tale, 1).deliver().reveal()
    gift(tale, amount(5000))
    tale.appeal().offer(codes=["NEW-1"]).accept()
    assert (tale.card_states, preview(tale, "return")) == (["sealed", "voided"], PRICE - 5000)
    tale.request(way="return").approve()
    assert back(tale) == PRICE
    holds()


@pytest.mark.parametrize("remedy", ["another", "refund"])
def test_a_recall_pays_what_is_left_or_gives_a_card_of_the_same_worth(town: Town, remedy: str) -> None:
    set_clock(town.founded)
    tale = bought(town.tale(), 1).deliver()
    gift(tale, amount(5000))
    set_clock(tale.at)
    press(town.bob, slug=AUTO, codes=code(tale.cards[0]), remedy=remedy, looked=Looked.all)
    run_jobs()
    if remedy == "another":
        assert (back(tale), tale.card_states) == (5000, ["sealed", "voided"])
        tale.request(way="return").approve()
    assert (back(tale), tale.row.status) == (PRICE, "canceled")


def test_an_order_that_lacks_nothing_any_more_is_delivered(town: Town) -> None:
    town.sell("scarce", 2)
    tale = town.tale().order("scarce", 2).pay()
    act(_lose_one, tale.no, now=tale.at)
    tale.at = tale.row.deliver_at or tale.at
    set_clock(tale.at)
    run_jobs()
    assert (tale.row.abnormal, tale.row.lacks) == ("no_stock", 1)
    gift(tale, pieces(1))
    assert (tale.row.abnormal, tale.row.lacks) == (None, 0)
    set_clock(tale.at + limits.RESUME_AFTER)
    run_jobs()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"])


def _lose_one(act: Any, no: str) -> None:
    order = act.session.exec(select(Order).where(Order.no == no)).one()
    card = act.session.exec(select(Card).where(Card.order_id == order.id)).first()
    withdraw_card(act.on(order=order), card)


# When it is refused


def test_only_the_merchant_of_the_order_gives(tale: Tale) -> None:
    bought(tale)
    seen = shown(tale, pieces(1)).mark
    for who in (tale.town.mo, tale.town.alice, tale.town.mallory, tale.town.carol, None):
        with pytest.raises(Refused):
            act(give_unasked, who, tale.no, TYPED | pieces(1), seen=seen, now=tale.at)
        for view in (gift_page, gift_effect):
            with pytest.raises(Refused):
                look(view, who, tale.no, *([TYPED | pieces(1)] if view is gift_effect else []), now=tale.at)
    assert (back(tale), tale.cases) == (0, [])


def test_while_a_case_is_open_nothing_is_given(tale: Tale) -> None:
    bought(tale).request(pieces=1)
    assert refused(gift, tale, pieces(1)).reason is Reason.case_open
    tale.reject("other", "已在制作")
    gift(tale, pieces(1))
    assert back(tale) == PRICE


@pytest.mark.parametrize("stands", ["review", "offered", "asked", "appeal"])
def test_whatever_a_case_waits_for_no_gift_comes_between_and_none_ends_it(tale: Tale, stands: str) -> None:
    bought(tale, 3).deliver().request(way="return", cards=ids(tale)[:1])
    if stands == "offered":
        tale.offer("10", "退一部分")
    if stands in ("asked", "appeal"):
        tale.reject("other", "不退")
        tale = tale.ask_partial("10") if stands == "asked" else tale.appeal(text="不服")
    before = tale.case.status, tale.case.deadline, tale.row.held_at
    for what in (cards(tale, 2), amount(1)):
        assert refused(gift, tale, what).reason is Reason.case_open
    assert (before[0], back(tale), len(tale.cases)) == (stands, 0, 1)
    assert before == (tale.case.status, tale.case.deadline, tale.row.held_at)


def test_a_press_that_saw_something_else_does_nothing(tale: Tale) -> None:
    bought(tale)
    seen = shown(tale, pieces(2)).mark
    press_it = {"seen": seen, "now": tale.at}
    act(give_unasked, tale.town.bob, tale.no, TYPED | pieces(2), **press_it)
    assert refused(act, give_unasked, tale.town.bob, tale.no, TYPED | pieces(2), **press_it).reason is Reason.changed
    for wrong in ("", None, 7, {}):
        with pytest.raises(Refused) as told:
            act(give_unasked, tale.town.bob, tale.no, TYPED | pieces(2), seen=wrong, now=tale.at)
        assert told.value.reason is Reason.changed
    assert back(tale) == 2 * PRICE


def test_pieces_that_were_delivered_meanwhile_are_not_canceled(tale: Tale) -> None:
    seen = shown(bought(tale), pieces(2)).mark
    tale.deliver()
    told = refused(act, give_unasked, tale.town.bob, tale.no, TYPED | pieces(2), seen=seen, now=tale.at)
    assert told.fields == {"of": "not_a_choice"}


def test_unpaid_and_ended_orders_and_disabled_shops(town: Town) -> None:
    tale = town.tale().order(AUTO)
    assert refused(gift, tale, pieces(1)).reason is Reason.not_paid
    tale.expire()
    assert refused(gift, tale, pieces(1)).reason is Reason.already_closed
    sold = bought(town.tale()).deliver()
    act(disable_shop, town.carol, "bobs", reason="停用", now=sold.at)
    assert refused(gift, sold, amount(1)).reason is Reason.shop_disabled


def test_the_last_gift_is_given_a_day_before_the_channel_takes_no_refund(tale: Tale) -> None:
    settled(bought(tale, 1).deliver().reveal())
    captured = tale.payments[0].captured_at
    assert captured
    tale.at = captured + timedelta(days=364)
    assert shown(tale, amount(1)).amount == 1
    tale.at += timedelta(seconds=1)
    assert refused(gift, tale, amount(1)).reason is Reason.window_over


def test_when_all_came_back_nothing_is_left(tale: Tale) -> None:
    bought(tale, 1).deliver()
    gift(tale, amount(PRICE))
    assert refused(gift, tale, cards(tale, 1)).reason is Reason.nothing_left
    assert (tale.card_states, tale.row.status, preview(tale, "return")) == (["sealed"], "delivered", 0)
    holds()


# Where the money comes from


def test_it_comes_out_of_the_order_first(tale: Tale) -> None:
    bought(tale, 2).deliver()
    found = shown(tale, amount(300))
    assert (found.amount, found.of_order, found.of_shop, found.kept) == (300, 300, 0, 2 * PRICE - 300)
    gift(tale, amount(300))
    assert tale.money() == {"shopper": -2 * PRICE, "escrow": 2 * PRICE}
    tale.refund_arrives()
    assert tale.money() == {"shopper": -2 * PRICE + 300, "escrow": 2 * PRICE - 300}


def test_after_the_settlement_it_comes_out_of_the_balance(tale: Tale) -> None:
    settled(bought(tale, 2).deliver().reveal(2))
    found = shown(tale, cards(tale, 1))
    assert (found.of_order, found.of_shop, found.kept) == (0, PRICE, PRICE)
    gift(tale, cards(tale, 1))
    tale.refund_arrives()
    assert tale.money() == {"shopper": -PRICE, "shop": PRICE}
    assert "shop_owes" not in tale.told(tale.town.bob)
    holds()


def test_a_shop_without_the_money_gives_nothing(tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is advanced: what was settled is there, or it is not given."""
    settled(bought(tale, 2).deliver().reveal(2))
    monkeypatch.setattr("cardmall.reads.gifts.balance_of", lambda session, shop: PRICE - 1)
    told = refused(gift, tale, cards(tale, 1))
    assert (told.reason, told.offer, back(tale)) == (Reason.no_funds, "form", 0)
    assert look(gift_page, tale.town.bob, tale.no, now=tale.at).funds == PRICE - 1
    gift(tale, amount(PRICE - 1))
    assert back(tale) == PRICE - 1


# What else knows it


def test_after_a_rejection_the_appeal_still_opens_about_the_rest(tale: Tale) -> None:
    bought(tale, 3).deliver().request(way="return").reject("other", "不退")
    gift(tale, cards(tale, 1))
    gift(tale, amount(100))
    assert preview(tale, "appeal") == 2 * PRICE - 100
    tale.appeal(text="不服")
    (asked, *gifts) = tale.cases
    assert (asked.status, asked.pieces, asked.paid, len(asked.cards)) == ("appeal", 2, 2 * PRICE - 100, 2)
    assert [one.status for one in gifts] == ["approved"] * 2
    tale.respond().rule(tale.town.carol, "rule_shopper")
    assert (back(tale), tale.row.status) == (3 * PRICE, "canceled")


def test_after_a_rejection_before_delivery_too(tale: Tale) -> None:
    tale.order(MANUAL, 3).pay().request().reject("other", "已在制作")
    held = tale.row.held_at
    gift(tale, pieces(1))
    gift(tale, amount(100))
    assert tale.row.held_at == held, "the hold of the rejection stands"
    tale.ask_partial("60").decline_partial()
    (asked, *_) = tale.cases
    assert (asked.pieces, asked.paid) == (2, 2 * PRICE - 100)
    tale.appeal(text="不服").respond().rule(tale.town.carol, "rule_shopper")
    assert (back(tale), tale.row.status) == (3 * PRICE, "canceled")
    holds()


def test_it_counts_as_no_attempt_and_is_no_answer(tale: Tale) -> None:
    bought(tale)
    for _ in range(limits.REQUESTS):
        gift(tale, amount(1))
    tale.request(pieces=1).approve()
    with db.reading() as session:
        record = shop_record(session, tale.town.bob, tale.at)
    assert (record.answered, record.approved_percent) == (1, 100)
    assert record.refunded == back(tale) == PRICE - 1 + limits.REQUESTS
    assert [one.reason for one in record.reasons] == ["changed_mind"]


def test_an_offer_to_somebody_else_ends_with_it(tale: Tale) -> None:
    bought(tale, 2).deliver().offer_to("mallory@cardmall.test")
    gift(tale, amount(100))
    assert (tale.transfer.status, tale.transfer.ended_why, tale.row.held_at) == ("declined", "gift", None)
    assert "transfer_ended" in tale.told(tale.town.alice)
    assert refused(tale.offer_to, "mallory@cardmall.test").reason is Reason.partly_refunded


def test_so_does_the_order_its_receiver_was_about_to_pay(tale: Tale) -> None:
    bought(tale, 2).deliver().offer_to("mallory@cardmall.test").agree(tale.town.mallory, tale.town.bob)
    successor = tale.successor
    gift(tale, cards(tale, 1, 2))
    assert (tale.row.status, tale.transfer.status, successor.row.status) == ("canceled", "declined", "canceled")
    assert back(tale) == 2 * PRICE
    holds()


def test_a_step_of_a_transfer_since_it_was_seen_makes_it_another_press(tale: Tale) -> None:
    bought(tale, 2).deliver()
    told = TYPED | amount(100)
    seen = [shown(tale, told).mark]
    tale.offer_to("mallory@cardmall.test")
    seen.append(shown(tale, told).mark)
    tale.agree(tale.town.mallory, tale.town.bob)
    for mark in seen:
        assert refused(act, give_unasked, tale.town.bob, tale.no, told, seen=mark, now=tale.at).reason == "changed"
    assert (tale.transfer.status, back(tale)) == ("accepted", 0)


def test_it_stands_in_the_timeline_the_audit_and_the_inbox(tale: Tale) -> None:
    bought(tale, 2).deliver()
    no = gift(tale, amount(300) | {"reason": "other", "text": "赔个不是"})
    (event,) = rows(Event, Event.verb == "gifted")
    (case,) = rows(Case, Case.no == no)
    told = {"reason": "other", "amount": 300, "of": "amount", "pieces": 2, "cards": [], "of_order": 300, "of_shop": 0}
    assert (event.note, event.actor_id, event.case_id) == ("赔个不是", tale.town.bob.id, case.id)
    assert event.data == told | {"after": "approved"}
    (notice,) = rows(Notice, Notice.kind == "order_gifted")
    assert (notice.account_id, notice.data["amount"], notice.data["words"]) == (tale.town.alice.id, 300, "赔个不是")
    assert (tale.refunds[0].case_id, tale.refunds[0].cause, tale.refunds[0].status) == (case.id, "gift", "requested")


def test_the_page_says_what_is_left_of_each_piece(tale: Tale) -> None:
    bought(tale, 2).deliver().reveal()
    gift(tale, amount(101))
    found = look(gift_page, tale.town.bob, tale.no, now=tale.at)
    assert (found.why, found.delivered, found.most, found.funds) == ("", True, 2 * PRICE - 101, 2 * PRICE - 101)
    assert [(one.n, one.worth) for one in found.pieces] == [(1, PRICE - 51), (2, PRICE - 50)]
    assert {one.status for one in found.pieces} == {"sealed", "revealed"}
    assert all(one.tail and one.card in ids(tale) for one in found.pieces)
    waiting = bought(tale.town.tale(tale.at), 3)
    found = look(gift_page, tale.town.bob, waiting.no, now=waiting.at)
    assert (found.delivered, found.left, found.pieces) == (False, 3, [])
    waiting.request()
    found = look(gift_page, tale.town.bob, waiting.no, now=waiting.at)
    assert (found.why, found.case_no) == ("case_open", waiting.case.no)


def test_everybody_can_open_its_case_and_nothing_is_to_be_done_there(tale: Tale) -> None:
    bought(tale, 2).deliver().request(way="return").reject("other", "不退")
    no, town = gift(tale, cards(tale, 1)), tale.town
    mine = look(case_page, town.alice, no, now=tale.at)
    shops, admins = look(shop_case, town.bob, no, now=tale.at), look(appeal_case, town.carol, no, now=tale.at)
    assert mine.case.kind == shops.case.kind == admins.case.kind == "gift"
    assert not (mine.case.actions or shops.case.actions or mine.next_steps)
    order = look(order_view, town.alice, tale.no, now=tale.at)
    assert [one.kind for one in order.cases] == ["return"], "its page goes on about what was asked for"
    assert order.timeline[0].verb != "gifted" and "gifted" in [one.verb for one in order.timeline]


def test_a_wrong_form_says_so_beside_the_field(tale: Tale) -> None:
    bought(tale, 2).deliver()
    assert refused(gift, tale, {"of": "cards", "cards": ["0"], "reason": "x"}).fields == {
        "cards": "not_a_choice",
        "reason": "not_a_choice",
    }
    assert back(tale) == 0
