"""A refusal leads to support, support sees how the order stands, the answer arrives live (R62)."""

import re

from playwright.sync_api import expect

from tests.e2e.town import Town
from tests.e2e.truth import settled

SLUG = "office-home"


def test_refused_then_support_then_answered_live(town: Town) -> None:
    dave, carol = town.dave(), town.carol()
    no = dave.buy(SLUG)
    dave.open_form(no, way="return").sees("发货后、卡密未查看时可用")
    dave.press(dave.link("联系平台客服", within=dave.page.get_by_role("alert")))
    dave.page.wait_for_url(re.compile(rf"/support/{no}"))
    dave.sees("卡密、手机号和邮箱不会提供。您无需重复说明订单状态。")

    carol.visit("/admin/support")
    expect(carol.page.locator(f"[data-thread={no}]")).to_have_count(0)
    dave.page.get_by_role("textbox", name="消息").fill("还没发货，为什么不能退货退款？")
    dave.press(dave.button("发送给平台客服"))
    expect(dave.page.get_by_role("log")).to_contain_text("还没发货，为什么不能退货退款？")

    row = carol.page.locator(f"[data-thread={no}]")
    expect(row).to_contain_text("待回复")  # nobody reloaded this page
    carol.press(row.get_by_role("link"))
    carol.page.wait_for_url(re.compile(rf"order={no}"))
    carol.sees("随消息一起提供", "等待中的任务", "发货", "最近记录", "退货退款")
    carol.page.get_by_role("textbox", name="消息").fill("订单尚未发货，请用“申请取消订单”，费用全退")
    carol.press(carol.button("回复买家"))
    expect(row).to_contain_text("已回复")

    expect(dave.page.get_by_role("log")).to_contain_text("请用“申请取消订单”，费用全退")  # nobody reloaded this page
    truth = town.truth(no)
    assert settled(lambda: truth.support, ("answered", 0, 0)) == ("answered", 0, 0)
    assert truth.verbs[-3:] == ["support_asked", "looked", "support_answered"]
    assert truth.asked["ways"]["return"] == "not_delivered" and truth.asked["status"] == "awaiting_delivery"
    assert [job["kind"] for job in truth.asked["jobs"]] == ["deliver", "expire_order"]


def test_a_page_left_open_over_a_new_build_opens_anew_and_says_what_was_done(town: Town) -> None:
    dave = town.dave("404", "dynamically imported")
    no = dave.buy(SLUG)
    dave.visit(f"/support/{no}").page.get_by_role("textbox", name="消息").fill("脚本还在吗？")
    dave.page.route("**/assets/*.js", lambda route: route.fulfill(status=404), times=1)
    dave.page.evaluate("window.old = true")
    dave.press(dave.button("发送给平台客服"))
    expect(dave.toast("已发送")).to_be_visible()
    expect(dave.page.get_by_role("log").get_by_text("脚本还在吗？")).to_have_count(1)
    assert not dave.page.evaluate("window.old"), "the page was opened anew"


def test_an_answer_reaches_dave_by_notice_where_he_is(town: Town) -> None:
    dave, carol = town.dave(), town.carol()
    no = dave.buy(SLUG)
    dave.open_order(no).press(dave.link("联系平台客服").first)
    dave.page.wait_for_url(re.compile(rf"/support/{no}"))
    dave.page.get_by_role("textbox", name="消息").fill("多久能发货？")
    dave.press(dave.button("发送给平台客服"))
    expect(dave.page.get_by_role("log")).to_contain_text("多久能发货？")
    dave.visit("/inbox")
    carol.visit(f"/admin/support?order={no}").sees("多久能发货？")
    carol.page.get_by_role("textbox", name="消息").fill("五分钟内自动发货")
    carol.press(carol.button("回复买家"))
    notice = dave.page.locator("main").get_by_role("link").filter(has_text=no).filter(has_text="平台客服已回复")
    expect(notice).to_be_visible()
    dave.press(notice)
    dave.page.wait_for_url(re.compile(rf"/support/{no}"))
    expect(dave.page.get_by_role("log")).to_contain_text("五分钟内自动发货")
    assert settled(lambda: town.truth(no).support, ("answered", 0, 0)) == ("answered", 0, 0)


def test_support_finds_no_thread_under_a_number_nobody_has(town: Town) -> None:
    carol = town.carol()
    carol.visit("/admin/support?order=CM00000000000000").sees("找不到这个会话")
