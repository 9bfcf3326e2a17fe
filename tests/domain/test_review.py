"""Who may do what to a case in every status, typed by hand; which reasons and offers a merchant may give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cardmall.domain import limits
from cardmall.domain.rules.cases import (
    RULINGS,
    CaseAction,
    CaseFacts,
    DeskAct,
    OfferKind,
    Taken,
    actions_of,
    awaited,
    awaiting,
    case_reasons,
    may,
    may_at_desk,
    offer_kinds,
    reject_reasons,
    turns,
)
from cardmall.domain.rules.turn import Standing
from cardmall.domain.terms import OPEN_CASE, CaseKind, CaseReason, CaseStatus, FieldError, Offer, Reason, Role, invalid

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
S, M, A = Standing(Role.shopper), Standing(Role.merchant), Standing(Role.admin)

# By hand: status · who → acts, while an offer lies on the table and nothing was used up.
OPEN = {
    ("review", S): {"withdraw", "remind"},
    ("review", M): {"approve", "reject", "ask", "offer"},
    ("info_requested", S): {"withdraw", "answer"},
    ("info_requested", M): {"approve"},
    ("offered", S): {"withdraw", "accept", "decline"},
    ("offered", M): {"approve"},
    ("overdue", S): {"withdraw", "remind"},
    ("overdue", M): {"approve"},
    ("asked", M): {"accept", "decline"},
    ("rejected", S): {"ask_partial"},
    ("appeal", S): {"withdraw", "accept", "decline", "respond"},
    ("appeal", M): {"concede", "offer", "respond"},
    ("appeal", A): {"rule_shopper", "rule_split", "rule_merchant"},
}
EVER = {
    S: {"withdraw", "answer", "accept", "decline", "remind", "ask_partial", "respond"},
    M: {"approve", "reject", "ask", "offer", "concede", "accept", "decline", "respond"},
    A: {"rule_shopper", "rule_split", "rule_merchant"},
}


def case(status: str, **other: Any) -> CaseFacts:
    """Both sides were heard, and the hearing still runs."""
    heard = {"heard_until": NOW + HOUR, "merchant_heard": True, "ended_at": NOW - HOUR}
    return replace(CaseFacts(CaseStatus(status), DEADLINE, offered=True, **heard), **other)


@pytest.mark.parametrize("role", EVER)
@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("action", CaseAction)
def test_each_role_may_do_what_the_table_says(action: CaseAction, status: CaseStatus, role: Standing) -> None:
    turn = may(action, role, case(status), NOW)
    assert turn.is_open is (action in OPEN.get((status.value, role), set()))
    if not turn.is_open:
        known = action in EVER[role]
        assert (turn.reason, turn.offer) == (("stale", "case") if known else ("not_allowed", "orders"))


@pytest.mark.parametrize("role", EVER)
def test_a_page_is_told_every_act_of_its_role_open_or_refused(role: Standing) -> None:
    assert {turn.action.value for turn in turns(role, case("review"), NOW)} == EVER[role]
    assert EVER[role] == {action for action in actions_of(role.role) if action in set(CaseAction)}


@pytest.mark.parametrize(
    ("action", "facts", "reason", "offer"),
    [
        ("ask", case("review", asks=limits.ASKS), "asked_before", "case"),
        ("offer", case("review", offers=limits.OFFERS), "offers_used", "case"),
        ("accept", case("appeal", offered=False), "no_offer", "case"),
        ("decline", case("appeal", offered=False), "no_offer", "case"),
        ("ask_partial", case("rejected", partials=1), "partial_used", "appeal"),
        ("ask_partial", case("rejected", ended_at=NOW - 7 * DAY - SECOND), "window_over", "support"),
        ("ask_partial", case("rejected", ended_at=None), "window_over", "support"),
        ("ask_partial", case("rejected", order_over=True), "already_closed", "order"),
        ("ask_partial", case("rejected", newer=True), "stale", "order"),
        ("ask_partial", case("rejected", gone=True), "nothing_to_appeal", "order"),
        ("respond", case("appeal", rounds=limits.ROUNDS), "rounds_used", "support"),
        ("respond", case("appeal", heard_until=NOW), "window_over", "support"),
        ("respond", case("appeal", heard_until=None), "window_over", "support"),
        ("remind", case("review", reminds=3), "reminds_used", "support"),
        ("remind", case("overdue", reminds=3, reminded_at=NOW), "reminds_used", "support"),
        ("remind", case("review", reminds=1, reminded_at=NOW - 12 * HOUR + SECOND), "reminded_lately", "case"),
    ],
)
def test_a_refusal_names_what_was_used_up(action: str, facts: CaseFacts, reason: str, offer: str) -> None:
    turn = may(CaseAction(action), M if action in ("ask", "offer") else S, facts, NOW)
    assert (turn.outcome, turn.reason, turn.offer) == ("refused", reason, offer)


@pytest.mark.parametrize("ruling", ["rule_shopper", "rule_split", "rule_merchant"])
def test_nobody_is_judged_unheard(ruling: str) -> None:
    unheard = case("appeal", merchant_heard=False)
    turn = may(CaseAction(ruling), A, unheard, NOW)
    assert (turn.reason, turn.offer, turn.opens_at) == ("hearing_open", "case", NOW + HOUR)
    assert may(CaseAction(ruling), A, unheard, NOW + HOUR).is_open
    assert may(CaseAction(ruling), A, case("appeal"), NOW).is_open


def test_a_case_is_the_last_word_until_its_order_ends_or_another_follows() -> None:
    assert case("rejected").is_last_word
    assert not case("rejected", order_over=True).is_last_word and not case("rejected", newer=True).is_last_word


def test_a_partial_refund_may_be_asked_for_until_the_last_second() -> None:
    assert may(CaseAction.ask_partial, S, case("rejected", ended_at=NOW - 7 * DAY), NOW).is_open


@pytest.mark.parametrize(("kind", "count"), [(CaseKind.cancel, 6), (CaseKind.return_, 6), (CaseKind.fault, 4)])
def test_a_fault_has_reasons_of_its_own(kind: CaseKind, count: int) -> None:
    found = case_reasons(kind)
    assert (len(found), CaseReason.other in found) == (count, True)
    assert (CaseReason.invalid_card in found) is (kind is CaseKind.fault)


def test_one_offer_leaves_one_and_asking_leaves_offers() -> None:
    assert may(CaseAction.offer, M, case("review", offers=1, asks=1), NOW).is_open
    assert may(CaseAction.ask, M, case("review", offers=2), NOW).is_open


def test_the_reminder_says_when_it_opens_and_then_does() -> None:
    lately = case("review", reminds=1, reminded_at=NOW)
    assert may(CaseAction.remind, S, lately, NOW).opens_at == NOW + 12 * HOUR
    assert may(CaseAction.remind, S, lately, NOW + 12 * HOUR).is_open
    assert may(CaseAction.remind, S, case("review", reminds=3), NOW).opens_at is None


@pytest.mark.parametrize("action", ["reject", "ask", "offer"])
def test_after_the_deadline_second_a_merchant_can_only_approve(action: str) -> None:
    assert may(CaseAction(action), M, case("review"), DEADLINE).is_open
    late = may(CaseAction(action), M, case("review"), DEADLINE + SECOND)
    assert (late.is_open, late.reason, late.offer) == (False, Reason.stale, Offer.case)
    assert may(CaseAction.approve, M, case("review"), DEADLINE + SECOND).is_open


def test_a_shoppers_time_is_not_the_merchants() -> None:
    assert may(CaseAction.approve, M, case("offered"), DEADLINE + HOUR).is_open
    assert not case("offered").too_late(DEADLINE + HOUR)


@pytest.mark.parametrize(
    ("status", "whom"),
    [
        ("review", M),
        ("info_requested", S),
        ("offered", S),
        ("overdue", M),
        ("asked", M),
        ("appeal", A),
        ("approved", None),
        ("rejected", None),
        ("withdrawn", None),
        ("settled", None),
        ("ruled_shopper", None),
        ("ruled_split", None),
        ("ruled_merchant", None),
    ],
)
def test_a_case_waits_for_one_side(status: str, whom: Standing | None) -> None:
    assert awaited(CaseStatus(status)) is (whom.role if whom else None)


def test_a_replacement_needs_something_to_replace() -> None:
    assert offer_kinds(delivered=False) == (OfferKind.amount,)
    assert offer_kinds(delivered=True) == (OfferKind.amount, OfferKind.replacement)


@pytest.mark.parametrize(
    ("kind", "delivered", "reasons"),
    [
        (CaseKind.cancel, False, ["other"]),
        (CaseKind.cancel, True, ["already_delivered", "other"]),
        (CaseKind.return_, True, ["product_final", "evidence_insufficient", "other"]),
        (CaseKind.return_, False, ["product_final", "evidence_insufficient", "other"]),
    ],
)
def test_it_allows_only_what_the_platforms_own_log_can_bear(
    kind: CaseKind, delivered: bool, reasons: list[str]
) -> None:
    assert [r.value for r in reject_reasons(kind, delivered=delivered)] == reasons


def test_a_wrong_form_names_its_fields() -> None:
    refused = invalid(reason=FieldError.required, text=FieldError.too_long)
    assert (refused.reason, refused.offer) == (Reason.invalid, Offer.form)
    assert refused.fields == {"reason": "required", "text": "too_long"}


@pytest.mark.parametrize("action", CaseAction)
@pytest.mark.parametrize("role", [S, M, A])
def test_an_open_turn_has_no_reason_to_refuse_and_a_refused_one_has(action: CaseAction, role: Standing) -> None:
    for status in CaseStatus:
        turn = may(action, role, CaseFacts(status, NOW + HOUR), NOW)
        assert (turn.reason is None) == (turn.offer is None) == turn.is_open
        if turn.is_open:
            with pytest.raises(ValueError, match="is open"):
                turn.refusal()
        else:
            assert (turn.refusal("x").reason, turn.refusal("x").status) == (turn.reason, "x")


@pytest.mark.parametrize("ruling", RULINGS)
def test_nobody_judges_their_own_and_hears_of_that_first(ruling: CaseAction) -> None:
    assert may(ruling, A, case("appeal"), NOW).is_open
    for status in ("appeal", "ruled_merchant"):
        turn = may(ruling, A, case(status, own=True, merchant_heard=False), NOW)
        assert (turn.reason, turn.offer, turn.opens_at) == (Reason.own_case, Offer.orders, None)


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        (DeskAct.take, case("appeal")),
        (DeskAct.take, case("appeal", taken=Taken.mine)),
        (DeskAct.leave, case("appeal", taken=Taken.mine)),
        (DeskAct.leave, case("appeal", taken=Taken.mine, own=True)),
    ],
)
def test_an_admin_takes_a_free_appeal_and_puts_back_their_own(act: DeskAct, facts: CaseFacts) -> None:
    assert may_at_desk(act, A, facts, NOW).is_open


@pytest.mark.parametrize(
    ("act", "who", "facts", "reason", "offer"),
    [
        (DeskAct.take, A, case("appeal", own=True), Reason.own_case, Offer.orders),
        (DeskAct.take, A, case("review", own=True), Reason.own_case, Offer.orders),
        (DeskAct.take, A, case("review"), Reason.stale, Offer.case),
        (DeskAct.take, A, case("appeal", taken=Taken.other), Reason.stale, Offer.case),
        (DeskAct.leave, A, case("settled", taken=Taken.mine), Reason.stale, Offer.case),
        (DeskAct.leave, A, case("appeal", taken=Taken.other), Reason.stale, Offer.case),
        (DeskAct.leave, A, case("appeal"), Reason.stale, Offer.case),
        (DeskAct.take, M, case("appeal"), Reason.not_allowed, Offer.orders),
        (DeskAct.leave, S, case("appeal", taken=Taken.mine), Reason.not_allowed, Offer.orders),
    ],
)
def test_one_row_keeps_an_admin_from_an_appeal(
    act: DeskAct, who: Standing, facts: CaseFacts, reason: Reason, offer: Offer
) -> None:
    turn = may_at_desk(act, who, facts, NOW)
    assert (turn.reason, turn.offer) == (reason, offer)


def test_each_open_case_waits_for_one_answer() -> None:
    """A list of what a role must answer holds exactly the cases that wait for it."""
    by_role = {role: awaiting(role) for role in (Role.shopper, Role.merchant, Role.admin)}
    assert frozenset().union(*by_role.values()) == OPEN_CASE
    assert sum(map(len, by_role.values())) == len(OPEN_CASE)
    assert all(awaited(status) is role for role, statuses in by_role.items() for status in statuses)
