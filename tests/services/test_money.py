"""Whatever happens, the books balance; the shop is paid when nobody can want the money back any more."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.terms import Refused
from cardmall.models import Order, Posting, Refund
from cardmall.reads.days import balances, by_account
from cardmall.services.money import money
from cardmall.views.shopper.order import order_view
from tests.town import AUTO, DAY, HOUR, MANUAL, NOW, Tale, Town, a_look, rows

SECOND = timedelta(seconds=1)


def settle(tale: Tale, at: datetime) -> bool:
    with db.transaction() as session:
        order = session.get_one(Order, tale.row.id)
        return money.settle_with_shop(our_act(session, now=at, cause="settle").on(order=order), order)


def used(town: Town, pieces: int = 1) -> Tale:
    return town.tale().order(AUTO, pieces).pay().deliver().reveal(pieces).complete()


def test_the_shop_gets_its_money_7_days_after_completion_once(town: Town) -> None:
    tale = used(town, 2)
    (job,) = tale.jobs("settle")
    assert job.due_at == tale.at + 7 * DAY
    assert tale.money() == {"shopper": -19800, "escrow": 19800}
    assert settle(tale, job.due_at) and settle(tale, job.due_at + DAY)
    assert tale.money() == {"shopper": -19800, "shop": 19800}
    assert tale.verbs.count("settled_with_shop") == 1


def test_a_card_revealed_after_completion_keeps_the_money_until_its_fault_window_closed(town: Town) -> None:
    tale = town.tale().order(AUTO, 2).pay().deliver().reveal().complete().later(days=3)
    seen = tale.at
    tale.reveal()
    assert not settle(tale, seen + 4 * DAY)
    assert not settle(tale, seen + 7 * DAY)
    assert settle(tale, seen + 7 * DAY + SECOND)


def test_the_money_stands_still_while_a_case_is_open_or_lately_rejected(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().complete().request(way="return")
    assert not settle(tale, tale.at + 8 * DAY)
    tale.reject("evidence_insufficient")
    ended = tale.case.ended_at
    assert ended
    assert not settle(tale, ended + 7 * DAY)
    assert settle(tale, ended + 7 * DAY + SECOND)
    assert tale.money() == {"shopper": -9900, "shop": 9900}


def test_the_money_stands_still_while_a_refund_is_on_its_way(town: Town) -> None:
    town.sell("with-fee", 1, fee_permille=50)
    tale = town.tale().order("with-fee").pay().deliver().request(way="return").approve()
    assert not settle(tale, tale.at + 8 * DAY)
    tale.refund_arrives()
    assert settle(tale, tale.at + 8 * DAY)
    assert tale.money() == {"shopper": -495, "fees": 495}  # the shop's too, as a service fee


def test_nothing_is_settled_before_the_order_is_over(town: Town) -> None:
    for tale in (town.tale().order(MANUAL).pay(), town.tale().order(AUTO).pay().deliver().reveal()):
        assert not settle(tale, tale.at + 30 * DAY)
        assert tale.money() == {"shopper": -9900, "escrow": 9900}


def test_one_entry_cannot_be_written_twice(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    with pytest.raises(IntegrityError), db.transaction() as session:
        act = our_act(session, now=NOW).on(order=tale.row)
        money.post(act, tale.row, LedgerEntry.capture, tale.payments[0].no, 9900)
    assert tale.money() == {"shopper": -9900, "escrow": 9900}


VERBS = ("pay", "deliver", "reveal", "complete", "cancel", "expire", "request", "give_back", "approve", "reject")
MORE = ("withdraw", "resume", "lapse", "refund_arrives", "settle")


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(VERBS + MORE), min_size=3, max_size=12), st.sampled_from((AUTO, MANUAL)))
def test_no_order_of_acts_unbalances_the_books_or_pays_back_more_than_came(
    town: Town, story: list[str], slug: str
) -> None:
    if slug == AUTO:
        slug = f"shelf-{len(rows(Order))}"
        town.sell(slug, 2)
    tale = town.tale().order(slug, 2)
    for verb in ["pay", *story]:
        with suppress(Refused):
            tell(tale, verb)
        captured = sum(p.amount for p in tale.payments if p.captured_at)
        paid_back = sum(refund.amount for refund in tale.refunds)
        books = tale.money()
        assert paid_back <= captured
        assert books.get("escrow", 0) >= 0 and books.get("shop", 0) + books.get("escrow", 0) <= captured
    end(tale)


def tell(tale: Tale, verb: str) -> None:
    if verb == "settle":
        settle(tale, tale.later(days=8).at)
    elif verb == "give_back":
        tale.request(way="return")
    elif verb in ("approve", "withdraw", "lapse", "reject") and not tale.cases:
        return
    elif verb == "reject":
        tale.reject("other", "不")
    elif verb == "refund_arrives":
        if [r.status for r in tale.refunds] == ["requested"]:
            tale.refund_arrives()
    elif verb == "deliver" and tale.row.mode == "manual":
        tale.deliver_by_hand(f"{tale.no}-1", f"{tale.no}-2")
    else:
        getattr(tale, verb)()


def end(tale: Tale) -> None:
    """The five-orders rule shall not end the tales."""
    if tale.row.status == "pending_payment":
        tale.cancel()


def test_the_whole_town_balances(town: Town) -> None:
    used(town)
    town.tale().order(MANUAL).pay().request().approve().refund_arrives()
    town.tale().order(AUTO).pay().later(hours=1).request().withdraw()
    with db.reading() as session:
        balance = by_account(balances(session))
    assert sum(balance.values()) == 0
    assert balance[LedgerAccount.escrow] == 2 * 9900
    for posting in rows(Posting):
        assert sum(p.amount for p in rows(Posting, col(Posting.entry_no) == posting.entry_no)) == 0
    assert len(rows(Refund)) == 1


def test_a_sealed_card_that_cannot_be_given_back_keeps_the_shop_waiting_as_long_as_an_appeal_is_open(
    town: Town,
) -> None:
    """One rule: 14 days after that card came the appeal is over and the shop is paid."""
    town.sell("final-card", 2, return_allowed=False)
    tale = town.tale().order("final-card").pay().deliver()
    (came,) = [card.sealed_at for card in tale.cards]
    tale.complete()
    assert came
    for at, is_open in ((came + 8 * DAY, True), (came + 14 * DAY, True), (came + 14 * DAY + SECOND, False)):
        assert appeal_open(tale, at) is is_open is not settle(tale, at)
    assert not appeal_open(tale, came + 400 * DAY)


def test_a_replacement_has_its_own_fourteen_days(town: Town) -> None:
    town.sell("final-card", 2, return_allowed=False)
    tale = town.tale().order("final-card").pay().deliver().reveal().appeal()
    tale.later(days=10).offer(codes=["NEW-1"]).accept()
    (new,) = [card for card in tale.cards if card.status == "sealed"]
    came = new.sealed_at
    assert came and tale.at - HOUR < came <= tale.at
    assert appeal_open(tale, came + 14 * DAY) and not settle(tale, came + 14 * DAY)
    assert not appeal_open(tale, came + 14 * DAY + SECOND)


def appeal_open(tale: Tale, at: datetime) -> bool:
    """As the order's page says."""
    with db.reading() as session:
        view = order_view(a_look(session, tale.shopper, now=at), tale.no)
    return {way.way: way.is_open for way in view.ways}["appeal"]
