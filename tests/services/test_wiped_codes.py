"""A code in a message is gone once it was sent or is good for nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.models import Outgoing
from cardmall.services.confirmation import CODE_KINDS, wipe_code, wipe_codes
from tests.town import NOW

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
        assert wipe_codes(session, now=NOW) == 2
        assert wipe_codes(session, now=NOW) == 0
    assert codes() == ["", "", "000002", "000003", ""]


def test_a_sent_code_is_wiped_at_once_and_the_rest_of_the_message_stays() -> None:
    message = Outgoing(at=NOW, target="a@b.test", locale="en", kind=CODE_KINDS[0], data={"code": "123456", "name": "x"})
    wipe_code(message)
    assert message.data == {"name": "x"}
