"""The comparison of `make upgrade` tells lost content from other words."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from cardmall.adapters import db
from tests.opened import PAGES
from tests.upgrade.__main__ import report
from tests.upgrade.addresses import Visit, visits
from tests.upgrade.differences import content, lost, reworded
from tests.upgrade.reading import Reading

VISIT = Visit("alice", "/orders/CM26112816521887")
BEFORE = Reading(VISIT.path, "订单 CM26112816521887\n¥40.00 · 2026-11-28 16:52\n还剩 12 分钟\n“卡打不开 ，请看”")


def after(*changes: tuple[str, str]) -> Reading:
    text = BEFORE.text
    for old, new in changes:
        text = text.replace(old, new)
    return Reading(VISIT.path, text)


@pytest.mark.parametrize("fact", ["CM26112816521887", "¥40.00", "2026-11-28", "卡打不开 ，请看"])
def test_a_number_a_sum_a_day_or_what_somebody_wrote_is_content(fact: str) -> None:
    known = {"卡打不开，请看", "不在这一页的话"}
    assert lost(BEFORE, BEFORE, known) == []
    assert lost(BEFORE, after((fact, "")), known) == ["".join(fact.split())]


def test_other_words_and_other_lines_lose_nothing() -> None:
    now = after(("还剩", "剩余"), (" · ", "\n"))
    assert lost(BEFORE, now, set()) == []
    assert (("还剩 <n> 分钟",), ("剩余 <n> 分钟",)) in _changes(("还剩", "剩余"))


def _changes(*changes: tuple[str, str]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return set(reworded({VISIT: BEFORE}, {VISIT: after(*changes)}))


def test_a_line_that_moved_or_broke_loses_nothing_one_of_two_the_same_does() -> None:
    before, moved = (
        Reading("/orders", said) for said in ("王者荣耀 点券\n查看卡密\n在售", "在售\n王者\n荣耀 点券\n查看卡密")
    )
    assert lost(before, moved, set()) == []
    twice = Reading("/orders", "甲\n查看卡密\n乙\n查看卡密")
    assert lost(twice, Reading("/orders", "甲\n查看卡密\n乙"), set()) == ["查看卡密"]


def test_a_slash_at_the_end_of_a_path_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tests.upgrade.__main__.REPORT", tmp_path / "upgrade.txt")
    before, after, other = (Reading(path, "x") for path in ("/me/?way=1", "/me?way=1", "/me?way=2"))
    assert report("old", {VISIT: before}, {VISIT: after}, set()) == 0
    assert report("old", {VISIT: before}, {VISIT: other}, set()) == 1


def test_the_minutes_between_two_readings_are_no_change() -> None:
    assert _changes(("12 分钟", "9 分钟"), ("16:52", "16:55")) == set()


@pytest.mark.parametrize(("was", "now"), [("剩 1 天 2 小时", "剩 1 天 1 小时"), ("4 小时 50 分 后", "5 小时 8 分 后")])
def test_the_hours_between_two_readings_are_no_change(was: str, now: str) -> None:
    before, then = Reading("/orders", f"{was}\n3 小时内"), Reading("/orders", f"{now}\n3 小时内")
    assert reworded({VISIT: before}, {VISIT: then}) == {}
    assert reworded({VISIT: before}, {VISIT: Reading("/orders", f"{was}\n2 小时内")}) != {}


@pytest.mark.parametrize(
    "now",
    [Reading(VISIT.path, BEFORE.text, "answered 500"), Reading("/login", BEFORE.text), after(("¥40.00", ""))],
)
def test_a_page_that_fails_leads_elsewhere_or_lost_something_is_red(
    now: Reading, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.upgrade.__main__.REPORT", tmp_path / "upgrade.txt")
    assert report("old", {VISIT: BEFORE}, {VISIT: BEFORE}, set()) == 0
    assert report("old", {VISIT: BEFORE}, {VISIT: now}, set()) == 1


def test_every_page_is_opened_and_every_kind_of_number(demo_database: Engine, tmp_path: Path) -> None:
    routes = [route.strip("/") or "index" for route in PAGES]
    (tmp_path / "routes.json").write_text(str(routes).replace("'", '"'))
    file = Path(str(demo_database.url.database))
    opened = [visit.path.partition("?")[0].strip("/") or "index" for visit in visits(tmp_path, file)]
    shapes = ["/".join("[" if any(map(str.isdigit, bit)) else bit for bit in path.split("/")) for path in opened]
    assert [r for r in routes if "[slug]" not in r and r.replace("[no]", "[") not in shapes] == []
    of_goods = [
        f"merchant/{what}" for what in ("products/office-home", "stock/office-home", "stock/office-home/import")
    ]
    assert {"p/steam-200", *of_goods} <= set(opened) and "管理员" not in content(file)
    assert db.engine() is demo_database
