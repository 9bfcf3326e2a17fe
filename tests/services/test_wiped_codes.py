"""A code in a message is gone once it was used, was ended, or is too old to be used."""

from datetime import timedelta

import pytest
from sqlmodel import select

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.terms import FieldError
from cardmall.models import Account, Outgoing
from cardmall.services.account import accounts
from cardmall.services.account.codes import CODE_KINDS, wipe_codes
from tests.services.test_accounts import ALICE, NOW, confirm, confirmed, forgot, registered, reset, sent

pytestmark = pytest.mark.usefixtures("database")
SECOND = timedelta(seconds=1)


def codes() -> list[str]:
    with db.reading() as session:
        return [str(message.data.get("code", "")) for message in session.exec(select(Outgoing).order_by(Outgoing.id))]  # type: ignore[arg-type]


def test_an_expired_code_is_wiped_and_a_live_one_kept() -> None:
    ages = (limits.CONFIRM_CODE_LIFE, limits.CONFIRM_CODE_LIFE - SECOND)
    with db.transaction() as session:
        for number, kind in enumerate(CODE_KINDS * 2):
            data = {"code": f"{number:06d}", "name": "小禾"}
            session.add(Outgoing(at=NOW - ages[number // 2], target="a@b.test", locale="en", kind=kind, data=data))
        session.add(Outgoing(at=NOW - ages[0] * 9, target="a@b.test", locale="en", kind="case_approved", data={}))
    with db.transaction() as session:
        assert wipe_codes(our_act(session, now=NOW)) == 2
        assert wipe_codes(our_act(session, now=NOW)) == 0
    assert codes() == ["", "", "000002", "000003", ""]


def test_a_code_is_wiped_once_used_and_a_wrong_try_keeps_it() -> None:
    alice, mallory = registered(), registered()  # both claim one address
    sent(alice, "111111")
    sent(mallory, "222222")
    assert confirm(alice, "999999") is FieldError.wrong
    assert codes() == ["111111", "222222"]
    assert confirm(alice, "111111") is None
    assert codes() == ["", ""], "the proof ended the other claim, too"


def test_a_code_for_a_new_password_is_wiped_once_used() -> None:
    confirmed(ALICE)
    forgot(ALICE, "333333")
    assert codes() == ["", "333333"]
    assert reset(ALICE, "333333")
    assert codes() == ["", ""]


def test_a_changed_password_wipes_the_persons_codes_and_nobody_elses() -> None:
    alice, mallory = registered(), registered()
    sent(alice, "111111")
    sent(mallory, "222222")
    with db.transaction() as session:
        accounts.set_password(our_act(session, now=NOW), session.get_one(Account, alice.id), "hash-2")
    assert codes() == ["", "222222"]
