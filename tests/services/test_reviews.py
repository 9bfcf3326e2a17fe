"""Bob's queue tells what was handed in, how often he was reminded, and who else is waited for; Mo sees none of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.rules.cases import awaiting
from cardmall.domain.terms import OPEN_CASE, CaseReason, Role
from cardmall.models import Message, Picture
from cardmall.services.case import answers, cases, replies
from cardmall.views.merchant.case import ShopCase, shop_case
from cardmall.views.merchant.record import shop_record
from cardmall.views.merchant.reviews import Queue, QueueRow, review_queue
from tests.town import AUTO, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, a_look, act, move_clock, run_jobs

STATEMENTS = 10  # of them 5 for the record


def queue(town: Town, now: Any = NOW) -> Queue:
    with db.reading() as session:
        return review_queue(a_look(session, town.bob, now=now))


def desk(town: Town, tale: Tale) -> ShopCase:
    with db.reading() as session:
        return shop_case(a_look(session, town.bob, now=tale.at), tale.case.no)


def ask_with(tale: Tale, *pictures: str, talk: bool = False, **form: Any) -> Tale:
    """A request with pictures that wait already, and the conversation."""
    with db.transaction() as session:
        order, owner = tale.row, tale.shopper.id
        for number, one in enumerate(pictures):
            at = tale.at - timedelta(seconds=60 - number)
            session.add(Picture(id=one, order_id=order.id or 0, owner_id=owner, at=at, width=1, height=1))
        if talk:
            said = {"order_id": order.id, "shop_id": order.shop_id, "author_id": owner, "role": Role.shopper}
            session.add(Message(**said, at=tale.at, text="还没收到"))
    told = {"way": "request", "reason": "slow_delivery", "text": ""} | form
    act(
        cases.request_cancellation, tale.shopper, tale.no, **told, pictures=list(pictures), conversation=talk,
        now=tale.at)  # fmt: skip
    return tale


def picture(number: int) -> str:
    return f"{number:032x}"


def only_row(town: Town, now: Any = NOW) -> QueueRow:
    (row,) = queue(town, now).rows
    return row


def test_a_partial_refund_asked_for_waits_in_the_queue_and_is_answered_on_its_page(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").ask_partial("50")
    found = queue(town, tale.at)
    (row,) = found.rows
    assert (row.no, row.amount, row.may_approve, found.waiting) == (tale.case.no, 5000, False, 1)


def test_every_open_case_stands_in_one_list_of_the_desk() -> None:
    assert {status for role in Role for status in awaiting(role)} == OPEN_CASE


def test_a_row_counts_pictures_shows_the_first_three_and_says_the_conversation_is_there(town: Town) -> None:
    shots = [picture(n) for n in range(4)]
    ask_with(town.tale().order(MANUAL).pay(), *shots, talk=True)
    row = only_row(town)
    assert (row.pictures, row.thumbs, row.conversation) == (4, shots[:3], True)


def test_a_request_without_anything_says_so(town: Town) -> None:
    ask_with(town.tale().order(MANUAL).pay())
    row = only_row(town)
    assert (row.pictures, row.thumbs, row.conversation, row.waited, row.reminds) == (0, [], False, 0, 0)


def test_what_bob_handed_in_is_no_evidence_of_alice(town: Town) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay(), picture(1))
    act(answers.ask_shopper, town.bob, tale.case.no, text="截图？", now=tale.at)
    act(replies.answer_merchant, town.alice, tale.case.no, text="看这里", now=tale.at)
    assert (only_row(town).pictures, only_row(town).conversation) == (1, False)


def test_a_broken_promise_is_proven_by_the_platforms_own_times(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    paid = tale.row.paid_at
    assert paid
    tale.at = paid + 26 * HOUR
    ask_with(tale)
    row = only_row(town, tale.at)
    assert (row.promised, row.waited) == (10, 26 * 60)


def test_the_hold_of_the_case_itself_is_nobodys_delay(town: Town) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay())
    later = tale.at + 3 * DAY
    assert only_row(town, later).waited == 0
    tale.at = later
    known = desk(town, tale).system
    assert (known.late_minutes, known.paused, known.ended) == (0, True, False)


def test_cards_an_offer_reserves_are_not_yet_alices(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay()
    ask_with(tale)
    assert desk(town, tale).system.cards == 0
    tale.withdraw().later(hours=1).deliver().request(way="return").offer()
    assert desk(town, tale).system.cards == 2
    assert sorted(tale.card_states) == ["reserved", "reserved", "sealed", "sealed"]


def test_the_review_is_nobodys_delay_once_it_is_over_either(town: Town) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay())
    tale.at += DAY
    tale.approve()
    known = desk(town, tale).system
    assert (known.late_minutes, known.paused, known.ended) == (0, False, True)  # no promise is "not due yet" any more


def test_reminders_are_counted(town: Town) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay())
    for step in (HOUR, 13 * HOUR):
        act(replies.remind_merchant, town.alice, tale.case.no, now=tale.at + step)
    assert only_row(town).reminds == 2


def test_what_waits_for_the_shopper_stands_below_and_is_not_counted(town: Town) -> None:
    asked, offered, open_ = (ask_with(town.tale().order(MANUAL).pay()) for _ in range(3))
    act(answers.ask_shopper, town.bob, asked.case.no, text="截图？", now=asked.at)
    how = {"kind": "amount", "amount": "10", "text": ""}
    act(answers.make_offer, town.bob, offered.case.no, **how, now=asked.at + MINUTE)
    found = queue(town)
    assert (found.waiting, [row.no for row in found.rows]) == (1, [open_.case.no])
    assert [(row.no, row.status) for row in found.elsewhere] == [
        (asked.case.no, "info_requested"), (offered.case.no, "offered")
    ]  # fmt: skip
    assert found.elsewhere[0].deadline == asked.at + limits.ANSWER_WITHIN


def test_a_look_at_the_queue_takes_the_same_few_statements_for_one_row_and_for_many(town: Town) -> None:
    counted = []
    for wanted in (1, 12):
        for number in range(wanted):
            ask_with(town.tale().order(MANUAL).pay(), picture(100 * wanted + number), talk=True)
        counted.append(_statements(town))
    assert counted == [STATEMENTS, STATEMENTS]


def _statements(town: Town) -> int:
    heard: list[str] = []

    def note(*told: Any) -> None:
        heard.append(told[2])

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        queue(town)
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return len([one for one in heard if one.startswith(("SELECT", "WITH"))])


def test_mo_sees_nothing_of_it(town: Town) -> None:
    ask_with(town.tale().order(MANUAL).pay(), picture(1))
    with db.reading() as session:
        found = review_queue(a_look(session, town.mo, now=NOW))
    assert (found.rows, found.elsewhere, found.waiting) == ([], [], 0)


def test_the_record_compares_with_the_month_before_and_tells_the_reasons(town: Town) -> None:
    month = limits.RECORD_OF
    for ago, hours in ((month + DAY, 4), (DAY, 1), (DAY, 1), (DAY, 3)):
        tale = ask_with(town.tale(at=NOW - ago).order(MANUAL).pay(), reason="duplicate")
        tale.at += hours * HOUR
        tale.approve()
    ask_with(town.tale(at=NOW - HOUR).order(MANUAL).pay(), reason="changed_mind")
    with db.reading() as session:
        record = shop_record(session, town.bob, NOW)
    assert (record.answered, record.approved_percent, record.median_minutes) == (3, 100, 60)
    assert (record.faster, record.slower) == (75, 0)
    assert (record.refunded, record.permille) == (3 * 9900, 750)
    assert [(one.reason, one.percent) for one in record.reasons] == [("duplicate", 75), (CaseReason.changed_mind, 25)]


def test_a_shop_without_answers_has_nothing_to_measure(town: Town) -> None:
    with db.reading() as session:
        record = shop_record(session, town.mo, NOW)
    assert (record.answered, record.approved_percent, record.median_minutes, record.permille) == (0, -1, -1, -1)


def test_a_settled_case_counts_with_what_was_agreed(town: Town) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay())
    how = {"kind": "amount", "amount": "10", "text": ""}
    act(answers.make_offer, town.bob, tale.case.no, **how, now=tale.at)
    act(replies.accept_offer, town.alice, tale.case.no, now=tale.at)
    with db.reading() as session:
        record = shop_record(session, town.bob, tale.at)
    assert (record.answered, record.approved_percent, record.refunded) == (1, 100, 1000)


def test_the_desk_knows_what_this_shopper_did_here_and_nothing_from_elsewhere(town: Town) -> None:
    first = town.tale().order(MANUAL).pay().request("duplicate").withdraw()
    again = first.case.no
    other = town.tale().order(AUTO).pay().request("wrong_spec").withdraw()
    first.request()
    town.tale(shopper=town.mallory).order(MANUAL).pay().request()
    found = desk(town, first)
    assert (found.shopper_orders, found.shopper_cases) == (2, 3)
    assert [(one.no, one.same_order) for one in found.past] == [(again, True), (other.case.no, False)]


def test_a_closed_answer_says_why(town: Town) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay())
    assert desk(town, tale).closed == []
    for _ in range(limits.OFFERS):
        how = {"kind": "amount", "amount": "10", "text": ""}
        act(answers.make_offer, town.bob, tale.case.no, **how, now=tale.at)
        assert [turn.action for turn in desk(town, tale).closed] == ["reject", "ask", "offer"]
        act(replies.decline_offer, town.alice, tale.case.no, now=tale.at)
    assert [(turn.action, turn.reason) for turn in desk(town, tale).closed] == [("offer", "offers_used")]
    tale.withdraw()
    assert desk(town, tale).closed == []


def test_a_replacement_says_what_the_shelf_lacks(town: Town) -> None:
    town.sell("rare", 3)
    tale = town.tale().order("rare", 2).pay().deliver().request(way="return")
    found = desk(town, tale)
    assert (found.offer_kinds, found.stock, found.lacking) == (["amount", "replacement"], 1, 1)


@pytest.mark.parametrize("silent", [False, True])
def test_what_lies_with_the_shopper_is_shown_until_it_is_over(town: Town, silent: bool) -> None:
    tale = ask_with(town.tale().order(MANUAL).pay())
    act(answers.ask_shopper, town.bob, tale.case.no, text="截图？", now=tale.at)
    pending = desk(town, tale).pending
    assert pending is not None
    assert (pending.kind, pending.text) == ("asked", "截图？")
    if silent:
        move_clock(limits.ANSWER_WITHIN + 10 * DAY)
        run_jobs()
    else:
        act(replies.answer_merchant, town.alice, tale.case.no, text="给", now=tale.at)
    assert desk(town, tale).pending is None
