"""Forms are judged by the server and answer in our words: none leaves that to the browser."""

import ast
from pathlib import Path

import pytest

from cardmall.components import controls, forms
from tests.test_house import names_of_calls, trees

PLAIN = {"rx.el.form", "el.form", "rx.form", "NativeForm.create"}
HOMES = {"components/forms.py", "components/controls.py"}
SEARCH = "pages/frame.py"  # one field that may be empty: an ordinary GET


def place(source: Path) -> str:
    return "/".join(source.parts[-2:])


def test_b1_forms_are_made_in_one_place() -> None:
    made = {place(source) for source, tree in trees() if PLAIN & set(names_of_calls(tree))}
    assert made <= HOMES | {SEARCH}


def test_b1_no_form_asks_the_browser_to_judge() -> None:
    for source, tree in trees("pages", "components"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                asked = {word.arg for word in node.keywords} & {"required", "pattern", "min_length"}
                assert not asked, f"{place(source)}:{node.lineno}"


@pytest.mark.parametrize("kind", ["app", "native"])
def test_b1_every_form_is_left_alone_by_the_browser(kind: str) -> None:
    made = {
        "app": lambda: forms.app_form(on_submit=lambda: []),
        "native": lambda: controls.native_form(action="/x"),
    }[kind]()
    assert "noValidate:true" in str(made).replace(" ", "").replace('"', "")
