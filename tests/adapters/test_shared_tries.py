"""Two processes share one limit over Valkey; while it is away each of them keeps its own."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from cardmall.adapters import attempts
from cardmall.adapters.attempts import Budget, TooManyTries
from cardmall.adapters.db import make_engine
from cardmall.adapters.shared_tries import PREFIX, SharedTries
from tests.neighbour import Neighbour
from tests.servers import Valkey

LIMIT = "3/15minutes"
MINE = Budget(LIMIT, "sign_in", "alice@cardmall.test")


@pytest.fixture
def two(valkey: Valkey, tmp_path: Path) -> Iterator[list[Neighbour]]:
    """Two processes in front of one house where nobody is registered."""
    engine = make_engine(f"sqlite:///{tmp_path / 'cardmall.db'}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    found = [Neighbour(tmp_path, valkey.environment) for _ in range(2)]
    for each in found:
        each.hears("everything")
    yield found
    for each in found:
        each.kill()


def guesses(neighbours: list[Neighbour], number: int) -> Counter[str]:
    """Each process in its turn."""
    return Counter(neighbours[n % len(neighbours)].guess(f"{n}@cardmall.test") for n in range(number))


def test_ten_of_twenty_wrong_passwords_in_two_processes_are_heard(two: list[Neighbour]) -> None:
    assert guesses(two, 20) == {"wrong_sign_in": 10, "too_many_tries": 10}


def test_a_process_without_valkey_goes_on_to_count_its_own(valkey: Valkey, two: list[Neighbour]) -> None:
    assert guesses(two, 8) == {"wrong_sign_in": 8}
    valkey.kill()
    assert guesses(two[:1], 10) == {"wrong_sign_in": 6, "too_many_tries": 4}, "four before, six now"


@pytest.fixture
def shared(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> SharedTries:
    """What another process counts is in Valkey alone."""
    found = SharedTries(valkey.url)
    monkeypatch.setattr(attempts, "_shared", found)
    attempts.forget_all()
    return found


def count_elsewhere(shared: SharedTries, budget: Budget, times: int) -> None:
    for _ in range(times):
        assert not isinstance(shared.begin([budget.window]), float)


def test_a_try_that_did_not_count_is_taken_back(shared: SharedTries) -> None:
    for _ in range(5):
        with attempts.trying(MINE) as trial:
            trial.counts = False
    count_elsewhere(shared, MINE, 3)
    with pytest.raises(TooManyTries):
        attempts.take(LIMIT, MINE.what, MINE.key)


def test_a_try_counts_from_its_beginning_in_all_processes(shared: SharedTries) -> None:
    with attempts.trying(MINE):
        count_elsewhere(shared, MINE, 2)
        assert isinstance(shared.begin([MINE.window]), float)


def test_what_is_refused_counts_nowhere(shared: SharedTries) -> None:
    other = Budget(LIMIT, "sign_in_from", "1.2.3.4")
    count_elsewhere(shared, MINE, 3)
    for _ in range(5):
        with pytest.raises(TooManyTries), attempts.trying(other, MINE):
            raise AssertionError("not begun")
    for _ in range(3):
        attempts.take(LIMIT, other.what, other.key)


def test_a_budget_of_this_process_alone_asks_nobody(shared: SharedTries) -> None:
    mine = Budget(LIMIT, "socket", "1.2.3.4", here=True)
    count_elsewhere(shared, mine, 3)
    with attempts.trying(mine):
        pass


def test_valkey_is_told_no_address_and_forgets_by_itself(shared: SharedTries) -> None:
    attempts.take(LIMIT, MINE.what, MINE.key)
    (key,) = shared._client.keys()
    assert key.startswith(PREFIX) and "alice" not in key
    assert 0 < shared._client.ttl(key) <= 15 * 60
    attempts.forget_all()
    assert not shared._client.keys()
