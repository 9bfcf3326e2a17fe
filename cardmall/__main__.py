"""`python -m cardmall worker | migrate | demo-reset | create-admin ADDRESS`: what is done beside the served app."""

import argparse
import getpass
import signal
import sys
import threading

from cardmall import demo, startup
from cardmall.adapters import clock, db, jobs
from cardmall.adapters.addresses import read_address
from cardmall.adapters.passwords import password_error, passwords
from cardmall.adapters.world import our_act
from cardmall.domain.terms import Refused
from cardmall.services.account.accounts import create_admin
from cardmall.worker import message_sender, take_up


def work() -> None:
    """Run jobs and send messages until told to stop."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: (stop.set(), jobs.wake.set()))
    with startup.prepared(), message_sender():
        jobs.work(stop, take_up)


def migrate() -> None:
    """Prepare the house and leave."""
    with startup.prepared():
        pass


def reset() -> None:
    """Rebuild the demo town; refused outside demo mode."""
    with startup.prepared():
        demo.rebuild()
    print("The demo town stands as on its first day.")


def add_admin(address: str) -> None:
    """Make the first admin; the password is asked for, or read from a pipe."""
    migrate()
    found = read_address(address)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if found is None:
        sys.exit("That is no e-mail address or mobile number.")
    if wrong := password_error(password, found.value):
        sys.exit(f"That password cannot be used: {wrong}.")
    with db.transaction() as session:
        create_admin(our_act(session, now=clock.now()), found, passwords().hash(password))
    print("The admin may sign in.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cardmall", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("worker", "migrate", "demo-reset"):
        verbs.add_parser(verb)
    verbs.add_parser("create-admin").add_argument("address", help="e-mail or mobile number")
    asked = parser.parse_args()
    acts = {"worker": work, "migrate": migrate, "demo-reset": reset}
    try:
        add_admin(asked.address) if asked.verb == "create-admin" else acts[asked.verb]()
    except Refused as refused:
        sys.exit(f"refused: {refused.reason}")


if __name__ == "__main__":
    main()
