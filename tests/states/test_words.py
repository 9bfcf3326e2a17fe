"""Every word exists in both languages, and every value of the glossary has one."""

import ast
import re
import tomllib

import pytest

from cardmall import locales
from cardmall.domain import (
    address,
    buyer_fields,
    contact_guard,
    destination,
    finding,
    gifts,
    jobs,
    ledger,
    next_steps,
    panel,
    recalls,
    refunding,
    repairs,
    statement,
    terms,
    verbs,
    verdicts,
)
from cardmall.domain.rules import cases, transfers
from cardmall.states import session  # noqa: F401 - binds the language
from cardmall.views.merchant.products import GoodsTab
from cardmall.views.public.shelf import ShelfOrder
from tests.test_house import trees

ASSETS = locales.FOLDER.parent
WORDED = {
    "labels.role": terms.Role,
    "find.kind": finding.Found,
    "unmask.field": finding.PersonField,
    "labels.category": terms.Category,
    "labels.field_kind": buyer_fields.FieldKind,
    "labels.delivery_mode": terms.DeliveryMode,
    "labels.order_status": terms.OrderStatus,
    "labels.stage": terms.Stage,
    "labels.abnormal": terms.Abnormal,
    "labels.card_status": terms.CardStatus,
    "labels.batch_status": terms.BatchStatus,
    "labels.batch_failure": terms.BatchFailure,
    "labels.line_verdict": terms.LineVerdict,
    "labels.line_fault": terms.LineFault,
    "labels.list_form": terms.ListForm,
    "labels.case_kind": terms.CaseKind,
    "labels.case_status": terms.CaseStatus,
    "labels.case_reason": terms.CaseReason,
    "labels.reject_reason": terms.RejectReason,
    "labels.case_action": cases.CaseAction,
    "labels.offer_kind": cases.OfferKind,
    "labels.round_kind": cases.RoundKind,
    "case.panel": terms.CaseStatus,
    "order.panel": panel.Panel,
    "case.until": terms.CaseStatus,
    "case.after": terms.RejectReason,
    "ruling.rule": verdicts.Rule,
    "case.step": next_steps.StepKind,
    "case.step_line": next_steps.StepKind,
    "labels.transfer_status": terms.TransferStatus,
    "transfer.why": transfers.TransferEnd,
    "labels.payment_status": terms.PaymentStatus,
    "labels.refund_status": terms.RefundStatus,
    "labels.refund_cause": terms.RefundCause,
    "labels.channel": terms.Channel,
    "labels.channel_in": terms.Channel,
    "labels.way": terms.Way,
    "labels.outcome": terms.Outcome,
    "labels.recall_reason": recalls.RecallReason,
    "labels.item_trouble": recalls.ItemTrouble,
    "stock.recall.remedies": recalls.Remedy,
    "labels.contact": contact_guard.Contact,
    "labels.field_error": terms.FieldError,
    "labels.verb": verbs.Verb,
    "notice.title": verbs.NoticeKind,
    "notice.line": verbs.NoticeKind,
    "repair.trouble": repairs.Trouble,
    "repair.repair": repairs.Repair,
    "refused": terms.Reason,
    "offer": terms.Offer,
    "abnormal.hindrance": refunding.Hindrance,
    "admin.do": terms.Abnormal,
    "admin.why": terms.Abnormal,
    "answer.needs": terms.RejectReason,
    "answer.offer_line": cases.OfferKind,
    "cancel.go": terms.Way,
    "mall.order": ShelfOrder,
    "me.kind": address.AddressKind,
    "goods.tab": GoodsTab,
    "merchant.effect": terms.CaseKind,
    "gift.of_kind": gifts.GiftOf,
    "money.account": ledger.LedgerAccount,
    "money.entry": ledger.LedgerEntry,
    "money.means": ledger.LedgerEntry,
    "refund.account": destination.DestinationKind,
    "refund.account_hint": destination.DestinationKind,
    "refund.arrival": terms.Channel,
    "refund.ask": terms.Channel,
    "refund.hindrance": refunding.Hindrance,
    "refund.source": terms.Channel,
    "statement.difference": statement.Difference,
    "statement.movement": statement.Movement,
    "support.job": jobs.JobKind,
    "way.act": terms.Way,
    "way.hint": terms.Way,
    "way.name": terms.Way,
}
# Asked for some values of an enum, or for codes that views and pages make up themselves.
OF_SOME_VALUES = {
    "answer.closed_in",
    "approval.field",
    "approval.why",
    "calendar.weekday",
    "case.go",
    "code.recall",
    "delivery.why",
    "demo.fault",
    "demo.who",
    "evidence.change",
    "field.hint",
    "field.why",
    "evidence.yes_no",
    "goods.form",
    "guide.moment",
    "labels",
    "money.check",
    "order.step",
    "order.step_now",
    "refund.line",
    "ruling.effect",
    "ruling.fact",
    "shop_order.waits",
    "shop_orders.act",
    "shop_orders.line",
    "talk.way",
    "timeline",
    "transfer.by",
    "transfer.line",
    "transfer.panel",
    "way.closed",
    "way.open",
    *(f"cancel.{part}" for part in ("arrival_line", "choice", "deadline", "note", "preview", "reason")),
    *(f"cancel.{part}" for part in ("submit", "text_hint", "title")),
    *(f"row.{part}" for part in ("action", "hint", "line", "pill", "second")),
}


@pytest.mark.parametrize("prefix", WORDED)
def test_every_value_of_the_glossary_has_a_word(prefix):
    assert {f"{prefix}.{value}" for value in WORDED[prefix]} <= locales.keys()


def test_whatever_is_asked_for_by_value_is_listed_above():
    """A prefix of pages and components whose words nobody compares with an enum would lack one silently."""
    asked = {
        node.args[0].value
        for _, tree in trees("pages", "components")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "t_enum" and isinstance(node.args[0], ast.Constant)
    }
    assert asked - WORDED.keys() == OF_SOME_VALUES


def test_each_reason_to_reject_can_be_given_for_some_kind_of_case():
    given = {r for kind in terms.CaseKind for late in (True, False) for r in cases.reject_reasons(kind, delivered=late)}
    assert given == set(terms.RejectReason)


def test_both_languages_say_the_same_things():
    zh, en = ({key for key in locales.catalog(name) if not key.endswith("_one")} for name in locales.LOCALES)
    assert zh == en


# Counts that are never 1, or fixed.
NEVER_ONE = {
    "audit.cut", "code.ask_all_title", "code.ask_all_yes", "code.reveal_all", "me.code_hint", "support.attached_more",
    "talk.latest",
}  # fmt: skip


def test_what_is_counted_has_its_words_for_one() -> None:
    counted = re.compile(r"\{n\} (?:[a-z]+ )?(?!is\b|was\b|has\b|others?\b)[a-z]+s\b")
    english = locales.catalog("en")
    bare = {key for key, text in english.items() if counted.search(text) and f"{key}_one" not in english}
    assert {key for key in bare if not key.endswith("_one")} == NEVER_ONE


def test_both_languages_need_the_same_parameters():
    for key in sorted(locales.keys()):
        for name in locales.LOCALES:
            assert set(locales.PARAMETER.findall(locales.catalog(name)[key])) == locales.parameters(key), (name, key)


def test_every_catalog_is_toml_of_texts():
    for file in locales.HERE.glob("*/*.toml"):
        assert tomllib.loads(file.read_text("utf-8")), file
    assert all(isinstance(text, str) and text for name in locales.LOCALES for text in locales.catalog(name).values())


def test_one_notice_is_not_notices_in_english():
    assert locales.text("en", "frame.unread", n=1) == "1 unread notice"
    assert locales.text("en", "frame.unread", n=2) == "2 unread notices"
    assert locales.text("zh_CN", "frame.unread", n=1) == "1 条未读消息"


@pytest.mark.parametrize(
    ("key", "one", "two"),
    [
        ("lines", "1 line", "2 lines"),
        ("done", "1 code stocked", "2 codes stocked"),
        ("taken", "1 code had", "2 codes had"),
        ("waiting_line", "1 order waits", "2 orders wait"),
        ("at_lines", "Line", "Lines"),
    ],
)
def test_one_line_code_or_order_of_stock_is_told_as_one(key: str, one: str, two: str) -> None:
    said = [locales.text("en", f"stock.{key}", n=n) for n in (1, 2)]
    assert [f"{text} ".startswith(f"{start} ") for text, start in zip(said, (one, two), strict=True)] == [True, True]


def test_an_unknown_language_is_the_default():
    assert locales.text("de", "kit.copy") == "复制"


def test_a_wrong_key_or_parameter_stops_the_build():
    from cardmall.components.text import t, t_enum

    with pytest.raises(KeyError):
        t("frame.nothing")
    with pytest.raises(TypeError):
        t("countdown.pay")
    with pytest.raises(KeyError):
        t_enum("labels.nothing", "x")


def test_files_of_words_are_left_alone_when_nothing_changed_and_go_when_nobody_needs_them(tmp_path):
    (tmp_path / "gone.js").touch()
    locales.write_files(tmp_path)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    locales.write_files(tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
    assert "gone.js" not in before and "refused.js" in before


def test_a_script_of_ours_finds_every_text_it_asks_for():
    """`tr(locale, "code.copy")` and `say("copy")` in assets/: a key that is not written for the script says nothing."""
    for script in ASSETS.glob("*.js"):
        words = locales.files()[f"of_{script.stem if script.stem in locales.SCRIPT_WORDS else 'scripts'}.js"]
        asked = set(re.findall(r'tr\(locale, "([\w.]+)"', script.read_text("utf-8")))
        assert {key for key in asked if f'"{key}":' not in words} == set(), script.name


def test_a_text_in_both_languages_is_told_apart_by_number():
    assert locales.texts("frame.unread")[1::2] == ["{n} unread notices", "{n} unread notice"]
    assert locales.texts("kit.copy") == ["复制", "Copy"]


def test_every_ruling_says_what_it_does_in_every_column_of_the_grid():
    wanted = {f"ruling.effect.{ruling}_{column}" for ruling in cases.RULINGS for column in verdicts.Situation}
    assert wanted | {f"ruling.question_{ruling}" for ruling in cases.RULINGS} <= locales.keys()


def test_an_expected_moment_is_told_without_a_span_that_contradicts_it() -> None:
    """A wallet's 11:25 is no matter of working days."""
    assert locales.text("zh_CN", "order.refund.expected_line", at="11:25") == "11:25 前"
    assert "day" not in locales.text("en", "order.refund.expected_line", at="11:25")
