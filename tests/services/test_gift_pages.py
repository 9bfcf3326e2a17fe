"""A gift on the pages of its order: the shop's own, on paper, and that of its case (R34, R96)."""

import pytest

from cardmall.models import Refund
from cardmall.views.gifts import GiftTold
from cardmall.views.merchant.order import shop_order
from cardmall.views.shopper.case import case_page
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.printout import printout
from cardmall.views.shopper.refund import RefundView
from tests.bank import sandbox
from tests.services.giving import amount, back, cards, gift, pieces
from tests.services.test_gifts import bought, settled
from tests.town import Tale, Town, look, rows


@pytest.fixture(autouse=True)
def _a_bank_of_its_own(town: Town) -> None:
    sandbox().control(forget=True)


def seen(tale: Tale) -> list[OrderView]:
    """The order on its shop's page, and on paper for each who may have it."""
    town, at = tale.town, {"now": tale.at}
    papers = [look(printout, who, tale.no, **at).order for who in (town.alice, town.bob, town.carol)]
    return [look(shop_order, town.bob, tale.no, **at).order, *papers]


def told(view: RefundView) -> tuple[str, int, list[int], str, str]:
    one = view.gift
    return one.of, one.pieces, one.places, one.reason, one.words


def test_the_shop_reads_each_gift_with_its_refund_and_so_does_paper(town: Town) -> None:
    tale = bought(town.tale(), 4)
    gift(tale, pieces(1))
    tale.deliver()
    gift(tale, cards(tale, 1, 3) | {"reason": "wrong_price", "text": ""})
    gift(tale, amount(101) | {"reason": "other", "text": "赔个不是"})
    sums = [one.amount for one in tale.refunds[::-1]]
    for order in seen(tale):
        assert [(one.no, one.amount) for one in order.refunds] == [(one.no, one.amount) for one in tale.refunds[::-1]]
        assert [told(one) for one in order.refunds] == [
            ("amount", 1, [], "other", "赔个不是"),
            ("cards", 2, [1, 3], "wrong_price", ""),
            ("pieces", 1, [], "bad_code", "抱歉"),
        ]
    assert sum(sums) == back(tale)


def test_a_refund_somebody_asked_for_tells_of_no_gift(town: Town) -> None:
    tale = bought(town.tale(), 2).deliver()
    gift(tale, amount(100))
    tale.request(way="return").approve()
    for order in seen(tale):
        assert [one.gift.of for one in order.refunds] == ["", "amount"]
    assert GiftTold() == seen(tale)[0].refunds[0].gift


def test_what_was_given_after_the_settlement_is_told_too(town: Town) -> None:
    tale = settled(bought(town.tale(), 1).deliver().reveal())
    gift(tale, cards(tale, 1))
    assert [told(one)[:3] for one in seen(tale)[0].refunds] == [("cards", 1, [1])]


def test_the_page_of_its_case_finds_the_refund_of_that_gift_and_no_other(town: Town) -> None:
    tale = bought(town.tale(), 2).deliver()
    numbers = [gift(tale, amount(fen)) for fen in (100, 200)]
    order = look(order_view, town.alice, tale.no, now=tale.at)
    for no, fen in zip(numbers, (100, 200), strict=True):
        case = look(case_page, town.alice, no, now=tale.at).case
        (mine,) = [one for one in order.refunds if one.gift.case == case.id]
        assert (mine.amount, rows(Refund, Refund.no == mine.no)[0].case_id) == (fen, case.id)
