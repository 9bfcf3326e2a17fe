"""What leaves the house as a file is noted: who took what, under which filters (R78)."""

from cardmall.domain.sheets import TAKEN_BY, Export
from cardmall.domain.terms import Actor
from cardmall.domain.verbs import Verb
from cardmall.reads.people import require
from cardmall.services.act import Act, record


def note_export(act: Act, what: Export, asked: dict[str, str]) -> Actor:
    """Who may take it, and takes it now. Refused: anyone else."""
    known = require(act.who, TAKEN_BY[what])
    chosen = {name: value for name, value in asked.items() if value}
    record(act, Verb.exported, what=what.value, **chosen)
    return known
