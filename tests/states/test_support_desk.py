"""The admins' list of threads and the one beside it, called as anybody may call them; the demo town has three."""

from typing import Any

import pytest
from sqlmodel import col, select

from cardmall import demo, locales, worker
from cardmall.adapters import clock, jobs
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Order, SupportThread
from cardmall.states.admin.support import SupportDeskState
from cardmall.states.shopper.inbox import notice_url
from cardmall.states.shopper.support import SupportState
from cardmall.views.shopper.inbox import NoticeView
from cardmall.views.shopper.support import ThreadView
from tests.states.test_desks import first, page_of, run
from tests.town import sign_everybody_in

pytestmark = pytest.mark.usefixtures("town")
DESK = "/admin/support"


@pytest.fixture
def town(demo_database: Any) -> None:
    """The demo town, everybody signed in under a token that is their first name."""
    demo.build_if_empty()
    sign_everybody_in()


def waiting() -> str:
    """The order whose shopper has waited longest."""
    since = col(SupportThread.waiting_since)
    return first(select(Order.no).join(SupportThread).where(since.is_not(None)).order_by(since))


def unread(no: str) -> tuple[int, int]:
    thread = first(select(SupportThread).join(Order).where(Order.no == no))
    return thread.unread_by_admin, thread.unread_by_shopper


def test_carol_opens_who_waits_longest_answers_and_the_list_moves() -> None:
    no = waiting()
    desk, pane = (page_of(kind, "carol", f"{DESK}?order={no}") for kind in (SupportDeskState, SupportState))
    run(SupportDeskState.refresh.fn(desk))
    assert (desk.rows[0].no, desk.figures.waiting, desk.figures.median_minutes, len(desk.rows)) == (no, 2, 27, 3)
    run(SupportState.refresh.fn(pane))
    assert (pane.thread.order_no, pane.missing, unread(no)) == (no, False, (0, 0))
    assert pane.thread.diagnosis.status and len(pane.thread.diagnosis.ways) == 4
    run(SupportState.send.fn(pane, {"text": "正在核实"}))
    run(SupportDeskState.refresh.fn(desk))
    assert (desk.rows[1].no, desk.figures.waiting, unread(no)) == (no, 1, (0, 1))
    alice = page_of(SupportState, "alice", f"/support/{no}")
    run(SupportState.refresh.fn(alice))
    assert (alice.thread.messages[-1].text, alice.thread.diagnosis.at, unread(no)) == ("正在核实", None, (0, 0))


@pytest.mark.parametrize("who", ["", "unknown", "alice", "dave", "bob", "erin"])
def test_nobody_else_sees_the_list(who: str) -> None:
    no = waiting()
    desk = page_of(SupportDeskState, who, DESK)
    desk.figures = desk.figures.__class__(next_key="w")
    run(SupportDeskState.refresh.fn(desk))
    run(SupportDeskState.show_more.fn(desk))
    assert (desk.rows, desk.figures.waiting, desk.figures.median_minutes) == ([], 0, -1)
    assert unread(no) == (1, 0)


@pytest.mark.parametrize("who", ["", "dave", "bob", "erin"])
def test_a_stranger_opens_no_thread_from_the_desks_address(who: str) -> None:
    no = waiting()
    pane = page_of(SupportState, who, f"{DESK}?order={no}")
    run(SupportState.refresh.fn(pane))
    run(SupportState.send.fn(pane, {"text": "hello"}))
    assert (pane.thread, pane.missing, pane.sent, unread(no)) == (ThreadView(), True, 0, (1, 0))


@pytest.mark.parametrize("query", ["", "?order=", "?order=CM0", "?order=%00", "?order='", "?order=" + "9" * 999])
def test_any_number_is_only_a_missing_thread(query: str) -> None:
    pane = page_of(SupportState, "carol", DESK + query)
    run(SupportState.refresh.fn(pane))
    assert (pane.missing, pane.thread.order_no) == (True, "")


def test_a_notice_leads_to_the_thread() -> None:
    told = NoticeView(1, NoticeKind.support_asked.value, "CM1", "", "", clock.now(), True)
    assert notice_url("admin", told) == "/admin/support?order=CM1"


def test_every_job_has_its_word() -> None:
    assert worker.__doc__  # registered by reading the worker's module
    assert {f"support.job.{kind}" for kind in jobs.HANDLERS} <= locales.keys()
