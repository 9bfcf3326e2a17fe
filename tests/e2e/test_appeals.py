"""Before the platform: the nine cells of the grid, and every other end of an appeal; the rows have the last word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import settled

Told = tuple[str, Shopper, Merchant]
GROUND = "依平台记录与双方陈述"


def appealed(town: Town, no: str, dave: Shopper, bob: Merchant, *, heard: bool = True) -> Told:
    """Bob's side stands beside Dave's."""
    case_no = town.truth(no).case("no")
    expect(dave.panel("appeal")).to_be_visible()
    bob.visit(f"/merchant/cases/{case_no}")
    if heard:
        bob.respond("平台记录可以证明")
        expect(dave.panel("appeal")).to_contain_text("商家已陈述")
    return no, dave, bob


def undelivered(town: Town, *, heard: bool = True) -> Told:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("reader-year")
    dave.request(no)
    bob.open_case(no).reject("授权已在制作")
    expect(dave.panel("rejected")).to_be_visible()
    dave.appeal(no, "一直没有发货")
    return appealed(town, no, dave, bob, heard=heard)


def sealed(town: Town, *, heard: bool = True) -> Told:
    dave, bob, clock = town.dave(), town.bob(), town.clock()
    no = dave.buy("windows-pro")
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    dave.request(no, "拍错规格", way="return")
    bob.open_case(no).reject("不接受退货")
    expect(dave.panel("rejected")).to_be_visible()
    dave.appeal(no, "卡密没有看过")
    return appealed(town, no, dave, bob, heard=heard)


def revealed(town: Town, *, heard: bool = True) -> Told:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("cloud-disk")
    expect(dave.panel("sealed")).to_be_visible()
    dave.reveal_first_card()
    dave.appeal(no, "激活时提示无效", "卡密无效")
    return appealed(town, no, dave, bob, heard=heard)


@pytest.mark.parametrize(
    ("reach", "ruling", "order", "cards", "refund"),
    [
        (undelivered, "rule_shopper", "canceled", [], [16800]),
        (undelivered, "rule_split", "canceled", [], [2000]),
        (undelivered, "rule_merchant", "awaiting_delivery", [], []),
        (sealed, "rule_shopper", "canceled", ["voided"], [28800]),
        (sealed, "rule_split", "canceled", ["voided"], [2000]),
        (sealed, "rule_merchant", "delivered", ["sealed"], []),
        (revealed, "rule_shopper", "canceled", ["voided"], [6800]),
        (revealed, "rule_split", "delivered", ["revealed"], [2000]),
        (revealed, "rule_merchant", "delivered", ["revealed"], []),
    ],
)
def test_a_ruling_executes_itself(
    town: Town, reach: Callable[[Town], Told], ruling: str, order: str, cards: list[str], refund: list[int]
) -> None:
    no, dave, _ = reach(town)
    carol, truth = town.carol(), town.truth(no)
    carol.open_case(truth.case("no")).rule(ruling, GROUND, "20" if ruling == "rule_split" else "")
    status = ruling.replace("rule_", "ruled_")
    expect(dave.panel(status)).to_contain_text(GROUND)  # nobody reloaded this page
    assert (truth.status, truth.cases, truth.cards) == (order, [status], cards)
    assert [amount for _, amount in truth.refunds] == refund
    assert truth.rounds[-1] == ("ruled", "admin", GROUND) and truth.case("ended_at")
    assert sum(truth.money.values()) == 0


def test_a_merchant_who_stays_silent_is_not_waited_for(town: Town) -> None:
    no, dave, _ = revealed(town, heard=False)
    carol, truth = town.carol(), town.truth(no)
    carol.open_case(truth.case("no")).sees("暂不能裁决")
    town.clock().past(truth.moment("heard_until"))
    carol.rule("rule_shopper", GROUND)
    expect(dave.panel("ruled_shopper")).to_be_visible()
    assert (truth.status, truth.cases, truth.cards) == ("canceled", ["ruled_shopper"], ["voided"])


def test_the_merchant_concedes(town: Town) -> None:
    no, dave, bob = sealed(town, heard=False)
    bob.concede()
    expect(dave.panel("ruled_shopper")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cards, truth.refunds[0][1]) == ("canceled", ["voided"], 28800)  # no fee


def test_the_merchant_offers_in_the_appeal_and_it_is_accepted(town: Town) -> None:
    no, dave, bob = revealed(town, heard=False)
    bob.offer_amount("30", "退一部分，卡密您留着")
    dave.sees("¥30.00", "¥38.00").say_yes("接受方案", "接受方案")
    expect(dave.panel("settled")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, truth.cards) == ("delivered", ["settled"], ["revealed"])
    assert truth.refunds[0][1] == 3000


def test_an_appeal_is_withdrawn(town: Town) -> None:
    no, dave, _ = sealed(town)
    dave.say_yes("撤回申请", "撤回申请")
    expect(dave.panel("withdrawn")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, truth.cards, truth.refunds) == ("delivered", ["withdrawn"], ["sealed"], [])


def asked_for_less(town: Town) -> Told:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("reader-year")
    dave.request(no)
    bob.open_case(no).reject("授权已在制作")
    expect(dave.panel("rejected")).to_be_visible()
    dave.open_case(town.truth(no).case("no")).ask_partial("80", "退一半吧")
    expect(dave.panel("asked")).to_be_visible()
    return no, dave, bob


def test_a_partial_refund_asked_and_accepted(town: Town) -> None:
    no, dave, bob = asked_for_less(town)
    bob.say_yes("同意退回 ¥80.00", "同意退回 ¥80.00")
    expect(dave.panel("settled")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, truth.refunds[0][1]) == ("canceled", ["settled"], 8000)


def test_a_partial_refund_asked_and_declined_may_still_be_appealed(town: Town) -> None:
    no, dave, bob = asked_for_less(town)
    bob.say_yes("不同意", "不同意")
    expect(dave.panel("rejected")).to_be_visible()
    dave.appeal(no, "请平台裁决")
    expect(dave.panel("appeal")).to_be_visible()
    assert town.truth(no).cases == ["appeal"]


def test_a_partial_refund_nobody_answers_is_a_no(town: Town) -> None:
    no, dave, _ = asked_for_less(town)
    truth = town.truth(no)
    town.clock().past(truth.deadline)
    expect(dave.panel("rejected")).to_be_visible()
    assert settled(lambda: truth.cases, ["rejected"]) == ["rejected"]
    assert "partial_lapsed" in truth.verbs and truth.refunds == []
