"""自动同意: a rule approves an undelivered request in the transaction that opens it, within its caps (R97)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col

from cardmall.adapters import db
from cardmall.domain.approvals import OFF, ApprovalTerms, typed_terms
from cardmall.domain.terms import Refused, Role
from cardmall.models import ApprovalRule, Case, Event, Job, Notice, Product
from cardmall.services.case.attempts import blame_attempt, note_attempt
from cardmall.services.order.beginning import begin_work
from cardmall.services.shop.approval_rules import set_rule
from cardmall.services.shop.goods import archive_product, create_product, delete_product
from cardmall.views.admin.case import appeal_case
from cardmall.views.merchant.record import shop_record
from tests.bank import sandbox
from tests.services.by_rule import RULE, have_rule, version
from tests.services.giving import amount, back, gift
from tests.services.invariants import Watch
from tests.services.stock_life import ASKED
from tests.services.test_goods import FORM
from tests.town import AUTO, DAY, HOUR, MANUAL, NOW, PRICE, Tale, Town, act, look, more_shoppers, refused, rows

ANSWERS = {"answer1": "Dragon77", "answer2": "一区"}


@pytest.fixture(autouse=True)
def _a_bank_of_its_own(town: Town) -> None:
    sandbox().control(forget=True)


def ask(town: Town, slug: str = MANUAL, count: int = 1, *, at: Any = None, **told: Any) -> Tale:
    """An order of Alice's, paid, and her request."""
    return town.tale(at).order(slug, count).pay().request(**told)


def events(tale: Tale, verb: str) -> list[Event]:
    return [one for one in tale.events if one.verb == verb]


def test_it_approves_in_the_transaction_that_opens_the_case(town: Town) -> None:
    n = have_rule(town)
    tale = ask(town, text="不要了")
    case = tale.case
    assert (case.status, case.rule, case.opened_at) == ("approved", n, case.ended_at)
    assert (tale.row.status, tale.money()) == ("canceled", {"shopper": -PRICE, "escrow": PRICE})
    assert [(one.amount, one.status.value) for one in tale.refunds] == [(PRICE, "requested")]
    Watch().look()


def test_the_system_did_it_and_the_event_names_the_version_and_what_was_counted(town: Town) -> None:
    have_rule(town)
    n = have_rule(town, replace(RULE, per_day=7))
    tale = ask(town)
    (approved,) = events(tale, "case_approved")
    assert (approved.role, approved.actor_id, n) == (Role.system, 0, 2)
    assert {name: approved.data[name] for name in ("rule", "of_shopper", "of_day", "amount")} == {
        "rule": 2,
        "of_shopper": 0,
        "of_day": 0,
        "amount": PRICE,
    }
    assert [verb for verb in tale.verbs if verb.startswith("case_")] == ["case_opened", "case_approved"]


def test_nobody_is_asked_to_answer_and_both_are_told(town: Town) -> None:
    have_rule(town)
    tale = ask(town)
    assert tale.told(town.bob)[-1] == "case_rule_approved" and "case_opened" not in tale.told(town.bob)
    assert tale.told(town.alice)[-1] == "case_approved"
    assert not [job for job in rows(Job) if job.kind in ("case_deadline", "deadline_near")]


def test_such_approvals_count_in_no_figure_of_the_shop(town: Town) -> None:
    """R97: neither answered, nor agreed to, nor timed, nor among the reasons; what went back is money all the same."""
    have_rule(town)
    tale = ask(town)
    with db.reading() as session:
        record = shop_record(session, town.bob, tale.at)
    assert (record.answered, record.approved_percent, record.median_minutes, record.reasons) == (0, -1, -1, [])
    assert record.refunded == PRICE


@pytest.mark.parametrize("slug", [AUTO, MANUAL])
def test_some_of_the_pieces_go_and_the_order_goes_on_with_the_rest(town: Town, slug: str) -> None:
    have_rule(town, slug=slug)
    tale = ask(town, slug, 3, pieces=1)
    assert (tale.case.status, tale.row.status, tale.row.canceled_pieces) == ("approved", "awaiting_delivery", 1)
    assert tale.row.held_at is None
    Watch().look()


@pytest.mark.parametrize(
    ("terms", "count", "why"),
    [
        (replace(RULE, most=2 * PRICE - 1), 2, "rule_amount"),
        (replace(RULE, per_shopper=1), 1, "rule_shopper"),
        (replace(RULE, per_day=1), 1, "rule_day"),
    ],
)
def test_each_cap_holds_and_then_the_merchant_decides(town: Town, terms: ApprovalTerms, count: int, why: str) -> None:
    have_rule(town, terms)
    if why != "rule_amount":
        assert ask(town).case.status == "approved"
    tale = ask(town, count=count, at=NOW + HOUR)
    assert (tale.case.status, tale.case.rule, tale.row.held_at is not None) == ("review", 0, True)
    (opened,) = events(tale, "case_opened")
    assert (opened.data["rule_why"], opened.data["rule"]) == (why, 1)
    assert "case_opened" in tale.told(town.bob) and tale.jobs("case_deadline")
    assert tale.approve().case.status == "approved"
    Watch().look()


def test_the_cap_of_a_case_is_reached_by_its_last_fen(town: Town) -> None:
    have_rule(town, replace(RULE, most=2 * PRICE))
    assert ask(town, count=2).case.status == "approved"


def test_the_day_is_that_of_shanghai_and_a_shopper_counts_for_thirty_days(town: Town) -> None:
    have_rule(town, replace(RULE, per_day=1, per_shopper=2))
    late = NOW + 7 * HOUR  # 23:00 in Shanghai
    assert ask(town, at=late).case.status == "approved"
    assert ask(town, at=late + timedelta(minutes=20)).case.status == "review"
    assert ask(town, at=late + HOUR).case.status == "approved", "another day there"
    assert ask(town, at=late + 3 * DAY).case.status == "review", "twice in thirty days"
    assert ask(town, at=late + 31 * DAY).case.status == "approved"


def test_another_shopper_and_another_product_count_for_themselves(town: Town) -> None:
    town.sell("other")
    for slug in (MANUAL, "other"):
        have_rule(town, replace(RULE, per_shopper=1), slug)
    mallory = town.tale(shopper=town.mallory).order(MANUAL).pay().request()
    assert {ask(town).case.status, ask(town, "other").case.status, mallory.case.status} == {"approved"}
    assert ask(town).case.status == "review"


def test_what_a_merchant_approves_uses_up_no_cap(town: Town) -> None:
    before = ask(town).approve()
    have_rule(town, replace(RULE, per_shopper=1, per_day=1))
    assert (before.case.rule, ask(town).case.status) == (0, "approved")


def test_beginning_work_closes_it(town: Town) -> None:
    have_rule(town)
    tale = town.tale().order(MANUAL).pay()
    act(begin_work, town.bob, tale.no, now=tale.at)
    tale.request()
    assert (tale.case.status, events(tale, "case_opened")[0].data["rule_why"]) == ("review", "rule_begun")


@pytest.mark.parametrize("pieces", [1, 2])
def test_what_a_person_rejected_a_person_answers_again(town: Town, pieces: int) -> None:
    """Its shop cannot begin work while the rejection holds the order."""
    have_rule(town, replace(RULE, most=PRICE))
    tale = town.tale().order(MANUAL, 2).pay().request().reject("other", "不可以")
    tale.request(pieces=pieces)
    told = events(tale, "case_opened")[-1].data["rule_why"]
    assert (tale.case.status, told) == ("review", "rule_rejected")


def test_it_never_approves_what_was_delivered(town: Town) -> None:
    have_rule(town, slug=AUTO)
    tale = town.tale().order(AUTO).pay().deliver().request(way="return")
    assert (tale.case.status, tale.case.rule) == ("review", 0)


def test_a_press_that_our_fault_stopped_before_the_delivery_is_not_approved_after_it(town: Town) -> None:
    """R63 lets it count as a request; R97 approves nothing that was delivered."""
    have_rule(town, slug=AUTO)
    tale = town.tale().order(AUTO).pay()
    _stopped(tale)
    tale.deliver().request(way="request")
    assert (tale.case.kind, tale.case.judged_at is not None, tale.case.status) == ("cancel", True, "review")


def _stopped(tale: Tale) -> None:
    form = {"way": "request", "reason": "changed_mind", "text": "", "lease": "gone"}
    attempt = act(note_attempt, tale.shopper, tale.no, **form, now=tale.at)
    act(blame_attempt, attempt, "abcd1234", now=tale.at)


def test_switched_off_it_approves_nothing_and_its_versions_stay(town: Town) -> None:
    have_rule(town)
    approved = ask(town)
    assert have_rule(town, replace(RULE, is_on=False)) == 2
    assert (ask(town).case.status, approved.case.rule) == ("review", 1)
    assert [(one.n, one.is_on, one.since is None) for one in rows(ApprovalRule)] == [(1, True, False), (2, False, True)]
    verbs = [one.verb.value for one in rows(Event, col(Event.verb).in_(["rule_set", "rule_ended"]))]
    assert verbs == ["rule_set", "rule_ended"]


def test_a_version_says_who_changed_what_and_one_that_changes_nothing_is_none(town: Town) -> None:
    assert have_rule(town) == have_rule(town) == 1
    have_rule(town, replace(RULE, most=500))
    told = rows(Event, Event.verb == "rule_set")
    assert [one.actor_id for one in told] == [town.bob.id] * 2
    assert told[-1].data["changed"] == {"most": [PRICE, 500]} and told[-1].data["version"] == 2


def test_an_older_form_is_refused_and_nothing_is_written(town: Town) -> None:
    have_rule(town)
    found = refused(act, set_rule, town.bob, MANUAL, typed_terms(replace(RULE, most=1)), version=0, now=NOW)
    assert (found.reason, len(rows(ApprovalRule))) == ("changed", 1)


def test_wrong_fields_are_told_together_and_nothing_is_written(town: Town) -> None:
    typed = {"rule_on": "on", "rule_most": "many", "rule_shopper": "0", "rule_day": ""}
    found = refused(act, set_rule, town.bob, MANUAL, typed, version=0, now=NOW)
    assert found.fields == {"rule_most": "not_money", "rule_shopper": "out_of_range", "rule_day": "required"}
    assert rows(ApprovalRule) == []


@pytest.mark.parametrize("who", ["alice", "mo", "carol", None])
def test_nobody_else_sets_it(town: Town, who: str | None) -> None:
    person = getattr(town, who) if who else None
    found = refused(act, set_rule, person, MANUAL, typed_terms(RULE), version=0, now=NOW)
    assert found.reason in ("not_allowed", "not_found", "sign_in_first") and rows(ApprovalRule) == []


def test_the_rule_of_an_archived_product_goes_on_until_it_is_switched_off(town: Town) -> None:
    have_rule(town)
    waiting = [town.tale().order(MANUAL).pay(), town.tale().order(MANUAL).pay()]
    act(archive_product, town.bob, MANUAL, now=NOW)
    assert waiting[0].request().case.status == "approved"
    have_rule(town, replace(RULE, is_on=False))
    assert waiting[1].request().case.status == "review"


def test_a_product_that_was_never_sold_is_deleted_with_its_rule(town: Town) -> None:
    slug = act(create_product, town.bob, FORM, now=NOW)
    have_rule(town, slug=slug)
    act(delete_product, town.bob, slug, now=NOW)
    assert rows(ApprovalRule) == [] and rows(Product, Product.slug == slug) == []


def test_an_offer_to_somebody_else_ends_with_it(town: Town) -> None:
    have_rule(town)
    tale = town.tale().order(MANUAL).pay().offer_to("mallory@cardmall.test").request()
    assert (tale.case.status, tale.transfer.status, tale.row.status) == ("approved", "withdrawn", "canceled")


def test_what_was_given_before_is_not_paid_twice(town: Town) -> None:
    have_rule(town, replace(RULE, most=PRICE - 100))
    tale = town.tale().order(MANUAL).pay()
    gift(tale, amount(100))
    tale.request()
    assert (tale.case.status, tale.case.amount, back(tale)) == ("approved", PRICE - 100, PRICE)
    Watch().look()


def test_answers_that_may_have_been_read_before_the_rule_was_on_close_it(town: Town) -> None:
    """The shop read them without a press: an order paid then is answered by the merchant, and one paid since is not."""
    town.sell("game", buyer_fields=ASKED)
    before = town.tale().order("game").pay(answers=ANSWERS)
    have_rule(town, replace(RULE, per_shopper=9), "game", now=before.at)
    since = town.tale(before.at).order("game").pay(answers=ANSWERS).request()
    before.request()
    assert (since.case.status, before.case.status) == ("approved", "review")
    assert events(before, "case_opened")[0].data["rule_why"] == "rule_seen"
    have_rule(town, replace(RULE, is_on=False), "game", now=since.at)
    paused = town.tale(since.at).order("game").pay(answers=ANSWERS)
    have_rule(town, RULE, "game", now=paused.at)
    assert paused.request().case.status == "review"


def test_off_is_what_every_product_begins_with(town: Town) -> None:
    assert version() == 0 and not OFF.is_on
    assert ask(town).case.status == "review"
    assert rows(Notice, Notice.kind == "case_rule_approved") == [] and not rows(Case, Case.rule > 0)


def test_many_shoppers_share_the_cap_of_the_day(town: Town) -> None:
    have_rule(town, replace(RULE, per_day=3))
    tales = [town.tale(shopper=who).order(MANUAL).pay().request() for who in more_shoppers(5)]
    assert [one.case.status.value for one in tales] == ["approved"] * 3 + ["review"] * 2


def test_a_second_press_on_what_was_approved_is_refused(town: Town) -> None:
    have_rule(town)
    tale = ask(town)
    with pytest.raises(Refused) as found:
        tale.request()
    assert found.value.reason == "already_closed"


def test_the_admins_record_of_a_shop_leaves_out_what_its_rule_approved(town: Town) -> None:
    have_rule(town)
    asked = ask(town)
    tale = town.tale(NOW + HOUR).order(AUTO).pay().deliver().reveal().appeal()
    found = look(appeal_case, town.carol, tale.case.no, now=tale.at)
    assert asked.case.rule == 1
    assert (found.shop.cases, found.shop.overdue_percent, found.shopper.cases) == (1, 0, 2)
