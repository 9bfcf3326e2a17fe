"""May a refund that needs a person go elsewhere, or be sent once more? Pages and use cases call may() (R59)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.refunding import NEVER_REDIRECTED, Hindrance, Stuck, is_redirectable, may_send_again
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, RefundStatus, Role


class RefundAct(StrEnum):
    """What a person does to a refund that stands still: name another account, ask for one, send it once more, or end
    it because the money arrived under a number it was redirected from."""

    redirect = "redirect"
    ask_account = "ask_account"
    resend = "resend"
    end = "end"


@dataclass(frozen=True)
class RefundFacts:
    """All that decides about these acts. `hindrance`: why it last failed; `paid_before`: a number it was redirected
    from was paid; the others as in `Stuck`."""

    status: RefundStatus
    hindrance: Hindrance | None = None
    sent: bool = False
    failed: bool = False
    burnt: bool = False
    asked_for: bool = False
    paid_before: bool = False

    @property
    def needs_person(self) -> bool:
        return self.status in (RefundStatus.needs_attention, RefundStatus.bounced)

    @property
    def is_unpaid(self) -> bool:
        """Nothing the channel was sent under its number can have been paid, whatever stands in its way."""
        return Stuck(self.hindrance or Hindrance.busy, self.sent, failed=self.failed, burnt=self.burnt).is_unpaid

    @property
    def is_owed(self) -> bool:
        """Its money is surely not with the shopper: never sent, proven by the channel, or returned by the bank."""
        return self.status is RefundStatus.bounced or (self.status in _STANDS and self.is_unpaid)

    @property
    def stuck(self) -> Stuck | None:
        """What is known of one that was given up; None of any other."""
        if self.status is not RefundStatus.needs_attention or self.hindrance is None:
            return None
        return Stuck(self.hindrance, self.sent, failed=self.failed, burnt=self.burnt, asked_for=self.asked_for)

    @property
    def is_redirectable(self) -> bool:
        """Its money surely did not go back, and another account helps; what the bank returned needs one, too."""
        return is_redirectable(self.stuck) if self.stuck else self.status is RefundStatus.bounced

    @property
    def is_resendable(self) -> bool:
        """It needs a person, and its own number may be sent once more."""
        given_up = self.status is RefundStatus.needs_attention
        return given_up and (self.stuck is None or may_send_again(self.stuck))


_STANDS = (RefundStatus.requested, RefundStatus.failed, RefundStatus.needs_attention)
_A = RefundAct
_ROLE = {_A.redirect: Role.shopper, _A.ask_account: Role.admin, _A.resend: Role.admin, _A.end: Role.admin}


def _of(*acts: RefundAct) -> frozenset[RefundAct]:
    return frozenset(acts)


# The first row of the act that fits refuses.
TABLE: tuple[Row[RefundAct, RefundFacts], ...] = (
    Row(_of(_A.redirect), lambda f, who, now: not f.needs_person, Reason.stale, Offer.support),
    Row(_of(_A.redirect), lambda f, who, now: not f.is_redirectable, Reason.not_redirectable, Offer.support),
    Row(_of(_A.ask_account), lambda f, who, now: not f.needs_person, Reason.stale, Offer.order),
    Row(
        _of(_A.ask_account),
        lambda f, who, now: f.hindrance in NEVER_REDIRECTED,
        Reason.not_redirectable,
        Offer.support,
    ),
    Row(_of(_A.resend), lambda f, who, now: not f.is_resendable, Reason.number_burnt, Offer.support),
    Row(_of(_A.end), lambda f, who, now: not f.paid_before or not f.is_owed, Reason.stale, Offer.support),
)


def may(action: RefundAct, who: Standing, facts: RefundFacts, now: datetime) -> Turn[RefundAct]:
    """May `who` do this to the refund now? Total: every facts and time has an answer."""
    if who.role is not _ROLE[action]:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
