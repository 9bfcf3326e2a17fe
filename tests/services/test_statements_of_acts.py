"""How many SQL statements each act takes, at most: its own transaction, without the frame around it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cardmall.adapters import db
from cardmall.domain.buyer_fields import BuyerField
from cardmall.services.case.answers import approve_case
from cardmall.services.case.cases import request_cancellation
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.refunds import hear_callback, set_out
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.order.delivery import reveal_rest
from cardmall.services.order.orders import cancel_now, place_order, start_payment
from tests.opened import noted
from tests.town import AUTO, MANUAL, PRICE, Tale, Town, act

FORM = {"way": "request", "reason": "changed_mind", "text": ""}


def place(tale: Tale) -> None:
    act(place_order, tale.shopper, AUTO, quantity=1, price=PRICE, now=tale.at)


def cancel(tale: Tale) -> None:
    act(cancel_now, tale.shopper, tale.no, now=tale.at)


def request(tale: Tale) -> None:
    act(request_cancellation, tale.shopper, tale.no, **FORM, now=tale.at)


def approve(tale: Tale) -> None:
    act(approve_case, tale.town.bob, tale.no, now=tale.at)


def callback(tale: Tale) -> None:
    news = RefundNews(RefundAnswer.succeeded, "T1", refund_no=tale.no, amount=9900)
    assert act(hear_callback, news, now=tale.at, cause="callback")


def reveal(tale: Tale) -> None:
    assert len(act(reveal_rest, tale.shopper, tale.no, address="192.0.2.7", now=tale.at)) == CARDS


def start(tale: Tale) -> None:
    act(start_payment, tale.shopper, tale.no, channel="alipay", consent=True, answers=ANSWERS, now=tale.at)


def correct(tale: Tale) -> None:
    act(correct_answers, tale.shopper, tale.no, {"answer1": "Tiger88", "answer2": "2"}, seen=1, now=tale.at)


ANSWERS = {"answer1": "Dragon77", "answer2": "1"}
CARDS = 5
# A higher number needs a reason beside it.
AT_MOST: dict[Callable[[Tale], None], int] = {
    place: 13,  # one keeps its shop from going away meanwhile (R98)
    cancel: 11,  # one asks whether a paid order waits for the card that comes back (R91)
    request: 17,  # one locks the product where its rule is on (R97)
    approve: 18,  # the same
    callback: 8,
    reveal: 4 + CARDS,
    start: 11,
    correct: 6,
}


def ready(town: Town, deed: Callable[[Tale], None]) -> Tale:
    """An order in the state the act is for; its `no` is that of the case or of the refund the act names."""
    if deed is approve:
        tale = town.tale().order(AUTO).pay().request()
        return replace(tale, no=tale.case.no)
    if deed is callback:
        tale = town.tale().order(AUTO).pay().request().approve()
        (refund,) = tale.refunds
        act(set_out, refund.no, now=tale.at, cause="send")
        return replace(tale, no=refund.no)
    if deed is reveal:
        return town.tale().order(AUTO, CARDS).pay().deliver()
    if deed in (start, correct):
        town.sell("game", buyer_fields=(BuyerField("游戏账号"), BuyerField("区服")))
        tale = town.tale().order("game")
        return tale if deed is start else tale.pay(answers=ANSWERS)
    if deed is cancel:
        return town.tale().order(AUTO)
    return town.tale().order(MANUAL).pay()


@pytest.mark.parametrize("deed", AT_MOST, ids=lambda deed: deed.__name__)
def test_it_takes_so_many_at_most(town: Town, deed: Callable[[Tale], None]) -> None:
    tale = ready(town, deed)
    with noted(db.engine()) as found:
        deed(tale)
    assert 0 < len(found) <= AT_MOST[deed], "\n".join(f"{text[:300]} {told[:80]}" for text, told in found)
