"""`python -m tests.bench.crowd SHOPPERS ORDERS`: shoppers who can ask for a way out of each of their paid orders.

They live in the database the environment names, which gets its tables. Says in one line of JSON, by the cookie of each
one's browser, the numbers of their orders.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cardmall import cookies, startup
from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act, world
from cardmall.demo import Past
from cardmall.domain.terms import Actor
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.account import accounts
from cardmall.settings import settings
from tests.serving import ROOT, surroundings
from tests.town import Town, more_shoppers, settle_town

Crowd = dict[str, list[str]]
GOODS, PROMISE = "slow-card", 86_400  # seconds until its shop must have delivered
AGO = timedelta(minutes=5)


def settled_crowd(data: Path, environment: Mapping[str, str], shoppers: int, orders: int) -> Crowd:
    """In a process of its own: a database belongs to the settings of a process."""
    command = [sys.executable, "-m", "tests.bench.crowd", str(shoppers), str(orders)]
    told = surroundings(data, **environment)
    done = subprocess.run(command, cwd=ROOT, env=told, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(shoppers: int, orders: int) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    startup.migrate()
    then = clock.now() - AGO
    town = replace(settle_town(then), scene=Scene(world(), Past()))
    town.sell(GOODS, promise_seconds=PROMISE)
    print(json.dumps({sign_in(one): bought(town, one, orders, then) for one in more_shoppers(shoppers, then)}))


def sign_in(shopper: Actor) -> str:
    """The cookie of a session, whose token is the person's number."""
    token = f"shopper-{shopper.id}"
    with db.transaction() as session:
        accounts.sign_in(our_act(session, now=clock.now()), shopper.id, "", cookies.hash_of(token))
    return f"{cookies.SESSION}={token}"


def bought(town: Town, shopper: Actor, orders: int, then: datetime) -> list[str]:
    """Numbers of paid orders, all of one transaction."""
    with db.transaction() as session:
        return [Story(session, town.scene, shopper, town.bob, then).order(GOODS).pay().no for _ in range(orders)]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
