"""Acts in turns: the present code on SQLite and on PostgreSQL, an older commit on SQLite; each beside a bare commit.

All of them are durable: a commit is on the disk before it is answered.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.figures import p50, p99, row
from tests.servers import Postgres, running
from tests.serving import ROOT, surroundings

ROUNDS, FIRST = 60, 10  # rounds of acts; the first are not counted
BARE = "bare"
Round = dict[str, float]  # milliseconds by name of an act


def measure(commit: str) -> None:
    with tempfile.TemporaryDirectory() as name, running(Postgres) as server, ExitStack() as actors:
        folder, begin = Path(name), actors.enter_context
        cast = {
            "sqlite": begin(_actor(ROOT, folder / "a")),
            "postgres": begin(_actor(ROOT, folder / "b", TEST_DATABASE=server.environment["CARDMALL_DATABASE_URL"])),
            commit[:8]: begin(_actor(_clone(commit, folder / "old"), folder / "c")),
        }
        rounds = [{who: play() for who, play in cast.items()} for _ in range(ROUNDS)][FIRST:]
    _show({who: [one[who] for one in rounds] for who in cast})


def _clone(commit: str, to: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(to)], check=True)
    subprocess.run(["git", "checkout", "--quiet", commit], cwd=to, check=True)
    return to


@contextmanager
def _actor(tree: Path, data: Path, **more: str) -> Iterator[Callable[[], Round]]:
    """A process that does one round of acts with the code of this tree whenever it is asked to."""
    command = [sys.executable, "-P", str(ROOT / "tests" / "acting.py"), str(ROUNDS)]
    told = surroundings(data, PYTHONPATH=str(tree), **more)
    with subprocess.Popen(
        command, cwd=tree, env=told, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as one:
        yield lambda: _asked(one)
        one.terminate()


def _asked(actor: subprocess.Popen[str]) -> Round:
    assert actor.stdin and actor.stdout
    print("again", file=actor.stdin)
    return json.loads(actor.stdout.readline())


def _show(played: dict[str, list[Round]]) -> None:
    print(row("act", *(word for who in played for word in (who, "p99", "x bare"))))
    for act in next(iter(played.values()))[0]:
        print(row(act, *(figure for rounds in played.values() for figure in _figures(rounds, act))))


def _figures(rounds: Sequence[Round], act: str) -> tuple[float, float, float]:
    """Median, p99, and the median as a multiple of the bare commit's."""
    times, bare = ([one[name] for one in rounds] for name in (act, BARE))
    return p50(times), p99(times), p50(times) / p50(bare)
