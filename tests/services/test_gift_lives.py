"""Random lives of one order full of gifts: whatever else happens to it, never more than was paid comes back (R96)."""

from collections import Counter
from contextlib import suppress
from random import Random

import pytest

from cardmall.adapters import db
from cardmall.domain.rules.cases import CaseAction
from cardmall.domain.terms import OPEN_CASE, CaseStatus, Refused
from cardmall.models import Case, Order
from cardmall.reads.facts import cases_of
from cardmall.reads.pieces import cards_of, left_of_case
from cardmall.views.merchant.refund import gift_page
from tests.bank import sandbox
from tests.services.giving import amount, back, cards, gift, ids, left, pieces
from tests.services.invariants import Watch
from tests.services.recalling import code, press
from tests.town import DAY, Tale, Town, look, rows, run_jobs, set_clock

pytestmark = pytest.mark.slow
LIVES, STEPS = 16, 24
REMEDIES = ("another", "refund")
PRICES = (1, 3, 33, 333, 9999)


class Life:
    """An order of five pieces, now and then with a fee on returns; each step tries one thing."""

    def __init__(self, town: Town, turn: int, done: Counter[str]) -> None:
        self.dice, self.done, self.town = Random(turn), done, town
        self.price, self.typed = PRICES[turn % len(PRICES)], 0
        self.slug = slug = f"life{turn}"
        town.sell(slug, 8, price=self.price, fee_permille=50 * (turn % 2))
        self.tale = town.tale(town.founded + turn * DAY).order(slug, 5).pay()

    def step(self) -> None:
        what = self.dice.choice(sorted(name for name in dir(self) if name.startswith("try_")))
        with suppress(Refused):
            getattr(self, what)()
            self.done[what] += 1
        self.tale.later(hours=1)

    def cards(self) -> list[str]:
        return self.dice.sample(ids(self.tale), min(len(self.tale.cards), self.dice.randint(1, 3)))

    def fen(self) -> int:
        most = look(gift_page, self.town.bob, self.tale.no, now=self.tale.at).most
        return self.dice.choice((1, most // 3, most // 3, most))

    def yuan(self) -> str:
        paid = rows(Case, Case.order_id == self.tale.row.id, Case.kind != "gift")[-1].paid
        fen = self.dice.choice((1, paid // 2, paid - 1))
        return f"{fen // 100}.{fen % 100:02d}"

    def try_gift_amount(self) -> None:
        gift(self.tale, amount(self.fen()))

    def try_gift_whole(self) -> None:
        if self.tale.row.delivered_at is None:
            gift(self.tale, pieces(self.dice.randint(1, 2)))
        else:
            gift(self.tale, cards(self.tale, 1 + self.dice.randrange(len(self.tale.cards))))

    def try_gift_again(self) -> None:
        self.try_gift_amount()

    def try_deliver(self) -> None:
        self.tale.deliver()

    def try_reveal(self) -> None:
        self.tale.reveal(self.dice.randint(1, 2))

    def try_ask(self) -> None:
        if self.tale.row.delivered_at is None:
            self.tale.request(pieces=self.dice.randint(1, 3))
        else:
            self.tale.request(way="return", cards=self.cards())

    def try_appeal(self) -> None:
        used = [card.id for card in self.tale.cards if card.status == "revealed"]
        self.tale.appeal(cards=self.dice.sample(used, min(len(used), 3)) or self.cards())

    def try_recall(self) -> None:
        """Of a card, delivered or not, while the worker runs; now and then."""
        if self.dice.random() < 0.7:
            return
        set_clock(self.tale.at)
        some = [code(card) for card in self.dice.sample(self.tale.cards, min(1, len(self.tale.cards)))]
        press(self.town.bob, slug=self.slug, codes="\n".join(some), remedy=self.dice.choice(REMEDIES), looked="all")
        run_jobs()

    def try_answer(self) -> None:
        if not any(case.status in OPEN_CASE for case in self.tale.cases):
            return
        self.dice.choice((self.approve, self.reject, self.settle, self.partial, self.replace, self.rule))()

    def approve(self) -> None:
        self.tale.approve()

    def reject(self) -> None:
        self.tale.reject("other", "不退")

    def settle(self) -> None:
        self.tale.offer(self.yuan()).accept()

    def partial(self) -> None:
        self.tale.reject("other", "不退").ask_partial(self.yuan()).accept_partial()

    def replace(self) -> None:
        self.typed += 1
        self.tale.offer(codes=[f"N{id(self)}-{self.typed}-{n}" for n in range(3)]).accept()

    def rule(self) -> None:
        ruling = self.dice.choice((CaseAction.rule_shopper, CaseAction.rule_split, CaseAction.rule_merchant))
        self.tale.respond().rule(self.town.carol, ruling.value, self.yuan())


def asked_for(tale: Tale) -> int:
    """Fen that a rejected case can go on about."""
    with db.reading() as session:
        order = session.get_one(Order, tale.row.id)
        cases, cards_there = cases_of(session, [order])[order.id or 0], cards_of(session, order)
        last = cases[-1] if cases and cases[-1].status is CaseStatus.rejected else None
        return left_of_case(order, last, cards_there).paid if last else 0


def test_whatever_else_happens_a_gift_never_makes_it_more_than_was_paid(town: Town) -> None:
    sandbox().control(forget=True)
    watch, done = Watch(), Counter[str]()
    for turn in range(LIVES):
        life = Life(town, turn, done)
        for _ in range(STEPS):
            life.step()
            worth, refundable = left(life.tale)
            over = life.tale.row.status == "canceled"
            assert worth <= refundable or over, (turn, worth, refundable)
            assert asked_for(life.tale) <= refundable or over, (turn, asked_for(life.tale), refundable)
        watch.look()
        with suppress(Refused):  # all that is left at last
            gift(life.tale, amount(look(gift_page, town.bob, life.tale.no, now=life.tale.at).most))
        assert back(life.tale) <= 5 * life.price
    watch.look()
    print(dict(done))
    assert done["try_gift_amount"] and done["try_gift_whole"] and done["try_answer"] and done["try_appeal"]
    assert done["try_recall"]
