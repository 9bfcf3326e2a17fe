"""A button that puts words into a text field of the page, at the place of the cursor, for a person to go on with."""

from typing import Any

import reflex as rx

from cardmall.components.controls import button_look


class PutWords(rx.Component):
    """`field`: the id of the text field."""

    library = "$/public/putwords"
    tag = "PutWords"
    field: rx.Var[str]
    words: rx.Var[str]
    label: rx.Var[str]
    look: rx.Var[str]


def put_words(label: Any, words: Any, field: str) -> rx.Component:
    """What is typed there stays; nothing is sent."""
    return PutWords.create(field=field, words=words, label=label, look=button_look("plain", "sm"))
