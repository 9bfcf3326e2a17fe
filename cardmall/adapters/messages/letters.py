"""A message as words: its template from the catalogs, in the language of its reader."""

from cardmall import locales, routes
from cardmall.adapters.addresses import read_address
from cardmall.adapters.messages.channel import Letter
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Outgoing
from cardmall.services.account.codes import CODE_KINDS


def letter_of(message: Outgoing, public_url: str) -> Letter | None:
    """The letter of this message, its link beginning with `public_url`. None: its target is no address."""
    to = read_address(message.target)
    if to is None:
        return None
    private = message.kind in CODE_KINDS
    subject, *lines = _code(message) if private else _notice(message, public_url)
    sender = locales.text(message.locale, "mail.sender")
    return Letter(message.id or 0, to, subject, "\n\n".join([*lines, sender]) + "\n", private)


def _code(message: Outgoing) -> list[str]:
    kinds = (f"mail.{part}.{message.kind}" for part in ("title", "line", "warning"))
    return [locales.text(message.locale, key, code=message.data["code"]) for key in kinds]


def _notice(message: Outgoing, public_url: str) -> list[str]:
    """Title, line, what it is about, and where it can be read."""
    words = [locales.text(message.locale, f"notice.{part}.{message.kind}") for part in ("title", "line")]
    product, order_no = message.data.get("product"), message.data.get("order_no")
    if product:
        about = "mail.about" if order_no else "mail.about_product"
        words.append(locales.text(message.locale, about, product=product, order_no=order_no))
    return [*words, locales.text(message.locale, "mail.link", url=public_url + _page(message))]


def _page(message: Outgoing) -> str:
    """The inbox, which leads on; whoever has no account yet finds the offer itself."""
    offered = message.kind == NoticeKind.transfer_offered
    return routes.transfer_url(message.data["transfer"]) if offered else routes.INBOX
