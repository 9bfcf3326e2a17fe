"""开始处理: said once, told, closing no way; from then on nothing is corrected (R95)."""

from collections.abc import Callable

import pytest

from cardmall.domain.rules.ways import ways
from cardmall.domain.terms import Reason
from cardmall.reads.facts import facts_of
from cardmall.services.order.beginning import begin_work
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.shop.shops import disable_shop
from cardmall.views.buyer_fields import correction_form
from cardmall.views.merchant.delivery import to_deliver
from cardmall.views.merchant.order import shop_order
from cardmall.views.shopper.order import order_with_fields
from tests.services.test_buyer_answers import ASKED, GAME, MINE, OTHER
from tests.town import AUTO, MANUAL, NOW, Tale, Town, act, look, refused


def begin(tale: Tale) -> Tale:
    act(begin_work, tale.town.bob, tale.no, now=tale.at)
    return tale


def ways_of(tale: Tale) -> list[tuple[str, str]]:
    return look(lambda look, row: [(one.outcome, one.reason) for one in ways(facts_of(look.session, row), look.now)],
                tale.shopper, tale.row, now=tale.at)  # fmt: skip


def test_it_is_noted_once_and_the_shopper_is_told(town: Town) -> None:
    tale = begin(town.tale().order(MANUAL).pay())
    assert (tale.row.begun_at, tale.row.status) == (tale.at, "awaiting_delivery")
    assert (tale.verbs.count("begun"), tale.told(town.alice)[-1]) == (1, "order_begun")
    act(begin_work, town.bob, tale.no, now=tale.at)
    assert (tale.verbs.count("begun"), tale.told(town.alice).count("order_begun")) == (1, 1)


def test_a_second_press_says_where_the_order_stands_now(town: Town) -> None:
    tale = begin(town.tale().order(MANUAL).pay()).deliver_by_hand("CODE-1")
    assert refused(act, begin_work, town.bob, tale.no, now=tale.at).status == "delivered"


def test_it_closes_no_way_and_the_order_goes_on(town: Town) -> None:
    tale, other = (town.tale().order(MANUAL).pay() for _ in range(2))
    before = ways_of(tale)
    assert ways_of(begin(tale)) == before
    tale.request().approve()
    assert tale.row.status == "canceled"
    begin(other).deliver_by_hand("CODE-1")
    assert other.row.status == "delivered"


def test_it_ends_corrections_and_both_sides_read_so(town: Town) -> None:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    tale = begin(town.tale().order(GAME).pay(answers=MINE))
    found = refused(act, correct_answers, town.alice, tale.no, OTHER, seen=1, now=tale.at)
    assert found.reason is Reason.begun
    fields = look(order_with_fields, town.alice, tale.no, now=tale.at).fields
    assert (fields.can_correct, fields.why, fields.answers[0].answer) == (False, "begun", "Dragon77")
    assert look(correction_form, town.alice, tale.no, now=tale.at).fields == []


def test_the_shops_pages_offer_it_until_it_was_said(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()

    def offered() -> list[tuple[bool, bool]]:
        (row,) = look(to_deliver, town.bob, now=tale.at).rows
        page = look(shop_order, town.bob, tale.no, now=tale.at)
        return [(one.can_begin, one.begun_at is not None) for one in (row, page)]

    assert offered() == [(True, False)] * 2
    begin(tale)
    assert offered() == [(False, True)] * 2


CLOSED: dict[str, tuple[Callable[[Tale], Tale], Reason]] = {
    "unpaid": (lambda t: t.order(MANUAL), Reason.stale),
    "automatic": (lambda t: t.order(AUTO).pay(), Reason.stale),
    "held": (lambda t: t.order(MANUAL).pay().request(), Reason.held),
    "offered": (lambda t: t.order(MANUAL).pay().offer_to("mallory@cardmall.test"), Reason.transfer_open),
    "delivered": (lambda t: t.order(MANUAL).pay().deliver_by_hand("CODE-1"), Reason.stale),
    "canceled": (lambda t: t.order(MANUAL).pay().request().approve(), Reason.stale),
}


@pytest.mark.parametrize("name", CLOSED)
def test_it_is_only_for_what_waits_for_its_shop(town: Town, name: str) -> None:
    build, reason = CLOSED[name]
    tale = build(town.tale())
    assert refused(act, begin_work, town.bob, tale.no, now=tale.at).reason is reason
    assert tale.row.begun_at is None and not look(shop_order, town.bob, tale.no, now=tale.at).can_begin


def test_a_disabled_shop_begins_nothing(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    act(disable_shop, town.carol, "bobs", reason="多次逾期", now=tale.at)
    assert refused(act, begin_work, town.bob, tale.no, now=tale.at).reason is Reason.shop_disabled


@pytest.mark.parametrize("who", ["alice", "mallory", "mo", "carol"])
def test_nobody_else_begins_it(town: Town, who: str) -> None:
    tale = town.tale().order(MANUAL).pay()
    reason = Reason.not_found if who == "mo" else Reason.not_allowed
    assert refused(act, begin_work, getattr(town, who), tale.no, now=NOW).reason is reason
    assert tale.row.begun_at is None


def test_work_goes_on_for_whoever_takes_the_order_over_unless_they_answer_anew(town: Town) -> None:
    town.sell(GAME, buyer_fields=ASKED)
    for slug, answers in ((MANUAL, None), (GAME, MINE)):
        tale = begin(town.tale().order(slug).pay(answers=answers))
        new = tale.offer_to("mallory@cardmall.test").agree(town.mallory, town.bob).successor
        assert new.row.begun_at is None, "not paid yet"
        new.pay(answers=answers)
        assert new.row.begun_at == (tale.row.begun_at if answers is None else None)
