"""A gift met by everything else at once: never more than was paid, and nothing that was not seen (R96)."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from cardmall.adapters import clock, db
from cardmall.domain.terms import Refused
from cardmall.reads.doors import locked_with_shop
from cardmall.reads.money import balance_of
from cardmall.services.case import answers, cases, partials
from cardmall.services.case.gifts import give_unasked
from cardmall.services.money.money import settle_with_shop
from cardmall.services.order import delivery
from cardmall.services.transfer import transfers
from cardmall.views.merchant.refund import gift_effect
from tests.bank import sandbox
from tests.services.giving import TYPED, amount, back, cards, ids, pieces
from tests.services.invariants import Watch
from tests.services.race import race, refusals, rounds
from tests.services.test_stock_races import work
from tests.town import DAY, PRICE, Tale, Town, act, look, move_clock, run_jobs, set_clock

pytestmark = pytest.mark.slow
TIMES = rounds(12)


@pytest.fixture(autouse=True)
def _at_noon(town: Town) -> None:
    set_clock(town.founded)
    sandbox().control(forget=True)


def sold(town: Town, turn: int, count: int = 2) -> Tale:
    town.sell(f"gift{turn}", count)
    return town.tale(clock.now()).order(f"gift{turn}", count).pay()


def give(tale: Tale, what: dict[str, Any]) -> Callable[[], str]:
    """With the sums seen now."""
    told = TYPED | what
    seen = look(gift_effect, tale.town.bob, tale.no, told, now=clock.now()).mark
    return partial(act, give_unasked, tale.town.bob, tale.no, told, seen=seen, now=clock.now())


def ask(tale: Tale, way: str, **some: Any) -> Callable[[], Any]:
    told = {"way": way, "reason": "changed_mind", "text": "", "now": clock.now(), **some}
    return partial(act, cases.request_cancellation, tale.shopper, tale.no, **told)


def won(result: Any) -> bool:
    return not isinstance(result, Refused)


def holds() -> None:
    Watch().look()


def test_two_presses_are_one_gift(town: Town) -> None:
    for turn in range(TIMES):
        tale = sold(town, turn, 5)
        press = give(tale, pieces(2))
        assert refusals(race(press, press, jitter=0.004)) == ["changed"]
        assert (back(tale), tale.row.canceled_pieces) == (2 * PRICE, 2)
    holds()


def test_gift_request_and_delivery(town: Town) -> None:
    """R96: whichever is first, the others find what it left."""
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        tale = sold(town, turn, 3)
        press, asked = give(tale, pieces(1)), ask(tale, "request", pieces=3)
        due = tale.row.deliver_at
        assert due
        move_clock(due - clock.now())
        given, opened, _ = race(press, asked, work, jitter=0.02)
        run_jobs()
        outcome[f"{won(given)} {won(opened)} {tale.row.status}"] += 1
        assert back(tale) == (PRICE if won(given) else 0)
        if won(opened):
            case = next(one for one in tale.cases if one.kind != "gift")
            act(answers.approve_case, town.bob, case.no, now=clock.now())
            assert back(tale) == 3 * PRICE
    assert len(outcome) > 1, outcome
    holds()


def test_gift_and_an_approval(town: Town) -> None:
    """Nobody gives while a case is open; an approval a moment before leaves less to give."""
    for turn in range(TIMES):
        tale = sold(town, turn, 2).deliver()
        press = give(tale, cards(tale, 1))
        asked = ask(tale, "return", cards=ids(tale)[:1])
        given, opened = race(press, asked, jitter=0.01)
        assert won(given) is not won(opened)
        if won(opened):
            (approved, again) = race(partial(act, answers.approve_case, town.bob, opened, now=clock.now()), press)
            assert won(approved) and not won(again)
        assert (back(tale), tale.card_states) == (PRICE, ["sealed", "voided"])
    holds()


def test_gift_and_a_question_for_part_of_the_money(town: Town) -> None:
    """R96: all but a fen of a rejected request is asked for while some of it is given: one of both finds it changed."""
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        tale = sold(town, turn, 2).deliver().request(way="return").reject("other", "不退")
        set_clock(max(tale.at, clock.now()))
        fen = 2 * PRICE - 1
        told = {"amount": f"{fen // 100}.{fen % 100:02d}", "now": clock.now()}
        press, asked = give(tale, amount(100)), partial(act, partials.ask_partial, tale.shopper, tale.case.no, **told)
        given, opened = race(press, asked, jitter=0.01)
        assert won(given) is not won(opened)
        outcome["given" if won(given) else given.reason.value] += 1
        if won(opened):
            act(partials.accept_partial, town.bob, tale.cases[0].no, now=clock.now())
        assert back(tale) == (100 if won(given) else fen)
    assert set(outcome) <= {"given", "case_open"}
    holds()


def test_gift_and_a_look_at_the_card(town: Town) -> None:
    """A card that was shown sealed is not given back once it was looked at: the press asks anew."""
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        tale = sold(town, turn, 1).deliver()
        reveal = partial(
            act, delivery.reveal_card, tale.shopper, tale.no, tale.cards[0].id, address="", now=clock.now()
        )
        given, seen = race(give(tale, cards(tale, 1)), reveal, jitter=0.01)
        assert won(given) is not won(seen)
        outcome["given" if won(given) else given.reason.value] += 1
        found = (back(tale), tale.card_states, tale.row.status)
        assert found == ((PRICE, ["voided"], "canceled") if won(given) else (0, ["revealed"], "delivered"))
    assert set(outcome) <= {"given", "changed"}
    holds()


def test_gift_and_a_transfer_both_agreed_to(town: Town) -> None:
    """The gift ends it, or was seen before it went on, and does nothing."""
    for turn in range(TIMES):
        tale = sold(town, turn, 1).deliver().offer_to("mallory@cardmall.test").agree(town.bob)
        agree = partial(act, transfers.agree_transfer, town.mallory, tale.transfer.no, now=clock.now())
        given, _ = race(give(tale, amount(100)), agree, jitter=0.01)
        if isinstance(given, Refused):
            assert (given.reason, tale.transfer.status, back(tale)) == ("changed", "accepted", 0)
        else:
            assert (tale.transfer.status, back(tale), tale.row.held_at) == ("declined", 100, None)
    holds()


def test_two_gifts_of_a_shop_never_spend_one_balance_twice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        both = [sold(town, 2 * turn + n, 1).deliver().reveal() for n in range(2)]
        for tale in both:
            tale.complete()
        move_clock(15 * DAY)
        for tale in both:
            act(_settle, tale.row.id, now=clock.now())
        with monkeypatch.context() as patch, db.reading() as session:
            paid_out = balance_of(session, tale.row.shop_id) - PRICE  # enough for one of the two
            patch.setattr("cardmall.reads.gifts.balance_of", lambda *of, less=paid_out: balance_of(*of) - less)
            presses = [give(tale, amount(PRICE)) for tale in both]
            (told,) = refusals(race(*presses, jitter=0.004))
        outcome[told] += 1
        assert sorted(back(tale) for tale in both) == [0, PRICE]
    assert set(outcome) == {"no_funds"}
    holds()


def test_gift_and_the_settlement(town: Town) -> None:
    """What was seen was the order's money: once it is settled the press asks anew."""
    for turn in range(TIMES):
        tale = sold(town, turn, 1).deliver().reveal()
        tale.complete()
        move_clock(15 * DAY)
        given, _ = race(give(tale, amount(100)), partial(act, _settle, tale.row.id, now=clock.now()), jitter=0.01)
        assert won(given) or given.reason == "changed"
        assert back(tale) == (100 if won(given) else 0)
    holds()


def _settle(act: Any, order_id: int) -> None:
    settle_with_shop(act, locked_with_shop(act.session, order_id))
