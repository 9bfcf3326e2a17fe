"""How many SQL statements each act takes, at most: its own transaction, without the frame around it."""

from collections.abc import Callable
from dataclasses import replace

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
    act(approve_case, tale.town.bob, tale.no, now=tale.at)


def callback(tale: Tale) -> None:
    news = RefundNews(RefundAnswer.succeeded, "T1", refund_no=tale.no, amount=9900)
    assert act(hear_callback, news, now=tale.at, cause="callback")


# A higher number needs a reason beside it.
AT_MOST: dict[Callable[[Tale], None], int] = {place: 12, cancel: 10, request: 16, approve: 17, callback: 8}


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
    if deed is cancel:
        return town.tale().order(AUTO)
    return town.tale().order(MANUAL).pay()


@pytest.mark.parametrize("deed", AT_MOST, ids=lambda deed: deed.__name__)
def test_it_takes_so_many_at_most(town: Town, deed: Callable[[Tale], None]) -> None:
    tale = ready(town, deed)
    with noted(db.engine()) as found:
        deed(tale)
    assert 0 < len(found) <= AT_MOST[deed], "\n".join(f"{text[:300]} {told[:80]}" for text, told in found)
