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


def _statement_of_day(task: CheckStatement) -> Day | None:
    """The first day that is over and not checked; a statement that cannot be trusted is asked for again later.

    None without a channel, too: nobody has statements then.
    """
    if not takes_money():
        return None
    with db.reading() as session:
        day = next(iter(days_to_check(session, clock.now())), None)
    return Day(day, before=_statement(day - timedelta(days=1)), lines=_statement(day)) if day else None


def _statement(day: date) -> Sequence[StatementLine]:
    """The first that cannot be trusted ends the round: a silent channel is not waited for once a day."""
    lines = channel().statement(day)
    if lines is None:
        raise Again(limits.STATEMENT_AGAIN.total_seconds())
    return lines


@periodic(CheckStatement, timedelta(days=1), act=_statement_of_day)
def check_statement(act: Act, task: CheckStatement, told: Day | None) -> timedelta | None:
    """One day in each transaction; the next one may be over, too."""
    if told is None:
        return None
    statements.check_day(act, told)
    return timedelta()


@handler(CloseMismatches)
def close_mismatches(act: Act, task: CloseMismatches, _: Any) -> None:
    statements.close_what_agrees(act)
