"""Our own fault: logged with a number, and the number told to the person in their language."""

import logging
import secrets

import reflex as rx
from reflex_base.event.context import EventContext

from cardmall import cookies, locales
from cardmall.adapters import attempts
from cardmall.adapters.attempts import Budget, TooManyTries, client_key
from cardmall.domain import limits
from cardmall.states.session import saying

log = logging.getLogger(__name__)


def tell_crash(exception: Exception) -> rx.event.EventSpec:
    """Toast with the number under which the log has the traceback."""
    number = getattr(exception, "number", "") or secrets.token_hex(4)
    log.error("crash %s", number, exc_info=exception)
    locale = _locale()
    line = locales.text(locale, "kit.crashed_line", id=number)
    return saying("error", locales.text(locale, "kit.crashed"), line, 20)


def tell_page_crash(exception: Exception) -> None:
    """One line in the log of what a browser says of itself, few a client."""
    try:
        with attempts.trying(Budget(limits.LOG_LINES, "page crash", _client(), here=True)):
            log.warning("a page crashed: %s", exception)
    except TooManyTries:
        return


def _client() -> str:
    """Of whoever sent the event being handled."""
    try:
        return client_key(EventContext.get().router_data.get("ip", ""))
    except LookupError:
        return client_key("")


def _locale() -> str:
    """The language of whoever sent the event that failed."""
    try:
        header = EventContext.get().router_data.get("headers", {}).get("cookie", "")
    except LookupError:
        return locales.DEFAULT
    return locales.known(cookies.value(header, cookies.LOCALE))
