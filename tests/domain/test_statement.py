"""The channel's statement, our rows and the ledger: every way in which they can differ."""

import pytest

from cardmall.domain.repairs import Repair
from cardmall.domain.statement import PROPOSED, Difference, FoundDifference, KnownMovement, Movement, compare

CAME, WENT = (Movement.capture, "PY1"), (Movement.refund, "RF1")
WELL = KnownMovement(500, moved=True, on_day=True, booked=500)

CASES = [
    ({CAME: 500}, set(), {CAME: WELL}, []),
    ({}, set(), {}, []),
    ({}, set(), {CAME: KnownMovement(500)}, []),  # asked for nowhere
    ({CAME: 500}, set(), {}, [(CAME, Difference.unknown, 500, 0)]),
    ({CAME: 500}, set(), {CAME: KnownMovement(500)}, [(CAME, Difference.unheard, 500, 0)]),
    ({CAME: 499}, set(), {CAME: WELL}, [(CAME, Difference.other_amount, 499, 500)]),
    ({}, set(), {WENT: WELL}, [(WENT, Difference.never_moved, 0, 500)]),
    ({}, {WENT}, {WENT: WELL}, []),  # it moved before midnight, we heard after
    ({}, set(), {WENT: KnownMovement(500, moved=True, booked=500)}, []),  # of another day
    ({WENT: 500}, set(), {WENT: KnownMovement(500, moved=True)}, [(WENT, Difference.unbooked, 500, 0)]),
    ({WENT: 500}, set(), {WENT: KnownMovement(500, moved=True, booked=501)}, [(WENT, Difference.unbooked, 500, 501)]),
    (
        {}, set(), {CAME: KnownMovement(500, moved=True, on_day=True)},
        [(CAME, Difference.never_moved, 0, 500), (CAME, Difference.unbooked, 0, 0)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("told", "before", "known", "expected"), CASES)
def test_what_differs_is_named(told: dict, before: set, known: dict, expected: list) -> None:
    found = [FoundDifference(*key, *rest) for key, *rest in expected]
    assert list(compare(told, before, known)) == found


def test_only_what_we_have_not_heard_of_is_asked_again() -> None:
    assert {d for d, repair in PROPOSED.items() if repair is Repair.ask_channel} == {Difference.unheard}
    assert set(PROPOSED) == set(Difference)
