"""What of a search the audit keeps, and which values are asked for by which name (R78)."""

import pytest

from cardmall.domain.buyer_answers import answer_name
from cardmall.domain.finding import Found, PersonField, answer_asked, noted_search
from cardmall.domain.limits import BUYER_FIELDS
from cardmall.domain.typed import searched


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("CM26112316001234", "CM26112316001234"),
        ("as26112316001234", "AS26112316001234"),
        ("订单号：RF2611", "RF2611"),
        ("1234", "1234"),
        ("AS13800138999", "****8999"),
        ("26112316001234", "****1234"),
        ("13800138999", "****8999"),
        ("+86 138 0013 8999", "****8999"),
        ("alice@cardmall.test", "al***@cardmall.test"),
        ("al@cardmall.test", "***@cardmall.test"),
        ("Dragon77", "D****7"),
        ("qinghe", "q****e"),
        ("李明", "****"),
        ("", ""),
    ],
)
def test_numbers_of_the_house_are_kept_whole_and_all_else_masked(typed: str, kept: str) -> None:
    assert noted_search(searched(typed)) == kept


def test_an_answer_is_asked_for_by_its_number() -> None:
    assert [answer_asked(answer_name(n)) for n in range(1, BUYER_FIELDS + 1)] == list(range(1, BUYER_FIELDS + 1))
    for other in ("answer0", f"answer{BUYER_FIELDS + 1}", "answer", "again1", "name", "", None, 1, ["answer1"]):
        assert answer_asked(other) == 0


def test_shops_come_first_and_what_is_masked_of_a_person_are_columns_of_theirs() -> None:
    assert list(Found) == [Found.shop, Found.person, Found.order]
    assert {one.value for one in PersonField} == {"name", "email", "phone"}
