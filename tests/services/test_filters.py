"""A list's URL is anybody's to write: what cannot be understood counts as not asked (R13)."""

from datetime import date

import pytest

from cardmall.views.shopper.orders import Filters, orders_page, read_filters
from tests.town import NOW, Town, act


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"after": "0001-01-01T00:00:00+14:00~1"},
        {"before": "9999-12-31T23:59:59-14:00~1"},
        {"after": "2026-01-01T00:00:00Z~" + "9" * 26},
        {"after": "2026-01-01T00:00:00~1"},
        {"before": "~²"},
    ],
)
def test_a_place_or_day_no_list_has_is_not_asked(town: Town, asked: dict[str, str]) -> None:
    assert read_filters(asked) == Filters()
    assert act(orders_page, town.alice, read_filters(asked), now=NOW).rows == []


def test_real_ones_are() -> None:
    assert read_filters({"since": "2026-11-01"}).since == date(2026, 11, 1)
    assert read_filters({"after": "2026-11-01T04:00:00Z~17"}).after is not None
