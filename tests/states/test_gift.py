"""The form of a gift shows both sums before it gives anything, and loses nothing that was typed (R96)."""

from typing import Any

import pytest
from sqlmodel import select

from cardmall import locales
from cardmall.adapters import clock, db
from cardmall.adapters.world import world
from cardmall.domain.terms import CardStatus
from cardmall.models import Card, Case, Order
from cardmall.pages.merchant.refund import refund_form_page
from cardmall.reads.people import as_actor
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.states.merchant.refund import MerchantRefundState
from tests.bank import Till
from tests.states.test_appeal_desk import account
from tests.states.test_desks import page_of, run, town
from tests.states.test_goods import comes
from tests.town import rows

pytestmark = pytest.mark.usefixtures("town")
FORM = {"of": "amount", "amount": "1", "reason": "risk", "text": "抱歉"}
__all__ = ["town"]


def bought(quantity: int = 2) -> Story:
    """Alice's order of Bob's codes, delivered."""
    with db.transaction() as session:
        alice, bob = (as_actor(account(session, name)) for name in ("alice", "bob"))
        story = Story(session, Scene(world(), Till()), alice, bob, clock.now())
        return story.order("cloud-disk", quantity).pay().deliver()


def at_form(no: str, who: str = "bob") -> Any:
    page = page_of(MerchantRefundState, who, f"/merchant/orders/{no}/refund")
    run(MerchantRefundState.refresh.fn(page))
    return page


def check(page: Any, **told: str) -> Any:
    return run(MerchantRefundState.check.fn(page, {**FORM, **told}))


def gifts(no: str) -> list[Case]:
    (order,) = rows(Order, Order.no == no)
    return rows(Case, Case.order_id == order.id, Case.kind == "gift")


def test_the_first_press_shows_both_sums_and_the_yes_gives() -> None:
    no = bought().no
    page = at_form(no)
    assert (page.of, page.view.why, len(page.view.pieces), page.asking) == ("cards", "", 2, False)
    assert check(page) is None
    assert (page.asking, page.effect.amount, page.effect.of_order, page.effect.kept) == (
        True,
        100,
        100,
        page.view.most - 100,
    )
    assert gifts(no) == []
    assert "已退款" in str(run(MerchantRefundState.give.fn(page)))
    assert run(MerchantRefundState.give.fn(page)) is None  # the second half of a double click
    assert [(one.amount, one.reason, one.text) for one in gifts(no)] == [(100, "risk", "抱歉")]


def test_the_cards_are_those_that_were_ticked() -> None:
    no = bought().no
    page = at_form(no)
    check(page, of="cards")
    assert (page.cards_error, page.asking) == ("required", False)
    second = page.view.pieces[1].card
    check(page, of="cards", **{"card-2": "on", "card-3": "on"})  # there is no third
    run(MerchantRefundState.give.fn(page))
    assert [one.cards for one in gifts(no)] == [[second]]


def test_what_is_wrong_stands_beside_its_field() -> None:
    page = at_form(bought().no)
    check(page, amount="", reason="", of="amount")
    assert (page.amount_error, page.reason_error, page.asking) == ("required", "required", False)
    check(page, reason="other", text="")
    assert (page.text_error, page.amount_error) == ("required", "")


def test_leaving_does_nothing_and_a_press_without_a_look_neither() -> None:
    no = bought().no
    page = at_form(no)
    check(page)
    MerchantRefundState.leave.fn(page)
    assert (page.asking, run(MerchantRefundState.give.fn(page)), gifts(no)) == (False, None, [])


def test_what_happened_meanwhile_is_asked_anew() -> None:
    no = bought().no
    one, other = at_form(no), at_form(no)
    for page in (one, other):
        check(page)
    run(MerchantRefundState.give.fn(one))
    told = str(run(MerchantRefundState.give.fn(other)))
    assert ("已被其他人更改" in told, len(gifts(no)), other.view.most) == (True, 1, other.view.paid - 100)
    run(MerchantRefundState.refresh.fn(other))
    MerchantRefundState.choose.fn(other, "pieces")
    assert other.of == "cards", "delivered orders have no pieces to cancel"
    MerchantRefundState.choose.fn(other, "amount")
    assert other.of == "amount"


def test_a_look_at_a_code_asks_anew() -> None:
    story = bought()
    page = at_form(story.no)
    check(page)
    run(MerchantRefundState.refresh.fn(page))
    assert page.asking, "nothing moved"
    with db.transaction() as session:
        card = session.exec(select(Card).where(Card.status == "sealed", Card.id == page.view.pieces[1].card)).one()
        card.status = CardStatus.revealed
    run(MerchantRefundState.refresh.fn(page))
    assert not page.asking


def test_what_is_asked_stays_when_the_page_is_drawn_anew_and_not_when_it_is_opened_again() -> None:
    page = at_form(bought().no)
    run(MerchantRefundState.load.fn(page))
    MerchantRefundState.choose.fn(page, "amount")
    check(page)
    for again, left in ((True, ("amount", True, 100)), (False, ("cards", False, 0))):
        run(comes(page, again=again))
        run(MerchantRefundState.load.fn(page))
        assert (page.of, page.asking, page.effect.amount) == left


def test_nobody_else_sees_the_form() -> None:
    no = bought().no
    for who in ("erin", "alice", "carol"):
        page = at_form(no, who)
        assert (page.missing, page.view.no) == (True, "")


def test_the_merchant_reads_where_the_money_goes_and_not_your_card() -> None:
    """Theirs is not the account it is refunded to."""
    drawn = str(refund_form_page().render())
    assert locales.text("en", "labels.channel.bank_card") in drawn
    assert "your bank card" not in drawn
