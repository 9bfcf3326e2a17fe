"""Bob asks or offers, Alice answers, accepts, declines or is silent."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from cardmall.adapters import db
from cardmall.domain.terms import Actor, CardStatus, Reason
from cardmall.models import Card, EvidenceRound, Posting
from cardmall.services.case import answers, replies
from cardmall.views.shopper.order import order_view
from tests.town import (
    AUTO,
    CALENDAR,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    Tale,
    Town,
    a_look,
    act,
    refused,
    rows,
    run_jobs,
    set_clock,
)

WEDNESDAY = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 24:00 in Shanghai: the deadline of a Monday's request
SECOND = timedelta(seconds=1)


def asked_(town: Town, slug: str = MANUAL) -> Tale:
    return town.tale().order(slug).pay().request()


def returned(town: Town, slug: str = AUTO, quantity: int = 1) -> Tale:
    return town.tale().order(slug, quantity).pay().deliver().request(way="return")


def rounds(tale: Tale) -> list[tuple[str, str, str, int]]:
    found = rows(EvidenceRound, EvidenceRound.case_id == tale.case.id)
    return [(r.kind.value, r.role.value, r.text, r.amount) for r in found]


# asking for evidence


def test_asking_stops_bobs_clock_and_gives_alice_48_hours(town: Town) -> None:
    tale = asked_(town)
    at = tale.at
    tale.ask("请上传下单截图")
    assert (tale.case.deadline, tale.case.days_left, tale.case.asks) == (at + 2 * DAY, 2, 1)
    assert tale.told(town.alice)[-1] == "case_asked"
    tale.answer("在这里")
    assert (tale.case.status, tale.case.deadline) == ("review", WEDNESDAY)
    assert rounds(tale)[1:] == [("asked", "merchant", "请上传下单截图", 0), ("answered", "shopper", "在这里", 0)]
    assert tale.told(town.bob)[-1] == "case_answered"


def test_bob_asks_once(town: Town) -> None:
    tale = asked_(town).ask().answer()
    answer = refused(tale.ask)
    assert (answer.reason, answer.offer, answer.status) == ("asked_before", "case", "review")
    assert [kind for kind, *_ in rounds(tale)] == ["opened", "asked", "answered"]


@pytest.mark.parametrize(("text", "error"), [("", "required"), (" \n", "required"), ("x" * 501, "too_long")])
def test_an_ask_says_what_is_missing(town: Town, text: str, error: str) -> None:
    tale = asked_(town)
    assert refused(tale.ask, text).fields == {"text": error}
    assert (tale.case.status, tale.case.asks, tale.case.deadline) == ("review", 0, WEDNESDAY)


def test_an_answer_says_something(town: Town) -> None:
    tale = asked_(town).ask()
    assert refused(tale.answer, " ").fields == {"text": "required"}
    assert refused(tale.answer, "x" * 501).fields == {"text": "too_long"}
    for nothing in ({"pictures": ","}, {"conversation": "no"}, {"conversation": True}):  # nobody has written yet
        told = {"text": "", "now": tale.at, **nothing}
        assert refused(act, replies.answer_merchant, town.alice, tale.case.no, **told).fields == {"text": "required"}
    assert tale.case.status == "info_requested"
    assert [kind for kind, *_ in rounds(tale)] == ["opened", "asked"]
    assert tale.write("见上").answer("", conversation=True).case.status == "review"


@pytest.mark.parametrize(("ask", "lapsed"), [(True, "case_unanswered"), (False, "offer_lapsed")])
def test_48_hours_of_silence_lead_back_to_bob_with_the_days_he_had(town: Town, ask: bool, lapsed: str) -> None:
    tale = asked_(town)
    asked_at = tale.at
    tale = tale.ask() if ask else tale.offer("50")
    until = asked_at + 2 * DAY
    assert [job.due_at for job in tale.jobs("case_deadline")] == [WEDNESDAY + SECOND, until + SECOND]
    tale.lapse()
    assert (tale.case.status, tale.verbs[-1]) == ("review", lapsed)
    assert tale.case.deadline == CALENDAR.due(until, 2) == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert (tale.told(town.alice)[-1], tale.told(town.bob)[-1]) == (lapsed, lapsed)
    assert (tale.case.offer_kind, tale.case.offer_amount) == (None, 0)


def test_the_silence_counts_only_after_its_last_second(town: Town) -> None:
    tale = asked_(town).ask()
    until = tale.case.deadline
    set_clock(until - 5 * SECOND)
    run_jobs()
    assert tale.case.status == "info_requested"
    set_clock(until + SECOND)
    run_jobs()
    assert tale.case.status == "review"


@pytest.mark.parametrize(
    ("wait", "left"),
    [
        (timedelta(), 2),  # Monday: Tuesday and Wednesday
        (DAY, 1),  # Tuesday: Wednesday
        (2 * DAY, 1),  # Wednesday itself: none left, one is given
    ],
)
def test_bob_gets_the_business_days_he_had_at_least_one(town: Town, wait: timedelta, left: int) -> None:
    tale = asked_(town)
    tale.at += wait
    tale.ask()
    tale.at += HOUR
    tale.answer()
    assert tale.case.deadline == CALENDAR.due(tale.at - MINUTE, left)


def test_a_fresh_deadline_is_reminded_of_and_the_old_one_does_nothing(town: Town) -> None:
    tale = asked_(town).ask()
    tale.at += DAY
    tale.answer()
    thursday = WEDNESDAY + DAY
    assert tale.case.deadline == thursday
    old = [job for job in tale.jobs("case_deadline") if job.due_at == WEDNESDAY + SECOND]
    set_clock(WEDNESDAY + HOUR)
    run_jobs()
    assert old and tale.case.status == "review"
    assert [e.data["hours"] for e in tale.events if e.verb == "deadline_near"] == [24]
    set_clock(thursday + SECOND)
    run_jobs()
    assert tale.case.status == "overdue"


# counter-offers


def test_two_offers_not_three(town: Town) -> None:
    tale = asked_(town).offer("50").decline().offer("60").decline()
    answer = refused(tale.offer, "70")
    assert (answer.reason, answer.offer, answer.status) == ("offers_used", "case", "review")
    assert (tale.case.offers, tale.case.offer_amount) == (2, 0)
    assert [r[3] for r in rounds(tale) if r[0] == "offered"] == [5000, 6000]


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        ("0", "out_of_range"),
        ("99", "out_of_range"),
        ("99.01", "out_of_range"),
        ("999999999", "out_of_range"),
        ("abc", "not_money"),
        ("12.345", "not_money"),
        ("-5", "not_money"),
        ("", "required"),
        (None, "required"),
    ],
)
def test_an_offer_is_more_than_nothing_and_less_than_was_asked(town: Town, amount: object, error: str) -> None:
    tale = asked_(town)
    answer = refused(make_offer, tale, "amount", amount)
    assert answer.fields == {"amount": error}
    assert (tale.case.status, tale.case.offers, tale.case.deadline) == ("review", 0, WEDNESDAY)


@pytest.mark.parametrize(("amount", "fen"), [("0.01", 1), ("98.99", 9899), ("¥ 50", 5000)])
def test_the_bounds_themselves_are_offers(town: Town, amount: str, fen: int) -> None:
    tale = asked_(town)
    make_offer(tale, "amount", amount)
    assert (tale.case.status, tale.case.offer_kind, tale.case.offer_amount) == ("offered", "amount", fen)


@pytest.mark.parametrize(
    ("kind", "error"), [("replacement", "not_a_choice"), ("moon", "not_a_choice"), ("", "required"), (None, "required")]
)
def test_nothing_replaces_what_was_not_delivered(town: Town, kind: object, error: str) -> None:
    assert refused(make_offer, asked_(town), kind, "50").fields == {"kind": error}


def make_offer(tale: Tale, kind: object, amount: object = "", codes: tuple[str, ...] = (), text: str = "") -> None:
    told = {"kind": kind, "amount": amount, "codes": codes, "text": text}
    act(answers.make_offer, tale.town.bob, tale.case.no, **told, now=tale.at)


def test_an_accepted_amount_comes_back_and_the_rest_is_the_shops_after_a_week(town: Town) -> None:
    tale = asked_(town).offer("59").accept()
    assert (tale.case.status, tale.row.status, tale.row.held_at) == ("settled", "canceled", None)
    assert [(r.amount, r.cause, r.case_id) for r in tale.refunds] == [(5900, "case", tale.case.id)]
    assert tale.told(town.bob)[-1] == "offer_accepted"
    tale.refund_arrives()
    assert tale.money() == {"shopper": -4000, "escrow": 4000}
    (settle,) = tale.jobs("settle")
    assert tale.case.ended_at and settle.due_at == tale.case.ended_at + 7 * DAY
    set_clock(settle.due_at)
    run_jobs()
    assert tale.money() == {"shopper": -4000, "shop": 4000}
    assert sum(p.amount for p in rows(Posting)) == 0


def test_an_accepted_amount_for_sealed_cards_voids_them(town: Town) -> None:
    tale = returned(town, quantity=2).offer("100").accept().refund_arrives()
    assert (tale.card_states, tale.row.status) == (["voided", "voided"], "canceled")
    assert tale.money() == {"shopper": -9800, "escrow": 9800}


def test_an_undelivered_card_goes_back_to_the_shelf_when_an_amount_was_accepted(town: Town) -> None:
    tale = asked_(town, AUTO)
    (card,) = tale.cards
    tale.offer("50").accept()
    (card,) = rows(Card, Card.id == card.id, by=Card.id)
    assert (card.status, card.order_id) == (CardStatus.available, None)


def test_a_partly_used_order_goes_on_after_a_settlement(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver().reveal().request(way="return").offer("50").accept()
    assert (tale.card_states, tale.row.status, tale.row.held_at) == (["revealed", "voided"], "delivered", None)
    assert [r.amount for r in tale.refunds] == [5000]


# replacements


def pill(town: Town, tale: Tale) -> str:
    with db.reading() as session:
        return order_view(a_look(session, town.alice, now=tale.at), tale.no).pill


def test_an_accepted_replacement_voids_the_old_cards_and_seals_new_ones(town: Town) -> None:
    tale = returned(town, quantity=2)
    old = {card.id for card in tale.cards}
    tale.offer()
    assert tale.card_states == ["reserved", "reserved", "sealed", "sealed"]
    tale.accept()
    assert tale.card_states == ["sealed", "sealed", "voided", "voided"]
    assert {c.id for c in tale.cards if c.status is CardStatus.voided} == old
    assert (tale.case.status, tale.row.status, tale.row.held_at, tale.refunds) == ("settled", "delivered", None, [])
    assert (tale.row.stage, pill(town, tale)) == ("delivered", "sealed")
    assert pill(town, tale.reveal()) == "partly_used"
    tale.reveal()
    assert tale.card_states == ["revealed", "revealed", "voided", "voided"]
    assert tale.complete().row.status == "completed"


def test_only_the_returned_pieces_are_replaced(town: Town) -> None:
    tale = town.tale().order(AUTO, 3).pay().deliver().reveal().request(way="return").offer().accept()
    assert tale.card_states == ["revealed", "sealed", "sealed", "voided", "voided"]


@pytest.mark.parametrize("end", ["decline", "lapse", "withdraw", "approve"])
def test_reserved_cards_go_back_to_the_shelf_when_the_offer_ends(town: Town, end: str) -> None:
    tale = returned(town)
    tale.offer()
    reserved = [c.id for c in tale.cards if c.status is CardStatus.reserved]
    getattr(tale, end)()
    (card,) = rows(Card, Card.id == reserved[0], by=Card.id)
    assert (card.status, card.order_id) == (CardStatus.available, None)
    assert tale.card_states == (["voided"] if end == "approve" else ["sealed"])
    assert tale.verbs.count("cards_released") == 1


def test_without_stock_bob_types_codes_and_they_enter_sealed(town: Town) -> None:
    tale = town.tale().order(MANUAL, 2).pay().deliver_by_hand("A-1", "A-2").request(way="return")
    assert refused(tale.offer).fields == {"codes": "required"}
    assert refused(tale.offer, codes=["B-1"]).fields == {"codes": "count_mismatch"}
    assert refused(tale.offer, codes=["B-1", "B-1"]).fields == {"codes": "bad_lines"}
    assert refused(tale.offer, codes=["B-1", "x" * 201]).fields == {"codes": "bad_lines"}
    assert (tale.card_states, tale.case.offers) == (["sealed", "sealed"], 0)
    tale.offer(codes=["TYPED-BY-BOB-1", "TYPED-BY-BOB-2"]).accept()
    assert tale.card_states == ["sealed", "sealed", "voided", "voided"]
    new = [c for c in tale.cards if c.status is CardStatus.sealed]
    assert sorted(town.scene.world.vault.open(c.id, c.sealed_code) for c in new) == ["TYPED-BY-BOB-1", "TYPED-BY-BOB-2"]
    assert not any("TYPED-BY-BOB" in c.sealed_code for c in new)  # too long for chance: the token is random letters


def test_what_the_shelf_lacks_is_typed(town: Town) -> None:
    town.sell("three", 3)
    tale = returned(town, "three", 2)
    assert refused(tale.offer).fields == {"codes": "required"}
    tale.offer(codes=["FRESH-1"]).accept()
    new = [c for c in tale.cards if c.status is CardStatus.sealed]
    assert len(new) == 2 and "FRESH-1" in {town.scene.world.vault.open(c.id, c.sealed_code) for c in new}


@pytest.mark.parametrize("code", ["A-1", "AUTO-CARD-0000"])
def test_a_code_sold_before_is_refused(town: Town, code: str) -> None:
    manual = code == "A-1"
    tale = town.tale().order(MANUAL).pay().deliver_by_hand("A-1") if manual else town.tale().order(AUTO).pay().deliver()
    tale.request(way="return")
    assert refused(tale.offer, codes=[code]).fields == {"codes": "bad_lines"}
    assert (tale.case.status, tale.card_states) == ("review", ["sealed"])


def test_codes_typed_for_a_declined_offer_are_stock_now(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().deliver_by_hand("A-1").request(way="return").offer(codes=["B-1"]).decline()
    (card,) = rows(Card, col(Card.order_id).is_(None), Card.status == CardStatus.available, by=Card.created_at)[-1:]
    assert town.scene.world.vault.open(card.id, card.sealed_code) == "B-1"
    assert tale.offer().accept().card_states == ["sealed", "voided"]


# reminding


def remind(tale: Tale, who: Actor | None = None) -> str:
    """ "" when Bob was told, else why not."""
    answer = act(replies.remind_merchant, who or tale.shopper, tale.case.no, now=tale.at)
    return answer.reason.value if answer else ""


def test_alice_reminds_once_in_12_hours_and_three_times_in_all(town: Town) -> None:
    tale = asked_(town)
    first, said = tale.at, []
    for hours in (0, 11.9999, 12, 23, 24, 36, 60):
        tale.at = first + hours * HOUR
        said.append(remind(tale))
    assert said == ["", "reminded_lately", "", "reminded_lately", "", "reminds_used", "reminds_used"]
    assert tale.told(town.bob).count("merchant_reminded") == tale.case.reminds == 3
    assert [e.data["reason"] for e in tale.events if e.verb == "remind_refused"] == [w for w in said if w]
    assert [e.data["count"] for e in tale.events if e.verb == "merchant_reminded"] == [1, 2, 3]


def test_reminding_moves_nothing_and_is_never_held_against_the_case(town: Town) -> None:
    tale = asked_(town)
    assert [remind(tale), remind(tale)] == ["", "reminded_lately"]
    assert (tale.case.status, tale.case.deadline) == ("review", WEDNESDAY)
    assert tale.approve().case.status == "approved"


def test_an_overdue_case_may_still_be_reminded_of_an_ended_one_not(town: Town) -> None:
    tale = asked_(town).lapse()
    assert remind(tale) == ""
    tale.withdraw()
    assert remind(tale) == "stale"


@pytest.mark.parametrize(
    ("name", "reason"), [("mallory", "not_found"), ("bob", "not_allowed"), ("carol", "not_allowed")]
)
def test_nobody_else_reminds(town: Town, name: str, reason: str) -> None:
    tale = asked_(town)
    assert refused(remind, tale, getattr(town, name)).reason == Reason(reason)
    assert "remind_refused" not in tale.verbs


# withdrawing


@pytest.mark.parametrize("status", ["review", "info_requested", "offered", "overdue", "appeal"])
def test_alice_withdraws_from_every_open_state(town: Town, status: str) -> None:
    tale = returned(town) if status == "appeal" else asked_(town)
    steps = {
        "info_requested": tale.ask,
        "offered": lambda: tale.offer("50"),
        "overdue": tale.lapse,
        "appeal": tale.lapse,
    }
    if status in steps:
        steps[status]()
    assert tale.case.status == status
    tale.withdraw()
    assert (tale.case.status, tale.case.ended_at, tale.row.held_at) == ("withdrawn", tale.at, None)
    assert (tale.refunds, tale.case.offer_kind, tale.case.offer_amount) == ([], None, 0)
    assert tale.told(town.bob)[-1] == "case_withdrawn"
    set_clock(tale.at + 20 * DAY)
    run_jobs()
    assert (tale.case.status, tale.refunds) == ("withdrawn", [])


def test_alice_accepts_the_offer_her_page_shows_or_none(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().offer("60").decline().offer("20")
    assert refused(act, replies.accept_offer, town.alice, tale.case.no, seen=1, now=tale.at).reason == Reason.stale
    act(replies.accept_offer, town.alice, tale.case.no, seen=2, now=tale.at)
    assert [refund.amount for refund in tale.refunds] == [2000]
