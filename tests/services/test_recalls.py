"""A recall takes every card of it back, whatever state its order is in, and pays for no piece twice (R93)."""

from typing import Any

import pytest

from cardmall.adapters import clock, jobs, signals
from cardmall.domain import limits
from cardmall.domain.recalls import Looked
from cardmall.domain.topics import stock_topic
from cardmall.models import Batch, Card, Event, Job, Notice, Product, Recall, RecallItem
from cardmall.reads.doors import locked_with_shop
from cardmall.reads.recalls import RecallEffect, recall_counts
from cardmall.services.act import Act
from cardmall.services.case import recalls
from cardmall.services.case.cases import request_cancellation
from cardmall.services.money.money import settle_with_shop
from cardmall.services.order.delivery import reveal_card, reveal_rest
from cardmall.services.order.orders import cancel_now
from cardmall.services.shop.batches import confirm_batch
from cardmall.services.shop.recalling import preview_recall, retry_recall
from cardmall.services.shop.withdrawing import withdraw_batch
from cardmall.views.admin.case import appeal_case
from cardmall.views.merchant.product_stock import product_stock
from cardmall.views.shopper.order import order_view
from tests.services.recalling import FORM, SLUG, back, code, items, outcomes, press, recall, sell, states
from tests.services.test_batches import at_noon, batch, hand_in, stocked
from tests.town import (
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    PRICE,
    Tale,
    Town,
    act,
    count,
    look,
    move_clock,
    refused,
    rows,
    run_jobs,
)

__all__ = ["at_noon"]


def bought(town: Town, pieces: int = 1) -> Tale:
    return town.tale(clock.now()).order(SLUG, pieces)


def paid(town: Town, pieces: int = 1) -> Tale:
    return bought(town, pieces).pay()


def delivered(town: Town, pieces: int = 1) -> Tale:
    return paid(town, pieces).deliver()


# the press


def test_a_press_takes_the_shelf_at_once_and_a_second_press_is_nothing(town: Town) -> None:
    bad = sell(town, 3, 2)
    tale = delivered(town)
    key = press(town.bob, batch=bad.name)
    assert states(Card.batch_id == bad.id) == ["sealed", "withdrawn", "withdrawn"]
    assert press(town.bob, batch=bad.name, words="再按一次") == key
    assert (count(Recall), count(RecallItem), items(key)) == (1, 1, [("waiting", None, None)])
    run_jobs()
    assert outcomes(key) == ["replaced"]
    assert press(town.bob, batch=bad.name) == key
    assert (batch(bad.name).withdrawn_at is not None, back(tale)) == (True, 0)


def test_the_preview_says_what_the_press_will_touch(town: Town) -> None:
    bad = sell(town, 6, 1)
    delivered(town, 2).reveal(1)
    paid(town)
    bought(town)
    told = look(preview_recall, town.bob, SLUG, {"batch": bad.name, **FORM})
    assert told == RecallEffect(orders=3, cards=3, shelf=2, fen=PRICE)
    told = look(preview_recall, town.bob, SLUG, {"batch": bad.name, "looked": Looked.all, **FORM})
    assert told == RecallEffect(orders=3, cards=4, shelf=2, fen=2 * PRICE)
    lying = [code(card) for card in rows(Card, Card.batch_id == bad.id, Card.status == "available", by=Card.id)]
    assert look(preview_recall, town.bob, SLUG, {"codes": "\n".join(lying), **FORM}) == RecallEffect(0, 0, 2, 0)


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"reason": "", "codes": "NOBODY"}, {"reason": "required"}),
    ({"reason": "boredom", "codes": "NOBODY"}, {"reason": "not_a_choice"}),
    ({"words": "  ", "codes": "NOBODY"}, {"words": "required"}),
    ({"words": "x" * (limits.RECALL_WORDS + 1), "codes": "NOBODY"}, {"words": "too_long"}),
    ({"remedy": "", "codes": "NOBODY"}, {"remedy": "required"}),
    ({"remedy": "nothing", "words": ""}, {"remedy": "not_a_choice", "words": "required", "codes": "required"}),
    ({"looked": "some", "codes": "NOBODY"}, {"looked": "not_a_choice"}),
    ({}, {"codes": "required"}),
    ({"codes": " - \n"}, {"codes": "required"}),
    ({"codes": "NOBODY"}, {"codes": "not_a_choice"}),
    ({"codes": "\n".join(f"C{n}" for n in range(limits.RECALLED_CARDS + 1))}, {"codes": "too_many"}),
]


@pytest.mark.parametrize(("told", "fields"), WRONG)
def test_a_wrong_form_names_its_fields_and_presses_nothing(
    town: Town, told: dict[str, Any], fields: dict[str, str]
) -> None:
    sell(town, 1)
    assert refused(press, town.bob, **told).fields == fields
    assert count(Recall) == 0


def test_a_batch_of_which_nothing_is_left_to_recall_is_told_beside_it(town: Town) -> None:
    bad = sell(town, 1)
    delivered(town).reveal()
    assert refused(press, town.bob, batch=bad.name).fields == {"batch": "not_a_choice"}


def test_nobody_recalls_but_an_owner_of_the_shop_and_an_admin(town: Town) -> None:
    bad = sell(town, 1)
    for who in (town.mo, town.alice):
        assert refused(press, who, batch=bad.name).reason in ("not_found", "not_allowed")
        assert refused(look, preview_recall, who, SLUG, {"batch": bad.name, **FORM}).reason in (
            "not_found",
            "not_allowed",
        )
    assert refused(press, town.bob, batch="PC-000000-01").reason == "not_found"
    other = stocked(town, "OTHER-1")
    assert refused(press, town.bob, batch=other.name).reason == "not_found"  # of another product
    key = press(town.carol, batch=bad.name)
    assert rows(Recall, by=Recall.id)[0].role == "admin"
    told = rows(Notice, Notice.account_id == town.bob.id, Notice.kind == "stock_recalled")
    assert [notice.data["product"] for notice in told] == [rows(Product, Product.slug == SLUG)[0].name]
    assert refused(act, retry_recall, town.mo, key).reason == "not_found"
    assert refused(act, retry_recall, town.bob, "unknown").reason == "not_found"


def test_a_list_that_is_not_in_stock_yet_is_not_recalled(town: Town) -> None:
    sell(town, 1)
    name = hand_in(town.bob, "NEW-1", SLUG)
    run_jobs()
    assert refused(press, town.bob, batch=name).reason == "changed"


# undelivered


def test_an_unpaid_order_gets_other_cards_or_ends(town: Town) -> None:
    bad = sell(town, 3, 1)
    first, second = bought(town, 2), bought(town, 1)
    key = recall(town, bad)
    assert outcomes(key) == ["ended", "ended", "swapped"]
    assert (first.row.status, second.row.status) == ("canceled", "pending_payment")
    assert second.card_states == ["reserved"]
    assert second.cards[0].batch_id != bad.id
    assert "order_recalled" in first.told(town.alice)
    assert states(Card.batch_id == bad.id) == ["withdrawn"] * 3


def test_an_unpaid_order_takes_nothing_a_paid_one_waits_for(town: Town) -> None:
    bad = sell(town, 2, 1)
    unpaid, waiting = bought(town), paid(town)
    key = recall(town, bad)
    assert outcomes(key) in (["ended", "swapped"], ["short", "swapped"])
    kept = [tale for tale in (unpaid, waiting) if tale.card_states]
    assert len(kept) == 1


def test_a_paid_order_gets_other_cards_and_lacks_the_rest(town: Town) -> None:
    bad = sell(town, 3, 2)
    tale = paid(town, 3)
    key = recall(town, bad)
    assert outcomes(key) == ["short"] * 3
    assert (tale.row.status, tale.row.lacks, tale.row.abnormal) == ("awaiting_delivery", 1, "no_stock")
    assert tale.card_states == ["allocated"] * 2
    assert tale.verbs.count("out_of_stock") == 1
    stocked(town, "FRESH-1", SLUG)
    move_clock(HOUR)
    run_jobs()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 3)
    assert not rows(Card, Card.order_id == tale.row.id, Card.batch_id == bad.id, by=Card.id)


def test_delivery_before_the_turn_of_its_job_takes_other_cards(town: Town) -> None:
    bad = sell(town, 2, 2)
    tale = paid(town, 2)
    key = press(town.bob, batch=bad.name)
    tale.deliver()
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed"] * 2)
    assert states(Card.batch_id == bad.id) == ["withdrawn"] * 2
    run_jobs()
    assert outcomes(key) == ["over"] * 2


def test_a_case_before_delivery_goes_on_while_the_cards_are_changed(town: Town) -> None:
    bad = sell(town, 1, 1)
    tale = paid(town).request()
    key = recall(town, bad)
    assert (outcomes(key), tale.case.status, tale.card_states) == (["swapped"], "review", ["allocated"])
    tale.approve()
    assert (tale.row.status, back(tale)) == ("canceled", PRICE)


def test_a_card_that_comes_back_between_press_and_job_is_sold_no_more(town: Town) -> None:
    sell(town, 1)
    tale = bought(town)
    key = press(town.bob, codes=f"{SLUG}-BAD-0")
    act(cancel_now, town.alice, tale.no, now=clock.now())
    assert states(Card.recall_id == key) == ["withdrawn"]
    run_jobs()
    assert outcomes(key) == ["over"]


# delivered


def test_a_sealed_card_is_replaced_while_there_is_stock_and_else_paid_back_in_full(town: Town) -> None:
    bad = sell(town, 3, 2)
    tale = delivered(town, 3)
    key = recall(town, bad)
    assert outcomes(key) == ["paid_back", "replaced", "replaced"]
    assert tale.card_states == ["sealed"] * 2 + ["voided"] * 3
    assert (tale.row.status, back(tale)) == ("delivered", PRICE)
    assert [kind for kind in tale.told(town.alice) if "recall" in kind] == [
        "order_recall_replaced",
        "order_recall_paid_back",
    ]
    (said,) = rows(Event, Event.verb == "recall_paid_back")
    assert (said.note, said.data["amount"], said.data["reason"]) == (FORM["words"], PRICE, "invalid_card")
    told = {card.status: card.recall for card in look(order_view, town.alice, tale.no).cards}
    assert told == {"sealed": "", "voided": "replaced"} | {"voided": told["voided"]}
    act(reveal_rest, town.alice, tale.no, address="", now=clock.now())


def test_money_only_is_what_was_asked_for(town: Town) -> None:
    bad = sell(town, 1, 1)
    tale = delivered(town)
    key = recall(town, bad, remedy="refund")
    assert (outcomes(key), tale.row.status, back(tale)) == (["paid_back"], "canceled", PRICE)
    assert "refund_sent" in tale.told(town.alice)


@pytest.mark.parametrize(("looked", "found"), [(Looked.unseen, []), (Looked.all, ["paid_back"])])
def test_cards_that_were_looked_at_are_taken_back_if_the_shop_says_so(
    town: Town, looked: Looked, found: list[str]
) -> None:
    bad = sell(town, 2)
    tale = delivered(town).reveal()
    key = recall(town, bad, looked=looked, remedy="refund")
    assert (outcomes(key), back(tale)) == (found, PRICE * len(found))
    assert tale.card_states == (["voided"] if found else ["revealed"])


def test_named_cards_are_recalled_alone(town: Town) -> None:
    bad = sell(town, 3)
    tale = delivered(town, 2)
    (lying,) = rows(Card, Card.batch_id == bad.id, Card.status == "available", by=Card.id)
    sold = code(tale.cards[0])
    key = press(town.bob, codes=f" {sold.lower()} \n\n{code(lying)}", remedy="refund")
    assert states(Card.recall_id == key) == ["sealed", "withdrawn"]
    run_jobs()
    assert (outcomes(key), tale.card_states, back(tale)) == (["paid_back"], ["sealed", "voided"], PRICE)
    assert press(town.bob, codes=sold) == key


def test_codes_typed_at_delivery_are_recalled_too(town: Town) -> None:
    tale = town.tale(clock.now()).order(MANUAL).pay().deliver_by_hand("HAND-1")
    key = press(town.bob, slug=MANUAL, codes="hand-1")
    run_jobs()
    assert (outcomes(key), tale.row.status, back(tale)) == (["paid_back"], "canceled", PRICE)


def test_a_completed_and_settled_order_is_paid_back_out_of_the_balance_of_its_shop(town: Town) -> None:
    bad = sell(town, 1)
    tale = delivered(town).reveal().complete()
    move_clock(8 * DAY)
    run_jobs()
    assert tale.money() == {"shopper": -PRICE, "shop": PRICE}
    key = recall(town, bad, looked=Looked.all)
    assert (outcomes(key), tale.row.status, back(tale)) == (["paid_back"], "canceled", PRICE)


def test_orders_that_ended_are_left_alone(town: Town) -> None:
    bad = sell(town, 3)
    canceled, expired = paid(town).request().approve(), bought(town).expire()
    returned = delivered(town).request(way="return").approve()
    key = recall(town, bad)
    assert items(key) == []
    assert [tale.row.status for tale in (canceled, expired, returned)] == ["canceled", "expired", "canceled"]
    assert back(canceled, expired, returned) == 2 * PRICE


# closed from the press on


def test_a_card_under_recall_is_not_looked_at_and_the_others_are(town: Town) -> None:
    sell(town, 2)
    tale = delivered(town, 2)
    press(town.bob, codes=f"{SLUG}-BAD-0", remedy="refund")
    (closed,) = [card for card in tale.cards if card.recall_id]
    assert refused(act, reveal_card, town.alice, tale.no, closed.id, address="").reason == "recalled"
    assert look(order_view, town.alice, tale.no).panel == "sealed"
    assert len(act(reveal_rest, town.alice, tale.no, address="", now=clock.now())) == 1
    assert refused(act, reveal_rest, town.alice, tale.no, address="").reason == "recalled"
    assert look(order_view, town.alice, tale.no).panel == "recalled"  # nothing is left that may be looked at
    assert tale.card_states == ["revealed", "sealed"]
    run_jobs()
    assert (tale.card_states, back(tale)) == (["revealed", "voided"], PRICE)


def test_an_offered_card_under_recall_is_not_accepted_and_is_replaced_or_the_offer_ends(town: Town) -> None:
    town.sell(SLUG, 1)
    tale = delivered(town).request(way="return")
    bad = stocked(town, "OFFER-1", SLUG)
    tale.offer(text="换一张")
    key = press(town.bob, batch=bad.name)
    assert refused(tale.accept).reason == "recalled"
    run_jobs()
    assert (outcomes(key), tale.case.status, tale.card_states) == (["ended"], "review", ["sealed"])
    bad = stocked(town, "OFFER-2", SLUG)
    tale.offer(text="换一张")
    stocked(town, "OFFER-3", SLUG)
    key = recall(town, bad)
    assert (outcomes(key), tale.case.status, tale.card_states) == (["swapped"], "offered", ["reserved", "sealed"])
    tale.accept()
    assert (tale.card_states, back(tale)) == (["sealed", "voided"], 0)


def test_an_offer_in_an_appeal_ends_and_the_appeal_runs_on(town: Town) -> None:
    town.sell(SLUG, 1)
    tale = delivered(town).reveal().appeal()
    bad = stocked(town, "OFFER-1", SLUG)
    tale.offer(text="换一张")
    assert outcomes(recall(town, bad)) == ["ended"]
    assert (tale.case.status, tale.case.offer_kind) == ("appeal", None)


def test_an_offer_to_somebody_else_ends_first(town: Town) -> None:
    bad = sell(town, 1, 1)
    tale = delivered(town).offer_to("mallory@cardmall.test")
    key = recall(town, bad)
    assert (tale.transfer.status, tale.transfer.ended_why) == ("withdrawn", "recall")
    assert (outcomes(key), tale.row.held_at) == (["replaced"], None)
    bad = rows(Batch, Batch.product_id == tale.row.product_id, by=Batch.created_at)[-1]
    press(town.bob, batch=bad.name)
    assert refused(tale.offer_to, "mallory@cardmall.test").reason == "recalled"


def test_a_card_that_a_transfer_moved_is_found_where_it_is(town: Town) -> None:
    bad = sell(town, 1)
    tale = delivered(town).offer_to("mallory@cardmall.test")
    tale.agree(town.mallory, town.bob)
    new = tale.successor
    key = press(town.bob, batch=bad.name)
    new.pay()
    run_jobs()
    assert (outcomes(key), tale.row.status, new.row.status) == (["paid_back"], "canceled", "canceled")
    assert (back(tale), back(new)) == (PRICE, PRICE)


def test_nothing_is_settled_while_a_card_is_under_recall(town: Town) -> None:
    bad = sell(town, 1)
    tale = delivered(town).reveal().complete()
    move_clock(8 * DAY)
    press(town.bob, batch=bad.name, looked=Looked.all)
    assert tale.jobs("settle")
    act(settle_it, tale.row.id, now=clock.now())
    assert tale.money() == {"shopper": -PRICE, "escrow": PRICE}


def settle_it(act: Act, order_id: int) -> None:
    assert not settle_with_shop(act, locked_with_shop(act.session, order_id))


# cases


CASES: dict[str, Any] = {
    "review": lambda tale: tale.request(way="return"),
    "info_requested": lambda tale: tale.request(way="return").ask(),
    "offered": lambda tale: tale.request(way="return").offer("50"),
    "appeal": lambda tale: tale.request(way="return").lapse(),
    "fault": lambda tale: tale.reveal().appeal(),
}


@pytest.mark.parametrize("case", CASES)
def test_an_open_case_about_the_card_is_approved_once_without_a_fee(town: Town, case: str) -> None:
    bad = sell(town, 1, 1)
    tale = delivered(town)
    CASES[case](tale)
    key = recall(town, bad, looked=Looked.all)
    assert outcomes(key) == ["approved"]
    assert tale.case.status == ("ruled_shopper" if tale.case.appealed_at else "approved")
    assert (tale.case.fee, back(tale), tale.row.status) == (0, PRICE, "canceled")
    recall(town, bad, looked=Looked.all)
    assert back(tale) == PRICE


def test_an_open_case_about_other_cards_is_waited_for(town: Town) -> None:
    sell(town, 2)
    tale = delivered(town, 2)
    about, other = tale.cards
    act(
        request_cancellation,
        town.alice,
        tale.no,
        way="return",
        reason="other",
        text="不要了",
        cards=[about.id],
        now=tale.at,
    )
    key = press(town.bob, codes=code(other), remedy="refund")
    run_jobs()
    assert items(key) == [("waiting", None, "case_open")]
    tale.reject("other", "不退").resume()
    move_clock(limits.RECALL_AGAIN)
    run_jobs()
    assert (outcomes(key), back(tale), tale.card_states) == (["paid_back"], PRICE, ["sealed", "voided"])
    assert tale.row.status == "delivered"


def test_a_rejected_case_asks_for_no_card_that_was_paid_back(town: Town) -> None:
    bad = sell(town, 2)
    tale = delivered(town, 2).request(way="return").reject("other", "不退")
    key = recall(town, bad, remedy="refund")
    assert (outcomes(key), back(tale), tale.row.status) == (["paid_back"] * 2, 2 * PRICE, "canceled")
    for ask in (lambda: tale.appeal(text="不服"), lambda: tale.ask_partial("10")):
        assert refused(ask).reason == "already_closed"
    assert back(tale) == 2 * PRICE


def test_a_rejected_case_about_a_replaced_card_is_over(town: Town) -> None:
    bad = sell(town, 1, 1)
    tale = delivered(town).request(way="return").reject("other", "不退")
    assert outcomes(recall(town, bad)) == ["replaced"]
    assert refused(tale.appeal, text="不服").reason == "nothing_to_appeal"
    assert refused(tale.ask_partial, "10").reason == "nothing_to_appeal"


def test_a_rejected_case_goes_on_about_what_is_left_of_it(town: Town) -> None:
    sell(town, 3)
    tale = delivered(town, 3).request(way="return").reject("other", "不退")
    press(town.bob, codes=code(tale.cards[0]), remedy="refund")
    run_jobs()
    assert refused(tale.ask_partial, str(PRICE * 2 // 100)).fields == {"amount": "out_of_range"}
    tale.appeal(text="不服")
    assert (tale.case.pieces, tale.case.paid, len(tale.case.cards)) == (2, 2 * PRICE, 2)
    tale.respond().rule(town.carol, "rule_shopper")
    assert (back(tale), tale.row.status) == (3 * PRICE, "canceled")


def test_a_case_rejected_before_delivery_is_about_no_more_than_what_is_left(town: Town) -> None:
    bad = sell(town, 2)
    tale = paid(town, 2).request().reject("other", "已在发货").resume().deliver()
    press(town.bob, codes=code(tale.cards[0]), remedy="refund")
    run_jobs()
    tale.appeal(text="不服").respond().rule(town.carol, "rule_shopper")
    assert (back(tale), tale.case.paid, bad.status) == (2 * PRICE, PRICE, "stocked")


def test_a_question_for_part_of_the_money_ends_and_the_rest_may_be_asked_again(town: Town) -> None:
    sell(town, 2)
    tale = delivered(town, 2).request(way="return").reject("other", "不退").ask_partial("60")
    key = press(town.bob, codes=code(tale.cards[0]), remedy="refund")
    run_jobs()
    assert (outcomes(key), tale.case.status, tale.case.partials) == (["paid_back"], "rejected", 0)
    assert refused(tale.accept_partial).reason in ("stale", "no_offer")
    tale.ask_partial("60").accept_partial()
    assert back(tale) == PRICE + 6000


def test_a_card_settled_by_an_amount_is_paid_what_was_left_of_its_price_and_never_replaced(town: Town) -> None:
    bad = sell(town, 2, 4)
    tale = delivered(town, 2).reveal(2).appeal().offer("60", "退一部分").accept()
    assert (tale.case.status, back(tale)) == ("settled", 6000)
    key = recall(town, bad, looked=Looked.all)
    assert (outcomes(key), back(tale), tale.row.status) == (["paid_back"] * 2, 2 * PRICE, "canceled")


def test_one_card_of_two_that_was_settled_is_paid_no_more_than_its_own_rest(town: Town) -> None:
    sell(town, 2, 2)
    tale = delivered(town, 2).reveal(1).appeal().offer("60", "退一部分").accept()
    (settled,) = [card for card in tale.cards if card.status == "revealed"]
    key = press(town.bob, codes=code(settled), looked=Looked.all)
    run_jobs()
    assert (outcomes(key), back(tale), tale.card_states) == (["paid_back"], PRICE, ["sealed", "voided"])


def test_a_card_the_platform_ruled_about_is_paid_what_was_left(town: Town) -> None:
    bad = sell(town, 1, 1)
    tale = delivered(town).reveal().appeal().respond().rule(town.carol, "rule_split", "30")
    key = recall(town, bad, looked=Looked.all)
    assert (outcomes(key), back(tale)) == (["paid_back"], PRICE)


# money


def test_a_shop_without_money_pays_nothing_until_it_has_some(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = sell(town, 1)
    tale = delivered(town).complete()
    move_clock(30 * DAY)
    run_jobs()
    monkeypatch.setattr("cardmall.services.case.recalls.balance_of", lambda session, shop: PRICE - 1)
    key = recall(town, bad)
    assert items(key) == [("failed", None, "no_funds")]
    assert (tale.card_states, back(tale), tale.row.status) == (["sealed"], 0, "completed")
    assert tale.told(town.bob).count("order_recall_failed") == tale.told(town.carol).count("order_recall_failed") == 1
    assert refused(act, reveal_card, town.alice, tale.no, tale.cards[0].id, address="").reason == "recalled"
    act(retry_recall, town.bob, key, now=clock.now())
    run_jobs()
    assert tale.told(town.bob).count("order_recall_failed") == 1
    monkeypatch.undo()
    act(retry_recall, town.bob, key, now=clock.now())
    run_jobs()
    assert (outcomes(key), back(tale)) == (["paid_back"], PRICE)
    assert [event.actor_id for event in rows(Event, Event.verb == "recall_retried")] == [town.bob.id] * 2


def test_a_shop_that_stays_without_money_is_asked_seldom_and_its_pages_are_told_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = sell(town, 1)
    tale = delivered(town).complete()
    move_clock(30 * DAY)
    run_jobs()
    topic = stock_topic(tale.row.product_id)
    monkeypatch.setattr("cardmall.services.case.recalls.balance_of", lambda session, shop: 0)
    key = press(town.bob, batch=bad.name)
    run_jobs()
    told, pauses = signals.mark(), list[int]()
    for _ in range(40):
        (job,) = rows(Job, Job.kind == "recall_order")
        pauses.append(round((job.due_at - clock.now()) / MINUTE))
        move_clock(pauses[-1] * MINUTE)
        run_jobs()
    assert (pauses[0], pauses[6], pauses[-1]) == (10, 60, 360)
    assert items(key) == [("failed", None, "no_funds")] and not signals.moved(told, topic)
    monkeypatch.undo()
    move_clock(6 * HOUR)
    run_jobs()
    assert (outcomes(key), back(tale)) == (["paid_back"], PRICE) and signals.moved(told, topic)


def test_a_case_is_not_approved_with_money_the_shop_has_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = sell(town, 1)
    tale = delivered(town).complete()
    move_clock(12 * DAY)
    run_jobs()
    tale.at = clock.now()
    tale.reveal().appeal()
    monkeypatch.setattr("cardmall.services.case.recalls.spare_of", lambda session, order: 0)
    monkeypatch.setattr("cardmall.services.case.recalls.balance_of", lambda session, shop: 0)
    key = recall(town, bad, looked=Looked.all)
    assert (items(key), tale.case.status) == ([("failed", None, "no_funds")], "appeal")


@pytest.mark.parametrize("asked", [False, True])
def test_what_an_owner_recalls_after_the_settlement_comes_out_of_the_balance(town: Town, asked: bool) -> None:
    bad = sell(town, 1)
    tale = delivered(town).complete()
    move_clock(12 * DAY)
    run_jobs()
    tale.at = clock.now()
    if asked:
        tale.reveal().appeal()
    move_clock(10 * DAY)
    run_jobs()
    settled = tale.money().get("shop", 0)
    key = recall(town, bad, looked=Looked.all)
    assert (outcomes(key), back(tale)) == (["approved" if asked else "paid_back"], PRICE)
    assert settled == PRICE and tale.money().get("shop", 0) == tale.money().get("platform", 0) == 0
    assert "shop_owes" not in tale.told(town.bob)


def test_what_an_admin_recalls_is_advanced_by_the_platform(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = sell(town, 1)
    tale = delivered(town).complete()
    move_clock(30 * DAY)
    run_jobs()
    monkeypatch.setattr("cardmall.services.case.recalls.balance_of", lambda session, shop: 0)
    key = recall(town, bad, town.carol)
    assert (outcomes(key), back(tale)) == (["paid_back"], PRICE)
    assert "shop_owes" in tale.told(town.bob)


def test_a_job_that_dies_is_seen_as_failed_and_tried_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = sell(town, 1)
    tale = delivered(town)
    key = press(town.bob, batch=bad.name)

    def broken(*args: Any, **told: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(recalls, "_deal_with", broken)
    for _ in range(jobs.MAX_FAILURES):
        run_jobs()
        move_clock(HOUR)
    assert {job.state for job in rows(Job, Job.kind == "recall_order")} == {"dead"}
    found = look(lambda look: recall_counts(look.session, [key])[key], town.bob)
    assert (found.done, found.waiting, found.failed, found.is_over) == (0, 0, 1, False)
    monkeypatch.undo()
    act(retry_recall, town.bob, key, now=clock.now())
    run_jobs()
    assert (outcomes(key), back(tale)) == (["paid_back"], PRICE)
    act(retry_recall, town.bob, key, now=clock.now())  # nothing is left to try
    assert len(rows(Event, Event.verb == "recall_retried")) == 1


def test_many_orders_are_listed_some_at_a_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECALL_LISTED_AT_ONCE", 2)
    bad = sell(town, 5)
    tales = [delivered(town) for _ in range(5)]
    key = recall(town, bad)
    assert (outcomes(key), back(*tales)) == (["paid_back"] * 5, 5 * PRICE)


# codes


def test_a_recalled_code_never_comes_again_though_a_withdrawn_one_may(town: Town) -> None:
    bad = sell(town, 2)
    press(town.bob, batch=bad.name)
    name = hand_in(town.bob, f"{SLUG}-BAD-0\n{SLUG}-BAD-1\nNEW-1", SLUG)
    run_jobs()
    assert batch(name).counts == {"sold": 2, "good": 1}
    elsewhere = hand_in(town.bob, f"{SLUG}-BAD-0")
    run_jobs()
    assert batch(elsewhere).good == 0
    manual = town.tale(clock.now()).order(MANUAL).pay()
    assert refused(manual.deliver_by_hand, f"{SLUG}-BAD-1").fields == {"codes": "bad_lines"}


def test_a_recall_between_check_and_commit_leaves_the_codes_out(town: Town) -> None:
    bad = sell(town, 1)
    name = stocked(town, "AGAIN-1", SLUG).name
    act(withdraw_batch, town.bob, name, now=clock.now())
    again = hand_in(town.bob, "AGAIN-1", SLUG)
    run_jobs()
    assert batch(again).good == 1
    press(town.bob, batch=name)
    act(confirm_batch, town.bob, again, now=clock.now())
    run_jobs()
    assert (batch(again).stocked, batch(again).taken, bad.status) == (0, 1, "stocked")


# pages


def test_the_page_of_a_product_counts_its_recalls_and_names_what_failed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = sell(town, 2)
    tale = delivered(town).complete()
    move_clock(30 * DAY)
    run_jobs()
    assert [row.may_recall for row in look(product_stock, town.bob, SLUG).rows] == [True]
    monkeypatch.setattr("cardmall.services.case.recalls.balance_of", lambda session, shop: 0)
    recall(town, bad, looked=Looked.all)
    stock = look(product_stock, town.bob, SLUG)
    (row,) = stock.recalls
    assert (row.batch, row.done, row.waiting, row.failed) == (bad.name, 0, 0, 1)
    assert [(item.order, item.trouble) for item in row.items] == [(tale.no, "no_funds")]
    assert (stock.may_recall, [one.may_recall for one in stock.rows]) == (True, [False])
    assert [card.recall for card in look(order_view, town.alice, tale.no).cards] == ["waiting"]


def test_an_appeal_names_the_batches_of_its_cards(town: Town) -> None:
    bad = sell(town, 1)
    tale = delivered(town).reveal().appeal()
    assert look(appeal_case, town.carol, tale.case.no).batches == [bad.name]
    press(town.carol, batch=bad.name, looked=Looked.all)
    assert [row.role for row in look(appeal_case, town.carol, tale.case.no).recalls] == ["admin"]
