"""Random lives of orders, cards, cases and refunds: R75-R81 hold after every step, and silence ends everything."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlmodel import col

from cardmall.adapters import clock
from cardmall.domain import limits
from cardmall.domain.gifts import GiftOf
from cardmall.domain.ledger import LedgerAccount
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    RefundStatus,
)
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Case, Notice, Order, Posting, Refund, Transfer
from tests.ground import kept_aside
from tests.services.life import CASE_DEEDS, ORDER_DEEDS, REFUND_DEEDS, TRANSFER_DEEDS, Life
from tests.services.ruled_life import approvals_keep_their_rules
from tests.services.stock_life import ASKED, GAME, STOCK_DEEDS
from tests.town import DAY, MINUTE, Town, move_clock, rows

pytestmark = pytest.mark.slow
SEED = 20261123  # the same lives in every run; another number explores others
ROUNDS = 6  # one, and further ones while something never came to pass
NEEDING = {RefundStatus.needs_attention, RefundStatus.bounced}  # a person
A_BANK_RETURNS = 5  # days into the silence, what had arrived
SILENCE = 30  # days


class Trade(Life):
    """People trade; everything holds after every step."""

    @invariant()
    def everything_holds(self) -> None:
        self.watch.look()


class Silence(Life):
    """People trade for a while, then nobody does anything any more."""

    def teardown(self) -> None:
        for day in range(SILENCE):
            if day == A_BANK_RETURNS:
                self.bank_returns(self.dice)
            self.day_passes()
        self.watch.look()
        all_is_over()

    def day_passes(self) -> None:
        """Each day an admin hears of every appeal that is late and of every refund that is stuck."""
        late, before = late_appeals(), told_late()
        stuck, stuck_before = stuck_refunds(), told_stuck()
        move_clock(DAY)
        self.work()
        silent = [no for no in late & late_appeals() if told_late()[no] <= before[no]]
        assert not silent, f"late, and no admin was told: {silent}"
        silent = [no for no in stuck & stuck_refunds() if told_stuck()[no] <= stuck_before[no]]
        assert not silent, f"stuck, and no admin was told: {silent}"


class Recalling(Life):
    """Cards are recalled, too, in lives of their own: those above go on as they were."""

    @rule()
    def cards_are_recalled(self) -> None:
        if self.dice.random() < 0.2:
            self.at_recall(self.dice)


class RecallingTrade(Recalling, Trade):
    pass


class RecallingSilence(Recalling, Silence):
    pass


class Giving(Recalling):
    """Merchants give money back unasked, too, and cards are recalled."""

    @rule()
    def something_is_given(self) -> None:
        if self.dice.random() < 0.15:  # delivered by then
            move_clock(6 * MINUTE)
            self.work()
        if self.dice.random() < 0.3:
            self.at_gift(self.dice)


class GivingTrade(Giving, Trade):
    pass


class GivingSilence(Giving, Silence):
    pass


class Ruling(Giving):
    """Owners switch rules on and off, too, and work begins: what is asked for before that may be approved at once."""

    @rule()
    def a_rule_is_set(self) -> None:
        if self.dice.random() < 0.3:
            self.at_rule(self.dice)

    @rule()
    def something_is_asked_or_begun(self) -> None:
        self.at_ruled_order(self.dice)

    @invariant()
    def approvals_keep_their_rules(self) -> None:
        approvals_keep_their_rules()


class RulingTrade(Ruling, Trade):
    pass


class RulingSilence(Ruling, Silence):
    pass


def late_appeals() -> set[str]:
    waiting = rows(Case, Case.status == CaseStatus.appeal)
    return {case.no for case in waiting if case.deadline + limits.DEADLINE_SECOND <= clock.now()}


def told_late() -> Counter[str]:
    """Carol's notices by case."""
    return Counter(n.case_no for n in rows(Notice, Notice.kind == NoticeKind.case_ruling_late))


def stuck_refunds() -> set[str]:
    """Numbers of orders whose refund needs a person."""
    stuck = {refund.order_id for refund in rows(Refund, col(Refund.status).in_(NEEDING))}
    return {order.no for order in rows(Order, col(Order.id).in_(stuck))}


def told_stuck() -> Counter[str]:
    """Carol's notices by order."""
    return Counter(n.order_no for n in rows(Notice, Notice.kind == NoticeKind.refund_stuck))


def all_is_over() -> None:
    assert not rows(Transfer, col(Transfer.status).in_(OPEN_TRANSFER))
    cases, orders = rows(Case, col(Case.status).in_(OPEN_CASE)), rows(Order)
    assert {case.status for case in cases} <= {CaseStatus.appeal}
    judged = {case.order_id for case in cases}
    assert [(o.no, o.status) for o in orders if o.id not in judged and not is_over(o)] == []
    assert {r.status for r in rows(Refund, col(Refund.status).in_(LIVE_REFUND))} <= NEEDING
    stuck = {r.order_id for r in rows(Refund, col(Refund.status).in_(NEEDING))}
    kept = [o.no for o in orders if o.id not in judged | stuck and is_ended(o) and escrow(o)]
    assert not kept, f"the platform still holds the money of {kept}"


def is_ended(order: Order) -> bool:
    return order.status in (OrderStatus.completed, OrderStatus.canceled, OrderStatus.expired)


def is_over(order: Order) -> bool:
    """Ended; or a merchant who delivers by hand never did, and the shopper may cancel at once."""
    waiting = order.status is OrderStatus.awaiting_delivery and order.mode is DeliveryMode.manual
    return is_ended(order) or (waiting and not order.held_at)


def escrow(order: Order) -> int:
    return sum(p.amount for p in rows(Posting, Posting.order_id == order.id, Posting.account == LedgerAccount.escrow))


@pytest.fixture
def founded(town: Town, database: sa.Engine) -> Iterator[Callable[[], None]]:
    """Brings the town back to where every life finds it."""
    town.sell("final-card", 8, return_allowed=False, price=333)
    town.sell("fee-card", 12, fee_permille=50, price=1001)
    town.sell(GAME, buyer_fields=ASKED)
    town.sell("receipt-card", form=ProductForm.receipt)
    with kept_aside(database) as restore:
        yield restore


def live(
    machine: type[Life],
    town: Town,
    founded: Callable[[], None],
    done: Counter[str],
    lives: int,
    steps: int,
    luck: int = SEED,
) -> None:
    """So many lives of so many steps; `done` counts what came to pass."""
    begin: Any = seed(luck)(lambda: machine(town, founded, done))
    how = settings(
        max_examples=lives,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],  # a life is told by its steps; shrinking one takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(begin, settings=how)
    print(f"seed {luck}: {dict(done)}")


def test_whatever_people_do_the_rules_hold_after_every_step(town: Town, founded: Callable[[], None]) -> None:
    apart = {"buy", "strangers", "money_on_closed", "money_wrong", "refund_failed", "taken_over"}
    apart |= {"paying", "bounced", "old_arrived", "dropped", "receipts"}
    deeds = (STOCK_DEEDS, ORDER_DEEDS, CASE_DEEDS, TRANSFER_DEEDS, REFUND_DEEDS)
    wanted = apart.union(*deeds)
    done: Counter[str] = Counter()
    for round in range(ROUNDS):
        live(Trade, town, founded, done, lives=40 if round else 140, steps=40, luck=SEED + round)
        if all(done[what] for what in wanted):
            break
    assert {what for what in wanted if not done[what]} == set(), "never came to pass"
    assert done["some"] >= 10, "hardly anybody chose some of the pieces"


def test_when_everybody_falls_silent_thirty_days_end_everything(town: Town, founded: Callable[[], None]) -> None:
    done: Counter[str] = Counter()
    live(Silence, town, founded, done, lives=30, steps=25)
    assert {"buy", "request", "appeal"} <= set(done)
    assert done["paying"] and done["bounced"]


def test_whatever_is_recalled_the_rules_hold_and_silence_ends_everything(
    town: Town, founded: Callable[[], None]
) -> None:
    done: Counter[str] = Counter()
    live(RecallingTrade, town, founded, done, lives=60, steps=60)
    live(RecallingSilence, town, founded, done, lives=15, steps=40)
    assert done["recall"] >= 30, "hardly anything was recalled"


def test_whatever_is_given_unasked_the_rules_hold_and_silence_ends_everything(
    town: Town, founded: Callable[[], None]
) -> None:
    done: Counter[str] = Counter()
    live(GivingTrade, town, founded, done, lives=50, steps=60)
    live(GivingSilence, town, founded, done, lives=10, steps=40)
    assert min(done[f"gift_{of}"] for of in GiftOf) >= 10, "hardly anything was given"


def test_whatever_rules_approve_every_cap_holds_and_silence_ends_everything(
    town: Town, founded: Callable[[], None]
) -> None:
    """R97: the books balance, refunds stay below what was captured, and the rest is settled."""
    done: Counter[str] = Counter()
    live(RulingTrade, town, founded, done, lives=60, steps=50)
    live(RulingSilence, town, founded, done, lives=6, steps=30)
    assert done["set_rule"] >= 15 and done["by_rule"] >= 5, "hardly any rule approved anything"
    assert done["begin"] >= 5, "hardly any work began"
