"""What a shop asks for is frozen in the order, sealed, found again, corrected until delivery, and erased (R86)."""

import json
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlmodel import col, select

from cardmall.adapters import db
from cardmall.adapters.world import our_act, world
from cardmall.domain import limits
from cardmall.domain.buyer_fields import BuyerField, FieldKind, typed_fields
from cardmall.domain.terms import Actor, Refused
from cardmall.models import BuyerAnswer, Case, Event, Order, ReplacedAnswer, Transfer
from cardmall.reads.buyer_answers import erasing_facts, orders_with_answer
from cardmall.reads.look import Look
from cardmall.services.case import cases
from cardmall.services.order import buyer_answers, delivery, orders
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.order.showing import show_fields
from cardmall.services.shop.shops import disable_shop
from cardmall.views.buyer_fields import correction_form
from cardmall.views.merchant.case import shop_case
from cardmall.views.merchant.delivery import to_deliver
from cardmall.views.merchant.order import shop_order
from cardmall.views.shopper.checkout import checkout_with_fields
from cardmall.views.shopper.order import order_view, order_with_fields
from cardmall.views.shopper.printout import printout
from tests.services.race import race, refusals, rounds
from tests.services.test_goods import save, versions
from tests.town import DAY, MANUAL, MINUTE, Tale, Town, act, count, look, refused, rows, run_jobs, set_clock

ASKED = (
    BuyerField("游戏账号", FieldKind.letters, twice=True),
    BuyerField("区服", FieldKind.select, choices=("一区", "二区")),
    BuyerField("手机号", FieldKind.phone, required=False),
)
GAME = "game-top-up"
MINE = {"answer1": "Dragon77", "again1": "Dragon77", "answer2": "一区", "answer3": "138 0013 8000"}
KEPT = ["Dragon77", "一区", "13800138000"]
OTHER = MINE | {"answer1": "Tiger88", "again1": "Tiger88"}
SECRET = ("Dragon77", "Tiger88", "13800138000")


@pytest.fixture
def shop(town: Town) -> Town:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    return town


def paid(shop: Town, answers: dict[str, str] = MINE, slug: str = GAME) -> Tale:
    return shop.tale().order(slug).pay(answers=answers)


def correct(tale: Tale, answers: dict[str, str], who: Actor | None = None) -> None:
    act(correct_answers, who or tale.shopper, tale.no, answers, seen=edition(tale), now=tale.at)


def edition(tale: Tale) -> int:
    """Of the answers an order has now, 0 for none."""
    return next((one.edition for one in rows(BuyerAnswer, BuyerAnswer.order_id == tale.row.id, by=BuyerAnswer.n)), 0)


def seen(tale: Tale, who: Actor | None = None) -> list[str]:
    return [one.answer for one in look(order_with_fields, who or tale.shopper, tale.no, now=tale.at).fields.answers]


def test_what_a_product_asks_for_is_saved_as_a_version_and_frozen_in_the_order(shop: Town) -> None:
    tale = shop.tale().order(MANUAL)
    save(shop, MANUAL, 1, **typed_fields(ASKED[:1]))
    assert versions(MANUAL)[-1].after["buyer_fields"] == [ASKED[0].to_json()]
    save(shop, MANUAL, 2, **typed_fields(ASKED))
    assert [len(vars(versions(MANUAL)[-1])[side]["buyer_fields"]) for side in ("before", "after")] == [1, 3]
    assert (tale.row.terms.buyer_fields, shop.tale().order(MANUAL).row.terms.buyer_fields) == ((), ASKED)


def test_no_payment_begins_without_sound_answers_and_all_errors_are_told_at_once(shop: Town) -> None:
    tale = shop.tale().order(GAME)
    start = partial(refused, act, orders.start_payment, shop.alice, tale.no, now=tale.at)
    assert start(channel="gold", consent=False).fields == {
        "answer1": "required", "answer2": "required", "channel": "not_a_choice", "consent": "required"
    }  # fmt: skip
    wrong = {"answer1": "a b", "again1": "a b", "answer2": "三区", "answer3": "1"}
    assert start(channel="alipay", consent=True, answers=wrong).fields == {
        "answer1": "not_letters", "answer2": "not_a_choice", "answer3": "not_a_phone"
    }  # fmt: skip
    assert start(channel="alipay", consent=True, answers=MINE | {"again1": "x"}).fields == {"again1": "not_same"}
    assert (tale.payments, count(BuyerAnswer), tale.row.consented_at) == ([], 0, None)


def test_answers_lie_sealed_and_nobody_is_told_them(shop: Town) -> None:
    tale = paid(shop)
    correct(tale, OTHER)
    assert seen(tale) == ["Tiger88", "一区", "13800138000"]
    filled, corrected = (rows(Event, Event.verb == f"field_{verb}")[0] for verb in ("filled", "corrected"))
    assert (filled.order_id, filled.note, corrected.note, corrected.data) == (tale.row.id, "", "游戏账号", {})
    with db.engine().connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        stored = [connection.execute(sa.text(f'SELECT * FROM "{table}"')).all() for table in tables]
    everything = json.dumps(stored, default=str, ensure_ascii=False)
    assert not any(secret in everything for secret in SECRET), "no row of the house holds one"


def test_an_order_is_found_by_exactly_its_answer_and_no_longer_by_one_that_was_corrected(shop: Town) -> None:
    tale = paid(shop)

    def numbers(asked: Look, text: str, shop_id: int = shop.bob.shop_id or 0) -> list[str]:
        wanted = select(Order.no).where(col(Order.id).in_(orders_with_answer(asked, shop_id, text)))
        return list(asked.session.exec(wanted))

    found = partial(look, numbers, shop.bob)

    assert found("dragon77") == found("+86 138-0013-8000") == [tale.no]
    assert found("dragon7") == found("") == []
    assert found("一区") == [], "one of few would be told by how often it comes"
    assert found("dragon77", shop.mo.shop_id) == [], "the same answer in another shop is another"
    assert [one.blind is None for one in rows(BuyerAnswer, by=BuyerAnswer.n)] == [False, True, False]
    correct(tale, OTHER)
    assert (found("Dragon77"), found("TIGER88")) == ([], [tale.no])


def test_the_next_order_of_the_same_product_begins_with_the_last_answers_of_the_same_shopper(shop: Town) -> None:
    shop.sell("another-game", buyer_fields=ASKED)
    paid(shop)
    paid(shop, OTHER)

    def offered(who: Actor, slug: str) -> list[str]:
        tale = shop.tale(shopper=who).order(slug)
        return [one.answer for one in look(checkout_with_fields, who, tale.no, now=tale.at).fields]

    assert offered(shop.alice, GAME) == ["Tiger88", "一区", "13800138000"]
    assert offered(shop.mallory, GAME) == offered(shop.alice, "another-game") == ["", "", ""]


def shown_in_full(tale: Tale, by: Actor | None = None) -> tuple[list[str], int]:
    found = act(show_fields, by or tale.town.bob, tale.no, now=tale.at)
    return found.answers, found.edition


def test_who_delivers_reads_them_all_others_their_ends(shop: Town) -> None:
    tale = paid(shop)
    masked = ["D****7", "****", "138****8000"]
    (row,) = [one for one in look(to_deliver, shop.bob, now=tale.at).rows if one.no == tale.no]
    assert [one.answer for one in row.fields] == masked, "until they are asked for"
    assert shown_in_full(tale) == (KEPT, 1)
    assert seen(tale, shop.bob) == seen(tale, shop.carol) == masked
    for stranger in (shop.mallory, shop.mo):
        with pytest.raises(Refused, match="not_found"):
            look(order_with_fields, stranger, tale.no, now=tale.at)
    case = request(tale)
    (row,) = [one for one in look(to_deliver, shop.bob, now=tale.at).held if one.no == tale.no]
    assert row.why == "in_case" and not hasattr(row, "fields"), "nothing to deliver now"
    assert refused(shown_in_full, tale).reason == "held"
    assert [one.answer for one in look(shop_case, shop.bob, case, now=tale.at).order.fields.answers] == masked


def test_a_shop_that_may_not_deliver_reads_no_answer_whole_in_its_list(shop: Town) -> None:
    tale = paid(shop)
    act(disable_shop, shop.carol, "bobs", reason="多次逾期", now=tale.at)
    desk = look(to_deliver, shop.bob, now=tale.at)
    assert (desk.rows, [(row.no, row.why) for row in desk.held]) == ([], [(tale.no, "shop_disabled")])
    assert refused(shown_in_full, tale).reason == "shop_disabled"


def test_the_page_of_an_order_masks_them_and_says_whether_its_shop_may_deliver_it(shop: Town) -> None:
    tale = paid(shop)

    def shown() -> tuple[list[str], bool]:
        found = look(shop_order, shop.bob, tale.no, now=tale.at)
        return [one.answer for one in found.order.fields.answers], found.can_deliver

    masked = ["D****7", "****", "138****8000"]
    assert shown() == (masked, True)
    request(tale)
    assert shown() == (masked, False), "held"
    tale.later(hours=1).reject("other", "已在充值").resume()
    assert shown() == (masked, True)
    tale.deliver_by_hand("CODE-1")
    assert shown() == (masked, False), "there is nothing to deliver any more"


def test_only_the_page_that_shows_answers_reads_them(shop: Town) -> None:
    tale = paid(shop)
    assert look(order_view, shop.alice, tale.no, now=tale.at).fields.answers == []
    assert look(printout, shop.alice, tale.no, now=tale.at).order.fields.answers == []
    form = look(correction_form, shop.alice, tale.no, now=tale.at)
    assert ([one.answer for one in form.fields], form.edition) == (KEPT, 1)
    for who in (shop.mallory, shop.bob, shop.carol, None):
        with pytest.raises(Refused):
            look(correction_form, who, tale.no, now=tale.at)
    request(tale)
    assert look(correction_form, shop.alice, tale.no, now=tale.at).fields == [], "not to be corrected now"


def request(tale: Tale) -> str:
    form = {"way": "request", "reason": "changed_mind", "text": ""}
    return act(cases.request_cancellation, tale.shopper, tale.no, **form, now=tale.at)


def test_nothing_of_an_unpaid_order_is_shown_to_its_shop(shop: Town) -> None:
    tale = shop.tale().order(GAME)
    act(orders.start_payment, shop.alice, tale.no, channel="alipay", consent=True, answers=MINE, now=tale.at)
    assert look(shop_order, shop.bob, tale.no, now=tale.at).order.fields.answers == []
    assert seen(tale, shop.bob) == seen(tale) == []
    assert [one.answer for one in look(checkout_with_fields, shop.alice, tale.no, now=tale.at).fields] == KEPT


def test_only_the_shopper_corrects_and_only_until_delivery_a_case_or_a_hold(shop: Town) -> None:
    tale = paid(shop)
    for who, reason in ((shop.mallory, "not_found"), (shop.bob, "not_allowed"), (shop.carol, "not_allowed")):
        assert refused(act, correct_answers, who, tale.no, OTHER, seen=1).reason == reason
    assert refused(act, correct_answers, shop.alice, tale.no, MINE | {"answer2": ""}, seen=1, now=tale.at).fields == {
        "answer2": "required"
    }
    correct(tale, MINE)
    assert count(Event, Event.verb == "field_corrected") == 0, "nothing was changed"
    request(tale)
    assert refused(act, correct_answers, shop.alice, tale.no, OTHER, seen=1, now=tale.at).reason == "case_open"
    sent = paid(shop).deliver_by_hand("CODE-1")
    assert refused(act, correct_answers, shop.alice, sent.no, OTHER, seen=1, now=sent.at).reason == "stale"
    assert (seen(sent), look(order_with_fields, shop.alice, sent.no, now=sent.at).fields.why) == (KEPT, "stale")
    plain = shop.tale().order(MANUAL).pay()
    assert refused(act, correct_answers, shop.alice, plain.no, OTHER, seen=1, now=plain.at).reason == "not_found"


def send(tale: Tale, seen: object, code: str = "CODE-1") -> None:
    act(delivery.deliver_manually, tale.town.bob, tale.no, codes=[code], seen=seen, now=tale.at)


def test_of_two_windows_that_correct_the_second_is_told_which_answer_differs(shop: Town) -> None:
    tale = paid(shop)
    correct(tale, OTHER)
    fix = partial(act, correct_answers, shop.alice, tale.no, now=tale.at)
    for stale in (1, 0, 3, "2", True, None):
        answer = refused(fix, MINE, seen=stale)
        assert (answer.reason, answer.fields) == ("changed", {"answer1": "newer"}), (
            "its other answers are as they stand"
        )
    assert seen(tale)[0] == "Tiger88"
    assert refused(fix, MINE | {"answer2": ""}, seen=1).fields == {"answer2": "required"}, "what is wrong comes first"
    fix(OTHER, seen=1)
    assert count(Event, Event.verb == "field_corrected") == 1, "it says so already"
    fix(MINE, seen=2)
    assert seen(tale) == KEPT


def test_what_was_corrected_is_told_with_its_time_whole_to_the_buyer_and_masked_to_others(shop: Town) -> None:
    tale = paid(shop)
    correct(tale, OTHER)
    for who, shown in ((shop.alice, "Dragon77"), (shop.bob, "D****7"), (shop.carol, "D****7")):
        fields = look(order_with_fields, who, tale.no, now=tale.at).fields
        ((until, before),) = [(one.until, one.answers) for one in fields.earlier]
        assert (until, before[0].answer, before[1:]) == (tale.at, shown, fields.answers[1:])


def test_no_order_is_delivered_by_answers_that_were_corrected_since(shop: Town) -> None:
    tale = paid(shop)
    (row,) = look(to_deliver, shop.bob, now=tale.at).rows
    assert (row.edition, shown_in_full(tale)) == (1, (KEPT, 1))
    correct(tale, OTHER)
    for seen in (1, 0, 3, -1, "2", 2.0, None, True, [2]):
        answer = refused(send, tale, seen)
        assert (answer.reason, answer.fields) == ("changed", {"codes": "corrected"})
    assert (tale.row.status, tale.cards) == ("awaiting_delivery", [])
    (row,) = look(to_deliver, shop.bob, now=tale.at).rows
    answers, edition = shown_in_full(tale)
    assert (answers[0], edition, row.edition) == ("Tiger88", 2, 2)
    send(tale, row.edition)
    (event,) = [one for one in tale.events if one.verb == "delivered"]
    assert (tale.row.status, event.data["edition"]) == ("delivered", 2), "which answers it was delivered by"


def test_an_order_without_answers_is_delivered_by_none(shop: Town) -> None:
    plain = shop.tale().order(MANUAL).pay()
    assert refused(send, plain, 1).reason == "changed"
    send(plain, 0)
    assert "edition" not in next(one for one in plain.events if one.verb == "delivered").data


def replaced(tale: Tale) -> list[tuple[int, int, str, datetime]]:
    vault = world().vault
    return [
        (one.edition, one.n, vault.open_answer(tale.no, one.n, one.sealed), one.replaced_at)
        for one in rows(ReplacedAnswer, ReplacedAnswer.order_id == tale.row.id, by=sa.text("edition, n"))
    ]


def test_what_a_correction_replaced_stays_sealed_until_all_is_erased(shop: Town) -> None:
    tale = paid(shop)
    correct(tale, OTHER)
    first = tale.at
    tale.later(minutes=5)
    correct(tale, MINE)
    kept = [(1, n, text, first) for n, text in enumerate(KEPT, 1)]
    assert replaced(tale) == kept + [(2, n, text, tale.at) for n, text in enumerate(["Tiger88", *KEPT[1:]], 1)]
    assert {one.edition for one in rows(BuyerAnswer, by=BuyerAnswer.n)} == {3}
    assert seen(tale) == KEPT
    tale.request().approve().refund_arrives()
    ended = tale.row.closed_at
    assert ended and erase_at(ended + 90 * DAY + MINUTE) == count(ReplacedAnswer) == 0


def test_before_the_payment_other_answers_leave_no_trace(shop: Town) -> None:
    tale = shop.tale().order(GAME)
    for answers in (MINE, OTHER, OTHER):
        way = {"channel": "alipay", "consent": True, "answers": answers}
        act(orders.start_payment, shop.alice, tale.no, **way, now=tale.at)
    assert count(ReplacedAnswer) == count(Event, Event.verb == "field_corrected") == 0
    assert {one.edition for one in rows(BuyerAnswer, by=BuyerAnswer.n)} == {1}
    assert (len(tale.jobs("erase_answers")), len(tale.payments)) == (1, 1)
    assert next(one.answer for one in look(checkout_with_fields, shop.alice, tale.no, now=tale.at).fields) == "Tiger88"


def test_an_order_is_corrected_twenty_times_and_no_more(shop: Town) -> None:
    tale = paid(shop)
    for turn in range(limits.CORRECTIONS):
        correct(tale, MINE if turn % 2 else OTHER)
    answer = refused(correct, tale, OTHER)
    assert (answer.reason, count(ReplacedAnswer)) == ("corrections_used", 3 * limits.CORRECTIONS)
    fields = look(order_with_fields, shop.alice, tale.no, now=tale.at).fields
    assert (fields.can_correct, fields.why) == (False, "corrections_used")
    send(tale, limits.CORRECTIONS + 1)
    assert tale.row.status == "delivered"


def test_who_takes_an_order_over_types_their_own(shop: Town) -> None:
    tale = paid(shop).offer_to("mallory@cardmall.test").agree(shop.mallory, shop.bob)
    new = tale.successor
    assert [one.answer for one in look(checkout_with_fields, shop.mallory, new.no, now=new.at).fields] == ["", "", ""]
    start = partial(act, orders.start_payment, channel="alipay", consent=True)
    assert refused(start, shop.mallory, new.no, now=new.at).fields == {"answer1": "required", "answer2": "required"}
    assert refused(act, correct_answers, shop.alice, tale.no, OTHER, seen=1, now=tale.at).reason == "transfer_open"
    new.pay(answers=OTHER)
    assert (seen(new), seen(tale, shop.alice)) == (["Tiger88", "一区", "13800138000"], KEPT)


def erase_at(at: datetime) -> int:
    """Run what is due then; how many answers are left."""
    set_clock(at)
    run_jobs()
    return count(BuyerAnswer)


def test_answers_are_erased_90_days_after_the_end_to_the_second_and_the_next_order_begins_empty(shop: Town) -> None:
    tale = paid(shop).request().approve()
    ended = tale.row.closed_at
    assert ended and tale.row.status == "canceled"
    tale.refund_arrives()
    assert erase_at(ended + 90 * DAY - MINUTE) == 3
    assert erase_at(ended + 90 * DAY + MINUTE) == 0
    assert tale.verbs[-1] == "field_erased" and tale.jobs("erase_answers") == []
    later = ended + 90 * DAY + MINUTE
    shown = look(order_with_fields, shop.alice, tale.no, now=later).fields
    assert next((one.label, one.answer, one.there) for one in shown.answers) == ("游戏账号", "", False)
    assert (shown.can_correct, shown.why) == (False, "")
    assert look(correction_form, shop.alice, tale.no, now=later).fields == []
    again = shop.tale(later).order(GAME)
    assert [one.answer for one in look(checkout_with_fields, shop.alice, again.no, now=again.at).fields] == ["", "", ""]


def test_an_order_that_was_settled_late_keeps_them_90_days_from_then(shop: Town) -> None:
    tale = paid(shop).deliver_by_hand("CODE-1").reveal()
    at = tale.at
    for day in (7, 14, 15, 21, 22, 29, 30, 90):
        erase_at(at + day * DAY)
    (settled,) = rows(Event, Event.verb == "settled_with_shop")
    assert settled.at > at + 13 * DAY
    assert erase_at(settled.at + 90 * DAY - MINUTE) == 3 and erase_at(settled.at + 90 * DAY + MINUTE) == 0


def test_nothing_is_erased_while_a_refund_is_on_its_way(shop: Town) -> None:
    tale = paid(shop).request().approve()
    with db.transaction() as session:
        order, now = session.get_one(Order, tale.row.id), tale.at + 200 * DAY
        assert buyer_answers.erase_answers(our_act(session, now=now), order) == DAY
    tale.refund_arrives()
    with db.transaction() as session:
        order = session.get_one(Order, tale.row.id)
        assert buyer_answers.erase_answers(our_act(session, now=now), order) is None
    assert count(BuyerAnswer) == 0


def erased(tale: Tale, at: datetime) -> tuple[timedelta | None, int]:
    """What the job that erases says then, and how many answers of the order are left."""
    with db.transaction() as session:
        wait = buyer_answers.erase_answers(our_act(session, now=at), session.get_one(Order, tale.row.id))
    return wait, count(BuyerAnswer, BuyerAnswer.order_id == tale.row.id)


def change(kind: type[Case | Order], tale: Tale, **values: object) -> None:
    where = (col(Order.id) if kind is Order else col(Case.order_id)) == tale.row.id
    with db.transaction() as session:
        session.connection().execute(sa.update(kind).where(where).values(**values))


def test_nothing_is_erased_while_a_case_is_open_however_long_the_order_is_over(shop: Town) -> None:
    tale = paid(shop).request().approve().refund_arrives()
    change(Case, tale, status="review")
    late = tale.at + 91 * DAY
    assert erase_at(late) == 3
    (job,) = tale.jobs("erase_answers")
    assert DAY <= job.due_at - late < DAY + MINUTE, "looked at again in a day"
    change(Case, tale, status="approved")
    assert erase_at(late + DAY + MINUTE) == 0


def test_nothing_is_erased_while_an_offer_to_somebody_else_is_open(shop: Town) -> None:
    tale = paid(shop).offer_to("mallory@cardmall.test")
    change(Order, tale, closed_at=tale.at, escrow=None)
    late = tale.at + 91 * DAY
    assert erased(tale, late) == (DAY, 3)
    with db.transaction() as session:
        session.connection().execute(sa.update(Transfer).values(status="withdrawn"))
    assert erased(tale, late) == (None, 0)


def test_the_answers_of_an_order_nobody_paid_go_90_days_after_it_expired(shop: Town) -> None:
    tale = shop.tale().order(GAME)
    act(orders.start_payment, shop.alice, tale.no, channel="alipay", consent=True, answers=MINE, now=tale.at)
    ended = tale.expire().row.closed_at
    assert ended and tale.row.status == "expired"
    assert erase_at(ended + 90 * DAY - MINUTE) == 3 and erase_at(ended + 90 * DAY + MINUTE) == 0


def test_the_answers_of_who_gave_an_order_away_go_and_those_of_the_receiver_stay(shop: Town) -> None:
    tale = paid(shop).offer_to("mallory@cardmall.test").agree(shop.mallory, shop.bob)
    new = tale.successor.pay(answers=OTHER)
    tale.refund_arrives()
    ended = tale.row.closed_at
    assert ended and tale.transfer.status == "completed"
    assert erased(tale, ended + 90 * DAY - MINUTE) == (MINUTE, 3)
    assert erased(tale, ended + 90 * DAY) == (None, 0) and count(BuyerAnswer, BuyerAnswer.order_id == new.row.id) == 3


def test_an_order_with_nothing_to_settle_is_over_when_it_was_completed(shop: Town) -> None:
    tale = paid(shop).deliver_by_hand("CODE-1").reveal().complete()
    done = tale.row.completed_at
    assert done and erased(tale, done + 90 * DAY) == (DAY, 3), "its money is held"
    change(Order, tale, escrow=None)
    assert erased(tale, done + 90 * DAY - MINUTE) == (MINUTE, 3) and erased(tale, done + 90 * DAY) == (None, 0)


def over_at(tale: Tale) -> datetime | None:
    with db.reading() as session:
        return erasing_facts(session, session.get_one(Order, tale.row.id)).over_at


def test_an_order_whose_shop_keeps_a_fee_is_over_when_that_was_settled(shop: Town) -> None:
    shop.sell("with-fee", 1, fee_permille=50, buyer_fields=ASKED)
    tale = paid(shop, slug="with-fee").deliver().request(way="return").approve().refund_arrives()
    ended = tale.row.closed_at
    assert ended and tale.row.escrow and over_at(tale) is None, "the fee is held still"
    set_clock(ended + 60 * DAY)
    run_jobs()
    (settled,) = rows(Event, Event.verb == "settled_with_shop")
    assert settled.at > ended and over_at(tale) == settled.at


def test_an_answer_opens_only_where_it_was_sealed(shop: Town) -> None:
    tale = paid(shop)
    row, vault = rows(BuyerAnswer, by=BuyerAnswer.n)[0], world().vault
    assert vault.open_answer(tale.no, 1, row.sealed) == "Dragon77"
    for no, n in ((tale.no, 2), ("CM0", 1)):
        with pytest.raises(InvalidTag):
            vault.open_answer(no, n, row.sealed)


@pytest.mark.slow
def test_corrected_or_delivered_never_delivered_by_what_was_corrected(shop: Town) -> None:
    winners: Counter[str] = Counter()
    for turn in range(rounds(20)):
        tale = paid(shop)
        change = partial(act, correct_answers, shop.alice, tale.no, OTHER, seen=1, now=tale.at)
        late = refusals(race(partial(send, tale, 1, f"CODE-{turn}"), change, jitter=0.004))
        winners.update(late)
        verbs = [verb for verb in tale.verbs if verb in ("field_corrected", "delivered")]
        if late == ["stale"]:
            assert (verbs, seen(tale)[0], replaced(tale)) == (["delivered"], "Dragon77", [])
            continue
        assert (late, verbs, seen(tale)[0]) == (["changed"], ["field_corrected"], "Tiger88")
        assert (tale.row.status, tale.cards) == ("awaiting_delivery", []), "the code was not taken"
        send(tale, 2, f"CODE-{turn}")
        assert tale.row.status == "delivered"
    assert set(winners) == {"stale", "changed"}
