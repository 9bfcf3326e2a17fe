"""2 of 5: before delivery by number, after it by card; the rest goes on, and the rows have the last word."""

import re

from playwright.sync_api import expect

from tests.e2e.town import Town
from tests.e2e.truth import settled

PRICE = 28800  # of one windows-pro; a return of it costs 3 %


def test_two_of_five_before_delivery_and_the_other_three_are_delivered(town: Town) -> None:
    dave, bob, clock = town.dave(), town.bob(), town.clock()
    no = dave.buy("windows-pro", quantity=5)
    dave.open_form(no).fill_form("需求变更").sees("¥1,440.00")
    dave.choose_pieces(2).sees("¥576.00", "2 / 5 件", "其余 3 件照常发货").send_form(no)
    truth = town.truth(no)
    case_no = truth.case("no")
    dave.open_case(case_no).sees("2 / 5 件")
    bob.visit(f"/merchant/cases/{case_no}").sees("2 / 5 件", "¥576.00").approve()
    dave.open_order(no)
    assert settled(lambda: truth.cases, ["approved"]) == ["approved"]
    assert (truth.status, truth.pieces, truth.cards) == ("awaiting_delivery", (5, 2), ["allocated"] * 3)
    assert truth.released == ["available"] * 2
    clock.five_minutes()
    assert settled(lambda: truth.status, "delivered") == "delivered"
    dave.open_order(no)
    expect(dave.page.locator("#codes li")).to_have_count(3)
    assert truth.cards == ["sealed"] * 3
    assert settled(lambda: truth.refunds, [("succeeded", 2 * PRICE)]) == [("succeeded", 2 * PRICE)]
    assert truth.money == {"escrow": 3 * PRICE, "shopper": -3 * PRICE}
    assert "canceled" not in truth.verbs


def test_two_of_five_given_back_by_name_and_then_the_rest(town: Town) -> None:
    dave, bob, clock = town.dave(), town.bob(), town.clock()
    no = dave.buy("windows-pro", quantity=5)
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    dave.open_form(no, "return").fill_form("拍错规格").leave_out(1, 2, 3)
    dave.sees("已选 2 / 5 张", "¥558.72", "¥17.28").send_form(no)  # a fee of 3 %
    truth = town.truth(no)
    bob.visit(f"/merchant/cases/{truth.case('no')}").sees("2 / 5 件").approve()
    expect(dave.page.get_by_text("卡密已作废").or_(dave.page.get_by_text("已作废")).first).to_be_visible()
    assert (truth.status, truth.cards.count("voided"), truth.cards.count("sealed")) == ("delivered", 2, 3)
    assert [amount for _, amount in truth.refunds] == [2 * PRICE - 1728]
    dave.open_form(no, "return").fill_form("拍错规格").sees("已选 3 / 3 张").send_form(no)
    bob.visit(f"/merchant/cases/{truth.case('no')}").sees("3 / 5 件").approve()
    assert settled(lambda: truth.status, "canceled") == "canceled"
    assert (truth.cards, truth.cases) == (["voided"] * 5, ["approved", "approved"])
    assert [amount for _, amount in truth.refunds] == [2 * PRICE - 1728, 3 * PRICE - 2592]


def test_a_card_looked_at_meanwhile_is_named_and_nothing_else_is_lost(town: Town) -> None:
    dave = town.dave()
    no = dave.buy("cloud-disk", quantity=3)
    expect(dave.panel("sealed")).to_be_visible()
    dave.open_form(no, "return").fill_form("其他", "两张买多了").leave_out(1)
    phone = town.dave().open_order(no)
    phone.reveal(1)
    expect(phone.page.locator("code[data-code=shown]")).to_be_visible()
    dave.sees(re.compile("卡密 2 刚被查看"), "已选 1 / 2 张")
    expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("两张买多了")
    expect(dave.card_box(2)).to_have_count(0)
    dave.send_form(no)
    truth = town.truth(no)
    assert (truth.case("pieces"), truth.case("amount")) == (1, 6800)


def test_a_fault_of_one_of_two_looked_at(town: Town) -> None:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("cloud-disk", quantity=3)
    expect(dave.panel("sealed")).to_be_visible()
    dave.reveal_first_card()
    dave.reveal(0)
    expect(dave.page.locator("code[data-code=shown]")).to_have_count(2)
    dave.open_form(no, "appeal").leave_out(1)
    dave.appeal_now("激活时提示无效", "卡密无效")
    truth = town.truth(no)
    assert (truth.case("pieces"), truth.case("paid")) == (1, 6800)
    bob.visit(f"/merchant/cases/{truth.case('no')}").concede()
    expect(dave.panel("ruled_shopper")).to_be_visible()
    assert (truth.status, sorted(truth.cards)) == ("delivered", ["revealed", "sealed", "voided"])
    assert [amount for _, amount in truth.refunds] == [6800]
