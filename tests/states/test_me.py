"""The personal centre and the inbox, called as anybody may call them: with any arguments, as anybody."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import select

from cardmall import cookies
from cardmall.adapters import db
from cardmall.adapters.passwords import passwords
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Account, ConfirmCode, Notice, Outgoing, SignIn
from cardmall.services.account import accounts
from cardmall.states.shopper.inbox import InboxState
from cardmall.states.shopper.me import MeState
from tests.today import moment

pytestmark = pytest.mark.usefixtures("database")
NOW = moment()
S = TypeVar("S", bound=rx.State)


def person(name: str, password_hash: str = "hash") -> Account:
    """Signed in under a token of the same name, with one notice."""
    with db.transaction() as session:
        address = Address(AddressKind.email, f"{name}@cardmall.test")
        account = accounts.register(our_act(session, now=NOW), address, password_hash)
        accounts.sign_in(our_act(session, now=NOW), account.id or 0, password_hash, cookies.hash_of(name))
        session.add(Notice(account_id=account.id or 0, at=NOW, kind=NoticeKind.order_delivered, order_no="CM1"))
    return account


def page_of(kind: type[S], token: str) -> S:
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state = root.get_substate(kind.get_full_name().split("."))
    cookie = f"{cookies.SESSION}={token}" if token else ""
    root.router = RouterData.from_router_data({"headers": {"cookie": cookie}, "token": token or "nobody"})
    return state  # type: ignore[return-value]


def run(call: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(call)


def rows(kind: type) -> list[Any]:
    with db.reading() as session:
        return list(session.exec(select(kind)))


def test_alice_proves_her_address_by_the_code_she_was_sent() -> None:
    person("alice")
    page = page_of(MeState, "alice")
    run(MeState.send_code.fn(page, "email"))
    assert page.addresses[0].sent
    code = rows(Outgoing)[0].data["code"]
    run(MeState.confirm.fn(page, {"kind": "email", "code": "x"}))
    assert page.code_error == "wrong"
    run(MeState.confirm.fn(page, {"kind": "email", "code": code}))
    assert (page.addresses[0].confirmed, page.code_error) == (True, "")


WRITTEN: list[Callable[[str], str]] = [
    lambda code: code,
    lambda code: "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    lambda code: f"{code[:3]}-{code[3:]}",
    lambda code: f"\u200b{code}\ufeff",
    lambda code: f" {code[:3]} {code[3:]} ",
]


@pytest.mark.parametrize("write", WRITTEN)
def test_the_right_code_is_right_however_it_is_typed(write: Callable[[str], str]) -> None:
    person("alice")
    page = page_of(MeState, "alice")
    run(MeState.send_code.fn(page, "email"))
    run(MeState.confirm.fn(page, {"kind": "email", "code": write(rows(Outgoing)[0].data["code"])}))
    assert (page.addresses[0].confirmed, page.code_error) == (True, "")


def test_what_cannot_be_a_code_costs_no_try_and_a_spent_one_is_said() -> None:
    person("alice")
    page = page_of(MeState, "alice")
    run(MeState.send_code.fn(page, "email"))
    guess = "000000" if rows(Outgoing)[0].data["code"] != "000000" else "111111"
    for _ in range(9):
        run(MeState.confirm.fn(page, {"kind": "email", "code": "12345"}))
    assert (page.addresses[0].sent, page.code_error, rows(ConfirmCode)[0].tries) == (True, "wrong", 0)
    for _ in range(limits.CONFIRM_CODE_TRIES - 1):
        run(MeState.confirm.fn(page, {"kind": "email", "code": guess}))
        assert (page.addresses[0].sent, page.code_error) == (True, "wrong")
    run(MeState.confirm.fn(page, {"kind": "email", "code": guess}))
    assert (page.addresses[0].sent, page.code_error) == (False, "spent")


def test_alice_changes_her_password_and_stays() -> None:
    alice = person("alice", passwords().hash("old password"))
    with db.transaction() as session:
        accounts.sign_in(our_act(session, now=NOW), alice.id or 0, alice.password_hash, "another-browser")
    page = page_of(MeState, "alice")
    run(MeState.change_password.fn(page, {"old": "wrong", "new": "new password"}))
    assert (page.old_error, page.new_error) == ("wrong", "")
    run(MeState.change_password.fn(page, {"old": "old password", "new": "short"}))
    assert (page.old_error, page.new_error) == ("", "too_short")
    run(MeState.change_password.fn(page, {"old": "old password", "new": "new password"}))
    assert page.changed == 1
    assert [s.token_hash for s in rows(SignIn)] == [cookies.hash_of("alice")]
    assert passwords().check("new password", rows(Account)[0].password_hash).right


@pytest.mark.parametrize("token", ["", "unknown"])
def test_nobody_sees_and_changes_nothing(token: str) -> None:
    alice = person("alice")
    me, box = page_of(MeState, token), page_of(InboxState, token)
    for call in (
        MeState.refresh.fn(me), MeState.send_code.fn(me, "email"),
        MeState.confirm.fn(me, {"kind": "email", "code": "1"}),
        MeState.change_password.fn(me, {"old": "a", "new": "long enough"}), InboxState.refresh.fn(box),
        InboxState.show_more.fn(box), InboxState.read.fn(box, 1), InboxState.read_all.fn(box),
    ):  # fmt: skip
        run(call)
    assert (me.addresses, box.rows) == ([], [])
    assert rows(Notice)[0].read_at is None
    assert rows(ConfirmCode) == rows(Outgoing) == []
    assert rows(Account)[0].password_hash == alice.password_hash


@pytest.mark.parametrize(
    "junk", [None, 7, [], {}, "'", "x" * 9000, {"kind": []}, {"code": {}, "old": 1, "new": [2]}, 2**80]
)
def test_it_takes_no_harm_from_any_argument(junk: Any) -> None:
    person("alice")
    me, box = page_of(MeState, "alice"), page_of(InboxState, "alice")
    calls = (MeState.send_code.fn(me, junk), MeState.confirm.fn(me, junk), MeState.change_password.fn(me, junk))
    for call in (*calls, InboxState.read.fn(box, junk)):
        run(call)
    assert rows(Outgoing) == []
    assert len(rows(SignIn)) == 1


def test_mallory_reads_only_her_own_notices() -> None:
    person("alice")
    person("mallory")
    box = page_of(InboxState, "mallory")
    run(InboxState.refresh.fn(box))
    assert len(box.rows) == 1
    run(InboxState.read.fn(box, 1))
    run(InboxState.read_all.fn(box))
    assert [n.read_at is None for n in rows(Notice)] == [True, False]
