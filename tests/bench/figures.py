"""Milliseconds in a row of a table: the median, and what one in twenty or in a hundred exceeds."""

import statistics
from collections.abc import Sequence


def p50(times: Sequence[float]) -> float:
    return statistics.median(times)


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[18] if len(times) > 1 else max(times)


def p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def row(name: str, *figures: object) -> str:
    """A line of a table: numbers with one digit after the point, words as they are."""
    shown = (f"{one:.1f}" if isinstance(one, float) else str(one) for one in figures)
    return f"{name:<34}" + "".join(f"{one:>12}" for one in shown)
