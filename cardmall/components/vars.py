"""What Reflex builds without telling its type, told to the type checker: a choice among several, rows counted."""

from collections.abc import Sequence
from typing import overload

import reflex as rx

Words = rx.Var | str


@overload
def choose(value: object, *cases: tuple[object, rx.Component], otherwise: rx.Component) -> rx.Component: ...
@overload
def choose(value: object, *cases: tuple[object, Words], otherwise: Words) -> rx.Var[str]: ...
def choose(
    value: object, *cases: tuple[object, rx.Component | Words], otherwise: rx.Component | Words
) -> rx.Component | rx.Var:
    """Show the part, or the words, of the case that equals `value`; `otherwise` where none does.

    All are parts or all are words: `rx.match` itself returns "a component or a var" of either.
    """
    return rx.match(value, *cases, otherwise)


def length(rows: Sequence[object]) -> rx.vars.NumberVar[int]:
    """Count in the browser the rows of a state, which the type checker takes for a list of Python."""
    return rx.Var.create(rows).length()


def among(one: object, rows: Sequence[object]) -> rx.vars.BooleanVar:
    """Tell in the browser whether `one` is among the rows of a state."""
    return rx.Var.create(rows).contains(one)
