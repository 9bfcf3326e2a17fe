"""Can I cancel? The table of the four ways, typed by hand from the product's own words: every cell."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.refunds import Policy, RefundPreview
from cardmall.domain.rules.ways import TABLE, Facts, answered_by, best, decide, decide_pieces, ways
from cardmall.domain.terms import CardStatus, CaseStatus, OrderStatus, Outcome, Refused, Way
from cardmall.domain.way_facts import Given
from tests.domain.facts import (
    AWAITING,
    DAY,
    DELIVERED,
    FINAL,
    NOW,
    REVEALED,
    SEALED,
    SECOND,
    UNPAID,
    USED,
    WEEK,
    facts,
    like,
)

CANCELED, EXPIRED = like(UNPAID, status=OrderStatus.canceled), like(UNPAID, status=OrderStatus.expired)
COMPLETED = like(DELIVERED, status=OrderStatus.completed)
SHOP_GONE = like(AWAITING, shop_disabled=True)
BROKEN = like(AWAITING, stock_missing=True, promised_at=NOW - SECOND)
LATE_BUT_STOCKED = like(AWAITING, promised_at=NOW - WEEK)
OUT_OF_STOCK_IN_TIME = like(AWAITING, stock_missing=True, promised_at=NOW)
ASKED = like(AWAITING, last_case=CaseStatus.review, requests_used=1)
ASKED_OVERDUE = like(AWAITING, last_case=CaseStatus.overdue, requests_used=1)
RETURNING = like(DELIVERED, last_case=CaseStatus.review, requests_used=1)
RETURN_OVERDUE = like(DELIVERED, last_case=CaseStatus.overdue, requests_used=1)
REJECTED = like(AWAITING, last_case=CaseStatus.rejected, last_case_ended_at=NOW - DAY, requests_used=1)
REJECTED_LONG_AGO = like(REJECTED, last_case_ended_at=NOW - WEEK - SECOND)
RETURN_REJECTED = like(DELIVERED, last_case=CaseStatus.rejected, last_case_ended_at=NOW - DAY, requests_used=1)
REVEALED_SINCE = like(RETURN_REJECTED, cards=(REVEALED,), revealed=(NOW - SECOND,))
RULED = like(DELIVERED, last_case=CaseStatus.ruled_merchant, ruled_before=True)
RULED_BEFORE = like(DELIVERED, last_case=CaseStatus.withdrawn, ruled_before=True)
APPEALED = like(DELIVERED, last_case=CaseStatus.appeal)
TIRED = like(AWAITING, requests_used=5)
TIRED_OF_RETURNS = like(DELIVERED, requests_used=5)
NO_RETURN = like(DELIVERED, policy=FINAL)
NO_RETURN_REJECTED = like(RETURN_REJECTED, policy=FINAL)
LONG_AGO = NOW - 400 * DAY
OLD = like(DELIVERED, delivered_at=NOW - WEEK - SECOND)
USED_LONG_AGO = like(USED, revealed=(NOW - WEEK - SECOND,), delivered_at=NOW - 2 * WEEK)
HALF_USED = like(DELIVERED, quantity=2, cards=(SEALED, REVEALED), revealed=(NOW - DAY,))

ALL_BACK = like(USED, given_for=tuple(Given(9_900, str(n), None, at) for n, at in enumerate(USED.revealed)))

OPEN, REFUSED = Outcome.open, Outcome.refused
# way · facts · outcome · reason · where it leads
ROWS = [
    # cancel_now
    ("cancel_now", CANCELED, REFUSED, "already_closed", "support"),
    ("cancel_now", EXPIRED, REFUSED, "already_closed", "support"),
    ("cancel_now", UNPAID, OPEN, "unpaid", "cancel_now"),
    ("cancel_now", SHOP_GONE, OPEN, "shop_disabled", "cancel_now"),
    ("cancel_now", BROKEN, OPEN, "shop_fault", "cancel_now"),
    ("cancel_now", LATE_BUT_STOCKED, REFUSED, "already_paid", "request"),
    ("cancel_now", OUT_OF_STOCK_IN_TIME, REFUSED, "already_paid", "request"),
    ("cancel_now", AWAITING, REFUSED, "already_paid", "request"),
    ("cancel_now", ASKED, REFUSED, "already_paid", "support"),
    ("cancel_now", ASKED_OVERDUE, REFUSED, "already_paid", "appeal"),
    ("cancel_now", DELIVERED, REFUSED, "already_paid", "return"),
    ("cancel_now", like(DELIVERED, shop_disabled=True), REFUSED, "already_paid", "return"),
    ("cancel_now", COMPLETED, REFUSED, "already_paid", "return"),
    ("cancel_now", USED, REFUSED, "already_paid", "appeal"),
    ("cancel_now", USED_LONG_AGO, REFUSED, "already_paid", "support"),
    ("cancel_now", like(BROKEN, requests_used=5), OPEN, "shop_fault", "cancel_now"),
    ("cancel_now", like(BROKEN, last_case=CaseStatus.review), OPEN, "shop_fault", "cancel_now"),
    ("request", CANCELED, REFUSED, "already_closed", "support"),
    ("request", EXPIRED, REFUSED, "already_closed", "support"),
    ("request", UNPAID, REFUSED, "not_paid", "cancel_now"),
    ("request", ASKED, REFUSED, "case_open", "case"),
    ("request", ASKED_OVERDUE, REFUSED, "case_open", "appeal"),
    ("request", RETURNING, REFUSED, "case_open", "case"),
    ("request", like(ASKED, stock_missing=True, promised_at=NOW - SECOND), REFUSED, "case_open", "cancel_now"),
    ("request", DELIVERED, REFUSED, "delivered", "return"),
    ("request", COMPLETED, REFUSED, "delivered", "return"),
    ("request", USED, REFUSED, "delivered", "appeal"),
    ("request", USED_LONG_AGO, REFUSED, "delivered", "support"),
    ("request", TIRED_OF_RETURNS, REFUSED, "delivered", "support"),
    ("request", TIRED, REFUSED, "too_many_attempts", "support"),
    ("request", like(TIRED, shop_disabled=True), REFUSED, "shop_disabled", "cancel_now"),
    ("request", SHOP_GONE, REFUSED, "shop_disabled", "cancel_now"),
    ("request", AWAITING, OPEN, "not_delivered", "request"),
    ("request", BROKEN, OPEN, "not_delivered", "request"),
    ("request", REJECTED, OPEN, "not_delivered", "request"),
    ("request", like(AWAITING, requests_used=4), OPEN, "not_delivered", "request"),
    ("request", like(AWAITING, given=9_899), OPEN, "not_delivered", "request"),
    ("request", like(AWAITING, given=9_900), REFUSED, "nothing_left", "support"),
    ("request", like(BROKEN, given=9_900), REFUSED, "nothing_left", "cancel_now"),
    # return
    ("return", CANCELED, REFUSED, "already_closed", "support"),
    ("return", EXPIRED, REFUSED, "already_closed", "support"),
    ("return", UNPAID, REFUSED, "not_paid", "cancel_now"),
    ("return", ASKED, REFUSED, "case_open", "case"),
    ("return", RETURNING, REFUSED, "case_open", "case"),
    ("return", RETURN_OVERDUE, REFUSED, "case_open", "appeal"),
    ("return", AWAITING, REFUSED, "not_delivered", "request"),
    ("return", SHOP_GONE, REFUSED, "not_delivered", "cancel_now"),
    ("return", TIRED, REFUSED, "not_delivered", "support"),
    ("return", USED, REFUSED, "used", "appeal"),
    ("return", like(USED, policy=FINAL), REFUSED, "used", "appeal"),
    ("return", USED_LONG_AGO, REFUSED, "used", "support"),
    ("return", NO_RETURN, REFUSED, "product_final", "appeal"),
    ("return", like(NO_RETURN, delivered_at=OLD.delivered_at), REFUSED, "product_final", "appeal"),
    ("return", OLD, REFUSED, "window_over", "support"),
    ("return", like(OLD, requests_used=5), REFUSED, "window_over", "support"),
    ("return", TIRED_OF_RETURNS, REFUSED, "too_many_attempts", "support"),
    ("return", like(DELIVERED, given_for=(Given(9_900, "a", NOW),)), REFUSED, "nothing_left", "support"),
    ("return", like(DELIVERED, given_for=(Given(9_899, "a", NOW),)), OPEN, "sealed", "return"),
    ("return", DELIVERED, OPEN, "sealed", "return"),
    ("return", COMPLETED, OPEN, "sealed", "return"),
    ("return", HALF_USED, OPEN, "sealed", "return"),
    ("return", RETURN_REJECTED, OPEN, "sealed", "return"),
    # appeal
    ("appeal", CANCELED, REFUSED, "already_closed", "support"),
    ("appeal", EXPIRED, REFUSED, "already_closed", "support"),
    ("appeal", UNPAID, REFUSED, "not_paid", "cancel_now"),
    ("appeal", RULED, REFUSED, "ruled", "return"),
    ("appeal", RULED_BEFORE, REFUSED, "ruled", "return"),
    ("appeal", like(USED, ruled_before=True), REFUSED, "ruled", "support"),
    ("appeal", like(RETURN_OVERDUE, ruled_before=True), REFUSED, "ruled", "support"),
    ("appeal", ASKED_OVERDUE, OPEN, "merchant_silent", "appeal"),
    ("appeal", RETURN_OVERDUE, OPEN, "merchant_silent", "appeal"),
    ("appeal", REJECTED, OPEN, "rejected", "appeal"),
    ("appeal", RETURN_REJECTED, OPEN, "rejected", "appeal"),
    ("appeal", NO_RETURN_REJECTED, OPEN, "rejected", "appeal"),
    ("appeal", like(RETURN_REJECTED, requests_used=5), OPEN, "rejected", "appeal"),
    ("appeal", like(RETURN_REJECTED, last_case_gone=True), REFUSED, "nothing_to_appeal", "return"),
    ("appeal", like(DELIVERED, last_case=CaseStatus.overdue, last_case_gone=True), REFUSED, "case_open", "case"),
    ("appeal", ASKED, REFUSED, "case_open", "case"),
    ("appeal", APPEALED, REFUSED, "case_open", "case"),
    ("appeal", like(USED, last_case=CaseStatus.review), REFUSED, "case_open", "case"),
    ("appeal", USED, OPEN, "fault", "appeal"),
    ("appeal", REVEALED_SINCE, OPEN, "fault", "appeal"),
    ("appeal", HALF_USED, OPEN, "fault", "appeal"),
    ("appeal", like(USED, requests_used=5), OPEN, "fault", "appeal"),
    ("appeal", NO_RETURN, OPEN, "fault", "appeal"),
    ("appeal", like(NO_RETURN, sealed_at=(NOW - 2 * WEEK,)), OPEN, "fault", "appeal"),
    ("appeal", like(NO_RETURN, sealed_at=(NOW - 2 * WEEK - SECOND,)), REFUSED, "nothing_to_appeal", "support"),
    ("appeal", like(NO_RETURN, delivered_at=LONG_AGO, sealed_at=(LONG_AGO,)), REFUSED, "window_over", "support"),
    ("appeal", like(NO_RETURN, delivered_at=LONG_AGO, sealed_at=(LONG_AGO, NOW - WEEK)), OPEN, "fault", "appeal"),
    ("appeal", like(DELIVERED, delivered_at=LONG_AGO), REFUSED, "window_over", "support"),
    ("appeal", like(NO_RETURN, revealed=(NOW - 2 * WEEK,)), OPEN, "fault", "appeal"),
    ("appeal", ALL_BACK, REFUSED, "nothing_left", "support"),
    (
        "appeal",
        like(RETURN_REJECTED, given_for=(Given(9_900, "a", NOW, asked=True),)),
        REFUSED,
        "nothing_left",
        "support",
    ),
    ("appeal", USED_LONG_AGO, REFUSED, "window_over", "support"),
    ("appeal", DELIVERED, REFUSED, "nothing_to_appeal", "return"),
    ("appeal", AWAITING, REFUSED, "nothing_to_appeal", "request"),
    ("appeal", REJECTED_LONG_AGO, REFUSED, "nothing_to_appeal", "request"),
]


@pytest.mark.parametrize(("way", "facts", "outcome", "reason", "offer"), ROWS)
def test_it_decides_as_the_table_says(way: str, facts: Facts, outcome: Outcome, reason: str, offer: str) -> None:
    found = decide(Way(way), facts, NOW)
    assert (found.outcome, found.reason, found.offer) == (outcome, reason, offer)


def test_the_typed_table_names_every_cell_of_the_rules() -> None:
    typed = {(way, outcome, reason) for way, _, outcome, reason, _ in ROWS}
    rules = {(way.value, outcome, reason.value) for way, rows in TABLE.items() for _, outcome, reason in rows}
    assert typed == rules


@pytest.mark.parametrize(
    ("way", "facts", "is_open"),
    [
        ("return", like(DELIVERED, delivered_at=NOW - WEEK), True),
        ("return", like(DELIVERED, delivered_at=NOW - WEEK - SECOND), False),
        ("return", like(DELIVERED, delivered_at=NOW - 30 * DAY, policy=Policy(window_days=30)), True),
        ("return", like(DELIVERED, delivered_at=NOW - 30 * DAY - SECOND, policy=Policy(window_days=30)), False),
        ("appeal", like(USED, revealed=(NOW - WEEK,)), True),
        ("appeal", like(USED, revealed=(NOW - WEEK - SECOND,)), False),
        ("appeal", like(REJECTED, last_case_ended_at=NOW - WEEK), True),
        ("appeal", like(REJECTED, last_case_ended_at=NOW - WEEK - SECOND), False),
        ("request", like(AWAITING, requests_used=4), True),
        ("request", like(AWAITING, requests_used=5), False),
        ("cancel_now", like(AWAITING, stock_missing=True, promised_at=NOW - SECOND), True),
        ("cancel_now", like(AWAITING, stock_missing=True, promised_at=NOW), False),
        ("cancel_now", like(AWAITING, stock_missing=True, promised_at=None), False),
    ],
)
def test_it_closes_one_second_after_the_boundary(way: str, facts: Facts, is_open: bool) -> None:
    assert decide(Way(way), facts, NOW).is_open is is_open


def test_a_reveal_in_the_second_of_the_rejection_leaves_the_appeal_open() -> None:
    revealed = like(RETURN_REJECTED, revealed=(RETURN_REJECTED.last_case_ended_at,))
    assert decide(Way.appeal, revealed, NOW).reason == "rejected"


def test_a_return_covers_the_sealed_cards_and_shows_the_fee() -> None:
    half = like(HALF_USED, unit_price=9999, policy=Policy(fee_permille=30))
    assert decide(Way.return_, half, NOW).preview == RefundPreview(pieces=1, paid=9999, fee=299, amount=9700)


def test_the_other_ways_show_all_that_was_paid() -> None:
    two = like(AWAITING, quantity=2, policy=Policy(fee_permille=50))
    assert decide(Way.request, two, NOW).preview == RefundPreview(2, 19800, 0, 19800)
    assert decide(Way.cancel_now, like(two, shop_disabled=True), NOW).preview == RefundPreview(2, 19800, 0, 19800)
    assert decide(Way.cancel_now, UNPAID, NOW).preview is None


@given(facts, st.sampled_from(Way))
def test_it_has_an_answer_for_every_order(found: Facts, way: Way) -> None:
    decision = decide(way, found, NOW)
    reviewed = decision.is_open and way is not Way.cancel_now  # somebody answers
    assert decision.way is way
    deadline = answered_by(decision, WorkCalendar(), NOW)
    assert (deadline is not None) is reviewed
    if deadline:
        assert deadline > NOW


@given(facts)
def test_every_refusal_leads_to_an_open_way_or_to_the_open_case_or_to_support(found: Facts) -> None:
    opened = [d.way.value for d in ways(found, NOW) if d.is_open]
    for decision in ways(found, NOW):
        helps = "case" if decision.reason == "case_open" else "support"
        expected = decision.way.value if decision.is_open else (opened[0] if opened else helps)
        assert decision.offer == expected


@given(facts)
def test_b3_an_appeal_against_a_rejection_comes_before_asking_again(found: Facts) -> None:
    decisions = ways(found, NOW)
    first, appeal = best(decisions, appeal_first=True), decide(Way.appeal, found, NOW)
    if appeal.reason == "rejected" and decisions[0].is_open:
        assert first == decisions[0], "what works at once needs no judge"
    elif appeal.reason == "rejected":
        assert first == appeal
    else:
        assert first == best(decisions)


@given(facts)
def test_the_best_way_is_the_first_open_one(found: Facts) -> None:
    decisions = ways(found, NOW)
    opened = [d for d in decisions if d.is_open]
    assert [d.way for d in decisions] == list(Way)
    assert best(decisions) == (opened[0] if opened else None)


@given(facts, st.sampled_from(Way))
def test_the_first_row_that_fits_wins(found: Facts, way: Way) -> None:
    fitting = [(outcome, reason) for fits, outcome, reason in TABLE[way] if fits(found, NOW)]
    decision = decide(way, found, NOW)
    assert (decision.outcome, decision.reason) == fitting[0]


@given(facts)
def test_attempts_close_neither_the_immediate_way_nor_the_appeal(found: Facts) -> None:
    fresh, tired = like(found, requests_used=0), like(found, requests_used=limits.REQUESTS)
    for way in (Way.cancel_now, Way.appeal):
        assert decide(way, fresh, NOW).reason == decide(way, tired, NOW).reason


@given(facts)
def test_no_more_comes_back_than_was_paid(found: Facts) -> None:
    for decision in ways(found, NOW):
        if decision.preview and found.cards.count(CardStatus.sealed) <= found.quantity:
            assert 0 <= decision.preview.amount <= found.quantity * found.unit_price


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (1, RefundPreview(1, 999, 29, 970)),  # of 29.97 fen of fee 29
        (2, RefundPreview(2, 1998, 59, 1939)),
        (5, RefundPreview(5, 4995, 149, 4846)),
    ],
)
def test_some_of_the_pieces_may_be_chosen_and_the_fee_is_rounded_for_the_shopper(
    pieces: int, expected: RefundPreview
) -> None:
    found = like(DELIVERED, quantity=5, unit_price=999, cards=(SEALED,) * 5, policy=Policy(fee_permille=30))
    whole = decide(Way.return_, found, NOW)
    assert decide_pieces(whole, found, pieces) == replace(whole, preview=expected)
    asked = like(AWAITING, quantity=5, unit_price=999, policy=Policy(fee_permille=30))
    chosen = decide_pieces(decide(Way.request, asked, NOW), asked, pieces).preview
    assert chosen == RefundPreview(pieces, pieces * 999, 0, pieces * 999)  # no fee before delivery


@pytest.mark.parametrize("pieces", [-1, 0, 6, 20])
def test_neither_nothing_nor_more_than_fits_can_be_chosen(pieces: int) -> None:
    found = like(AWAITING, quantity=5)
    with pytest.raises(Refused) as why:
        decide_pieces(decide(Way.request, found, NOW), found, pieces)
    assert why.value.fields == {"pieces": "out_of_range"}


def test_where_nothing_comes_back_there_is_nothing_to_choose() -> None:
    with pytest.raises(Refused):
        decide_pieces(decide(Way.cancel_now, UNPAID, NOW), UNPAID, 1)


def test_a_piece_whose_whole_price_was_given_back_brings_nothing_more_the_other_its_own() -> None:
    found = like(DELIVERED, quantity=2, cards=(SEALED, SEALED), given_for=(Given(9_900, "a", NOW),))
    whole = decide(Way.return_, found, NOW)
    with pytest.raises(Refused) as why:
        decide_pieces(whole, found, 1, ("a",))
    assert why.value.fields == {"pieces": "out_of_range"}
    part = decide_pieces(whole, found, 1, ("b",)).preview
    assert part and part.paid == 9_900


BOTH_USED = like(USED, quantity=2, cards=(REVEALED, REVEALED), revealed=(NOW - DAY, NOW - SECOND))


@pytest.mark.parametrize(
    ("found", "reason", "pieces"),
    [
        (like(BOTH_USED, last_case=CaseStatus.ruled_merchant), "ruled", 0),
        (like(BOTH_USED, ruled_before=True, appealable=0), "ruled", 0),
        (like(BOTH_USED, last_case=CaseStatus.ruled_split, appealable=1, done_revealed=(NOW - DAY,)), "fault", 1),
        (like(BOTH_USED, last_case=CaseStatus.settled, done_revealed=(NOW - DAY,)), "fault", 1),
        (like(BOTH_USED, last_case=CaseStatus.settled, done_revealed=BOTH_USED.revealed), "nothing_to_appeal", 0),
        (like(DELIVERED, policy=FINAL, last_case=CaseStatus.ruled_merchant, appealable=1), "fault", 1),
        (like(DELIVERED, policy=FINAL, last_case=CaseStatus.settled, done_sealed=(NOW - DAY,)), "nothing_to_appeal", 0),
    ],
)
def test_what_was_ruled_or_agreed_is_final_for_its_own_pieces(found: Facts, reason: str, pieces: int) -> None:
    decision = decide(Way.appeal, found, NOW)
    assert decision.reason == reason
    assert (decision.preview.pieces if decision.preview else 0) == pieces


@given(facts, st.sampled_from((Way.request, Way.return_)), st.integers(1, 20))
def test_some_never_bring_back_more_than_all_nor_pay_more_fee(found: Facts, way: Way, pieces: int) -> None:
    whole = decide(way, found, NOW)
    if not whole.is_open or whole.preview is None or pieces > whole.preview.pieces:
        return
    part = decide_pieces(whole, found, pieces).preview
    rest = whole.preview.pieces - pieces
    assert part and part.amount <= whole.preview.amount and part.fee <= whole.preview.fee
    other = decide_pieces(whole, found, rest).preview if rest else None
    if other:  # in two cases never less than in one
        assert part.amount + other.amount >= whole.preview.amount
