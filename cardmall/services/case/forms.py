"""What was typed into the forms of a case, checked: every wrong field is named at once (R35)."""

from cardmall.domain import limits
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.cases import OfferKind, case_reasons, offer_kinds, reject_reasons
from cardmall.domain.terms import CaseKind, CaseReason, CaseStatus, FieldError, RejectReason, Way, invalid
from cardmall.domain.words import fen_of, said
from cardmall.models import Case, Order
from cardmall.reads.cases import delivered_before

KIND = {Way.request: CaseKind.cancel, Way.return_: CaseKind.return_}


def asked_way(way: object) -> Way:
    """A way that has a form."""
    if str(way) not in {w.value for w in KIND}:
        raise invalid(way=FieldError.not_a_choice)
    return Way(str(way))


def request_form(
    reason: object, text: object, kind: CaseKind = CaseKind.cancel, form: ProductForm = ProductForm.code
) -> tuple[CaseReason, str]:
    """A reason of this kind for what was delivered as `form`, text within bounds; 其他 needs words."""
    wrong: dict[str, FieldError] = {}
    words = said(text)
    if str(reason) not in {r.value for r in case_reasons(kind, form)}:
        wrong["reason"] = FieldError.not_a_choice if reason else FieldError.required
    elif reason == CaseReason.other and not words:
        wrong["text"] = FieldError.required
    if len(words) > limits.TEXT_LENGTH:
        wrong["text"] = FieldError.too_long
    if wrong:
        raise invalid(**wrong)
    return CaseReason(str(reason)), words


def rejection_form(case: Case, order: Order, reason: object, text: object) -> tuple[RejectReason, str]:
    """A reason this case allows (R28, R51)."""
    words, wrong = said(text), {}
    if str(reason) not in {r.value for r in reject_reasons(case.kind, delivered=delivered_before(case, order))}:
        known = str(reason) in set(RejectReason)
        wrong["reason"] = FieldError.not_proven if known else FieldError.required
    elif reason == RejectReason.other and not words:
        wrong["text"] = FieldError.required
    if len(words) > limits.TEXT_LENGTH:
        wrong["text"] = FieldError.too_long
    if wrong:
        raise invalid(**wrong)
    return RejectReason(str(reason)), words


def offer_form(case: Case, order: Order, kind: object, amount: object, text: object) -> tuple[OfferKind, int, str]:
    """Kind, fen (0 for a replacement) and words: a lower amount, or other cards for delivered ones."""
    words, wrong, fen = said(text), {}, 0
    if str(kind) not in {k.value for k in offer_kinds(order.terms.form, delivered=order.delivered_at is not None)}:
        wrong["kind"] = FieldError.not_a_choice if kind else FieldError.required
    elif kind == OfferKind.amount:
        fen, wrong = _lower(amount, case.paid if case.status is CaseStatus.appeal else case.amount)
    if len(words) > limits.TEXT_LENGTH:
        wrong["text"] = FieldError.too_long
    if wrong:
        raise invalid(**wrong)
    return OfferKind(str(kind)), fen, words


def lower_amount(amount: object, most: int) -> int:
    """Fen of what was typed in yuan: more than nothing, less than `most` fen."""
    fen, wrong = _lower(amount, most)
    if wrong:
        raise invalid(**wrong)
    return fen


def _lower(amount: object, asked: int) -> tuple[int, dict[str, FieldError]]:
    fen = fen_of(amount)
    if fen is None:
        return 0, {"amount": FieldError.not_money if str(amount or "").strip() else FieldError.required}
    return fen, {} if 0 < fen < asked else {"amount": FieldError.out_of_range}
