"""Every kind of job: its key and arguments are those of the rows that already wait, and a row is read back."""

from datetime import UTC, datetime, timedelta

import pytest

from cardmall.domain.jobs import (
    TASKS,
    CaseDeadline,
    ClosePayment,
    Complete,
    DeadlineNear,
    Deliver,
    EndGrace,
    EndHold,
    EndTransfer,
    EraseAnswers,
    ExpireOrder,
    FollowShop,
    JobKind,
    QueryPayment,
    QueryRefund,
    RefundStuck,
    RefundUnanswered,
    RulingLate,
    SendRefund,
    Settle,
    Task,
    TransferDeadline,
    read_task,
)
from cardmall.domain.upkeep import (
    CheckBooks,
    CheckStatement,
    CloseDays,
    CloseMismatches,
    DropBatch,
    DropPicture,
    EndAway,
    ListRecall,
    PartTwins,
    PruneJobs,
    ReadBatch,
    RecallOrder,
    ReindexCodes,
    ServeWaiting,
    StockBatch,
    VisitShop,
    WatchStock,
    WipeCodes,
    WithdrawBatch,
)

AT = datetime.fromtimestamp(1_700_000_000.987654, UTC)
ISO = AT.isoformat()
BEFORE = int((AT - timedelta(hours=2)).timestamp())

STORED: list[tuple[Task, str, dict[str, object]]] = [
    (ExpireOrder(7), "expire:7", {"order": 7}),
    (Deliver(7, AT), "deliver:7:1700000000.987654", {"order": 7}),
    (Complete(7), "complete:7", {"order": 7}),
    (Settle(7, AT), "settle:7:1700000000", {"order": 7}),
    (EraseAnswers(7), "erase_answers:7", {"order": 7}),
    (EndHold(7, case_no="C1"), "end_hold:C1", {"order": 7}),
    (EndHold(7, AT, case_no="C1"), "end_hold:C1:1700000000", {"order": 7}),
    (FollowShop(7, AT), "follow_shop:7:1700000000.987654", {"order": 7}),
    (FollowShop(7, case_no="C1"), "follow_shop:case:C1", {"order": 7}),
    (CaseDeadline("C1", 7, AT), "case_deadline:C1:1700000000.987654", {"case": "C1"}),
    (
        DeadlineNear("C1", 7, deadline=AT, hours=2),
        f"deadline_near:C1:{BEFORE}",
        {"case": "C1", "deadline": ISO, "hours": 2},
    ),
    (EndGrace("C1", 7), "end_grace:C1", {"case": "C1"}),
    (RulingLate("C1", 7, AT), "ruling_late:C1:1700000000", {"case": "C1"}),
    (TransferDeadline("T1", 7), "transfer_deadline:T1", {"transfer": "T1"}),
    (EndTransfer("T1", 7, AT), "end_transfer:T1:1700000000.988", {"transfer": "T1"}),
    (QueryPayment("P1", 7), "query_payment:P1", {"payment": "P1"}),
    (QueryPayment("P1", 7, AT), "query_payment:P1:statement:1700000000.988", {"payment": "P1"}),
    (ClosePayment("P1", 7), "close_payment:P1", {"payment": "P1"}),
    (SendRefund("R1", 7), "send_refund:R1:0", {"refund": "R1"}),
    (SendRefund("R1", 7, AT), "send_refund:R1:1700000000.988", {"refund": "R1"}),
    (QueryRefund("R1", 7, AT), "query_refund:R1:1700000000.988", {"refund": "R1"}),
    (RefundUnanswered("R1", 7, AT), "refund_unanswered:R1:1700000000", {"refund": "R1"}),
    (RefundStuck("R1", 7, AT), "refund_stuck:R1:1700000000", {"refund": "R1"}),
    (VisitShop(3, 40, AT), "visit_shop:3:1700000000.987654:40", {"shop": 3, "after": 40, "since": ISO}),
    (EndAway(3, AT), "end_away:3:1700000000.987654", {"shop": 3}),
    (DropPicture("p1"), "drop_picture:p1", {"picture": "p1"}),
    (ReindexCodes(""), "reindex_codes:", {"after": ""}),
    (PartTwins("blind", "card"), "part_twins:card", {"twins": "blind"}),
    (ReadBatch("b1"), "read_batch:b1", {"batch": "b1"}),
    (StockBatch("b1"), "stock_batch:b1", {"batch": "b1"}),
    (DropBatch("b1"), "drop_batch:b1", {"batch": "b1"}),
    (WithdrawBatch("b1"), "withdraw_batch:b1", {"batch": "b1"}),
    (WithdrawBatch("b1", AT), "withdraw_batch:b1:1700000000", {"batch": "b1"}),
    (ServeWaiting(5, AT), "serve_waiting:5:1700000000.987654", {"product": 5}),
    (ListRecall("r1"), "list_recall:r1", {"recall": "r1"}),
    (RecallOrder("r1", 7), "recall_order:r1:7", {"recall": "r1", "order": 7}),
    (WatchStock(19), "watch_stock:19", {}),
    (CloseMismatches(AT), "close_mismatches:1700000000.988", {}),
    (CheckStatement(19), "check_statement:19", {}),
    (PruneJobs(19), "prune_jobs:19", {}),
    (WipeCodes(19), "wipe_codes:19", {}),
    (CloseDays(19), "close_days:19", {}),
    (CheckBooks(19), "check_books:19", {}),
]


@pytest.mark.parametrize(("task", "key", "args"), STORED, ids=[key for _, key, _ in STORED])
def test_a_job_is_stored_as_it_always_was_and_read_back(task: Task, key: str, args: dict[str, object]) -> None:
    assert (task.key, task.args) == (key, args)
    read = read_task(task.kind.value, args, task.about, key)
    assert type(read) is type(task) and (read.key, read.args, read.about) == (key, args, task.about)


def test_every_kind_has_its_task_and_its_row_above() -> None:
    assert set(TASKS) == set(JobKind) == {task.kind for task, _, _ in STORED}


def test_a_row_from_before_tells_its_order_only_where_its_arguments_do() -> None:
    assert read_task("deliver", {"order": 7}, None, "k").about == 7
    assert read_task("end_grace", {"case": "C1"}, None, "k").about is None
    assert read_task("prune_jobs", {}, None, "k").about is None


@pytest.mark.parametrize(
    ("task", "key"),
    [
        (ExpireOrder(7), "expire_order:7:repair:1700000000.988"),
        (EndHold(7), "end_hold:7:repair:1700000000.988"),
        (SendRefund("R1", 7), "send_refund:R1:repair:1700000000.988"),
        (EndGrace("C1", 7), "end_grace:C1:repair:1700000000.988"),
    ],
)
def test_a_repair_leaves_the_same_task_under_another_key(task: Task, key: str) -> None:
    again = task.again(AT)
    assert (again.key, again.args, again.about) == (key, task.args, 7)


def test_an_unknown_kind_and_a_missing_argument_are_errors() -> None:
    with pytest.raises(ValueError, match="fly"):
        read_task("fly", {}, None, "k")
    with pytest.raises(KeyError):
        read_task("deliver", {}, None, "k")
