"""A request under a rule, met by everything else at once: no cap is passed, nothing is paid twice (R97)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from cardmall.adapters import clock
from cardmall.domain.terms import Refused
from cardmall.models import ApprovalRule, Case
from cardmall.services.case import cases
from cardmall.services.case.gifts import give_unasked
from cardmall.services.order.beginning import begin_work
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.transfer import transfers
from cardmall.views.merchant.refund import gift_effect
from tests.bank import sandbox
from tests.services.by_rule import RULE, have_rule, setting
from tests.services.giving import TYPED, back, pieces
from tests.services.invariants import Watch
from tests.services.race import race, refusals, rounds
from tests.services.ruled_life import approvals_keep_their_rules
from tests.services.test_stock_races import work
from tests.town import PRICE, Tale, Town, act, count, look, more_shoppers, move_clock, rows, run_jobs, set_clock

pytestmark = pytest.mark.slow
TIMES = rounds(8)
WIDE = replace(RULE, most=10 * PRICE, per_shopper=20, per_day=1_000)


@pytest.fixture(autouse=True)
def _at_noon(town: Town) -> None:
    set_clock(town.founded)
    sandbox().control(forget=True)


def sold(town: Town, slug: str, pieces: int = 1, stock: int = 0) -> Tale:
    """Of a product with a rule, paid."""
    town.sell(slug, stock)
    have_rule(town, WIDE, slug)
    return town.tale(clock.now()).order(slug, pieces).pay()


def ask(tale: Tale, **some: Any) -> Callable[[], Any]:
    told = {"way": "request", "reason": "changed_mind", "text": "", "now": clock.now(), **some}
    return partial(act, cases.request_cancellation, tale.shopper, tale.no, **told)


def give(tale: Tale, what: dict[str, Any]) -> Callable[[], str]:
    """With the sums seen now."""
    told = TYPED | what
    seen = look(gift_effect, tale.town.bob, tale.no, told, now=clock.now()).mark
    return partial(act, give_unasked, tale.town.bob, tale.no, told, seen=seen, now=clock.now())


def holds() -> None:
    Watch().look()
    approvals_keep_their_rules()


def won(result: Any) -> bool:
    return not isinstance(result, Refused)


def case_of(no: str) -> Case:
    (case,) = rows(Case, Case.no == no)
    return case


def test_gift_request_rule_and_delivery(town: Town) -> None:
    """R97: whichever is first; what is approved is approved by the rule as it stood, and what comes back fits."""
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        tale = sold(town, f"race{turn}", 3, 3)
        due = tale.row.deliver_at
        assert due
        move_clock(due - clock.now())
        off = setting(town, replace(WIDE, is_on=False), f"race{turn}", now=clock.now())
        given, opened, _, _ = race(give(tale, pieces(1)), ask(tale), off, work, jitter=0.02)
        run_jobs()
        by_rule = won(opened) and case_of(opened).rule == 1
        outcome[f"{won(given)} {won(opened)} {by_rule} {tale.row.status}"] += 1
        if by_rule:
            assert (tale.row.status, back(tale)) == ("canceled", 3 * PRICE)
        elif won(opened):
            assert case_of(opened).status == "review"
        assert won(given) or back(tale) in (0, 3 * PRICE)
        assert tale.row.delivered_at is None or not by_rule
    assert len(outcome) > 1, outcome
    holds()


def test_a_request_and_the_beginning_of_work(town: Town) -> None:
    """Begun first: a person answers. Approved first: there is nothing to begin."""
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        tale = sold(town, f"begun{turn}")
        begun, opened = race(partial(act, begin_work, town.bob, tale.no, now=clock.now()), ask(tale), jitter=0.01)
        first = won(begun)
        outcome["begun" if first else begun.reason.value] += 1
        assert case_of(opened).status == ("review" if first else "approved")
        assert (tale.row.begun_at is not None) is first
    assert set(outcome) <= {"begun", "stale"} and len(outcome) == 2, outcome
    holds()


def test_a_request_and_a_delivery_by_hand(town: Town) -> None:
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        tale = sold(town, f"hand{turn}")
        deliver = partial(act, deliver_manually, town.bob, tale.no, codes=[f"HAND-{turn}"], now=clock.now())
        delivered, opened = race(deliver, ask(tale), jitter=0.01)
        assert won(delivered) is not won(opened)
        outcome["delivered" if won(delivered) else "approved"] += 1
        assert (tale.row.status, back(tale)) == (("delivered", 0) if won(delivered) else ("canceled", PRICE))
    assert set(outcome) <= {"delivered", "approved"}
    holds()


def test_the_caps_are_counted_under_the_lock_of_the_product(town: Town) -> None:
    """Many shoppers at once: never more than the day allows, nor than one shopper may."""
    for turn in range(max(2, TIMES // 4)):
        slug = f"caps{turn}"
        town.sell(slug)
        have_rule(town, replace(WIDE, per_day=3, per_shopper=2), slug)
        people = [*more_shoppers(4), town.alice] if not turn else [town.alice, town.mallory]
        tales = [town.tale(clock.now(), who).order(slug).pay() for who in (people if not turn else people * 2)]
        opened = race(*(ask(tale) for tale in tales))
        assert sum(case_of(no).rule > 0 for no in opened) == 3
        mine = Counter(tale.shopper.id for tale, no in zip(tales, opened, strict=True) if case_of(no).rule)
        assert max(mine.values()) <= 2
    holds()


def test_one_shopper_on_two_devices_is_approved_once(town: Town) -> None:
    for turn in range(TIMES):
        tale = sold(town, f"twice{turn}", 2)
        both = race(ask(tale), ask(tale), jitter=0.004)
        assert refusals(both) == ["already_closed"]
        assert (back(tale), len(tale.refunds)) == (2 * PRICE, 1)
    holds()


def test_one_shopper_with_two_orders_never_passes_their_cap(town: Town) -> None:
    for turn in range(TIMES):
        slug = f"both{turn}"
        town.sell(slug)
        have_rule(town, replace(WIDE, per_shopper=1), slug)
        tales = [town.tale(clock.now()).order(slug).pay() for _ in range(2)]
        opened = race(*(ask(tale) for tale in tales), jitter=0.004)
        assert sorted(case_of(no).status.value for no in opened) == ["approved", "review"]
    holds()


def test_a_request_and_a_transfer_both_agreed_to(town: Town) -> None:
    for turn in range(TIMES):
        slug = f"away{turn}"
        tale = sold(town, slug).offer_to("mallory@cardmall.test").agree(town.bob)
        agree = partial(act, transfers.agree_transfer, town.mallory, tale.transfer.no, now=clock.now())
        opened, _ = race(ask(tale), agree, jitter=0.01)
        assert won(opened) and case_of(opened).status == "approved"
        assert (tale.row.status, back(tale)) == ("canceled", PRICE)
    holds()


def test_two_owners_who_save_at_once_make_one_version(town: Town) -> None:
    for turn in range(TIMES):
        slug = f"owners{turn}"
        town.sell(slug)
        before = count(ApprovalRule)
        presses = [setting(town, replace(WIDE, most=most), slug, now=clock.now()) for most in (100, 200)]
        assert refusals(race(*presses, jitter=0.004)) == ["changed"]
        assert count(ApprovalRule) == before + 1
