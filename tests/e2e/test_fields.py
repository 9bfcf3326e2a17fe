"""A shop asks its buyers for what it needs to deliver: wrong, corrected, masked, and erased after 90 days (R86)."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.e2e.pages.evidence import PictureBox
from tests.e2e.pages.merchant import Merchant
from tests.e2e.test_goods import box, made, save
from tests.e2e.town import Town
from tests.e2e.truth import settled
from tests.hostile import picture

ACCOUNT, SERVER = "游戏账号", "区服"


def test_fields_from_the_form_of_the_shop_to_their_end(town: Town) -> None:
    bob, alice = town.bob(), town.alice()
    path = made(bob, "仙剑 元宝 1,000", "30")
    for _ in range(2):
        bob.press(bob.button("添加一项"))
    part = bob.page.locator
    part("#field1_label").fill("登录 密 码")
    part("#field2_label").fill(ACCOUNT)
    part("#field1_kind").select_option("select")
    part("#field1_choices").fill("一区\n二区")
    bob.press(bob.button("上移第 2 项"))
    expect(part("#field1_label")).to_have_value(ACCOUNT)
    expect(part("#field2_choices")).to_have_value("一区\n二区")
    part("#field1_kind").select_option("letters")
    bob.choose(bob.page.get_by_role("checkbox", name="要求重复输入").first)
    save(bob).sees("不得索要密码、证件号码或验证码")
    part("#field2_label").fill(SERVER)
    expect(part("#preview-answer1")).to_be_visible()
    save(bob)
    expect(bob.page.get_by_text("没有未保存的改动")).to_be_visible()

    alice.visit(path)
    no = alice.place()
    alice.fill_in(**{ACCOUNT: "dragon 77", f"再次输入：{ACCOUNT}": "dragon77"})
    alice.choose(alice.page.get_by_role("checkbox"))
    pay = alice.button(re.compile("确认规则并去支付"))
    alice.press(pay).sees("只能填写字母和数字", "请填写")
    expect(box(alice.page, ACCOUNT)).to_have_value("dragon 77")
    alice.fill_in(**{ACCOUNT: "dragon77"}).choose_answer(SERVER, "二区").press(pay)
    alice.page.wait_for_url(re.compile(r"/pay/CM"))
    alice.press(alice.button("支付成功"))
    alice.page.wait_for_url(re.compile(r"/orders/CM"))
    alice.sees("dragon77", "二区")

    mine = bob.visit("/merchant/delivery").sees(no).box_of(no)
    expect(mine.get_by_text("d****7")).to_be_visible()
    bob.press(bob.button("查看完整", within=mine)).sees("dragon77", "二区")
    codes = mine.get_by_role("textbox")
    codes.fill("FIELD-0001")

    again = f"再次输入：{ACCOUNT}"
    alice.press(alice.button("更正充值信息")).fill_in(**{ACCOUNT: "tiger88"})
    expect(box(alice.page, again)).to_have_value("")
    alice.press(alice.button("保存更正")).sees("与上面的输入不一致")
    alice.fill_in(**{again: "tiger88"}).press(alice.button("保存更正")).sees("tiger88", "买家更正充值信息")
    bob.sees("t****8", "买家刚更正了充值信息")
    expect(mine.get_by_text("dragon77")).to_have_count(0)
    mine.get_by_role("button", name="密封并发货").click()
    bob.press(bob.page.get_by_role("dialog").get_by_role("button", name="密封并发货"))
    bob.sees("买家已更正充值信息，本次没有发货")
    expect(codes).to_have_value("FIELD-0001")
    alice.visit(path)
    alice.place()
    expect(box(alice.page, ACCOUNT)).to_have_value("tiger88")
    expect(box(alice.page, again)).to_have_value("")

    alice.request(no)
    alice.open_order(no).sees("有申请处理中，暂时不能修改")
    bob.open_case(no).sees("t****8")
    assert "tiger88" not in bob.page.locator("main").inner_text()
    bob.approve()
    truth, clock = town.truth(no), town.clock()
    assert settled(lambda: truth.status, "canceled") == "canceled"
    clock.past(truth.moment("ended_at") + timedelta(days=90))
    assert settled(lambda: truth.answers, 0) == 0
    alice.sign_in("alice")  # the one before is over
    alice.open_order(no).sees("已按规定删除")
    assert "tiger88" not in alice.page.locator("main").inner_text()


def sells_receipts(bob: Merchant, name: str) -> str:
    """A product that asks for an account and is delivered by a receipt; its path in the mall."""
    path = made(bob, name, "30")
    bob.press(bob.button("添加一项"))
    bob.page.locator("#field1_label").fill(ACCOUNT)
    bob.page.get_by_role("combobox", name="交付方式").select_option("receipt")
    bob.sees("交付方式：充值回执")
    save(bob)
    expect(bob.page.get_by_text("没有未保存的改动")).to_be_visible()
    return path


def test_a_false_receipt_is_reported_on_its_thirteenth_day(town: Town) -> None:
    bob, alice = town.bob(), town.alice()
    path = sells_receipts(bob, "点券 6,480 代充")
    alice.visit(path).sees("充值到账后，商家给出回执")
    no = alice.place()
    alice.fill_in(**{ACCOUNT: "dragon77"}).pay()
    alice.open_order(no).sees("充值到账后，商家在这里给出回执")

    mine = bob.visit("/merchant/delivery").box_of(no)
    mine.get_by_role("button", name="交付回执").click()
    bob.sees("请填写")
    text = mine.get_by_role("textbox", name="充值说明")
    text.fill("已充到 dragon77\n流水号 A-1")
    shots = PictureBox(bob.page, mine)
    shots.choose(("到账.png", picture("PNG", (900, 1600)))).holds(1, of=3)
    bob.reload().box_of(no)
    shots.holds(1, of=3)
    text.fill("已充到 dragon77\n流水号 A-1")
    mine.get_by_role("button", name="交付回执").click()
    bob.press(bob.page.get_by_role("dialog").get_by_role("button", name="交付回执"))
    expect(mine).to_have_count(0)
    bob.visit(f"/merchant/orders/{no}").sees("流水号 A-1")

    alice.sees("商家已给出充值回执", "流水号 A-1", "确认已到账", "未到账？申诉")
    given = alice.page.locator("[data-receipt] img").first
    expect(given).to_be_visible()
    assert settled(lambda: given.evaluate("one => one.complete && one.naturalWidth > 0"), True)
    expect(alice.button("查看卡密")).to_have_count(0)

    truth, clock = town.truth(no), town.clock()
    for _ in range(13):
        clock.a_day()
    assert truth.status == "delivered", "silence confirms nothing yet"
    alice.open_order(no).appeal(no, "一直没有到账", "充值未到账").sees("充值未到账", "流水号 A-1")
    assert truth.cases == ["appeal"]
