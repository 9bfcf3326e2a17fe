"""A deadline says at which hour of which day it ends; node runs the browser's own functions."""

import ast
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_house import ROOT, trees

DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def told(tmp_path: Path, call: str) -> str:
    """What `call` gives, with the functions of assets/times.js and DAYS in reach."""
    module = tmp_path / "times.mjs"
    module.write_text((ROOT / "assets" / "times.js").read_text("utf-8"), "utf-8")
    node = shutil.which("node")
    assert node, "the build needs node, too"
    program = f"import {{ ends, moment }} from {json.dumps(module.as_uri())};\n"
    program += f"const DAYS = {json.dumps(DAYS)};\nconsole.log({call});"
    return subprocess.check_output([node, "--input-type=module", "-e", program], text=True).strip()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-29T16:00:00+00:00", "11-29 Sun 24:00"),  # exactly midnight in Shanghai
        ("2026-11-29 16:00:20.5+00:00", "11-29 Sun 24:00"),  # 48 hours after a payment 20 s past midnight
        ("2026-11-29T15:59:59Z", "11-29 Sun 23:59"),
        ("2026-11-29T16:01:00Z", "11-30 Mon 00:01"),
        ("2026-12-31T16:00:59Z", "12-31 Thu 24:00"),
        ("2026-11-29T06:30:00Z", "11-29 Sun 14:30"),
    ],
)
def test_a_deadline_at_midnight_ends_the_day_before(tmp_path: Path, at: str, words: str) -> None:
    day, _, hour = words.split()
    assert told(tmp_path, f"ends({json.dumps(at)}, (n) => DAYS[n])") == words
    assert told(tmp_path, f"ends({json.dumps(at)})") == f"{day} {hour}"


def test_no_time_at_all_says_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, "ends(null) + moment(undefined)") == ""


def test_what_happened_at_midnight_began_the_day(tmp_path: Path) -> None:
    assert told(tmp_path, 'moment("2026-11-29T16:00:20Z")') == "11-30 00:00"


ENDS = {"deadline", "pay_by", "promised_at", "expected_at", "grace_at"}


def test_no_page_shows_the_end_of_a_time_as_something_that_happened() -> None:
    """A column that names an end is shown by deadline() or ends(), which know 24:00 (exact() writes seconds)."""
    calls = [
        (where, ast.unparse(node.args[0]))
        for where, tree in trees("pages", "components")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("instant", "full", "day")
    ]
    columns = [(where, shown, shown.rpartition(".")[2]) for where, shown in calls]
    assert [(where, shown) for where, shown, name in columns if name in ENDS or name.endswith("_until")] == []
