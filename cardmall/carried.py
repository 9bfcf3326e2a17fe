"""What a failed form carries back to its page: a short-lived cookie, so that nothing typed ever stands in a URL."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cardmall import cookies

COOKIE = cookies.FORM
LIFE = 120  # seconds
_TYPED = 256  # characters of a field: a cookie holds 4 kB
_LONGEST = 3500


@dataclass(frozen=True)
class Carried:
    """`errors` {field: FieldError}, `problem` a Reason of the whole form.

    `wait`: minutes until the next try. `sent`: a code is under way. `at`: when, in seconds of the real clock.
    Never holds a password or code.
    """

    page: str = ""
    identifier: str = ""
    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    wait: int = 0
    sent: bool = False
    at: int = 0


def pack(carried: Carried) -> str:
    short = replace(carried, identifier=carried.identifier[:_TYPED], name=carried.name[:_TYPED])
    raw = json.dumps(asdict(short), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpack(text: str, page: str, now: float) -> Carried:
    """What was carried to this page; empty when nothing, something old, or something not of our making."""
    try:
        data = json.loads(base64.urlsafe_b64decode(text[:_LONGEST] + "=" * (-len(text) % 4)))
        found = Carried(**data)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return Carried()
    fresh = _is_sound(found) and found.page == page and 0 <= now - found.at <= LIFE
    return found if fresh else Carried()


def _is_sound(found: Carried) -> bool:
    kinds: dict[str, Any] = {name: type(value) for name, value in asdict(Carried()).items()}
    values = asdict(found)
    plain = all(type(values[name]) is kind for name, kind in kinds.items())
    return plain and all(type(x) is str for pair in found.errors.items() for x in pair)
