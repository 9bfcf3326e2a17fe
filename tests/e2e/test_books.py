"""Bob is paid a week after completion; what is ruled later is paid by the platform and owed by him. Rows decide."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import settled

PRICE = 6800


def movement(bob: Merchant, no: str, what: str) -> Locator:
    """One line of Bob's open page."""
    listed = bob.page.get_by_role("list", name="资金变动").get_by_role("listitem")
    return listed.filter(has_text=no).filter(has_text=what)


def figure(person: Merchant, name: str) -> Locator:
    return person.page.locator("dl > div").filter(has=person.page.get_by_text(name, exact=True)).locator("dd").first


def completed(dave: Shopper) -> str:
    """Delivered and confirmed; the card stays sealed."""
    no = dave.buy("cloud-disk")
    expect(dave.panel("sealed")).to_be_visible()
    dave.say_yes("确认可用", "确认可用")
    return no


def test_a_settlement_reaches_bob_and_a_later_ruling_makes_him_owe(town: Town) -> None:
    dave, bob, clock = town.dave(), town.bob(), town.clock()
    no = completed(dave)
    truth = town.truth(no)
    assert settled(lambda: truth.status, "completed") == "completed"
    assert truth.money == {"shopper": -PRICE, "escrow": PRICE}

    bob.visit("/merchant/money")
    expect(movement(bob, no, "买家付款")).to_contain_text("+¥68.00")
    expect(movement(bob, no, "货款结算")).to_have_count(0)
    for _ in range(8):
        clock.a_day()
    expect(movement(bob, no, "货款结算")).to_contain_text("+¥68.00")  # nobody reloaded this page
    assert truth.money == {"shopper": -PRICE, "shop": PRICE}

    dave.open_order(no).reveal_first_card()
    dave.appeal(no, "激活时提示无效", "卡密无效")
    owed = figure(bob, "欠平台")
    expect(owed).to_have_text("¥0.00")
    carol = town.carol()
    bob.visit(f"/merchant/cases/{truth.case('no')}").respond("平台记录可以证明")
    bob.visit("/merchant/money")
    carol.open_case(truth.case("no")).rule("rule_shopper", "卡密无效，平台已核实")
    expect(owed).to_have_text("¥68.00")
    expect(bob.page.locator("main").get_by_text("您欠平台 ¥68.00")).to_be_visible()
    expect(movement(bob, no, "平台垫付退款")).to_contain_text("-¥68.00")

    for _ in range(2):
        clock.five_minutes()
    expect(movement(bob, no, "退款给买家")).to_contain_text("-¥68.00")
    assert settled(lambda: truth.refunds, [("succeeded", PRICE)]) == [("succeeded", PRICE)]
    assert truth.money == {"shop": PRICE, "platform": -PRICE}

    carol.visit("/admin/money").sees("0 ✓ 平衡", "0 ✓ 相符", "青禾软件", re.compile("¥68.00"))


def file_of(person: Person, path: str) -> str:
    """What a press on 导出 brings."""
    person.visit(path)
    with person.page.expect_download() as coming:
        person.press(person.link("导出 CSV"))
    return coming.value.path().read_text("utf-8-sig")


def test_every_export_is_a_file_not_a_page(town: Town) -> None:
    dave, bob, carol = town.dave(), town.bob(), town.carol()
    no = dave.buy("cloud-disk")
    assert f"买家付款,68.00,{no}" in file_of(bob, "/merchant/money")
    assert no in file_of(carol, "/admin/money")
    assert "导出文件" in file_of(carol, "/admin/audit")


def test_every_day_is_checked_against_the_channels_statement(town: Town) -> None:
    dave, carol, clock = town.dave(), town.carol(), town.clock()
    kept, back = dave.buy("cloud-disk"), dave.buy("skin-box")
    dave.request(back)
    erin = town.erin()
    erin.open_queue().approve_in_queue(back)
    clock.five_minutes()
    assert settled(lambda: [status for status, _ in town.truth(back).refunds], ["succeeded"]) == ["succeeded"]
    carol.visit("/admin/money")
    before = len(town.statements())
    clock.a_day()
    assert settled(lambda: len(town.statements()) > before, True)
    day, lines, captured, refunded = town.statements()[-1]
    assert lines >= 3 and captured >= PRICE + 8800 and refunded >= 8800
    ours = {town.truth(kept).payment, town.truth(back).payment, *town.truth(back).refund_nos}
    assert len(ours) == 3 and not [one for one in town.mismatches() if one[1] in ours]
    carol.sees(day)
    assert town.truth(kept).money == {"shopper": -PRICE, "escrow": PRICE}
