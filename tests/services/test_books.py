"""Bob sees where his money stands: paid, held, frozen, owed; what he owes comes out of his next settlements."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount
from cardmall.models import Posting
from cardmall.reads.doors import locked_with_shop
from cardmall.reads.money import owed_by
from cardmall.services.money.money import settle_with_shop
from cardmall.services.order.orders import start_payment
from cardmall.services.shop.shops import disable_shop
from cardmall.views.merchant.money import ShopBooks, read_month, shop_books
from tests.services.race import race
from tests.town import AUTO, MANUAL, NOW, Tale, Town, act, hear, refused, rows

PRICE = 9900


def look(town: Town, who: Any = None, **asked: str) -> ShopBooks:
    return act(shop_books, who or town.bob, now=NOW, **asked)


def settle(tale: Tale) -> bool:
    with db.transaction() as session:
        order = locked_with_shop(session, tale.row.id or 0)
        return settle_with_shop(our_act(session, now=tale.at, cause="settle").on(order=order), order)


def settled(tale: Tale) -> Tale:
    """Delivered, confirmed, paid to the shop; its card is still sealed."""
    tale.deliver().complete().later(days=8)
    assert settle(tale)
    return tale


def ruled_late(tale: Tale) -> Tale:
    """Looked at after the settlement, found bad, and Alice is right."""
    return tale.reveal().appeal().respond().rule(tale.town.carol, "rule_shopper")


def moves(town: Town, **asked: str) -> list[tuple[str, int]]:
    """Oldest first."""
    return [(row.entry, row.amount) for row in reversed(look(town, **asked).rows)]


def test_a_fault_ruled_after_the_settlement_pays_alice_and_bob_owes(town: Town) -> None:
    tale = ruled_late(settled(town.tale().order(AUTO).pay()))
    found = look(town)
    assert (found.sales, found.owed, found.returning, found.waiting) == (PRICE, PRICE, PRICE, 0)
    (debt,) = found.debts
    assert (debt.order_no, debt.advanced, debt.left) == (tale.no, PRICE, PRICE)
    tale.refund_arrives()
    assert [r.status for r in tale.refunds] == ["succeeded"]
    assert (look(town).owed, look(town).held) == (PRICE, 0)
    expected = [("capture", PRICE), ("settlement", PRICE), ("advance", -PRICE), ("refund", -PRICE)]
    assert moves(town) == expected


def test_the_next_settlements_pay_the_debt_first(town: Town) -> None:
    town.sell("small", 1, price=4000)
    town.sell("large", 1, price=20000)
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    settled(town.tale().order("small").pay())
    found = look(town)
    assert (found.sales, found.owed) == (PRICE, PRICE - 4000)
    assert [debt.left for debt in found.debts] == [PRICE - 4000]
    settled(town.tale().order("large").pay())
    found = look(town)
    assert (found.sales, found.owed, found.debts) == (PRICE + 4000 + 20000 - PRICE, 0, [])
    assert [move for move in moves(town) if move[0] == "repayment"] == [
        ("repayment", -4000),
        ("repayment", 4000 - PRICE),
    ]
    assert sum(p.amount for p in rows(Posting)) == 0


def test_a_service_fee_repays_too_when_there_are_no_sales(town: Town) -> None:
    town.sell("with-fee", 1, fee_permille=50)
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    tale = town.tale().order("with-fee").pay().deliver().request(way="return").approve().refund_arrives().later(days=8)
    assert settle(tale)
    assert tale.money() == {"shopper": -495, "platform": 495}
    assert (look(town).fees, look(town).owed) == (0, PRICE - 495)


def test_an_order_returned_after_it_was_confirmed_comes_once(town: Town) -> None:
    town.sell("with-fee", 1, fee_permille=50)
    tale = town.tale().order("with-fee").pay().deliver().complete().later(days=1).request(way="return").approve()
    tale.refund_arrives()
    assert len(tale.jobs("settle")) == 2
    assert [row.amount for row in look(town).coming] == [495]


def test_the_fee_of_a_return_is_told_apart_from_sales(town: Town) -> None:
    """One card was looked at and stays, the other goes back for 5 %."""
    town.sell("with-fee", 2, fee_permille=50)
    tale = town.tale().order("with-fee", 2).pay().deliver().reveal().request(way="return").approve().refund_arrives()
    tale.complete().later(days=8)
    assert settle(tale)
    assert tale.money() == {"shopper": -PRICE - 495, "shop": PRICE, "fees": 495}
    (event,) = [e for e in tale.events if e.verb == "settled_with_shop"]
    assert (event.data["amount"], event.data["fee"], event.data["repaid"]) == (PRICE + 495, 495, 0)


def test_what_a_settlement_on_less_leaves_is_sales_not_fee(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().offer("90").accept().refund_arrives().later(days=8)
    assert settle(tale)
    assert tale.money() == {"shopper": -900, "shop": 900}


def test_two_late_rulings_are_two_debts_and_the_older_is_paid_first(town: Town) -> None:
    town.sell("small", 1, price=4000)
    first = settled(town.tale().order(AUTO).pay())
    second = settled(town.tale().order("small").pay())
    ruled_late(first).refund_arrives()
    ruled_late(second.later(hours=1)).refund_arrives()
    assert [(d.order_no, d.left) for d in look(town).debts] == [(second.no, 4000), (first.no, PRICE)]
    settled(town.tale().order(AUTO).pay())
    assert [(d.order_no, d.left) for d in look(town).debts] == [(second.no, 4000)]


def test_held_money_waits_is_frozen_or_goes_back(town: Town) -> None:
    town.tale().order(MANUAL).pay()
    frozen = town.tale().order(MANUAL).pay().request()
    town.tale().order(MANUAL).pay().request().approve()
    found = look(town)
    assert (found.waiting, found.frozen, found.returning, found.held) == (PRICE, PRICE, PRICE, 3 * PRICE)
    frozen.withdraw()
    assert (look(town).waiting, look(town).frozen) == (2 * PRICE, 0)


def test_the_next_settlements_are_told_ahead_but_not_what_is_frozen(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().complete()
    town.tale().order(AUTO).pay().deliver().complete().request(way="return")
    town.tale().order(MANUAL).pay()
    (row,) = look(town).coming
    assert (row.order_no, row.amount, row.at) == (tale.no, PRICE, tale.at + limits.SETTLE_AFTER)
    town.sell("with-fee", 1, fee_permille=50)
    town.tale().order("with-fee").pay().deliver().request(way="return").approve()
    assert [row.amount for row in look(town).coming] == [PRICE, 495]  # its refund is still on its way
    act(disable_shop, town.carol, "bobs", reason="多次逾期", now=tale.at)
    assert look(town).coming == []


def test_a_disabled_shops_money_stands_still_but_refunds_go_on(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().complete().later(days=8)
    town.tale().order(MANUAL).pay().request().approve()
    act(disable_shop, town.carol, "bobs", reason="多次逾期", now=tale.at)
    assert not settle(tale)
    found = look(town)
    assert (found.disabled, found.waiting, found.frozen, found.returning) == (True, 0, PRICE, PRICE)


def test_movements_come_page_by_page_and_by_month(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(town.tale().order(AUTO).pay())
    town.tale().order(MANUAL).pay().request().approve().refund_arrives()
    monkeypatch.setattr(limits, "PAGE_SIZE", 1)
    seen, page = [], look(town)
    while page.next_key:
        seen += page.rows
        page = look(town, after=page.next_key)
    seen += page.rows
    assert len({row.id for row in seen}) == len(seen) == 4
    assert [row.at for row in seen] == sorted((row.at for row in seen), reverse=True)
    monkeypatch.undo()
    assert [entry for entry, _ in moves(town, month="2026-11")] == ["capture", "capture", "refund"]
    assert moves(town, month="2026-12") == [("settlement", PRICE)]
    assert look(town).months == ["2026-11"]


def test_a_month_is_one_of_shanghai(town: Town) -> None:
    """November ends there at 16:00 UTC; the tale pays 33 seconds after it orders."""
    ends = NOW.replace(day=30, hour=16)
    town.tale(at=ends - timedelta(seconds=34)).order(MANUAL).pay()
    assert (len(moves(town, month="2026-11")), len(moves(town, month="2026-12"))) == (1, 0)
    town.tale(at=ends - timedelta(seconds=33)).order(MANUAL).pay()
    assert (len(moves(town, month="2026-11")), len(moves(town, month="2026-12"))) == (1, 1)


@pytest.mark.parametrize(
    "junk", ["", None, "11", "2026-13", "9999-12", "0001-01", "0900-02", "2026-11-01", "x" * 900, "１", "-1"]
)
def test_no_other_word_is_a_month(town: Town, junk: Any) -> None:
    town.tale().order(MANUAL).pay()
    assert read_month(junk) == ""
    assert len(look(town, month=junk).rows) == 1  # as if none were asked for


def test_each_shop_sees_its_own_only(town: Town) -> None:
    ruled_late(settled(town.tale().order(AUTO).pay()))
    theirs = look(town, town.mo)
    assert (theirs.rows, theirs.held, theirs.owed, theirs.debts, theirs.months) == ([], 0, 0, [], [])
    assert owed_by_shop(town.mo.shop_id) == 0 and owed_by_shop(town.bob.shop_id) == PRICE


def owed_by_shop(shop: int | None) -> int:
    with db.reading() as session:
        return owed_by(session, shop or 0)


def test_nobody_else_sees_a_shops_money(town: Town) -> None:
    for who, reason in ((None, "sign_in_first"), (town.alice, "not_allowed"), (town.carol, "not_allowed")):
        assert refused(act, shop_books, who, now=NOW).reason == reason


def test_the_sums_of_the_accounts_are_those_of_the_movements(town: Town) -> None:
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    found, platform = look(town), rows(Posting, Posting.account == LedgerAccount.platform)
    assert found.owed == -sum(line.amount for line in platform) == PRICE
    assert found.sales == sum(amount for entry, amount in moves(town) if entry in ("settlement", "repayment"))


def test_only_what_is_lacking_is_advanced(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver().complete().later(days=8)
    assert settle(tale)
    tale.reveal().appeal().respond().rule(town.carol, "rule_split", "10")
    assert look(town).owed == 1000
    assert tale.money() == {"shopper": -2 * PRICE, "escrow": 1000, "shop": 2 * PRICE, "platform": -1000}


def test_two_settlements_at_once_repay_a_debt_once(town: Town) -> None:
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    tales = [town.tale().order(AUTO).pay().deliver().complete().later(days=8) for _ in range(4)]
    assert all(race(*(partial(settle, tale) for tale in tales)))
    assert (look(town).owed, look(town).sales) == (0, 4 * PRICE)
    assert [amount for entry, amount in moves(town) if entry == "repayment"] == [-PRICE]


def test_money_paid_twice_needs_no_advance(town: Town) -> None:
    """It came after the settlement and goes back as it came."""
    tale = town.tale().order(AUTO)
    number = act(start_payment, town.alice, tale.no, channel="wechat", consent=True, now=tale.at)
    tale.pay()
    settled(tale)
    (other,) = [p for p in tale.payments if p.no == number]
    assert hear(other, tale.at)
    assert tale.money() == {"shopper": -2 * PRICE, "escrow": PRICE, "shop": PRICE}
    assert look(town).owed == 0
