"""Outside demo mode nobody takes money yet: the checkout says so, and no job waits for a statement."""

import gc
import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest

import cardmall.worker  # noqa: F401 - the handlers of jobs
from cardmall.adapters import channels, jobs
from cardmall.models import Job, Order, Payment, Statement
from cardmall.states.shopper.checkout import CheckoutState
from cardmall.states.shopper.pay import PayState
from tests.bank import sandbox as bank_sandbox
from tests.states.test_mall import alices_order, at
from tests.states.test_me import page_of, rows, run

pytestmark = pytest.mark.usefixtures("database")
AGREED = {"channel": "alipay", "consent": "on"}


@pytest.fixture
def no_channel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As settings outside demo mode decide."""
    monkeypatch.setattr(channels, "settings", replace(channels.settings, demo=False))
    forget()
    yield
    forget()


def forget() -> None:
    """The process's one channel, whose connections are closed first."""
    known = channels.channel.cache_info().currsize
    if ours := channels.sandbox() if known else None:
        ours.hang_up()
    channels.channel.cache_clear()
    channels.sandbox.cache_clear()


def test_a_channel_that_is_forgotten_leaves_no_connection_open() -> None:
    gc.collect()
    bank_sandbox().control()  # so that one is open
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        forget()
        gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []


@pytest.mark.usefixtures("no_channel")
def test_the_checkout_says_that_nothing_can_be_paid_and_opens_no_payment() -> None:
    checkout = at(page_of(CheckoutState, "alice"), f"/checkout/{alices_order()}")
    run(CheckoutState.refresh.fn(checkout))
    assert checkout.view.can_pay and not checkout.takes_money
    said = run(CheckoutState.pay.fn(checkout, AGREED))
    assert "暂时无法付款" in str(said)
    assert rows(Payment) == [] and rows(Order)[0].status.value == "pending_payment"


def test_a_payment_from_before_shows_no_cashier(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    no = alices_order()
    run(CheckoutState.pay.fn(at(page_of(CheckoutState, "alice"), f"/checkout/{no}"), AGREED))
    request.getfixturevalue("no_channel")
    cashier = at(page_of(PayState, "alice"), f"/pay/{no}")
    away = run(PayState.refresh.fn(cashier))
    assert not cashier.loaded and f"/orders/{no}" in str(away)


@pytest.mark.usefixtures("no_channel")
def test_no_job_waits_for_a_statement() -> None:
    jobs.tick()
    jobs.run_due()
    (job,) = [job for job in rows(Job) if job.kind == "check_statement"]
    assert (job.state, rows(Statement)) == ("done", [])
