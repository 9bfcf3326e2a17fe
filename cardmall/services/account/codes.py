"""The end of six-digit codes: no message keeps one that was used, was ended or is too old."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cardmall.domain import limits
from cardmall.domain.address import CodePurpose
from cardmall.models import Account, ConfirmCode, Outgoing
from cardmall.services.act import Act


def kind_of(purpose: CodePurpose) -> str:
    """The kind of the message that carries a code of this purpose."""
    return f"{purpose.value}_code"


CODE_KINDS = [kind_of(purpose) for purpose in CodePurpose]


def hash_code(purpose: CodePurpose, target: str, code: str) -> str:
    """Good for one purpose and one address; the code's short life and few tries protect it."""
    return sha256(f"{purpose.value}\0{target}\0{code}".encode()).hexdigest()


def without_code(data: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a message, but for its code."""
    return {name: value for name, value in data.items() if name != "code"}


def end_codes(act: Act, account: Account) -> None:
    """Use up every unused code of the account and wipe it from the message that carried it."""
    unused = (col(ConfirmCode.account_id) == account.id, col(ConfirmCode.used_at).is_(None))
    ended = sa.update(ConfirmCode).where(*unused).values(used_at=act.now)
    found = act.session.connection().execute(ended.returning(col(ConfirmCode.target), col(ConfirmCode.code_hash))).all()
    hashes = {code_hash for _, code_hash in found}
    if hashes:
        to_them = col(Outgoing.target).in_({target for target, _ in found})
        carried = _carrying(to_them & (col(Outgoing.at) > act.now - limits.CONFIRM_CODE_LIFE))
        _wipe(act.session, (message for message in act.session.exec(carried) if _hashed(message) in hashes))


def wipe_codes(act: Act) -> int:
    """Wipe expired codes from the messages that carried them, at most WIPED_AT_ONCE; return how many."""
    expired = _carrying(col(Outgoing.at) <= act.now - limits.CONFIRM_CODE_LIFE)
    return _wipe(act.session, act.session.exec(expired.order_by(col(Outgoing.at)).limit(limits.WIPED_AT_ONCE)))


def _carrying(when: sa.ColumnElement[bool]) -> SelectOfScalar[Outgoing]:
    spoken = sa.cast(col(Outgoing.data), sa.String).like('%"code"%')
    return select(Outgoing).where(when, col(Outgoing.kind).in_(CODE_KINDS), spoken)


def _hashed(message: Outgoing) -> str:
    return hash_code(CodePurpose(message.kind.removesuffix("_code")), message.target, str(message.data["code"]))


def _wipe(session: Session, messages: Iterable[Outgoing]) -> int:
    found = list(messages)
    for message in found:
        message.data = without_code(message.data)
        session.add(message)
    return len(found)
