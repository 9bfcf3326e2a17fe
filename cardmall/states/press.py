"""A press of 提交申请: noted first, then tried, then answered by us, whatever becomes of the browser (R63)."""

import logging
import secrets
from datetime import datetime
from functools import partial
from typing import Any

from cardmall import desk
from cardmall.adapters import clock, lease
from cardmall.adapters.budgets import spend
from cardmall.adapters.db import transaction
from cardmall.adapters.world import an_act, our_act
from cardmall.domain.terms import Actor, Reason, Refused
from cardmall.reads.people import actor_of, require
from cardmall.services.case.attempts import answer_attempt, blame_attempt, note_attempt
from cardmall.services.case.cases import request_cancellation
from cardmall.states.threads import write

log = logging.getLogger(__name__)
ANSWER_TRIES = 3


async def press_request(who: str, no: str, **form: Any) -> str | Refused:
    """Ask for a way out of the order as the person of this cookie hash: the case's number, or the refusal.

    Who asks is looked up once; signing out, or closing the browser, stops nothing from here on.
    """
    return await write(partial(_pressed, who, no, form))


def _pressed(who: str, no: str, form: dict[str, Any]) -> str | Refused:
    now = clock.now()
    try:
        spend(desk.known_person(who, now), request_cancellation.__name__)
        with transaction() as session:
            shopper = require(actor_of(session, who, now))
            attempt = note_attempt(an_act(session, shopper, now=now), no, **form, lease=lease.mine())
    except Refused as refused:
        return refused
    return _tried(shopper, no, attempt, form)


def _tried(shopper: Actor, no: str, attempt: int, form: dict[str, Any]) -> str | Refused:
    now = clock.now()
    try:
        with transaction() as session:
            return request_cancellation(an_act(session, shopper, now=now), no, **form)
    except Refused as refused:
        _answer(attempt, refused.reason, now)
        return refused
    except Exception as error:
        _blame(attempt, error)
        raise


def _answer(attempt: int, reason: Reason, now: datetime) -> None:
    """Write down that the rules refused it; a busy database is asked again, since silence would count as our fault."""
    for left in reversed(range(ANSWER_TRIES)):
        try:
            with transaction() as session:
                return answer_attempt(our_act(session, now=now), attempt, reason)
        except Exception:
            log.exception("refused attempt %d could not be answered, %d tries left", attempt, left)
    return None


def _blame(attempt: int, error: Exception) -> None:
    """Write our fault down under the number the person is told; if even that fails, the lease tells it."""
    error.number = number = secrets.token_hex(4)  # pyright: ignore[reportAttributeAccessIssue]
    log.error("crash %s stopped attempt %d", number, attempt)
    try:
        with transaction() as session:
            blame_attempt(our_act(session), attempt, number)
    except Exception:
        log.exception("attempt %d could not be answered", attempt)
        lease.abandon()
