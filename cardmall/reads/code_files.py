"""Codes that are never sold again, and that an owner of their shop may take along once: withdrawn, or voided unseen."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.rules.turn import Permission, standing
from cardmall.domain.terms import CardStatus
from cardmall.models import Card, CodeFile, Product
from cardmall.models.catalog import UNTAKEN
from cardmall.reads.doors import not_found
from cardmall.reads.look import Look
from cardmall.reads.people import require


def is_untaken(product: Product) -> tuple[Any, ...]:
    """Conditions of the product's cards whose codes may be taken: nobody has seen them, none came into stock again
    on another card of the shop, none was taken before, and of two withdrawn cards with one code one is."""
    mine, unseen = Card.product_id == product.id, (sa.text(UNTAKEN), col(Card.twin_of).is_(None))
    other = aliased(Card)
    here = (col(other.product_id) == col(Card.product_id), col(other.blind) == col(Card.blind))
    there = [col(other.shop_blind) == col(Card.shop_blind)]
    if product.case_sensitive:  # "aB" and "AB" are two codes here, and one in the index of the shop
        there.append((col(other.product_id) != col(Card.product_id)) | (col(other.blind) == col(Card.blind)))
    taken, twice = col(other.code_file_id).is_not(None), col(other.id) < col(Card.id)
    kept = (col(other.id) != col(Card.id), (col(other.status) != CardStatus.withdrawn) | taken | twice)
    indexed = col(Card.shop_blind) != ""  # then its shop's index finds all, and the product is not searched
    once = sa.case((indexed, ~sa.exists().where(*there, *kept)), else_=~sa.exists().where(*here, *kept))
    return mine, *unseen, once, ~sa.exists().where(col(other.twin_of) == col(Card.id))


def some_untaken(session: Session, product: Product) -> bool:
    """At least one code may be taken."""
    return session.exec(select(Card.id).where(*is_untaken(product)).limit(1)).first() is not None


def open_file(look: Look, product: Product) -> CodeFile | None:
    """The newest file of this product that whoever looks made and may still read."""
    return look.session.exec(_own(look).where(CodeFile.product_id == product.id)).first()


def own_file(look: Look, key: object) -> CodeFile:
    """A file by its key. Refused: not one's own, not known, or older than CODE_FILE_OPEN."""
    found = look.session.exec(_own(look).where(CodeFile.id == str(key))).first()
    if found is None:
        raise not_found()
    return found


def _own(look: Look) -> Any:
    """Of the shop whoever looks is an owner of now."""
    who = require(look.who)
    mine = (CodeFile.maker_id == who.id, col(CodeFile.created_at) > look.now - limits.CODE_FILE_OPEN)
    shop = who.shop_id if Permission.owner in standing(who).permissions else None
    its = sa.exists().where(col(Product.id) == CodeFile.product_id, col(Product.shop_id) == shop)
    return select(CodeFile).where(*mine, its).order_by(col(CodeFile.created_at).desc(), col(CodeFile.id))


def codes_of(look: Look, file: CodeFile, after: str) -> list[tuple[str, str]]:
    """Some codes of a file with their cards' ids, those after card `after`."""
    wanted = select(Card.id, Card.sealed_code).where(Card.code_file_id == file.id, col(Card.id) > after)
    rows = look.session.exec(wanted.order_by(col(Card.id)).limit(limits.CODES_AT_ONCE)).all()
    return [(card, look.world.vault.open(card, sealed)) for card, sealed in rows]
