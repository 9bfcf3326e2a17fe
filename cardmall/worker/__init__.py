"""Job handlers: act outside any transaction, apply in one. Each re-decides before it acts (R79)."""

from cardmall.adapters import housekeeping, reindex
from cardmall.worker import cases, days, orders, payments, refunds, shops, statements, stock
from cardmall.worker.runner import job_workers, message_sender, take_up

SUBJECTS = (
    cases,
    days,
    orders,
    payments,
    refunds,
    shops,
    statements,
    stock,
    housekeeping,
    reindex,
)  # read for their handlers

__all__ = ["job_workers", "message_sender", "take_up"]
