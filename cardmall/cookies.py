"""The two cookies, for the HTTP routes that set them and the states that read them."""

import hashlib
from http.cookies import CookieError, SimpleCookie

SESSION = "cardmall_session"
LOCALE = "locale"


def value(header: str, name: str) -> str:
    """A cookie out of a Cookie header, "" when absent or unreadable."""
    try:
        jar = SimpleCookie(header)
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def hash_of(token: str) -> str:
    """What the database keeps of a session token; "" for no token."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
