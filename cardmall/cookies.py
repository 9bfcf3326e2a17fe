"""The two cookies, for the HTTP routes that set them and the states that read them."""

import hashlib

from starlette.requests import cookie_parser

SESSION = "cardmall_session"
LOCALE = "locale"


def value(header: str, name: str) -> str:
    """A cookie out of a Cookie header, "" when absent. Odd cookies of another app on this host hide none of ours."""
    return cookie_parser(header).get(name, "")


def hash_of(token: str) -> str:
    """What the database keeps of a session token; "" for no token."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
