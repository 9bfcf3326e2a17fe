"""Measures how fast the served demo town answers, and what acts cost: `python -m tests.bench [COMMIT]`.

Milliseconds of one client. Acts are done in turns by the present code, by a clone of COMMIT, and by a bare commit, so
that a busy minute of the machine slows all of them; their ratios are what to compare.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.serving import ROOT, serve, surroundings

COMMIT = "f86149e"
PAGES, ROUTES = 200, ("/", "/health/ready")
ROUNDS, FIRST = 220, 20  # rounds of acts; the first are not counted
Times = dict[str, list[float]]


def main(words: Sequence[str]) -> None:
    commit = words[0] if words else COMMIT
    with tempfile.TemporaryDirectory() as folder:
        _print_pages(Path(folder) / "town")
        _print_acts(Path(folder), commit)


def _print_pages(data: Path) -> None:
    with serve(data) as app, httpx.Client(base_url=app.url) as client:
        print(f"{'route':<20} {'p50':>8} {'p95':>8} {'p99':>8}")
        for route in ROUTES:
            cuts = statistics.quantiles([_answer_time(client, route) for _ in range(PAGES)], n=100)
            print(f"{route:<20} {cuts[49]:>8.1f} {cuts[94]:>8.1f} {cuts[98]:>8.1f}")


def _answer_time(client: httpx.Client, route: str) -> float:
    start = time.perf_counter()
    client.get(route).raise_for_status()
    return (time.perf_counter() - start) * 1000


def _print_acts(folder: Path, commit: str) -> None:
    old = folder / "old"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(old)], check=True)
    subprocess.run(["git", "checkout", "--quiet", commit], cwd=old, check=True)
    with _actor(ROOT, folder / "a") as now, _actor(old, folder / "b") as then:
        rounds = [(now(), then()) for _ in range(ROUNDS)][FIRST:]
    after, before = (_by_name([pair[n] for pair in rounds]) for n in (0, 1))
    print(f"\n{'act':<20} {'p50':>8} {'p99':>8} {'x bare':>8} {commit:>10} {'p99':>8} {'x bare':>8} {'ratio':>8}")
    for name in after:
        ours, theirs = _figures(after, name), _figures(before, name)
        print(f"{name:<20} {ours} {theirs:>28} {_p50(after[name]) / _p50(before[name]):>8.2f}")


@contextmanager
def _actor(tree: Path, data: Path) -> Iterator[Callable[[], dict[str, float]]]:
    """A process that does one round of acts with the code of this tree whenever it is asked to."""
    command = [sys.executable, "-P", str(ROOT / "tests" / "acting.py"), str(ROUNDS)]
    told = surroundings(data) | {"PYTHONPATH": str(tree)}
    with subprocess.Popen(
        command, cwd=tree, env=told, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as one:
        yield lambda: _asked(one)
        one.terminate()


def _asked(actor: subprocess.Popen[str]) -> dict[str, float]:
    assert actor.stdin and actor.stdout
    print("again", file=actor.stdin)
    return json.loads(actor.stdout.readline())


def _by_name(rounds: Sequence[dict[str, float]]) -> Times:
    return {name: [one[name] for one in rounds] for name in rounds[0]}


def _figures(times: Times, name: str) -> str:
    middle = _p50(times[name])
    return f"{middle:>8.2f} {statistics.quantiles(times[name], n=100)[98]:>8.2f} {middle / _p50(times['bare']):>8.1f}"


def _p50(values: Sequence[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main(sys.argv[1:])
