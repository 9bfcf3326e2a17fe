"""Between the request and its answer: asks, offers, silence, reminders. Only the demo clock moves; the rows end it."""

import re

from playwright.sync_api import expect

from tests.e2e.pages.evidence import PictureBox
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import settled
from tests.hostile import picture

PRICE = 46800  # office-home, fen


def requested(town: Town, slug: str = "office-home", text: str = "项目取消了") -> tuple[str, Shopper, Merchant]:
    """Dave bought and asked; his case page and Bob's are open side by side."""
    dave, bob = town.dave(), town.bob()
    no = dave.buy(slug)
    dave.request(no, "需求变更", text)
    bob.open_case(no)
    dave.open_case(town.truth(no).case("no"))
    expect(dave.panel("review")).to_be_visible()
    return no, dave, bob


def returned(town: Town, slug: str, *, quantity: int = 1, reveal: int = 0) -> tuple[str, Shopper, Merchant]:
    """Delivered, `reveal` cards looked at, the rest asked to be taken back."""
    dave, bob, clock = town.dave(), town.bob(), town.clock()
    no = dave.buy(slug, quantity=quantity)
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    for _ in range(reveal):
        dave.reveal_first_card()
    dave.request(no, "拍错规格", "需要零售版", way="return")
    bob.open_case(no)
    dave.open_case(town.truth(no).case("no"))
    return no, dave, bob


def test_asked_answered_approved(town: Town) -> None:
    no, dave, bob = requested(town)
    bob.ask("请补充商品页面截图")
    expect(dave.panel("info_requested")).to_contain_text("请补充商品页面截图")  # nobody reloaded this page
    dave.answer("截图里是两年，页面写的是一年")
    expect(dave.panel("review")).to_be_visible()
    bob.sees("截图里是两年，页面写的是一年")
    bob.approve()
    expect(dave.panel("approved")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases) == ("canceled", ["approved"]) and truth.refunds[0][1] == PRICE
    assert truth.rounds == [
        ("opened", "shopper", "项目取消了"),
        ("asked", "merchant", "请补充商品页面截图"),
        ("answered", "shopper", "截图里是两年，页面写的是一年"),
    ]


def test_asked_48_hours_of_silence_back_in_review_with_a_fresh_deadline(town: Town) -> None:
    no, dave, bob = requested(town)
    before = town.truth(no).deadline
    bob.ask("请补充截图")
    expect(dave.panel("info_requested")).to_be_visible()
    town.clock().past(town.truth(no).deadline)
    expect(dave.panel("review")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases) == ("awaiting_delivery", ["review"]) and "case_unanswered" in truth.verbs
    assert truth.deadline > before and (truth.deadline.hour, truth.deadline.minute) == (0, 0)


def test_an_offered_amount_is_accepted_and_the_rest_is_the_shops(town: Town) -> None:
    no, dave, bob = requested(town)
    bob.offer_amount("400", "授权已下单")
    expect(dave.panel("offered")).to_contain_text("授权已下单")
    dave.sees("¥400.00", "¥68.00")
    dave.say_yes("接受方案", "接受方案")
    expect(dave.panel("settled")).to_be_visible()
    clock = town.clock()
    clock.five_minutes()
    for _ in range(8):
        clock.a_day()
    truth, shared = town.truth(no), {"shopper": -6800, "shop": 6800}
    assert settled(lambda: truth.money, shared) == shared
    assert (truth.status, truth.cases, truth.refunds) == ("canceled", ["settled"], [("succeeded", 40000)])
    assert truth.released == ["available"]


def test_an_offered_replacement_is_accepted_and_the_order_goes_on(town: Town) -> None:
    no, dave, bob = returned(town, "windows-pro")
    bob.offer_replacement("换一个新的激活码")
    expect(dave.panel("offered")).to_contain_text("换一个新的激活码")
    assert sorted(town.truth(no).cards) == ["reserved", "sealed"]
    dave.say_yes("接受方案", "接受方案")
    expect(dave.panel("settled")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases, sorted(truth.cards)) == ("delivered", ["settled"], ["sealed", "voided"])
    assert truth.refunds == []
    dave.open_order(no)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", dave.reveal_first_card())


def test_declined_then_silent_then_no_third_offer_and_no_second_ask(town: Town) -> None:
    no, dave, bob = requested(town)
    bob.ask("请补充截图")
    dave.answer("没有截图")
    expect(dave.panel("review")).to_be_visible()
    bob.offer_amount("300", "第一个方案")
    expect(dave.panel("offered")).to_be_visible()
    dave.say_yes("不接受", "不接受")
    expect(dave.panel("review")).to_be_visible()
    bob.offer_amount("400", "第二个方案")
    expect(dave.panel("offered")).to_contain_text("第二个方案")
    town.clock().past(town.truth(no).deadline)
    expect(dave.panel("review")).to_be_visible()
    bob.cannot("要求补充佐证", "只能要求补充 1 次").cannot("协商方案", "最多提出 2 次")
    truth = town.truth(no)
    assert truth.cases == ["review"] and (truth.case("asks"), truth.case("offers")) == (1, 2)
    assert [v for v in truth.verbs if v.startswith("offer_")] == ["offer_declined", "offer_lapsed"]
    assert truth.refunds == []


def test_a_silent_merchant_is_overdue_and_the_platform_approves_after_the_grace(town: Town) -> None:
    no, dave, bob = requested(town)
    clock = town.clock()
    clock.past(town.truth(no).deadline)
    expect(dave.panel("overdue")).to_contain_text("平台自动同意")
    truth = town.truth(no)
    assert truth.cases == ["overdue"] and truth.status == "awaiting_delivery"
    clock.past(truth.deadline)
    expect(dave.panel("approved")).to_be_visible()
    truth, sent = town.truth(no), [("processing", PRICE)]
    assert settled(lambda: truth.refunds, sent) == sent  # the channel has it before five minutes pass
    clock.five_minutes()
    arrived = [("succeeded", PRICE)]
    assert settled(lambda: truth.refunds, arrived) == arrived
    assert (truth.status, truth.cases) == ("canceled", ["approved"])
    assert truth.verbs.index("case_overdue") < truth.verbs.index("case_approved") and truth.money == {}
    bob.open_queue()
    expect(bob.queue_row(no)).to_have_count(0)


def test_an_overdue_merchant_may_still_approve_never_reject(town: Town) -> None:
    no, dave, bob = requested(town)
    town.clock().past(town.truth(no).deadline)
    expect(dave.panel("overdue")).to_be_visible()
    expect(bob.button("驳回申请")).to_have_count(0)
    bob.approve()
    expect(dave.panel("approved")).to_be_visible()
    truth = town.truth(no)
    assert (truth.status, truth.cases) == ("canceled", ["approved"]) and truth.refunds[0][1] == PRICE


def test_a_sealed_return_of_two_of_three_with_its_fee(town: Town) -> None:
    no, dave, bob = returned(town, "windows-pro", quantity=3, reveal=1)
    dave.sees("2 / 3 件", "¥558.72", "¥17.28")  # 2 × 288.00 − 3 %
    bob.approve()
    expect(dave.panel("approved")).to_be_visible()
    truth, sent = town.truth(no), [("processing", 55872)]
    assert settled(lambda: truth.refunds, sent) == sent
    town.clock().five_minutes()
    arrived = [("succeeded", 55872)]
    assert settled(lambda: truth.refunds, arrived) == arrived
    assert (truth.status, truth.cases) == ("delivered", ["approved"])
    assert sorted(truth.cards) == ["revealed", "voided", "voided"]
    assert truth.money == {"shopper": -86400 + 55872, "escrow": 86400 - 55872}


def test_reminders_once_in_12_hours_three_in_all_what_is_too_much_is_recorded(town: Town) -> None:
    no, dave, bob = requested(town)
    clock = town.clock()
    dave.press(dave.button("催办商家（还可 3 次）"))
    expect(dave.toast("已催办商家")).to_be_visible()
    dave.press(dave.button(re.compile("起可再次催办")))
    expect(dave.toast("每 12 小时可催办一次")).to_be_visible()
    for left in (2, 1):
        clock.a_day()
        dave.press(dave.button(f"催办商家（还可 {left} 次）"))
        expect(dave.button(f"催办商家（还可 {left} 次）")).to_have_count(0)
    dave.press(dave.button("3 次催办已用完"))
    expect(dave.toast("3 次催办已用完")).to_be_visible()
    truth = town.truth(no)
    assert truth.case("reminds") == 3
    assert [v for v in truth.verbs if "remind" in v] == [
        *("merchant_reminded", "remind_refused", "merchant_reminded", "merchant_reminded", "remind_refused")
    ]
    assert truth.cases in (["review"], ["overdue"])  # never held against it
    bob.visit("/inbox").sees("买家催办")


COUNT_TOASTS = """
window.toasts = new Set();
new MutationObserver(() => {
  for (const toast of document.querySelectorAll("[data-sonner-toast]")) window.toasts.add(toast);
}).observe(document, { childList: true, subtree: true });
"""


def test_what_was_said_is_not_said_again_when_the_page_is_opened_anew(town: Town) -> None:
    _, dave, _ = requested(town)
    dave.press(dave.button("催办商家（还可 3 次）"))
    expect(dave.toast("已催办商家")).to_be_visible()
    dave.page.add_init_script(COUNT_TOASTS)
    dave.page.reload()
    dave.press(dave.button(re.compile("起可再次催办")))
    expect(dave.toast("每 12 小时可催办一次")).to_be_visible()
    assert dave.page.evaluate("toasts.size") == 1


def test_three_requests_are_approved_at_once(town: Town) -> None:
    dave, bob = town.dave(), town.bob()
    numbers = [dave.buy("office-home") for _ in range(3)]
    for no in numbers:
        dave.request(no)
    bob.open_queue().approve_together(numbers)
    for no in numbers:
        truth = town.truth(no)
        assert (truth.status, truth.cases) == ("canceled", ["approved"]) and truth.refunds[0][1] == PRICE


def test_evidence_dropped_and_the_conversation_attached_reach_the_merchant(town: Town) -> None:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("reader-year")
    dave.open_order(no).press(dave.button("打开对话"))
    dave.page.get_by_role("textbox", name="消息").fill("页面写的是两年，加我微信 dave2026 说")
    dave.press(dave.button("发送"))
    expect(dave.page.get_by_role("alert").get_by_text("微信")).to_be_visible()  # warned before it is sent
    dave.page.get_by_role("textbox", name="消息").fill("页面写的是两年，请核对")
    dave.press(dave.button("发送"))
    expect(dave.page.get_by_role("log").get_by_text("请核对")).to_be_visible()
    dave.open_form(no).fill_form("商品信息不符", "见截图与对话")
    PictureBox(dave.page).drop(("页面.png", picture("PNG"))).holds(1)
    dave.choose(dave.page.get_by_role("checkbox", name=re.compile("附上与商家的聊天记录")))
    dave.press(dave.submit_button())
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    bob.open_case(no).sees("见截图与对话")
    shown = bob.page.locator("[data-round=opened] img").first
    expect(shown).to_be_visible()
    assert shown.evaluate("(image) => image.complete && image.naturalWidth > 0")
    bob.press(bob.page.locator("[data-round=opened] summary"))
    expect(bob.page.locator("[data-round=opened]").get_by_text("页面写的是两年，请核对")).to_be_visible()
    truth = town.truth(no)
    (frozen,) = truth.frozen
    assert [(line["role"], line["text"]) for line in frozen] == [("shopper", "页面写的是两年，请核对")]
    assert truth.pictures == 1 and truth.cases == ["review"]
