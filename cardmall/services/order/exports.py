"""What leaves the house as a file is noted: who took what, under which filters (R78)."""

from cardmall.domain.sheets import NEEDS, TAKEN_BY, Export
from cardmall.domain.terms import Actor
from cardmall.domain.verbs import Verb
from cardmall.reads.people import require, require_member
from cardmall.services.act import Act, record


def who_takes(actor: Actor | None, what: Export) -> Actor:
    """The actor, when it is theirs to take. Refused: anyone else."""
    known = require(actor, TAKEN_BY[what])
    return require_member(known, NEEDS[what]) if what in NEEDS else known


def note_export(act: Act, what: Export, asked: dict[str, str]) -> Actor:
    """Who may take it, and takes it now. Refused: anyone else."""
    known = who_takes(act.who, what)
    chosen = {name: value for name, value in asked.items() if value}
    record(act, Verb.exported, what=what.value, **chosen)
    return known
