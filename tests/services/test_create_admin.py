"""The first admin of a real installation."""

from datetime import UTC, datetime

import pytest

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.terms import Refused, Role
from cardmall.reads.accounts import account_at
from cardmall.reads.people import is_confirmed
from cardmall.services.account import accounts

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CAROL = Address(AddressKind.email, "carol@cardmall.test")


def test_it_makes_a_confirmed_admin_once() -> None:
    with db.transaction() as session:
        carol = accounts.create_admin(our_act(session, now=NOW), CAROL, "hash", name="Carol")
    assert (carol.role, is_confirmed(carol)) == (Role.admin, True)
    with pytest.raises(Refused), db.transaction() as session:
        accounts.create_admin(our_act(session, now=NOW), CAROL, "hash")
    with db.reading() as session:
        assert account_at(session, CAROL) is not None
