"""A receipt: what may be said in it, and how long the shopper may say that it is not true (R94)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from cardmall.domain import limits
from cardmall.domain.lifecycle import CARD, START
from cardmall.domain.receipts import ProductForm, is_unconfirmed, read_receipt, takes_back
from cardmall.domain.rules.cases import OfferKind, case_reasons, offer_kinds
from cardmall.domain.rules.transfers import TransferFacts, may_transfer
from cardmall.domain.rules.ways import Facts, decide
from cardmall.domain.terms import CardStatus, CaseKind, CaseReason, OrderStatus, Outcome, Role, Way
from cardmall.domain.verdicts import Situation, situation
from tests.domain.facts import DAY, NOW, REVEALED, SECOND, USED, facts, like

CODE, RECEIPT = ProductForm
IDS = [digit * 32 for digit in "abcd"]
GIVEN = NOW - 13 * DAY
TOPPED_UP = like(USED, delivered_at=GIVEN, revealed=(GIVEN,), unconfirmed=True, appealable=1)


@pytest.mark.parametrize(
    ("text", "pictures", "wrong"),
    [
        ("已充", [], {}),
        ("满" * 1_000, IDS[:3], {}),
        ("满" * 1_001, "", {"text": "too_long"}),
        ("", "", {"text": "required"}),
        (" \u200b\n ", "", {"text": "required"}),
        (None, IDS, {"text": "required", "pictures": "too_many"}),
        ("已充", ",".join(IDS), {"pictures": "too_many"}),
        ("已充", [IDS[0]] * 4, {}),
    ],
)
def test_every_wrong_field_of_a_receipt_is_named_at_once(text: object, pictures: object, wrong: dict[str, str]) -> None:
    assert read_receipt(text, pictures)[1] == wrong


def test_only_codes_can_be_given_back() -> None:
    found = [takes_back(form, return_allowed=allowed) for form in ProductForm for allowed in (True, False)]
    assert found == [True, False, False, False]


def test_the_text_stays_as_it_was_typed() -> None:
    assert read_receipt("  已充 648 点\r\n  流水号 A-1  ", "")[0] == "已充 648 点\n  流水号 A-1"


def test_a_piece_of_a_receipt_comes_in_used_and_by_the_shop_only() -> None:
    assert {role: CARD.target("receive", START, role) for role in Role} == {
        Role.merchant: CardStatus.revealed,
        **dict.fromkeys((Role.shopper, Role.admin, Role.system)),
    }


@pytest.mark.parametrize(
    ("form", "delivered", "completed", "unconfirmed"),
    [
        (CODE, GIVEN, None, False),
        (RECEIPT, None, None, False),
        (RECEIPT, GIVEN, None, True),
        (RECEIPT, GIVEN, GIVEN + SECOND, False),
        (RECEIPT, GIVEN, GIVEN + limits.RECEIPT_WINDOW - SECOND, False),
        (RECEIPT, GIVEN, GIVEN + limits.RECEIPT_WINDOW, True),  # by time alone: nobody confirmed it
    ],
)
def test_who_completes_it_early_has_confirmed_it(
    form: ProductForm, delivered: datetime | None, completed: datetime | None, unconfirmed: bool
) -> None:
    assert is_unconfirmed(form, delivered, completed) is unconfirmed


@pytest.mark.parametrize("status", [OrderStatus.delivered, OrderStatus.completed])
@pytest.mark.parametrize(
    ("since", "unconfirmed", "reason"),
    [
        (timedelta(0), True, "fault"),
        (13 * DAY, True, "fault"),
        (14 * DAY, True, "fault"),
        (14 * DAY + SECOND, True, "window_over"),
        (7 * DAY, False, "fault"),
        (7 * DAY + SECOND, False, "window_over"),
    ],
)
def test_a_false_receipt_may_be_reported_for_14_days_and_for_7_once_it_is_confirmed(
    status: OrderStatus, since: timedelta, unconfirmed: bool, reason: str
) -> None:
    order = like(TOPPED_UP, status=status, delivered_at=NOW - since, revealed=(NOW - since,), unconfirmed=unconfirmed)
    assert decide(Way.appeal, order, NOW).reason == reason


def test_the_other_ways_say_that_it_is_used() -> None:
    found = {way: decide(way, TOPPED_UP, NOW).reason.value for way in Way if way is not Way.appeal}
    assert found == {Way.cancel_now: "already_paid", Way.request: "delivered", Way.return_: "used"}
    assert may_transfer(TransferFacts(TOPPED_UP), NOW).reason == "used"
    assert situation(delivered=True, cards=[REVEALED]) is Situation.revealed


@given(facts)
def test_waiting_to_be_confirmed_closes_no_way(known: Facts) -> None:
    """Whatever was open to the shopper of codes is open to the shopper of a receipt."""
    waiting = like(known, unconfirmed=True)
    for way in Way:
        if decide(way, known, NOW).outcome is Outcome.open:
            assert decide(way, waiting, NOW).is_open


def test_nothing_can_be_offered_in_its_place() -> None:
    assert offer_kinds(RECEIPT, delivered=True) == offer_kinds(RECEIPT, delivered=False) == (OfferKind.amount,)
    assert OfferKind.replacement in offer_kinds(CODE, delivered=True)


def test_its_faults_are_others_than_those_of_a_code() -> None:
    of_receipts, of_codes = (set(case_reasons(CaseKind.fault, form)) for form in (RECEIPT, CODE))
    assert of_receipts == {CaseReason.not_received, CaseReason.wrong_item, CaseReason.other}
    assert CaseReason.not_received not in of_codes | set(case_reasons(CaseKind.cancel, RECEIPT))
