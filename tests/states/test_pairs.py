"""What says the same in one language says the same in the other, and every text is said somewhere."""

import ast
import re
from collections import defaultdict

from cardmall import locales
from tests.states.test_words import ASSETS, OF_SOME_VALUES, WORDED
from tests.test_house import ROOT

# One Chinese text stands for a press, for what then happened and for the name of both; English has a form for each.
FORMS = {
    "与商家结算": {"settled with the merchant", "settle with the merchant"},
    "任命店主": {"appoint owner", "owner appointed"},
    "催办": {"remind", "reminder"},
    "撤回申请": {"withdraw request", "request withdrawn"},
    "提交申请": {"request submitted"},
    "提交陈述": {"submit statement", "statement submitted"},
    "新建店铺": {"create shop", "shop created"},
    "查看卡密": {"reveal code", "code revealed"},
    "检查订单": {"check order", "order checked"},
    "申请部分退款": {"request a partial refund", "partial refund requested"},
    "立即取消": {"cancel now", "canceled at once"},
    "联系平台客服": {"contact support", "support contacted"},
    "补充佐证": {"add evidence", "evidence added"},
    "要求补充佐证": {"ask for evidence", "evidence requested"},
    "请买家提供新的收款账户": {"ask the shopper for another account", "another account requested"},
    "驳回": {"reject", "rejection"},
    "支付成功": {"payment succeeds"},  # the sandbox cashier chooses what will happen
    "支付失败": {"payment fails", "payment failed"},
    "退款进度": {"refund progress", "track refund"},  # in a row of the list it is a button
}


def plain(text: str) -> str:
    """Without what a place in a sentence changes: capitals, the article, a plural."""
    words = re.sub(r"^(the|a|your) ", "", text.casefold()).split()
    return " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words)


def translations() -> dict[str, set[str]]:
    """The English texts of each Chinese one."""
    chinese, english = (locales.catalog(name) for name in locales.LOCALES)
    found: dict[str, set[str]] = defaultdict(set)
    for key, text in chinese.items():
        found[text].add(plain(english[key]))
    return found


def test_one_chinese_text_has_one_english_text() -> None:
    uneven = {text: found for text, found in translations().items() if len(found) > 1}
    forms = {text: {plain(one) for one in found} for text, found in FORMS.items() if len(found) > 1}
    assert uneven == forms


def said_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text that stands in our Python and scripts, and a pattern for each text that is put together there."""
    plain_texts: set[str] = set()
    joined: list[re.Pattern[str]] = []
    for file in (ROOT / "cardmall").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain_texts.add(node.value)
            elif isinstance(node, ast.keyword) and node.arg:
                plain_texts.add(node.arg)
            elif isinstance(node, ast.JoinedStr):
                joined.append(re.compile("".join(_part(part) for part in node.values)))
    for script in ASSETS.glob("*.js"):
        plain_texts |= set(re.findall(r"[\w.]+", script.read_text("utf-8")))
    return plain_texts, joined


def _part(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([\w.]+)"


def test_every_text_is_said_somewhere() -> None:
    """By its key, below a key that is asked for by value, or by a key put together of words that stand in the code."""
    texts, joined = said_in_code()
    asked = WORDED.keys() | OF_SOME_VALUES | {"kit.weekday", "code", "picture", "press", "countdown"}
    worded = [one for one in joined if re.search("[a-z]", re.sub(r"\(.*?\)", "", one.pattern))]

    def known(word: str) -> bool:
        ends = [word, *(word[place + 1 :] for place, sign in enumerate(word) if sign == "_")]
        return word in ("True", "False") or word.isdigit() or any(end in texts for end in ends) or put_together(word)

    def put_together(text: str) -> bool:
        found = (one.fullmatch(text) for one in worded)
        return "." in text and any(one and all(map(known, one.groups())) for one in found)

    def said(key: str) -> bool:
        above = [key[:place] for place, sign in enumerate(key) if sign == "."]
        by_value = any(prefix in asked and known(key[len(prefix) + 1 :].rpartition(".")[2]) for prefix in above)
        return key in texts or by_value or put_together(key)

    dead = [key for key in sorted(locales.keys()) if not said(key)]
    assert not dead, dead
