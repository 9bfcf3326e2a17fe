"""自动同意: what its form says, when it approves, and who may set it (R97)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.approvals import (
    OFF,
    ApprovalTerms,
    counted_from,
    differing,
    merged_terms,
    on_since,
    read_terms,
    typed_terms,
)
from cardmall.domain.rules.approvals import ApprovalFacts, RuleAct, RuleFacts, approved_at_once, may
from cardmall.domain.rules.turn import ADMIN, EVERY, JOB, SHOPPER, Permission, Standing
from cardmall.domain.terms import Reason, Role

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RULE = ApprovalTerms(is_on=True, most=9900, per_shopper=2, per_day=5)
FITS = ApprovalFacts(terms=RULE, amount=9900, of_shopper=1, of_day=4)
OWNER, STAFF = Standing(Role.merchant, EVERY), Standing(Role.merchant, EVERY - {Permission.owner})

WHY_NOT = {
    Reason.rule_off: replace(FITS, terms=replace(RULE, is_on=False)),
    Reason.delivered: replace(FITS, delivered=True),
    Reason.rule_begun: replace(FITS, begun=True),
    Reason.rule_seen: replace(FITS, seen=True),
    Reason.rule_rejected: replace(FITS, rejected=True),
    Reason.rule_amount: replace(FITS, amount=9901),
    Reason.rule_shopper: replace(FITS, of_shopper=2),
    Reason.rule_day: replace(FITS, of_day=5),
}


def test_it_approves_within_every_cap() -> None:
    assert approved_at_once(FITS, NOW).is_open


@pytest.mark.parametrize("reason", WHY_NOT)
def test_each_cap_and_each_beginning_closes_it(reason: Reason) -> None:
    turn = approved_at_once(WHY_NOT[reason], NOW)
    assert (turn.is_open, turn.reason, turn.opens_at) == (False, reason, None)


def test_what_was_never_set_approves_nothing() -> None:
    assert approved_at_once(ApprovalFacts(), NOW).reason is Reason.rule_off


@given(
    st.builds(ApprovalTerms, is_on=st.booleans(), most=st.integers(0, 3), per_shopper=st.integers(0, 3)),
    st.builds(
        ApprovalFacts,
        delivered=st.booleans(),
        begun=st.booleans(),
        amount=st.integers(0, 4),
        of_shopper=st.integers(0, 4),
        of_day=st.integers(18, 21),
    ),
)
def test_it_never_approves_beyond_a_cap_nor_what_has_begun(terms: ApprovalTerms, facts: ApprovalFacts) -> None:
    if approved_at_once(replace(facts, terms=terms), NOW).is_open:
        assert terms.is_on and not facts.begun and not facts.delivered
        assert facts.amount <= terms.most and facts.of_shopper < terms.per_shopper and facts.of_day < terms.per_day


@pytest.mark.parametrize("who", [SHOPPER, ADMIN, JOB, STAFF])
def test_only_an_owner_sets_it(who: Standing) -> None:
    assert may(RuleAct.set_, who, RuleFacts(), NOW).reason is Reason.not_allowed
    assert may(RuleAct.set_, OWNER, RuleFacts(), NOW).is_open


def test_an_older_form_is_refused() -> None:
    assert may(RuleAct.set_, OWNER, RuleFacts(current=False), NOW).reason is Reason.changed


TERMS = st.builds(
    ApprovalTerms,
    is_on=st.booleans(),
    most=st.sampled_from([1, 99, 100, limits.RULE_MOST[-1]]),
    per_shopper=st.integers(limits.RULE_SHOPPER[0], limits.RULE_SHOPPER[-1]),
    per_day=st.integers(limits.RULE_DAY[0], limits.RULE_DAY[-1]),
)


@given(TERMS)
def test_the_form_says_what_the_rule_says(terms: ApprovalTerms) -> None:
    assert read_terms(typed_terms(terms), OFF) == (terms, {})


def test_a_row_says_it_by_the_same_names() -> None:
    assert ApprovalTerms.of(RULE) == RULE


def test_an_empty_form_begins_switched_off_without_a_sum() -> None:
    assert typed_terms(OFF) == {"rule_on": "", "rule_most": "", "rule_shopper": "2", "rule_day": "20"}


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("rule_most", "", "required"),
        ("rule_most", "0", "out_of_range"),
        ("rule_most", "-5", "not_money"),
        ("rule_most", "1000000.01", "out_of_range"),
        ("rule_most", "二百", "not_money"),
        ("rule_shopper", "", "required"),
        ("rule_shopper", "0", "out_of_range"),
        ("rule_shopper", "21", "out_of_range"),
        ("rule_shopper", "often", "not_a_number"),
        ("rule_day", "1001", "out_of_range"),
        ("rule_day", "9999999999", "out_of_range"),
        ("rule_day", "1.5", "out_of_range"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_stands_in_the_way_of_switching_off(
    field: str, typed: str, error: str
) -> None:
    form = typed_terms(RULE) | {field: typed}
    terms, wrong = read_terms(form, RULE)
    assert (terms, wrong) == (RULE, {field: error})
    assert read_terms(form | {"rule_on": ""}, RULE) == (replace(RULE, is_on=False), {})


def test_what_differs_and_one_form_of_two() -> None:
    assert differing(RULE, replace(RULE, most=100, is_on=False)) == {"is_on": (True, False), "most": (9900, 100)}
    base, mine = typed_terms(RULE), typed_terms(replace(RULE, most=100))
    theirs = typed_terms(replace(RULE, most=200, per_day=9))
    assert merged_terms(base, mine, theirs) == typed_terms(replace(RULE, most=100, per_day=9))


def test_it_is_on_since_it_was_last_switched_on() -> None:
    before = NOW - timedelta(days=3)
    assert on_since(None, RULE, NOW) == NOW
    assert on_since(before, RULE, NOW) == before
    assert on_since(before, replace(RULE, is_on=False), NOW) is None
    paid = NOW + timedelta(seconds=5)  # while the press waited
    assert on_since(None, RULE, NOW, paid) == paid + timedelta(microseconds=1)
    assert on_since(None, RULE, NOW, NOW - timedelta(seconds=5)) == NOW
    assert on_since(before, RULE, NOW, paid) == before


def test_a_shopper_counts_for_thirty_days_and_all_together_from_midnight_in_shanghai() -> None:
    lately, today = counted_from(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))  # 00:30 of the 24th in Shanghai
    assert lately == datetime(2026, 10, 24, 16, 30, tzinfo=UTC)
    assert today == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
