"""What an admin reads is in the audit once an hour; what anybody else reads is their own affair."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from cardmall.domain.verbs import Verb
from cardmall.models import Case, Event, Order
from cardmall.states.admin.case import AdminCaseState
from cardmall.states.shopper.order import OrderState
from cardmall.states.shopper.support import SupportState
from tests.states.test_abnormal import all_of
from tests.states.test_desks import first, page_of, run, town
from tests.town import move_clock

pytestmark = pytest.mark.usefixtures("town")
__all__ = ["town"]


def looks() -> list[Event]:
    return all_of(select(Event).where(Event.verb == Verb.looked))


def open_page(kind: Any, who: str, path: str) -> Any:
    page = page_of(kind, who, path)
    run(kind.refresh.fn(page))
    return page


def test_an_admins_look_at_an_order_is_noted_once_an_hour() -> None:
    order = first(select(Order).where(Order.status == "delivered"))
    for _ in range(3):
        assert open_page(OrderState, "carol", f"/orders/{order.no}").view.no == order.no
    (look,) = looks()
    assert (look.order_id, look.role, look.verb) == (order.id, "admin", "looked")
    assert "looked" not in {entry.verb for entry in open_page(OrderState, "alice", f"/orders/{order.no}").view.timeline}
    move_clock(timedelta(hours=1, minutes=1))
    open_page(OrderState, "carol", f"/orders/{order.no}")
    assert len(looks()) == 2


def test_so_is_one_at_an_appeal_and_at_a_conversation_with_support() -> None:
    case = first(select(Case).where(Case.status == "appeal"))
    open_page(AdminCaseState, "carol", f"/admin/cases/{case.no}")
    assert [look.order_id for look in looks()] == [case.order_id]
    other = first(select(Order).where(Order.id != case.order_id))
    open_page(SupportState, "carol", f"/admin/support?order={other.no}")
    assert other.id in [look.order_id for look in looks()]


@pytest.mark.parametrize("who", ["alice", "bob", "mallory", ""])
def test_nobody_elses_look_is_noted(who: str) -> None:
    order = first(select(Order).where(Order.status == "delivered"))
    open_page(OrderState, who, f"/orders/{order.no}")
    assert looks() == []


def test_a_number_nobody_has_is_no_look() -> None:
    open_page(OrderState, "carol", "/orders/CM00000000000000")
    assert looks() == []
