"""The tracker, the form that names another account, the spoiling of the demo's channel: called as a browser does."""

from dataclasses import replace
from typing import Any

import pytest

from cardmall import demo
from cardmall.domain.terms import Refused
from cardmall.models import Refund
from cardmall.seeds.people import PASSWORD
from cardmall.states.admin.abnormal import AbnormalState
from cardmall.states.public import demo as demo_state
from cardmall.states.public.demo import DemoState
from cardmall.states.shopper.refund import RefundState
from tests.bank import at_the_bank, sandbox
from tests.states.test_desks import page_of, run, town  # noqa: F401 - a fixture
from tests.town import rows

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]


def stuck() -> Refund:
    """Alice's, of the demo town: her card is closed."""
    (refund,) = rows(Refund, Refund.status == "needs_attention")
    return refund


def tracker(who: str = "alice", no: str = "") -> RefundState:
    page = page_of(RefundState, who, f"/refunds/{no or stuck().no}")
    run(RefundState.refresh.fn(page))
    return page


def test_alice_reads_why_and_what_helps() -> None:
    page = tracker()
    assert (page.missing, page.page.one.state, page.page.one.hindrance) == (False, "needs_attention", "account_closed")
    assert (page.page.may_redirect, page.page.mine) == (True, True)
    assert [(step.code, step.state) for step in page.page.steps] == [
        ("platform", "done"), ("channel", "now"), ("arrival", "next")
    ]  # fmt: skip


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["dave", "bob", ""])
def test_a_stranger_reads_nothing(who: str) -> None:
    assert (tracker(who).missing, tracker(who).page.one.no) == (True, "")


def test_the_shop_and_the_admins_read_it_but_may_name_no_account() -> None:
    for who, account in (("erin", ""), ("carol", "6222 **** **** 0001")):
        page = tracker(who)
        assert (page.page.one.payer, page.page.may_redirect, page.page.mine) == (account, False, False)


def test_what_is_wrong_stands_beside_its_field_and_a_good_account_leads_on() -> None:
    page, no = tracker(), stuck().no
    run(RefundState.redirect.fn(page, {"account": "41", "holder": "周小禾"}))
    assert (page.account_error, page.holder_error, page.consent_error) == ("not_a_card", "", "required")
    assert page.password_error == "required"
    RefundState.pick.fn(page, "alipay")
    assert (page.kind, page.account_error) == ("alipay", "")
    form = {"account": "alice@cardmall.test", "holder": "周小禾", "consent": "on"}
    run(RefundState.redirect.fn(page, form | {"password": "not hers"}))
    assert (page.password_error, page.account_error, stuck().no) == ("wrong", "", no)
    run(RefundState.redirect.fn(page, form | {"password": PASSWORD}))
    first, second = rows(Refund, Refund.order_id == _order_of(no))
    assert (first.status, second.status, second.destination_hint) == ("redirected", "requested", "al***@cardmall.test")


def test_an_open_browser_alone_sends_nobodys_money_elsewhere() -> None:
    page, no = tracker(), stuck().no
    form = {"account": "mallory@cardmall.test", "holder": "周小禾", "consent": "on"}
    heard = []
    for n in range(12):
        run(RefundState.redirect.fn(page, form | {"password": f"guess {n}"}))
        heard.append(page.password_error)
    assert heard == ["wrong"] * 10 + [""] * 2, "then it is said aloud that there were too many tries, and until when"
    run(RefundState.redirect.fn(page, form | {"password": PASSWORD}))
    assert stuck().no == no


def _order_of(no: str) -> int:
    return rows(Refund, Refund.no == no)[0].order_id


@pytest.mark.any_day
@pytest.mark.parametrize("junk", [None, 7, [], {}, "'", {"account": [], "holder": 7, "consent": {}}, "x" * 9000])
def test_they_take_no_harm_from_any_argument(junk: Any) -> None:
    page = tracker()
    RefundState.pick.fn(page, junk)
    run(RefundState.redirect.fn(page, junk))
    run(AbnormalState.ask_account.fn(page_of(AbnormalState, "carol"), junk))
    desk = page_of(DemoState, "")
    DemoState.choose.fn(desk, junk)
    run(DemoState.spoil.fn(desk, junk))
    assert (page.kind, desk.call, desk.spoiled, stuck().no) == ("bank_card", "refund", "", page.page.one.no)


def test_everybody_spoils_the_demos_channel_and_nobody_another() -> None:
    sandbox().control(forget=True)
    page = page_of(DemoState, "")
    DemoState.choose.fn(page, "callback")
    run(DemoState.spoil.fn(page, "balance_low"))
    assert at_the_bank("SELECT * FROM fault") == [], "no callback can have that"
    run(DemoState.spoil.fn(page, "lost"))
    assert [(row["op"], row["kind"], row["times"]) for row in at_the_bank("SELECT * FROM fault")] == [
        ("callback", "lost", 1)
    ]
    sandbox().control(forget=True)


def test_outside_demo_mode_nothing_is_spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox().control(forget=True)
    real = replace(demo_state.settings, demo=False)
    monkeypatch.setattr(demo_state, "settings", real)
    monkeypatch.setattr(demo, "settings", real)
    page = page_of(DemoState, "carol")
    DemoState.choose.fn(page, "callback")
    run(DemoState.spoil.fn(page, "closed_card"))
    with pytest.raises(Refused):
        demo.spoil_call("refund", "closed_card")
    assert (page.call, page.spoiled, at_the_bank("SELECT * FROM fault")) == ("refund", "", [])
