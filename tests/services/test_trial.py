"""Carol sees that the books balance, agree with the rows, and that no captured money lies about."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import db
from cardmall.domain.terms import OrderStatus
from cardmall.models import Order, Payment, Posting, Refund
from cardmall.services.order.orders import start_payment
from cardmall.views.admin.money import TrialBalance, journal_lines, trial
from tests.services.invariants import books_checks
from tests.services.test_books import PRICE, ruled_late, settled
from tests.town import AUTO, DAY, MANUAL, NOW, Town, act, count, hear, refused, rows


def look(town: Town, days: int = 0) -> TrialBalance:
    return act(trial, town.carol, now=NOW + days * DAY)


def spoil(statement: sa.Update | sa.Delete) -> None:
    """What no use case does: a hand in the database."""
    with db.transaction() as session:
        session.connection().execute(statement)


def test_every_account_is_shown_and_their_sum_is_0(town: Town) -> None:
    assert [(line.account, line.amount) for line in look(town).accounts] == [
        (name, 0) for name in ("shopper", "escrow", "shop", "fees", "platform", "loss")
    ]
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    town.tale().order(MANUAL).pay()
    found = look(town)
    assert {line.account: line.amount for line in found.accounts} == {
        "shopper": -PRICE, "escrow": PRICE, "shop": PRICE, "fees": 0, "platform": -PRICE, "loss": 0,
    }  # fmt: skip
    assert (found.total, found.escrow, found.paid, found.owed) == (0, PRICE, PRICE, PRICE)
    assert [(debt.slug, debt.amount) for debt in found.debts] == [("bobs", PRICE)]


def test_a_missing_line_is_seen_in_the_sum(town: Town) -> None:
    town.tale().order(MANUAL).pay()
    spoil(sa.delete(Posting).where(col(Posting.account) == "escrow"))
    assert look(town).total == -PRICE


def test_payments_and_refunds_agree_with_the_ledger_one_by_one(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve().refund_arrives()
    town.tale().order(MANUAL).pay()
    found = {check.code: check for check in books_checks()}
    assert (found["captures"].rows, found["captures"].books) == (2 * PRICE, 2 * PRICE)
    assert (found["refunds"].rows, found["refunds"].books) == (PRICE, PRICE)
    assert found["captures"].numbers == found["refunds"].numbers == []
    spoil(sa.delete(Posting).where(col(Posting.entry_no) == f"refund:{tale.refunds[0].no}"))
    spoil(sa.update(Payment).where(col(Payment.no) == tale.payments[0].no).values(amount=PRICE + 1))
    found = {check.code: check for check in books_checks()}
    assert (found["refunds"].difference, found["refunds"].numbers) == (PRICE, [tale.refunds[0].no])
    assert (found["captures"].difference, found["captures"].numbers) == (1, [tale.payments[0].no])


def test_two_wrongs_that_cancel_out_are_still_two(town: Town) -> None:
    one, other = (town.tale().order(MANUAL).pay().payments[0].no for _ in range(2))
    spoil(sa.update(Payment).where(col(Payment.no) == one).values(amount=PRICE + 1))
    spoil(sa.update(Payment).where(col(Payment.no) == other).values(amount=PRICE - 1))
    (captures, *_) = books_checks()
    assert (captures.difference, captures.numbers) == (0, [one, other])


def test_captured_money_has_an_order_a_refund_or_a_case(town: Town) -> None:
    """R3: in every ordinary life nothing is listed."""
    town.tale().order(MANUAL).pay()
    town.tale().order(MANUAL).pay().request()
    town.tale().order(MANUAL).pay().request().approve()
    late = town.tale().order(MANUAL)
    act(start_payment, town.alice, late.no, channel="alipay", consent=True, now=late.at)
    late.cancel()
    assert hear(late.payments[0], late.at)
    assert [r.cause for r in late.refunds] == ["closed_then_paid"]
    assert (look(town).ownerless, look(town).ownerless_sum) == ([], 0)


def test_money_on_a_closed_order_without_refund_is_listed(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    spoil(sa.update(Order).where(col(Order.no) == tale.no).values(status=OrderStatus.canceled))
    (row,) = look(town).ownerless
    assert (row.order_no, row.payment_no, row.amount) == (tale.no, tale.payments[0].no, PRICE)
    assert look(town).ownerless_sum == PRICE


def test_money_paid_twice_and_not_sent_back_is_listed(town: Town) -> None:
    tale = town.tale().order(MANUAL)
    number = act(start_payment, town.alice, tale.no, channel="wechat", consent=True, now=tale.at)
    tale.pay()
    (second,) = [p for p in tale.payments if p.no == number]
    assert hear(second, tale.at + DAY)
    assert look(town).ownerless == []
    spoil(sa.delete(Refund).where(col(Refund.payment_id) == second.id))
    assert [(row.payment_no, row.amount) for row in look(town).ownerless] == [(number, PRICE)]


def test_stuck_and_late_refunds_come_largest_first(town: Town) -> None:
    town.sell("dear", 1, price=50000)
    stuck = town.tale().order(AUTO).pay().request().approve().refund_fails()
    late = town.tale().order("dear").pay().request().approve()
    assert [row.order_no for row in look(town).stuck] == [stuck.no]
    found = look(town, days=30).stuck
    assert [(row.order_no, row.status) for row in found] == [(late.no, "requested"), (stuck.no, "needs_attention")]


def test_the_journal_has_every_line_once(town: Town) -> None:
    ruled_late(settled(town.tale().order(AUTO).pay())).refund_arrives()
    seen, last = [], None
    while True:
        found, last = act(journal_lines, town.carol, last, 3)
        seen += found
        if last is None:
            break
    assert len(seen) == count(Posting) == 8
    assert sum(line.amount for line in seen) == 0
    assert {(p.entry_no, p.account.value) for p in rows(Posting)} == {(line.entry_no, line.account) for line in seen}
    assert {line.shop for line in seen} == {"bobs"}


@pytest.mark.parametrize("who", ["alice", "bob", "nobody"])
def test_nobody_else_sees_the_books(town: Town, who: str) -> None:
    actor = None if who == "nobody" else getattr(town, who)
    assert refused(act, trial, actor, now=NOW).reason in ("not_allowed", "sign_in_first")
    assert refused(act, journal_lines, actor, None, 9).reason in ("not_allowed", "sign_in_first")
