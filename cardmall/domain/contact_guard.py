"""Off-platform contact and payment in what people write to each other, however it is spelt (R56).

It warns, it never blocks: a wrong guess costs a press. Our own numbers, amounts and times are never meant.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from unicodedata import category, digit, normalize


class Contact(StrEnum):
    """What a message seems to hold."""

    qq = "qq"
    wechat = "wechat"
    phone = "phone"
    bank_card = "bank_card"
    payment_code = "payment_code"
    link = "link"


def contacts(text: str) -> tuple[Contact, ...]:
    """What was found, in the order of the glossary."""
    plain = _plain(text)
    return tuple(found for found, check in _CHECKS.items() if check(plain))


_CHINESE = dict(zip("〇零○壹幺贰两叁肆伍陆柒捌玖一二三四五六七八九", "00011223456789123456789", strict=True))
_NEVER = ("Cf", "Mn", "Me")  # zero-width signs, joiners, keycaps


def _plain(text: str) -> str:
    """Half width, small letters, digits as digits, nothing invisible; our own numbers stand as one sign."""
    seen = (c for c in normalize("NFKC", text).casefold() if category(c) not in _NEVER)
    return _OWN.sub("号", "".join(_digit(c) for c in seen))


def _digit(sign: str) -> str:
    value = digit(sign, -1)
    return _CHINESE.get(sign, sign) if value < 0 else str(value)


# An order, case, payment or refund number: two letters, the minute, four or eight digits.
_MINUTE = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d"
_OWN = re.compile(rf"(?<![a-z0-9])(?:(?:cm|as){_MINUTE}\d{{4}}|(?:py|rf){_MINUTE}\d{{8}})(?![a-z0-9])")

# Times, dates, amounts and versions that stand as one word.
_HARMLESS = re.compile(
    r"(?<![^\s(\[,、。;!?\u4e00-\u9fff])(?:"
    r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"
    r"|20\d\d([-/.])\d{1,2}\1\d{1,2}"
    r"|(?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01])"
    r"|[¥$]\s?\d{1,7}(?:,\d{3}){0,2}(?:\.\d{1,2})?"
    r"|(?:v|ver|version|版本号?)[:\s]?\d+(?:\.\d+)+"
    r")(?=$|[\s)\],、。;!?\u4e00-\u9fff])"
)


def _spaced(*words: str) -> str:
    """Each sign of each word, whatever signs without meaning stand between them."""
    return "(?:" + "|".join(_GAP.join(map(re.escape, word)) for word in words) + ")"


_GAP = r"[\W_]*"
_FILLER = rf"(?:[我你您个下1的是为]{_GAP})*"
_ADD = rf"(?:[加+➕]{_GAP}{_FILLER})"


def _says(*patterns: str) -> Callable[[str], bool]:
    """One of the patterns stands in the words, times and amounts left out."""
    found = re.compile("|".join(f"(?:{p})" for p in patterns))
    return lambda text: bool(found.search(_HARMLESS.sub("号", text)))


_NUMBER = rf"\d(?:{_GAP}\d){{4,10}}"
_IS_QQ = _says(
    rf"(?<![a-z]){_spaced('qq', 'q号', '扣扣', '抠抠', '秋秋', '企鹅')}{_GAP}(?:[号码群加我您是为]{_GAP})*{_NUMBER}",
    rf"(?<![a-z0-9])q\s*[:=]\s*{_NUMBER}",
    rf"{_ADD}(?:{_spaced('qq', '扣扣', '抠抠', '企鹅')}|[q扣](?![a-z币]))",
    rf"{_spaced('qq', '扣扣', '企鹅')}{_GAP}(?:联系|私聊|群)",
)
_WECHAT = _spaced("微信", "薇信", "徽信", "威信", "v信", "卫星", "wechat", "weixin")
_SHORT = _spaced("vx", "wx")
_IS_WECHAT = _says(
    rf"{_ADD}(?:{_WECHAT}|{_SHORT}|[微薇](?![小调量型波])|v(?![a-z])(?!\d{{1,3}}(?!\d)))",
    rf"(?:{_WECHAT}|(?<![a-z0-9]){_SHORT}){_GAP}(?:号|id|群|联系|私聊|聊)",
    rf"{_WECHAT}{_GAP}(?:[我您是为]{_GAP})*(?=[a-z0-9_-]{{5}})[a-z_-]*\d",
    rf"(?<![a-z0-9]){_SHORT}{_GAP}(?:[我您是为]{_GAP})*[a-z0-9](?:{_GAP}[a-z0-9]){{4}}",
    r"(?<![a-z0-9])v\s*[:=]\s*[a-z][a-z0-9_-]{4}",
)
_IS_PAYMENT = _says(
    _spaced(
        "收款码", "付款码", "收款2维码", "收款账号", "收款帐号", "转账", "转帐", "打款", "汇款", "红包", "支付宝号"
    ),
    _spaced("支付宝账号", "支付宝帐号", "私下交易", "线下交易", "站外交易", "私下付", "线下付", "私下转", "私下退"),
    rf"(?:{_spaced('支付宝', 'zfb')}|{_WECHAT}|{_SHORT}){_GAP}(?:直接{_GAP})?转",
    rf"[转打汇]{_GAP}(?:款|钱)?{_GAP}[给到]{_GAP}(?:我|你|您|个人)",
    r"\busdt\b|\bpaypal\b",
    r"\b(?:pay|transfer|send)\b[^.!?]{0,40}\b(?:directly to|outside|privately|to my)\b",
)
_IS_LINK = _says(
    r"\b(?:t|wa|line)\.me/|\b(?:u\.wechat|qm\.qq|weixin\.qq|wx\.tenpay|qr\.alipay)\.com|\bdiscord\.gg/|\bm\.tb\.cn",
    rf"{_spaced('telegram', 'whatsapp', '电报', '飞机')}{_GAP}(?:号|群|id\b|me\b|联系)",
    r"(?:telegram|whatsapp)\s*[:=]",
    r"\bon (?:telegram|whatsapp)\b",
)


_RUN = re.compile(r"\d+(?:[\W_]*\d+)*")
_PHONE = re.compile(r"(?:0086|86)?1[3-9]\d{9}")
_CARD = re.compile(r"(?:62|9558)\d{12,17}")
_ANY_CARD = re.compile(r"(?:62|9558|4|5[1-5])\d{11,18}")
_BANK = re.compile(r"卡号|银行|户名|开户|[工农中建招交]行|收款|bank|account no")
_LONGEST = 19


def _is_phone(text: str) -> bool:
    return any(_PHONE.fullmatch(number) for number, _, _ in _numbers(text))


def _is_card(text: str) -> bool:
    """A card of the known banks; in talk of banks any payment card. Glued to letters it is a code we sold."""
    banking = _BANK.search(text) is not None
    wanted = _ANY_CARD if banking else _CARD
    return any(
        16 <= len(number) <= _LONGEST
        and wanted.fullmatch(number)
        and _luhn(number)
        and (banking or not _is_glued(text, start, end))
        for number, start, end in _numbers(text)
    )


def _numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """Every number that pieces next to each other may spell; none begins inside a time, a date or an amount."""
    harmless = [found.span() for found in _HARMLESS.finditer(text)]
    for run in _RUN.finditer(text):
        pieces = list(re.finditer(r"\d+", run.group()))
        for first, piece in enumerate(pieces):
            start = run.start() + piece.start()
            if not any(low <= start < high for low, high in harmless):
                yield from _spelt(pieces[first:], run.start())


def _spelt(pieces: list[re.Match[str]], offset: int) -> Iterator[tuple[str, int, int]]:
    number = ""
    for piece in pieces:
        number += piece.group()
        if len(number) > _LONGEST:
            return
        yield number, offset + pieces[0].start(), offset + piece.end()


def _is_glued(text: str, start: int, end: int) -> bool:
    return bool(re.search(r"[a-z][-_]?$", text[:start]) or re.match(r"[-_]?[a-z]", text[end:]))


def _luhn(number: str) -> bool:
    doubled = (int(sign) * (1 + n % 2) for n, sign in enumerate(reversed(number)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


_CHECKS: dict[Contact, Callable[[str], bool]] = {
    Contact.qq: _IS_QQ,
    Contact.wechat: _IS_WECHAT,
    Contact.phone: _is_phone,
    Contact.bank_card: _is_card,
    Contact.payment_code: _IS_PAYMENT,
    Contact.link: _IS_LINK,
}
