"""Nobody manufactures our fault: whatever the browser does between two steps, the system answers the press (R63)."""

import asyncio
import random
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from cardmall import cookies, desk
from cardmall.adapters import clock, lease
from cardmall.domain.terms import Refused
from cardmall.models import Attempt, Case, Event
from cardmall.services.account import accounts
from cardmall.services.case import attempts, cases
from cardmall.states.threads import answered
from tests.patience import PATIENCE, until
from tests.town import AUTO, HOUR, Tale, Town, act, count, refused, rows, settle_town

FORM = {"way": "request", "reason": "changed_mind", "text": ""}
ALICE = cookies.hash_of("alice")


@pytest.fixture
def town(database: Any) -> Iterator[Town]:
    town = settle_town(clock.now())
    town.sell("final-card", 3, return_allowed=False)
    sign_in(town)
    lease.beat()
    yield town


def sign_in(town: Town) -> None:
    act(accounts.sign_in, town.alice.id, "", ALICE, now=clock.now())


def delivered(town: Town) -> Tale:
    """Of the product that cannot be given back."""
    return town.tale(clock.now() - HOUR).order("final-card").pay().deliver()


def press(tale: Tale) -> Any:
    return asyncio.run(answered(partial(desk.submit_request, ALICE, tale.no, **FORM)))


def answers() -> list[str]:
    return [attempt.answer for attempt in rows(Attempt)]


def request(tale: Tale) -> Any:
    return act(cases.request_cancellation, tale.shopper, tale.no, **FORM, now=clock.now())


def test_a_press_opens_a_case_in_one_go(town: Town) -> None:
    tale = town.tale(clock.now()).order(AUTO).pay()
    assert press(tale) == tale.case.no and answers() == ["case"]


def test_signing_out_between_the_two_steps_answers_all_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale = delivered(town)
    note = desk.note_attempt
    monkeypatch.setattr(desk, "note_attempt", lambda *args, **told: _and_out(note(*args, **told), args[0]))
    said = press(tale)
    assert isinstance(said, Refused) and said.reason == "delivered"
    assert answers() == ["delivered"] and refused(request, tale).reason == "delivered"


def _and_out(result: int, act: Any) -> int:
    accounts.sign_out(act.session, ALICE)
    return result


def test_a_browser_that_is_gone_is_answered(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale, noted = town.tale(clock.now()).order(AUTO).pay(), threading.Event()
    note = desk.note_attempt
    monkeypatch.setattr(desk, "note_attempt", lambda *args, **told: _slowly(noted, note(*args, **told)))

    async def close_the_browser() -> None:
        pressed = asyncio.create_task(answered(partial(desk.submit_request, ALICE, tale.no, **FORM)))
        await asyncio.to_thread(noted.wait, PATIENCE)
        pressed.cancel()
        await asyncio.get_running_loop().shutdown_default_executor()

    asyncio.run(close_the_browser())
    assert [case.status for case in _until_cases(tale)] == ["review"] and answers() == ["case"]


def _slowly(noted: threading.Event, result: int) -> int:
    noted.set()
    return result


def _until_cases(tale: Tale) -> list[Case]:
    return until(lambda: tale.cases)


def test_an_error_of_ours_is_written_down_with_its_number_and_counts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tale = town.tale(clock.now()).order("final-card").pay()

    def broken(*args: Any, **told: Any) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken_house:
        broken_house.setattr(desk, "request_cancellation", broken)
        with pytest.raises(OSError) as error:
            press(tale)
    number = error.value.number  # pyright: ignore
    (attempt,) = rows(Attempt)
    assert (attempt.answer, attempt.fault) == ("fault", number)
    tale.deliver()
    assert request(tale) and (tale.case.fault, tale.case.judged_at) == (number, attempt.at)
    assert [e.data["no"] for e in rows(Event, Event.verb == "request_stopped")] == [number]


def test_where_not_even_that_can_be_written_the_lease_dies(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale, before = town.tale(clock.now()).order("final-card").pay(), lease.mine()

    def broken(*args: Any, **told: Any) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken_house:
        broken_house.setattr(desk, "request_cancellation", broken)
        broken_house.setattr(desk, "blame_attempt", broken)
        with pytest.raises(OSError):
            press(tale)
    assert answers() == [""] and lease.mine() != before
    monkeypatch.setattr("cardmall.domain.limits.LEASE_SILENT", -desk.clock.offset())
    lease.beat()
    assert answers() == ["fault"]


def test_the_person_hears_the_number_the_log_has_though_no_lease_can_be_written(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **told: Any) -> str:
        raise OSError("the disk is full")

    for name in ("request_cancellation", "blame_attempt"):
        monkeypatch.setattr(desk, name, broken)
    monkeypatch.setattr(lease, "renew_lease", broken)
    with pytest.raises(OSError) as error:
        press(town.tale(clock.now()).order("final-card").pay())
    assert len(error.value.number) == 8  # pyright: ignore


def test_a_refusal_is_answered_though_the_database_was_busy(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale, answer, failures = delivered(town), desk.answer_attempt, [OSError("busy"), OSError("busy")]

    def busy(*args: Any, **told: Any) -> None:
        if failures:
            raise failures.pop()
        answer(*args, **told)

    note = desk.note_attempt
    monkeypatch.setattr(desk, "note_attempt", lambda *args, **told: _and_out(note(*args, **told), args[0]))
    monkeypatch.setattr(desk, "answer_attempt", busy)
    assert press(tale).reason == "delivered" and answers() == ["delivered"]


def trick(town: Town, rounds: int) -> int:
    """Press on a delivered order and sign out at a random moment; how often the closed way opened afterwards."""
    opened, dice, tale = 0, random.Random(7), delivered(town)
    for _ in range(rounds):
        act(accounts.sign_out, ALICE)
        sign_in(town)
        out = threading.Thread(target=_sign_out, args=(dice.uniform(0, 0.012),))
        out.start()
        press(tale)
        out.join(PATIENCE)
        try:
            request(tale)
            opened += 1
        except Refused:
            pass
    return opened


def _sign_out(wait: float) -> None:
    threading.Event().wait(wait)
    act(accounts.sign_out, ALICE)


def test_the_trick_of_signing_out_opens_nothing(town: Town) -> None:
    assert trick(town, 20) == 0
    assert "" not in answers() and count(Case) == 0


@pytest.mark.long
def test_the_trick_of_signing_out_opens_nothing_in_300_tries(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardmall.domain.limits.ACTS", "10000/hour")
    assert trick(town, 300) == 0
    assert not {"", attempts.FAULT} & set(answers()) and count(Case) == 0
