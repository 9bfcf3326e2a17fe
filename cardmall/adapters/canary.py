"""The sealed canary: a word only our own secret opens. A wrong or lost secret must not seal under another key."""

from cryptography.exceptions import InvalidTag
from sqlmodel import Session, col, select

from cardmall.adapters.db import reading, transaction
from cardmall.adapters.vault import CodeVault
from cardmall.models import Card, Remembered
from cardmall.settings import WrongSetting

NAME = "canary"


def check_secret(vault: CodeVault) -> None:
    """Raises WrongSetting when what was sealed here was sealed with another secret; the first start keeps a canary."""
    try:
        with reading() as session:
            known = _has_canary(session, vault)
    except (InvalidTag, KeyError, ValueError):
        why = "the codes in this database were sealed with another one; start with that (in a demo: demo-key.json)"
        raise WrongSetting("CARDMALL_SECRET", why) from None
    if not known:
        with transaction() as session:
            session.add(Remembered(name=NAME, value=vault.seal_word(NAME, "CardMall")))


def _has_canary(session: Session, vault: CodeVault) -> bool:
    """Is there a canary? Raises InvalidTag when it, or the first card, was sealed with another secret."""
    canary = session.get(Remembered, NAME)
    if canary is not None:
        return bool(vault.open_word(NAME, canary.value))
    _open_a_card(session, vault)
    return False


def _open_a_card(session: Session, vault: CodeVault) -> None:
    """A database from before the canary: its first card must open."""
    card = session.exec(select(Card).order_by(col(Card.id)).limit(1)).first()
    if card is not None:
        vault.open(card.id, card.sealed_code)
