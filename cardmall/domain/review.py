"""What a merchant may answer."""

from cardmall.domain.terms import CaseKind, RejectReason


def reject_reasons(kind: CaseKind, *, delivered: bool) -> tuple[RejectReason, ...]:
    """The reasons a merchant may give: `already_delivered` only if the platform's own log says so (R28)."""
    if kind is CaseKind.cancel:
        return ((RejectReason.already_delivered,) if delivered else ()) + (RejectReason.other,)
    return RejectReason.product_final, RejectReason.evidence_insufficient, RejectReason.other
