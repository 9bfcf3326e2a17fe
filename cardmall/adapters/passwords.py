"""Password hashes: argon2id. Every call takes tens of milliseconds: run it in a thread, never inside a transaction."""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from cardmall.adapters import attempts
from cardmall.domain import limits
from cardmall.domain.terms import FieldError


@dataclass(frozen=True)
class Cost:
    """What one hash costs. The default is OWASP's: 19 MiB, two passes, one lane."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True)
class PasswordCheck:
    """`fresh` is a new hash to store when the kept one was made at another cost."""

    right: bool
    fresh: str | None = None


class Passwords:
    """Hashes and checks at one cost; a missing account costs as much as a wrong password."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        hasher = Argon2Hasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._hasher = PasswordHash((hasher,))
        self._nobody = self.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def check(self, password: str, kept: str | None) -> PasswordCheck:
        """Compare with the kept hash; None (nobody's) is compared with a dummy and never right."""
        try:
            right, fresh = self._hasher.verify_and_update(_normal(password), kept or self._nobody)
        except UnknownHashError:
            right, fresh = self._hasher.verify(_normal(password), self._nobody), None
        return PasswordCheck(right, fresh) if right and kept else PasswordCheck(False)


def is_own_password(password: str, account_id: int, kept: str | None) -> bool:
    """The password somebody signed in types once more. Raises TooManyTries: ten wrong ones in a quarter of an hour."""
    with attempts.trying(attempts.Budget(limits.SIGN_IN_TRIES, "password", str(account_id))) as trial:
        right = passwords().check(password, kept).right
        trial.counts = not right
    return right


@cache
def passwords() -> Passwords:
    """The process's one keeper of passwords."""
    return Passwords()


def password_error(password: str, *addresses: str) -> FieldError | None:
    """What is wrong with a new password of the person with these addresses, if anything."""
    chosen = _normal(password)
    if not chosen:
        return FieldError.required
    if len(chosen) < limits.PASSWORD_LENGTH.start:
        return FieldError.too_short
    if len(chosen) >= limits.PASSWORD_LENGTH.stop:
        return FieldError.too_long
    if chosen.casefold() in _common():
        return FieldError.too_common
    return FieldError.like_address if any(_is(address, chosen) for address in addresses) else None


@cache
def _common() -> frozenset[str]:
    """What attackers try first, most common first in the library's list."""
    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"][: limits.COMMON_PASSWORDS])


def _is(address: str, chosen: str) -> bool:
    """The address itself, the part before its @, or the number without its country."""
    told = address.casefold()
    return chosen.casefold() in {told, told.partition("@")[0], told.removeprefix("+86"), told.removeprefix("+")}


def _normal(password: str) -> str:
    """The same password however the keyboard composed it."""
    return unicodedata.normalize("NFKC", password)
