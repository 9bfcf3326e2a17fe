"""Appeals heard and ruled: the nine cells of the grid, both sides' words, the late ruling, the partial refund asked."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.limits import ANSWER_WITHIN
from cardmall.domain.next_steps import NextStep
from cardmall.models import EvidenceRound
from cardmall.services.case import partials
from cardmall.services.money.money import settle_with_shop
from cardmall.services.order import orders
from cardmall.services.shop import shops
from cardmall.views.shopper.case import case_page
from tests.town import (
    AUTO,
    CALENDAR,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    Tale,
    Town,
    a_look,
    act,
    refused,
    rows,
    run_jobs,
    set_clock,
)

PAID = 9900


def undelivered(tale: Tale) -> Tale:
    return tale.order(MANUAL).pay().request().reject("other", "已在制作").appeal(text="一直没有发货").respond()


def sealed(tale: Tale) -> Tale:
    return (
        tale.order("fee-card")
        .pay()
        .deliver()
        .request(way="return")
        .reject("other", "不退")
        .appeal(text="没看过")
        .respond()
    )


def revealed(tale: Tale) -> Tale:
    return tale.order(AUTO).pay().deliver().reveal().appeal().respond()


@pytest.fixture
def tale(town: Town) -> Tale:
    town.sell("fee-card", 5, fee_permille=30)
    return town.tale()


@pytest.mark.parametrize(
    ("reach", "ruling", "order", "cards", "refund"),
    [
        (undelivered, "rule_shopper", "canceled", [], [PAID]),
        (undelivered, "rule_split", "canceled", [], [4000]),
        (undelivered, "rule_merchant", "awaiting_delivery", [], []),
        (sealed, "rule_shopper", "canceled", ["voided"], [PAID]),  # no fee in a ruling
        (sealed, "rule_split", "canceled", ["voided"], [4000]),
        (sealed, "rule_merchant", "delivered", ["sealed"], []),
        (revealed, "rule_shopper", "canceled", ["voided"], [PAID]),
        (revealed, "rule_split", "delivered", ["revealed"], [4000]),
        (revealed, "rule_merchant", "delivered", ["revealed"], []),
    ],
)
def test_the_grid(
    tale: Tale, reach: Callable[[Tale], Tale], ruling: str, order: str, cards: list[str], refund: list[int]
) -> None:
    reach(tale).rule(tale.town.carol, ruling, "40", "依平台记录裁决")
    assert (tale.row.status, tale.card_states) == (order, cards)
    assert [r.amount for r in tale.refunds] == refund
    assert (tale.row.held_at, tale.case.status.value) == (None, ruling.replace("rule_", "ruled_"))
    said = rows(EvidenceRound, EvidenceRound.case_id == tale.case.id)[-1]
    assert (said.kind, said.role, said.text) == ("ruled", "admin", "依平台记录裁决")
    for person in (tale.town.alice, tale.town.bob):
        assert "case_ruled" in tale.told(person)
    tale.money()


def test_what_is_not_refunded_goes_to_the_shop(tale: Tale) -> None:
    undelivered(tale).rule(tale.town.carol, "rule_split", "40").refund_arrives()
    set_clock(tale.at + 8 * DAY)
    run_jobs()
    assert tale.money() == {"shopper": -PAID + 4000, "shop": PAID - 4000}


def test_nobody_is_judged_unheard_and_silence_is_not_waited_for_for_ever(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal()
    answer = refused(tale.rule, tale.town.carol, "rule_shopper")
    assert (answer.reason, answer.offer) == ("hearing_open", "case")
    tale.hear_out().rule(tale.town.carol, "rule_shopper")
    assert tale.case.status == "ruled_shopper"


def test_an_appeal_is_the_next_round_of_the_same_case(tale: Tale) -> None:
    tale.order(MANUAL).pay().request().reject("other", "不").appeal(text="商家一直拖延")
    began = tale.case.appealed_at
    assert began and tale.case.heard_until == began + ANSWER_WITHIN
    assert (len(tale.cases), tale.case.status) == (1, "appeal")
    assert (bool(tale.row.held_at), tale.row.hold_until, tale.row.stage) == (True, None, "in_case")
    assert tale.case.deadline == CALENDAR.due(began, 3)


def test_a_fault_covers_what_was_looked_at_lately(tale: Tale) -> None:
    tale.order(AUTO, 3).pay().deliver().reveal(2).appeal("invalid_card", "两个都无效")
    assert (tale.case.kind, tale.case.pieces, tale.case.paid, len(tale.case.cards)) == ("fault", 2, 2 * PAID, 2)
    tale.respond().rule(tale.town.carol, "rule_shopper")
    assert (tale.row.status, tale.card_states) == ("delivered", ["sealed", "voided", "voided"])
    assert [r.amount for r in tale.refunds] == [2 * PAID]


def test_the_merchant_offers_in_an_appeal_and_it_lies_there_until_the_ruling(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal().offer("60", "退一部分")
    assert (tale.case.status, tale.case.merchant_heard, tale.case.offer_amount) == ("appeal", True, 6000)
    tale.accept()
    assert (tale.case.status, tale.card_states, [r.amount for r in tale.refunds]) == ("settled", ["revealed"], [6000])
    assert (tale.row.status, tale.row.held_at) == ("delivered", None)


def test_a_replacement_for_a_looked_at_card_starts_again(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal().offer(text="换一张").accept()
    assert (tale.case.status, tale.card_states, tale.row.status) == ("settled", ["sealed", "voided"], "delivered")
    assert refused(tale.appeal).reason == "nothing_to_appeal"
    tale.later(days=8).reveal().appeal()
    assert (tale.case.kind, tale.case.pieces) == ("fault", 1)


@pytest.mark.parametrize("second", ["", "50"])
def test_a_second_offer_in_an_appeal_takes_the_place_of_the_first(tale: Tale, second: str) -> None:
    revealed(tale).offer(codes=["N-1"])
    tale.offer(second, codes=[] if second else ["N-2"])
    assert tale.card_states == (["revealed"] if second else ["reserved", "revealed"])


def test_a_ruling_after_the_settlement_is_paid_by_the_platform_and_owed_by_the_shop(tale: Tale) -> None:
    """Looked at late: the shop has its money already, and Alice a week to say that the code is bad."""
    tale.order(AUTO).pay().deliver().complete()
    tale.at += 8 * DAY
    with db.transaction() as session:
        assert settle_with_shop(our_act(session, now=tale.at).on(order=tale.row), tale.row)
    assert tale.money() == {"shopper": -PAID, "shop": PAID}
    tale.reveal().appeal().respond().rule(tale.town.carol, "rule_shopper")
    assert tale.money() == {"shopper": -PAID, "escrow": PAID, "shop": PAID, "platform": -PAID}
    tale.refund_arrives()
    assert tale.money() == {"shop": PAID, "platform": -PAID}
    assert "shop_owes" in tale.told(tale.town.bob) and "shop_owes" not in tale.told(tale.shopper)


def test_a_ruling_gives_the_offered_card_back(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal().offer(text="换一张")
    assert tale.card_states == ["reserved", "revealed"]
    tale.rule(tale.town.carol, "rule_merchant")
    assert tale.card_states == ["revealed"]


def test_each_side_speaks_three_times_while_it_is_heard(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal()
    for _ in range(3):
        tale.respond().insist()
    assert refused(tale.respond).reason == refused(tale.insist).reason == "rounds_used"
    assert "case_heard" in tale.told(tale.town.bob) and "case_heard" in tale.told(tale.town.carol)


def test_after_the_hearing_neither_side_speaks(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().reveal().appeal().respond().hear_out()
    assert refused(tale.respond).reason == refused(tale.insist).reason == "window_over"


def test_a_withdrawn_appeal_lets_the_order_go_on(tale: Tale) -> None:
    revealed(tale).withdraw()
    assert (tale.case.status, tale.row.status, tale.row.held_at) == ("withdrawn", "delivered", None)


def test_a_late_ruling_is_told_to_everybody_every_day_and_never_decides_itself(tale: Tale) -> None:
    revealed(tale)
    late = tale.case.deadline + timedelta(seconds=1)
    for days in range(3):
        set_clock(late + days * (DAY + MINUTE))
        run_jobs()
    assert (tale.case.status, tale.verbs.count("ruling_late")) == ("appeal", 3)
    for person in (tale.town.alice, tale.town.bob, tale.town.carol):
        assert tale.told(person).count("case_ruling_late") == 3
    tale.at = late + 3 * DAY
    tale.rule(tale.town.carol, "rule_merchant")
    set_clock(late + 5 * DAY)
    run_jobs()
    assert tale.verbs.count("ruling_late") == 3


def test_a_ruling_is_final(tale: Tale) -> None:
    revealed(tale).rule(tale.town.carol, "rule_merchant")
    assert refused(tale.appeal).reason == "ruled"
    assert refused(tale.rule, tale.town.carol, "rule_shopper").reason == "stale"


@pytest.mark.parametrize(
    ("ruling", "amount", "ground", "wrong"),
    [
        ("", "", "x", {"ruling": "required"}),
        ("rule_all", "", "x", {"ruling": "not_a_choice"}),
        ("rule_split", "", "x", {"amount": "not_money"}),
        ("rule_split", "0", "x", {"amount": "out_of_range"}),
        ("rule_split", "99", "x", {"amount": "out_of_range"}),
        ("rule_split", "50", "", {"ground": "required"}),
        ("rule_shopper", "", "字" * 501, {"ground": "too_long"}),
    ],
)
def test_a_ruling_says_what_is_missing(
    tale: Tale, ruling: str, amount: str, ground: str, wrong: dict[str, str]
) -> None:
    revealed(tale)
    assert refused(tale.rule, tale.town.carol, ruling, amount, ground).fields == wrong


def test_a_partial_refund_is_asked_once_and_accepted(tale: Tale) -> None:
    tale.order(MANUAL).pay().request().reject("other", "已在制作").ask_partial("50", "退一半吧")
    assert (tale.case.status, tale.case.offer_amount, tale.row.hold_until) == ("asked", 5000, None)
    tale.accept_partial()
    assert (tale.case.status, tale.row.status, [r.amount for r in tale.refunds]) == ("settled", "canceled", [5000])


def test_a_partial_refund_is_asked_for_within_seven_days_of_the_rejection(tale: Tale) -> None:
    tale.order(MANUAL).pay().request().reject("other", "已在制作")
    ended = tale.case.ended_at
    assert ended
    tale.at = ended + 7 * DAY + timedelta(seconds=1)
    assert refused(tale.ask_partial, "50").reason == "window_over"
    tale.at = ended + 7 * DAY
    assert tale.ask_partial("50").case.status == "asked"


def test_a_partial_refund_declined_or_unanswered_leaves_the_rejection(tale: Tale) -> None:
    tale.order(MANUAL).pay().request().reject("other", "已在制作").ask_partial("50")
    tale.decline_partial("不行")
    ended = tale.case.ended_at
    assert ended and (tale.case.status, tale.row.hold_until) == ("rejected", ended + 24 * HOUR)
    assert refused(tale.ask_partial, "40").reason == "partial_used"
    other = tale.town.tale().order(MANUAL).pay().request().reject("other", "已在制作").ask_partial("50").lapse()
    assert (other.case.status, other.verbs[-1]) == ("rejected", "partial_lapsed")
    assert other.appeal(text="请平台裁决").case.status == "appeal"


def test_looked_at_after_the_rejection_a_partial_refund_leaves_the_code(tale: Tale) -> None:
    tale.order(AUTO).pay().deliver().request(way="return").reject("other", "不").resume().reveal().ask_partial("20")
    tale.accept_partial()
    assert (tale.row.status, tale.card_states, [r.amount for r in tale.refunds]) == ("delivered", ["revealed"], [2000])


@pytest.mark.parametrize("amount", ["", "0", "99", "-1", "半价"])
def test_a_partial_refund_is_more_than_nothing_and_less_than_all(tale: Tale, amount: str) -> None:
    tale.order(MANUAL).pay().request().reject("other", "已在制作")
    assert refused(tale.ask_partial, amount).fields.keys() == {"amount"}


def test_less_is_asked_only_of_the_rejection_that_is_the_last_word(town: Town) -> None:
    """A second request, or the order's end, overtakes it."""
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作")
    first = tale.case.no
    ask = partial(act, partials.ask_partial, town.alice, first, amount="50")
    tale.request()
    assert refused(ask, now=tale.at).reason == "stale"
    assert steps(tale, first) == []
    tale.approve()
    answer = refused(ask, now=tale.at)
    assert (answer.reason, answer.status) == ("already_closed", "canceled")
    assert [case.status for case in tale.cases] == ["rejected", "approved"]
    assert sum(refund.amount for refund in tale.refunds) == tale.row.total


def test_no_less_is_asked_of_an_order_canceled_after_its_rejection(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作")
    act(shops.disable_shop, town.carol, "bobs", reason="多次逾期不发货", now=tale.at)
    act(orders.cancel_now, town.alice, tale.no, now=tale.at)
    ask = partial(act, partials.ask_partial, town.alice, tale.case.no, amount="50", now=tale.at)
    assert refused(ask).reason == "already_closed" and steps(tale, tale.case.no) == []


def steps(tale: Tale, case_no: str) -> list[NextStep]:
    with db.reading() as session:
        page = case_page(a_look(session, tale.shopper, now=tale.at), case_no)
    return page.next_steps
