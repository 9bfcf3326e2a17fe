"""Doing something again and again in a thread, until it is told to stop."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


def repeat(stop: threading.Event, wake: threading.Event, pause: float, work: Callable[[], int]) -> None:
    """Call `work()` until `stop` is set; after one that found nothing to do wait `pause` seconds, or for `wake`.

    An error is logged and counts as nothing: a database gone for a while only delays the work.
    """
    while not stop.is_set():
        try:
            done = work()
        except Exception:
            log.exception("%s failed", work.__qualname__)
            done = 0
        if not done and not stop.is_set():
            wake.wait(pause)
            wake.clear()
