"""Alice asks, Bob answers, or lets the deadline pass; strangers hear nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.terms import Abnormal, Actor, CardStatus, Reason, Role
from cardmall.models import Card, Case, Event, Job, Order, Product
from cardmall.services.case import answers, cases, replies
from tests.town import AUTO, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, act, count, refused, rows, run_jobs, set_clock

DEADLINE = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 24:00 of Wednesday in Shanghai
SECOND = timedelta(seconds=1)


def ask(tale: Tale, **form: Any) -> str:
    told = {"way": "request", "reason": "changed_mind", "text": ""} | form
    return act(cases.request_cancellation, tale.shopper, tale.no, **told, now=tale.at)


def test_a_request_is_case_hold_deadline_event_and_notice_in_one(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay()
    asked = tale.at
    tale.request("duplicate", "和上一单买重了")
    case, row = tale.case, tale.row
    assert (case.kind, case.status, case.reason, case.text) == ("cancel", "review", "duplicate", "和上一单买重了")
    assert (case.pieces, case.paid, case.fee, case.amount) == (2, 19800, 0, 19800)
    assert (case.opened_at, case.deadline, case.estimated) == (asked, DEADLINE, False)
    assert (row.held_at, row.hold_until, row.stage) == (asked, None, "in_case")
    assert tale.verbs[-2:] == ["case_opened", "held"]
    assert tale.events[-2].data["facts"]["status"] == "awaiting_delivery"
    assert [job.due_at for job in tale.jobs("case_deadline")] == [DEADLINE + SECOND]
    assert (tale.told(town.bob), tale.told(town.mo)) == (["order_paid", "case_opened"], [])


def test_a_held_order_is_not_delivered(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().deliver()
    assert (tale.row.status, tale.card_states) == ("awaiting_delivery", ["allocated"])


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"reason": ""}, {"reason": "required"}),
        ({"reason": None}, {"reason": "required"}),
        ({"reason": "moon"}, {"reason": "not_a_choice"}),
        ({"reason": "other"}, {"text": "required"}),
        ({"reason": "other", "text": " \n "}, {"text": "required"}),
        ({"text": "x" * 501}, {"text": "too_long"}),
        ({"reason": "", "text": "x" * 501}, {"reason": "required", "text": "too_long"}),
        ({"way": "cancel_now"}, {"way": "not_a_choice"}),
        ({"way": None}, {"way": "not_a_choice"}),
    ],
)
def test_every_wrong_field_is_named_and_nothing_done(town: Town, form: dict[str, Any], fields: dict[str, str]) -> None:
    tale = town.tale().order(AUTO).pay()
    assert refused(ask, tale, **form).fields == fields
    assert (tale.cases, tale.row.held_at) == ([], None)


def test_a_stale_page_is_told_the_new_state_and_the_next_way(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    answer = refused(ask, tale)
    assert (answer.reason, answer.offer, answer.status) == ("delivered", "return", "delivered")
    answer = refused(ask, tale.reveal(), way="return")
    assert (answer.reason, answer.offer) == ("used", "appeal")


def test_five_requests_not_six(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    for _ in range(5):
        tale.request().withdraw()
    answer = refused(ask, tale)
    assert (answer.reason, len(tale.cases)) == (Reason.too_many_attempts, 5)


def test_withdrawing_ends_the_hold_and_delivery_goes_on_a_minute_later(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().withdraw()
    row = tale.row
    assert (tale.case.status, tale.case.ended_at, row.held_at) == ("withdrawn", tale.at, None)
    assert (row.deliver_at, row.stage) == (tale.at + MINUTE, "to_deliver")
    assert tale.at + MINUTE in [job.due_at for job in tale.jobs("deliver")]
    assert tale.told(town.bob)[-1] == "case_withdrawn"
    assert tale.deliver().row.status == "delivered"


def test_an_order_is_delivered_whose_job_ran_in_vain_by_a_clock_ahead(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request()
    set_clock(NOW + HOUR)
    run_jobs()
    assert not tale.jobs("deliver")
    act(replies.withdraw_case, town.alice, tale.case.no, now=NOW + 2 * MINUTE)
    run_jobs()
    assert tale.row.status == "delivered"


def test_lifting_the_hold_early_keeps_the_promised_time(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    promised = tale.row.deliver_at
    tale.request()
    tale.at = NOW + 2 * MINUTE
    tale.withdraw()
    assert tale.row.deliver_at == promised


@pytest.mark.parametrize("slug", [AUTO, MANUAL])
def test_a_promise_stands_still_with_the_hold(town: Town, slug: str) -> None:
    tale = town.tale().order(slug).pay()
    left, asked_at = (tale.row.promised_at or NOW) - tale.at, tale.at
    resumed_at = asked_at + 3 * DAY
    tale.request(text="x")
    tale.at = asked_at + DAY
    tale.reject("other", "已开始制作")
    assert tale.row.promised_at == asked_at + left
    tale.at = resumed_at
    tale.resume()
    assert tale.row.promised_at == resumed_at + left
    assert tale.events[-1].data == {"promised_at": (resumed_at + left).isoformat()}
    assert refused(tale.cancel).reason is Reason.already_paid  # the hold is no fault of Bob's


def test_a_promise_broken_before_the_hold_stays_broken(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    tale.at = promised = (tale.row.promised_at or NOW) + SECOND
    tale.request().withdraw()
    assert tale.row.promised_at == promised - SECOND
    assert tale.cancel().row.status == "canceled"


def test_a_hold_lifted_beside_the_promised_second_is_still_delivered(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    promised = tale.row.deliver_at
    assert promised
    tale.request()
    tale.at = promised - MINUTE + timedelta(milliseconds=300)
    tale.withdraw()
    due = tale.row.deliver_at
    assert due == promised + timedelta(milliseconds=300)
    assert due in [job.due_at for job in tale.jobs("deliver")]


def test_approved_undelivered_is_canceled_restocked_and_refunded(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().request()
    given = {card.id for card in tale.cards}
    tale.approve()
    (refund,) = tale.refunds
    assert (tale.case.status, tale.row.status, tale.row.stage) == ("approved", "canceled", "refunding")
    assert (refund.amount, refund.cause, refund.case_id) == (19800, "case", tale.case.id)
    assert (tale.cards, tale.row.held_at) == ([], None)
    assert {c.status for c in rows(Card, col(Card.id).in_(given), by=Card.id)} == {CardStatus.available}
    assert tale.told(town.alice)[-1] == "case_approved"
    assert tale.refund_arrives().money() == {}
    assert tale.row.stage == "closed"


def test_an_approved_return_voids_the_cards_and_keeps_the_fee_for_the_shop(town: Town) -> None:
    town.sell("with-fee", 2, fee_permille=30)
    tale = town.tale().order("with-fee", 2).pay().deliver().request(way="return").approve().refund_arrives()
    assert (tale.case.kind, tale.case.fee, tale.case.amount) == ("return", 594, 19206)
    assert (tale.card_states, tale.row.status) == (["voided", "voided"], "canceled")
    assert tale.money() == {"shopper": -594, "escrow": 594}
    assert len(tale.jobs("settle")) == 1


def test_a_partly_used_order_goes_on_after_its_sealed_cards_came_back(town: Town) -> None:
    tale = town.tale().order(AUTO, 3).pay().deliver().reveal().request(way="return").approve()
    assert (tale.case.pieces, tale.case.amount, tale.refunds[0].amount) == (2, 19800, 19800)
    assert tale.card_states == ["revealed", "voided", "voided"]
    assert (tale.row.status, tale.row.held_at) == ("delivered", None)
    assert tale.jobs("settle") == [], "the shop is paid after completion"
    tale.refund_arrives().complete()
    assert (tale.row.status, len(tale.jobs("settle"))) == ("completed", 1)
    assert tale.money() == {"shopper": -9900, "escrow": 9900}


def test_the_kinder_policy_holds_and_the_fee_shown_is_the_fee_taken(town: Town) -> None:
    town.sell("dearer", 1, fee_permille=30)
    tale = town.tale().order("dearer").pay().deliver()
    change_fee(0)
    tale.request(way="return")
    change_fee(50)
    tale.approve()
    assert (tale.case.fee, tale.refunds[0].amount) == (0, 9900)


def change_fee(permille: int) -> None:
    with db.transaction() as session:
        session.connection().execute(sa.update(Product).values(fee_permille=permille))


def test_a_rejection_has_a_code_and_keeps_the_hold_24_hours(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request()
    at = tale.at
    tale.reject("other", "正在制作")
    case, row = tale.case, tale.row
    assert (case.status, case.reject_reason, case.reject_text, case.ended_at) == ("rejected", "other", "正在制作", at)
    assert (row.hold_until, row.stage, bool(row.held_at)) == (at + DAY, "to_deliver", True)
    assert [job.due_at for job in tale.jobs("end_hold")] == [at + DAY]
    assert tale.told(town.alice)[-1] == "case_rejected"


@pytest.mark.parametrize(
    ("way", "reason", "text", "fields"),
    [
        ("request", "already_delivered", "", {"reason": "not_proven"}),
        ("request", "product_final", "", {"reason": "not_proven"}),
        ("request", "evidence_insufficient", "", {"reason": "not_proven"}),
        ("request", "", "", {"reason": "required"}),
        ("request", None, "", {"reason": "required"}),
        ("request", "other", "", {"text": "required"}),
        ("request", "other", "x" * 501, {"text": "too_long"}),
        ("return", "already_delivered", "", {"reason": "not_proven"}),
        ("return", "other", " ", {"text": "required"}),
    ],
)
def test_a_merchant_gives_only_reasons_that_can_be_true(
    town: Town, way: str, reason: object, text: str, fields: dict[str, str]
) -> None:
    tale = town.tale().order(AUTO).pay()
    tale = tale.deliver() if way == "return" else tale
    tale.request(way=way)
    assert refused(tale.reject, reason, text).fields == fields
    assert (tale.case.status, tale.row.hold_until) == ("review", None)


def test_the_shopper_resumes_delivery_before_the_24_hours_are_over(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    assert refused(tale.resume).reason is Reason.no_hold
    tale.request()
    assert refused(tale.resume).reason is Reason.no_hold
    tale.reject("other", "不").resume()
    assert (tale.row.held_at, tale.row.deliver_at) == (None, tale.at + MINUTE)
    assert refused(tale.resume).reason is Reason.no_hold
    assert tale.deliver().row.status == "delivered"


def end_hold(tale: Tale, at: datetime) -> bool:
    with db.transaction() as session:
        cases.end_hold(our_act(session, now=at, cause="end_hold"), session.get_one(Order, tale.row.id))
    return tale.row.held_at is None


def test_after_24_hours_the_hold_ends_by_itself_once(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().reject("other", "不")
    until = tale.row.hold_until
    assert until
    assert not end_hold(tale, until - SECOND)
    assert end_hold(tale, until) and end_hold(tale, until + DAY)
    assert tale.verbs.count("hold_lifted") == tale.told(town.alice).count("hold_lifted") == 1


def test_a_new_request_in_the_24_hours_keeps_the_hold(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().reject("other", "不")
    until = tale.row.hold_until
    tale.request()
    assert until and not end_hold(tale, until)
    assert tale.row.hold_until is None


def test_a_decided_case_is_decided(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().approve()
    for again in (tale.approve, tale.withdraw, lambda: tale.reject("other", "不")):
        answer = refused(again)
        assert (answer.reason, answer.status) == ("stale", "approved")
    assert len(tale.refunds) == 1


@pytest.mark.parametrize("name", ["mallory", "bob", "mo", "carol", None])
def test_nobody_else_asks_answers_withdraws_or_resumes(town: Town, name: str | None) -> None:
    stranger: Actor | None = getattr(town, name) if name else None
    paid, asked = town.tale().order(AUTO).pay(), town.tale().order(AUTO).pay().request()
    held = town.tale().order(AUTO).pay().request().reject("other", "不")
    form = {"way": "request", "reason": "changed_mind", "text": ""}
    calls = [
        (Role.shopper, cases.request_cancellation, paid.no, form),
        (Role.shopper, replies.withdraw_case, asked.case.no, {}),
        (Role.shopper, cases.resume_delivery, held.no, {}),
        (Role.merchant, answers.approve_case, asked.case.no, {}),
        (Role.merchant, answers.reject_case, asked.case.no, {"reason": "other", "text": "不"}),
    ]
    before = (rows(Order), rows(Case), count(Event), count(Job))
    for role, use_case, no, more in calls:
        if name == "bob" and role is Role.merchant:
            continue  # it is his to decide
        expected = Reason.sign_in_first if stranger is None else Reason.not_found
        if stranger and stranger.role is not role:
            expected = Reason.not_allowed
        assert refused(act, use_case, stranger, no, **more, now=NOW + HOUR).reason is expected
        unknown = refused(act, use_case, stranger, "CM0", **more, now=NOW + HOUR)
        assert unknown.reason is expected
    assert (rows(Order), rows(Case), count(Event), count(Job)) == before


def test_an_abnormal_order_stays_under_its_tab_while_a_case_is_open(town: Town) -> None:
    town.sell("single", 1)
    tale = town.tale().order("single").pay()
    with db.transaction() as session:
        card = session.get_one(Card, tale.cards[0].id)
        card.status, card.order_id = CardStatus.voided, None
    tale.deliver()
    assert (tale.row.abnormal, tale.row.stage) == (Abnormal.no_stock, "abnormal")
    assert tale.request().row.stage == "abnormal"
