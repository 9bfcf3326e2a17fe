"""Browsers that have signed in before: strangers cannot use up their tries.

A browser keeps a random id and, for each account it signed in to, a mark made with our key. The cookie opens nothing:
it only says whose budget a wrong password counts for.
"""

import hmac
import re
import secrets
from dataclasses import dataclass

from cardmall import cookies
from cardmall.adapters.vault import vault

COOKIE = cookies.BROWSER
LIFE = 365 * 24 * 3600  # seconds
MARKS = 8  # accounts a browser is known for; the oldest goes
_SOUND = re.compile(rf"[\w-]{{22}}(\.[\w-]{{22}}){{0,{MARKS}}}", re.ASCII)


@dataclass(frozen=True)
class Browser:
    """`id`: random, 128 bits. `marks`: newest first, one for each account it signed in to."""

    id: str
    marks: tuple[str, ...] = ()

    def knows(self, account_id: int) -> bool:
        """Somebody signed in to this account here before."""
        mine = _mark(self.id, account_id)
        return any(hmac.compare_digest(mine, mark) for mark in self.marks)

    def met(self, account_id: int) -> "Browser":
        """The same browser, known for this account too."""
        mine = _mark(self.id, account_id)
        return Browser(self.id, (mine, *(mark for mark in self.marks if mark != mine))[:MARKS])

    @property
    def cookie(self) -> str:
        return ".".join((self.id, *self.marks))


def browser_of(cookie: str) -> Browser:
    """The browser this cookie names; a new one for an absent or unsound cookie."""
    if not _SOUND.fullmatch(cookie):
        return Browser(secrets.token_urlsafe(16))
    name, *marks = cookie.split(".")
    return Browser(name, tuple(marks))


def _mark(browser: str, account_id: int) -> str:
    return vault().mark(f"browser:{browser}:{account_id}")
