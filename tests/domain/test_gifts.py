"""Money a merchant gives back unasked: what it comes to, on which pieces it lies, when it may be given (R96)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.funds import Funds
from cardmall.domain.gifts import (
    GIFT_REASONS,
    Gift,
    GiftEffect,
    GiftGoods,
    GiftOf,
    Piece,
    effect_of,
    follow,
    laid_on,
    read_gift,
)
from cardmall.domain.refunds import Policy, lies_on, preview, spread
from cardmall.domain.rules.cases import case_reasons
from cardmall.domain.rules.gifts import GiftAct, GiftFacts, may
from cardmall.domain.rules.turn import ADMIN, JOB, SHOPPER, Standing
from cardmall.domain.rules.ways import decide, decide_pieces
from cardmall.domain.terms import (
    CaseKind,
    CaseReason,
    CaseStatus,
    Offer,
    OrderStatus,
    Reason,
    Refused,
    Role,
    Way,
)
from cardmall.domain.way_facts import Given
from tests.domain.facts import AWAITING, DAY, DELIVERED, FINAL, NOW, REVEALED, SEALED, SECOND, UNPAID, USED, like

MERCHANT = Standing(Role.merchant)
PRICES = (1, 3, 33, 333, 9999)
prices = st.sampled_from(PRICES) | st.integers(1, 200_000)
counts = st.integers(1, 20)
fees = st.sampled_from((0, 1, 30, 50))


# How an amount lies on pieces


@given(st.lists(st.integers(0, 10_000), max_size=20), st.data())
def test_an_amount_lies_on_pieces_to_the_fen_and_on_none_more_than_it_is_worth(worth: list[int], data: Any) -> None:
    amount = data.draw(st.integers(0, sum(worth)))
    parts = spread(amount, worth)
    assert sum(parts) == amount
    assert all(0 <= part <= fen for part, fen in zip(parts, worth, strict=True))


@given(st.lists(st.integers(0, 100), max_size=5), st.integers(1, 100))
def test_more_than_the_pieces_are_worth_lies_on_none(worth: list[int], more: int) -> None:
    for amount in (-more, sum(worth) + more):
        with pytest.raises(ValueError, match="worth"):
            spread(amount, worth)


def test_the_first_pieces_have_the_larger_parts() -> None:
    assert spread(52, [1000] * 5) == [11, 11, 10, 10, 10]
    assert [lies_on(52, 5, n) for n in range(6)] == [0, 10, 20, 30, 41, 52]
    assert lies_on(0, 0, 0) == 0


@given(prices, counts, st.data())
def test_amounts_given_one_after_the_other_lie_like_one(price: int, count: int, data: Any) -> None:
    """Before delivery only their sum is kept; pieces that end take their parts along."""
    total = data.draw(st.integers(0, price * count))
    ends = data.draw(st.integers(0, count))
    parts = spread(total, [price] * count)
    assert lies_on(total, count, ends) == sum(parts[count - ends :])
    left, rest = count - ends, total - lies_on(total, count, ends)
    assert sorted(parts[:left]) == sorted(spread(rest, [price] * left))


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=1, max_size=6), st.data())
def test_what_is_done_pays_last(told: list[tuple[int, bool]], data: Any) -> None:
    pieces = [Piece(n, worth, str(n), done) for n, (worth, done) in enumerate(told)]
    amount = data.draw(st.integers(0, sum(worth for worth, _ in told)))
    parts = laid_on(amount, pieces)
    free = sum(piece.worth for piece in pieces if not piece.done)
    assert sum(parts) == amount
    assert sum(part for part, piece in zip(parts, pieces, strict=True) if not piece.done) == min(amount, free)
    assert all(0 <= part <= piece.worth for part, piece in zip(parts, pieces, strict=True))


# What comes back later


def test_a_return_of_the_rest_is_the_price_less_what_was_given(price: int = 10_000) -> None:
    sold = like(DELIVERED, quantity=2, unit_price=price, cards=(SEALED, SEALED), policy=Policy(fee_permille=50))
    given_back = (Given(2_500, "a", NOW - DAY), Given(2_500, "b", NOW - DAY))
    found = decide(Way.return_, like(sold, given_for=given_back), NOW)
    assert found.preview == preview(2, price, 50, 5_000)
    assert found.preview and (found.preview.paid, found.preview.fee, found.preview.amount) == (15_000, 750, 14_250)
    assert decide_pieces(found, like(sold, given_for=given_back), 1, ["a"]).preview == preview(1, price, 50, 2_500)


def test_before_delivery_the_pieces_asked_for_are_less_their_parts() -> None:
    facts = like(AWAITING, quantity=5, unit_price=1000, given=52)
    whole = decide(Way.request, facts, NOW)
    assert whole.preview == preview(5, 1000, 0, 52)
    assert decide_pieces(whole, facts, 2).preview == preview(2, 1000, 0, 20)
    broken = like(facts, stock_missing=True, promised_at=NOW - SECOND)
    assert decide(Way.cancel_now, broken, NOW).preview == preview(5, 1000, 0, 52)


@pytest.mark.parametrize(
    ("card", "counts"),
    [
        (Given(7, "a", None, NOW - DAY), True),
        (Given(7, "a", None, NOW - DAY, done=True), False),
        (Given(7, "a", None, NOW - 8 * DAY), False),
        (Given(7, "a", NOW - DAY), False),
    ],
)
def test_a_fault_is_about_the_cards_it_counts(card: Given, counts: bool) -> None:
    two = like(USED, quantity=2, cards=(REVEALED, REVEALED), revealed=(NOW - DAY, NOW - DAY))
    found = decide(Way.appeal, like(two, given_for=(card,)), NOW)
    assert found.preview == preview(2, 9900, 0, 7 if counts else 0)


@pytest.mark.parametrize(("sealed_at", "given"), [(NOW - DAY, 7), (NOW - 15 * DAY, 0)])
def test_a_fault_of_a_sealed_card_that_cannot_be_returned(sealed_at: Any, given: int) -> None:
    final = like(DELIVERED, policy=FINAL)
    found = decide(Way.appeal, like(final, given_for=(Given(7, "a", sealed_at),)), NOW)
    assert found.preview == preview(1, 9900, 0, given)


def test_after_a_rejection_the_appeal_is_about_what_is_left() -> None:
    rejected = {"last_case": CaseStatus.rejected, "last_case_ended_at": NOW - DAY, "last_case_pieces": 2}
    told = (Given(7, "a", NOW - DAY, asked=True), Given(9, "b", NOW - DAY))
    found = decide(Way.appeal, like(DELIVERED, quantity=3, appealable=2, given_for=told, **rejected), NOW)
    assert (found.reason, found.preview) == (Reason.rejected, preview(2, 9900, 0, 7))
    waiting = decide(Way.appeal, like(AWAITING, quantity=3, appealable=3, given=10, **rejected), NOW)
    assert waiting.preview == preview(2, 9900, 0, 6)


@given(prices, counts, fees, st.data())
def test_gifts_and_a_return_of_the_rest_are_never_more_than_was_paid(
    price: int, count: int, fee: int, data: Any
) -> None:
    """Pieces, then an amount, then another, then all that is left comes back: exact to the fen."""
    ended = data.draw(st.integers(0, count - 1))
    given_back, left, paid = ended * price, count - ended, price * count
    worth = [price] * left
    for _ in range(2):
        goods = GiftGoods(True, [Piece(n, fen, str(n)) for n, fen in enumerate(worth)], paid - given_back)
        assert goods.most == sum(worth) == paid - given_back
        amount = data.draw(st.integers(0, goods.most))
        worth = [fen - part for fen, part in zip(worth, laid_on(amount, goods.pieces), strict=True)]
        given_back += amount
    cards = tuple(Given(price - fen, "", NOW - DAY) for fen in worth)
    sold = like(DELIVERED, quantity=count, unit_price=price, policy=Policy(fee_permille=fee))
    found = decide(Way.return_, like(sold, cards=(SEALED,) * left, given_for=cards), NOW)
    if given_back == paid:
        assert (found.is_open, found.reason) == (False, Reason.nothing_left)
        return
    rest = found.preview
    assert rest and given_back + rest.paid == paid
    assert rest.fee == rest.paid * fee // 1000
    assert given_back + rest.amount + rest.fee == paid


@given(prices, counts, st.data())
def test_a_piece_after_the_other_comes_back_like_all_together(price: int, count: int, data: Any) -> None:
    amount, back = data.draw(st.integers(0, price * count)), 0
    given_back, left = amount, count
    while left:
        some = data.draw(st.integers(1, left))
        facts = like(AWAITING, quantity=left, unit_price=price, given=given_back)
        if lies_on(given_back, left, some) == some * price:
            assert not decide(Way.request, facts, NOW).is_open or some < left
            break
        shown = decide_pieces(decide(Way.request, facts, NOW), facts, some).preview
        assert shown
        back, given_back, left = back + shown.amount, given_back - lies_on(given_back, left, some), left - some
    assert amount + back + (left * price - given_back) == price * count


# When


FACTS = GiftFacts(DELIVERED, captured_at=NOW - DAY, most=9900, funds=Funds(9900, Role.merchant, 9900))
TABLE: list[tuple[GiftFacts, Reason | None, Offer | None]] = [
    (FACTS, None, None),
    (replace(FACTS, order=AWAITING), None, None),
    (replace(FACTS, order=like(DELIVERED, status=OrderStatus.completed)), None, None),
    (replace(FACTS, order=like(DELIVERED, last_case=CaseStatus.rejected)), None, None),
    (replace(FACTS, order=like(AWAITING, status=OrderStatus.canceled)), Reason.already_closed, Offer.order),
    (replace(FACTS, order=like(UNPAID, status=OrderStatus.expired)), Reason.already_closed, Offer.order),
    (replace(FACTS, order=UNPAID), Reason.not_paid, Offer.order),
    (replace(FACTS, order=like(DELIVERED, last_case=CaseStatus.review)), Reason.case_open, Offer.case),
    (replace(FACTS, order=like(DELIVERED, last_case=CaseStatus.appeal)), Reason.case_open, Offer.case),
    (replace(FACTS, order=like(DELIVERED, shop_disabled=True)), Reason.shop_disabled, Offer.support),
    (replace(FACTS, captured_at=NOW - timedelta(days=364)), None, None),
    (replace(FACTS, captured_at=NOW - timedelta(days=364) - SECOND), Reason.window_over, Offer.support),
    (replace(FACTS, captured_at=None), Reason.window_over, Offer.support),
    (replace(FACTS, most=0), Reason.nothing_left, Offer.order),
    (replace(FACTS, parts=44), None, None),
    (replace(FACTS, parts=43, follow=1), None, None),
    (replace(FACTS, parts=44, follow=1), Reason.parts_kept, Offer.form),
    (replace(FACTS, parts=45), None, None),
    (replace(FACTS, parts=49), None, None),
    (replace(FACTS, parts=49, follow=1), Reason.parts_kept, Offer.form),
    (replace(FACTS, parts=50), Reason.parts_used, Offer.support),
    (replace(FACTS, parts=50, follow=1), Reason.parts_used, Offer.support),
    (replace(FACTS, parts=4, follow=40), None, None),
    (replace(FACTS, parts=5, follow=40), Reason.parts_kept, Offer.form),
]


@pytest.mark.parametrize(("facts", "reason", "offer"), TABLE)
def test_when_a_gift_may_be_given(facts: GiftFacts, reason: Reason | None, offer: Offer | None) -> None:
    for action in GiftAct:
        turn = may(action, MERCHANT, facts, NOW)
        assert (turn.is_open, turn.reason, turn.offer) == (reason is None, reason, offer)


@pytest.mark.parametrize(
    ("funds", "is_open"),
    [
        (None, False),
        (Funds(9900, Role.merchant, 9899), False),
        (Funds(9900, Role.merchant, 9899, 1), True),
        (Funds(9900, Role.merchant, -1, 9900), True),
        (Funds(9900, Role.merchant, 9900, -5000), True),
        (Funds(1, Role.merchant, 0, -5000), False),
    ],
)
def test_a_gift_is_paid_by_the_order_then_by_the_shop_and_never_advanced(funds: Funds | None, is_open: bool) -> None:
    turn = may(GiftAct.give, MERCHANT, replace(FACTS, funds=funds), NOW)
    assert (turn.is_open, turn.reason) == (is_open, None if is_open else Reason.no_funds)
    assert may(GiftAct.begin, MERCHANT, replace(FACTS, funds=funds), NOW).is_open


def test_only_a_merchant_gives() -> None:
    for who in (SHOPPER, ADMIN, JOB):
        assert {may(action, who, FACTS, NOW).reason for action in GiftAct} == {Reason.not_allowed}


def test_a_shopper_gives_none_of_these_reasons() -> None:
    asked = {r for kind in (CaseKind.cancel, CaseKind.return_, CaseKind.fault) for r in case_reasons(kind)}
    assert asked & set(GIFT_REASONS) == {CaseReason.other}


# The form


CARDS = GiftGoods(True, [Piece(1, 1000, "a"), Piece(2, 900, "b"), Piece(3, 0, "c", done=True)], 2_000)
WAITS = GiftGoods(False, [Piece(n, 1000) for n in range(1, 6)], 5_000)
FORM = {"reason": "bad_code", "text": " 抱歉 ", "of": "cards", "cards": ["b"], "pieces": "2", "amount": "10.50"}


def test_the_form_of_a_gift_is_read_into_one_value() -> None:
    asked = read_gift(FORM, CARDS)
    assert (asked.gift, asked.reason, asked.words) == (
        Gift(GiftOf.cards, 900, 1, ("b",)),
        CaseReason.bad_code,
        "抱歉",
    )
    assert read_gift(FORM | {"of": "amount"}, CARDS).gift == Gift(GiftOf.amount, 1050, 3)
    assert read_gift(FORM | {"of": "pieces"}, WAITS).gift == Gift(GiftOf.pieces, 2_000, 2)
    assert read_gift(FORM | {"of": "pieces", "pieces": 5}, WAITS).gift == Gift(GiftOf.pieces, 5_000, 5)
    assert read_gift(FORM | {"of": "amount", "amount": "19"}, CARDS).gift.amount == CARDS.most == 1_900


@pytest.mark.parametrize(
    ("goods", "told", "wrong"),
    [
        (CARDS, {"reason": ""}, {"reason": "required"}),
        (CARDS, {"reason": "changed_mind"}, {"reason": "not_a_choice"}),
        (CARDS, {"reason": "other", "text": " "}, {"text": "required"}),
        (CARDS, {"text": "长" * 501}, {"text": "too_long"}),
        (CARDS, {"of": ""}, {"of": "required"}),
        (CARDS, {"of": "pieces"}, {"of": "not_a_choice"}),
        (WAITS, {"of": "cards"}, {"of": "not_a_choice"}),
        (CARDS, {"cards": []}, {"cards": "required"}),
        (CARDS, {"cards": "b"}, {"cards": "required"}),
        (CARDS, {"cards": ["b", "b"]}, {"cards": "not_a_choice"}),
        (CARDS, {"cards": ["b", "d"]}, {"cards": "not_a_choice"}),
        (CARDS, {"cards": ["c"]}, {"cards": "out_of_range"}),
        (WAITS, {"of": "pieces", "pieces": ""}, {"pieces": "required"}),
        (WAITS, {"of": "pieces", "pieces": None}, {"pieces": "required"}),
        (WAITS, {"of": "pieces", "pieces": "0"}, {"pieces": "out_of_range"}),
        (WAITS, {"of": "pieces", "pieces": "6"}, {"pieces": "out_of_range"}),
        (WAITS, {"of": "pieces", "pieces": "二"}, {"pieces": "out_of_range"}),
        (CARDS, {"of": "amount", "amount": ""}, {"amount": "required"}),
        (CARDS, {"of": "amount", "amount": "ten"}, {"amount": "not_money"}),
        (CARDS, {"of": "amount", "amount": "0"}, {"amount": "out_of_range"}),
        (CARDS, {"of": "amount", "amount": "19.01"}, {"amount": "out_of_range"}),
        (CARDS, {"of": "amount", "amount": "0", "reason": ""}, {"amount": "out_of_range", "reason": "required"}),
    ],
)
def test_every_wrong_field_is_named_at_once(goods: GiftGoods, told: dict[str, object], wrong: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        read_gift(FORM | told, goods)
    assert refused.value.fields == wrong


def test_the_others_keep_what_may_be_asked_for_them() -> None:
    """A ruling that kept a fen too much for a done card takes it from nobody."""
    goods = GiftGoods(True, [Piece(1, 1000, "a"), Piece(2, 500, "b", done=True)], 1_400)
    assert [goods.worth_of(some) for some in (goods.pieces[:1], goods.pieces[1:], goods.pieces)] == [1000, 400, 1400]
    assert GiftGoods(True, goods.pieces, 900).worth_of(goods.pieces[1:]) == 0


def test_before_the_press_both_sums_and_the_source_are_known() -> None:
    gift = read_gift(FORM, CARDS).gift
    found = effect_of(gift, CARDS, Funds(900, Role.merchant, 600, 5_000))
    assert found == GiftEffect(amount=900, of_order=600, of_shop=300, kept=1_100, what=found.what)
    settled = effect_of(gift, CARDS, Funds(900, Role.merchant, 0, 5_000))
    seen = replace(CARDS, pieces=[replace(piece, state="revealed") for piece in CARDS.pieces])
    looked_at, elsewhere = (
        effect_of(gift, goods, Funds(900, Role.merchant, 600, 5_000)) for goods in (seen, replace(CARDS, no="2"))
    )
    assert len({one.mark for one in (found, settled, looked_at, elsewhere)}) == 4


def test_each_piece_that_stays_may_be_paid_for_twice_more_and_one_that_was_ruled_about_once() -> None:
    amount, one = (read_gift(FORM | {"of": of}, CARDS).gift for of in ("amount", "cards"))
    assert (follow(amount, CARDS), follow(one, CARDS)) == (2 + 2, 2)
    some, every = (read_gift(FORM | {"of": "pieces", "pieces": n}, WAITS).gift for n in (2, 5))
    assert (follow(some, WAITS), follow(every, WAITS)) == (6, 0)


def test_for_a_piece_nothing_follows_that_it_is_not_worth() -> None:
    """So all of it can be given at once, as an amount as well as with the goods."""
    goods = GiftGoods(True, [Piece(1, 3, "a"), Piece(2, 2, "b", done=True), Piece(3, 2, "c")], 7)
    left = {fen: follow(Gift(GiftOf.amount, fen, 3), goods) for fen in range(8)}
    assert left == {0: 5, 1: 5, 2: 4, 3: 3, 4: 2, 5: 1, 6: 1, 7: 0}


@given(st.sampled_from(TABLE), st.integers(-2, 400), st.sampled_from(GiftAct))
def test_every_moment_has_an_answer(row: Any, days: int, action: GiftAct) -> None:
    turn = may(action, MERCHANT, row[0], NOW + timedelta(days=days))
    assert turn.is_open or (turn.reason and turn.offer)
