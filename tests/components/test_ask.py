"""A question before an act names what it is about."""

import ast
from collections.abc import Iterator

import pytest

from cardmall import locales
from tests.test_house import trees

ASKS = {"ask_button", "ask_first"}
OWN = {"on_yes", "spoken", "kind", "class_name", "needs"}  # parameters that are not told to the title


def asked_of_rows() -> Iterator[tuple[str, ast.Call]]:
    """Every question that a function about one of many (it has a parameter) asks."""
    for source, tree in trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.args.args and "pages" in source.parts:
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ASKS:
                        yield f"{source.stem}.{function.name}", call


def test_a_question_in_a_row_of_a_list_names_the_row() -> None:
    found = list(asked_of_rows())
    nameless = [place for place, call in found if not {word.arg for word in call.keywords} - OWN]
    assert len(found) > 3 and nameless == []


@pytest.mark.parametrize(
    "key", ["stock.withdraw", "abnormal.asks.account", "abnormal.asks.retry", "delivery.ask", "receipt.question"]
)
def test_its_title_has_a_place_for_the_name(key: str) -> None:
    assert len(locales.parameters(f"{key}.title")) == 1
