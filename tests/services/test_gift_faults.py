"""Faults that were found in gifts, each as it was found (R96)."""

from contextlib import suppress
from datetime import timedelta

import pytest

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.recalls import Looked
from cardmall.domain.rules.ways import decide
from cardmall.domain.terms import Offer, Reason, Refused, Way
from cardmall.models import Card, Order
from cardmall.reads.facts import facts_of
from cardmall.services.case.gifts import give_unasked
from cardmall.services.order.orders import start_payment
from cardmall.services.order.pieces import inherit
from cardmall.services.shop.recalling import preview_recall
from cardmall.views.merchant.money import shop_books
from cardmall.views.merchant.refund import gift_page
from cardmall.views.shopper.cancel import choice_view
from tests.bank import sandbox
from tests.services.giving import TYPED, amount, back, cards, gift, ids, left, pieces, shown
from tests.services.invariants import Watch
from tests.services.recalling import FORM, code, press
from tests.services.test_gifts import bought, preview, settled
from tests.town import AUTO, DAY, MANUAL, MINUTE, PRICE, Tale, Town, act, hear, look, refused, run_jobs, set_clock


@pytest.fixture(autouse=True)
def _a_bank_of_its_own(town: Town) -> None:
    set_clock(town.founded)
    sandbox().control(forget=True)


def used(tale: Tale) -> list[str]:
    """The cards that were looked at, as the page numbers them."""
    seen = {card.id for card in tale.cards if card.revealed_at}
    return [card for card in ids(tale) if card in seen]


def split(tale: Tale) -> Tale:
    """An appeal about all that were looked at; the ruling leaves one fen of them."""
    tale.appeal(cards=used(tale))
    fen = tale.case.paid - 1
    return tale.respond().rule(tale.town.carol, "rule_split", f"{fen // 100}.{fen % 100:02d}")


def recall(tale: Tale, *some: str) -> None:
    set_clock(tale.at)
    codes = "\n".join(code(card) for card in tale.cards if card.id in some)
    press(tale.town.bob, slug=AUTO, codes=codes, remedy="refund", looked=Looked.all)
    run_jobs()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_recall_after_a_gift_and_a_split_leaves_what_the_others_are_worth(town: Town, at_once: bool) -> None:
    tale = bought(town.tale(), 4).deliver().reveal(3)
    gift(tale, amount(5))
    before = back(split(tale))
    for some in [used(tale)] if at_once else [[one] for one in used(tale)]:
        recall(tale, *some)
        worth, refundable = left(tale)
        assert worth <= refundable
    assert back(tale) - before == 1
    assert preview(tale, "return") == 4 * PRICE - back(tale)
    tale.request(way="return").approve()
    assert (back(tale), tale.row.status) == (4 * PRICE, "canceled")
    Watch().look()


def decided(tale: Tale, way: str) -> tuple[str, str]:
    with db.reading() as session:
        found = decide(Way(way), facts_of(session, session.get_one(Order, tale.row.id)), tale.at)
    return found.outcome.value, found.reason.value


def ruled_about_the_first(town: Town) -> Tale:
    """Three cards: the first was ruled about, the return of the second rejected, and the last two were looked at."""
    tale = bought(town.tale(), 3).deliver().reveal(1)
    tale.appeal(cards=used(tale)).respond().rule(town.carol, "rule_merchant")
    sealed = [card for card in ids(tale) if card not in used(tale)]
    tale.request(way="return", cards=sealed[:1]).reject("other", "不退").resume().later(hours=25)
    return tale.reveal(2)


@pytest.mark.parametrize("how", ["gift", "recall"])
def test_without_the_cards_of_a_rejected_case_the_others_are_still_appealed(town: Town, how: str) -> None:
    tale = ruled_about_the_first(town)
    assert decided(tale, "appeal") == ("open", "fault")
    rejected = tale.case.cards[0]
    if how == "gift":
        gift(tale, cards(tale, 1 + ids(tale).index(rejected)))
    else:
        recall(tale, rejected)
    assert decided(tale, "appeal") == ("open", "fault")
    (first, other) = [card for card in ids(tale) if card != rejected]
    judged = tale.cases[0].cards
    tale.appeal(cards=[card for card in (first, other) if card not in judged])
    assert tale.case.pieces == 1


def upheld_for_two(town: Town) -> Tale:
    """Of five pieces two were asked for before the delivery, and the merchant was right to refuse them."""
    tale = bought(town.tale()).request(pieces=2).reject("other", "已在制作")
    return tale.appeal(text="不服").respond().rule(town.carol, "rule_merchant")


@pytest.mark.parametrize("how", ["gift", "request"])
def test_a_ruling_about_some_pieces_is_not_about_those_that_stay_when_others_go(town: Town, how: str) -> None:
    tale = upheld_for_two(town)
    if how == "gift":
        gift(tale, pieces(3))
    else:
        tale.request(pieces=3).approve()
    assert tale.row.canceled_pieces == 3
    tale.deliver().reveal(2)
    assert decided(tale, "appeal") == ("open", "fault")


def test_a_ruling_about_all_pieces_stands_for_those_that_stay(town: Town) -> None:
    tale = bought(town.tale()).request(pieces=1).approve()
    tale.request().reject("other", "已在制作").appeal(text="不服").respond().rule(town.carol, "rule_merchant")
    gift(tale, pieces(2))
    tale.deliver().reveal(2)
    assert decided(tale, "appeal") == ("refused", "ruled")


def work(tale: Tale) -> None:
    """What is due a little later."""
    set_clock(tale.later(minutes=2).at)
    run_jobs()


@pytest.mark.parametrize("all_at_once", [False, True])
def test_small_gifts_leave_the_channel_refunds_for_whatever_may_follow(town: Town, all_at_once: bool) -> None:
    """And all that is left can be given at once, as the refusal says."""
    tale = bought(town.tale(), 2).deliver()
    gifts = 0
    with suppress(Refused):
        while gifts < limits.REFUND_PARTS:
            gift(tale, amount(1))
            gifts += 1
            work(tale)
    assert gifts == limits.REFUND_PARTS - 5 - 2 * 2
    told = refused(gift, tale, amount(1))
    assert (told.reason, told.offer) == (Reason.parts_kept, Offer.form)
    if all_at_once:
        gift(tale, amount(2 * PRICE - back(tale)))
    else:
        gift(tale, cards(tale, 1))
        work(tale)
        tale.request(way="return").approve()
    work(tale)
    assert back(tale) == 2 * PRICE and {one.status for one in tale.refunds} <= {"sent", "processing", "succeeded"}


def test_what_is_given_in_the_last_hour_still_leaves(town: Town) -> None:
    tale = settled(bought(town.tale(), 1).deliver().reveal())
    tale.at = (tale.payments[0].captured_at or tale.at) + limits.REFUND_WITHIN
    assert refused(gift, tale, amount(100)).reason is Reason.window_over
    tale.at -= DAY
    gift(tale, amount(100))
    set_clock(tale.at + timedelta(hours=12))
    run_jobs()
    assert tale.refunds[-1].status in {"sent", "processing", "succeeded"}


def test_a_card_looked_at_since_is_another_gift(town: Town) -> None:
    tale = bought(town.tale(), 2).deliver()
    told = TYPED | cards(tale, 1)
    seen = shown(tale, told).mark
    tale.reveal(2)
    press_it = {"seen": seen, "now": tale.at}
    assert refused(act, give_unasked, town.bob, tale.no, told, **press_it).reason is Reason.changed
    gift(tale, cards(tale, 1))
    assert back(tale) == PRICE


def test_a_mark_is_of_its_order_its_cards_and_its_kind(town: Town) -> None:
    one, other = (bought(town.tale(), 2).deliver() for _ in range(2))
    what = (cards(one, 1), cards(one, 2), amount(PRICE))
    marks = {shown(one, told).mark for told in what} | {shown(other, cards(other, 1)).mark, shown(other, what[2]).mark}
    assert len(marks) == 5
    told = {"seen": shown(one, what[0]).mark, "now": one.at}
    assert refused(act, give_unasked, town.bob, one.no, TYPED | what[1], **told).reason is Reason.changed


def test_when_all_came_back_no_way_asks_for_nothing(town: Town) -> None:
    """But the order nobody delivers can still be ended by its shopper."""
    waits = town.tale().order(MANUAL, 2).pay()
    gift(waits, amount(2 * PRICE))
    assert decided(waits, "request") == ("refused", "nothing_left")
    assert refused(waits.request).reason is Reason.nothing_left
    tale = bought(town.tale(), 2).deliver()
    gift(tale, amount(2 * PRICE))
    assert decided(tale, "return") == ("refused", "nothing_left")
    tale.reveal(2)
    assert decided(tale, "appeal") == ("refused", "nothing_left")
    waits.at = (waits.row.promised_at or waits.at) + timedelta(seconds=1)
    assert decided(waits, "cancel_now") == ("open", "shop_fault")
    assert (waits.cancel().row.status, back(waits)) == ("canceled", 2 * PRICE)


def test_a_rejection_is_not_appealed_for_nothing(town: Town) -> None:
    tale = bought(town.tale(), 1).deliver().request(way="return").reject("other", "不退")
    assert decided(tale, "appeal") == ("open", "rejected")
    gift(tale, amount(PRICE))
    assert decided(tale, "appeal") == ("refused", "nothing_left")


def test_no_pieces_are_chosen_for_nothing(town: Town) -> None:
    town.sell("cheap", 3, price=1)
    tale = town.tale().order("cheap", 3).pay().deliver()
    gift(tale, amount(1))
    free = next(card.id for card in tale.cards if card.given)
    assert refused(tale.request, way="return", cards=[free]).fields == {"pieces": "out_of_range"}
    tale.request(way="return").approve()
    assert back(tale) == 3


def test_the_books_of_a_shop_lead_to_what_was_asked_for(town: Town) -> None:
    tale = bought(town.tale(), 2).deliver().request(way="return").reject("other", "不退")
    gift(tale, amount(100))
    assert {row.case_no for row in look(shop_books, town.bob, now=tale.at).rows} == {tale.cases[0].no}


@pytest.mark.parametrize("looked", [Looked.all, Looked.unseen])
def test_a_recall_shows_what_it_pays_at_most(town: Town, looked: Looked) -> None:
    tale = bought(town.tale(), 4).deliver().reveal(3)
    gift(tale, amount(5))
    split(tale)
    codes = "\n".join(code(card) for card in tale.cards)
    found = look(preview_recall, town.bob, AUTO, FORM | {"codes": codes, "looked": looked}, now=tale.at)
    assert found.fen == (4 * PRICE - back(tale) if looked == "all" else PRICE - 1)


def lying(name: str, given: int = 0) -> Card:
    return Card(id=name, product_id=1, sealed_code="", blind=name, tail="", given=given)


def test_fewer_cards_than_they_replace_take_over_all_that_was_given(town: Town) -> None:
    old = [lying(f"old{n}", fen) for n, fen in enumerate((300, 200, 101))]
    for count, lies in ((3, [300, 200, 101]), (2, [301, 300]), (1, [601]), (4, [151, 150, 150, 150])):
        new = [lying(f"new{n}") for n in range(count)]
        inherit(old, new, PRICE)
        assert [card.given for card in new] == lies
    one = [lying("one")]
    inherit(old, one, 500)
    assert one[0].given == 500


def test_a_sealed_card_a_ruling_was_about_keeps_what_its_return_brings(town: Town) -> None:
    tale = bought(town.tale(), 3).deliver()
    kept = ids(tale)[2]
    tale.request(way="return", cards=[kept]).reject("other", "不退").appeal(text="不服").respond()
    tale.rule(town.carol, "rule_merchant").reveal(2)
    first, second = used(tale)
    tale.appeal(cards=[first, second]).respond().rule(town.carol, "rule_split", f"{PRICE // 100}.00")
    for what in (cards(tale, 1 + ids(tale).index(first)), amount(PRICE * 6 // 10)):
        gift(tale, what)
    with suppress(Refused):  # nothing is left for it
        gift(tale, cards(tale, 1 + ids(tale).index(second)))
    comes = preview(tale, "return")
    assert 0 < comes <= left(tale)[1]
    before = back(tale)
    tale.request(way="return").approve()
    assert back(tale) == before + comes <= 3 * PRICE


def test_the_form_names_the_channel_the_money_goes_back_to(town: Town) -> None:
    """The one that was opened second and paid first, though the other's money came late, too."""
    tale = town.tale().order(AUTO)
    for channel in ("alipay", "wechat"):
        act(start_payment, tale.shopper, tale.no, channel=channel, consent=True, now=tale.at)
    for n, payment in enumerate(reversed(tale.payments), 1):
        assert hear(payment, tale.at + n * MINUTE, trade_no=f"T{n}")
    tale.later(minutes=5)
    gift(tale, amount(100))
    paid_by = {one.id: one.channel for one in tale.payments}
    assert look(gift_page, town.bob, tale.no, now=tale.at).channel == paid_by[tale.refunds[-1].payment_id] == "wechat"


def test_the_form_of_a_return_stays_when_a_card_is_ticked_that_brings_nothing(town: Town) -> None:
    town.sell("cheap", 3, price=1)
    tale = town.tale().order("cheap", 3).pay().deliver()
    gift(tale, amount(1))
    free = [card.id for card in tale.cards if card.given]
    found = look(choice_view, town.alice, tale.no, way=Way.return_, picked=free, now=tale.at)
    assert found.way and found.way.amount == 0 and len(found.cards) == 3
    refusal = refused(lambda: tale.request(way="return", cards=free))
    assert refusal.fields == {"pieces": "out_of_range"}


def test_the_row_of_a_card_says_what_ticking_it_gives(town: Town) -> None:
    tale = bought(town.tale(), 3).deliver().reveal(2)
    split(tale)
    gift(tale, amount(PRICE // 2))
    page = look(gift_page, town.bob, tale.no, now=tale.at)
    assert all(one.worth == shown(tale, cards(tale, one.n)).amount <= page.most for one in page.pieces if one.worth)
