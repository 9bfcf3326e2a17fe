"""What can be left for later about shops, pictures, codes and the books, and what is done once in a slot of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from cardmall.domain.jobs import JobKind, Task, joined, read_moment


@dataclass(frozen=True)
class VisitShop(Task, kind=JobKind.visit_shop, digits=6):
    """Go through the orders of a shop that changed at `since`, beginning after the order `after`."""

    shop_id: int
    after: int
    since: datetime

    @property
    def args(self) -> dict[str, Any]:
        return {"shop": self.shop_id, "after": self.after, "since": self.since.isoformat()}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["shop"], args["after"], datetime.fromisoformat(args["since"]), named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.shop_id, read_moment(self.since, self.digits), self.after)


@dataclass(frozen=True)
class EndAway(Task, kind=JobKind.end_away, digits=6):
    """Tell open pages that a shop takes orders again; `until`: the moment it was to be away until."""

    shop_id: int
    until: datetime | None = None

    @property
    def args(self) -> dict[str, Any]:
        return {"shop": self.shop_id}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["shop"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.shop_id, read_moment(self.until, self.digits))


@dataclass(frozen=True)
class DropPicture(Task, kind=JobKind.drop_picture):
    """Forget a picture that was never sent."""

    picture_id: str

    @property
    def args(self) -> dict[str, Any]:
        return {"picture": self.picture_id}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["picture"], named=key)


@dataclass(frozen=True)
class ReindexCodes(Task, kind=JobKind.reindex_codes):
    """Make the indexes of the cards after this id anew."""

    after: str

    @property
    def args(self) -> dict[str, Any]:
        return {"after": self.after}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["after"], named=key)


@dataclass(frozen=True)
class PartTwins(Task, kind=JobKind.part_twins):
    """Part the cards of one code in one shop; `card_id`: the one that showed them."""

    shop_blind: str
    card_id: str | None = None

    @property
    def args(self) -> dict[str, Any]:
        return {"twins": self.shop_blind}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["twins"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.card_id)


@dataclass(frozen=True)
class OfBatch(Task):
    """About a list of codes."""

    batch_id: str
    at: datetime | None = None

    @property
    def args(self) -> dict[str, Any]:
        return {"batch": self.batch_id}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["batch"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.batch_id, read_moment(self.at, self.digits))


class ReadBatch(OfBatch, kind=JobKind.read_batch):
    """Read it, and compare it with the shop's cards."""


class StockBatch(OfBatch, kind=JobKind.stock_batch):
    """Take its good codes into stock."""


class DropBatch(OfBatch, kind=JobKind.drop_batch):
    """Forget it when nobody said yes."""


class WithdrawBatch(OfBatch, kind=JobKind.withdraw_batch):
    """Take its unsold cards off the shelf; `at`: the end of its validity, when that is why."""


@dataclass(frozen=True)
class ListRecall(Task, kind=JobKind.list_recall):
    """Schedule a job for each order that has cards of a recall."""

    recall_id: str

    @property
    def args(self) -> dict[str, Any]:
        return {"recall": self.recall_id}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["recall"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.recall_id)


@dataclass(frozen=True)
class RecallOrder(Task, kind=JobKind.recall_order):
    """Deal with the cards of a recall that lay in this order when it was pressed."""

    recall_id: str
    order_id: int

    @property
    def args(self) -> dict[str, Any]:
        return {"recall": self.recall_id, "order": self.order_id}

    @property
    def about(self) -> int | None:
        return self.order_id

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["recall"], args["order"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.recall_id, self.order_id)


@dataclass(frozen=True)
class ServeWaiting(Task, kind=JobKind.serve_waiting, digits=6):
    """Give what came back to the shelf of a product at `at` to the paid orders that wait for it."""

    product_id: int
    at: datetime | None = None

    @property
    def args(self) -> dict[str, Any]:
        return {"product": self.product_id}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["product"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.product_id, read_moment(self.at, self.digits))


@dataclass(frozen=True)
class CloseMismatches(Task, kind=JobKind.close_mismatches, digits=3):
    """Close the differences that are none any more; `at`: when somebody asked about one."""

    at: datetime | None = None

    def _usual_key(self) -> str:
        return joined(self.kind, read_moment(self.at, self.digits))


@dataclass(frozen=True)
class OfSlot(Task):
    """Done once in every slot of time, counted from 1970."""

    slot: int | None = None

    def _usual_key(self) -> str:
        return joined(self.kind, self.slot)


class CheckStatement(OfSlot, kind=JobKind.check_statement):
    """Compare the channel's statements with the books."""


class PruneJobs(OfSlot, kind=JobKind.prune_jobs):
    """Clear away jobs done long ago."""


class WipeCodes(OfSlot, kind=JobKind.wipe_codes):
    """Wipe confirmation codes that have run out."""


class WatchStock(OfSlot, kind=JobKind.watch_stock):
    """Tell shops what is low or sold out."""


class CloseDays(OfSlot, kind=JobKind.close_days):
    """Carry the sums of every day that is over forward."""


class CheckBooks(OfSlot, kind=JobKind.check_books):
    """Compare every row with the ledger."""
