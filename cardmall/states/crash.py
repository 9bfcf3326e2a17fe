"""Our own fault: logged with a number, and the number told to the person in their language."""

import logging
import secrets

import reflex as rx
from reflex_base.event.context import EventContext

from cardmall import cookies, locales

log = logging.getLogger(__name__)


def tell_crash(exception: Exception) -> rx.event.EventSpec:
    """Toast with the number under which the log has the traceback."""
    number = getattr(exception, "number", "") or secrets.token_hex(4)
    log.error("crash %s", number, exc_info=exception)
    locale = _locale()
    line = locales.text(locale, "kit.crashed_line", id=number)
    return rx.toast.error(locales.text(locale, "kit.crashed"), description=line, duration=20_000)


def _locale() -> str:
    """The language of whoever sent the event that failed."""
    try:
        header = EventContext.get().router_data.get("headers", {}).get("cookie", "")
    except LookupError:
        return locales.DEFAULT
    return locales.known(cookies.value(header, cookies.LOCALE))
