"""How much one shopper may keep from the others without paying."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cardmall.domain import limits


def possible_now(available: int, own_unpaid: int) -> int:
    """How many more pieces of a product the shopper may order, 0 for none.

    `own_unpaid` pieces wait for the shopper's payment, `available` are free. Together with them at most half of what is
    free for this shopper, but always `limits.UNPAID_PIECES`.
    """
    most = max(limits.UNPAID_PIECES, (available + own_unpaid) // 2)
    return min(available, max(0, most - own_unpaid))


def expires_in(pay_by: datetime, paying: bool, now: datetime) -> timedelta | None:
    """How long an unpaid order waits still; None: it expires now.

    `paying`: the channel says that the money is on its way. Then the order waits past `pay_by`, at most
    `limits.PAYING_WAITS`, and is looked at again as often as the channel is asked.
    """
    if now < pay_by:
        return pay_by - now
    if not paying or now >= pay_by + limits.PAYING_WAITS:
        return None
    return min(limits.PAYING_ASKED, pay_by + limits.PAYING_WAITS - now)


def opens_at(lapses: Sequence[datetime], now: datetime) -> datetime | None:
    """When the shopper may order the product again; None: now.

    `lapses`: when orders of it ended unpaid. The third within a day, and each one after it, asks for a pause.
    """
    counted = [at for at in lapses if at > now - limits.LAPSES_COUNT]
    if len(counted) < limits.LAPSES:
        return None
    opens = max(counted) + limits.LAPSE_PAUSE
    return opens if opens > now else None
