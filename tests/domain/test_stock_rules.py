"""Who may change the stock of a shop (R88-R92): every row of the table, and the order of its rows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cardmall.domain import limits
from cardmall.domain.rules.stock import StockAct, StockFacts, may
from cardmall.domain.rules.turn import EVERY, JOB, Permission, Standing
from cardmall.domain.terms import BatchStatus, Offer, Reason, Role

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
MEMBER = Standing(Role.merchant, EVERY)
_A, _B = StockAct, BatchStatus
OF_MEMBERS = {_A.hand_in, _A.confirm, _A.drop, _A.withdraw, _A.set_line, _A.export_codes, _A.recall}
OF_JOBS = {_A.read, _A.stock, _A.serve, _A.drop, _A.withdraw, _A.watch}
FITS: dict[StockAct, dict[str, Any]] = {
    _A.read: {"batch": _B.reading},
    _A.confirm: {"batch": _B.checked, "good": True},
    _A.stock: {"batch": _B.stocking},
    _A.drop: {"batch": _B.checked},
    _A.withdraw: {"batch": _B.stocked},
    _A.export_codes: {"untaken": True},
}


def facts(action: StockAct, **told: Any) -> StockFacts:
    """Facts under which the act is open to whoever may do it at all, but for what is told."""
    return StockFacts(**{**FITS.get(action, {}), **told})


@pytest.mark.parametrize("action", StockAct)
def test_members_do_theirs_and_jobs_do_theirs_and_nobody_else_does_any(action: StockAct) -> None:
    people = (MEMBER, JOB, Standing(Role.shopper, EVERY), Standing(Role.admin, EVERY))
    turns = [may(action, who, facts(action), NOW) for who in people]
    assert [turn.is_open for turn in turns] == [
        *(action in OF_MEMBERS, action in OF_JOBS),
        *(False, action is _A.recall),
    ]
    assert {(t.reason, t.offer) for t in turns if not t.is_open} == {(Reason.not_allowed, Offer.orders)}


@pytest.mark.parametrize("action", sorted(OF_MEMBERS))
def test_a_member_without_the_permission_is_told_so_first(action: StockAct) -> None:
    others = Standing(Role.merchant, EVERY - {Permission.stock})
    turn = may(action, others, StockFacts(manual=True, lists=99), NOW)
    assert (turn.reason, turn.offer) == (Reason.not_allowed, Offer.overview)


def test_no_list_is_handed_in_for_codes_that_are_typed_or_beside_too_many_that_wait() -> None:
    told = {name: may(_A.hand_in, MEMBER, StockFacts(**one), NOW) for name, one in {
        "manual": {"manual": True, "lists": limits.BATCHES_WAITING},
        "full": {"lists": limits.BATCHES_WAITING},
        "room": {"lists": limits.BATCHES_WAITING - 1},
    }.items()}  # fmt: skip
    assert (told["manual"].reason, told["manual"].offer) == (Reason.by_hand, Offer.overview)
    assert (told["full"].reason, told["full"].offer) == (Reason.too_many_batches, Offer.form)
    assert told["room"].is_open


def test_codes_are_taken_along_by_an_owner_while_some_were_not() -> None:
    others = Standing(Role.merchant, EVERY - {Permission.owner})
    turn = may(_A.export_codes, others, StockFacts(untaken=True), NOW)
    assert (turn.reason, turn.offer) == (Reason.not_allowed, Offer.overview)
    for taken, reason in ((True, Reason.exported_before), (False, Reason.changed)):
        turn = may(_A.export_codes, MEMBER, StockFacts(taken=taken), NOW)
        assert (turn.reason, turn.offer) == (reason, Offer.overview)
        assert may(_A.export_codes, MEMBER, StockFacts(taken=taken, untaken=True), NOW).is_open


def test_cards_are_recalled_by_an_owner_or_an_admin() -> None:
    others = Standing(Role.merchant, EVERY - {Permission.owner})
    turn = may(_A.recall, others, StockFacts(), NOW)
    assert (turn.reason, turn.offer) == (Reason.not_allowed, Offer.overview)
    assert may(_A.recall, Standing(Role.admin), StockFacts(batch=_B.stocked), NOW).is_open
    assert may(_A.recall, MEMBER, StockFacts(), NOW).is_open  # of named cards
    turns = {one: may(_A.recall, MEMBER, StockFacts(batch=one), NOW) for one in BatchStatus}
    assert {one for one, turn in turns.items() if turn.is_open} == {_B.stocked}
    assert {turn.reason for turn in turns.values() if not turn.is_open} == {Reason.changed}


OPEN: list[tuple[StockAct, Standing, set[BatchStatus]]] = [
    (_A.read, JOB, {_B.reading}),
    (_A.confirm, MEMBER, {_B.checked, _B.stocking, _B.stocked}),  # confirmed before: twice is once
    (_A.stock, JOB, {_B.stocking}),
    (_A.drop, MEMBER, {_B.reading, _B.checked, _B.dropped}),
    (_A.drop, JOB, {_B.reading, _B.checked, _B.dropped}),
    (_A.withdraw, MEMBER, {_B.stocked}),
    (_A.withdraw, JOB, {_B.stocking, _B.stocked}),
]


@pytest.mark.parametrize(("action", "who", "opened"), OPEN)
def test_a_list_is_open_to_an_act_in_some_states_and_changed_in_all_others(
    action: StockAct, who: Standing, opened: set[BatchStatus]
) -> None:
    turns = {one: may(action, who, StockFacts(batch=one, good=True), NOW) for one in [None, *BatchStatus]}
    assert {one for one, turn in turns.items() if turn.is_open} == opened
    refused = {(turn.reason, turn.offer) for turn in turns.values() if not turn.is_open}
    assert refused == {(Reason.changed, Offer.overview)}


def test_a_list_without_a_good_code_cannot_be_confirmed() -> None:
    assert may(_A.confirm, MEMBER, StockFacts(batch=_B.checked), NOW).reason is Reason.changed
    assert may(_A.confirm, MEMBER, StockFacts(batch=_B.stocked), NOW).is_open
