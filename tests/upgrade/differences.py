"""What a page said before and does not say after: content that is lost, or only other words for it."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from difflib import SequenceMatcher
from pathlib import Path

from tests.upgrade.addresses import Visit
from tests.upgrade.reading import Reading

Lines = tuple[str, ...]
# Money, numbers of things, dates: what a page says about its own order, case or refund.
FACT = re.compile(r"[¥￥] ?-?[\d,.]*\d|(?<![A-Z])[A-Z]{2}\d{8,}|\d{4}-\d\d-\d\d|\d{1,2} ?月 ?\d{1,2} ?日|\*{2,} ?\w{4}")
# The seconds between two readings: they say nothing about the page.
PASSING = (
    (re.compile(r"\d{1,2}:\d\d(:\d\d)?"), "<time>"),
    (re.compile(r"\d+ 天 \d+ 小时"), "<n> 天 <n> 小时"),
    (re.compile(r"\d+ 小时 (?=\d+ 分)"), "<n> 小时 "),
    (re.compile(r"\d+ ?(秒|分钟|分(?!之))"), r"<n> \1"),
)
NAMES = re.compile(r"[^\x00-\x7f]|@")  # what people wrote; a word in plain letters may be a column's own

# What was looked at and is meant so: on which pages, what is missing there, and since which change.
JUDGED = (
    ("/merchant/money", re.compile("^¥"), "7c2ab3b: what is offered to somebody else is frozen, it waits no longer"),
    ("/admin/audit", re.compile(""), "its first page is full: what the migration's own jobs did pushes the oldest off"),
    (r"/orders/\w+", re.compile("^预计到账 / "), "d9b3c79: nobody expects a refund that stands still"),
    (
        r"/refunds/\w+",
        re.compile("^改退到其他账户 / "),
        "7885b7e: only once the channel has said that the money did not go back",
    ),
    (
        "/admin/abnormal",
        re.compile("^请买家提供账户$"),
        "70edabd: the button is there still, first now",
    ),
    # The pages as they are drawn since, beside those of f86149e.
    (r"/|/p/[\w-]+", re.compile(" · |^未查看可退$|^会员$|^发货$"), "a card names its shop; the lines have other words"),
    ("/inbox", re.compile(""), "one list in order of time, read notices no longer first: the rest is on the next page"),
    (
        "/orders",
        re.compile("^查看卡密$|^申请取消 / 商家 2 个工作日内答复$"),
        "the button stands elsewhere in the row, or is the appeal",
    ),
    (
        r"/(orders|pay)/\w+",
        re.compile("^可以怎样取消 / .* / 订单已关闭|^¥0.00$|^若现在取消"),
        "what has ended has no ways out; a fee of nothing is not told",
    ),
    (
        r"/(orders|pay)/\w+",
        re.compile(
            "视为使用|^(退款只走平台原支付渠道|申请处理期间不能查看卡密|现在没有可用的方式|请先等待商家答复)|卡密|密封"
        ),
        "the box of codes stands higher, has other words, and is not there without codes to come",
    ),
    (r"/orders/\w+/cancel(\?.*)?", re.compile("^查看订单$"), "the order is named and linked above"),
    (r"/merchant/cases/\w+", re.compile("原路退回买家|库存；|服务费 .* 归店铺|答复$"), "above now, in other words"),
    (
        r"/admin/cases/\w+",
        re.compile("卡密已交付|承诺$|托管|答复时限|提醒过商家|陈述$|陈述后即可$"),
        "above now, in other words",
    ),
    (
        r"/admin/(people|shops|audit)(\?.*)?",
        re.compile("^[\u4e00-\u9fff]{2,4}$"),
        "names of people are masked until an admin says why they want them (R78)",
    ),
    (
        r"/admin/audit\?number=\w+",
        re.compile("/ 提交订单 /"),
        "its first page is full: that an admin looked is told since, and pushes the oldest off",
    ),
    (
        "/merchant/delivery",
        re.compile("^剩 .* / 承诺 .* / .*暂停发货"),
        "what is held stands apart: with why and until when, no longer with its promise",
    ),
    ("/merchant", re.compile("卡密无效$"), "of four reasons equally frequent three are shown"),
)


def judged(visit: Visit, text: str) -> str:
    """Why this may be missing; empty when nobody has judged it."""
    found = (why for path, shape, why in JUDGED if re.fullmatch(path, visit.path) and shape.search(text))
    return next(found, "")


def content(database: Path) -> set[str]:
    """Every text that people wrote or named, by the columns of this database: products, messages, grounds, notes."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [value for table in tables for row in base.execute(f'SELECT * FROM "{table}"') for value in row]
    return {_flat(value) for value in values if isinstance(value, str) and len(value) > 1 and NAMES.search(value)}


def lost(before: Reading, after: Reading, known: set[str]) -> list[str]:
    """The facts and the texts of the database that the page showed before and shows no more, and lines with no heir."""
    old, new = _flat(before.text), _flat(after.text)
    facts = _facts(before.text) - _facts(after.text)
    gone = facts | {text for text in known if text in old and text not in new}
    return [*sorted(gone), *_heirless(_lines(before.text), _lines(after.text))]


def _heirless(old: list[str], new: list[str]) -> Iterator[str]:
    """What is said less often than before with fewer lines in its place; a line that moved or broke is said still."""
    said, says = _flat("".join(old)), _flat("".join(new))
    for was, now in _changes(old, new):
        rarer = [line for line in was if said.count(_flat(line)) > says.count(_flat(line))]
        if len(rarer) > len(now):
            yield " / ".join(rarer)


def _facts(text: str) -> set[str]:
    return {_flat(fact) for fact in FACT.findall(text)}


def reworded(before: Mapping[Visit, Reading], after: Mapping[Visit, Reading]) -> dict[tuple[Lines, Lines], list[Visit]]:
    """Every change of lines with the pages on which it is seen, most seen first."""
    found: dict[tuple[Lines, Lines], list[Visit]] = defaultdict(list)
    for visit, reading in before.items():
        for change in _changes(_lines(reading.text), _lines(after[visit].text)):
            found[change].append(visit)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[Lines, Lines]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield tuple(old[a:b]), tuple(new[c:d])


def _lines(text: str) -> list[str]:
    for pattern, word in PASSING:
        text = pattern.sub(word, text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _flat(text: str) -> str:
    """Without blanks: a page may break its lines elsewhere."""
    return "".join(text.split())
