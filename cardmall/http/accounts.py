"""Signing in and out over plain HTTP, so that the session cookie stays out of reach of scripts (R7)."""

import secrets

from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from cardmall import cookies, routes
from cardmall.adapters import attempts, clock
from cardmall.adapters.addresses import read_address
from cardmall.adapters.db import reading, transaction
from cardmall.adapters.passwords import password_error, passwords
from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.typed import code_of, is_code
from cardmall.http.forms import Form, form_route, go_back, go_on
from cardmall.models import Account
from cardmall.queries.accounts import Kept, kept_password
from cardmall.services import accounts, confirmation

_LIFE = int(limits.SESSION_LIFE.total_seconds())


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06d}"


def sign_in(form: Form) -> Response:
    """identifier, password, next → signed in. A wrong password and an unknown account look and take the same."""
    address = _checked(form, password=None if form["password"] else FieldError.required)
    kept, fresh = _verified(form, address)
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        account = _open(form, session, kept.account_id, kept.password_hash or "", token)
        if fresh:
            accounts.renew_hash(session, kept.account_id, kept.password_hash or "", fresh)
    return go_on(form.back or routes.home_url(account.role), token, _LIFE)


def sign_out(form: Form) -> Response:
    with transaction() as session:
        accounts.sign_out(session, cookies.hash_of(form.token))
    response = go_on(routes.HOME)
    response.delete_cookie(cookies.SESSION, path="/")
    return response


def register(form: Form) -> Response:
    """identifier, password, name, next → an unconfirmed shopper, signed in, a code on its way."""
    name = "".join(c for c in " ".join(form["name"].split()) if c.isprintable())
    too_long = FieldError.too_long if len(name) > limits.NAME_LENGTH else None
    address = _checked(form, name=too_long, password=password_error(form["password"]))
    attempts.take(limits.SIGN_IN_TRIES, "register", form.client)
    attempts.check(limits.CODES_A_DAY, "code", address.value)
    hashed, token, now = passwords().hash(form["password"]), secrets.token_urlsafe(32), clock.now()
    with transaction() as session:
        account = accounts.register(session, address, hashed, now=now, name=name, locale=form.locale)
        confirmation.send_first_code(session, account, address, new_code(), now=now)
        _open(form, session, account.id or 0, hashed, token)
    attempts.count(limits.CODES_A_DAY, "code", address.value)
    return go_on(form.back or routes.ME, token, _LIFE)


def forgot(form: Form) -> Response:
    """identifier → a code, if anybody is there. The code is sent after the answer, which is always the same."""
    address = _checked(form)
    attempts.take(limits.SIGN_IN_TRIES, "forgot", address.value, form.client)
    return go_back(form, sent=True, task=BackgroundTask(_send_reset_code, address))


def reset(form: Form) -> Response:
    """identifier, code, password → a new password, signed in; all other sessions end."""
    code = code_of(form["code"])
    wrong = None if is_code(code) else FieldError.wrong if code else FieldError.required
    address = _checked(form, code=wrong, password=password_error(form["password"]))
    attempts.take(limits.SIGN_IN_TRIES, "reset", address.value, form.client)
    hashed, token = passwords().hash(form["password"]), secrets.token_urlsafe(32)
    with transaction() as session:
        account = confirmation.reset_password(session, address, code, hashed, now=clock.now())
        if account:
            _open(form, session, account.id or 0, hashed, token)
    if account is None:
        raise invalid(code=FieldError.wrong)
    attempts.forgive(limits.SIGN_IN_TRIES, "sign_in", address.value)
    return go_on(form.back or routes.home_url(account.role), token, _LIFE)


def _checked(form: Form, **errors: FieldError | None) -> Address:
    """The address typed; Refused with everything wrong in the form at once."""
    address = read_address(form["identifier"])
    if address is None:
        errors["identifier"] = FieldError.not_an_address if form["identifier"].strip() else FieldError.required
    found = {name: error for name, error in errors.items() if error}
    if address is None or found:
        raise invalid(**found)
    return address


def _verified(form: Form, address: Address) -> tuple[Kept, str | None]:
    """The account whose password this is, and a fresh hash if one is due. Only failures count as tries."""
    keys = (address.value, form.client)
    attempts.check(limits.SIGN_IN_TRIES, "sign_in", *keys)
    with reading() as session:
        kept = kept_password(session, address)
    checked = passwords().check(form["password"], kept.password_hash)
    if not checked.right:
        attempts.count(limits.SIGN_IN_TRIES, "sign_in", *keys)
        raise Refused(Reason.wrong_sign_in, Offer.form)
    attempts.forgive(limits.SIGN_IN_TRIES, "sign_in", address.value)
    return kept, checked.fresh


def _open(form: Form, session: Session, account_id: int, password_hash: str, token: str) -> Account:
    """A new session of this browser in place of its last one."""
    old, new = cookies.hash_of(form.token), cookies.hash_of(token)
    return accounts.sign_in(session, account_id, password_hash, new, now=clock.now(), old=old)


def _send_reset_code(address: Address) -> None:
    try:
        attempts.take(limits.CODES_A_DAY, "code", address.value)
    except attempts.TooManyTries:
        return
    with transaction() as session:
        confirmation.send_reset_code(session, address, new_code(), now=clock.now())


ROUTES = [
    form_route(routes.SIGN_IN, routes.LOGIN, sign_in),
    form_route(routes.SIGN_OUT, routes.HOME, sign_out),
    form_route(routes.SIGN_UP, routes.REGISTER, register),
    form_route(routes.FORGOT_CODE, routes.FORGOT, forgot),
    form_route(routes.RESET, routes.FORGOT, reset),
]
