"""What waits for a shop's hands: deliverable orders by their promise, held ones apart, counts that agree."""

from typing import Any

import pytest

from cardmall import cookies
from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Reason
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.order.showing import show_fields
from cardmall.services.shop.shops import disable_shop, enable_shop
from cardmall.views.merchant.delivery import DeliveryDesk, to_deliver
from cardmall.views.person import person_view
from tests.services.test_buyer_answers import ASKED, GAME, MINE
from tests.town import AUTO, HOUR, MANUAL, MINUTE, NOW, Tale, Town, act, look, refused, sign_everybody_in


def desk(town: Town, at: Any = NOW, after: str = "") -> DeliveryDesk:
    return look(to_deliver, town.bob, after=after, now=at)


def counts(found: DeliveryDesk) -> tuple[int, int, int]:
    return found.orders, found.pieces, found.held_orders


def mark(at: Any = NOW) -> int:
    """The number beside the entry of the menu."""
    with db.reading() as session:
        return person_view(session, cookies.hash_of("bob"), at)[1].counts["delivery"]


def test_the_nearest_promise_comes_first_and_what_is_held_stands_apart(town: Town) -> None:
    town.sell("slow", promise_seconds=2 * 86_400)
    slow, soon = town.tale().order("slow", 3).pay(), town.tale().order(MANUAL, 2).pay()
    held, offered = town.tale().order(MANUAL).pay().request(), town.tale().order(MANUAL).pay()
    offered.offer_to("mallory@example.com")
    town.tale().order(AUTO).pay()
    town.tale().order(MANUAL)
    found = desk(town)
    assert [(row.no, row.quantity) for row in found.rows] == [(soon.no, 2), (slow.no, 3)]
    assert {(row.no, row.why, row.case_no, row.transfer_no) for row in found.held} == {
        (held.no, "in_case", held.case.no, ""),
        (offered.no, "transferring", "", offered.transfer.no),
    }
    assert counts(found) == (2, 5, 2)


def test_a_rejected_request_holds_it_until_a_moment(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在充值")
    (row,) = desk(town, tale.at).held
    assert (row.why, row.until) == ("rejected", tale.row.hold_until)


def test_canceled_pieces_are_not_counted(town: Town) -> None:
    tale = town.tale().order(MANUAL, 3).pay().request(pieces=1).approve()
    found = desk(town, tale.at)
    assert (counts(found), found.rows[0].quantity, found.rows[0].total) == ((1, 2, 0), 2, 2 * tale.row.unit_price)


def test_the_mark_of_the_menu_counts_what_can_be_delivered(town: Town) -> None:
    sign_everybody_in()
    tales = [town.tale().order(MANUAL).pay() for _ in range(2)]
    assert (mark(), desk(town).orders) == (2, 2)
    tales[0].request()
    assert (mark(), desk(town).orders) == (1, 1)
    tales[1].deliver_by_hand("CODE-1")
    assert (mark(), counts(desk(town))) == (0, (0, 0, 1))


def test_a_disabled_shop_delivers_nothing(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    act(disable_shop, town.carol, "bobs", reason="多次逾期", now=NOW + MINUTE)
    found = desk(town, NOW + MINUTE)
    assert (found.rows, [row.why for row in found.held], counts(found)) == ([], ["shop_disabled"], (0, 0, 1))
    act(enable_shop, town.carol, "bobs", reason="已改正", now=NOW + HOUR)
    assert [row.no for row in desk(town, NOW + HOUR).rows] == [tale.no]


def test_pages_go_on_by_key_and_miss_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE", 2)
    tales = [town.tale().order(MANUAL).pay() for _ in range(5)]
    seen, key = [], ""
    for size in (2, 2, 1):
        found = desk(town, after=key)
        assert (len(found.rows), counts(found)) == (size, (5, 5, 0))
        seen, key = seen + [row.no for row in found.rows], found.next_key
    assert (seen, key) == ([tale.no for tale in tales], "")
    for junk in ("x", "~", "2026-11-23T00:00:00Z~x", "9" * 99):
        assert len(desk(town, after=junk).rows) == 2, "no key begins at the top"


def test_it_counts_no_further_than_it_says(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_everybody_in()
    for _ in range(3):
        town.tale().order(MANUAL, 2).pay()
    monkeypatch.setattr(limits, "ORDERS_COUNTED", 2)
    assert counts(desk(town)) == (2, 4, 0)


def test_what_buyers_read_with_the_codes_stands_beside_the_box(town: Town) -> None:
    town.sell("told", instructions="登录官网兑换")
    town.tale().order("told").pay()
    town.tale().order(MANUAL).pay()
    found = desk(town)
    assert (found.instructions, {row.slug for row in found.rows}) == ({"told": "登录官网兑换"}, {"told", MANUAL})


@pytest.fixture
def asked(town: Town) -> Tale:
    town.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    return town.tale().order(GAME).pay(answers=MINE)


def shown(tale: Tale, who: Actor | None) -> Any:
    return act(show_fields, who, tale.no, now=tale.at)


def test_only_its_shop_has_the_fields_shown(town: Town, asked: Tale) -> None:
    assert shown(asked, town.bob).answers == ["Dragon77", "一区", "13800138000"]
    expected = {town.mo: Reason.not_found, town.alice: Reason.not_allowed, town.carol: Reason.not_allowed}
    for who, reason in expected.items():
        assert refused(shown, asked, who).reason is reason
    assert refused(shown, asked, None).reason is Reason.sign_in_first
    for no in ("CM0", None, 7, [asked.no]):
        assert refused(act, show_fields, town.bob, no, now=asked.at).reason is Reason.not_found


def test_fields_are_shown_while_the_order_can_be_delivered_only(town: Town, asked: Tale) -> None:
    held = town.tale().order(GAME).pay(answers=MINE).request()
    plain = town.tale().order(MANUAL).pay()
    assert refused(shown, held, town.bob).reason is Reason.held
    assert refused(shown, plain, town.bob).reason is Reason.not_found, "nothing was asked for"
    act(deliver_manually, town.bob, asked.no, codes=["CODE-1"], seen=1, now=asked.at)
    answer = refused(shown, asked, town.bob)
    assert (answer.reason, answer.status) == (Reason.stale, "delivered")


def test_more_lines_than_any_order_has_pieces_are_refused_as_a_whole(town: Town) -> None:
    """None is looked up: the shop's lock is held meanwhile."""
    tale = town.tale().order(MANUAL).pay()
    codes = [f"LINE-{n}" for n in range(limits.TYPED_LINES + 1)]
    wrong = refused(act, deliver_manually, town.bob, tale.no, codes=codes)
    assert (wrong.fields, wrong.lines, tale.cards) == ({"codes": "count_mismatch"}, (), [])
