"""What strangers send stands in the log on one line, short, and looks like nothing of ours."""

import io
import logging
from collections.abc import Iterator

import pytest

from cardmall.adapters.loglines import log_one_line, one_line
from cardmall.domain import limits


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """What a logger of this test writes."""
    factory = logging.getLogRecordFactory()
    log_one_line()
    log_one_line()  # twice is once
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logger = logging.getLogger("tests.loglines")
    logger.addHandler(handler)
    yield said
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


FORGED = "x\nWARNING event of 10.0.0.1 refused\r\x1b[2K\u2028\u202eabc\ud800"


def test_a_forged_line_stays_inside_its_own(heard: io.StringIO) -> None:
    logging.getLogger("tests.loglines").warning("said %s", FORGED)
    assert heard.getvalue().count("\n") == 1 and heard.getvalue().isascii()
    assert "\\nWARNING" in heard.getvalue() and "\\ud800" in heard.getvalue()


def test_a_line_ends_after_its_length(heard: io.StringIO) -> None:
    for text in ("a" * 300_000, "\n" * 300_000):
        logging.getLogger("tests.loglines").error(text)
    assert [len(line) for line in heard.getvalue().splitlines()] == [limits.LOG_LINE] * 2


def test_a_traceback_is_told_and_cannot_be_mistaken(heard: io.StringIO) -> None:
    try:
        raise ValueError(FORGED + "b" * 300_000)
    except ValueError:
        logging.getLogger("tests.loglines").exception("crash")
    first, *rest = heard.getvalue().splitlines()
    assert first == "crash" and any("ValueError" in line for line in rest)
    assert all(line.startswith("  | ") and len(line) <= limits.LOG_LINE + 4 for line in rest)
    assert len(heard.getvalue()) < 10_000


def test_chinese_is_printable() -> None:
    assert one_line("订单 CM1\t") == "订单 CM1\\t"
