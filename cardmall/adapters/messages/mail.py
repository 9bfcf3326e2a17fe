"""E-mail over SMTP, with the standard library: one connection a letter, encrypted unless the server is this machine."""

import smtplib
from contextlib import closing, suppress
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

from cardmall.adapters import clock
from cardmall.adapters.messages.channel import Later, Letter, Undeliverable
from cardmall.domain.address import Address, AddressKind
from cardmall.settings import LOCAL, Settings, WrongSetting

TIMEOUT = 15.0  # seconds for each of about a dozen answers
NOBODY_THERE = (550, 551, 553)  # SMTP: the mailbox is not there, or will never take it
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


@dataclass(frozen=True)
class Mail:
    """A mailbox of ours at one server. `password` is never shown."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"Mail({self.scheme}://{self.host}:{self.port})"

    def takes(self, address: Address) -> bool:
        return address.kind is AddressKind.email

    def send(self, letter: Letter) -> None:
        """Hand it to the server. Undeliverable: it says the mailbox is not there. Later: anything else."""
        try:
            with closing(self._connect()) as server:
                server.send_message(self._written(letter))
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()  # whatever it says now: it has the letter
        except smtplib.SMTPRecipientsRefused as refused:
            (code, words), *_ = refused.recipients.values()
            ours = b"5.7." in words  # relaying denied and the like: a fault of our setup, not of the address
            raise (Undeliverable if code in NOBODY_THERE and not ours else Later)(f"{code} {_text(words)}") from None
        except smtplib.SMTPResponseException as refused:
            raise Later(f"{refused.smtp_code} {_text(refused.smtp_error)}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Later(f"{type(error).__name__} {error}") from None

    def _connect(self) -> smtplib.SMTP:
        context = create_default_context()  # without one the certificate is not looked at
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _written(self, letter: Letter) -> EmailMessage:
        """Its Message-ID is the same at every try, so that a mailbox can tell a repeat."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = self.sender, Mailbox(addr_spec=letter.to.value), letter.subject
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<outgoing-{letter.no}@{parseaddr(self.sender)[1].partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        return mail


def _text(words: bytes | str) -> str:
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:200]


def mail_of(chosen: Settings) -> Mail | None:
    """The mailbox the settings name; None without any. WrongSetting: half of it, or a password sent in clear."""
    if not chosen.smtp_url and not chosen.mail_from:
        return None
    if "@" not in parseaddr(chosen.mail_from)[1]:
        raise WrongSetting("CARDMALL_MAIL_FROM", "must be an address, as in: Shop <no-reply@mall.example>")
    found = _server_of(chosen.smtp_url)
    if found is None:
        raise WrongSetting("CARDMALL_SMTP_URL", "must be smtps://user:password@host, or smtp+starttls://…")
    return Mail(*found, sender=chosen.mail_from)


def _server_of(url: str) -> tuple[str, str, int, str, str] | None:
    """Scheme, host, port, user and password. None: it is no such URL, or would send in clear to another machine."""
    try:
        found = urlsplit(url)
        port = found.port or PORTS[found.scheme]
    except (ValueError, KeyError):
        return None
    if not found.hostname or (found.scheme == "smtp" and found.hostname not in LOCAL):
        return None
    return found.scheme, found.hostname, port, unquote(found.username or ""), unquote(found.password or "")
