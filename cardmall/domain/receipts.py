"""充值回执: what a shop says of an account it topped up, delivered in the place of codes (R94)."""

from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.picture_ids import ids_of
from cardmall.domain.reasons import FieldError
from cardmall.domain.words import said


class ProductForm(StrEnum):
    """What is delivered: codes, or the word of the shop that an account elsewhere was topped up."""

    code = "code"
    receipt = "receipt"


def read_receipt(text: object, pictures: object) -> tuple[str, dict[str, FieldError]]:
    """The text of a receipt as it is kept, and what is wrong by field; which pictures there are is asked elsewhere."""
    words, wrong = said(str(text or "").replace("\r\n", "\n")), dict[str, FieldError]()
    if len(words) not in limits.RECEIPT_TEXT:
        wrong["text"] = FieldError.too_long if words else FieldError.required
    if len(ids_of(pictures)) > limits.RECEIPT_PICTURES:
        wrong["pictures"] = FieldError.too_many
    return words, wrong


def takes_back(form: ProductForm, *, return_allowed: bool) -> bool:
    """Whether what is sold can be given back after delivery: codes nobody looked at, where the shop allows it."""
    return return_allowed and form is ProductForm.code


def is_unconfirmed(form: ProductForm, delivered_at: datetime | None, completed_at: datetime | None) -> bool:
    """Whether an order was delivered by a receipt that its shopper has not confirmed.

    Time alone completes such an order no sooner than limits.RECEIPT_WINDOW after delivery: any earlier it was the
    shopper.
    """
    if form is not ProductForm.receipt or delivered_at is None:
        return False
    return completed_at is None or completed_at - delivered_at >= limits.RECEIPT_WINDOW
