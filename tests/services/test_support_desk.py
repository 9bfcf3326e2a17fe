"""Carol's list of threads: who waits longest comes first; how soon a first answer came is measured (R62, R74)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from cardmall.adapters import db, jobs
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Reason
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Notice, SupportMessage, SupportThread
from cardmall.services.talk.support import read_support, write_support
from cardmall.views.admin.support import Threads, support_threads
from cardmall.views.admin.waiting import desk
from cardmall.views.shopper.support import ThreadView, support_thread
from tests.town import AUTO, CALENDAR, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, a_look, act, refused, rows

AT = NOW + HOUR
LIST_STATEMENTS = 4  # who waits, who was answered, how many wait, the first answers
THREAD_STATEMENTS = 4  # the order, the shopper with the thread, messages, the first answers


def write(tale: Tale, by: Actor | None, text: object = "在吗", at: datetime = AT) -> None:
    act(write_support, by, tale.no, text=text, now=at)


def read(tale: Tale, by: Actor | None) -> None:
    act(read_support, by, tale.no, now=AT)


def listed(by: Actor | None, at: datetime = AT, **how: str) -> Threads:
    with db.reading() as session:
        return support_threads(a_look(session, by, now=at), **how)


def seen(tale: Tale, by: Actor | None, at: datetime = AT) -> ThreadView:
    with db.reading() as session:
        return support_thread(a_look(session, by, now=at), tale.no)


def thread(tale: Tale) -> SupportThread:
    (found,) = rows(SupportThread, SupportThread.order_id == tale.row.id, by=SupportThread.order_id)
    return found


def statements(look: Callable[[], Any]) -> int:
    told: list[str] = []

    def note(*args: Any) -> None:
        told.append(args[2])

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        look()
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return len([one for one in told if not one.startswith(("PRAGMA", "BEGIN", "ROLLBACK"))])


def test_alice_waits_from_her_first_unanswered_question_on(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    write(tale, town.alice, "在吗")
    write(tale, town.alice, "还在吗", AT + 10 * MINUTE)
    found = thread(tale)
    assert (found.waiting_since, found.last_at, found.last_text) == (AT, AT + 10 * MINUTE, "还在吗")
    assert (found.unread_by_admin, found.unread_by_shopper, found.first_answered_at) == (2, 0, None)
    write(tale, town.carol, "在的", AT + 25 * MINUTE)
    found = thread(tale)
    assert (found.waiting_since, found.first_asked_at, found.first_answered_at) == (None, AT, AT + 25 * MINUTE)
    assert (found.last_by_admin, found.unread_by_shopper) == (True, 1)


def test_only_the_first_answer_is_measured(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    write(tale, town.carol, "我们看到您的订单缺货", AT - 5 * MINUTE)
    assert listed(town.carol).median_minutes == -1  # nobody had asked
    write(tale, town.alice, "什么时候有货", AT)
    write(tale, town.carol, "明天", AT + 7 * MINUTE)
    write(tale, town.alice, "好的", AT + HOUR)
    write(tale, town.carol, "不客气", AT + 5 * HOUR)
    assert listed(town.carol, AT + 5 * HOUR).median_minutes == 7


def test_the_median_is_of_the_last_30_days(town: Town) -> None:
    for minutes in (5, 60, 11):
        tale = town.tale().order(MANUAL).pay()
        write(tale, town.alice)
        write(tale, town.carol, "在的", AT + minutes * MINUTE)
    at = AT + 2 * HOUR
    assert [listed(town.carol, when).median_minutes for when in (at, at + 31 * DAY)] == [11, -1]
    assert seen(tale, town.alice, at).median_minutes == 11


def test_one_notice_stands_for_all_that_is_unread(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    for text in ("在吗", "还在吗", "请回复"):
        write(tale, town.alice, text)
    assert tale.told(town.carol) == ["support_asked"]
    read(tale, town.carol)
    assert (thread(tale).unread_by_admin, seen(tale, town.carol).unread) == (0, 0)
    assert all(n.read_at for n in rows(Notice, Notice.kind == NoticeKind.support_asked))
    write(tale, town.alice, "好的")
    assert tale.told(town.carol) == ["support_asked"] * 2
    write(tale, town.carol, "马上")
    write(tale, town.carol, "已处理")
    assert tale.told(town.alice).count("support_answered") == 1


def test_alice_reading_leaves_the_admins_unread_words_alone(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    write(tale, town.alice)
    write(tale, town.carol, "在的")
    write(tale, town.alice, "好的")
    read(tale, town.alice)
    assert (thread(tale).unread_by_shopper, thread(tale).unread_by_admin) == (0, 2)
    read(town.tale().order(AUTO).pay(), town.alice)  # nothing was said there
    assert len(rows(SupportThread, by=SupportThread.order_id)) == 1


def test_nobody_floods_support(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    for n in range(limits.MESSAGES_A_MINUTE):
        write(tale, town.alice, f"在吗 {n}")
    assert refused(write, tale, town.alice, "在吗").reason is Reason.too_many_tries
    write(tale, town.alice, "在吗", AT + MINUTE)


def test_strangers_see_no_thread_and_no_list(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    write(tale, town.alice)
    for stranger, reason in (
        (town.mallory, Reason.not_found), (town.bob, Reason.not_allowed), (town.mo, Reason.not_allowed),
        (None, Reason.sign_in_first),
    ):  # fmt: skip
        assert refused(read, tale, stranger).reason is reason
        assert refused(seen, tale, stranger).reason is reason
    for stranger in (town.alice, town.mallory, town.bob, town.mo):
        assert refused(listed, stranger).reason is Reason.not_allowed
    assert refused(listed, None).reason is Reason.sign_in_first
    assert thread(tale).unread_by_admin == 1


def test_who_waits_longest_comes_first_then_the_answered_newest_first(town: Town) -> None:
    tales = [town.tale().order(MANUAL).pay() for _ in range(4)]
    for n, tale in enumerate(tales):
        write(tale, town.alice, at=AT + n * MINUTE)
    for n, tale in enumerate(tales[:2]):
        write(tale, town.carol, "在的", AT + HOUR + n * MINUTE)
    found = listed(town.carol)
    assert [row.no for row in found.rows] == [tales[n].no for n in (2, 3, 1, 0)]
    assert (found.waiting, found.next_key) == (2, "")
    assert [(row.shopper, row.last_text) for row in found.rows][::3] == [("a*", "在吗"), ("a*", "在的")]
    with db.reading() as session:
        assert [(row.order_no, row.why) for row in desk(a_look(session, town.carol))] == [
            (tales[2].no, "support"), (tales[3].no, "support")
        ]  # fmt: skip


def many(town: Town, waiting: int, answered: int) -> None:
    """Threads like one, as rows."""
    tale = town.tale().order(MANUAL).pay()
    with db.transaction() as session:
        for n in range(waiting + answered):
            order = type(tale.row)(**{**dict(tale.row), "id": None, "no": f"CM{n:04d}"})
            session.add(order)
            session.flush()
            at = AT + (n // 2) * MINUTE  # two of each moment: the number decides
            since = at if n < waiting else None
            session.add(SupportThread(order_id=order.id or 0, last_at=at, waiting_since=since))


@pytest.mark.parametrize(("waiting", "answered"), [(0, 25), (25, 0), (20, 20), (19, 2), (21, 1), (10, 45), (3, 0)])
def test_every_thread_stands_on_one_page(town: Town, waiting: int, answered: int) -> None:
    many(town, waiting, answered)
    found, page = [], listed(town.carol)
    found += page.rows
    while page.next_key:
        page = listed(town.carol, after=page.next_key)
        assert 0 < len(page.rows) <= limits.PAGE_SIZE
        found += page.rows
    assert len({row.no for row in found}) == len(found) == waiting + answered
    assert found == sorted(found, key=lambda r: r.waiting_since is None)
    since = [row.waiting_since for row in found[:waiting]]
    last = [row.last_at for row in found[waiting:]]
    assert (since, last) == (sorted(since), sorted(last, reverse=True))


@pytest.mark.parametrize("key", ["x", "w", "a~", "w~1", "a2026-01-01~1", "w2026-01-01T00:00:00Z~-1", "'", "9" * 99])
def test_a_key_nobody_wrote_is_the_first_page(town: Town, key: str) -> None:
    many(town, 2, 2)
    assert listed(town.carol, after=key) == listed(town.carol)


def test_the_list_and_a_thread_take_the_same_few_statements_however_many_there_are(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    write(tale, town.alice)
    assert statements(lambda: seen(tale, town.carol)) == THREAD_STATEMENTS
    for n in range(30):
        write(tale, (town.alice, town.carol)[n % 2], f"第 {n} 条", AT + n * MINUTE)
    many(town, 15, 15)
    assert statements(lambda: listed(town.carol)) == LIST_STATEMENTS
    assert statements(lambda: seen(tale, town.carol)) == THREAD_STATEMENTS


def test_what_travels_along_is_how_the_order_stood_then(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request("other", "买重了")
    write(tale, town.alice, at=tale.at)
    asked = tale.at
    tale.approve()
    found = seen(tale, town.carol).diagnosis
    assert (found.at, found.status, found.stage, found.held) == (asked, "awaiting_delivery", "in_case", True)
    assert (found.case_no, found.case_status, found.case_deadline) == (
        tale.case.no, "review", CALENDAR.due(tale.case.opened_at, 2)
    )  # fmt: skip
    assert [(way.way, way.is_open, way.reason) for way in found.ways][:2] == [
        ("cancel_now", False, "already_paid"), ("request", False, "case_open")
    ]  # fmt: skip
    assert found.events[0].verb == "held" and len(found.events) <= limits.SUPPORT_EVENTS
    assert {job.kind for job in found.jobs} >= {"case_deadline"}
    assert all(not job.dead and job.failures == 0 for job in found.jobs)
    assert found.refunds == []
    write(tale, town.alice, "退款呢", tale.at)
    later = seen(tale, town.carol).diagnosis
    assert [(r.no, r.status, r.failures) for r in later.refunds] == [(tale.refunds[0].no, "requested", 0)]
    assert (later.case_no, "send_refund" in [job.kind for job in later.jobs]) == ("", True)
    assert seen(tale, town.alice).diagnosis.at is None


def test_a_dead_job_is_seen_and_nobody_elses_jobs_are(town: Town) -> None:
    mine, other = (
        town.tale().order(MANUAL).pay().request(),
        town.tale(shopper=town.mallory).order(MANUAL).pay().request(),
    )
    with db.transaction() as session:
        job = mine.jobs("case_deadline")[0]
        found = session.get_one(type(job), job.id)
        found.state, found.failures, found.error = "dead", jobs.MAX_FAILURES, "Traceback: secret"
    write(mine, town.alice, at=mine.at)
    told = seen(mine, town.carol).diagnosis.jobs
    assert [(job.kind, job.failures) for job in told if job.dead] == [("case_deadline", jobs.MAX_FAILURES)]
    kinds = [job.kind for job in told]
    assert len(kinds) == len(set(kinds)) + kinds.count("deadline_near") - 1
    assert other.case.no not in str(rows(SupportMessage)[0].data) and "secret" not in str(rows(SupportMessage)[0].data)


def test_no_code_and_no_address_travels_along(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver().reveal()
    write(tale, town.alice, at=tale.at)
    told = str(rows(SupportMessage)[0].data)
    assert all(code not in told for code in town.codes[AUTO])
    assert "@cardmall.test" not in told and "138****" not in told
    assert seen(tale, town.carol).diagnosis.stage == tale.row.stage


def test_an_overdue_case_waits_since_its_deadline_was_missed(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request()
    missed = tale.case.deadline
    tale.lapse()
    with db.reading() as session:
        (row,) = desk(a_look(session, town.carol))
    assert (row.why, row.case_no) == ("overdue", tale.case.no)
    assert missed <= row.since < missed + MINUTE < tale.case.deadline
