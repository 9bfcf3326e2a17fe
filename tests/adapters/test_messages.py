"""Messages that leave the house: over a mail server of our own, which refuses, stalls and drops like others do."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from cardmall.adapters import clock, db
from cardmall.adapters.messages import CHANNELS, channel, mail, sender
from cardmall.adapters.messages.letters import letter_of
from cardmall.domain import limits
from cardmall.domain.address import CodePurpose
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Outgoing
from cardmall.services.account.codes import kind_of
from cardmall.services.talk.outbox import leave_message
from cardmall.settings import Settings, WrongSetting, settings
from tests.patience import until
from tests.reverse import make_certificate
from tests.town import NOW, act, rows, set_clock

ALICE = "alice@cardmall.test"
FROM = "李氏卡盟 <no-reply@mall.example>"


@pytest.fixture(autouse=True)
def one_day(database: object) -> None:
    set_clock(NOW)


class Server:
    """The world's mail server: keeps what it took; `answers` are given once each before it is well again."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []
        self.at_rcpt: list[str] = []
        self.goodbye = "221 Bye"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        return self.goodbye

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            server.transport.abort()  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue] - it is connected
        if answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@contextmanager
def served(world: Server, **how: Any) -> Iterator[int]:
    """The port of a mail server in a thread."""
    control = Controller(world, hostname="127.0.0.1", port=_free_port(), **how)
    control.start()
    yield control.port
    control.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def server() -> Iterator[tuple[Server, Settings]]:
    """A mail server, and settings that name it."""
    world = Server()
    with served(world) as port:
        yield world, replace(settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=FROM)


def left(kind: str = NoticeKind.case_approved, target: str = ALICE, locale: str = "en", **data: Any) -> None:
    act(leave_message, target, locale, kind, data)


def message() -> Outgoing:
    (row,) = rows(Outgoing)
    return row


def send(chosen: Settings) -> int:
    found = mail.mail_of(chosen)
    assert found
    return sender.send_due([found])


def near(at: datetime | None, wanted: datetime) -> bool:
    """The clock goes on while a test runs."""
    return at is not None and abs(at - wanted) < timedelta(seconds=30)


def later(step: timedelta) -> None:
    set_clock(clock.now() + step)


def test_a_notice_is_a_letter_in_its_readers_language(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    left(locale="zh_CN", product="阅读会员 <月>", order_no="CM1")
    assert send(chosen) == 1 and send(chosen) == 0
    (letter,) = world.taken
    assert letter["To"] == ALICE and letter["From"] == FROM
    assert letter["Subject"] == "申请已同意" and letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<outgoing-{message().id}@mall.example>"
    assert "款项将原路退回" in letter.get_content() and "阅读会员 <月> · 订单 CM1" in letter.get_content()
    assert "/inbox" in letter.get_content()
    assert near(message().sent_at, NOW) and (message().due_at, message().trouble) == (None, "")


@pytest.mark.parametrize("purpose", CodePurpose)
def test_a_code_is_wiped_once_it_was_handed_over(server: tuple[Server, Settings], purpose: CodePurpose) -> None:
    world, chosen = server
    left(kind_of(purpose), code="314159")
    assert send(chosen) == 1
    assert "314159" in world.taken[0].get_content() and "314159" not in world.taken[0]["Subject"]
    assert message().data == {} and message().sent_at


def test_every_notice_and_code_has_a_letter_in_both_languages() -> None:
    for kind in (*NoticeKind, *map(kind_of, CodePurpose)):
        for locale in ("zh_CN", "en"):
            data = {"code": "314159", "transfer": "T1", "product": "{code}", "order_no": "CM1"}
            row = Outgoing(id=1, at=NOW, target="a@cardmall.test", locale=locale, kind=kind, data=data)
            found = letter_of(row, "https://mall.example")
            assert found and found.subject and found.private is (kind in map(kind_of, CodePurpose))
            assert "{" not in found.text.replace("{code}", "") and "\n" not in found.subject


def test_a_server_that_is_busy_is_asked_again_later_and_later(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    left()
    world.answers = ["451 busy", "drop", "452 full"]
    for wait in limits.MESSAGE_RETRIES[:3]:
        assert send(chosen) == 1 and message().trouble
        assert near(message().due_at, clock.now() + wait)
        later(wait - timedelta(seconds=40))
        assert send(chosen) == 0
        later(timedelta(seconds=40))
    assert send(chosen) == 1 and len(world.taken) == 1
    assert message().sent_at and not message().trouble


def test_what_never_goes_out_is_given_up_and_says_why(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    left()
    world.answers = ["451 busy"] * 9
    for wait in (*limits.MESSAGE_RETRIES, timedelta()):
        assert send(chosen) == 1
        later(wait)
    assert send(chosen) == 0 and not world.taken
    assert (message().due_at, message().sent_at) == (None, None) and message().trouble.startswith("GIVEN_UP 451")


@pytest.mark.parametrize(("code", "ends"), [(550, True), (551, True), (553, True), (450, False), (552, False)])
def test_a_mailbox_that_is_not_there_is_asked_once(server: tuple[Server, Settings], code: int, ends: bool) -> None:
    world, chosen = server
    left(kind_of(CodePurpose.confirm), code="314159")
    world.at_rcpt = [f"{code} no"]
    assert send(chosen) == 1
    assert (message().due_at is None) is ends and message().sent_at is None
    assert message().data == ({} if ends else {"code": "314159"}), "a code that goes nowhere is wiped, too"


def test_old_messages_are_dropped_not_sent(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    left(kind_of(CodePurpose.confirm), code="314159")
    act(leave_message, ALICE, "en", NoticeKind.case_approved, {})
    later(limits.CONFIRM_CODE_LIFE)
    assert send(chosen) == 2 and len(world.taken) == 1, "the notice went out, the code did not"
    act(leave_message, ALICE, "en", NoticeKind.case_approved, {}, now=clock.now())
    later(limits.NOTICE_LIFE)
    assert send(chosen) == 1 and len(world.taken) == 1
    assert sorted(row.trouble for row in rows(Outgoing)) == ["", "TOO_OLD", "TOO_OLD"]


def test_a_phone_waits_for_no_mail_server(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    left(target="+8613800000001")
    left(target="somewhere")
    assert send(chosen) == 2 and not world.taken
    assert [(row.trouble, row.due_at) for row in rows(Outgoing)] == [("NO_CHANNEL", None)] * 2


def test_a_sender_that_died_is_followed_by_another(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    left()
    dead = sender.claim_message()
    assert dead and send(chosen) == 0, "nobody else takes it while the lease lasts"
    later(sender.LEASE)
    assert send(chosen) == 1 and len(world.taken) == 1
    sender._close(dead, "TOO_LATE")
    sender._off(dead, "TOO_LATE")
    assert message().trouble == "" and message().sent_at, "the try whose lease ran out changes nothing"


@pytest.mark.parametrize("end", ["used", "expired"])
def test_a_code_that_was_wiped_meanwhile_holds_up_no_other_message(server: tuple[Server, Settings], end: str) -> None:
    world, chosen = server
    left(kind_of(CodePurpose.confirm), code="314159")
    world.answers = ["451 greylisted"]
    assert send(chosen) == 1
    with db.transaction() as session:
        session.connection().execute(sa.update(Outgoing).values(data={}))
    left()
    later(limits.MESSAGE_RETRIES[0] if end == "used" else limits.CONFIRM_CODE_LIFE)
    assert send(chosen) == 2 and len(world.taken) == 1
    assert [(row.trouble, row.due_at) for row in rows(Outgoing)] == [("WIPED", None), ("", None)]


def test_a_message_whose_senders_all_die_is_given_up(server: tuple[Server, Settings]) -> None:
    _, chosen = server
    left()
    for _ in range(len(limits.MESSAGE_RETRIES) + 1):
        assert sender.claim_message()
        later(sender.LEASE)
    assert send(chosen) == 1 and message().trouble == "GIVEN_UP"


def test_whatever_the_server_says_to_goodbye_the_letter_is_sent_once(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    world.goodbye = "421 in a hurry"
    left()
    assert send(chosen) == 1
    later(limits.MESSAGE_RETRIES[0])
    assert send(chosen) == 0 and len(world.taken) == 1 and message().sent_at


def test_a_log_knows_neither_address_nor_code(
    server: tuple[Server, Settings], caplog: pytest.LogCaptureFixture
) -> None:
    world, chosen = server
    world.at_rcpt = [f"450 4.2.0 <{ALICE}> greylisted, 314159", f"550 5.1.1 <{ALICE}> unknown"]
    left(kind_of(CodePurpose.confirm), code="314159")
    left()
    assert send(chosen) == 2
    assert ALICE not in caplog.text and "314159" not in caplog.text and "al***@cardmall.test" in caplog.text
    assert [row.trouble.partition(" <")[0] for row in rows(Outgoing)] == ["450", "UNDELIVERABLE 550 5.1.1"]


def test_a_server_that_refuses_us_is_asked_again(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    world.at_rcpt = ["550 5.7.1 relaying denied"]
    left()
    assert send(chosen) == 1 and message().due_at


class Elsewhere:
    """A channel that fails in a way nobody foresaw."""

    def takes(self, address: object) -> bool:
        return True

    def send(self, letter: channel.Letter) -> None:
        raise ZeroDivisionError


def test_a_channel_that_crashes_is_tried_again() -> None:
    left()
    assert sender.send_due([Elsewhere()]) == 1
    assert message().trouble == "ZeroDivisionError" and near(message().due_at, NOW + limits.MESSAGE_RETRIES[0])


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_nobody_vouches_for_learns_neither_password_nor_letter(tmp_path: Path, scheme: str) -> None:
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    heard: list[object] = []
    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    ask = {"authenticator": lambda *asked: heard.append(asked) or AuthResult(success=True)}
    world = Server()
    with served(world, **tls, **ask) as port:
        left()
        send(replace(settings, smtp_url=f"{scheme}://me:secret@127.0.0.1:{port}", mail_from=FROM))
    assert heard == world.taken == [] and "CERTIFICATE" in message().trouble.upper()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not see that smtps is encrypted from the start
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_an_encrypted_server_learns_who_we_are(tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))  # here its own signature is trusted
    heard: list[object] = []
    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    known = iter([False] * 2 + [True])  # whoever is refused tries another way of saying it
    ask = {"authenticator": lambda *asked: heard.append(asked[-1]) or AuthResult(success=next(known), handled=False)}
    world = Server()
    with served(world, auth_required=True, auth_require_tls=scheme != "smtps", **tls, **ask) as port:
        left()
        chosen = replace(settings, smtp_url=f"{scheme}://me:sec%40ret@127.0.0.1:{port}", mail_from=FROM)
        send(chosen)
        assert message().trouble.startswith("535") and not world.taken, "a wrong password is tried again later"
        later(limits.MESSAGE_RETRIES[0])
        send(chosen)
    assert len(world.taken) == 1 and {one.password for one in heard} == {b"sec@ret"}  # pyright: ignore[reportAttributeAccessIssue] - LoginPassword


@pytest.mark.parametrize(
    ("url", "sent_by", "named"),
    [
        ("smtps://u:p@mail.example", "", "CARDMALL_MAIL_FROM"),
        ("smtps://u:p@mail.example", "nobody", "CARDMALL_MAIL_FROM"),
        ("", FROM, "CARDMALL_SMTP_URL"),
        ("smtp://mail.example", FROM, "CARDMALL_SMTP_URL"),
        ("https://mail.example", FROM, "CARDMALL_SMTP_URL"),
        ("smtps://mail.example:port", FROM, "CARDMALL_SMTP_URL"),
    ],
)
def test_half_a_mailbox_stops_the_start_with_its_name(url: str, sent_by: str, named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        mail.mail_of(replace(settings, smtp_url=url, mail_from=sent_by))


def test_without_settings_there_is_no_channel_and_a_password_is_never_shown() -> None:
    assert [channel_of(settings) for channel_of in CHANNELS] == [None] * len(CHANNELS)
    chosen = replace(settings, smtp_url="smtps://me:pass%40word@mail.example", mail_from=FROM)
    found = mail.mail_of(chosen)
    assert found and (found.port, found.password) == (465, "pass@word")
    assert "word" not in repr(found) and "word" not in repr(chosen)


def test_the_thread_sends_what_an_act_left_and_ends_when_told(server: tuple[Server, Settings]) -> None:
    world, chosen = server
    stop, found = threading.Event(), mail.mail_of(chosen)
    assert found
    thread = threading.Thread(target=sender.send_messages, args=(stop, [found]))
    thread.start()
    left()
    until(lambda: world.taken, "no letter came")
    stop.set()
    sender.wake.set()
    thread.join(10)
    assert not thread.is_alive() and message().sent_at
