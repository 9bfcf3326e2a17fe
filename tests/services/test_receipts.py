"""Receipts in the place of codes: given once, read by both sides, reported for 14 days, and no part of stock (R94)."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import world
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import Actor
from cardmall.models import Account, Card, Event, Order, Outgoing, Picture
from cardmall.services.case import answers, appeals, cases
from cardmall.services.order import delivery, orders, receipts
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.order.twins import to_reindex
from cardmall.services.shop import goods
from cardmall.services.shop.code_files import export_codes
from cardmall.services.transfer.transfers import offer_transfer
from cardmall.views.admin.case import appeal_case
from cardmall.views.merchant.case import shop_case
from cardmall.views.merchant.delivery import to_deliver
from cardmall.views.merchant.order import shop_order
from cardmall.views.merchant.product_stock import product_stock
from cardmall.views.public.home import catalog_page
from cardmall.views.receipts import ReceiptView
from cardmall.views.shopper.case import case_page
from cardmall.views.shopper.order import order_view
from cardmall.views.shopper.orders import orders_page, read_filters
from cardmall.views.shopper.printout import printout
from tests.services.race import race, refusals, rounds
from tests.services.test_buyer_answers import ASKED, MINE, OTHER, correct
from tests.services.test_goods import FORM, save, versions
from tests.services.test_pictures import keep, sees
from tests.town import DAY, HOUR, MANUAL, MINUTE, Tale, Town, act, count, look, refused, rows, run_jobs, set_clock

GAME = "game-top-up"
SECOND = timedelta(seconds=1)
TEXT = "已充 648 点到 Dragon77\n流水号 A-1"
MANY = ",".join(digit * 32 for digit in "abcd")
RECEIPT: dict[str, Any] = {"form": ProductForm.receipt, "promise_seconds": 2 * 86_400}


@pytest.fixture
def shop(town: Town) -> Town:
    town.sell(GAME, **RECEIPT)
    return town


def paid(shop: Town, pieces: int = 1) -> Tale:
    return shop.tale().order(GAME, pieces).pay()


def give(tale: Tale, text: object = TEXT, pictures: object = "", seen: object = 0, who: Actor | None = None) -> Tale:
    told: dict[str, Any] = {"text": text, "pictures": pictures, "seen": seen}
    act(receipts.give_receipt, who or tale.town.bob, tale.no, **told, now=tale.at)
    return tale


def receipt(view: Any, who: Actor, no: str, at: datetime) -> ReceiptView:
    found = look(view, who, no, now=at)
    return getattr(found, "order", found).receipt


def order_of(tale: Tale, who: Actor | None = None) -> Any:
    return look(order_view, who or tale.shopper, tale.no, now=tale.at)


# goods


def test_a_shop_chooses_the_form_for_new_orders_and_each_order_keeps_its_own(town: Town) -> None:
    before = town.tale().order(MANUAL).pay()
    save(town, MANUAL, 1, form="receipt")
    assert versions(MANUAL)[-1].after["form"] == "receipt"
    after = town.tale().order(MANUAL).pay()
    assert [tale.row.terms.form for tale in (before, after)] == [ProductForm.code, ProductForm.receipt]
    assert refused(give, before).reason == "stale"
    assert refused(after.deliver_by_hand, "CODE-1").reason == "stale"
    before.deliver_by_hand("CODE-1")
    give(after)
    assert [tale.card_states for tale in (before, after)] == [["sealed"], ["revealed"]]


def test_what_delivers_itself_is_codes_and_a_copy_is_of_the_same_form(town: Town) -> None:
    made = act(goods.create_product, town.bob, FORM | {"mode": "auto", "form": "receipt"}, now=town.founded)
    by_hand = act(goods.create_product, town.bob, FORM | {"mode": "manual", "form": "receipt"}, now=town.founded)
    copied = act(goods.copy_product, town.bob, by_hand, "一样的", now=town.founded)
    assert [versions(slug)[0].after["form"] for slug in (made, by_hand, copied)] == ["code", "receipt", "receipt"]
    wrong = refused(act, goods.create_product, town.bob, FORM | {"mode": "manual", "form": "gold"}, now=town.founded)
    assert wrong.fields == {"form": "not_a_choice"}
    save(town, by_hand, 1, mode="auto", form="receipt")
    assert {name: versions(by_hand)[-1].after[name] for name in ("mode", "form")} == {"mode": "auto", "form": "code"}


def test_no_row_of_a_product_delivers_receipts_by_itself(town: Town) -> None:
    with pytest.raises(IntegrityError, match="ck_receipt_by_hand"), db.transaction() as session:
        session.connection().execute(sa.text("UPDATE product SET form = 'receipt' WHERE mode = 'auto'"))


def test_the_shelf_promises_no_return_of_what_is_used_at_once(shop: Town) -> None:
    shelf = {row.slug: row.return_allowed for row in look(catalog_page, None, now=shop.founded).rows}
    assert (shelf[MANUAL], shelf[GAME]) == (True, False)


# delivery


def test_a_receipt_delivers_all_pieces_at_once_used_and_sealed_at_rest(shop: Town) -> None:
    tale = give(paid(shop, 3))
    assert (tale.row.status, tale.row.delivered_at, tale.card_states) == ("delivered", tale.at, ["revealed"] * 3)
    assert {(card.revealed_at, card.sealed_at, card.tail) for card in tale.cards} == {(tale.at, None, "")}
    assert all(card.blind == card.shop_blind == card.id for card in tale.cards), "the same as no code"
    vault = world().vault
    assert [vault.open(card.id, card.sealed_code) for card in tale.cards] == [TEXT] * 3
    with pytest.raises(InvalidTag):
        vault.open(tale.cards[0].id, tale.cards[1].sealed_code)
    (given,) = [event for event in tale.events if event.verb == "receipt_given"]
    assert (sorted(given.data["cards"]), given.note) == (sorted(card.id for card in tale.cards), "")
    with db.engine().connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        stored = str([connection.execute(sa.text(f'SELECT * FROM "{table}"')).all() for table in tables])
    assert "Dragon77" not in stored, "no row of the house holds the text"


def test_many_orders_may_have_the_same_receipt_and_a_code_like_it_still_comes(shop: Town) -> None:
    first, second = give(paid(shop), "已充"), give(paid(shop), "已充")
    assert first.card_states == second.card_states == ["revealed"]
    shop.tale().order(MANUAL).pay().deliver_by_hand("已充")
    with db.reading() as session:
        assert to_reindex(session, "", 9) == [], "there is no code to compare anew"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"text": ""}, {"text": "required"}),
        ({"text": " \u200b "}, {"text": "required"}),
        ({"text": "满" * 1_001}, {"text": "too_long"}),
        ({"text": None, "pictures": MANY}, {"text": "required", "pictures": "too_many"}),
        ({"pictures": "a" * 32}, {"pictures": "not_a_choice"}),
        ({"pictures": "'; DROP TABLE picture"}, {"pictures": "not_a_choice"}),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_fields_and_nothing_is_delivered(
    shop: Town, told: dict[str, Any], wrong: dict[str, str]
) -> None:
    tale = paid(shop)
    assert refused(give, tale, **told).fields == wrong
    assert (tale.row.status, tale.cards, tale.verbs.count("receipt_given")) == ("awaiting_delivery", [], 0)


def test_only_the_shop_of_the_order_gives_one_and_only_while_it_waits(shop: Town) -> None:
    tale = paid(shop)
    found = [refused(give, tale, who=who).reason for who in (shop.alice, shop.mallory, shop.carol, shop.mo)]
    assert found == ["not_allowed", "not_allowed", "not_allowed", "not_found"]
    assert refused(give, shop.tale().order(GAME)).reason == "stale", "not paid"
    held = paid(shop).request()
    assert refused(give, held).reason == "held"
    assert refused(give, give(tale)).reason == "stale", "once"


def test_three_pictures_come_with_it_and_both_sides_see_them(shop: Town) -> None:
    tale = paid(shop)
    mine, foreign = [keep(shop.bob, tale) for _ in range(4)], keep(shop.alice, tale)
    assert refused(give, tale, pictures=mine).fields == {"pictures": "too_many"}
    assert refused(give, tale, pictures=[mine[0], foreign]).fields == {"pictures": "not_a_choice"}
    give(tale, pictures=",".join(mine[:3]))
    assert receipt(order_view, shop.alice, tale.no, tale.at).pictures == sorted(
        mine[:3], key=lambda one: [picture.id for picture in rows(Picture, by=Picture.id)].index(one)
    )
    everyone = (shop.alice, shop.bob, shop.carol, shop.mallory, shop.mo, None)
    assert [sees(who, mine[0]) for who in everyone] == [True, True, True, False, False, False]
    set_clock(tale.at + 2 * DAY)
    run_jobs()
    assert {picture.id for picture in rows(Picture, by=Picture.id)} == set(mine[:3]), "what was not sent is gone"


def test_it_is_told_at_every_confirmed_address_and_in_the_inbox(shop: Town) -> None:
    with db.transaction() as session:
        told = {"phone": "13800000001", "phone_confirmed_at": shop.founded, "locale": "en"}
        session.connection().execute(sa.update(Account).where(col(Account.id) == shop.alice.id).values(**told))
    tale = give(paid(shop))
    sent = rows(Outgoing, Outgoing.kind == "receipt_given")
    assert {(one.target, one.locale, one.data["order_no"]) for one in sent} == {
        ("alice@cardmall.test", "en", tale.no), ("13800000001", "en", tale.no)
    }  # fmt: skip
    assert (tale.told(shop.alice).count("receipt_given"), "Dragon77" in str([one.data for one in sent])) == (1, False)


def test_it_is_given_by_the_answers_that_were_seen(shop: Town) -> None:
    shop.sell("asks", buyer_fields=ASKED, **RECEIPT)
    tale = shop.tale().order("asks").pay(answers=MINE)
    (row,) = look(to_deliver, shop.bob, now=tale.at).rows
    assert (row.form, row.edition, row.fields[0].answer) == ("receipt", 1, "D****7")
    correct(tale, OTHER)
    for seen in (1, 0, "2", None):
        answer = refused(give, tale, seen=seen)
        assert (answer.reason, answer.fields) == ("changed", {"text": "corrected"})
    give(tale, seen=2)
    (event,) = [one for one in tale.events if one.verb == "delivered"]
    assert (event.data["edition"], tale.row.status) == (2, "delivered")


# who reads it


def test_both_sides_read_it_an_admin_once_there_is_a_case_and_nobody_else(shop: Town) -> None:
    tale = give(paid(shop))
    for view, who in ((order_view, shop.alice), (printout, shop.alice), (shop_order, shop.bob), (printout, shop.bob)):
        shown = receipt(view, who, tale.no, tale.at)
        assert (shown.text, shown.at, shown.until) == (TEXT, tale.at, tale.at + 14 * DAY)
    assert receipt(order_view, shop.carol, tale.no, tale.at) == ReceiptView(), "no case: nobody's business"
    for view, who in ((order_view, shop.mallory), (shop_order, shop.mo)):
        assert refused(look, view, who, tale.no, now=tale.at).reason == "not_found"
    tale.appeal("not_received", "没有到账")
    assert receipt(order_view, shop.carol, tale.no, tale.at).text == TEXT
    assert receipt(appeal_case, shop.carol, tale.case.no, tale.at).text == TEXT
    assert receipt(shop_case, shop.bob, tale.case.no, tale.at).text == TEXT


def test_pages_say_receipt_where_they_said_codes(shop: Town) -> None:
    tale = paid(shop)
    assert (order_of(tale).form, order_of(tale).receipt) == ("receipt", ReceiptView())
    give(tale)
    view = order_of(tale)
    assert (view.panel, view.pill, view.line.code, view.codes_first) == ("receipt", "receipt", "receipt", True)
    (row,) = look(orders_page, shop.alice, read_filters({}), now=tale.at).rows
    assert (row.pill, row.action, row.second) == ("receipt", "fault", "")
    figures = look(product_stock, shop.bob, GAME, now=tale.at)
    assert (figures.left, figures.sealed, figures.used, figures.gone) == (0, 0, 0, 0), "no codes"
    tale.appeal("not_received", "没有到账")
    desk = look(appeal_case, shop.carol, tale.case.no, now=tale.at)
    assert (desk.column, [fact.code for fact in desk.facts][:3]) == (
        "receipt", ["asked_first", "receipt", "promise_broken"]
    )  # fmt: skip
    assert look(case_page, shop.alice, tale.case.no, now=tale.at).case is not None


# codes' machinery leaves it out


def test_nothing_of_the_codes_machinery_touches_it(shop: Town) -> None:
    tale = give(paid(shop, 2))
    told = {"address": "192.0.2.1", "now": tale.at}
    for use_case, *named in (
        (delivery.reveal_card, tale.cards[0].id), (delivery.reveal_rest,), (delivery.seen_codes,)
    ):  # fmt: skip
        assert refused(act, use_case, shop.alice, tale.no, *named, **told).reason == "not_found"
    assert tale.verbs.count("card_shown") == 0
    offer = partial(refused, act, offer_transfer, shop.alice, tale.no, now=tale.at)
    assert offer(address=None).reason in ("used", "invalid")
    tale.appeal("not_received", "没有到账").respond("已充").rule(shop.carol, "rule_shopper")
    assert tale.card_states == ["voided", "voided"]
    assert look(product_stock, shop.bob, GAME, now=tale.at).untaken == 0
    (account,) = rows(Account, Account.id == shop.bob.id)
    assert refused(act, export_codes, shop.bob, GAME, account.password_hash or "", now=tale.at).reason == "changed"


def test_no_code_is_offered_in_its_place_and_the_faults_are_its_own(shop: Town) -> None:
    tale = give(paid(shop))
    for wrong in ("invalid_card", "already_used", "changed_mind", ""):
        assert "reason" in refused(tale.appeal, wrong, "没有到账").fields
    code = shop.tale().order("auto-card").pay().deliver().reveal()
    assert "reason" in refused(code.appeal, "not_received", "x").fields
    tale.appeal("not_received", "没有到账")
    assert look(shop_case, shop.bob, tale.case.no, now=tale.at).offer_kinds == ["amount"]
    offer = {"kind": "replacement", "amount": "", "text": "", "codes": ["C-1"]}
    assert refused(act, answers.make_offer, shop.bob, tale.case.no, **offer, now=tale.at).fields == {
        "kind": "not_a_choice"
    }


def test_an_undelivered_one_is_passed_on_and_the_receiver_gets_the_receipt(shop: Town) -> None:
    tale = paid(shop).offer_to("mallory@cardmall.test").agree(shop.mallory, shop.bob)
    new = tale.successor.pay()
    assert new.row.terms.form is ProductForm.receipt
    give(new)
    assert receipt(order_view, shop.mallory, new.no, new.at).text == TEXT
    assert receipt(order_view, shop.alice, tale.no, new.at) == ReceiptView()


# windows


def test_a_false_receipt_may_be_reported_for_14_days_and_completes_no_sooner(shop: Town) -> None:
    tale = give(paid(shop))
    given = tale.at
    for day in (7, 8, 13):
        set_clock(given + day * DAY)
        run_jobs()
        assert tale.row.status == "delivered", f"day {day}"
    tale.at = given + 14 * DAY
    tale.appeal("not_received", "没有到账")
    assert (tale.case.kind, tale.case.status, tale.case.paid) == ("fault", "appeal", 9900)
    tale.respond("已充").rule(shop.carol, "rule_shopper")
    assert (tale.row.status, [refund.amount for refund in tale.refunds]) == ("canceled", [9900])


def test_14_days_later_it_completes_by_itself_and_can_be_reported_no_more(shop: Town) -> None:
    tale = give(paid(shop))
    given = tale.at
    for day in (7, 14):
        set_clock(given + day * DAY + MINUTE)
        run_jobs()
    assert tale.row.status == "completed"
    tale.at = given + 14 * DAY + MINUTE
    assert refused(tale.appeal, "not_received", "没有到账").reason == "window_over"
    for day in (21, 22):
        set_clock(given + day * DAY + 2 * HOUR)
        run_jobs()
    assert tale.verbs.count("settled_with_shop") == 1


def test_who_confirms_it_has_the_usual_windows_from_then_on(shop: Town) -> None:
    tale = give(paid(shop))
    given = tale.at
    tale.at = given + 2 * DAY
    tale.complete()
    assert order_of(tale).receipt.until == given + 7 * DAY
    late = give(paid(shop))
    late.at += 10 * DAY
    late.complete()
    assert refused(late.appeal, "not_received", "没有到账").reason == "window_over"
    tale.at = given + 7 * DAY
    tale.appeal("not_received", "没有到账")
    assert tale.case.status == "appeal"


def test_an_attempt_in_time_that_our_own_fault_stopped_still_counts(shop: Town) -> None:
    """Time alone completed the order meanwhile: nobody confirmed it (R63)."""
    tale = give(paid(shop))
    given = tale.at
    set_clock(given + 14 * DAY + MINUTE)
    run_jobs()
    assert tale.row.status == "completed"
    tale.at = given + 14 * DAY
    assert order_of(tale).can_appeal


def test_before_the_receipt_all_is_as_with_codes(shop: Town) -> None:
    tale = paid(shop, 2).request(pieces=1).approve()
    give(tale)
    assert (tale.row.status, tale.card_states) == ("delivered", ["revealed"])
    other = paid(shop).request().approve()
    assert other.row.status == "canceled"
    broken = paid(shop)
    broken.at += 3 * DAY
    broken.cancel()
    assert broken.row.status == "canceled"


def test_some_of_its_pieces_are_ruled_on_and_the_text_stays(shop: Town) -> None:
    tale = give(paid(shop, 3))
    tale.appeal("not_received", "一件没有到账", cards=[tale.cards[0].id]).respond("已充")
    tale.rule(shop.carol, "rule_shopper")
    assert (tale.card_states, tale.row.status) == (["revealed", "revealed", "voided"], "delivered")
    assert [refund.amount for refund in tale.refunds] == [9900]
    assert receipt(order_view, shop.alice, tale.no, tale.at).text == TEXT


# races

TIMES = rounds(30)


def corrects(tale: Tale) -> None:
    act(correct_answers, tale.shopper, tale.no, OTHER, seen=1, now=tale.at)


def cancels(tale: Tale) -> None:
    form = {"way": "request", "reason": "changed_mind", "text": ""}
    act(cases.request_cancellation, tale.shopper, tale.no, **form, now=tale.at)


@pytest.mark.slow
def test_a_receipt_meets_a_correction_and_a_request(shop: Town) -> None:
    """Given by what was seen, or refused; never both given and canceled, never by an answer that was corrected."""
    shop.sell("asks", buyer_fields=ASKED, **RECEIPT)
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = shop.tale().order("asks").pay(answers=MINE)
        gives = partial(give, tale, seen=1)
        results = race(gives, partial(corrects, tale), partial(cancels, tale), jitter=0.004)
        given = [one for one in tale.events if one.verb == "delivered"]
        if given:
            winners["given"] += 1
            assert (given[0].data["edition"], tale.card_states, tale.cases) == (1, ["revealed"], [])
            assert refusals(results) == ["stale", "delivered"]
        else:
            winners[refusals(results[:1])[0]] += 1
            assert (tale.cards, tale.row.held_at is None, tale.case.status) == ([], False, "review")
    assert {"given", "changed"} <= set(winners) <= {"given", "changed", "held"}


@pytest.mark.slow
def test_two_members_give_it_once(shop: Town) -> None:
    for _ in range(TIMES):
        tale = paid(shop)
        results = race(partial(give, tale, "一"), partial(give, tale, "二"), jitter=0.004)
        assert refusals(results) == ["stale"]
        assert (tale.card_states, tale.verbs.count("delivered"), len(tale.jobs("complete"))) == (["revealed"], 1, 1)


@pytest.mark.slow
def test_confirming_and_reporting_meet_and_one_is_told(shop: Town) -> None:
    for _ in range(TIMES):
        tale = give(paid(shop))
        told = {"reason": "not_received", "text": "没有到账", "now": tale.at}
        race(
            partial(act, orders.complete_order, shop.alice, tale.no, now=tale.at),
            partial(act, appeals.appeal, shop.alice, tale.no, **told),
            jitter=0.004,
        )
        assert (tale.case.status, tale.row.status) in {("appeal", "delivered"), ("appeal", "completed")}


def test_no_order_has_both(shop: Town) -> None:
    give(paid(shop))
    shop.tale().order(MANUAL).pay().deliver_by_hand("C-1")
    forms = {order.id: order.terms.form for order in rows(Order)}
    for card in rows(Card, col(Card.order_id).is_not(None), by=Card.id):
        assert (card.blind == card.id) is (forms[card.order_id] is ProductForm.receipt)
    assert count(Event, Event.verb == "receipt_given") == 1


@pytest.mark.parametrize("text", ["\u3164", "\u2800", "\u115f\u1160", "\ufe0f", "\u034f"])
def test_a_receipt_of_signs_nobody_sees_is_none(town: Town, text: str) -> None:
    town.sell(GAME, **RECEIPT)
    assert refused(give, paid(town), text=text).fields == {"text": "required"}
