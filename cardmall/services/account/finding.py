"""What an admin looks for is in the audit, and what of a person they had shown in full, with the reason (R78)."""

from cardmall.domain.finding import Found, PersonField, answer_asked, noted_search
from cardmall.domain.terms import Role
from cardmall.domain.typed import is_id, searched
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Order
from cardmall.reads.buyer_answers import kept_answers
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.people import require
from cardmall.services.act import Act, record
from cardmall.services.case.evidence import typed_words


def note_search(act: Act, text: object, shop: object = "") -> None:
    """Record that this admin searches for `text`, kept masked, or lists the orders of the shop with the web address
    `shop` (R78). Refused `not_allowed`: who acts is no admin."""
    require(act.who, Role.admin)
    told = {"shop": str(shop)} if shop else {}
    record(act, Verb.searched, noted_search(searched(text)), **told)


def unmask(act: Act, kind: object, no: object, field: object, *, reason: object) -> str:
    """Return one masked value in full and record who wanted it of whom, and why (R78).

    `kind` and `no`: an order by its number, then `field` is one of its buyer's (PersonField) or an answer (`answer2`);
    or a person by the account's id. Refused: `not_allowed` to all but admins; `invalid`, field `text`, without a
    `reason` of 1 to TEXT_LENGTH signs; `not_found` where there is no such thing or nothing in it.
    """
    require(act.who, Role.admin)
    words = typed_words(reason, required=True)
    order = order_for(act, no, Role.admin) if kind == Found.order else None
    person = order.shopper_id if order else _id(no) if kind == Found.person else 0
    value = _answer(act, order, answer_asked(field)) if order and answer_asked(field) else _own(act, person, field)
    if not value:
        raise not_found()
    record(act.on(order=order), Verb.unmasked, words, field=str(field), account=person)
    return value


def _id(no: object) -> int:
    """An account's id, as an address names it; 0 for what is none."""
    number = int(no) if isinstance(no, str) and no.isascii() and no.isdigit() and len(no) < 10 else 0
    return number if is_id(number) else 0


def _own(act: Act, person: int, field: object) -> str:
    account = act.session.get(Account, person)
    known = next((one for one in PersonField if one.value == field), None)
    return str(getattr(account, known.value) or "") if account and known else ""


def _answer(act: Act, order: Order, n: int) -> str:
    """The nth answer of a paid order; "" where none was given, or all are erased."""
    answers = kept_answers(act, [order])[order.id or 0].answers if order.paid_at else []
    return answers[n - 1] if n <= len(answers) else ""
