"""Every State handler is a remote API: it works for the right cookie, and changes and tells nothing for anyone else."""

import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from cardmall import routes
from cardmall.adapters import clock, db
from tests.attack.handlers import every_handler
from tests.attack.histories import ALICE, SECRET
from tests.attack.raw import raw_client, sign_in
from tests.attack.table import TABLE, Call
from tests.serving import App

WIRE = {name: full for name, full in every_handler().items() if not name.endswith(".setvar")}
PRIVATE = ("周小禾", "alice@cardmall.test", "13800000001", "138 0000 0001", SECRET)
OWN = set(PRIVATE) - {SECRET}  # what Alice may hear of herself at any page
# A rebuilt town signs everybody out, so it comes last; stories begin some minutes ago, when no shop may have been away.
ORDERED = sorted(TABLE, key=lambda name: (name == "DemoState.rebuild", name.startswith("ShopState.")))


def test_the_table_names_every_handler_there_is() -> None:
    assert set(TABLE) == set(WIRE)


@pytest.mark.parametrize("name", TABLE)
def test_every_call_of_the_table_can_fail(name: str) -> None:
    assert TABLE[name].changes or TABLE[name].says


# Who is signed in, which words a channel has used, which process is alive: none is anybody's.
COMES_AND_GOES = ("sign_in", "heard_nonce", "lease")


def rows(path: Path, *, own: bool) -> str:
    """A fingerprint of everything kept; with `own`, of what belongs to Alice."""
    with sqlite3.connect(path) as base:
        asked = _of_alice() if own else _everything(base)
        return sha256(repr([base.execute(one).fetchall() for one in asked]).encode()).hexdigest()


def _everything(base: sqlite3.Connection) -> list[str]:
    tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return [f'SELECT * FROM "{name}"' for (name,) in tables if name not in COMES_AND_GOES]


def _of_alice() -> list[str]:
    alice = "(SELECT id FROM account WHERE email = 'alice@cardmall.test')"
    asked = [f"SELECT * FROM {t} WHERE account_id IN {alice}" for t in ("notice", "confirm_code")]
    return [*asked, f"SELECT * FROM account WHERE id IN {alice}"]


def filled(value: Any, no: str) -> Any:
    """`{no}` stands for the number of the history; a lone digit string becomes a number, as the page sends it."""
    if isinstance(value, dict):
        return {key: filled(one, no) for key, one in value.items()}
    if value == "{no}" and no.isdigit() and len(no) != 6:
        return int(no)
    return value.replace("{no}", no) if isinstance(value, str) else value


_cookies: dict[tuple[str, str], str] = {}  # of strangers, kept from test to test: a sign-in is slow on purpose


def signed_in(app: App, who: str) -> str:
    """A cookie the server knows."""
    kept = _cookies.get((app.url, who), "")
    if not kept or httpx.post(app.url + routes.reveal_rest_url("CM0"), headers={"Cookie": kept}).status_code != 404:
        kept = _cookies[app.url, who] = sign_in(app.url, f"{who}@cardmall.test")
    return kept


def attempt(app: App, who: str, name: str, call: Call, no: str) -> list[str]:
    """What `who` heard at each step of what the right person would do; the last is the answer to `name` itself."""
    path = call.path.replace("{no}", no)
    with raw_client(app.url, signed_in(app, who) if who else "") as client:
        heard = [client.call(WIRE[step], filled(payload, no), path) for step, payload in call.first]
        return [*heard, client.call(WIRE[name], filled(call.payload, no), path)]


def history(call: Call) -> str:
    with db.transaction() as session:
        clock.load_clock(session)
        return call.build(session) if call.build else ""


def _telling(no: str) -> list[str]:
    """A row's id or a code may stand anywhere by chance; an order or case number may not."""
    return [no] if no.startswith(("CM", "AS", "TR", "RF")) else []


def _strangers_are_refused(app: App, path: Path, name: str, no: str) -> None:
    call = TABLE[name]
    before = rows(path, own=call.own)
    for who in call.strangers:
        heard = "".join(attempt(app, who, name, call, no))
        assert rows(path, own=call.own) == before, f"{who or 'nobody'} changed something"
        private = [text for text in (*PRIVATE, *_telling(no)) if text in heard and not (who == ALICE and text in OWN)]
        assert not private, f"{who or 'nobody'} heard {private}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ORDERED)
def test_strangers_change_and_hear_nothing_and_it_works_for_the_right_cookie(
    name: str, backend: App, same_database: Path
) -> None:
    call = TABLE[name]
    no = history(call)
    _strangers_are_refused(backend, same_database, name, no)
    before = rows(same_database, own=False)
    *_, answer = attempt(backend, call.right, name, call, no)
    if call.changes:
        assert rows(same_database, own=False) != before
    assert call.says.replace("{no}", no) in answer
