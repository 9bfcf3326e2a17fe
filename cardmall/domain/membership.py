"""Who may become a member of a shop (R7). One account has one role: who buys does not sell."""

from cardmall.domain.terms import FieldError, Role


def joining_error(role: Role, *, disabled: bool, has_orders: bool) -> FieldError | None:
    """Why this account may not join a shop; None when it may."""
    if role is Role.admin:
        return FieldError.is_admin
    if role is Role.merchant:
        return FieldError.in_a_shop
    if disabled:
        return FieldError.disabled
    return FieldError.has_orders if has_orders else None
