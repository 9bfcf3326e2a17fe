"""转让: Alice offers her order to Mallory; Bob and Mallory both agree, Mallory pays, or nothing has moved (R53)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.terms import Actor, CardStatus, Refused, Role, TransferStatus
from cardmall.models import Account, Card, Notice, Order, Outgoing, Product, Transfer
from cardmall.reads.days import balances, by_account
from cardmall.reads.people import as_actor
from cardmall.services.account import standing
from cardmall.services.case import cases, partials
from cardmall.services.order import delivery, orders
from cardmall.services.shop import shops
from cardmall.services.transfer import transfers
from cardmall.views.merchant.transfers import shop_transfers
from cardmall.views.shopper.checkout import checkout_view
from cardmall.views.shopper.order import order_view
from cardmall.views.shopper.transfer import transfer_view
from cardmall.views.shopper.transfer_form import transfer_form
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    Tale,
    Town,
    act,
    count,
    hear,
    refused,
    rows,
    run_jobs,
    set_clock,
)

MALLORY = "mallory@cardmall.test"


def offered(town: Town, slug: str = MANUAL, to: str = MALLORY, count: int = 1) -> Tale:
    return town.tale().order(slug, count).pay().offer_to(to)


def offer(tale: Tale, to: str = MALLORY, who: Actor | None = None) -> str:
    address = Address(AddressKind.email, to)
    told = {"address": address, "now": tale.at}
    return act(transfers.offer_transfer, who or tale.shopper, tale.no, **told)


def agree(tale: Tale, *people: Actor) -> str:
    for person in people:
        said = act(transfers.agree_transfer, person, tale.transfer.no, now=tale.at)
    return said


def decline(tale: Tale, person: Actor) -> None:
    act(transfers.decline_transfer, person, tale.transfer.no, now=tale.at)


def withdraw(tale: Tale, person: Actor | None = None) -> None:
    act(transfers.withdraw_transfer, person or tale.shopper, tale.transfer.no, now=tale.at)


def works_at(at: datetime | None, after: timedelta = timedelta()) -> None:
    """The worker looks at that moment."""
    assert at
    set_clock(at + after)
    run_jobs()


def as_before(tale: Tale, cards: list[str]) -> None:
    """Nothing has moved: the order stands, its money and cards with it, and no longer held."""
    assert (tale.row.held_at, tale.refunds, tale.card_states) == (None, [], cards)
    assert tale.money() == {"shopper": -tale.row.total, "escrow": tale.row.total}
    assert tale.transfer.ended_at


# offered


def test_an_offer_holds_the_order_and_tells_both_sides(town: Town) -> None:
    tale = offered(town)
    row, found = tale.row, tale.transfer
    assert (found.status, found.amount, found.address) == ("offered", 9900, MALLORY)
    assert found.deadline - found.created_at == timedelta(hours=48)
    assert row.held_at and row.status == "awaiting_delivery"
    assert [n.kind for n in rows(Notice, Notice.account_id == town.mallory.id)] == ["transfer_offered"]
    assert "transfer_asked" in tale.told(town.bob)
    assert {"transfer_offered", "held"} <= set(tale.verbs)


def test_the_receiver_is_not_told_the_number_of_an_order_of_somebody_else(town: Town) -> None:
    tale = offered(town)
    (notice,) = rows(Notice, Notice.account_id == town.mallory.id)
    assert (notice.order_no, notice.data["transfer"]) == ("", tale.transfer.no)
    assert tale.no not in str(notice.data)


def test_delivery_and_reveal_stand_still_meanwhile(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().offer_to(MALLORY)
    works_at(tale.row.deliver_at, HOUR)
    assert tale.row.status == "awaiting_delivery"
    sealed = town.tale().order(AUTO).pay().deliver().offer_to(MALLORY)
    told = {"address": "192.0.2.1", "now": sealed.at}
    assert (
        refused(act, delivery.reveal_card, town.alice, sealed.no, sealed.cards[0].id, **told).reason == "transfer_open"
    )
    assert refused(act, orders.complete_order, town.alice, sealed.no, now=sealed.at).reason == "stale"
    codes = {"codes": ["T-1"], "now": tale.at}
    by_hand = offered(town)
    assert refused(act, delivery.deliver_manually, town.bob, by_hand.no, **codes).reason == "transfer_open"


def test_an_offer_to_nobody_we_know_looks_like_any_other(town: Town) -> None:
    """R80: neither Alice's page nor the answer tells whether the address has an account; the mailbox hears of it."""
    known, unknown = offered(town), offered(town, to="nobody@example.com")
    a, b = (act(transfer_view, town.alice, t.transfer.no, now=t.at) for t in (known, unknown))
    assert (a.status, a.actions, a.is_open) == (b.status, b.actions, b.is_open)
    assert [v for v in known.verbs] == unknown.verbs
    (sent,) = rows(Outgoing, Outgoing.target == "nobody@example.com")
    assert (sent.kind, sent.data["transfer"]) == ("transfer_offered", unknown.transfer.no)


def test_an_address_nobody_has_proven_is_nobodys(town: Town) -> None:
    unproven = _account("mal2@cardmall.test", confirmed=False)
    tale = offered(town, to="mal2@cardmall.test")
    assert refused(act, transfer_view, unproven, tale.transfer.no, now=tale.at).reason == "not_found"
    assert refused(agree, tale, unproven).reason == "not_found"
    assert count(Notice, col(Notice.account_id) == unproven.id) == 0
    _prove(unproven)
    assert act(transfer_view, unproven, tale.transfer.no, now=tale.at).side == "receiver"


def _account(email: str, *, confirmed: bool) -> Actor:
    with db.transaction() as session:
        at = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
        row = Account(
            name="x", role=Role.shopper, email=email, email_confirmed_at=at if confirmed else None, password_hash="",
            created_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return as_actor(row)


def _prove(who: Actor) -> None:
    with db.transaction() as session:
        row = session.get_one(Account, who.id)
        row.email_confirmed_at = row.created_at
        session.add(row)


@pytest.mark.parametrize("address", ["alice@cardmall.test"])
def test_not_to_oneself(town: Town, address: str) -> None:
    tale = town.tale().order(MANUAL).pay()
    assert refused(offer, tale, address).fields == {"address": "own_address"}
    assert (rows(Transfer), tale.row.held_at) == ([], None)


def test_what_is_no_address_is_said_beside_the_field(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    told = {"address": None, "now": tale.at}
    assert refused(act, transfers.offer_transfer, town.alice, tale.no, **told).fields == {"address": "not_an_address"}


def test_only_the_orders_own_shopper_offers_it(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    assert refused(offer, tale, who=town.mallory).reason == "not_found"
    assert refused(offer, tale, who=town.bob).reason == "not_allowed"


def _without_stock(tale: Tale) -> Tale:
    """Paid; its card was withdrawn and no other is there."""
    tale.town.sell("single", 1)
    tale.order("single").pay()
    with db.transaction() as session:
        card = session.get_one(Card, tale.cards[0].id)
        card.status, card.order_id = CardStatus.voided, None
    return tale.deliver()


@pytest.mark.parametrize(
    ("build", "reason", "instead"),
    [
        (lambda t: t.order(MANUAL), "not_paid", "cancel_now"),
        (_without_stock, "out_of_stock", "request"),
        (lambda t: t.order(MANUAL).pay().request(), "case_open", "case"),
        (lambda t: t.order(AUTO).pay().deliver().reveal(), "used", "appeal"),
        (lambda t: t.order(AUTO, 2).pay().deliver().reveal(1), "used", "return"),
        (lambda t: t.order(AUTO).pay().deliver().complete(), "completed", "return"),
        (lambda t: t.order(MANUAL).pay().request().approve(), "already_closed", "orders"),
        (lambda t: t.order(MANUAL).pay().offer_to(MALLORY), "transfer_open", "transfer"),
    ],
)
def test_when_an_order_may_not_be_passed_on(town: Town, build: Any, reason: str, instead: str) -> None:
    tale = build(town.tale())
    before = tale.row
    found = refused(offer, tale)
    assert (found.reason, found.offer, found.status) == (reason, instead, before.status)
    form = act(transfer_form, town.alice, tale.no, now=tale.at)
    assert (form.is_open, form.reason, form.offer) == (False, reason, instead)
    assert tale.row == before


def test_three_offers_and_no_more(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    for _ in range(limits.TRANSFERS):
        tale.offer_to("somebody@example.com")
        withdraw(tale)
    assert refused(offer, tale).reason == "transfers_used"


def test_a_rejected_request_leads_to_a_transfer(town: Town) -> None:
    """R52: the next step after a no; the 24 hours of the rejection run on beside it."""
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").offer_to(MALLORY)
    until = tale.row.hold_until
    withdraw(tale)
    assert until and tale.row.held_at and tale.row.hold_until == until
    works_at(until, MINUTE)
    assert tale.row.held_at is None


def test_the_hold_after_a_rejection_does_not_end_under_an_open_offer(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").offer_to(MALLORY)
    works_at(tale.row.hold_until, MINUTE)
    assert tale.row.held_at
    assert refused(act, cases.resume_delivery, town.alice, tale.no, now=tale.at).reason == "no_hold"
    works_at(tale.transfer.deadline, MINUTE)
    as_before(tale, [])


def test_nobody_answers_an_offer_that_was_withdrawn_or_whose_time_is_over(town: Town) -> None:
    ended, late = offered(town), offered(town)
    withdraw(ended)
    late.at = late.transfer.deadline + limits.DEADLINE_SECOND  # the worker has not come yet
    for answer, who in ((withdraw, town.alice), (agree, town.mallory), (decline, town.mallory), (decline, town.bob)):
        for tale in (ended, late):
            assert refused(answer, tale, who).reason == "stale"
    as_before(ended, [])
    assert late.transfer.status == "offered"


# agreed


def test_one_yes_is_told_and_moves_nothing(town: Town) -> None:
    for people in ("mallory", "bob"):
        tale = offered(town)
        assert agree(tale, getattr(town, people)) == ""
        assert (tale.transfer.status, tale.transfer.new_order_id) == ("offered", None)
        assert "transfer_agreed" in tale.told(town.alice)


@pytest.mark.parametrize("first", ["bob", "mallory"])
def test_both_yes_make_the_receivers_order(town: Town, first: str) -> None:
    tale = offered(town)
    people = [town.bob, town.mallory] if first == "bob" else [town.mallory, town.bob]
    no = agree(tale, *people)
    new = tale.successor
    row = new.row
    assert (new.no, row.shopper_id, row.status, row.total) == (no, town.mallory.id, "pending_payment", 9900)
    assert row.pay_by - row.created_at == limits.PAY_WITHIN
    assert new.card_states == [] and tale.row.held_at
    assert tale.transfer.status == "accepted"
    assert "transfer_payable" in [n.kind for n in rows(Notice, Notice.account_id == town.mallory.id)]


def test_the_new_order_keeps_the_price_and_the_policy_of_the_old(town: Town) -> None:
    town.sell("odd", 2, price=777, fee_permille=30, return_allowed=False, name="旧名")
    tale = town.tale().order("odd", 2).pay()
    _reprice("odd", 999)
    tale.offer_to(MALLORY).agree(town.mallory, town.bob)
    old, new = tale.row, tale.successor.row
    kept = ("unit_price", "total", "quantity", "product_name", "category", "mode", "terms")
    assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]
    assert (new.total, new.terms.fee_permille, new.terms.return_allowed) == (2 * 777, 30, False)


def _reprice(slug: str, price: int) -> None:
    with db.transaction() as session:
        product = session.exec(select(Product).where(Product.slug == slug)).one()
        product.price, product.fee_permille, product.name = price, 50, "新名"
        session.add(product)


def test_a_second_yes_of_the_same_side_is_refused(town: Town) -> None:
    tale = offered(town).agree(town.mallory)
    assert refused(agree, tale, town.mallory).reason == "agreed_before"
    tale.agree(town.bob)
    assert refused(agree, tale, town.bob).reason == "stale"
    assert refused(agree, tale, town.bob).status == "accepted"
    assert count(Order, col(Order.shopper_id) == town.mallory.id) == 1


def test_strangers_find_nothing(town: Town) -> None:
    tale = offered(town)
    (other,) = [_account("stranger@cardmall.test", confirmed=True)]
    for who in (other, town.mo):
        for deed in (agree, decline, withdraw):
            assert refused(deed, tale, who).reason == "not_found"
        assert refused(act, transfer_view, who, tale.transfer.no, now=tale.at).reason == "not_found"
    assert refused(act, transfer_view, town.mallory, "TR0", now=tale.at).reason == "not_found"
    assert (tale.transfer.status, tale.transfer.receiver_agreed_at) == ("offered", None)


def test_each_answer_has_its_own_people(town: Town) -> None:
    tale = offered(town)
    for deed, who in ((agree, town.alice), (decline, town.alice), (agree, town.carol), (withdraw, town.mallory)):
        assert refused(deed, tale, who).reason == "not_allowed"
    assert tale.transfer.status == "offered"


@pytest.mark.parametrize("to", ["bob@cardmall.test"])
def test_a_shop_takes_no_order_of_its_own(town: Town, to: str) -> None:
    """Alice is not told; the shop cannot say yes, only no."""
    tale = offered(town, to=to)
    assert refused(agree, tale, town.bob).reason == "not_allowed"
    decline(tale, town.bob)
    as_before(tale, [])


def test_a_merchant_of_another_shop_and_an_admin_buy_nothing(town: Town) -> None:
    for to, who in (("mo@cardmall.test", town.mo), ("carol@cardmall.test", town.carol)):
        assert isinstance(refused(agree, offered(town, to=to), who), Refused)
    assert count(Order, col(Order.shopper_id).in_([town.mo.id, town.carol.id])) == 0


def test_five_unpaid_orders_are_enough_for_a_receiver_too(town: Town) -> None:
    tale = offered(town)
    for _ in range(limits.UNPAID_ORDERS):
        town.tale(shopper=town.mallory, at=tale.at).order(MANUAL)
    assert refused(agree, tale, town.mallory).reason == "too_many_unpaid"


# ended


def test_declined_by_either_side_nothing_has_moved(town: Town) -> None:
    for name in ("bob", "mallory"):
        tale = offered(town)
        decline(tale, getattr(town, name))
        assert tale.transfer.status == "declined"
        assert tale.transfer.ended_why == ("merchant" if name == "bob" else "receiver")
        as_before(tale, [])
        assert "transfer_ended" in tale.told(town.alice)


def test_withdrawn_by_the_shopper_even_after_both_agreed(town: Town) -> None:
    tale = offered(town).agree(town.mallory, town.bob)
    new = tale.successor
    withdraw(tale)
    assert (tale.transfer.status, new.row.status) == ("withdrawn", "canceled")
    as_before(tale, [])
    assert "transfer_ended" in [n.kind for n in rows(Notice, Notice.account_id == town.mallory.id)]


def test_silence_ends_it_after_48_hours(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().offer_to(MALLORY).agree(town.mallory)
    end = tale.transfer.deadline
    works_at(end)
    assert tale.transfer.status == "offered"
    works_at(end, limits.DEADLINE_SECOND)
    assert (tale.transfer.status, tale.transfer.ended_why) == ("expired", "silence")
    as_before(tale, ["allocated"])
    tale.at = end + MINUTE
    found = refused(agree, tale, town.bob)
    assert (found.reason, found.status) == ("stale", "expired")
    works_at(tale.row.deliver_at)
    assert tale.row.status == "delivered"


def test_a_yes_before_the_late_job_is_too_late_as_well(town: Town) -> None:
    tale = offered(town)
    tale.at = tale.transfer.deadline + limits.DEADLINE_SECOND
    assert (refused(agree, tale, town.mallory).status, tale.transfer.status) == ("expired", "offered")


def test_not_paid_in_15_minutes_nothing_has_moved(town: Town) -> None:
    tale = offered(town, AUTO).agree(town.mallory, town.bob)
    new = tale.successor
    works_at(new.row.pay_by, MINUTE)
    assert (new.row.status, tale.transfer.status, tale.transfer.ended_why) == ("expired", "expired", "unpaid")
    as_before(tale, ["allocated"])
    works_at(tale.row.deliver_at, MINUTE)
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"])


def test_the_receiver_cancels_the_new_order_and_the_old_one_goes_on(town: Town) -> None:
    tale = offered(town).agree(town.mallory, town.bob)
    act(orders.cancel_now, town.mallory, tale.successor.no, now=tale.at)
    assert (tale.transfer.status, tale.transfer.ended_why) == ("declined", "receiver")
    as_before(tale, [])


def test_a_receiver_who_agreed_may_still_decline(town: Town) -> None:
    tale = offered(town).agree(town.mallory, town.bob)
    decline(tale, town.mallory)
    assert tale.successor.row.status == "canceled"
    as_before(tale, [])


def test_a_request_ends_the_offer_and_keeps_the_hold(town: Town) -> None:
    """The shopper is never kept from a way out by an offer of their own."""
    tale = offered(town).agree(town.mallory, town.bob)
    held = tale.row.held_at
    tale.request()
    assert (tale.transfer.status, tale.transfer.ended_why, tale.successor.row.status) == (
        "withdrawn", "case", "canceled",
    )  # fmt: skip
    assert (tale.case.status, tale.row.held_at) == ("review", held)
    assert "hold_lifted" not in tale.verbs
    assert "transfer_ended" in [n.kind for n in rows(Notice, Notice.account_id == town.mallory.id)]


def test_an_appeal_and_a_partial_refund_end_it_too(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").offer_to(MALLORY).appeal()
    assert (tale.transfer.ended_why, tale.row.held_at is not None) == ("case", True)
    less = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").resume().offer_to(MALLORY)
    told = {"amount": "10", "now": less.at}
    act(partials.ask_partial, town.alice, less.case.no, **told)
    assert (less.transfer.ended_why, less.case.status, less.row.held_at) == ("case", "asked", None)


def test_canceled_at_once_the_offer_ends_with_the_order(town: Town) -> None:
    tale = offered(town)
    _disable(town, tale.at)
    act(orders.cancel_now, town.alice, tale.no, now=tale.at)
    assert (tale.row.status, tale.transfer.ended_why, tale.row.held_at) == ("canceled", "order_closed", None)
    assert [r.amount for r in tale.refunds] == [9900]


def _disable(town: Town, at: datetime) -> None:
    act(shops.disable_shop, town.carol, "bobs", reason="违规", now=at)


@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("slug", [MANUAL, AUTO])
def test_a_disabled_shop_ends_the_offer_of_every_order(town: Town, slug: str, agreed: bool) -> None:
    tale = town.tale().order(slug).pay()
    tale = (tale.deliver() if slug == AUTO else tale).offer_to(MALLORY)
    tale = tale.agree(town.mallory, town.bob) if agreed else tale
    _disable(town, tale.at)
    works_at(tale.at)
    assert (tale.transfer.status, tale.transfer.ended_why, tale.row.held_at) == ("declined", "shop_disabled", None)
    assert not agreed or tale.successor.row.status == "canceled"


def test_a_disabled_shop_agrees_to_nothing(town: Town) -> None:
    tale = offered(town)
    _disable(town, tale.at)
    assert refused(agree, tale, town.mallory).reason == "shop_disabled"


@pytest.mark.parametrize("who", ["alice", "mallory"])
def test_a_disabled_account_passes_nothing_on(town: Town, who: str) -> None:
    tale = offered(town).agree(town.mallory)
    person = getattr(town, who)
    act(standing.disable_account, town.carol, person.id, reason="滥用", now=tale.at)
    works_at(tale.at)
    assert (tale.transfer.status, tale.transfer.ended_why) == ("declined", "account_disabled")
    as_before(tale, [])


def test_an_address_of_a_disabled_account_is_not_told_by_an_early_end(town: Town) -> None:
    tale = offered(town)
    act(standing.disable_account, town.carol, town.mallory.id, reason="滥用", now=tale.at)
    works_at(tale.at)
    assert tale.transfer.status == "offered"


# paid


def buy(tale: Tale) -> Tale:
    """Both agreed; the receiver pays."""
    tale.agree(tale.town.bob, tale.town.mallory)
    new = tale.successor
    new.pay()
    return new


def test_paid_undelivered_the_cards_change_hands_in_one_transaction(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().offer_to(MALLORY)
    cards = {card.id for card in tale.cards}
    new = buy(tale)
    assert (tale.row.status, new.row.status) == ("canceled", "awaiting_delivery")
    assert ({card.id for card in new.cards}, tale.cards) == (cards, [])
    assert new.card_states == ["allocated", "allocated"]
    assert [(r.amount, r.cause.value, r.status.value) for r in tale.refunds] == [(19800, "transfer", "requested")]
    assert tale.money() == {"shopper": -19800, "escrow": 19800}  # until the refund has arrived
    assert new.money() == {"shopper": -19800, "escrow": 19800}
    assert (tale.transfer.status, tale.row.held_at, new.row.held_at) == ("completed", None, None)
    works_at(new.row.deliver_at, MINUTE)
    assert (new.row.status, new.card_states) == ("delivered", ["sealed", "sealed"])
    assert tale.row.status == "canceled"
    assert count(Card, col(Card.status) == CardStatus.available) == 8


def test_the_refund_is_all_that_was_paid_and_the_books_balance(town: Town) -> None:
    tale = offered(town)
    new = buy(tale)
    tale.at += MINUTE
    tale.refund_arrives()
    assert tale.refunds[0].amount == tale.payments[0].amount == 9900
    assert tale.money() == {}
    assert new.money() == {"shopper": -9900, "escrow": 9900}
    assert sum(by_account(act(balances)).values()) == 0


def test_paid_sealed_the_codes_stay_sealed_and_open_for_the_receiver_alone(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().later(days=6).offer_to(MALLORY)
    card = tale.cards[0]
    new = buy(tale)
    row = new.row
    assert (row.status, new.card_states) == ("delivered", ["sealed"])
    assert row.delivered_at == row.paid_at  # every window begins anew
    told = {"address": "192.0.2.1", "now": new.at}
    assert refused(act, delivery.reveal_card, town.alice, tale.no, card.id, **told).reason == "not_found"
    assert act(delivery.reveal_card, town.mallory, new.no, card.id, **told) in town.codes[AUTO]
    assert new.jobs("complete")


@pytest.mark.parametrize(("deliver", "told"), [(True, ("auto", 0)), (False, ("auto", 5))])
def test_the_checkout_says_when_the_codes_come(town: Town, deliver: bool, told: tuple[str, int]) -> None:
    tale = town.tale().order(AUTO).pay()
    tale = (tale.deliver() if deliver else tale).offer_to(MALLORY).agree(town.mallory, town.bob)
    view = act(checkout_view, town.mallory, tale.successor.no)
    assert (view.mode, view.delay_minutes) == told


def test_the_return_of_a_taken_over_card_voids_it(town: Town) -> None:
    """R77: sealed once, never for sale again, whoever gives it back."""
    tale = town.tale().order(AUTO).pay().deliver().offer_to(MALLORY)
    new = buy(tale)
    new.request(way="return").approve()
    assert (new.row.status, new.card_states) == ("canceled", ["voided"])
    assert [r.amount for r in new.refunds] == [9900]


def test_a_manual_order_waits_for_the_merchant_anew(town: Town) -> None:
    tale = offered(town)
    new = buy(tale)
    row = new.row
    assert row.promised_at and row.paid_at and row.promised_at > row.paid_at
    new.deliver_by_hand("BY-HAND-1")
    assert new.row.status == "delivered"


def test_both_timelines_tell_it(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().offer_to(MALLORY)
    new = buy(tale)
    wanted = ["transfer_offered", "transfer_agreed", "transfer_accepted", "transfer_completed", "canceled"]
    assert [verb for verb in tale.verbs if verb in wanted] == [
        "transfer_offered", "transfer_agreed", "transfer_agreed", "transfer_accepted", "transfer_completed", "canceled",
    ]  # fmt: skip
    assert {"ordered_by_transfer", "consented", "paid", "cards_taken_over", "delivered"} <= set(new.verbs)
    (canceled,) = [event for event in tale.events if event.verb == "canceled"]
    assert canceled.data["reason"] == "transferred"
    assert {"transfer_completed", "refund_sent"} & set(tale.told(town.alice))


def test_an_order_taken_over_may_be_passed_on_again(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().offer_to(MALLORY)
    new = buy(tale)
    _account("third@cardmall.test", confirmed=True)
    new.offer_to("third@cardmall.test")
    assert (new.row.held_at is not None, new.transfer.amount) == (True, 9900)


def test_money_that_comes_after_the_end_goes_back_by_itself(town: Town) -> None:
    tale = offered(town).agree(town.mallory, town.bob)
    new = tale.successor
    act(orders.start_payment, town.mallory, new.no, channel="alipay", consent=True, now=tale.at)
    works_at(new.row.pay_by, MINUTE)
    assert hear(new.payments[0], new.row.pay_by + 2 * MINUTE)
    assert [(r.amount, r.cause.value) for r in new.refunds] == [(9900, "closed_then_paid")]
    as_before(tale, [])


def test_a_shop_disabled_at_the_second_of_payment_gets_nothing(town: Town) -> None:
    tale = offered(town, AUTO).agree(town.mallory, town.bob)
    new = tale.successor
    act(orders.start_payment, town.mallory, new.no, channel="alipay", consent=True, now=tale.at)
    _disable(town, tale.at)
    assert hear(new.payments[0], tale.at)
    assert (new.row.status, tale.transfer.ended_why) == ("canceled", "shop_disabled")
    assert [r.cause.value for r in new.refunds] == ["closed_then_paid"]
    as_before(tale, ["allocated"])


# seen


def test_what_each_side_sees(town: Town) -> None:
    tale = offered(town)
    see = {who: act(transfer_view, getattr(town, who), tale.transfer.no, now=tale.at) for who in _SEEN}
    assert {who: (v.side, v.order_no == tale.no, v.whom, v.actions) for who, v in see.items()} == _SEEN
    assert all(view.giver == "a*" and view.amount == 9900 for view in see.values())


_SEEN: dict[str, Any] = {
    "alice": ("shopper", True, MALLORY, ["withdraw"]),
    "mallory": ("receiver", False, MALLORY, ["agree", "decline"]),
    "bob": ("merchant", True, "ma***@cardmall.test", ["agree", "decline"]),
    "carol": ("admin", True, "ma***@cardmall.test", []),
}


def test_the_order_page_and_the_shops_desk_name_the_offer(town: Town) -> None:
    tale = offered(town)
    seen = act(order_view, town.alice, tale.no, now=tale.at)
    assert (seen.panel, seen.transfer.no, seen.pill, seen.transfer.may) == (
        "transfer_offered", tale.transfer.no, "transferring", False,
    )  # fmt: skip
    assert [row.no for row in act(shop_transfers, town.bob)] == [tale.transfer.no]
    assert act(shop_transfers, town.mo) == []
    tale.agree(town.bob)
    assert act(shop_transfers, town.bob) == []


def test_a_hold_for_a_transfer_counts_as_no_broken_promise(town: Town) -> None:
    tale = offered(town)
    promised = tale.row.promised_at
    works_at(tale.transfer.deadline, MINUTE)
    later = tale.row.promised_at
    assert promised and later and later - promised >= limits.TRANSFER_WITHIN - HOUR


def test_a_settlement_never_meets_an_open_offer(town: Town) -> None:
    """Completion waits for the end of the offer."""
    tale = town.tale().order(AUTO).pay().deliver().later(days=13).offer_to(MALLORY)
    works_at(tale.row.delivered_at, 14 * DAY + MINUTE)
    assert (tale.row.status, tale.transfer.status) == ("delivered", TransferStatus.offered)
    works_at(tale.row.delivered_at, 17 * DAY)
    works_at(tale.row.delivered_at, 18 * DAY + MINUTE)
    assert (tale.transfer.status, tale.row.status) == ("expired", "completed")
