"""Which coded reasons a merchant may give for which request."""

import pytest

from cardmall.domain.review import reject_reasons
from cardmall.domain.terms import CaseKind, FieldError, Offer, Reason, invalid


@pytest.mark.parametrize(
    ("kind", "delivered", "reasons"),
    [
        (CaseKind.cancel, False, ["other"]),
        (CaseKind.cancel, True, ["already_delivered", "other"]),
        (CaseKind.return_, True, ["product_final", "evidence_insufficient", "other"]),
        (CaseKind.return_, False, ["product_final", "evidence_insufficient", "other"]),
    ],
)
def test_it_allows_only_what_the_platforms_own_log_can_bear(
    kind: CaseKind, delivered: bool, reasons: list[str]
) -> None:
    assert [r.value for r in reject_reasons(kind, delivered=delivered)] == reasons


def test_a_wrong_form_names_its_fields() -> None:
    refused = invalid(reason=FieldError.required, text=FieldError.too_long)
    assert (refused.reason, refused.offer) == (Reason.invalid, Offer.form)
    assert refused.fields == {"reason": "required", "text": "too_long"}
