"""What every page state does stands once, in the base: reading forms and addresses, looking and showing."""

import ast
import itertools
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData

from cardmall import states
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.states.shopper.case import CaseState
from cardmall.states.talk import ConversationState

# What a page means to do its own way: its list, its words, its errors.
MEANT = {
    *("AdminCaseState._recalled_slug", "CaseState._opened", "OrderState._opened", "ShopsState._ask"),
    *("Answering._wrong", "MerchantProductState._wrong"),
    *(f"{name}.refresh" for name in ("DeliveryState", "StandingList", "MoneyState", "ProductsState", "ReviewsState")),
}
STATES = Path(str(states.__file__)).parent
PAGES = sorted(path for path in STATES.rglob("*.py") if path.name != "page.py")


def found(kind: Any) -> Iterator[tuple[str, Any]]:
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, kind):
                yield path.relative_to(STATES).as_posix(), node


def asks_refused(test: ast.expr) -> bool:
    return ast.unparse(test).startswith("isinstance(") and ast.unparse(test).endswith(", Refused)")


def test_only_the_base_looks_into_a_form() -> None:
    into = [(page, node) for page, node in found(ast.Attribute) if ast.unparse(node).startswith("form.")]
    parts = [(page, node) for page, node in found(ast.Subscript) if ast.unparse(node.value) == "form"]
    kinds = [(page, node) for page, node in found(ast.Call) if ast.unparse(node).startswith("isinstance(form")]
    assert [(page, ast.unparse(node)) for page, node in (*into, *parts, *kinds)] == []


def test_only_the_base_shows_something_empty_instead_of_what_was_refused() -> None:
    bodies = [
        (page, ast.unparse(node))
        for page, node in found(ast.IfExp)
        if asks_refused(node.test) and ast.unparse(node.orelse) == ast.unparse(node.test.args[0])
    ]
    assert bodies == []


def test_only_the_base_says_what_is_missing_and_reads_errors() -> None:
    missing = [page for page, node in found(ast.Assign) if "self.missing" in ast.unparse(node.targets[0])]
    assert missing == []
    errors = [
        page for page, node in found(ast.IfExp) if asks_refused(node.test) and ".fields" in ast.unparse(node.body)
    ]
    assert errors == []


def test_only_the_base_reads_a_number_from_an_address() -> None:
    paths = {page for page, node in found(ast.Attribute) if ast.unparse(node) == "self.router.url.path"}
    assert paths == {"talk.py"}, "which asks on what kind of page it stands"


def test_lists_grow_in_one_way() -> None:
    growing = {page for page, node in found(ast.FunctionDef | ast.AsyncFunctionDef) if node.name == "show_more"}
    assert growing == {"lists.py", "public/home.py", "shopper/inbox.py"}, "the last two without rows read again by page"


def page_at(path: str, kind: Any = CaseState) -> Any:
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state = root.get_substate(kind.get_full_name().split("."))
    root.router = RouterData.from_router_data({"headers": {"origin": "http://shop"}, "asPath": path})
    return state


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/orders/CM1", "CM1"),
        ("/orders/CM1/cancel?way=return&order=CM2", "CM1"),
        ("/p/%E6%B8%B8%E6%88%8F", "游戏"),
        ("/cases/AS1/", "AS1"),
        ("/merchant/cases/AS1", "AS1"),
        ("/admin/cases/AS1", "AS1"),
        ("/admin/support?order=CM1", "CM1"),
        ("/merchant/messages?order=CM1", "CM1"),
        ("/merchant/messages", ""),
        ("/orders/" + "9" * 90, "9" * 64),
        ("/", ""),
    ],
)
def test_an_address_names_a_number(path: str, number: str) -> None:
    assert page_at(path)._arg() == number


@pytest.mark.parametrize(
    "form", [None, 7, [], "text", {}, {"text": None}, {"text": ["a"]}, {"text": {"a": "b"}}, {"text": 1}]
)
def test_a_form_that_is_none_has_empty_fields(form: object) -> None:
    assert page_at("/")._fields(form, "text", ticks=("consent",)) == {"text": "", "consent": ""}


def test_a_form_is_read_as_text_and_ticks_and_nothing_is_cut() -> None:
    form = {"text": "x" * 60_000, "codes": True, "consent": True, "sure": "on", "other": "yes", "more": "y"}
    read = page_at("/")._fields(form, "text", "codes", ticks=("consent", "sure", "other"))
    assert read == {"text": "x" * 60_000, "codes": "", "consent": "on", "sure": "on", "other": ""}


def test_errors_stand_beside_their_fields_and_go_again() -> None:
    page = page_at("/cases/AS1")
    assert page._wrong(invalid(text=FieldError.required)) == {"text": "required"}
    assert (page.text_error, page.pictures_error, page.amount_error) == ("required", "", "")
    assert page._wrong(Refused(Reason.stale, Offer.form)) == page._wrong("done") == {}
    assert page.text_error == ""


def test_a_refused_form_of_one_page_leaves_the_other_pages_alone() -> None:
    page, talk = page_at("/orders/CM1"), page_at("/orders/CM1", ConversationState)
    talk._wrong(invalid(text=FieldError.required))
    assert (talk.text_error, page.text_error) == ("required", "")


def own_methods(kind: type) -> dict[str, Any]:
    """Its methods and handlers by name, each as the code it runs: Reflex gives a page copies of what it mixes in."""
    found = {name: getattr(value, "fn", getattr(value, "fget", value)) for name, value in vars(kind).items()}
    return {name: code for name, one in found.items() if (code := getattr(one, "__code__", None))}


def hidden(kind: type) -> Iterator[str]:
    """`Class.method` of what this page does otherwise than something it is made of, unknowingly."""
    made_of = [one for one in kind.__mro__ if one.__module__.startswith("cardmall")]
    for upper, lower in itertools.combinations(made_of, 2):
        for name, code in own_methods(lower).items():
            mine = own_methods(upper).get(name)
            if mine and mine is not code and not name.startswith("__"):
                yield f"{mine.co_qualname.split('.')[0]}.{name}"


def test_no_page_hides_what_it_is_made_of() -> None:
    modules = [import_module(one.name) for one in walk_packages(states.__path__, f"{states.__name__}.")]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    assert {name for kind in kinds if issubclass(kind, rx.State) for name in hidden(kind)} == MEANT
