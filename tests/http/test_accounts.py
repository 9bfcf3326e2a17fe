"""Signing in over plain HTTP, as a browser without scripts does."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import httpx
import pytest
from sqlalchemy import event
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import carried, cookies, routes
from cardmall.adapters import browsers, db
from cardmall.adapters.passwords import passwords
from cardmall.domain.address import AddressKind
from cardmall.domain.terms import Role
from cardmall.http import accounts
from cardmall.http.body import bounded
from cardmall.models import Account, Outgoing, SignIn
from cardmall.reads.people import account_of, as_actor
from cardmall.services.account.confirmation import confirm_address
from tests.today import moment
from tests.town import an_act

pytestmark = pytest.mark.usefixtures("database")
ALICE, PASSWORD = "alice@cardmall.test", "correct horse"
ORIGIN = {"origin": "http://testserver"}
Response = httpx.Response


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with new_browser() as client:
        yield client


def new_browser() -> TestClient:
    return TestClient(bounded(Starlette(routes=accounts.ROUTES)), follow_redirects=False, headers=ORIGIN)


def post(browser: TestClient, path: str, **fields: str) -> Response:
    return browser.post(path, data=fields)


def register(browser: TestClient, identifier: str = ALICE, password: str = PASSWORD, **more: str) -> Response:
    return post(browser, routes.SIGN_UP, identifier=identifier, password=password, **more)


def sign_in(browser: TestClient, identifier: str = ALICE, password: str = PASSWORD, **more: str) -> Response:
    return post(browser, routes.SIGN_IN, identifier=identifier, password=password, **more)


def brought(response: Response, page: str) -> carried.Carried:
    return carried.unpack(response.cookies.get(carried.COOKIE) or "", page, moment().timestamp())


def who(browser: TestClient) -> Account | None:
    token = browser.cookies.get(cookies.SESSION)
    with db.reading() as session:
        return account_of(session, cookies.hash_of(token or ""), moment())


def codes(kind: str) -> list[str]:
    with db.reading() as session:
        return [str(row.data["code"]) for row in session.exec(select(Outgoing)) if row.kind == kind]


def sessions() -> int:
    with db.reading() as session:
        return len(session.exec(select(SignIn)).all())


def test_it_registers_signs_in_and_sends_a_code(browser: TestClient) -> None:
    answer = register(browser, name=" 爱 丽 丝\u200b ")
    assert (answer.status_code, answer.headers["location"]) == (303, routes.ME)
    alice = who(browser)
    assert alice is not None
    assert (alice.name, alice.email, alice.role) == ("爱 丽 丝", ALICE, Role.shopper)
    assert [bool(re.fullmatch("[0-9]{6}", code)) for code in codes("confirm_code")] == [True]


def test_a_form_in_a_charset_that_is_none_is_a_bad_request(browser: TestClient) -> None:
    told = {"Content-Type": "multipart/form-data; boundary=x; charset=undefined"}
    part = '--x\r\nContent-Disposition: form-data; name="identifier"\r\n\r\na\r\n--x--\r\n'
    assert browser.post(routes.SIGN_IN, content=part, headers=told).status_code == 400


def test_it_keeps_the_cookie_from_scripts_and_other_sites(browser: TestClient) -> None:
    header = next(h for h in register(browser).headers.get_list("set-cookie") if h.startswith(cookies.SESSION))
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"):
        assert part in header
    token = browser.cookies[cookies.SESSION]
    with db.reading() as session:
        assert session.exec(select(SignIn.token_hash)).one() == cookies.hash_of(token) != token


def test_it_signs_in_rotates_the_session_and_signs_out(browser: TestClient) -> None:
    register(browser)
    first = browser.cookies[cookies.SESSION]
    answer = sign_in(browser, identifier=" ALICE@CardMall.test ")
    assert (answer.status_code, answer.headers["location"]) == (303, routes.HOME)
    assert browser.cookies[cookies.SESSION] != first
    assert sessions() == 1
    assert post(browser, routes.SIGN_OUT).headers["location"] == routes.HOME
    assert sessions() == 0
    assert cookies.SESSION not in browser.cookies


def test_it_ignores_a_session_cookie_chosen_by_somebody_else(browser: TestClient) -> None:
    register(new_browser())
    browser.cookies.set(cookies.SESSION, "chosen-by-mallory")
    answer = sign_in(browser)
    assert answer.cookies[cookies.SESSION] != "chosen-by-mallory"


def test_it_says_the_same_of_a_wrong_password_an_unknown_and_a_disabled_account(browser: TestClient) -> None:
    register(new_browser())
    register(new_browser(), "13800000001")
    with db.transaction() as session:
        session.exec(select(Account).where(Account.phone == "+8613800000001")).one().disabled_at = moment()
    answers = [
        sign_in(browser, ALICE, "wrong horse"),
        sign_in(browser, "nobody@cardmall.test", "wrong horse"),
        sign_in(browser, "13800000001", PASSWORD),
    ]
    seen = {(a.status_code, a.headers["location"], brought(a, routes.LOGIN).problem) for a in answers}
    assert seen == {(303, "/login#wrong_sign_in", "wrong_sign_in")}


@pytest.mark.parametrize("holders", [0, 1, 2])
def test_it_compares_as_many_hashes_whoever_is_there(
    browser: TestClient, holders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(holders):
        register(new_browser(), password=f"horse number {n}")
    compared: list[str | None] = []
    check = passwords().check
    monkeypatch.setattr(passwords(), "check", lambda typed, kept: compared.append(kept) or check(typed, kept))
    assert brought(sign_in(browser, password="wrong horse"), routes.LOGIN).problem == "wrong_sign_in"
    assert len(compared) == 2


def test_it_keeps_what_was_typed_but_never_the_password(browser: TestClient) -> None:
    answer = sign_in(browser, "not an address", "my secret", next="/orders?stage=to_pay")
    kept = brought(answer, routes.LOGIN)
    assert (kept.identifier, kept.errors) == ("not an address", {"identifier": "not_an_address"})
    assert answer.headers["location"] == "/login?next=%2Forders%3Fstage%3Dto_pay#identifier-not_an_address"
    assert "secret" not in repr(kept)
    assert "not+an" not in unquote(str(answer.headers))


def test_it_says_everything_that_is_wrong_at_once(browser: TestClient) -> None:
    assert brought(register(browser, "", "short", name="x" * 41), routes.REGISTER).errors == {
        "identifier": "required",
        "password": "too_short",
        "name": "too_long",
    }
    assert brought(sign_in(browser, "", ""), routes.LOGIN).errors == {"identifier": "required", "password": "required"}
    assert brought(post(browser, routes.RESET, identifier=ALICE, code="12a", password=""), routes.FORGOT).errors == {
        "code": "wrong",
        "password": "required",
    }


def test_it_says_nothing_of_a_confirmed_address(browser: TestClient) -> None:
    register(browser)
    alice = who(browser)
    assert alice is not None
    with db.transaction() as session:
        session.get_one(Account, alice.id).email_confirmed_at = moment()
    mallory = new_browser()
    told = register(mallory, password="mallory's own")
    free = register(new_browser(), "free@cardmall.test", "mallory's own")
    assert (told.status_code, told.headers["location"]) == (free.status_code, free.headers["location"])
    assert set(told.cookies) == set(free.cookies)
    hers = who(mallory)
    assert hers is not None and hers.id != alice.id and hers.email_confirmed_at is None
    assert post(mallory, routes.SIGN_OUT).status_code == 303
    assert sign_in(mallory, password="mallory's own").headers["location"] == routes.HOME, "as with any account"
    assert sign_in(new_browser(), password=PASSWORD).headers["location"] == routes.HOME
    assert who(browser) is not None


@pytest.mark.parametrize(
    ("wanted", "place"),
    [("/orders/CM1?a=b", "/orders/CM1?a=b"), ("", "/"), ("//evil.test", "/"), ("https://evil.test", "/"),
     ("/\\evil.test", "/"), ("/\tevil", "/"), ("javascript:alert(1)", "/")],
)  # fmt: skip
def test_it_goes_on_to_own_paths_only(browser: TestClient, wanted: str, place: str) -> None:
    register(new_browser())
    assert sign_in(browser, next=wanted).headers["location"] == place


def test_it_finds_the_way_back_in_the_pages_url_without_scripts(browser: TestClient) -> None:
    register(new_browser())
    fields = {"identifier": ALICE, "password": PASSWORD}
    page = {"referer": "http://testserver/login?next=%2Forders"}
    assert browser.post(routes.SIGN_IN, data=fields, headers=page).headers["location"] == "/orders"


@pytest.mark.parametrize(("role", "home"), [(Role.merchant, routes.MERCHANT), (Role.admin, routes.ADMIN)])
def test_it_brings_everybody_home(browser: TestClient, role: Role, home: str) -> None:
    register(browser)
    with db.transaction() as session:
        session.exec(select(Account)).one().role = role
    assert sign_in(browser).headers["location"] == home


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://testserver:81", "https://testserver.evil.test"])
def test_it_answers_no_form_of_another_site(browser: TestClient, origin: str) -> None:
    register(browser)
    for route in accounts.ROUTES:
        assert browser.post(route.path, data={}, headers={"origin": origin}).status_code == 403
    assert sessions() == 1


def test_it_reads_no_huge_forms(browser: TestClient) -> None:
    assert sign_in(browser, "a" * 20_000).status_code == 413
    assert sign_in(browser, "a" * 5_000).status_code == 303


def guess(browser: TestClient, times: int) -> list[str]:
    return [brought(sign_in(browser, password="wrong horse"), routes.LOGIN).problem for _ in range(times)]


def strangers(count: int) -> list[TestClient]:
    """Each at an address of its own."""
    app = Starlette(routes=accounts.ROUTES)
    return [TestClient(app, follow_redirects=False, headers=ORIGIN, client=(f"192.0.2.{n}", 1)) for n in range(count)]


def confirms(browser: TestClient) -> bool:
    """Whoever is signed in here types the newest code that was sent."""
    person, code = who(browser), codes("confirm_code")[-1]
    assert person is not None
    with db.transaction() as session:
        return confirm_address(an_act(session, as_actor(person), now=moment()), AddressKind.email, code) is None


def test_it_stops_guessing_after_ten_tries_and_says_when_to_come_back(browser: TestClient) -> None:
    register(new_browser())
    assert guess(browser, 10) == ["wrong_sign_in"] * 10
    stopped = brought(sign_in(browser), routes.LOGIN)
    assert stopped.problem == "too_many_tries"
    assert stopped.wait in (14, 15)
    assert who(browser) is None


def test_no_stranger_locks_somebody_out_of_a_browser_they_know(browser: TestClient) -> None:
    register(browser)
    post(browser, routes.SIGN_OUT)
    told = [problem for stranger in strangers(4) for problem in guess(stranger, 10)]
    assert (told.count("wrong_sign_in"), told.count("too_many_tries")) == (30, 10)
    newcomer = strangers(9)[8]
    stopped = brought(sign_in(newcomer), routes.LOGIN)
    assert stopped.problem == "too_many_tries" and 55 <= stopped.wait <= 60, "a browser never seen waits, or resets"
    assert guess(browser, 1) == ["wrong_sign_in"]
    assert sign_in(browser).headers["location"] == routes.HOME
    post(newcomer, routes.FORGOT_CODE, identifier=ALICE)
    (code,) = codes("reset_code")
    reset = post(newcomer, routes.RESET, identifier=ALICE, code=code, password="a new horse")
    assert reset.headers["location"] == routes.HOME
    post(newcomer, routes.SIGN_OUT)
    assert sign_in(newcomer, password="a new horse").headers["location"] == routes.HOME, "known from now on"


def test_a_later_claim_shuts_nobody_out_at_home(browser: TestClient) -> None:
    register(browser)
    post(browser, routes.SIGN_OUT)
    register(new_browser(), password="not hers at all")
    assert sign_in(browser).headers["location"] == routes.HOME


def test_a_browser_known_for_one_account_is_a_stranger_to_another(browser: TestClient) -> None:
    register(new_browser())
    register(browser, "mallory@cardmall.test")
    assert guess(browser, 11) == ["wrong_sign_in"] * 10 + ["too_many_tries"]


def test_a_known_browser_has_ten_tries_of_its_own(browser: TestClient) -> None:
    register(browser)
    post(browser, routes.SIGN_OUT)
    assert guess(browser, 11) == ["wrong_sign_in"] * 10 + ["too_many_tries"]


def test_a_mark_made_elsewhere_is_none(browser: TestClient) -> None:
    register(new_browser())
    told = "A" * 22
    for cookie in (told, f"{told}.{'B' * 22}", "x", "." * 300, f"{told}.{told}.{told}", "é" * 22):
        browser.cookies.set(browsers.COOKIE, cookie.encode("ascii", "replace").decode())
        assert brought(sign_in(browser, password="wrong horse"), routes.LOGIN).problem == "wrong_sign_in"


def test_it_does_not_count_those_who_know_their_password(browser: TestClient) -> None:
    register(new_browser())
    for _ in range(12):
        assert sign_in(browser).headers["location"] == routes.HOME


def test_only_codes_really_sent_use_up_the_day(browser: TestClient) -> None:
    register(new_browser())
    for stranger in strangers(5):
        for _ in range(4):
            post(stranger, routes.FORGOT_CODE, identifier=ALICE)
            post(stranger, routes.FORGOT_CODE, identifier="new@cardmall.test")
    assert len(codes("reset_code")) == 5, "one a minute for each who asks"
    assert register(browser, "new@cardmall.test").headers["location"] == routes.ME
    assert len(codes("confirm_code")) == 2


def test_nobody_alone_stops_somebody_from_registering_and_confirming(browser: TestClient) -> None:
    """A new account each time, without a cookie, from one place; then her own, from another."""
    for n in range(9):
        register(new_browser(), password=f"horse of {n}")
    assert len(codes("confirm_code")) == 4, "what one place may have sent to her"
    (alices,) = strangers(1)
    assert register(alices).headers["location"] == routes.ME
    assert confirms(alices)


def test_strangers_together_leave_a_known_browser_its_codes(browser: TestClient) -> None:
    register(browser)
    assert confirms(browser)
    for stranger in strangers(45):
        post(stranger, routes.FORGOT_CODE, identifier=ALICE)
    assert len(codes("reset_code")) == 39, "and the code she registered with"
    post(browser, routes.FORGOT_CODE, identifier=ALICE)
    assert len(codes("reset_code")) == 40
    again = post(browser, routes.RESET, identifier=ALICE, code=codes("reset_code")[-1], password="a new horse")
    assert again.headers["location"] == routes.HOME


def test_a_few_networks_together_stop_nobody(browser: TestClient) -> None:
    """They use up the hour's tries and all the codes each may have sent; she resets by code from a new phone."""
    register(browser)
    *strange, phone = strangers(9)
    for stranger in strange[:3]:
        guess(stranger, 10)
    for stranger in strange * 6:
        stranger.cookies.clear()
        post(stranger, routes.FORGOT_CODE, identifier=ALICE)
    assert len(codes("reset_code")) == 8 * 4
    assert brought(sign_in(phone), routes.LOGIN).problem == "too_many_tries"
    post(phone, routes.FORGOT_CODE, identifier=ALICE)
    assert len(codes("reset_code")) == 8 * 4 + 1
    again = post(phone, routes.RESET, identifier=ALICE, code=codes("reset_code")[-1], password="a new horse")
    assert again.headers["location"] == routes.HOME


def test_networks_of_one_subscriber_are_one(browser: TestClient) -> None:
    register(browser)
    app = Starlette(routes=accounts.ROUTES)
    for n in range(6):
        near = TestClient(app, follow_redirects=False, headers=ORIGIN, client=(f"2001:db8:7:{n}::1", 1))
        post(near, routes.FORGOT_CODE, identifier=ALICE)
    assert len(codes("reset_code")) == 4


def test_it_sends_a_reset_code_only_if_somebody_is_there_and_never_says_so(browser: TestClient) -> None:
    register(new_browser())
    answers = [post(browser, routes.FORGOT_CODE, identifier=who) for who in (ALICE, "nobody@cardmall.test")]
    assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, "/forgot#sent")}
    assert all(brought(a, routes.FORGOT).sent for a in answers)
    assert len(codes("reset_code")) == 1


def test_it_gives_a_new_password_for_the_code(browser: TestClient) -> None:
    old = new_browser()
    register(old)
    post(browser, routes.FORGOT_CODE, identifier=ALICE)
    (code,) = codes("reset_code")
    guess = "000000" if code != "000000" else "111111"
    wrong = post(browser, routes.RESET, identifier=ALICE, code=guess, password="new password")
    assert (brought(wrong, routes.FORGOT).errors, brought(wrong, routes.FORGOT).sent) == ({"code": "wrong"}, True)
    right = post(browser, routes.RESET, identifier=ALICE, code=f" {code[:3]} {code[3:]} ", password="new password")
    assert right.headers["location"] == routes.HOME
    alice = who(browser)
    assert alice is not None
    assert alice.email_confirmed_at is not None
    assert who(old) is None
    assert brought(sign_in(old), routes.LOGIN).problem == "wrong_sign_in"
    assert sign_in(old, password="new password").headers["location"] == routes.HOME


def test_a_reset_code_in_full_width_digits_is_right(browser: TestClient) -> None:
    register(new_browser())
    post(browser, routes.FORGOT_CODE, identifier=ALICE)
    (code,) = codes("reset_code")
    wide = "\u200b" + "".join(chr(ord(digit) + 0xFEE0) for digit in f"{code[:3]}-{code[3:]}")
    right = post(browser, routes.RESET, identifier=ALICE, code=wide, password="new password")
    assert (right.status_code, right.headers["location"]) == (303, routes.HOME)


def test_it_keeps_a_wrong_codes_try(browser: TestClient) -> None:
    register(new_browser())
    post(browser, routes.FORGOT_CODE, identifier=ALICE)
    (code,) = codes("reset_code")
    guess = "000000" if code != "000000" else "111111"
    for _ in range(5):
        post(browser, routes.RESET, identifier=ALICE, code=guess, password="new password")
    late = post(browser, routes.RESET, identifier=ALICE, code=code, password="new password")
    assert brought(late, routes.FORGOT).errors == {"code": "wrong"}


def test_signing_out_with_a_made_up_cookie_asks_for_no_write_lock(browser: TestClient) -> None:
    begun: list[str] = []
    listen = (db.engine(), "before_cursor_execute", lambda *told: begun.append(told[2]))
    event.listen(*listen)
    try:
        browser.cookies.set(cookies.SESSION, "made up")
        assert post(browser, routes.SIGN_OUT).headers["location"] == routes.HOME
        assert begun and not [word for word in begun if word.startswith("BEGIN IMM")]
    finally:
        event.remove(*listen)
