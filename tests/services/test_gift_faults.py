"""Faults that were found in gifts, each as it was found (R96)."""

import pytest

from cardmall.domain.recalls import Looked
from tests.bank import sandbox
from tests.services.giving import amount, back, gift, ids, left
from tests.services.invariants import Watch
from tests.services.recalling import code, press
from tests.services.test_gifts import bought, preview
from tests.town import AUTO, PRICE, Tale, Town, run_jobs, set_clock


@pytest.fixture(autouse=True)
def _a_bank_of_its_own(town: Town) -> None:
    set_clock(town.founded)
    sandbox().control(forget=True)


def used(tale: Tale) -> list[str]:
    """The cards that were looked at, as the page numbers them."""
    seen = {card.id for card in tale.cards if card.revealed_at}
    return [card for card in ids(tale) if card in seen]


def split(tale: Tale) -> Tale:
    """An appeal about all that were looked at; the ruling leaves one fen of them."""
    tale.appeal(cards=used(tale))
    fen = tale.case.paid - 1
    return tale.respond().rule(tale.town.carol, "rule_split", f"{fen // 100}.{fen % 100:02d}")


def recall(tale: Tale, *some: str) -> None:
    set_clock(tale.at)
    codes = "\n".join(code(card) for card in tale.cards if card.id in some)
    press(tale.town.bob, slug=AUTO, codes=codes, remedy="refund", looked=Looked.all)
    run_jobs()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_recall_after_a_gift_and_a_split_leaves_what_the_others_are_worth(town: Town, at_once: bool) -> None:
    tale = bought(town.tale(), 4).deliver().reveal(3)
    gift(tale, amount(5))
    before = back(split(tale))
    for some in [used(tale)] if at_once else [[one] for one in used(tale)]:
        recall(tale, *some)
        worth, refundable = left(tale)
        assert worth <= refundable
    assert back(tale) - before == 1
    assert preview(tale, "return") == 4 * PRICE - back(tale)
    tale.request(way="return").approve()
    assert (back(tale), tale.row.status) == (4 * PRICE, "canceled")
    Watch().look()
