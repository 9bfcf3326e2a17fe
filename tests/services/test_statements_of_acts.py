"""How many SQL statements each act takes, at most: its own transaction, without the frame around it."""

from collections.abc import Callable

import pytest

from cardmall.adapters import db
from cardmall.services.case.answers import approve_case
from cardmall.services.case.cases import request_cancellation
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.refunds import hear_callback, set_out
from cardmall.services.order.orders import cancel_now, place_order
from tests.opened import noted
from tests.town import AUTO, MANUAL, Tale, Town, act

FORM = {"way": "request", "reason": "changed_mind", "text": ""}


def place(tale: Tale) -> None:
    act(place_order, tale.shopper, AUTO, quantity=1, now=tale.at)


def cancel(tale: Tale) -> None:
    act(cancel_now, tale.shopper, tale.no, now=tale.at)


def request(tale: Tale) -> None:
    act(request_cancellation, tale.shopper, tale.no, **FORM, now=tale.at)


def approve(tale: Tale) -> None:
    act(approve_case, tale.town.bob, tale.case.no, now=tale.at)


def callback(tale: Tale) -> None:
    (refund,) = tale.refunds
    news = RefundNews(RefundAnswer.succeeded, "T1", refund_no=refund.no, amount=refund.amount)
    assert act(hear_callback, news, now=tale.at, cause="callback")


# A higher number needs a reason beside it.
AT_MOST: dict[Callable[[Tale], None], int] = {place: 16, cancel: 18, request: 23, approve: 39, callback: 21}


def ready(town: Town, deed: Callable[[Tale], None]) -> Tale:
    """An order in the state the act is for."""
    if deed is approve:
        return town.tale().order(AUTO).pay().request()
    if deed is callback:
        tale = town.tale().order(AUTO).pay().request().approve()
        act(set_out, tale.refunds[0].no, now=tale.at, cause="send")
        return tale
    if deed is cancel:
        return town.tale().order(AUTO)
    return town.tale().order(MANUAL).pay()


@pytest.mark.parametrize("deed", AT_MOST, ids=lambda deed: deed.__name__)
def test_it_takes_so_many_at_most(town: Town, deed: Callable[[Tale], None]) -> None:
    tale = ready(town, deed)
    with noted(db.engine()) as found:
        deed(tale)
    assert 0 < len(found) <= AT_MOST[deed], "\n".join(f"{text[:300]} {told[:80]}" for text, told in found)
