"""An order made stuck on purpose is repaired by its shopper's press, or lands with a person (R60-R62)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from cardmall.adapters import clock, db
from cardmall.domain.repairs import Repair, Trouble
from cardmall.domain.terms import Actor, CardStatus, OrderStatus, Reason, RefundStatus, Stage
from cardmall.models import Card, Job, SupportMessage
from cardmall.services.order.repairs import RepairReport, repair_order
from cardmall.views.admin.abnormal import AbnormalPage, abnormal_page
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    NOW,
    Tale,
    Town,
    act,
    count,
    move_clock,
    refused,
    rows,
    run_jobs,
    set_clock,
)


def say(left: Sequence[Trouble]) -> str:
    return "检查订单：" + "、".join(left)


def check(tale: Tale, by: Actor | None = None, at: datetime | None = None) -> RepairReport:
    return act(repair_order, by or tale.shopper, tale.no, say=say, now=at or clock.now())


def spoil(sql: str, **values: object) -> None:
    """Somebody broke the rows behind the house's back."""
    with db.transaction() as session:
        session.connection().execute(sa.text(sql), values)


def seen(town: Town) -> AbnormalPage:
    return act(abnormal_page, town.carol, now=clock.now())


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    set_clock(NOW)


def paid(town: Town) -> Tale:
    return town.tale().order(AUTO).pay()


def delivered(town: Town) -> Tale:
    return paid(town).deliver()


def completed(town: Town) -> Tale:
    return delivered(town).reveal().complete()


def in_case(town: Town) -> Tale:
    return paid(town).request("other", "不要了")


def refunding(town: Town) -> Tale:
    tale = in_case(town).approve()
    assert [r.status for r in tale.refunds] == [RefundStatus.requested]
    return tale


Break = Callable[[Tale], None]
DROP = "UPDATE job SET state = 'done' WHERE kind = :kind"


def dead(kind: str) -> Break:
    return lambda _: spoil("UPDATE job SET state = 'dead', failures = 8 WHERE kind = :kind", kind=kind)


def gone(kind: str) -> Break:
    return lambda _: spoil(DROP, kind=kind)


def asked(tale: Tale) -> None:
    spoil("UPDATE refund SET status = 'processing', sent_at = created_at")
    spoil(DROP, kind="send_refund")


def silent(tale: Tale) -> None:
    """The channel took the call and said nothing."""
    spoil("UPDATE refund SET status = 'sent', sent_at = '2026-11-23 07:00:00.000000'")
    spoil("UPDATE job SET kind = 'query_refund', due_at = '2026-11-23 09:00:00.000000' WHERE kind = 'send_refund'")


def held(tale: Tale) -> None:
    spoil('UPDATE "order" SET held_at = created_at WHERE no = :no', no=tale.no)


def held_for_ever(tale: Tale) -> None:
    held(tale)
    spoil('UPDATE "order" SET hold_until = created_at WHERE no = :no', no=tale.no)


def stray(tale: Tale) -> None:
    one = "(SELECT id FROM card WHERE status = 'available' LIMIT 1)"
    spoil(f"UPDATE card SET status = 'reserved', order_id = :id WHERE id = {one}", id=tale.row.id)


def misplaced(tale: Tale) -> None:
    spoil("UPDATE \"order\" SET stage = 'closed' WHERE no = :no", no=tale.no)


def late(tale: Tale) -> None:
    spoil("UPDATE job SET due_at = '2026-11-23 07:00:00.000000' WHERE kind = 'deliver'")


BROKEN: dict[Trouble, tuple[Callable[[Town], Tale], Break, Repair]] = {
    Trouble.dead_job: (paid, dead("deliver"), Repair.run_again),
    Trouble.late_job: (paid, late, Repair.run_again),
    Trouble.no_expiry: (lambda town: town.tale().order(AUTO), gone("expire_order"), Repair.schedule),
    Trouble.no_delivery: (paid, gone("deliver"), Repair.schedule),
    Trouble.no_completion: (delivered, gone("complete"), Repair.schedule),
    Trouble.no_settlement: (completed, gone("settle"), Repair.schedule),
    Trouble.no_deadline: (in_case, gone("case_deadline"), Repair.schedule),
    Trouble.idle_hold: (paid, held, Repair.lift_hold),
    Trouble.endless_hold: (paid, held_for_ever, Repair.schedule),
    Trouble.stray_card: (paid, stray, Repair.release_card),
    Trouble.unsent_refund: (refunding, gone("send_refund"), Repair.send_refund),
    Trouble.unasked_refund: (refunding, asked, Repair.ask_channel),
    Trouble.silent_refund: (refunding, silent, Repair.ask_channel),
    Trouble.wrong_stage: (paid, misplaced, Repair.restage),
}


@pytest.mark.parametrize("trouble", BROKEN)
def test_alice_repairs_it_herself_and_then_nothing_is_wrong(town: Town, trouble: Trouble) -> None:
    build, spoiled, repair = BROKEN[trouble]
    tale = build(town)
    spoiled(tale)
    found = check(tale)
    assert (found.found, found.done, found.filed) == ([trouble.value], [repair.value], [])
    assert tale.verbs.count("order_checked") == tale.verbs.count("order_repaired") == 1
    assert check(tale, at=clock.now() + MINUTE).found == []
    assert rows(SupportMessage) == []


@pytest.mark.parametrize("trouble", BROKEN)
def test_carol_sees_it_among_the_abnormal_until_it_is_repaired(town: Town, trouble: Trouble) -> None:
    build, spoiled, repair = BROKEN[trouble]
    tale = build(town)
    assert seen(town).rows == []
    spoiled(tale)
    (row,) = seen(town).rows
    assert (row.order_no, row.trouble, row.repair) == (tale.no, trouble.value, repair.value)
    assert check(tale, town.carol).done == [repair.value]
    assert seen(town).rows == []


def test_a_repaired_delivery_really_comes(town: Town) -> None:
    tale = paid(town)
    gone("deliver")(tale)
    move_clock(HOUR)
    run_jobs()
    assert tale.row.status is OrderStatus.awaiting_delivery
    check(tale)
    run_jobs()
    assert tale.row.status is OrderStatus.delivered


def test_a_repaired_deadline_really_ends_the_case(town: Town) -> None:
    tale = in_case(town)
    gone("case_deadline")(tale)
    check(tale)
    move_clock(timedelta(days=30))
    run_jobs()
    assert tale.row.status is OrderStatus.canceled
    assert tale.refunds


def test_a_repaired_refund_is_sent_once(town: Town) -> None:
    tale = refunding(town)
    gone("send_refund")(tale)
    check(tale)
    move_clock(DAY)
    for _ in range(5):
        run_jobs()
        move_clock(HOUR)
    assert [r.status for r in tale.refunds] == [RefundStatus.succeeded]


def test_a_lacking_card_is_looked_for_at_once_and_only_once(town: Town) -> None:
    tale = paid(town)
    spoil("UPDATE card SET status = 'voided'")
    move_clock(HOUR)
    run_jobs()
    assert tale.row.abnormal == "no_stock"
    for _ in range(3):
        move_clock(2 * MINUTE)
        assert check(tale).done == [Repair.look_for_stock.value]
        run_jobs()
    assert len(tale.jobs("deliver")) == 1
    spoil("UPDATE card SET status = 'allocated' WHERE order_id = :id", id=tale.row.id)
    move_clock(2 * MINUTE)
    check(tale)
    run_jobs()
    assert (tale.row.status, tale.row.abnormal) == (OrderStatus.delivered, None)


def test_money_without_an_owner_is_filed_with_support(town: Town) -> None:
    tale = paid(town)
    spoil("UPDATE \"order\" SET status = 'canceled', stage = 'closed' WHERE no = :no", no=tale.no)
    spoil(DROP, kind="deliver")
    assert seen(town).ownerless == 1
    found = check(tale)
    assert (found.done, found.filed) == ([], ["money_without_owner"])
    (message,) = rows(SupportMessage)
    assert (message.text, message.author_id) == ("检查订单：money_without_owner", town.alice.id)
    assert "support_asked" in tale.told(town.carol)
    assert check(tale, town.carol).filed == ["money_without_owner"]
    assert len(rows(SupportMessage)) == 1


def test_a_stuck_refund_is_filed_by_alice_and_sent_again_by_carol(town: Town) -> None:
    tale = refunding(town)
    spoil("UPDATE refund SET status = 'needs_attention', failures = 8")
    spoil("UPDATE \"order\" SET abnormal = 'refund_stuck', stage = 'abnormal' WHERE no = :no", no=tale.no)
    spoil(DROP, kind="send_refund")
    assert check(tale).filed == ["refund_stuck"]
    assert seen(town).refunds == 1
    assert check(tale, town.carol).done == ["send_refund"]
    for _ in range(5):
        run_jobs()
        move_clock(HOUR)
    assert [r.status for r in tale.refunds] == [RefundStatus.succeeded]
    assert (tale.row.abnormal, tale.row.stage) == (None, Stage.closed)


@pytest.mark.parametrize("build", [paid, delivered, in_case, refunding, lambda town: town.tale().order(MANUAL).pay()])
def test_a_healthy_order_hears_that_nothing_is_wrong(town: Town, build: Callable[[Town], Tale]) -> None:
    tale = build(town)
    jobs = count(Job)
    found = check(tale)
    assert (found.found, found.done, found.filed) == ([], [], [])
    assert count(Job) == jobs
    assert tale.verbs[-1] == "order_checked"


def test_one_press_a_minute_and_person(town: Town) -> None:
    tale = paid(town)
    check(tale)
    assert refused(check, tale, at=clock.now() + MINUTE / 2).reason is Reason.checked_lately
    check(tale, town.carol)
    check(tale, at=clock.now() + MINUTE)
    assert tale.verbs.count("order_checked") == 3


def test_strangers_check_nothing_and_see_nothing(town: Town) -> None:
    tale = paid(town)
    gone("deliver")(tale)
    for stranger, reason in (
        (town.mallory, Reason.not_found), (town.bob, Reason.not_allowed), (town.mo, Reason.not_allowed),
    ):  # fmt: skip
        assert refused(check, tale, stranger).reason is reason
        assert refused(act, abnormal_page, stranger, now=NOW).reason is Reason.not_allowed
    assert refused(act, abnormal_page, None, now=NOW).reason is Reason.sign_in_first
    assert (tale.jobs("deliver"), "order_checked" in tale.verbs) == ([], False)


def test_a_reserved_card_of_an_offer_is_no_stray(town: Town) -> None:
    tale = delivered(town).request(way="return")
    spoil("UPDATE \"case\" SET offer_kind = 'replacement'")
    stray(tale)
    assert check(tale).found == []
    assert rows(Card, Card.status == CardStatus.reserved, by=Card.id)


def test_what_is_filed_shows_the_order_as_the_check_left_it(town: Town) -> None:
    tale = refunding(town)
    misplaced(tale)
    spoil("UPDATE refund SET status = 'needs_attention', hindrance = 'tries_used'")
    assert check(tale).done == ["restage"]
    (message,) = rows(SupportMessage)
    assert message.data["stage"] == tale.row.stage == "refunding"
    assert {"order_repaired", "order_checked"} <= {event["verb"] for event in message.data["events"]}
