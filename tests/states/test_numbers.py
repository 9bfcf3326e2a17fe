"""A number of the trade in a text is one of limits ({=answer_hours}) or of the order's own terms ({days})."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from cardmall import locales
from cardmall.domain.terms import Way

_SPAN = r"(?:hour|day|minute|second|week|month|year)"
NUMBER = re.compile(
    r"\d"
    r"|[二两三四五六七八九十百千万半]"
    r"|[一每]个?(?:工作日|小时|天|日|分钟|秒|周|月|年)"
    r"|一[次张件]"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|hundred|half)\b"
    r"|\b(?:twice|daily|hourly|weekly)\b"
    r"|\bonce per (?:case|order|round|piece)\b"
    rf"|\b(?:an?|one|per|every|each) (?:(?:more|silent|working|business) )?{_SPAN}\b"
    r"|\bone (?:more )?(?:reminder|request|picture|counter-offer|try|offer)\b",
    re.IGNORECASE,
)
LAWFUL = {  # words that look like a number of the trade, and why they are none
    r"UTC\+8": "the name of a time zone",
    r"UTF-(?:8|16)|GB18030|Big5": "the names of encodings",
    r"24:00": "the end of a day as a clock writes it",
    r"100%": "all of it",
    r"(?:应为|大于|must be|more than) 0|^0 ✓": "nothing: there is no other nothing",
    r"两位小数|two decimals": "a yuan has a hundred fen",
    r"502": "the name of an error of HTTP",
    r"周[一二三四五六]$": "the name of a weekday",
    r"四种(?:取消)?方式|four ways": "the values of Way, counted below",
    r"三方": "the three that the same sentence names: statement, records and ledger",
    r"百万像素": "the unit",
    r"售出两次|twice": "what happened, not what is allowed",
    r"每天|per day": "what the number beside it counts in",
    r"每日对账|每天核对|daily reconciliation|every day": "a statement of a channel is about one day",
    r"every month": "the choice of no month",
    r"[第设这]定?一天|set a day|最后一[天秒]": "a certain one, not a length",
    r"[上下]一[次张]|某一件|中断了一次|只发生一次|一次最多|选择一张|每行一张": "a certain one, not a count",
    r"(?:小时|发送|催办|各)一次": "one for each of the numbers beside it",
}
ALL_LAWFUL = re.compile("|".join(LAWFUL), re.IGNORECASE)


def texts(locale: str) -> Iterator[tuple[str, str]]:
    """Every text of a language as its catalog writes it, without parameters and figures."""
    for file in sorted((locales.HERE / locale).glob("*.toml")):
        for key, text in flat(file.stem, tomllib.loads(file.read_text("utf-8"))):
            yield key, re.sub(r"\{=?[\w -]+\}", "", text)


def flat(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", value


@pytest.mark.parametrize("locale", locales.LOCALES)
def test_no_catalog_says_a_number_of_the_trade_itself(locale: str) -> None:
    assert {key: text for key, text in texts(locale) if NUMBER.search(ALL_LAWFUL.sub("", text))} == {}


@pytest.mark.parametrize("words", LAWFUL)
def test_every_exception_is_still_needed(words: str) -> None:
    others = re.compile("|".join(one for one in LAWFUL if one != words), re.IGNORECASE)
    bare = (others.sub("", text) for locale in locales.LOCALES for _, text in texts(locale))
    assert any(NUMBER.search(text) and re.search(words, text, re.IGNORECASE) for text in bare)


def test_there_are_as_many_ways_as_the_texts_say() -> None:
    assert len(Way) == 4


@pytest.mark.parametrize(
    "text",
    [
        "48 小时",
        "两个工作日",
        "每小时",
        "一个工作日内",
        "一天",
        "within two hours",
        "once a day",
        "an hour",
        "one more day",
    ],
)
def test_a_number_is_seen_however_it_is_written(text: str) -> None:
    assert NUMBER.search(ALL_LAWFUL.sub("", text))
