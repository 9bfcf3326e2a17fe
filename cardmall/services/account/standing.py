"""停用账号: signed out everywhere at once; refunds, deadlines and notices of that person go on."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account
from cardmall.reads.doors import not_found
from cardmall.reads.people import require
from cardmall.services.account.accounts import end_sessions
from cardmall.services.account.codes import end_codes
from cardmall.services.act import Act, record, touch
from cardmall.services.case.evidence import typed
from cardmall.services.talk.notify import tell_person
from cardmall.services.transfer.transfers import schedule_ends


def disable_account(
    session: Session, actor: Actor | None, account_id: object, *, reason: object, now: datetime
) -> None:
    """Refused: oneself, and the last admin who can still sign in."""
    act, account = _account(session, actor, account_id, now)
    words = typed(reason, required=True)
    if account.id == act.actor.id:
        raise Refused(Reason.own_account, Offer.overview)
    if account.disabled_at is not None:
        raise Refused(Reason.changed, Offer.overview)
    _keep_an_admin(session, account)
    account.disabled_at = now
    end_sessions(session, account)
    end_codes(session, account, now)
    schedule_ends(session, account, now)
    _changed(session, act, account, Verb.account_disabled, NoticeKind.account_disabled, words)


def enable_account(session: Session, actor: Actor | None, account_id: object, *, reason: object, now: datetime) -> None:
    """The person may sign in again."""
    act, account = _account(session, actor, account_id, now)
    words = typed(reason, required=True)
    if account.disabled_at is None:
        raise Refused(Reason.changed, Offer.overview)
    account.disabled_at = None
    _changed(session, act, account, Verb.account_enabled, NoticeKind.account_enabled, words)


def _account(session: Session, actor: Actor | None, account_id: object, now: datetime) -> tuple[Act, Account]:
    """By its id, as the page names it: client input."""
    act = Act(require(actor, Role.admin), now)
    known = type(account_id) is int and 0 < account_id < 2**63
    account = session.exec(select(Account).where(Account.id == account_id).with_for_update()).first() if known else None
    if account is None:
        raise not_found()
    return act, account


def _keep_an_admin(session: Session, account: Account) -> None:
    """The rows are the lock: of two admins who disable each other one remains."""
    able = select(Account).where(Account.role == Role.admin, col(Account.disabled_at).is_(None))
    left = [a for a in session.exec(able.order_by(col(Account.id)).with_for_update()).all() if a.id != account.id]
    if account.role is Role.admin and not left:
        raise Refused(Reason.last_admin, Offer.overview)


def _changed(session: Session, act: Act, account: Account, event: Verb, kind: NoticeKind, words: str) -> None:
    session.add(account)
    record(session, act, event, words, account=account.id)
    tell_person(session, act, account, kind)
    touch(session, f"person:{account.id}", "people")
