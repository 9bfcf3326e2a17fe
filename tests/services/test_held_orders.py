"""A held order is not completed, one offered to somebody else not resumed: page and act alike."""

from cardmall.services.case import cases
from cardmall.services.order import orders
from cardmall.views.shopper.order import OrderView, order_view
from tests.town import AUTO, MANUAL, Tale, Town, act, refused


def seen(tale: Tale) -> OrderView:
    """Alice's page of the order."""
    return act(order_view, tale.shopper, tale.no, now=tale.at)


def test_a_delivered_order_held_after_a_rejection_is_not_completed(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver()
    assert seen(tale).can_complete
    tale.request(way="return").reject(text="卡密有效")
    assert tale.row.held_at and not seen(tale).can_complete
    said = refused(act, orders.complete_order, town.alice, tale.no, now=tale.at)
    assert (said.reason, tale.row.status, tale.row.completed_at) == ("stale", "delivered", None)
    tale.resume()
    assert seen(tale).can_complete
    tale.complete()
    assert tale.row.status == "completed"


def test_an_order_offered_to_somebody_else_is_not_resumed(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject(text="卡密有效")
    assert seen(tale).can_resume
    tale.offer_to("mallory@cardmall.test")
    assert tale.row.hold_until, "the 24 hours after the rejection still run"
    assert not seen(tale).can_resume
    said = refused(act, cases.resume_delivery, town.alice, tale.no, now=tale.at)
    assert (said.reason, tale.row.held_at is not None) == ("no_hold", True)
