"""An owner, or an admin for the shop, takes cards back that should not have been sold: one press, then a job and a
transaction for each order (R93)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.codes import compared, lines_of
from cardmall.domain.recalls import ItemStatus, Looked, RecallAsked, read_recall
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import CardStatus, FieldError, Role, invalid
from cardmall.domain.topics import stock_topic
from cardmall.domain.upkeep import ListRecall, RecallOrder
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Batch, Card, Product, Recall, RecallItem
from cardmall.reads.batches import demand_stock
from cardmall.reads.doors import not_found
from cardmall.reads.locks import locking
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.recalls import (
    LOOKED_AT,
    RecallEffect,
    Scope,
    halted_jobs,
    is_unfinished,
    last_recall,
    recall_effect,
    recall_for,
    recalled_product,
    to_be_recalled,
)
from cardmall.services.act import Act, record, reopen, schedule, schedule_all
from cardmall.services.ending import touch
from cardmall.services.order.delivery import one_at_a_time
from cardmall.services.order.shelf import withdraw_recalled
from cardmall.services.shop.withdrawing import begin_withdrawing
from cardmall.services.talk.notify import tell_members


def preview_recall(look: Look, slug: object, typed: Mapping[str, object]) -> RecallEffect:
    """How many orders and cards a recall would touch, and how many fen could go back. Refused as press_recall."""
    product = recalled_product(look, slug)
    return recall_effect(look.session, _scope(look, product, read_recall(typed)))


def press_recall(act: Act, slug: object, typed: Mapping[str, object]) -> str:
    """Take a whole batch of a product back, or the cards with some codes, as the form says; the recall's key.

    From now on none of these cards is delivered, offered or looked at. A second press is nothing. Refused:
    not_allowed, changed unless the whole batch is in stock; beside the field.
    """
    product = recalled_product(act, slug)
    asked = read_recall(typed)
    one_at_a_time(act.session, product.shop_id)  # none of these codes comes into stock again meanwhile
    scope = _scope(act, product, asked, lock=True)
    if not to_be_recalled(act.session, scope):
        if before := last_recall(act.session, scope):
            _advance(act, act.session.get_one(Recall, before))
            return before
        raise invalid(**{"batch" if scope.batch else "codes": FieldError.not_a_choice})
    return _press(act, scope, asked)


def _press(act: Act, scope: Scope, asked: RecallAsked) -> str:
    product, batch, maker = scope.product, scope.batch, require(act.who)
    recall = Recall(
        id=uuid.uuid4().hex,
        shop_id=product.shop_id,
        product_id=product.id or 0,
        batch_id=batch.id if batch else None,
        maker_id=maker.id,
        role=maker.role,
        reason=asked.reason,
        words=asked.words,
        remedy=asked.remedy,
        looked_too=scope.looked_too,
        pressed_at=act.now,
    )
    act.session.add(recall)
    act.session.flush()
    _mark(act, scope, recall)
    _take_off_the_shelf(act, scope, recall)
    _record(act, scope, recall)
    schedule(act, ListRecall(recall.id), act.now)
    if maker.role is Role.admin:
        tell_members(act, product.shop_id, NoticeKind.stock_recalled, product=product.name)
    touch(act.session, stock_topic(product.id))
    return recall.id


def _record(act: Act, scope: Scope, recall: Recall) -> None:
    named = {"batch": scope.batch.name} if scope.batch else {}
    told = {"product": scope.product.slug, "reason": recall.reason.value, "remedy": recall.remedy.value}
    record(act, Verb.recall_pressed, recall.words, recall=recall.id, looked=scope.looked_too, **told, **named)


def _mark(act: Act, scope: Scope, recall: Recall) -> None:
    """Each card names its recall, and those of orders are listed; whoever holds a card is waited for."""
    ids = locking(select(Card.id).where(*scope.cards).order_by(col(Card.created_at), col(Card.id)))
    run = act.session.connection().execute
    run(sa.update(Card).where(col(Card.id).in_(ids), col(Card.recall_id).is_(None)).values(recall_id=recall.id))
    looked = col(Card.status).in_(LOOKED_AT)
    named: tuple[sa.ColumnElement[bool], ...] = (col(Card.recall_id) == recall.id, col(Card.order_id).is_not(None))
    found = sa.select(
        *(sa.literal(recall.id), col(Card.id), col(Card.order_id)),
        *(looked, sa.literal(ItemStatus.waiting.value)),
    ).where(scope.named, *named)
    run(sa.insert(RecallItem).from_select(["recall_id", "card_id", "order_id", "looked", "status"], found))


def _take_off_the_shelf(act: Act, scope: Scope, recall: Recall) -> None:
    """Cards that are of no order are withdrawn: so many at once, those of the batch as when it is withdrawn; what is
    left lies under recall, and is not sold."""
    if scope.batch:
        begin_withdrawing(act, scope.batch)
    # Hides the status from the planner, which would take its index: that holds every available card of the mall.
    available = sa.case((col(Card.status) == CardStatus.available, 1)) == 1
    lying = select(Card).where(scope.named, Card.recall_id == recall.id, available)
    lying = lying.order_by(col(Card.created_at), col(Card.id)).limit(limits.WITHDRAWN_AT_ONCE)
    withdraw_recalled(act, act.session.exec(locking(lying)).all())


def _scope(look: Look, product: Product, asked: RecallAsked, *, lock: bool = False) -> Scope:
    looked_too = asked.looked is Looked.all
    if asked.batch:
        return Scope(product, batch=_batch(look, product, asked.batch, lock=lock), looked_too=looked_too)
    return Scope(product, ids=_named(look, product, asked.codes), looked_too=looked_too)


def _batch(look: Look, product: Product, name: str, *, lock: bool) -> Batch:
    """A batch of the product whose codes are all in stock."""
    wanted = select(Batch).where(Batch.shop_id == product.shop_id, Batch.name == name)
    wanted = wanted.where(Batch.product_id == product.id).order_by(col(Batch.id))
    found = look.session.exec(locking(wanted) if lock else wanted).first()
    if found is None:
        raise not_found()
    demand_stock(look, StockAct.recall, found)
    return found


def _named(look: Look, product: Product, codes: str) -> Sequence[str]:
    """The cards of the product with these codes. Refused beside the field: none, too many, or not all are cards."""
    typed = [code for code in lines_of(codes) if compared(code, case_sensitive=product.case_sensitive)]
    if not typed:
        raise invalid(codes=FieldError.required)
    if len(typed) > limits.RECALLED_CARDS:
        raise invalid(codes=FieldError.too_many)
    blinds = {look.world.vault.blinds(product, code)[0] for code in typed}
    wanted = select(Card.id, Card.blind).where(Card.product_id == product.id, col(Card.blind).in_(blinds))
    found = look.session.exec(wanted.order_by(col(Card.id))).all()
    if {blind for _, blind in found} != blinds:
        raise invalid(codes=FieldError.not_a_choice)
    return [card for card, _ in found]


def list_orders(act: Act, recall_id: str) -> timedelta | None:
    """Schedule a job for each of the next orders of a recall; None when all of them have one."""
    recall = act.session.get_one(Recall, recall_id)
    mine = (RecallItem.recall_id == recall.id, col(RecallItem.order_id) > recall.listed)
    wanted = select(RecallItem.order_id).where(*mine).distinct().order_by(col(RecallItem.order_id))
    orders = act.session.exec(wanted.limit(limits.RECALL_LISTED_AT_ONCE)).all()
    if not orders:
        return None
    schedule_all(act, [(RecallOrder(recall.id, one), act.now + _after(n)) for n, one in enumerate(orders)])
    recall.listed = orders[-1]
    act.session.add(recall)
    return _after(len(orders)) if len(orders) == limits.RECALL_LISTED_AT_ONCE else None


def _after(orders: int) -> timedelta:
    """How long so many others take: of one shop each waits for the one before, and other work comes between."""
    return orders // limits.RECALL_A_SECOND * timedelta(seconds=1)


def retry_recall(act: Act, key: object) -> None:
    """Deal with what failed or waits for something now, not at its time, at the pace of a recall; what a shop cannot
    pay is advanced once an admin asks.
    Refused: not_allowed, not_found."""
    recall = recall_for(act, key)
    if not _advance(act, recall) and _again(act, recall):
        _record_retry(act, recall)


def _advance(act: Act, recall: Recall) -> bool:
    """An admin takes over a recall of the shop that is not over: the platform pays what the shop cannot. Whether."""
    if require(act.who).role is not Role.admin or recall.role is Role.admin or not is_unfinished(act.session, recall):
        return False
    recall.role = Role.admin
    act.session.add(recall)
    _again(act, recall)
    _record_retry(act, recall)
    return True


def _again(act: Act, recall: Recall) -> bool:
    """Run the halted jobs anew, each in its turn; whether there are any. One whose turn comes as soon keeps it."""
    halted = halted_jobs(act.session, recall)
    soon = act.now + _after(len(halted))
    jobs = [job for job in halted if job.state == "dead" or job.failures or job.due_at > soon]
    for at in range(0, len(jobs), limits.RECALL_A_SECOND):
        reopen(act, jobs[at : at + limits.RECALL_A_SECOND], act.now + _after(at))
    return bool(jobs)


def _record_retry(act: Act, recall: Recall) -> None:
    record(act, Verb.recall_retried, recall=recall.id)
    touch(act.session, stock_topic(recall.product_id))
