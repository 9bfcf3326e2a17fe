"""Measures how fast the served demo town answers: `python -m tests.bench`. Milliseconds, one client."""

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from tests.serving import serve

ROUTES = ("/", "/health/ready")
ROUNDS = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as data, serve(Path(data)) as app, httpx.Client(base_url=app.url) as client:
        print(f"{'route':<20} {'p50':>8} {'p95':>8} {'p99':>8}")
        for route in ROUTES:
            cuts = statistics.quantiles([_answer_time(client, route) for _ in range(ROUNDS)], n=100)
            print(f"{route:<20} {cuts[49]:>8.1f} {cuts[94]:>8.1f} {cuts[98]:>8.1f}")


def _answer_time(client: httpx.Client, route: str) -> float:
    start = time.perf_counter()
    client.get(route).raise_for_status()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
