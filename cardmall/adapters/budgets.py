"""What one person may write: a budget for every act, in one place."""

from cardmall.adapters import attempts, clock
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Offer, Reason, Refused


def spend(actor: Actor, act: str) -> None:
    """Count one try of `act` (the name of a use case). Refused `too_many_tries` with the moment it opens again.

    Every act counts for `limits.ACTS`, some for a budget of their own besides (`limits.ACTS_OF`).
    """
    try:
        attempts.take(limits.ACTS, "act", str(actor.id))
        if act in limits.ACTS_OF:
            attempts.take(limits.ACTS_OF[act], act, str(actor.id))
    except attempts.TooManyTries as why:
        raise too_many(why) from None


def too_many(why: attempts.TooManyTries) -> Refused:
    """The refusal that names, on the shop's clock, when the next try is heard."""
    return Refused(Reason.too_many_tries, Offer.form, at=why.again_at + clock.offset())
