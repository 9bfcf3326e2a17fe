"""`python -m cardmall worker | migrate | demo-reset | create-admin ADDRESS | create-shop SLUG NAME OWNER`: what is done
beside the served app."""

import argparse
import getpass
import signal
import sys
import threading
from collections.abc import Callable

from cardmall import demo, startup
from cardmall.adapters import clock, db, jobs
from cardmall.adapters.addresses import read_address
from cardmall.adapters.passwords import password_error, passwords
from cardmall.adapters.world import our_act
from cardmall.domain.address import Address
from cardmall.domain.terms import Refused, Role
from cardmall.reads.accounts import holder_of
from cardmall.services.account.accounts import create_admin, create_confirmed
from cardmall.services.shop.founding import create_shop
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
    found = _address(address)
    password_hash = _password_hash(found)
    with db.transaction() as session:
        create_admin(our_act(session, now=clock.now()), found, password_hash)
    print("The admin may sign in.")


def add_shop(slug: str, name: str, owner: str) -> None:
    """Make a shop. Its owner is whoever has confirmed the address; nobody has: an account is made, its password asked
    for, or read from a pipe."""
    migrate()
    found = _address(owner)
    with db.reading() as session:
        known = holder_of(session, found) is not None
    password_hash = "" if known else _password_hash(found)
    with db.transaction() as session:
        act = our_act(session, now=clock.now())
        if not known:
            create_confirmed(act, found, password_hash, Role.shopper)
        shop = create_shop(act, name, slug, found)
        opened = f"The shop {shop.slug} is open; "
    print(opened + ("its owner may sign in." if known else "nobody had this address, so its owner has a new account."))


def _address(typed: str) -> Address:
    return read_address(typed) or sys.exit("That is no e-mail address or mobile number.")


def _password_hash(owner: Address) -> str:
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if wrong := password_error(password, owner.value):
        sys.exit(f"That password cannot be used: {wrong}.")
    return passwords().hash(password)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cardmall", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("worker", "migrate", "demo-reset"):
        verbs.add_parser(verb)
    verbs.add_parser("create-admin").add_argument("address", help="e-mail or mobile number")
    of_shop = verbs.add_parser("create-shop")
    for name, help in (
        ("slug", "of its web address"),
        ("name", "as shoppers see it"),
        ("owner", "e-mail or mobile number"),
    ):
        of_shop.add_argument(name, help=help)
    asked = parser.parse_args()
    acts: dict[str, Callable[..., None]] = {
        "worker": work,
        "migrate": migrate,
        "demo-reset": reset,
        "create-admin": add_admin,
        "create-shop": add_shop,
    }
    told = {name: value for name, value in vars(asked).items() if name != "verb"}
    try:
        acts[asked.verb](**told)
    except Refused as refused:
        sys.exit(f"refused: {refused.reason} {refused.fields or ''}".rstrip())


if __name__ == "__main__":
    main()
