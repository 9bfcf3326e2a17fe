"""停用账号: signed out everywhere at once; refunds, deadlines and notices of that person go on."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.terms import Offer, Reason, Refused, Role
from cardmall.domain.topics import PEOPLE, person_topic
from cardmall.domain.typed import is_id
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account
from cardmall.reads.doors import not_found
from cardmall.reads.locks import locking
from cardmall.reads.people import require
from cardmall.services.account.accounts import end_sessions
from cardmall.services.account.codes import end_codes
from cardmall.services.act import Act, record
from cardmall.services.case.evidence import typed_words
from cardmall.services.ending import touch
from cardmall.services.talk.notify import tell_person
from cardmall.services.transfer.transfers import schedule_ends


def disable_account(act: Act, account_id: object, *, reason: object) -> None:
    """Refused: oneself, and the last admin who can still sign in."""
    account = _account(act, account_id, *_ABLE)
    words = typed_words(reason, required=True)
    if account.id == act.who.id:
        raise Refused(Reason.own_account, Offer.overview)
    if account.disabled_at is not None:
        raise Refused(Reason.changed, Offer.overview)
    _keep_an_admin(act.session, account)
    account.disabled_at = act.now
    end_sessions(act.session, account)
    end_codes(act, account)
    schedule_ends(act, account)
    _changed(act, account, Verb.account_disabled, NoticeKind.account_disabled, words)


def enable_account(act: Act, account_id: object, *, reason: object) -> None:
    """The person may sign in again."""
    account = _account(act, account_id)
    words = typed_words(reason, required=True)
    if account.disabled_at is None:
        raise Refused(Reason.changed, Offer.overview)
    account.disabled_at = None
    _changed(act, account, Verb.account_enabled, NoticeKind.account_enabled, words)


_ABLE = (col(Account.role) == Role.admin, col(Account.disabled_at).is_(None))


def _account(act: Act, account_id: object, *beside: sa.ColumnElement[bool]) -> Account:
    """By its id, as the page names it: client input. Locked together with the accounts `beside` it, by id."""
    require(act.who, Role.admin)
    known = is_id(account_id)
    which = sa.or_(col(Account.id) == account_id, *([sa.and_(*beside)] if beside else []))
    wanted = locking(select(Account).where(which).order_by(col(Account.id)))
    account = next((one for one in act.session.exec(wanted).all() if one.id == account_id), None) if known else None
    if account is None:
        raise not_found()
    return account


def _keep_an_admin(session: Session, account: Account) -> None:
    """Every admin is locked: of two who disable each other one remains."""
    others = select(Account.id).where(*_ABLE, Account.id != account.id)
    if account.role is Role.admin and session.exec(others).first() is None:
        raise Refused(Reason.last_admin, Offer.overview)


def _changed(act: Act, account: Account, event: Verb, kind: NoticeKind, words: str) -> None:
    act.session.add(account)
    record(act, event, words, account=account.id)
    tell_person(act, account, kind)
    touch(act.session, person_topic(account.id), PEOPLE)
