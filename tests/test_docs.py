"""docs/ keeps up with the code: every number and every word a reader meets is explained, and every path is there."""

import re
from enum import StrEnum

import pytest

from cardmall import locales
from cardmall.domain import ledger, receipts, refunding, terms
from cardmall.domain.rules import cases
from tests import refusals
from tests.test_house import ROOT

REQUIREMENTS = (ROOT / "docs" / "requirements.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
NUMBER = re.compile(r"\bR(\d+)\b(?:-R(\d+)\b)?")  # R17, R19-R22
NUMBERS = [*range(1, 99)]
HEAD = re.compile(r"^- \*\*R(\d+)\*\* ", re.MULTILINE)
DEFINED = re.compile(HEAD.pattern + r"(.+?)\n  → ", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`((?:cardmall|tests|docs)/[\w./]+)`(?:\s\(`([\w.]+)`\))?")  # `file` (`a name in it`)

# Enums of the glossary, and where the Chinese word of a value stands in the catalogs.
WORDS: dict[type[StrEnum], str] = {
    terms.Role: "labels.role",
    terms.Category: "labels.category",
    terms.DeliveryMode: "labels.delivery_mode",
    receipts.ProductForm: "labels.product_form",
    terms.OrderStatus: "labels.order_status",
    terms.Stage: "labels.stage",
    terms.Abnormal: "labels.abnormal",
    terms.CardStatus: "labels.card_status",
    terms.BatchStatus: "labels.batch_status",
    terms.BatchFailure: "labels.batch_failure",
    terms.LineVerdict: "labels.line_verdict",
    terms.ListForm: "labels.list_form",
    terms.Way: "labels.way",
    terms.Outcome: "labels.outcome",
    terms.Offer: "offer",
    terms.CaseKind: "labels.case_kind",
    terms.CaseStatus: "labels.case_status",
    terms.CaseReason: "labels.case_reason",
    terms.RejectReason: "labels.reject_reason",
    cases.CaseAction: "labels.case_action",
    cases.OfferKind: "labels.offer_kind",
    cases.RoundKind: "labels.round_kind",
    terms.TransferStatus: "labels.transfer_status",
    terms.Channel: "labels.channel",
    terms.PaymentStatus: "labels.payment_status",
    terms.RefundStatus: "labels.refund_status",
    terms.RefundCause: "labels.refund_cause",
    refunding.Hindrance: "refund.hindrance",
    ledger.LedgerAccount: "money.account",
    ledger.LedgerEntry: "money.entry",
}


def named() -> set[int]:
    """Every requirement that code or tests name."""
    sources = [p for top in ("cardmall", "tests") for p in (ROOT / top).rglob("*") if p.suffix in (".py", ".toml")]
    texts = [p.read_text("utf-8") for p in sources if p.name != "test_docs.py"]
    found = [pair for text in texts for pair in NUMBER.findall(text)]
    return {number for first, last in found for number in range(int(first), int(last or first) + 1)}


def test_every_requirement_is_defined_once_in_order() -> None:
    assert [int(number) for number in HEAD.findall(REQUIREMENTS)] == NUMBERS


def test_every_requirement_named_in_code_or_tests_is_defined() -> None:
    assert sorted(named() - {int(number) for number in HEAD.findall(REQUIREMENTS)}) == []


def test_every_requirement_is_one_sentence_and_says_where_it_stands() -> None:
    sentences = {number: " ".join(text.split()) for number, text in DEFINED.findall(REQUIREMENTS)}
    assert len(sentences) == len(NUMBERS)
    assert [n for n, text in sentences.items() if not text.endswith(".") or ". " in text] == []


def test_every_enum_of_the_terms_is_in_the_glossary() -> None:
    enums = {one for one in vars(terms).values() if isinstance(one, type) and one.__module__ == terms.__name__}
    assert {one.__name__ for one in enums if issubclass(one, StrEnum) and one not in WORDS} == set()


def explained(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """(value, the word on screen) of every line in the enum's section."""
    section = GLOSSARY.partition(f"\n### `{enum.__name__}`\n")[2].partition("\n#")[0]
    return re.findall(r"^- `(\w+)` (.+?): \S", section, re.MULTILINE)


@pytest.mark.parametrize("enum", WORDS, ids=lambda enum: enum.__name__)
def test_every_value_has_a_line_with_the_word_on_screen(enum: type[StrEnum]) -> None:
    shown = locales.catalog("zh_CN")
    assert sorted(explained(enum)) == sorted((one.value, shown[f"{WORDS[enum]}.{one.value}"]) for one in enum)


def test_every_path_named_in_the_docs_is_there_and_so_is_every_name_in_it() -> None:
    found = [pair for text in (REQUIREMENTS, GLOSSARY, README) for pair in PATH.findall(text)]
    assert found and [path for path, _ in found if not (ROOT / path).exists()] == []
    assert [(path, name) for path, name in found if name and name not in (ROOT / path).read_text("utf-8")] == []


def test_every_refusal_stands_on_its_page_with_the_place_that_decides() -> None:
    assert refusals.FILE.read_text("utf-8") == refusals.page(), "python -m tests.refusals writes it anew"
    told = {reason for reason, *_ in refusals.texts()}
    assert refusals.decided().keys() == set(terms.Reason) and told == set(terms.Reason)
