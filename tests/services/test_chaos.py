"""Thirty kills at random while a bad gateway, workers, callbacks and people are at work: no fen lost, none doubled."""

import json
import os
import subprocess
import sys

import pytest

from tests.serving import ROOT

pytestmark = pytest.mark.slow
KILLS = 30


def test_thirty_kills_lose_nothing_and_double_nothing() -> None:
    command = [sys.executable, "-m", "tests.chaos", "--kills", str(KILLS)]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-3000:]
    found = json.loads(ran.stdout)
    assert sum(found["killed"].values()) == KILLS
    assert (found["lost"], found["doubled"], found["stuck"], found["sum_of_postings"]) == (0, 0, 0, 0)
    # It was a storm, not a calm: workers died with jobs in hand, and money came through every door.
    assert found["kills_with_a_job_in_hand"] >= KILLS / 5
    assert found["payments_captured"] >= KILLS / 3 and found["refunds"] >= KILLS / 5, found
    assert found["batches"].get("stocked"), "no list of codes came into stock"
    assert found["gifts"] and found["by_rule"], "nothing was given unasked, or approved by a rule"
