"""Mallory writes the URL of a list by hand: what a list cannot understand counts as not asked."""

import pytest

from cardmall.adapters import db
from cardmall.reads.keys import read_key, write_key
from cardmall.views.shopper.orders import orders_page, read_filters
from tests.town import AUTO, NOW, Town, a_look

JUNK = [
    {"since": "0001-01-01"},
    {"until": "9999-12-31"},
    {"since": "yesterday"},
    {"after": "2026-01-01T00:00:00Z~99999999999999999999"},
    {"before": "0001-01-01T00:00:00+08:00~1"},
    {"after": "2026-01-01T00:00:00~1"},
    {"after": "2026-01-01T00:00:00Z~²"},
    {"after": "~"},
]


@pytest.mark.parametrize("asked", JUNK, ids=str)
def test_a_url_typed_by_hand_shows_the_whole_list(town: Town, asked: dict[str, str]) -> None:
    tale = town.tale().order(AUTO)
    with db.reading() as session:
        page = orders_page(a_look(session, tale.shopper, now=NOW), read_filters(asked))
    assert [row.no for row in page.rows] == [tale.no]


def test_a_place_survives_its_way_through_the_url() -> None:
    assert read_key(write_key(NOW, 7)) == (NOW, 7)
