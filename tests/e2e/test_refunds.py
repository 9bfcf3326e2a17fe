"""Money on its way back on a bad day of the channel: late, blocked, unanswered. Only the demo page moves anything."""

import re
import sqlite3
from datetime import datetime
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import text

from cardmall.adapters.workdays import published
from cardmall.domain import limits
from tests.e2e.pages.person import PASSWORD
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import as_moment, settled
from tests.serving import App

GOODS, PRICE = "skin-box", 8800  # nobody delivers it unless Erin does
NEW_CARD = "4111 1111 1111 1111"


def owed(town: Town, dave: Shopper, channel: str, *bad: tuple[str, str]) -> str:
    """Dave paid and asked out; then the channel has these bad moments, and Erin agrees. The order's number."""
    no = dave.buy(GOODS, channel)
    dave.request(no)
    unsent = text("SELECT count(*) FROM refund WHERE status = 'requested'")
    assert settled(lambda: town.db.execute(unsent).scalar_one(), 0) == 0  # nobody else's call goes wrong
    for call, how in bad:
        town.clock().spoil(call, how)
    town.erin().open_case(no).approve()
    assert settled(lambda: len(town.truth(no).refunds), 1) == 1
    return no


def refund_no(town: Town, no: str, n: int = 0) -> str:
    sql = 'SELECT r.no FROM refund r JOIN "order" o ON o.id = r.order_id WHERE o.no = :no ORDER BY r.id'
    return list(town.db.execute(text(sql), {"no": no}).scalars())[n]


def late_from(town: Town, number: str) -> datetime:
    """So many working days past its expected arrival."""
    sql = text("SELECT expected_at FROM refund WHERE no = :no")
    expected = as_moment(town.db.execute(sql, {"no": number}).scalar_one())
    return as_moment(published().due(expected, limits.ARRIVAL_LATE_WORKDAYS))


def statuses(town: Town, no: str) -> list[str]:
    return [status for status, _ in town.truth(no).refunds]


def at_the_gateway(app: App, town: Town, no: str) -> list[tuple[Any, ...]]:
    """What the channel's own store says of this order's payment: number, amount, where to, code."""
    paid = 'SELECT p.no FROM payment p JOIN "order" o ON o.id = p.order_id WHERE o.no = :no'
    (trade,) = town.db.execute(text(paid), {"no": no}).scalars()
    with sqlite3.connect(f"file:{app.data / 'gateway' / 'gateway.db'}?mode=ro", uri=True) as store:
        asked = "SELECT no, amount, destination, code FROM refund WHERE trade = ? ORDER BY at"
        return store.execute(asked, (trade,)).fetchall()


def bad_moments(app: App) -> int:
    """Those the channel still has before it."""
    with sqlite3.connect(f"file:{app.data / 'gateway' / 'gateway.db'}?mode=ro", uri=True) as store:
        return store.execute("SELECT count(*) FROM fault").fetchone()[0]


def follow(dave: Shopper, number: str, state: str) -> None:
    """The tracker says so."""
    dave.visit(f"/refunds/{number}")
    expect(dave.page.locator(f"[data-refund-state={state}]")).to_be_visible()


def test_a_bank_card_refund_that_is_late_says_whom_to_ask_and_later_arrives(town: Town, app: App) -> None:
    dave, clock = town.dave(), town.clock()
    no = owed(town, dave, "银行卡", ("退款", "银行到账很慢"))
    number = refund_no(town, no)
    assert settled(lambda: statuses(town, no), ["processing"]) == ["processing"]
    follow(dave, number, "processing")
    dave.sees("渠道处理中", "退回银行卡，通常 1–3 个工作日到账", number)
    clock.past(late_from(town, number))
    late = dave.page.locator("[data-refund-state=late]")
    expect(late).to_contain_text("向收款机构查询")
    told = late.locator("[data-everything]").inner_text()
    trace = re.search(r"SR[0-9A-F]{20}", told)
    assert trace and number in told and "¥88.00" in told and re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", told)
    assert not re.search(r"平台(未|没有|尚未|还没)", late.inner_text())
    expect(dave.button("复制", within=late)).to_be_visible()
    dave.open_order(no).sees("已超过预计到账时间")
    for _ in range(20):
        clock.a_day()
    assert settled(lambda: statuses(town, no), ["succeeded"]) == ["succeeded"]
    follow(dave, number, "succeeded")
    truth = town.truth(no)
    assert (truth.status, truth.refunds, truth.money) == ("canceled", [("succeeded", PRICE)], {})
    assert [row[:2] for row in at_the_gateway(app, town, no)] == [(number, PRICE)]


def test_a_closed_card_is_said_calmly_and_the_money_goes_to_another_account(town: Town, app: App) -> None:
    dave, clock = town.dave(), town.clock()
    no = owed(town, dave, "银行卡", ("退款", "收款账户已注销"))
    number = refund_no(town, no)
    for _ in range(4):
        clock.a_day()
    assert settled(lambda: statuses(town, no), ["needs_attention"]) == ["needs_attention"]
    follow(dave, number, "needs_attention")
    dave.sees("原支付账户已注销或停用，无法收款", "订单不会因此恢复")
    carol = town.carol().visit("/admin/abnormal")
    row = carol.page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("请买家提供新的收款账户")
    carol.press(carol.button(f"请买家为退款 {number} 提供新的收款账户"))
    carol.press(carol.button("发出请求", within=carol.dialog()))
    expect(row).to_contain_text("已请买家提供新账户")
    asked = dave.open_order(no).panel("refund_asked")  # the order page says exactly that
    expect(asked).to_contain_text("请提供另一个收款账户")
    expect(dave.link("提供收款账户", within=asked)).to_have_attribute("href", re.compile(f"/refunds/{number}"))

    dave.visit("/inbox").press(dave.link(re.compile("请提供新的收款账户")).first)
    dave.page.wait_for_url(re.compile(f"/refunds/{number}"))
    card, holder = (dave.page.get_by_role("textbox", name=name) for name in ("银行卡号", "收款人姓名"))
    card.fill("4111 1111 1111 1112")
    holder.fill("戴维")
    dave.press(dave.button("改退到这个账户"))
    dave.sees("请填写有效的银行卡号", "请填写")
    expect(holder).to_have_value("戴维")
    card.fill(NEW_CARD)
    dave.choose(dave.page.get_by_role("checkbox"))
    dave.page.get_by_label("登录密码").fill(PASSWORD)
    dave.press(dave.button("改退到这个账户"))
    assert settled(lambda: statuses(town, no)[:1], ["redirected"]) == ["redirected"]
    second = refund_no(town, no, 1)
    dave.page.wait_for_url(re.compile(f"/refunds/{second}"))
    dave.sees("**** 1111", number)
    expect(dave.page.locator("main")).not_to_contain_text(NEW_CARD.replace(" ", ""))
    for _ in range(4):
        clock.a_day()
    assert settled(lambda: statuses(town, no), ["redirected", "succeeded"]) == ["redirected", "succeeded"]
    follow(dave, second, "succeeded")
    follow(dave, number, "redirected")
    dave.press(dave.link("查看新的退款"))
    dave.page.wait_for_url(re.compile(f"/refunds/{second}"))
    truth = town.truth(no)
    assert (truth.status, truth.money) == ("canceled", {})
    given = [row for row in at_the_gateway(app, town, no) if row[3] == ""]
    assert given == [(second, PRICE, "bank_card:4111111111111111:戴维", "")]


def test_an_answer_that_was_lost_is_asked_for_by_its_shopper(town: Town, app: App) -> None:
    dave, clock = town.dave(), town.clock()
    bad = (("退款", "已受理，答复超时"), ("回调", "丢失"), ("查询退款", "超时，未受理"))
    no = owed(town, dave, "支付宝", *bad)
    number = refund_no(town, no)
    assert settled(lambda: statuses(town, no), ["sent"]) == ["sent"]
    dave.open_order(no).sees("渠道尚未确认，平台会继续查询，请勿重复操作")
    follow(dave, number, "sent")
    clock.five_minutes()
    assert settled(lambda: bad_moments(app), 0) == 0, "asked, and no answer came"
    assert town.truth(no).refunds == [("sent", PRICE)]
    dave.open_order(no).press(dave.button("检查订单"))
    dave.sees("向支付渠道查询退款")
    assert settled(lambda: statuses(town, no), ["succeeded"]) == ["succeeded"]
    follow(dave, number, "succeeded")
    truth = town.truth(no)
    assert (truth.refunds, truth.money) == ([("succeeded", PRICE)], {})
    assert "order_repaired" in truth.verbs
    assert [row[:2] for row in at_the_gateway(app, town, no)] == [(number, PRICE)]
