"""`python -m tests.bench [PART …] [COMMIT]` measures the parts named, or all; some beside the code of COMMIT.

What is compared takes turns, so that a busy minute of the machine slows all of it; its ratios are what to look at.
"""

import sys
from collections.abc import Sequence

from tests.bench import acts, pages, processes, sockets, stock, visits

PARTS = {
    "pages": pages.measure,
    "visits": visits.measure,
    "acts": acts.measure,
    "sockets": sockets.measure,
    "processes": processes.measure,
    "stock": stock.measure,
}
COMMIT = "f86149e"


def main(words: Sequence[str]) -> None:
    named = [word for word in words if word in PARTS]
    commit = next((word for word in words if word not in PARTS), COMMIT)
    for part in named or PARTS:
        print(f"\n{part}")
        PARTS[part](commit)


if __name__ == "__main__":
    main(sys.argv[1:])
