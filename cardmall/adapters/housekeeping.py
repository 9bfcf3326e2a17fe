"""Jobs that keep the tables small and clean, whatever is traded."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters.jobs import periodic
from cardmall.domain import limits
from cardmall.domain.upkeep import PruneJobs, WipeCodes
from cardmall.models import Job
from cardmall.services.account import codes
from cardmall.services.act import Act


@periodic(PruneJobs, timedelta(days=1))
def prune_jobs(act: Act, task: PruneJobs, _: Any) -> timedelta | None:
    """Jobs done long ago tell nothing the events do not; piece by piece until none is left."""
    old = sa.select(col(Job.id)).where(col(Job.state) == "done", col(Job.due_at) < act.now - limits.JOBS_KEPT)
    gone = act.session.connection().execute(sa.delete(Job).where(col(Job.id).in_(old.limit(limits.JOBS_PRUNED))))
    return timedelta() if gone.rowcount == limits.JOBS_PRUNED else None


@periodic(WipeCodes, limits.CONFIRM_CODE_LIFE)
def wipe_old_codes(act: Act, task: WipeCodes, _: Any) -> None:
    codes.wipe_codes(act)
