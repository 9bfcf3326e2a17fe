"""A log line is one line: control characters are escaped, its text ends after LOG_LINE characters."""

import logging
import traceback
from typing import Any

from cardmall.domain import limits

TRACEBACK = 8000  # characters


def one_line(text: str, longest: int = limits.LOG_LINE) -> str:
    """Printable text; what would end the line, or hide in it, is written as an escape."""
    kept = text[: longest + 1]
    plain = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in kept)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def log_one_line() -> None:
    """From now on, for every logger of this process."""
    make = logging.getLogRecordFactory()
    if getattr(make, "one_line", False):
        return

    def record(*args: Any, **more: Any) -> logging.LogRecord:
        made = make(*args, **more)
        try:
            made.msg, made.args = one_line(made.getMessage()), None
        except (TypeError, ValueError):
            made.msg, made.args = one_line(str(made.msg)), None
        if made.exc_info and made.exc_info[0] is not None:
            made.exc_text, made.exc_info = barred_traceback(*made.exc_info), None
        return made

    record.one_line = True  # type: ignore[attr-defined] - a mark on our function, read above
    logging.setLogRecordFactory(record)


def barred_traceback(kind: Any, error: Any, trace: Any) -> str:
    """The traceback, each line behind a bar that no line of ours begins with."""
    lines = "".join(traceback.format_exception(kind, error, trace)).splitlines()
    whole = "\n".join(f"  | {one_line(line)}" for line in lines)
    return whole if len(whole) <= TRACEBACK else f"  | …\n{whole[-TRACEBACK:]}"
