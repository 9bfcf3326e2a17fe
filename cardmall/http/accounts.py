"""Signing in and out over plain HTTP, so that the session cookie stays out of reach of scripts (R7)."""

import secrets
from contextlib import suppress
from dataclasses import replace

from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from cardmall import cookies, routes
from cardmall.adapters import attempts, clock
from cardmall.adapters.addresses import read_address
from cardmall.adapters.attempts import Budget, TooManyTries, code_budgets
from cardmall.adapters.db import in_transaction, reading, transaction
from cardmall.adapters.passwords import password_error, passwords
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.typed import code_of, is_code
from cardmall.http.forms import Form, form_route, go_back, go_in, go_on
from cardmall.models import Account, SignIn
from cardmall.reads.accounts import Kept, holder_of, kept_passwords
from cardmall.services.account import accounts, confirmation

Right = tuple[Kept, str | None]  # whose password it is, and a fresh hash of it if one is due
_LIFE = int(limits.SESSION_LIFE.total_seconds())


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06d}"


def sign_in(form: Form) -> Response:
    """identifier, password, next → signed in. A wrong password and an unknown account look and take the same."""
    address = _checked(form, password=None if form["password"] else FieldError.required)
    kept, fresh = _verified(form, address)
    token = secrets.token_urlsafe(32)
    account = in_transaction(lambda session: _opened(form, session, kept, fresh, token))
    return go_in(form, account, token, _LIFE)


def _opened(form: Form, session: Session, kept: Kept, fresh: str | None, token: str) -> Account:
    account = _open(form, session, kept.account_id, kept.password_hash or "", token)
    if fresh:
        accounts.renew_hash(session, kept.account_id, kept.password_hash or "", fresh)
    return account


def sign_out(form: Form) -> Response:
    """The session of this cookie ends; a made-up cookie asks for no write lock."""
    token = cookies.hash_of(form.token)
    with reading() as session:
        known = session.get(SignIn, token) if token else None
    if known:
        with transaction() as session:
            accounts.sign_out(session, token)
    response = go_on(routes.HOME)
    cookies.drop_cookie(response, cookies.SESSION)
    return response


def register(form: Form) -> Response:
    """identifier, password, name, next → an unconfirmed shopper, signed in, a code on its way.

    An address somebody has confirmed looks like any other: whoever reads what is sent there decides.
    """
    name = "".join(c for c in " ".join(form["name"].split()) if c.isprintable())
    too_long = FieldError.too_long if len(name) > limits.NAME_LENGTH else None
    address = _checked(form, new=form["password"], name=too_long)
    attempts.take(limits.SIGN_IN_TRIES, "register", form.client)
    hashed, token, now = passwords().hash(form["password"]), secrets.token_urlsafe(32), clock.now()
    with transaction() as session:
        account = accounts.register(our_act(session, now=now), address, hashed, name=name, locale=form.locale)
        _open(form, session, account.id or 0, hashed, token)
        with suppress(TooManyTries), attempts.trying(*code_budgets(address.value, form.client)):
            confirmation.send_first_code(our_act(session, now=now), account, address, new_code())
    return go_in(replace(form, back=form.back or routes.ME), account, token, _LIFE)


def forgot(form: Form) -> Response:
    """identifier → a code, if anybody is there. The code is sent after the answer, which is always the same."""
    address = _checked(form)
    attempts.take(limits.SIGN_IN_TRIES, "forgot", form.client)
    return go_back(form, sent=True, task=BackgroundTask(_send_reset_code, form, address))


def reset(form: Form) -> Response:
    """identifier, code, password → a new password, signed in; all other sessions end."""
    code = code_of(form["code"])
    wrong = None if is_code(code) else FieldError.wrong if code else FieldError.required
    address = _checked(form, new=form["password"], code=wrong)
    attempts.take(limits.SIGN_IN_TRIES, "reset", form.client)
    hashed, token = passwords().hash(form["password"]), secrets.token_urlsafe(32)
    account = in_transaction(lambda session: _reset(form, session, address, code, hashed, token))
    if account is None:
        raise invalid(code=FieldError.wrong)
    return go_in(form, account, token, _LIFE)


def _reset(form: Form, session: Session, address: Address, code: str, hashed: str, token: str) -> Account | None:
    asked = cookies.hash_of(form.browser.id)
    account = confirmation.reset_password(our_act(session), address, code, hashed, browser=asked)
    if account:
        _open(form, session, account.id or 0, hashed, token)
    return account


def _checked(form: Form, *, new: str | None = None, **errors: FieldError | None) -> Address:
    """The address typed; Refused with everything wrong in the form at once. `new`: the password wished for it."""
    address = read_address(form["identifier"])
    if address is None:
        errors["identifier"] = FieldError.not_an_address if form["identifier"].strip() else FieldError.required
    if new is not None:
        errors["password"] = password_error(new, *([address.value] if address else []))
    found = {name: error for name, error in errors.items() if error}
    if address is None or found:
        raise invalid(**found)
    return address


def _verified(form: Form, address: Address) -> Right:
    """The account whose password this is. Only failures count as tries.

    A browser known for an account has tries of its own there; all others share those of the address.
    """
    with reading() as session:
        both = kept_passwords(session, address, form.browser.knows)
    known = [kept for kept in both if form.browser.knows(kept.account_id)]
    for kept in known:
        own = Budget(limits.SIGN_IN_TRIES, "sign_in_known", f"{form.browser.id}:{kept.account_id}")
        if right := _try(form, [kept], own):
            return right
    strange = [Kept() if kept in known else kept for kept in both]
    shared = Budget(limits.STRANGERS_TRIES, "sign_in", address.value)
    try:
        right = _try(form, strange, shared, Budget(limits.SIGN_IN_TRIES, "sign_in_from", form.client))
    except TooManyTries:
        if not known:
            raise
        right = None
    if right is None:
        raise Refused(Reason.wrong_sign_in, Offer.form)
    return right


def _try(form: Form, these: list[Kept], *budgets: Budget) -> Right | None:
    """One try, whoever of these it fits; all are compared, so that the time tells nothing."""
    with attempts.trying(*budgets) as trial:
        checks = [(kept, passwords().check(form["password"], kept.password_hash)) for kept in these]
        right = next(((kept, checked.fresh) for kept, checked in checks if checked.right), None)
        trial.counts = right is None
    return right


def _open(form: Form, session: Session, account_id: int, password_hash: str, token: str) -> Account:
    """A new session of this browser in place of its last one."""
    old, new = cookies.hash_of(form.token), cookies.hash_of(token)
    return accounts.sign_in(our_act(session), account_id, password_hash, new, old=old)


def _send_reset_code(form: Form, address: Address) -> None:
    """Only a code that was really sent is one of the day's."""
    with reading() as session:
        holder = holder_of(session, address)
    known = bool(holder and form.browser.knows(holder.id or 0))
    budgets = code_budgets(address.value, form.client, known=known)
    with suppress(TooManyTries), attempts.trying(*budgets) as trial, transaction() as session:
        asked = cookies.hash_of(form.browser.id)
        trial.counts = confirmation.send_reset_code(our_act(session), address, new_code(), browser=asked)


ROUTES = [
    form_route(routes.SIGN_IN, routes.LOGIN, sign_in),
    form_route(routes.SIGN_OUT, routes.HOME, sign_out),
    form_route(routes.SIGN_UP, routes.REGISTER, register),
    form_route(routes.FORGOT_CODE, routes.FORGOT, forgot),
    form_route(routes.RESET, routes.FORGOT, reset),
]
