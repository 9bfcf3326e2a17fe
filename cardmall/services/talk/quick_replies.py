"""Words a shop keeps for its answers: written, changed, deleted."""

import uuid

from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.naming import same_name, typed_name
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.topics import quick_replies_topic
from cardmall.domain.words import said
from cardmall.models import QuickReply
from cardmall.reads.doors import not_found
from cardmall.services.act import Act
from cardmall.services.ending import touch
from cardmall.services.shop.group_room import own_shop


def save_quick_reply(
    act: Act, key: object = "", *, title: object, text: object, seen: tuple[str, str] | None = None
) -> None:
    """Keep a quick reply of the own shop, or change the one of this `key`. Refused: it no longer says what was `seen`
    (title, text; None: whatever it says); beside the field: out of bounds, a title another one has, one too many."""
    shop_id = own_shop(act)
    ours = act.session.exec(select(QuickReply).where(QuickReply.shop_id == shop_id)).all()
    reply = next((one for one in ours if one.id == key), None)
    if key and reply is None:
        raise not_found()
    if reply and seen not in (None, (reply.title, reply.text)):
        raise Refused(Reason.changed, Offer.form)
    called, words = typed_name(title), said(text)
    others = [one.title for one in ours if one is not reply]
    wrong = {"title": _wrong_title(called, others), "text": _wrong_text(words)}
    if reply is None and len(ours) >= limits.QUICK_REPLIES:
        wrong["title"] = FieldError.replies_full
    if any(wrong.values()):
        raise invalid(**{name: error for name, error in wrong.items() if error})
    reply = reply or QuickReply(id=str(uuid.uuid4()), shop_id=shop_id, title="", text="", changed_at=act.now)
    reply.title, reply.text, reply.changed_at = called, words, act.now
    act.session.add(reply)
    touch(act.session, quick_replies_topic(shop_id))


def delete_quick_reply(act: Act, key: object) -> None:
    """Keep it no longer. Refused: none of the own shop."""
    mine = col(QuickReply.shop_id) == own_shop(act)
    reply = act.session.exec(select(QuickReply).where(mine, col(QuickReply.id) == str(key))).first()
    if reply is None:
        raise not_found()
    act.session.delete(reply)
    touch(act.session, quick_replies_topic(reply.shop_id))


def _wrong_title(title: str, others: list[str]) -> FieldError | None:
    if not title:
        return FieldError.required
    if len(title) > limits.QUICK_TITLE:
        return FieldError.too_long
    return FieldError.title_taken if any(same_name(title, other) for other in others) else None


def _wrong_text(text: str) -> FieldError | None:
    if not text:
        return FieldError.required
    return FieldError.too_long if len(text) > limits.TEXT_LENGTH else None
