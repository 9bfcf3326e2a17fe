"""自动同意: the caps under which a shop has undelivered requests approved at once, read from its form (R97)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from cardmall.domain import limits
from cardmall.domain.calendar import day_of, end_of
from cardmall.domain.reasons import FieldError
from cardmall.domain.words import fen_of, ticked, wrong_number

RULE_FIELDS, RULE_TICK = ("rule_most", "rule_shopper", "rule_day"), "rule_on"
_DAY, _LEAST = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True)
class ApprovalTerms:
    """What one version of the rule says. `most`: fen a case; how often `per_shopper` in limits.RULE_COUNTED_IN, and
    `per_day` of Shanghai."""

    is_on: bool = False
    most: int = 0
    per_shopper: int = 2
    per_day: int = 20

    @classmethod
    def of(cls, rule: object) -> "ApprovalTerms":
        """What `rule` says: its attributes of the same names."""
        return cls(**{name: getattr(rule, name) for name in vars(OFF)})


OFF = ApprovalTerms()  # before anything was set
# What the form calls each of them.
FIELD_OF = {"is_on": RULE_TICK, "most": "rule_most", "per_shopper": "rule_shopper", "per_day": "rule_day"}


def differing(before: ApprovalTerms, after: ApprovalTerms) -> dict[str, tuple[Any, Any]]:
    """What differs, each with both values."""
    return {name: (old, vars(after)[name]) for name, old in vars(before).items() if old != vars(after)[name]}


def typed_terms(terms: ApprovalTerms) -> dict[str, str]:
    """The same as the form shows it: `read_terms` of it returns `terms`."""
    return {
        RULE_TICK: "on" if terms.is_on else "",
        "rule_most": f"{terms.most // 100}.{terms.most % 100:02d}" if terms.most else "",
        "rule_shopper": str(terms.per_shopper),
        "rule_day": str(terms.per_day),
    }


def read_terms(typed: Mapping[str, str], known: ApprovalTerms) -> tuple[ApprovalTerms, dict[str, FieldError]]:
    """What the form says, and what is wrong by field. Switched off, a wrong number keeps what `known` has: nothing
    stands in the way of switching it off."""
    is_on = ticked(typed.get(RULE_TICK))
    read = {name: _number(name, typed.get(FIELD_OF[name], "").strip()) for name in _CAPS}
    wrong = {FIELD_OF[name]: found for name, found in read.items() if isinstance(found, FieldError)}
    caps = {name: found for name, found in read.items() if not isinstance(found, FieldError)}
    return replace(known, is_on=is_on, **caps), wrong if is_on else {}


_CAPS = {"most": limits.RULE_MOST, "per_shopper": limits.RULE_SHOPPER, "per_day": limits.RULE_DAY}


def _number(name: str, text: str) -> int | FieldError:
    """The cap a field says, or why it is none that is allowed."""
    found = fen_of(text) if name == "most" else _whole(text)
    if found is not None and found in _CAPS[name]:
        return found
    if not text:
        return FieldError.required
    return FieldError.not_money if name == "most" and found is None else wrong_number(text)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def merged_terms(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """One form of two that began as `base`: a field I left alone is theirs, a field I changed is mine."""
    return {name: mine[name] if mine[name] != base[name] else value for name, value in theirs.items()}


def on_since(
    before: datetime | None, after: ApprovalTerms, now: datetime, paid: datetime | None = None
) -> datetime | None:
    """Since when a rule is on without a break; None: it is off. `before`: the same of the version before; `paid`: when
    the last order was paid that waits now, perhaps after the press: it was there before the rule."""
    first = max(now, paid + _LEAST) if paid else now
    return (before or first) if after.is_on else None


def counted_from(now: datetime) -> tuple[datetime, datetime]:
    """From when on approvals count: those of the same shopper, those of the day."""
    today: date = day_of(now)
    return now - limits.RULE_COUNTED_IN, end_of(today - _DAY)
