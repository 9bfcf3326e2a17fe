"""Ten tries in a quarter of an hour, then a pause."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from cardmall.adapters import attempts
from tests.patience import PATIENCE
from tests.today import moment

LIMIT = "3/15minutes"
ALICE = attempts.Budget(LIMIT, "sign_in", "alice")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    attempts.forget_all()


def test_it_refuses_the_try_after_the_last_and_says_when_to_come_back() -> None:
    for _ in range(3):
        attempts.take(LIMIT, "sign_in", "alice", "1.2.3.4")
    with pytest.raises(attempts.TooManyTries) as refused:
        attempts.take(LIMIT, "sign_in", "alice", "5.6.7.8")
    assert timedelta(minutes=14) < refused.value.again_at - moment() <= timedelta(minutes=15)


def test_it_limits_one_network_address_across_accounts() -> None:
    for name in ("alice", "bob", "carol"):
        attempts.take(LIMIT, "sign_in", name, "1.2.3.4")
    with pytest.raises(attempts.TooManyTries):
        attempts.take(LIMIT, "sign_in", "dave", "1.2.3.4")
    for _ in range(3):
        attempts.take(LIMIT, "sign_in", "dave", "5.6.7.8")
    attempts.take(LIMIT, "register", "dave", "1.2.3.4")


def test_what_was_no_try_does_not_count() -> None:
    for _ in range(9):
        with attempts.trying(ALICE) as trial:
            trial.counts = False
    for _ in range(3):
        attempts.take(LIMIT, "sign_in", "alice")
    with pytest.raises(attempts.TooManyTries), attempts.trying(ALICE):
        raise AssertionError("not begun")


def test_tries_at_once_are_no_more_than_tries_in_a_row() -> None:
    """Check and count are one act: 24 guesses begin together, three are heard."""

    def guess() -> bool:
        try:
            with attempts.trying(ALICE):
                everybody.wait(PATIENCE)  # the guess takes as long as it takes all to have begun
            return True
        except attempts.TooManyTries:
            everybody.wait(PATIENCE)
            return False

    everybody = threading.Barrier(24)
    with ThreadPoolExecutor(24) as pool:
        heard = list(pool.map(lambda _: guess(), range(24)))
    assert heard.count(True) == 3


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("?", "unknown"),
    ],
)
def test_it_counts_a_subscriber_once(host: str, key: str) -> None:
    assert attempts.client_key(host) == key
