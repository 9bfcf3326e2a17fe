"""What the admins' lists of shops and of accounts share: search, and one decision behind a question."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from cardmall.domain.terms import Refused


async def search(state: Any, form: object) -> None:
    """{q}: the list from its first page."""
    state.text, state.rows = _typed(form, "q"), []
    await state.refresh()


async def decide(
    state: Any, disable: Callable[..., Any], enable: Callable[..., Any], subject: object, form: object, kind: str
) -> rx.event.EventSpec | None:
    """{text}: disable who the question is about, or enable the disabled; `kind` (person, shop) names it."""
    enabling = state.asked.disabled_at is not None
    result = await state._act(enable if enabling else disable, subject, reason=_typed(form, "text"))
    state.text_error = result.fields.get("text", "") if isinstance(result, Refused) else ""
    if state.text_error:
        return None
    state.dismiss()
    await state.refresh()
    return state._said(result, f"standing.{kind}_{'enabled' if enabling else 'disabled'}")


def _typed(form: object, name: str) -> str:
    value = form.get(name) if isinstance(form, dict) else ""
    return value if isinstance(value, str) else ""
