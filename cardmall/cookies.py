"""The two cookies, for the HTTP routes that set them and the states that read them."""

import hashlib

from starlette.requests import cookie_parser
from starlette.responses import Response

from cardmall.settings import settings

# Over https a cookie of this name is this host's own: no subdomain and no plain http page can plant one.
_PREFIX = "__Host-" if settings.secure_cookies else ""
SESSION = f"{_PREFIX}cardmall_session"
LOCALE = f"{_PREFIX}locale"
FORM = f"{_PREFIX}cardmall_form"
BROWSER = f"{_PREFIX}cardmall_browser"


def value(header: str, name: str) -> str:
    """A cookie out of a Cookie header, "" when absent. Odd cookies of another app on this host hide none of ours."""
    return cookie_parser(header).get(name, "")


def hash_of(token: str) -> str:
    """What the database keeps of a session token; "" for no token."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def drop_cookie(response: Response, name: str) -> None:
    """End a cookie of ours; a browser lets go of a `__Host-` one only when it is told as it was set."""
    response.delete_cookie(name, path="/", secure=settings.secure_cookies)
