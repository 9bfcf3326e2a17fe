"""A refund the bank returned is on its way nowhere: no page that shows its path says that it arrives."""

from collections.abc import Callable

import pytest
import reflex as rx

from cardmall import locales
from cardmall.pages.admin.money import PAGE as MONEY
from cardmall.pages.shopper.order_story import refund_cards
from cardmall.pages.shopper.refund import PAGE as REFUND


@pytest.mark.parametrize(
    ("shown", "key"),
    [(refund_cards, "refund.step.back"), (REFUND["component"], "refund.step.back"),
     (MONEY["component"], "money.books.returned")],
    ids=["order", "refund", "money"],
)  # fmt: skip
def test_it_says_that_the_bank_returned_it(shown: Callable[[], rx.Component], key: str) -> None:
    assert locales.to_json(locales.texts(key)) in str(shown().render())
