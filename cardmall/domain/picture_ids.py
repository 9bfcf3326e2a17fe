"""Which pictures a form names: their ids, each once, in the order in which they are shown."""

import re
from typing import cast

from cardmall.domain import limits
from cardmall.domain.reasons import FieldError

PictureIds = tuple[str, ...]  # of a product: the first is its cover
_ID = re.compile(r"[0-9a-f]{32}")


def is_picture_id(found: object) -> bool:
    """A well-formed id: 32 lower hexadecimal digits."""
    return isinstance(found, str) and _ID.fullmatch(found) is not None


def ids_of(told: object) -> list[str]:
    """Each id once, from client input: a list, or "a,b"."""
    listed = cast(list[object], told) if isinstance(told, list) else []
    parts = told.split(",") if isinstance(told, str) else [part for part in listed if isinstance(part, str)]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def read_picture_ids(text: str) -> PictureIds | FieldError:
    """The pictures of a product as its form names them; more than PICTURES are too many."""
    found = ids_of(text)
    if len(found) > limits.PICTURES:
        return FieldError.too_many
    return tuple(found) if all(map(is_picture_id, found)) else FieldError.not_a_choice


def cover_picture(pictures: PictureIds) -> str:
    """The id of the first picture; "" where the cover is drawn."""
    return next(iter(pictures), "")
