"""Pages and answers over plain HTTP, of the served demo town."""

import tempfile
import time
from pathlib import Path

import httpx

from tests.bench.figures import p50, p99, row
from tests.serving import serve

ASKED, ROUTES = 200, ("/", "/health/ready")


def measure(_commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as app, httpx.Client(base_url=app.url) as client:
        print(row("route", "p50 ms", "p99 ms"))
        for route in ROUTES:
            times = [_answer_time(client, route) for _ in range(ASKED)]
            print(row(route, p50(times), p99(times)))


def _answer_time(client: httpx.Client, route: str) -> float:
    start = time.perf_counter()
    client.get(route).raise_for_status()
    return (time.perf_counter() - start) * 1000
