"""The catalogs speak one language each: the words a good shop uses, the same everywhere."""

import re

import pytest

from cardmall import locales
from tests.test_house import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
# The exact text of a key, in Chinese and in English.
EXACT = {
    "mall.title": ("全部商品", "All products"),
    "mall.return_allowed": ("未查看支持退款", "Refundable until revealed"),
    "mall.return_final": ("发货后不支持无理由退款", "No change-of-mind refunds after delivery"),
    "order.panel.sealed": ("卡密已发货，尚未查看", "Codes delivered, not revealed yet"),
    "timeline.cards_sealed": ("卡密已发货，尚未查看", "Codes delivered, not revealed yet"),
    "order.panel_line.sealed": (
        "查看后视为已使用，不支持退货退款，请先核对商品",
        "Check the product first: a revealed code counts as used and cannot be returned",
    ),
    "order.step_now.completed": ("待确认", "To be confirmed"),
    "way.title": ("取消与退款", "Cancel and refund"),
    "way.aside": ("可选方式随订单状态变化", "The options change with the order's status"),
    "way.entry": ("申请售后 / 取消订单", "Refund or cancel order"),
    "order.if_now": ("预计退款", "Estimated refund"),
    "order.back": ("{amount}", "{amount}"),
    "order.story": ("订单记录", "Order history"),
    "merchant.timeline": ("订单记录", "Order history"),
    "labels.field_error.required": ("请填写", "Please fill this in"),
    "kit.choose_reason": ("请选择原因", "Please choose a reason"),
    "labels.field_error.too_short": ("密码至少 8 位", "At least 8 characters"),
    "way.closed.request_case_open": ("已有申请处理中", "A request is already being handled"),
    "way.closed.return_case_open": ("已有申请处理中", "A request is already being handled"),
    "order.panel.refunding": ("退款处理中", "Refund in progress"),
    "merchant.rule": ("使用规则", "Activation rule"),
    "rules.use": ("使用规则", "Activation rule"),
    "transfer.rule": ("使用规则", "Activation rule"),
    "mall.rule": ("使用规则", "Activation rule"),
    "answer.split": (
        "退给买家 {shopper} · 结算商家 {shop}",
        "To the shopper {shopper} · to the merchant {shop}",
    ),
    "ruling.sums": ("退给买家 {shopper} · 结算商家 {shop}", "To the shopper {shopper} · to the merchant {shop}"),
    "repair.line": ("订单状态有误？点此自动核对", "Order status wrong? Check it automatically"),
    "money.when_title": ("结算说明", "About settlement"),
    "order.act.refund": ("查看退款进度", "Track refund"),
    "order.refund.track": ("查看退款进度", "Track refund"),
    "case.to_refund": ("查看退款进度", "Track refund"),
    "row.action.refund": ("退款进度", "Track refund"),
    "ruling.fact.revealed_yes": ("卡密已查看 {n} 张，共 {of} 张", "Codes revealed: {n} of {of}"),
    "order.panel_note.held_delivered": ("暂不能查看卡密", "You can't reveal codes meanwhile"),
    "case.until.review": ("商家最晚答复", "Reply by"),
    "ruling.go": ("去裁决", "Decide"),
    "ruling.act": ("作出裁决", "Decide"),
    "ruling.take": ("接手", "Assign to me"),
    "labels.role.merchant": ("商家", "Merchant"),
    "rules.refund.original": ("原路退回至付款账户", "Refunded to the original payment method"),
    "case.panel_line.approved": (
        "{amount} 将原路退回",
        "{amount} will be refunded to the original payment method",
    ),
}
# Words that may not occur: poetic, translated, unclear, or another word stands for the same thing.
NOT_IN_CHINESE = """
正在路上 退款途中 点击查看 先不 再想想 挑选数字商品 密封交付 密封状态 仍密封 发货后不可退 未查看可退
发货后不支持退货 不可再退货 待完成 可以怎样取消 按此刻 若现在取消 动态 内容过短 这个方式 卡密收回
使用认定 怎样算使用 买家得 商家得 看起来不对 钱什么时候 终局 迟迟 走到哪 马上 轮到谁 说不清楚
什么都不会变 没有任何变动 时限 其间 不留服务费
"""
NOT_IN_ENGLISH = (
    r"cancell(?!ation)",
    r"\bshops? (?:must|may|can|has|have|did|does|do|will|answer|reject|promise|agree|say|owe|keep|was told|is restock)",
    r"\b(?:by|to|for|with|from|ask|tell) the shop\b(?!'s|\.$)",
    r"(?<!Game )(?<!bank )(?<!Bank )\bcards?\b(?! number| you paid with)",
    r"\brules? of use\b|\bcounts? as use\b",
    r"\b[Ff]ollow (?:the|this) refund\b|\bon (?:its|their) way\b|\bway it (?:came|was paid)\b",
    r"\bgoes back\b(?! to the merchant)",
    r"\blooked at\b|\bshow(?:n|ing|s)? (?:the |a )?codes?\b|\bcodes? (?:\w+ )?shown\b|\bviewed? (?:the )?codes?\b",
    r"\banswer(?:s|ed)? (?:by|due|must)\b|\bmust answer\b|\bYours by\b",
    r"\b[Bb]uyers?\b|\b[Ss]ellers?\b|\bthe house\b|^Take\b(?! over)|handed? in\b",
    r"[“”‘’]",  # a font that has Chinese signs draws them as wide as those
)
# What a refund says of itself: also one that a merchant gave, and nobody asked for.
OF_A_REFUND = re.compile(r"^(refund\.|order\.refund\.|order\.panel_line\.refund|gift\.)")
ASKED_FOR = re.compile(r"重复申请|再次申请|\brequest again\b|\bnew request\b")
DISMISSALS = ("code.ask_no", "kit.cancel", "orders.cancel_no")


@pytest.mark.parametrize("key", EXACT)
def test_a_listed_text_is_exactly_as_listed(key: str) -> None:
    assert tuple(locales.catalog(name)[key] for name in locales.LOCALES) == EXACT[key]


@pytest.mark.parametrize("word", NOT_IN_CHINESE.split())
def test_no_chinese_text_has_this_word(word: str) -> None:
    assert {key: text for key, text in locales.catalog("zh_CN").items() if word in text} == {}


@pytest.mark.parametrize("words", NOT_IN_ENGLISH)
def test_no_english_text_has_these_words(words: str) -> None:
    english = locales.catalog("en").items()
    assert {key: text for key, text in english if re.search(words, locales.PARAMETER.sub("", text))} == {}


def test_no_refund_speaks_of_a_request() -> None:
    told = {(key, name) for name in locales.LOCALES for key in locales.catalog(name) if OF_A_REFUND.match(key)}
    assert len(told) > 100
    assert {key: text for key, name in told if ASKED_FOR.search(text := locales.catalog(name)[key])} == {}


def test_every_dialog_is_left_by_the_same_word_and_none_by_cancel() -> None:
    for name, word in (("zh_CN", "返回"), ("en", "Back")):
        texts = locales.catalog(name)
        keys = [key for key in texts if key.endswith(".keep")] + list(DISMISSALS)
        assert len(keys) > len(DISMISSALS)
        assert {key: texts[key] for key in keys if texts[key] != word} == {}


def test_the_papers_and_the_code_write_canceled_with_one_l() -> None:
    folders = [file for top in ("cardmall", "docs", "tests") for file in (ROOT / top).rglob("*")]
    files = [file for file in [*folders, ROOT / "README.md"] if file.suffix in (".py", ".md", ".toml")]
    twice = re.compile(r"cancel{2}(?:ed|ing)", re.IGNORECASE)
    assert [file for file in files if twice.search(file.read_text("utf-8"))] == []


def terms() -> list[tuple[str, str]]:
    """(Chinese, English) of every row of the table of terms in the glossary."""
    table = GLOSSARY.partition("\n## Terms on screen\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| (?!中文|-)([^|]+?) \| ([^|]+?) \| [^|]+ \|$", table, re.MULTILINE)


def test_the_glossary_has_a_table_of_terms() -> None:
    assert len(terms()) == len({zh for zh, _ in terms()}) > 20


@pytest.mark.parametrize(("zh", "en"), terms())
def test_a_term_of_the_glossary_stands_in_both_catalogs(zh: str, en: str) -> None:
    chinese, english = (locales.catalog(name) for name in locales.LOCALES)
    assert any(zh in text and en.casefold() in english[key].casefold() for key, text in chinese.items())


@pytest.mark.parametrize(("zh", "en"), terms())
def test_a_text_that_is_a_term_is_translated_by_its_words(zh: str, en: str) -> None:
    """An event, a heading and a button differ in form (Reject, Rejected), not in the word."""
    chinese, english = (locales.catalog(name) for name in locales.LOCALES)
    stems = [word.casefold()[:6] for word in en.split() if len(word) > 3]
    others = {key: english[key] for key, text in chinese.items() if text == zh}
    assert {key: text for key, text in others.items() if not any(stem in text.casefold() for stem in stems)} == {}
