"""Ten tries in a quarter of an hour, then a pause."""

from datetime import timedelta

import pytest

from cardmall.adapters import attempts
from tests.today import moment

LIMIT = "3/15minutes"


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
        attempts.check(LIMIT, "sign_in", "dave", "1.2.3.4")
    attempts.check(LIMIT, "sign_in", "dave", "5.6.7.8")
    attempts.check(LIMIT, "register", "dave", "1.2.3.4")


def test_it_forgives_somebody_who_proved_who_they_are() -> None:
    attempts.count(LIMIT, "sign_in", "alice", "alice", "alice")
    attempts.forgive(LIMIT, "sign_in", "alice")
    attempts.check(LIMIT, "sign_in", "alice")


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
