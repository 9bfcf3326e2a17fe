"""Jobs of the channel's statements."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from cardmall.adapters import clock, db
from cardmall.adapters.channels import channel, takes_money
from cardmall.adapters.jobs import Again, handler, periodic
from cardmall.domain import limits
from cardmall.domain.upkeep import CheckStatement, CloseMismatches
from cardmall.reads.statements import days_to_check
from cardmall.services.act import Act
from cardmall.services.money import statements
from cardmall.services.money.payments import StatementLine
from cardmall.services.money.statements import Day


def _statements(task: CheckStatement) -> list[Day]:
    """Every day that is over and not checked; a statement that cannot be trusted is asked for again later.

    None without a channel: nobody has statements then.
    """
    if not takes_money():
        return []
    with db.reading() as session:
        days = days_to_check(session, clock.now())
    told = {day: _statement(day) for day in sorted({d - timedelta(days=n) for d in days for n in (0, 1)})}
    return [Day(day, told[day], told[day - timedelta(days=1)]) for day in days]


def _statement(day: date) -> Sequence[StatementLine]:
    """The first that cannot be trusted ends the round: a silent channel is not waited for once a day."""
    lines = channel().statement(day)
    if lines is None:
        raise Again(limits.STATEMENT_AGAIN.total_seconds())
    return lines


@periodic(CheckStatement, timedelta(days=1), act=_statements)
def check_statement(act: Act, task: CheckStatement, days: list[Day]) -> None:
    for day in days:
        statements.check_day(act, day)


@handler(CloseMismatches)
def close_mismatches(act: Act, task: CloseMismatches, _: Any) -> None:
    statements.close_what_agrees(act)
