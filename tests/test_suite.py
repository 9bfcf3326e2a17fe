"""The suite keeps its own rules: one clock, no fixed waits, no figures as proofs, and no red part hides another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.__main__ import Part, main, run
from tests.test_house import ROOT, names_of_calls

TESTS = sorted((ROOT / "tests").rglob("*.py"))
# What tells the tests their time, and what makes the processes they start live in it.
CLOCKS = {"today.py", "sitecustomize.py"}
TELLS = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.localtime"}
# Each asks again after it, or waits so long on purpose: between two kills, before a runner's start.
SLEEPS = {"patience.py", "serving.py", "truth.py", "storm.py", "children.py", "race.py", "test_kills.py", "demo.py"}
SLEEPS |= {"pictures.py"}
MEASURES = {"time.monotonic", "time.perf_counter", "time.process_time"}


def calling(names: set[str], *, spared: set[str]) -> dict[str, set[str]]:
    """The sources of the suite that call one of these functions."""
    found = {s.name: set(names_of_calls(ast.parse(s.read_text("utf-8")))) & names for s in TESTS}
    return {name: called for name, called in found.items() if called and name not in spared}


def test_no_test_asks_a_clock_of_its_own() -> None:
    assert not calling(TELLS, spared=CLOCKS), "tests.today.moment() is the time of the test run"


def test_no_test_waits_a_fixed_time() -> None:
    waits = {name for source in TESTS for name in names_of_calls(ast.parse(source.read_text("utf-8")))}
    fixed = {name for name in waits if name == "time.sleep" or name.endswith(".wait_for_timeout")}
    assert not calling(fixed, spared=SLEEPS), "tests.patience.until() waits for the thing itself"


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


def test_a_red_part_keeps_no_other_from_running_and_is_named_last(
    some_parts: list[Part], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(some_parts) == 1
    *_, bad, broken, sums = capfd.readouterr().out.splitlines()
    assert bad.startswith("RED suite-red:") and bad.endswith("::test_bad")
    assert broken.startswith("RED suite-broken")
    assert sums == "2 passed, 2 failed, 0 skipped", "the green part ran, too"


def test_green_parts_end_green(some_parts: list[Part], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(some_parts[-1:]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_a_part_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-part"]) == 2
    assert "no-such-part" in capsys.readouterr().out
