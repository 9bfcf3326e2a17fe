"""`python -m tests.damage [--rules 40] [--seed N]`: break refusing rules one at a time; 1 if no test notices one.

A rule is broken in memory only: it is gone, or it refuses with a neighbour's words. The rulebook's own tests run
first; then, whatever they say, the tests of use cases, pages and HTTP that meet the rule as it refuses. One damage
again: `TEST_DAMAGE=orders.TABLE:3:gone pytest -p tests.damage.plugin tests/services`.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.damage.rules import WORDS, Damage, choose

ROOT = Path(__file__).parents[2]
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "tests.damage.plugin", "-p", "no:cacheprovider", "--tb=no")
FLOORS = ("tests/services", "tests/states", "tests/http")
QUICK = ("-m", "not slow and not long and not browser")
BESIDE = 2  # processes: the machine may not be ours alone
FIRST = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py\S*)", re.MULTILINE)
SURVIVED = "SURVIVED"

Met = dict[str, list[str]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.damage", description=__doc__)
    parser.add_argument("--rules", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    print(f"Seed {asked.seed}: {asked.rules} rules", flush=True)
    chosen = choose(asked.rules, random.Random(asked.seed))
    with tempfile.TemporaryDirectory(prefix="damage-") as folder:
        met = _who_meets_what(folder)
        with ThreadPoolExecutor(BESIDE) as pool:
            found = list(pool.map(lambda damage: _told(damage, met.get(damage.rule.id, []), folder), chosen))
    _sums(found)
    return int(any(SURVIVED in pair for pair in found))


def _pytest(args: Sequence[str], folder: str, **environment: str) -> tuple[int, str]:
    """Exit code and output; the examples hypothesis finds under a damage are not kept for honest runs."""
    env = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": folder} | environment
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
        command = [*PYTEST, f"--basetemp={own}/run", *args]  # two pytests clear the usual place of each other's files
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _who_meets_what(folder: str) -> Met:
    """Run all tests above the rulebook once, unharmed: for every rule the tests that meet it, by floor."""
    code, said = _pytest((*FLOORS, *QUICK, "-n", str(BESIDE)), folder, TEST_DAMAGE_SEEN=folder)
    if code:
        raise SystemExit(f"{said}\nThe tests are red without any damage.")
    met: Met = {}
    for part in sorted(Path(folder).glob("*.json")):
        for rule, tests in json.loads(part.read_text("utf-8")).items():
            met.setdefault(rule, []).extend(tests)
    return {rule: sorted(tests, key=_floor) for rule, tests in met.items()}


def _floor(test: str) -> int:
    return next(n for n, floor in enumerate(FLOORS) if test.startswith(floor))


def _told(damage: Damage, above: Sequence[str], folder: str) -> tuple[str, str]:
    """Which test of the rulebook, and which above it, noticed first; printed."""
    rule = damage.rule
    higher = _noticed(damage, above, folder) if above else SURVIVED
    if higher == SURVIVED:
        higher = _excuse(damage, above) or SURVIVED
    found = _noticed(damage, ("tests/domain",), folder), higher
    print(f"{damage.id}  ({rule.acts or rule.table}: {rule.reason}; met by {len(above)} tests)", flush=True)
    print(f"    domain {found[0]}\n    above  {found[1]}", flush=True)
    return found


def _excuse(damage: Damage, above: Sequence[str]) -> str:
    """Why no test above the rulebook can notice the damage; empty when one should."""
    rule, words = damage.rule, damage.how == WORDS
    if words and rule.is_of_clock:
        return "- a job reads no words"
    return "- a door refuses this role before" if rule.is_of_role and (words or not above) else ""


def _noticed(damage: Damage, tests: Sequence[str], folder: str) -> str:
    code, said = _pytest((*tests, "-x"), folder, TEST_DAMAGE=damage.id)
    if code == 0:
        return SURVIVED
    if red := FIRST.search(said):
        return red[1]
    raise SystemExit(f"{said}\n{damage.id}: pytest ended with {code}.")


def _sums(found: Sequence[tuple[str, str]]) -> None:
    domain, above = zip(*found, strict=True)
    rows = {
        "rules broken": len(found),
        "noticed by tests/domain": sum(one != SURVIVED for one in domain),
        **{f"noticed by {floor}": sum(one.startswith(floor) for one in above) for floor in FLOORS},
        "above cannot notice": sum(one.startswith("-") for one in above),
        "no domain test noticed": domain.count(SURVIVED),
        "no test above noticed": above.count(SURVIVED),
        "SURVIVED everything": found.count((SURVIVED, SURVIVED)),
    }
    print("\n" + "\n".join(f"{words:24} {count:4}" for words, count in rows.items()))


if __name__ == "__main__":
    sys.exit(main())
