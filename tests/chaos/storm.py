"""Children live, are killed at any moment and start anew, while time runs and the gateway has bad days."""

import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any

from sqlmodel import col

from cardmall import startup
from cardmall.adapters import clock, jobs
from cardmall.adapters.channels import gateway_folder, sandbox
from cardmall.adapters.payments.beside import gateway_beside
from cardmall.adapters.payments.sandbox import NotThere, Sandbox
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import CaseKind, PaymentStatus, RefundStatus
from cardmall.models import Case, Job, Payment, Product, Refund
from cardmall.services.shop.stock import stock_codes
from cardmall.settings import settings
from tests.chaos.children import KINDS
from tests.chaos.reckoning import calm_down, reckon
from tests.services.stock_life import ASKED, GAME
from tests.town import AUTO, act, count, more_shoppers, move_clock, rows, settle_town

LIVING = ("services", "services", "worker", "worker", "callbacks")
BETWEEN = (0.05, 1.2)  # seconds from one kill to the next
SHOPPERS = 20
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
# A killed job comes back after its lease, so time mostly runs by minutes; now and then a night or days go by.
STEPS = (MINUTE + SECOND,) * 12 + (6 * MINUTE,) * 8 + (HOUR,) * 3 + (9 * HOUR, DAY, 3 * DAY)
RATES = {
    **dict.fromkeys(("timeout_before", "timeout_after", "bad_gateway"), 0.05),
    **dict.fromkeys(("forged", "unsigned", "unknown_key"), 0.02),
    **dict.fromkeys(("accepted_then_failed", "balance_low", "slow_bank"), 0.04),
    **dict.fromkeys(("bounced", "refused_but_refunded"), 0.08),
    "closed_card": 0.01,
    **dict.fromkeys(("duplicate", "late", "reordered", "lost"), 0.1),
}


@dataclass
class Storm:
    """`met`: how many kills found a job in hand; `killed`: how many of each kind."""

    seed: int
    children: list[tuple[str, BaseProcess]] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    met: int = 0

    def __post_init__(self) -> None:
        self.dice, self._number = Random(self.seed), self.seed
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["tests.chaos.children"])

    def start(self, kind: str) -> None:
        self._number += 1
        child = self._context.Process(target=KINDS[kind], args=(self._number,), daemon=True)
        child.start()
        self.children.append((kind, child))

    def kill_one(self) -> None:
        """Any of them, at any moment, without a word; another takes its place."""
        kind, child = self.children.pop(self.dice.randrange(len(self.children)))
        assert child.is_alive(), f"{kind} ended by itself with {child.exitcode}"
        self.met += jobs_in_hand() > 0
        child.kill()
        child.join()
        self.killed[kind] += 1
        self.start(kind)

    def end(self, *kinds: str) -> None:
        for kind, child in [one for one in self.children if one[0] in kinds]:
            child.kill()
            child.join()
            self.children.remove((kind, child))


def jobs_in_hand() -> int:
    """Taken up by a worker and not finished: its lease runs."""
    now = clock.now()
    return count(
        Job, Job.state == "open", col(Job.failures) > 0, col(Job.due_at) > now, col(Job.due_at) < now + jobs.LEASE
    )


def _wait_for_a_job_in_hand(seconds: float = 10) -> None:
    """Whatever the machine's load, some kills find a worker at work; where no job is due for so long, go on."""
    end = time.monotonic() + seconds
    while not jobs_in_hand() and time.monotonic() < end:
        time.sleep(0.01)


def _wait_for_a_storm(there: Sandbox, kills: int, seconds: float = 300) -> None:
    """Whatever the machine's load, there was work between the kills: a payment and a refund for every third one, a gift
    and an approval by a rule."""
    end = time.monotonic() + seconds
    while not (_moved() >= kills // 3 and _gave_and_ruled()) and time.monotonic() < end:
        time.sleep(0.5)
        time_passes(there, MINUTE)


def _moved() -> int:
    """Payments that came, or refunds that went, whichever are fewer."""
    came = count(Payment, Payment.status == PaymentStatus.captured)
    return min(came, count(Refund, Refund.status == RefundStatus.succeeded))


def _gave_and_ruled() -> bool:
    return count(Case, Case.kind == CaseKind.gift) > 0 and count(Case, Case.rule > 0) > 0


def storm(kills: int, seed: int) -> dict[str, Any]:
    """So many kills on a new town in the data folder of this process; what was counted when all is calm again."""
    weather, began = Storm(seed), time.monotonic()
    with ExitStack() as house:
        there = _open_house(house, cards=100 + 6 * kills)
        there.control(rates=RATES, seed=seed, hold=0.05)
        house.callback(weather.end, *KINDS)
        for kind in LIVING:
            weather.start(kind)
        for number in range(kills):
            time.sleep(weather.dice.uniform(*BETWEEN))
            if number % 3 == 0:
                _wait_for_a_job_in_hand()
            weather.kill_one()
            time_passes(there, weather.dice.choice(STEPS))
        _wait_for_a_storm(there, kills)
        weather.end("services", "worker")
        there.control(rates={})
        calm_down(lambda step: time_passes(there, step))
        found = reckon(settings.data)
    return {
        "kills": kills,
        "seed": seed,
        "seconds": round(time.monotonic() - began),
        "killed": dict(weather.killed),
        "kills_with_a_job_in_hand": weather.met,
        **found,
    }


def _open_house(house: ExitStack, cards: int) -> Sandbox:
    """A town, and the gateway beside us: it is the world and is not killed."""
    there = sandbox()
    assert there
    startup.migrate()
    house.enter_context(gateway_beside(gateway_folder(settings.data), there.control))
    settle(cards)
    return there


def settle(cards: int) -> None:
    """People, and `cards` of each product, in empty tables."""
    town = settle_town(clock.now())
    more_shoppers(SHOPPERS, clock.now())
    town.sell("final-card", cards, return_allowed=False, price=333)
    town.sell("fee-card", cards, fee_permille=50, price=1001)
    town.sell(GAME, buyer_fields=ASKED)
    town.sell("receipt-card", form=ProductForm.receipt)
    (product,) = rows(Product, Product.slug == AUTO)
    codes = [f"AUTO-MORE-{n:05d}" for n in range(cards)]
    act(stock_codes, town.bob, product, codes, now=clock.now())


def time_passes(there: Sandbox, step: timedelta) -> None:
    """Here and at the gateway."""
    move_clock(step)
    for _ in range(20):
        with suppress(NotThere):
            return there.control(offset=clock.offset().total_seconds())
        time.sleep(0.1)
    raise RuntimeError("the gateway does not hear what time it is")
