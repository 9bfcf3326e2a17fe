"""Words for support when a check finds what only a person can set right."""

from collections.abc import Callable, Sequence
from typing import Any

from cardmall.domain.repairs import Trouble


def letter(text: Callable[..., str]) -> Callable[[Sequence[Trouble]], str]:
    """`text` is the page's own catalog: the letter is in the person's language."""

    def say(left: Sequence[Trouble]) -> str:
        named: Any = (text(f"repair.trouble.{one}") for one in left)
        return text("repair.letter", what="、".join(named))

    return say
