"""Every word exists in both languages, and every value of the glossary has one."""

import tomllib

import pytest

from cardmall import locales
from cardmall.domain import contact_guard, next_steps, repairs, terms, verbs, verdicts
from cardmall.domain.rules import cases, transfers
from cardmall.states import session  # noqa: F401 - binds the language

WORDED = {
    "labels.role": terms.Role,
    "labels.category": terms.Category,
    "labels.delivery_mode": terms.DeliveryMode,
    "labels.order_status": terms.OrderStatus,
    "labels.stage": terms.Stage,
    "labels.abnormal": terms.Abnormal,
    "labels.card_status": terms.CardStatus,
    "labels.case_kind": terms.CaseKind,
    "labels.case_status": terms.CaseStatus,
    "labels.case_reason": terms.CaseReason,
    "labels.reject_reason": terms.RejectReason,
    "labels.case_action": cases.CaseAction,
    "labels.offer_kind": cases.OfferKind,
    "labels.round_kind": cases.RoundKind,
    "case.panel": terms.CaseStatus,
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
    "labels.way": terms.Way,
    "labels.outcome": terms.Outcome,
    "labels.contact": contact_guard.Contact,
    "labels.field_error": terms.FieldError,
    "labels.verb": verbs.Verb,
    "notice.title": verbs.NoticeKind,
    "notice.line": verbs.NoticeKind,
    "repair.trouble": repairs.Trouble,
    "repair.repair": repairs.Repair,
    "refused": terms.Reason,
    "offer": terms.Offer,
}


@pytest.mark.parametrize("prefix", WORDED)
def test_every_value_of_the_glossary_has_a_word(prefix):
    assert {f"{prefix}.{value}" for value in WORDED[prefix]} <= locales.keys()


def test_both_languages_say_the_same_things():
    zh, en = ({key for key in locales.catalog(name) if not key.endswith("_one")} for name in locales.LOCALES)
    assert zh == en


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


def test_the_script_is_left_alone_when_nothing_changed(tmp_path):
    path = tmp_path / "i18n.js"
    locales.write_script(path)
    before = path.stat().st_mtime_ns
    locales.write_script(path)
    assert path.stat().st_mtime_ns == before
    assert "export function tr" in path.read_text("utf-8")


def test_every_ruling_says_what_it_does_in_every_column_of_the_grid():
    wanted = {f"ruling.effect.{ruling}_{column}" for ruling in cases.RULINGS for column in verdicts.Situation}
    assert wanted | {f"ruling.question_{ruling}" for ruling in cases.RULINGS} <= locales.keys()


def test_an_expected_moment_is_told_without_a_span_that_contradicts_it() -> None:
    """A wallet's 11:25 is no matter of working days."""
    assert locales.text("zh_CN", "order.refund.expected_line", at="11:25") == "11:25 前"
    assert "day" not in locales.text("en", "order.refund.expected_line", at="11:25")
