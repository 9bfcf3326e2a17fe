"""An owner takes codes along that are never sold again, each once, with the password typed anew (R92)."""

import uuid

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.rules.stock import StockAct, StockFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import FieldError, invalid
from cardmall.domain.topics import stock_topic
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Card, CodeFile, Product
from cardmall.reads.batches import stocked_product
from cardmall.reads.code_files import is_untaken, some_untaken
from cardmall.services.act import Act, record
from cardmall.services.ending import touch
from cardmall.services.order.delivery import one_at_a_time


def export_codes(act: Act, slug: object, checked: str) -> str:
    """Put up to CODE_FILE codes of a product into a file that its maker may read for CODE_FILE_OPEN; its key.

    `checked`: the hash that the owner's password was compared with. Refused: not_allowed, exported_before, changed
    where nothing is to be taken; beside the field a password that was changed meanwhile.
    """
    product = stocked_product(act, slug)
    one_at_a_time(act.session, product.shop_id)  # none of these codes comes into stock again meanwhile
    _demand(act, product)
    if act.session.get_one(Account, act.who.id).password_hash != checked:
        raise invalid(password=FieldError.wrong)
    file = CodeFile(id=uuid.uuid4().hex, product_id=product.id or 0, maker_id=act.who.id, cards=0, created_at=act.now)
    act.session.add(file)
    act.session.flush()
    file.cards = _take(act, product, file)
    record(act, Verb.codes_taken, product=product.slug, cards=file.cards)
    touch(act.session, stock_topic(product.id))
    return file.id


def _demand(act: Act, product: Product) -> None:
    before = select(CodeFile.id).where(CodeFile.product_id == product.id).limit(1)
    untaken, taken = some_untaken(act.session, product), act.session.exec(before).first() is not None
    turn = may(StockAct.export_codes, standing(act.who), StockFacts(untaken=untaken, taken=taken), act.now)
    if not turn.is_open:
        raise turn.refusal()


def _take(act: Act, product: Product, file: CodeFile) -> int:
    """Mark the cards of the file; how many."""
    few = select(Card.id).where(*is_untaken(product)).order_by(col(Card.id)).limit(limits.CODE_FILE)
    ids = act.session.exec(few).all()
    marked = sa.update(Card).where(col(Card.id).in_(sa.bindparam("ids", expanding=True))).values(code_file_id=file.id)
    for start in range(0, len(ids), limits.CODES_AT_ONCE):
        act.session.connection().execute(marked, {"ids": ids[start : start + limits.CODES_AT_ONCE]})
    return len(ids)
