"""What one person may write: a budget for every act, in one place."""

from cardmall.adapters import attempts, clock
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Offer, Reason, Refused


def spend(actor: Actor, act: str) -> None:
    """Count one try of `act` (the name of a use case). Refused `too_many_tries` with the moment it opens again.

    Every act counts for `limits.ACTS`, some for a budget of their own besides (`limits.ACTS_OF`).
    """
    take_of(actor, limits.ACTS, "act")
    if act in limits.ACTS_OF:
        take_of(actor, limits.ACTS_OF[act], act)


def take_of(actor: Actor, limit: str, what: str) -> None:
    """Count one try of `what` for this person, and for nothing else. Refused like `spend`."""
    _take(limit, what, str(actor.id))


def spend_as(actor: Actor | None, client: str, act: str) -> None:
    """The same for an act that strangers may do, too: without a person it counts for the network address `client`."""
    if actor:
        spend(actor, act)
    else:
        _take(limits.CLIENT_ACTS, "act of a client", client)


def _take(limit: str, what: str, key: str) -> None:
    try:
        attempts.take(limit, what, key)
    except attempts.TooManyTries as why:
        raise too_many(why) from None


def too_many(why: attempts.TooManyTries) -> Refused:
    """The refusal that names, on the shop's clock, when the next try is heard."""
    return Refused(Reason.too_many_tries, Offer.form, at=why.again_at + clock.offset())
