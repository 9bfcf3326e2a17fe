"""Which sentence says why a way is closed: by its row, and by what the order has to tell (catalog way.closed)."""

from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.ways import Decision
from cardmall.domain.terms import Reason, Way
from cardmall.reads.whole import WholeOrder

# Said of codes; of a receipt `<key>_receipt` is.
_OF_CODES = {
    (Way.return_, Reason.used),
    (Way.return_, Reason.not_delivered),
    (Way.return_, Reason.not_paid),
    (Way.appeal, Reason.window_over),
}


def why_closed(decision: Decision, whole: WholeOrder) -> str:
    """The key below way.closed, such as "appeal_window_over_sealed", where no code was ever looked at."""
    way, reason = decision.way, decision.reason
    key = f"{way.value}_{reason.value}"
    if whole.order.terms.form is ProductForm.receipt:
        return f"{key}_receipt" if (way, reason) in _OF_CODES else key
    unseen = (way, reason) == (Way.appeal, Reason.window_over) and not whole.facts.revealed
    return f"{key}_sealed" if unseen else key
