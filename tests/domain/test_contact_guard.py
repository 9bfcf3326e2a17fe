"""Off-platform contact is found however it is spelt; order numbers, amounts, times and codes are left alone (R56)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.contact_guard import Contact, contacts

MEANT = {
    "加我QQ 98765432": "qq",
    "QQ：98765432": "qq",
    "ＱＱ号是９８７６５４３２": "qq",
    "q q 号 九八七六五四三二": "qq",
    "扣扣①②③④⑤⑥": "qq",
    "企鹅号 98765": "qq",
    "加q聊": "qq",
    "Ｑ：98765432": "qq",
    "我的q=9876 5432": "qq",
    "加下扣扣": "qq",
    "有问题进QQ群": "qq",
    "加微信聊": "wechat",
    "加 我 薇 信": "wechat",
    "+V 聊": "wechat",
    "加v12345": "wechat",
    "微信号 zhou_xiaohe": "wechat",
    "vx: zhouxiaohe88": "wechat",
    "V-X：zhouxh": "wechat",
    "微\u200b信zhou_1988": "wechat",
    "wx zhou1988": "wechat",
    "加个卫星": "wechat",
    "v：zhouxh88": "wechat",
    "My WeChat id is on my page": "wechat",
    "我的电话13800138000": "phone",
    "138-0013-8000": "phone",
    "138.0013.8000": "phone",
    "１３８００１３８０００": "phone",
    "一三八 零零一三 八〇〇〇": "phone",
    "幺三八零零幺三八零零零": "phone",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣": "phone",
    "➊➌➑00138000": "phone",
    "+86 138 0013 8000": "phone",
    "008613800138000": "phone",
    "13800138000 或 10:30 以后": "phone",
    "138 0013 8000，10:30 以后": "phone",
    "139 01-28 1234": "phone",
    "CM13800138000": "phone",
    "1\u200b3\u200b8\u200b0\u200b0\u200b1\u200b3\u200b8\u200b0\u200b0\u200b0": "phone",
    "6222 0212 3456 7890 128": "bank_card",
    "卡号 4111 1111 1111 1111": "bank_card",
    "工行ICBC-6222021234567890128": "bank_card",
    "发收款码给您": "payment_code",
    "给个收款二维码": "payment_code",
    "直接转账便宜10元": "payment_code",
    "支付宝直接转": "payment_code",
    "微信转就行": "payment_code",
    "钱打到我个人": "payment_code",
    "打给我": "payment_code",
    "私下交易优惠": "payment_code",
    "红 包 返现": "payment_code",
    "Transfer the money directly to me": "payment_code",
    "pay by PayPal": "payment_code",
    "https://t.me/cheapcards": "link",
    "write me on Telegram": "link",
    "WhatsApp: hello": "link",
    "电报群有优惠": "link",
}

HARMLESS = (
    "订单 CM26112316030042 什么时候发货？",
    "申请 AS26112316030042 已驳回",
    "退款单号 RF261123160300000042，支付单号 PY261123160300000042",
    "流水号 20261123160300000042",
    "¥1,699.00 比 ¥468.00 贵",
    "¥139 ¥0013.80 ¥00",
    "付了 1699 元，退我 468.50 元",
    "2026-11-24 14:03:08 付款，11-24 15:30 还没发货",
    "14:03 2026-11-25 13:30",
    "请升级到 v17.0.12345.678",
    "版本 17.0.12345.678 打不开",
    "Windows 10.0.19045.3803",
    "卡密 STEAM-1380-0138-0001 无效",
    "XKQ7-9D2M-4H8P-22TW 用不了",
    "GIFT-6222021234567890128 提示已使用",
    "卡密 4111111111111111 提示无效",
    "我是用微信支付付的款，会退回微信吗？",
    "用支付宝付的，退回支付宝吗",
    "WeChat payment failed twice",
    "QQ会员年卡 12 个月怎么激活",
    "Q币什么时候到账",
    "FAQ: 12345 条里没有我的问题",
    "Q: 2026 年的年卡还能用吗",
    "加Q币充值",
    "退回银行卡要几天？",
    "请再增加微小的说明",
    "支持 1.0+v2 吗",
    "Telegram Premium 会员 3 个月",
    "请到 https://store.steampowered.com/account 激活",
    "在吗",
    "",
)


@pytest.mark.parametrize(("text", "found"), MEANT.items())
def test_contact_is_found_however_it_is_spelt(text: str, found: str) -> None:
    assert Contact(found) in contacts(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_an_order_is_about_is_no_contact(text: str) -> None:
    assert contacts(text) == ()


def test_everything_found_is_named_once_in_the_order_of_the_glossary() -> None:
    found = contacts("加微信 vx: zhouxh88，或 QQ 98765432，电话 13800138000，转账也行")
    assert found == (Contact.qq, Contact.wechat, Contact.phone, Contact.payment_code)


# Not the colon: digits in pairs with colons are times.
SEPARATORS = st.text(st.sampled_from(" -._*/,、~|\u3000\u200b\u200d\ufe0f·"), max_size=3)
SPELT = ("98765432QQ", "qq98765432", "13800138000", "6222021234567890128", "加微信", "收款码", "vxzhou1988")


@given(st.sampled_from(SPELT), st.data())
def test_separators_change_nothing(text: str, data: st.DataObject) -> None:
    spread = text[0] + "".join(data.draw(SEPARATORS) + sign for sign in text[1:])
    assert contacts(spread) == contacts(text)


NUMERALS = ("0123456789", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "０１２３４５６７８９", "⓪①②③④⑤⑥⑦⑧⑨")


@given(st.integers(3, 9), st.integers(0, 10**9 - 1), st.data())
def test_a_phone_number_is_one_in_any_numerals(second: int, rest: int, data: st.DataObject) -> None:
    signs = f"1{second}{rest:09d}"
    spelt = "".join(data.draw(st.sampled_from(NUMERALS))[int(sign)] for sign in signs)
    assert contacts(spelt) == (Contact.phone,)


FIRST, LAST = (datetime.fromisoformat(day) for day in ("2024-01-01", "2099-12-31"))
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
OUR_NUMBERS = st.builds(
    lambda prefix, at, digits: f"{prefix}{at:%y%m%d%H%M}{digits[: 4 if prefix in ('CM', 'AS') else 8]}",
    st.sampled_from(["CM", "AS", "PY", "RF"]),
    MOMENTS,
    st.text("0123456789", min_size=8, max_size=8),
)
OUR_WORDS = st.one_of(
    OUR_NUMBERS,
    MOMENTS.map(lambda at: f"{at:%m-%d %H:%M}"),
    MOMENTS.map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}"),
    st.integers(0, 999_999_99).map(lambda fen: f"¥{fen / 100:,.2f}"),
)


@given(st.lists(OUR_WORDS, max_size=6), st.sampled_from([" ", "，", "、", " 和 ", "\n"]))
def test_our_own_numbers_amounts_and_times_are_never_meant(words: list[str], between: str) -> None:
    assert contacts(between.join(words)) == ()


@given(st.text(max_size=500))
def test_any_text_has_an_answer(text: str) -> None:
    assert set(contacts(text)) <= set(Contact)
