"""Every refusing rule of `cardmall/domain/rules/`, and how one of them is broken in memory."""

import pkgutil
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from inspect import getsource
from typing import Any

from cardmall.domain import rules
from cardmall.domain.rules import ways
from cardmall.domain.rules.turn import Row, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason

MODULES = [import_module(f"{rules.__name__}.{info.name}") for info in pkgutil.iter_modules(rules.__path__)]
# Their may() refuses a role before the table.
HEADS = [module for module in MODULES if "if who.role" in getsource(getattr(module, "may", rules))]
OF_CLOCK = ("deadlines.", "erasing.", "settlement.")
GONE, WORDS = "gone", "words"


@dataclass(frozen=True)
class Rule:
    """One refusing row. `table`: its module and name, or its way; `place`: its index, or the act whose roles it is."""

    table: str
    place: str
    acts: str
    reason: Reason
    is_of_role: bool = False  # who has another role

    @property
    def id(self) -> str:
        return f"{self.table}:{self.place}"

    @property
    def is_of_clock(self) -> bool:
        """Only jobs meet it."""
        return self.table.startswith(OF_CLOCK) or self.acts == "expire" or self.reason is Reason.too_early


@dataclass(frozen=True)
class Damage:
    """`how`: the rule is `gone`, or refuses with the `words` of a neighbour."""

    rule: Rule
    how: str

    @property
    def id(self) -> str:
        """What TEST_DAMAGE says to have it done."""
        return f"{self.rule.id}:{self.how}"


def _is_row(found: Any) -> bool:
    """One of the two kinds: a Row, or a plain tuple of a function and a reason."""
    if isinstance(found, Row):
        return True
    return isinstance(found, tuple) and callable(found[0]) and any(isinstance(word, Reason) for word in found)


def _is_table(found: Any) -> bool:
    return isinstance(found, tuple) and bool(found) and all(map(_is_row, found))


def tables() -> dict[str, tuple[Any, ...]]:
    """Every table by its name, the lists of the four ways each on its own."""
    found: dict[str, tuple[Any, ...]] = {}
    for module in MODULES:
        for variable, value in vars(module).items():
            if _is_table(value):
                found[f"{module.__name__.rpartition('.')[2]}.{variable}"] = value
    return found | {f"ways.{way.name}": rows for way, rows in ways.TABLE.items()}


def _put(table: str, rows: tuple[Any, ...]) -> None:
    name, _, variable = table.partition(".")
    if name == "ways":
        way = next(way for way in ways.TABLE if way.name == variable)
        ways.TABLE[way] = rows
    else:
        setattr(import_module(f"{rules.__name__}.{name}"), variable, rows)


def _reason(row: Any) -> Reason:
    return row.reason if isinstance(row, Row) else next(word for word in row if isinstance(word, Reason))


def _refuses(row: Any) -> bool:
    return isinstance(row, Row) or Outcome.open not in row


def _is_of_role(row: Any) -> bool:
    """A row that refuses a role, or the turn that came of it."""
    return isinstance(row, Row | Turn) and (row.reason, row.offer) == (Reason.not_allowed, Offer.orders)


def _acts(row: Any) -> str:
    return " ".join(sorted(row.acts)) if isinstance(row, Row) else ""


def every_rule() -> list[Rule]:
    """All that refuse: the rows of the tables, then the roles each act is for."""
    rows = [
        Rule(table, str(n), _acts(row), _reason(row), _is_of_role(row))
        for table, found in tables().items()
        for n, row in enumerate(found)
        if _refuses(row)
    ]
    roles = [
        Rule(f"{module.__name__.rpartition('.')[2]}.may", act, act, Reason.not_allowed, is_of_role=True)
        for module in HEADS
        for act in sorted({act for row in module.TABLE for act in row.acts})
    ]
    return rows + roles


def choose(count: int, dice: random.Random) -> list[Damage]:
    """So many rules: one of every table, the others by chance; each with one of the two damages."""
    known = every_rule()
    dice.shuffle(known)
    one_of_each = {rule.table: rule for rule in known}.values()
    chosen = [*one_of_each, *(rule for rule in known if rule not in one_of_each)][:count]
    return [Damage(rule, dice.choice((GONE, WORDS))) for rule in sorted(chosen, key=lambda rule: rule.id)]


def break_rule(damage: str) -> None:
    """Break the rule this id names, in this process."""
    table, place, how = damage.split(":")
    if table.endswith(".may"):
        module = next(module for module in HEADS if module.__name__.endswith("." + table.removesuffix(".may")))
        _break_role(module, place, how)
    else:
        rows = tables()[table]
        _put(table, tuple(_broken(rows, n, how) if n == int(place) else row for n, row in enumerate(rows)))


def _broken(rows: tuple[Any, ...], n: int, how: str) -> Any:
    row = rows[n]
    if how == WORDS:
        other = next(_reason(one) for one in (*rows[n + 1 :], *rows[:n]) if _reason(one) is not _reason(row))
        return _changed(row, reason=other)
    if n == len(rows) - 1 and isinstance(row, tuple) and Outcome.refused in row:
        # A way has an answer always: what is not refused is open.
        return tuple(Outcome.open if word is Outcome.refused else word for word in row)
    return _changed(row, fits=lambda *told: False)


def _changed(row: Any, fits: Callable[..., bool] | None = None, reason: Reason | None = None) -> Any:
    if isinstance(row, Row):
        return replace(row, fits=fits or row.fits, reason=reason or row.reason)
    return (fits or row[0], *(reason if reason and isinstance(word, Reason) else word for word in row[1:]))


def _break_role(module: Any, act: str, how: str) -> None:
    asked = module.may

    def may(action: Any, who: Any, facts: Any, now: Any) -> Turn[Any]:
        turn = asked(action, who, facts, now)
        if action != act or not _is_of_role(turn):
            return turn
        return (
            replace(turn, reason=Reason.stale) if how == WORDS else first_refusal(module.TABLE, action, who, facts, now)
        )

    module.may = may


def watch(note: Callable[[str], None]) -> None:
    """Have `note` told the id of every rule that refuses, each time it does."""
    for table, rows in tables().items():
        _put(table, tuple(_changed(row, fits=_noting(row, f"{table}:{n}", note)) for n, row in enumerate(rows)))
    for module in HEADS:
        _watch_roles(module, note)


def _noting(row: Any, name: str, note: Callable[[str], None]) -> Callable[..., bool]:
    fits = row.fits if isinstance(row, Row) else row[0]

    def told(*args: Any) -> bool:
        found = fits(*args)
        if found:
            note(name)
        return found

    return told


def _watch_roles(module: Any, note: Callable[[str], None]) -> None:
    asked, name = module.may, module.__name__.rpartition(".")[2]

    def may(action: Any, who: Any, facts: Any, now: Any) -> Turn[Any]:
        turn = asked(action, who, facts, now)
        if _is_of_role(turn):
            note(f"{name}.may:{action}")
        return turn

    module.may = may
