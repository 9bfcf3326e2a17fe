"""May a member of a shop, or a job, do this to its stock (R88-R92)? Use cases and the door of lists call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.rules.turn import Permission, Row, Standing, Turn, first_refusal
from cardmall.domain.terms import BatchStatus, Offer, Outcome, Reason, Role


class StockAct(StrEnum):
    """What is done to the codes of one's own shop. `read`, `stock`, `serve` and `watch` are a job's alone."""

    hand_in = "hand_in"
    read = "read"
    confirm = "confirm"
    stock = "stock"
    serve = "serve"
    drop = "drop"
    withdraw = "withdraw"
    set_line = "set_line"
    export_codes = "export_codes"
    recall = "recall"
    watch = "watch"


@dataclass(frozen=True)
class StockFacts:
    """All that decides about it.

    `manual`: the product's codes are typed at delivery, and no order waits for stock. `lists` of the shop wait, not
    stocked yet. `batch`: where the list stands (None: it is about no list); `good`: one of its codes can come into
    stock. `untaken`: some codes that are never sold again were not taken along yet, `taken`: some were.
    """

    manual: bool = False
    lists: int = 0
    batch: BatchStatus | None = None
    good: bool = False
    untaken: bool = False
    taken: bool = False


_A, _B = StockAct, BatchStatus
_MEMBER, _JOB = frozenset({Role.merchant}), frozenset({Role.system})
_ROLES: dict[StockAct, frozenset[Role]] = {
    _A.hand_in: _MEMBER,
    _A.read: _JOB,
    _A.confirm: _MEMBER,
    _A.stock: _JOB,
    _A.serve: _JOB,
    _A.drop: _MEMBER | _JOB,
    _A.withdraw: _MEMBER | _JOB,
    _A.set_line: _MEMBER,
    _A.export_codes: _MEMBER,
    _A.recall: _MEMBER | {Role.admin},
    _A.watch: _JOB,
}


def _unticked(who: Standing) -> bool:
    return who.role is Role.merchant and Permission.stock not in who.permissions


def _nothing_to_confirm(facts: StockFacts) -> bool:
    """A list that was confirmed before is confirmed still: a second press is no news."""
    if facts.batch is _B.checked:
        return not facts.good
    return facts.batch not in (_B.stocking, _B.stocked)


def _stays(facts: StockFacts, who: Standing) -> bool:
    """The end of its validity comes while its codes are still coming in; people wait until all of them are there."""
    return facts.batch is not _B.stocked and not (who.role is Role.system and facts.batch is _B.stocking)


def _of(*acts: StockAct) -> frozenset[StockAct]:
    return frozenset(acts)


# The first row of the act that fits refuses.
TABLE: tuple[Row[StockAct, StockFacts], ...] = (
    Row(frozenset(StockAct), lambda f, who, now: _unticked(who), Reason.not_allowed, Offer.overview),
    Row(
        _of(_A.export_codes, _A.recall),
        lambda f, who, now: who.role is Role.merchant and Permission.owner not in who.permissions,
        Reason.not_allowed,
        Offer.overview,
    ),
    Row(
        _of(_A.export_codes),
        lambda f, who, now: f.taken and not f.untaken,
        Reason.exported_before,
        Offer.overview,
    ),
    Row(_of(_A.export_codes), lambda f, who, now: not f.untaken, Reason.changed, Offer.overview),
    Row(_of(_A.hand_in), lambda f, who, now: f.manual, Reason.by_hand, Offer.overview),
    Row(
        _of(_A.hand_in),
        lambda f, who, now: f.lists >= limits.BATCHES_WAITING,
        Reason.too_many_batches,
        Offer.form,
    ),
    Row(_of(_A.read), lambda f, who, now: f.batch is not _B.reading, Reason.changed, Offer.overview),
    Row(_of(_A.confirm), lambda f, who, now: _nothing_to_confirm(f), Reason.changed, Offer.overview),
    Row(_of(_A.stock), lambda f, who, now: f.batch is not _B.stocking, Reason.changed, Offer.overview),
    Row(
        _of(_A.drop),
        lambda f, who, now: f.batch not in (_B.reading, _B.checked, _B.dropped),
        Reason.changed,
        Offer.overview,
    ),
    Row(_of(_A.recall), lambda f, who, now: f.batch not in (None, _B.stocked), Reason.changed, Offer.overview),
    Row(_of(_A.withdraw), lambda f, who, now: _stays(f, who), Reason.changed, Offer.overview),
)


def may(action: StockAct, who: Standing, facts: StockFacts, now: datetime) -> Turn[StockAct]:
    """May `who` do this to the stock of the own shop now? Total: every facts and time has an answer."""
    if who.role not in _ROLES[action]:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
