"""Quick replies: kept in a dialog, put into the message by a press, changed before it is sent."""

import re

from playwright.sync_api import expect

from tests.e2e.town import Town


def test_a_merchant_keeps_words_and_answers_with_them(town: Town) -> None:
    bob, dave = town.bob(), town.dave()
    no = dave.order("office-home")
    dave.go_to_cashier().press(dave.button("支付成功"))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}"))
    bob.visit(f"/merchant/messages?order={no}")
    bob.press(bob.button("管理快捷回复"))
    box = bob.dialog()
    bob.press(bob.button("添加", within=box))
    expect(box.get_by_label("标题")).to_be_focused()
    box.get_by_label("标题").fill("报平安")
    box.get_by_label("回复内容").fill("您好，正在为您准备。")
    bob.press(bob.button("添加", within=box))
    expect(bob.toast("快捷回复已保存")).to_be_visible()
    bob.press(bob.button("编辑快捷回复“报平安”", within=box))
    expect(box.get_by_label("标题")).to_have_value("报平安")  # the form of this one
    box.get_by_label("回复内容").fill("您好，马上为您发货。")
    bob.press(bob.button("保存快捷回复", within=box))
    expect(box.get_by_text("您好，马上为您发货。").first).to_be_visible()
    bob.press(bob.button("返回", within=box).last)
    expect(box).to_have_count(0)

    text = bob.page.locator("#talk-text")
    text.fill("亲，")
    kept = bob.page.get_by_role("group", name="快捷回复").get_by_role("button", name="报平安", exact=True)
    bob.press(kept)
    expect(text).to_have_value("亲，您好，马上为您发货。")
    expect(text).to_be_focused()
    bob.page.keyboard.type("请稍等")
    bob.press(bob.button("发送"))
    bob.sees("亲，您好，马上为您发货。请稍等")

    bob.press(bob.button("管理快捷回复"))
    bob.say_yes("删除快捷回复“报平安”", re.compile("^删除快捷回复$"))
    expect(bob.toast("快捷回复已删除")).to_be_visible()
    expect(bob.button("编辑快捷回复“报平安”")).to_have_count(0)
    bob.reload()
    expect(kept).to_have_count(0)
