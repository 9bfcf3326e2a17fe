"""The suite keeps its own rules: one clock, no fixed waits, no figures as proofs, and no red part hides another."""

import ast
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardmall.domain.rules import mismatches
from cardmall.domain.rules.mismatches import MismatchAct, MismatchFacts
from cardmall.domain.rules.turn import ADMIN, SHOPPER, Standing
from tests.__main__ import ALL_ON_POSTGRES, LONG, MARKED, PARTS, POSTGRES, Part, main, run
from tests.damage import rules
from tests.test_house import ROOT, names_of_calls
from tests.today import DAYS, ZONE, moment

TESTS = sorted((ROOT / "tests").rglob("*.py"))
# What tells the tests their time, and what makes the processes they start live in it.
CLOCKS = {"today.py", "travel/sitecustomize.py"}
TELLS = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.localtime"}
LAWFUL = {  # sources that let a fixed time pass, and why each may
    "patience.py": "asks again after it",
    "serving.py": "asks again after it; waits for the end of a process it signalled",
    "reverse.py": "waits for the end of a process it signalled",
    "e2e/truth.py": "asks again after it",
    "e2e/test_kills.py": "a random moment for a kill",
    "e2e/test_stock_kills.py": "asks again after it",
    "e2e/test_together.py": "a random moment for a kill; a random time away",
    "chaos/storm.py": "a random moment for a kill; asks again after it",
    "chaos/children.py": "asks again after it",
    "services/race.py": "a random head start; waits for all runners to have begun",
    "states/test_press.py": "a random moment for signing out",
    "states/test_open_lists.py": "waits until a writer has said that it holds the lock",
    "http/test_payments.py": "asks again after it",
    "attack/test_doors.py": "asks again after it",
    "bench/processes.py": "the pause between two clicks of a shopper",
    "bench/stock.py": "how long shoppers click before the list comes; asks again after it",
    "pictures.py": "lets a page settle before its photograph",
    "e2e/pages/demo.py": "asks again after it",
}
MEASURES = {"time.monotonic", "time.perf_counter", "time.process_time"}


def calling(names: set[str], *, spared: set[str]) -> dict[str, set[str]]:
    """The sources of the suite that call one of these functions."""
    found = {place(s): set(names_of_calls(ast.parse(s.read_text("utf-8")))) & names for s in TESTS}
    return {name: called for name, called in found.items() if called and name not in spared}


def place(source: Path) -> str:
    return str(source.relative_to(ROOT / "tests"))


def test_no_test_asks_a_clock_of_its_own() -> None:
    assert not calling(TELLS, spared=CLOCKS), "tests.today.moment() is the time of the test run"


def fixed_waits(tree: ast.AST) -> list[str]:
    """The calls that let a time pass that is written in the test: they end early for nobody, or at a figure."""
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_fixed_wait(node)]


def _is_fixed_wait(call: ast.Call) -> bool:
    name, told = ast.unparse(call.func), [*call.args, *(word.value for word in call.keywords)]
    figure = any(isinstance(one, ast.Constant) and isinstance(one.value, int | float) for one in told)
    if name == "asyncio.sleep":  # 0 lets the others run
        return ast.unparse(call) != "asyncio.sleep(0)"
    if isinstance(call.func, ast.Attribute) and call.func.attr == "wait":
        nobody_sets_it = isinstance(call.func.value, ast.Call)
        return figure or (nobody_sets_it and bool(told))
    return name == "time.sleep" or name.endswith(".wait_for_timeout")


@pytest.mark.parametrize(
    "wait",
    ["time.sleep(x)", "page.wait_for_timeout(1)", "threading.Event().wait(x)", "Event().wait(timeout=x)", "a.wait(0.5)",
     "asyncio.sleep(1)", "self._stop.wait(timeout=2)"],
)  # fmt: skip
def test_a_fixed_wait_is_known_by_its_look(wait: str) -> None:
    assert fixed_waits(ast.parse(wait)) == [wait]
    assert (
        fixed_waits(ast.parse("asyncio.sleep(0); done.wait(PATIENCE); asyncio.Event().wait(); until(done.is_set)"))
        == []
    )


def test_no_test_waits_a_fixed_time() -> None:
    waiting = {place(s): found for s in TESTS if (found := fixed_waits(ast.parse(s.read_text("utf-8"))))}
    wrong = {name: found for name, found in waiting.items() if name not in LAWFUL}
    assert not wrong, "tests.patience.until() waits for the thing itself"
    assert LAWFUL.keys() <= waiting.keys(), "a source that waits no more needs no leave"


def _asserted(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Assert):
            yield from names_of_calls(node.test)


def test_no_test_asserts_how_long_something_took() -> None:
    assert not [s.name for s in TESTS if s.name != "patience.py" and MEASURES & set(_asserted(s))]


@pytest.fixture
def some_parts(tmp_path: Path) -> list[Part]:
    """One red part, one that cannot even be read, one green: in this order."""
    bodies = {
        "red": "def test_good(): pass\ndef test_bad(): assert not 'this'",
        "broken": "import nothing_of_this_name",
        "green": "def test_fine(): pass",
    }
    for name, body in bodies.items():
        (tmp_path / f"test_{name}.py").write_text(body)
    plain = ("-q", "-c", "/dev/null", "--rootdir", str(tmp_path))
    return [Part(f"suite-{name}", (*plain, str(tmp_path / f"test_{name}.py")), lane=name == "red") for name in bodies]


def test_what_is_about_today_runs_today_on_four_other_days_and_in_another_zone() -> None:
    files: dict[tuple[str, str | None], list[str]] = {}
    for part in PARTS:
        if part.args[2].startswith("today"):
            files.setdefault((part.environment["TEST_TODAY"], part.environment.get("TZ")), []).extend(part.args[3:])
    assert files.keys() == {("now", None), ("now", ZONE), *((day, None) for day in DAYS)}
    assert all(sorted(found) == MARKED for found in files.values())
    assert len(DAYS) == 4 and "tests/services/test_refunds.py" in MARKED


def collects(part: Part, file: Path) -> bool:
    """Does the pytest of this part look into the file?"""
    asked = [word for word in part.args if word.startswith("tests/")] or ["tests/"]
    left_out = [word.removeprefix("--ignore=") for word in part.args if word.startswith("--ignore=")]
    under = lambda folder: file.relative_to(ROOT).as_posix().startswith(folder)  # noqa: E731
    return any(map(under, asked)) and not any(map(under, left_out))


def test_what_takes_long_is_run_by_a_part_of_the_long_ones() -> None:
    long = [part for part in LONG if part.args[-2:] == ("-m", "long")]
    marked = [path for path in (ROOT / "tests").rglob("test_*.py") if "mark.long" in path.read_text("utf-8")]
    assert len(marked) > 2
    assert [path for path in marked if path.name != "test_suite.py" and not any(collects(p, path) for p in long)] == []


def test_one_part_of_make_test_stands_on_postgresql_and_knows_its_files() -> None:
    (part,) = (part for part in PARTS if part.environment.get("TEST_GROUND") == "postgres")
    files = [word for word in part.args if word.startswith("tests/")]
    assert files == list(POSTGRES) and all((ROOT / file).is_file() for file in files)


def test_make_test_postgres_runs_each_test_below_the_browser_once_there() -> None:
    tests = [
        path
        for name in ("services", "states", "http", "adapters")
        for path in (ROOT / "tests" / name).glob("test_*.py")
    ]
    assert tests and {path.name for path in tests if sum(collects(p, path) for p in ALL_ON_POSTGRES) != 1} == set()
    assert {part.environment["TEST_GROUND"] for part in ALL_ON_POSTGRES} == {"postgres"}


def test_every_story_of_the_browser_runs_in_exactly_one_part() -> None:
    stories = sorted((ROOT / "tests" / "e2e").rglob("test_*.py"))
    told = {story.name: [part for part in PARTS if collects(part, story)] for story in stories}
    assert stories and {name: parts for name, parts in told.items() if len(parts) != 1} == {}
    assert {part.args[-2:] for parts in told.values() for part in parts} == {("-m", "not long")}


def test_browser_means_all_parts_of_it_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[Part] = []
    monkeypatch.setattr("tests.__main__.run", lambda parts: wanted.extend(parts) or 0)
    assert main(["domain", "browser"]) == 0
    assert [(part.name, part.lane) for part in wanted] == [
        ("domain", 0),
        ("browser-1", 1),
        ("browser-2", 2),
        ("browser-3", 3),
    ]


def test_a_red_part_keeps_no_other_from_running_and_is_named_last(
    some_parts: list[Part], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(some_parts) == 1
    *_, bad, broken, sums = capfd.readouterr().out.splitlines()
    assert bad.startswith("RED suite-red:") and "::test_bad (" in bad and bad.endswith("assert not 'this')")
    assert broken.startswith("RED suite-broken")
    assert sums == "2 passed, 2 failed, 0 skipped", "the green part ran, too"


def test_green_parts_end_green(some_parts: list[Part], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(some_parts[-1:]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_a_part_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-part"]) == 2
    assert "no-such-part" in capsys.readouterr().out


def test_damage_knows_every_table_and_takes_a_rule_of_each() -> None:
    subjects = {file.stem for file in (ROOT / "cardmall/domain/rules").glob("*.py")} - {"__init__", "turn"}
    known = {rule.table for rule in rules.every_rule()}
    assert {table.partition(".")[0] for table in known} == subjects
    for seed in range(20):
        chosen = rules.choose(40, random.Random(seed))
        assert len({one.rule for one in chosen}) == 40 and {one.rule.table for one in chosen} == known


@pytest.mark.parametrize(
    ("damage", "who", "answer"),
    [
        ("mismatches.TABLE:0:gone", ADMIN, None),
        ("mismatches.TABLE:0:words", ADMIN, "not_allowed"),
        ("mismatches.TABLE:1:gone", ADMIN, "changed"),  # another row
        ("mismatches.may:close:gone", SHOPPER, "changed"),  # the role is asked for no more, the table is
        ("mismatches.may:close:words", SHOPPER, "stale"),
    ],
)
def test_damage_breaks_the_one_rule_it_names(
    monkeypatch: pytest.MonkeyPatch, damage: str, who: Standing, answer: str | None
) -> None:
    for name in ("TABLE", "may"):
        monkeypatch.setattr(mismatches, name, getattr(mismatches, name))  # put back in the end
    rules.break_rule(damage)
    assert mismatches.may(MismatchAct.close, who, MismatchFacts(closed=True), moment()).reason == answer
