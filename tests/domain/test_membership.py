"""Who may become a member of a shop (R7)."""

import pytest

from cardmall.domain.membership import joining_error
from cardmall.domain.terms import Role


@pytest.mark.parametrize(
    ("role", "disabled", "has_orders", "error"),
    [
        (Role.admin, False, False, "is_admin"),
        (Role.merchant, False, False, "in_a_shop"),
        (Role.shopper, True, True, "disabled"),
        (Role.shopper, False, True, "has_orders"),
        (Role.shopper, False, False, None),
    ],
)
def test_one_account_has_one_role(role: Role, disabled: bool, has_orders: bool, error: str | None) -> None:
    assert joining_error(role, disabled=disabled, has_orders=has_orders) == error
