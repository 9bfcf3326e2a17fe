"""The plugin of `pytest -p tests.damage.plugin`: breaks the rule TEST_DAMAGE names, before anything is collected.

With TEST_DAMAGE_SEEN, a folder, nothing is broken: written there is which test met which rule as it refused.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.damage import rules

_met: dict[str, dict[str, None]] = {}  # rule: tests, in the order they ran
_running: list[str] = []


def _note(rule: str) -> None:
    if _running:
        _met.setdefault(rule, {})[_running[-1]] = None


if _damage := os.environ.get("TEST_DAMAGE"):
    rules.break_rule(_damage)
elif "TEST_DAMAGE_SEEN" in os.environ:
    rules.watch(_note)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _running.append(item.nodeid)
    try:
        return (yield)
    finally:
        _running.pop()


def pytest_sessionfinish() -> None:
    if (folder := os.environ.get("TEST_DAMAGE_SEEN")) and _met:
        Path(folder, f"{os.getpid()}.json").write_text(json.dumps({rule: list(met) for rule, met in _met.items()}))
