"""`python -m tests.chaos.together`: people in a shop of many processes, whatever is killed, and a count in the end.

Settles a town in the empty database of the settings, says `settled`, then an order and its case, and goes on at each
line in: at `open` people buy and cancel; at `approve` they rest and that case is approved; `wait` takes a minute;
`calm` lets everything come to its end and says as JSON what was counted. The gateway lives beside it.
"""

import json
import logging
import sys
import threading
from datetime import timedelta

from cardmall import demo, startup
from cardmall.adapters import clock, db
from cardmall.adapters.channels import channel, sandbox
from cardmall.adapters.passwords import passwords
from cardmall.domain.terms import Channel
from cardmall.domain.topics import CLOCK, JOBS
from cardmall.models import Account, Order, Payment
from cardmall.seeds.people import PASSWORD
from cardmall.services.case import answers, cases
from cardmall.services.ending import touch
from cardmall.services.money.payments import hear_payment
from cardmall.services.order import orders
from cardmall.settings import settings
from tests.chaos.crowd import Crowd
from tests.chaos.reckoning import calm_down, reckon
from tests.chaos.storm import settle
from tests.services.life import Deed, Row
from tests.town import AUTO, PRICE, act, rows

log = logging.getLogger(__name__)
PEOPLE, CARDS = 4, 600
REST = 0.2  # seconds between two acts of one of them
STEP = timedelta(seconds=20)  # by which time goes on after each act of the first


class Visitors(Crowd):
    """They leave alone what is about one order."""

    spared = ""

    def _do(self, known: dict[str, Deed], likely: tuple[str, ...], order: Order, row: Row) -> None:
        if order.no != self.spared:
            super()._do(known, likely, order, row)


def main() -> None:
    startup.migrate()
    settle(CARDS)
    give_passwords()
    with startup.prepared():
        say("settled")
        crowd, stop = Crowd(0), threading.Event()
        Visitors.spared, case_no = ask_for_money(crowd)
        say(f"{Visitors.spared} {case_no}")
        people = [threading.Thread(target=live, args=(seed, stop)) for seed in range(1, PEOPLE + 1)]
        for line in sys.stdin:
            match line.strip():
                case "open":
                    for one in people:
                        one.start()
                    say("open")
                case "approve":
                    stop.set()
                    for one in people:
                        one.join()
                    act(answers.approve_case, crowd.merchant, case_no, now=clock.now())
                    say("approved")
                case "wait":
                    time_passes(timedelta(minutes=1))
                    say("waited")
                case _:
                    calm_down(time_passes)
                    say(json.dumps(reckon(settings.data), ensure_ascii=False))


def ask_for_money(crowd: Crowd) -> tuple[str, str]:
    """Alice buys, pays and wants to cancel: the numbers of the order and of the case."""
    alice = crowd.town.alice
    no = act(orders.place_order, alice, AUTO, quantity=1, price=PRICE, now=clock.now())
    payment = act(orders.start_payment, alice, no, channel=Channel.alipay.value, consent=True, now=clock.now())
    (row,) = rows(Payment, Payment.no == payment)
    till = sandbox()
    assert till
    till.open(row.no, row.channel.value, row.amount)
    till.press(row.no, "pay", 0)
    news = channel().query_payment(row.no).news
    assert news
    act(hear_payment, news, now=clock.now(), cause="callback")
    told = {"way": "request", "reason": "changed_mind", "text": ""}
    return no, act(cases.request_cancellation, alice, no, **told, now=clock.now())


def give_passwords() -> None:
    """Everybody may sign in at a page, as in the demo town."""
    hashed = passwords().hash(PASSWORD)
    with db.transaction() as session:
        for account in rows(Account):
            account.password_hash = hashed
            session.merge(account)


def live(seed: int, stop: threading.Event) -> None:
    """One of the people: an act, a rest; what fails because something is away is left, and life goes on."""
    crowd = Visitors(seed)
    while not stop.wait(REST):
        try:
            crowd.somebody_acts()
            if seed == 1:
                time_passes(STEP)
        except Exception as trouble:
            log.warning("%s: %s", type(trouble).__name__, trouble)


def time_passes(step: timedelta) -> None:
    """Here, in every process, and at the gateway."""
    with db.transaction() as session:
        clock.advance(session, step)
        touch(session, CLOCK, JOBS)
    with db.reading() as session:
        clock.load_clock(session)
    demo.tell_clock()


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
