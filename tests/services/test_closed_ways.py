"""A way that the table closes is closed by the use case, with the words of its row."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cardmall import locales
from cardmall.domain import limits
from cardmall.domain.terms import Reason, Way
from cardmall.views.shopper.order import OrderView, order_view
from tests.town import AUTO, DAY, Tale, Town, act, refused

SECOND = timedelta(seconds=1)
WAYS: dict[str, Callable[[Tale], Tale]] = {
    "cancel_now": lambda tale: tale.cancel(),
    "request": lambda tale: tale.request(),
    "return": lambda tale: tale.request(way="return"),
    "appeal": lambda tale: tale.appeal(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ended", ["cancel", "expire"])
def test_an_ended_order_has_no_way_out(town: Town, ended: str, way: str) -> None:
    tale = getattr(town.tale().order(AUTO), ended)()
    answer = refused(WAYS[way], tale)
    assert (answer.reason, answer.status, tale.cases) == (Reason.already_closed, tale.row.status, [])


def test_what_is_sold_for_good_is_not_taken_back(town: Town) -> None:
    town.sell("final", 1, return_allowed=False)
    tale = town.tale().order("final").pay().deliver()
    answer = refused(WAYS["return"], tale)
    assert (answer.reason, answer.offer, tale.cases) == (Reason.product_final, "appeal", [])


def test_a_paid_order_is_not_canceled_at_once(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    answer = refused(WAYS["cancel_now"], tale)
    assert (answer.reason, answer.offer, tale.row.status) == (Reason.already_paid, "request", "awaiting_delivery")


def test_five_returns_not_six(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    for _ in range(5):
        tale.request(way="return").withdraw()
    answer = refused(WAYS["return"], tale)
    assert (answer.reason, len(tale.cases)) == (Reason.too_many_attempts, 5)


def test_a_fault_is_reported_in_seven_days_of_the_first_look(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal()
    looked = tale.cards[0].revealed_at
    assert looked
    tale.at = looked + limits.FAULT_WINDOW + SECOND
    assert refused(WAYS["appeal"], tale).reason is Reason.window_over
    tale.at -= SECOND
    assert WAYS["appeal"](tale).case.status == "appeal"


def appeal_view(tale: Tale) -> tuple[OrderView, str]:
    """The page of the order, and the sentence that says why an appeal is closed."""
    view = act(order_view, tale.shopper, tale.no, now=tale.at)
    return view, next(way.words for way in view.ways if way.way == Way.appeal)


@pytest.mark.parametrize(
    ("looked", "words", "told"),
    [(True, "appeal_window_over", {"revealed"}), (False, "appeal_window_over_sealed", {"delivered"})],
    ids=["looked at", "never looked at"],
)
def test_an_appeal_that_comes_too_late_names_only_dates_that_are_there(
    town: Town, looked: bool, words: str, told: set[str]
) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    tale = tale.reveal() if looked else tale
    tale.at += limits.SEALED_FAULT_WINDOW + DAY
    view, sentence = appeal_view(tale)
    assert (sentence, locales.parameters(f"way.closed.{sentence}")) == (words, told)
    assert all(getattr(view, f"{name}_at") for name in told)
