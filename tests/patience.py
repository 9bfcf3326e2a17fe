"""Waiting for the thing itself: a busy machine makes a test slow, never red."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 60.0  # seconds; reached only by a test that is about to fail
BETWEEN = 0.02

T = TypeVar("T")


def until(found: Callable[[], T], why: str = "it did not come to pass") -> T:
    """The first truthy value of `found()`, asked again and again; AssertionError after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < end, why
        time.sleep(BETWEEN)
    return value
