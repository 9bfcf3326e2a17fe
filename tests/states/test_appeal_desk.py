"""Carol takes an appeal, weighs it and rules; typed text stays, the question names the effect, others get nothing."""

from typing import Any

import pytest
from sqlmodel import Session, select

from cardmall.adapters import clock, db
from cardmall.adapters import world as outside
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import CaseStatus, Role
from cardmall.models import Account, Case, Order
from cardmall.reads.people import as_actor
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.case.rulings import Effect
from cardmall.states.admin.case import AdminCaseState, RulingErrors
from cardmall.states.admin.desk import DeskState
from tests.bank import Till
from tests.states.test_desks import first, page_of, run, status_of, town

pytestmark = pytest.mark.usefixtures("town")
GROUND = "平台记录不支持商家的说法"
FULL = {"ruling": "rule_shopper", "ground": GROUND}
__all__ = ["town"]


def account(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.email == f"{name}@cardmall.test")).one()


def appealed(days: float = 3) -> str:
    """Bob rejected, Alice appealed so many days ago; the case's number."""
    with db.transaction() as session:
        alice, bob = (as_actor(account(session, name)) for name in ("alice", "bob"))
        world = Scene(outside.world(), Till())
        tale = Story(session, world, alice, bob, clock.now()).later(days=-days, hours=-3)
        tale.order("reader-year").pay().request("other", "不要了").reject("other", "快好了").appeal("other", "请裁决")
        return session.exec(select(Case.no).join(Order).where(Order.no == tale.no)).one()


def at(no: str, who: str = "carol") -> Any:
    page = page_of(AdminCaseState, who, f"/admin/cases/{no}")
    run(AdminCaseState.refresh.fn(page))
    return page


def propose(page: Any, **form: Any) -> Any:
    return run(AdminCaseState.propose.fn(page, form))


def test_carol_rules_and_the_outcome_stands_there() -> None:
    no = appealed()
    page = at(no)
    propose(page, **FULL)
    assert page.effect == Effect("rule_shopper", page.view.case.paid, 0)
    assert status_of(no) == CaseStatus.appeal
    said = run(AdminCaseState.rule.fn(page))
    assert "裁决已执行" in str(said)
    assert status_of(no) == CaseStatus.ruled_shopper
    assert (page.view.ruled, page.view.ground, page.effect.ruling) == (True, GROUND, "")
    assert run(AdminCaseState.rule.fn(page)) is None


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_asked() -> None:
    page = at(appealed())
    propose(page, ruling="", ground=" ")
    assert page.wrong == RulingErrors(ruling="required", ground="required")
    for amount, error in (("", "not_money"), ("abc", "not_money"), ("0", "out_of_range"), ("99999", "out_of_range")):
        propose(page, ruling="rule_split", amount=amount, ground=GROUND)
        assert (page.wrong, page.effect.ruling) == (RulingErrors(amount=error), "")
    propose(page, ruling="rule_split", amount="1.50", ground=GROUND)
    assert (page.wrong, page.effect.shopper) == (RulingErrors(), 150)
    AdminCaseState.dismiss.fn(page)
    assert run(AdminCaseState.rule.fn(page)) is None
    assert page.view.open


def test_while_the_merchant_is_heard_the_page_says_until_when() -> None:
    page = at(appealed(days=1))
    assert page.view.why == "hearing_open"
    said = propose(page, **FULL)
    assert "商家仍在陈述期内" in str(said)
    assert page.effect.ruling == ""


def test_a_question_about_one_case_rules_no_other() -> None:
    one, other = appealed(), appealed()
    page = at(one)
    propose(page, **FULL)
    page.router = at(other).router
    assert run(AdminCaseState.rule.fn(page)) is None
    assert {status_of(no) for no in (one, other)} == {CaseStatus.appeal}


def test_an_older_page_hears_of_the_ruling_made_meanwhile() -> None:
    no = appealed()
    mine, older = at(no), at(no)
    for page in (mine, older):
        propose(page, **FULL)
    run(AdminCaseState.rule.fn(mine))
    said = run(AdminCaseState.rule.fn(older))
    assert "裁决：支持买家" in str(said)
    assert older.view.ruled


def test_an_admin_who_is_the_shopper_of_the_order_cannot_rule() -> None:
    no = appealed()
    with db.transaction() as session:
        alice = account(session, "alice")
        alice.role = Role.admin
        session.add(alice)
    page, desk = at(no, "alice"), page_of(DeskState, "alice")
    assert page.view.why == "own_case"
    assert "与自己有关" in str(propose(page, **FULL))
    page._typed, page._typed_for = {**FULL, "amount": ""}, no  # as if it had been asked
    assert "与自己有关" in str(run(AdminCaseState.rule.fn(page)))
    assert "与自己有关" in str(run(AdminCaseState.take.fn(page)))
    run(DeskState.refresh.fn(desk))
    assert all(row.own for row in desk.rows)
    assert status_of(no) == CaseStatus.appeal


def test_carol_takes_an_appeal_and_puts_it_back() -> None:
    no = appealed()
    desk, page = page_of(DeskState, "carol"), at(no)
    assert "已接手" in str(run(DeskState.take.fn(desk, no)))
    (row,) = [row for row in desk.rows if row.no == no]
    assert (row.mine, desk.figures.mine) == (True, 1)
    run(AdminCaseState.refresh.fn(page))
    assert page.view.mine
    assert "取消接手" in str(run(AdminCaseState.leave.fn(page)))
    assert (page.view.mine, page.view.assignee) == (False, "")
    run(AdminCaseState.take.fn(page))
    assert page.view.mine


def test_the_desk_shows_more_and_keeps_it_when_something_happens() -> None:
    for _ in range(PAGE_SIZE + 1):
        appealed()
    desk = page_of(DeskState, "carol")
    run(DeskState.refresh.fn(desk))
    assert len(desk.rows) == PAGE_SIZE
    run(DeskState.show_more.fn(desk))
    everything = desk.figures.waiting
    assert len(desk.rows) == everything > PAGE_SIZE
    run(DeskState.refresh.fn(desk))
    assert len(desk.rows) == everything
    assert {"overdue", "refund_stuck"} <= {row.why for row in desk.others}


@pytest.mark.parametrize("who", ["", "unknown", "alice", "dave", "bob", "erin"])
def test_strangers_see_and_change_nothing(who: str) -> None:
    no = appealed()
    page, desk = at(no, who), page_of(DeskState, who)
    page._typed, page._typed_for = {**FULL, "amount": ""}, no
    for call in (
        AdminCaseState.rule.fn(page), AdminCaseState.take.fn(page), AdminCaseState.leave.fn(page),
        AdminCaseState.propose.fn(page, FULL), DeskState.refresh.fn(desk), DeskState.take.fn(desk, no),
        DeskState.show_more.fn(desk),
    ):  # fmt: skip
        run(call)
    assert (page.view.case, page.view.order.no, page.effect.ruling) == (None, "", "")
    assert (desk.rows, desk.others, desk.figures.waiting) == ([], [], 0)
    case = first(select(Case).where(Case.no == no))
    assert (case.status, case.assignee_id) == (CaseStatus.appeal, None)


@pytest.mark.parametrize("junk", [None, 7, [], {}, "'", {"ruling": {}, "amount": [], "ground": 7}, "x" * 9000])
def test_they_take_no_harm_from_any_argument(junk: Any) -> None:
    no = appealed()
    page = at(no)
    run(AdminCaseState.propose.fn(page, junk))
    run(DeskState.take.fn(page_of(DeskState, "carol"), junk))
    assert page.effect.ruling == ""
    assert status_of(no) == CaseStatus.appeal
