"""Lives of orders nobody planned: anybody tries anything at any time, the right people a little more often."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.vault import vault
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.recalls import Looked
from cardmall.domain.receipts import ProductForm
from cardmall.domain.refunding import Hindrance
from cardmall.domain.rules.cases import RULINGS
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import SHOPPER
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    Actor,
    CardStatus,
    CaseStatus,
    Channel,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    Refused,
    Role,
    TransferStatus,
)
from cardmall.gateway.refunds import RETURNED
from cardmall.models import Card, Case, Event, Order, Payment, Product, Refund, Transfer
from cardmall.reads.refunds import refund_facts
from cardmall.services.case import answers, appeals, cases, gifts, partials, replies, rulings
from cardmall.services.money import payments, redirects, refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.order import delivery, orders, receipts, repairs
from cardmall.services.shop import recalling
from cardmall.services.transfer import transfers
from cardmall.views.merchant.refund import gift_effect, gift_page
from tests.bank import Till, at_the_bank, bank, fault, sandbox
from tests.ground import stored_in
from tests.services.invariants import Watch
from tests.services.ruled_life import begin, set_some_rule
from tests.services.stock_life import GAME, LIKELY_STOCK, STOCK_DEEDS, correct, edition
from tests.services.stock_life import answers as answers_typed
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    NOW,
    PRICE,
    Town,
    act,
    hear,
    look,
    move_clock,
    rows,
    run_jobs,
    set_clock,
)

SECOND = timedelta(seconds=1)
RARE = 2
PEOPLE = ("alice", "mallory", "bob", "mo", "carol", "nobody")
SHOPPERS = ("alice", "mallory")
GOODS = (AUTO, MANUAL, GAME, "final-card", "fee-card", "receipt-card")
AMOUNTS = ("nothing", "least", "least", "most", "most", "all", "more")
STEPS = (MINUTE, 6 * MINUTE, 6 * MINUTE, 6 * MINUTE, 16 * MINUTE, HOUR, 13 * HOUR, DAY, 3 * DAY, 8 * DAY)
EDGES = (-SECOND, 0.3 * SECOND, 1.1 * SECOND)  # before, in and after the second in which a deadline ends

Row = Order | Case | Transfer | Refund
Call = Callable[["Life", Actor | None, Any, str], Any]


@dataclass(frozen=True)
class Deed:
    """One act on an order or a case, and who may do it at all."""

    sides: tuple[str, ...]
    call: Call


def deed(use_case: Callable[..., Any], *sides: str, **told: Any) -> Deed:
    return Deed(sides, lambda life, who, row, _: act(use_case, who, row.no, **told, now=clock.now()))


def yuan(case: Case, amount: str) -> str:
    """At the boundaries of what may be offered, asked for or ruled."""
    whole = case.amount if case.status in (CaseStatus.review, CaseStatus.offered) else case.paid
    fen = {"nothing": 0, "least": 1, "most": whole - 1, "all": whole, "more": whole + 1}[amount]
    return f"{fen // 100}.{fen % 100:02d}"


def offer(life: "Life", who: Actor | None, case: Case, amount: str) -> None:
    told = {"kind": "amount", "amount": yuan(case, amount), "text": "", "codes": ()}
    act(answers.make_offer, who, case.no, **told, now=clock.now())


def replace(life: "Life", who: Actor | None, case: Case, amount: str) -> None:
    """From the shelf, or with codes typed: as many as needed, or one too many."""
    codes = life.codes({"nothing": 0, "more": case.pieces + 1}.get(amount, case.pieces))
    told = {"kind": "replacement", "amount": "", "text": "", "codes": codes}
    act(answers.make_offer, who, case.no, **told, now=clock.now())


def ask_partial(life: "Life", who: Actor | None, case: Case, amount: str) -> None:
    act(partials.ask_partial, who, case.no, amount=yuan(case, amount), now=clock.now())


def ruling(name: str) -> Deed:
    def call(life: "Life", who: Actor | None, case: Case, amount: str) -> None:
        told = {"ruling": name, "amount": yuan(case, amount), "ground": "依平台记录"}
        act(rulings.rule, who, case.no, **told, now=clock.now())

    return Deed(("admin",), call)


CASE_DEEDS: dict[str, Deed] = {
    "withdraw": deed(replies.withdraw_case, "shopper"),
    "answer": deed(replies.answer_merchant, "shopper", text="见截图"),
    "accept": deed(replies.accept_offer, "shopper"),
    "decline": deed(replies.decline_offer, "shopper"),
    "remind": deed(replies.remind_merchant, "shopper"),
    "approve": deed(answers.approve_case, "merchant"),
    "reject": deed(answers.reject_case, "merchant", reason="other", text="已在制作"),
    "ask": deed(answers.ask_shopper, "merchant", text="请补充"),
    "offer": Deed(("merchant",), offer),
    "replace": Deed(("merchant",), replace),
    "concede": deed(answers.concede_case, "merchant"),
    "ask_partial": Deed(("shopper",), ask_partial),
    "accept_partial": deed(partials.accept_partial, "merchant"),
    "decline_partial": deed(partials.decline_partial, "merchant"),
    "respond": deed(appeals.respond, "merchant", side=Role.merchant, text="附记录"),
    "insist": deed(appeals.respond, "shopper", side=Role.shopper, text="仍然无效"),
    **{name.value: ruling(name) for name in RULINGS},
}
# What people most likely try; anything else is tried, too.
LIKELY_CASE = {
    CaseStatus.review: ("approve", "reject", "reject", "ask", "offer", "replace", "withdraw", "remind"),
    CaseStatus.info_requested: ("answer", "answer", "withdraw", "approve"),
    CaseStatus.offered: ("accept", "accept", "decline", "withdraw", "approve"),
    CaseStatus.overdue: ("approve", "withdraw", "remind"),
    CaseStatus.asked: ("accept_partial", "decline_partial"),
    CaseStatus.rejected: ("ask_partial",),
    CaseStatus.appeal: (
        *("respond", "insist", "offer", "replace", "accept", "decline"),
        *("rule_shopper", "rule_shopper", "rule_split", "rule_split", "rule_merchant", "concede", "withdraw"),
    ),
}


def request(way: str) -> Deed:
    """About one piece, all but one, all, or one more than there are."""

    def call(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
        told = {"way": way, "reason": "changed_mind", "text": "", **some(life, order, amount)}
        no = act(cases.request_cancellation, who, order.no, **told, now=clock.now())
        (case,) = rows(Case, Case.no == no)
        life.done["some"] += case.pieces < order.quantity
        life.done["by_rule"] += case.rule > 0

    return Deed(("shopper",), call)


def some(life: "Life", order: Order, amount: str) -> dict[str, Any]:
    """Pieces before delivery; after it, cards by name or their number."""
    ids = [card.id for card in cards_of(order) if card.status is CardStatus.sealed]
    left = len(ids) or order.quantity - order.canceled_pieces
    count = {"least": 1, "most": max(1, left - 1), "more": left + 1}.get(amount)
    if count is None:
        return {}  # all that fits
    named = bool(ids) and life.dice.random() < 0.7
    return {"cards": life.dice.sample(ids, min(count, len(ids)))} if named else {"pieces": count}


def cards_of(order: Order) -> list[Card]:
    return rows(Card, Card.order_id == order.id)


def appeal(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """All that fits, or one card: perhaps one that does not."""
    found = [card.id for card in cards_of(order)]
    cards = {"least": found[:1], "most": found[-1:], "more": []}.get(amount)
    receipt = order.terms.form is ProductForm.receipt
    told = {"reason": "not_received" if receipt else "invalid_card", "text": "激活失败", "cards": cards}
    act(appeals.appeal, who, order.no, **told, now=clock.now())


def pay(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """The cashier opens; with `nothing` the shopper leaves it at that."""
    told = {"channel": Channel.alipay.value, "consent": True, "answers": answers_typed(order)}
    number = act(orders.start_payment, who, order.no, **told, now=clock.now())
    if amount != "nothing":
        life.cash(rows(Payment, Payment.no == number)[0])


def deliver(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """By codes, too few or too many, or by a receipt; with `nothing` by what it is not sold as."""
    if (order.terms.form is ProductForm.receipt) is not (amount == "nothing"):
        act(receipts.give_receipt, who, order.no, text="已充", seen=edition(order), now=clock.now())
        life.done["receipts"] += 1
        return
    left = order.quantity - order.canceled_pieces
    count = {"nothing": left - 1, "more": order.quantity + 1, "all": order.quantity}.get(amount, left)
    seen = edition(order) - (amount == "nothing")
    act(delivery.deliver_manually, who, order.no, codes=life.codes(count), seen=seen, now=clock.now())


def reveal(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """One card, or with `all` each; a card that is none of the order's looks unknown."""
    found = [card.id for card in rows(Card, Card.order_id == order.id)] or ["0"]
    told = {"address": "192.0.2.1"}
    for card in found if amount == "all" else found[:1]:
        act(delivery.reveal_card, who, order.no, card, **told, now=clock.now())


ORDER_DEEDS: dict[str, Deed] = {
    "pay": Deed(("shopper",), pay),
    "cancel_now": deed(orders.cancel_now, "shopper"),
    "request": request("request"),
    "return": request("return"),
    "appeal": Deed(("shopper",), appeal),
    "deliver": Deed(("merchant",), deliver),
    "reveal": Deed(("shopper",), reveal),
    "complete": deed(orders.complete_order, "shopper"),
    "resume": deed(cases.resume_delivery, "shopper"),
    "correct": Deed(("shopper",), correct),
}


def transfer_to(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """Mostly to the other shopper; to oneself, to the shop or to nobody we know with the odd amounts."""
    other = "mallory" if life.side("shopper", order) == "alice" else "alice"
    name = {"nothing": "alice", "more": "bob", "all": "nobody"}.get(amount, other)
    address = Address(AddressKind.email, f"{name}@cardmall.test")
    act(transfers.offer_transfer, who, order.no, address=address, now=clock.now())


def pay_transfer(life: "Life", who: Actor | None, transfer: Transfer, amount: str) -> None:
    """The receiver's order; before both have agreed there is none."""
    found = rows(Order, Order.id == transfer.new_order_id) if transfer.new_order_id else []
    pay(life, who, found[0] if found else Order(no="CM0"), amount)  # pyright: ignore[reportCallIssue]


def recall(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """The first card of the order, or with `all` each; with the odd amounts those that were looked at, too."""
    with db.reading() as session:
        slug = session.get_one(Product, order.product_id).slug
    found = [vault().open(card.id, card.sealed_code) for card in cards_of(order)]
    told = {
        "codes": "\n".join(found if amount == "all" else found[:1]),
        "looked": Looked.all if amount in ("most", "more", "all") else Looked.unseen,
        **{"reason": "invalid_card", "words": "卡密无效"},
        "remedy": life.dice.choice(("another", "refund")),
    }
    act(recalling.press_recall, who, slug, told, now=clock.now())


RECALL = Deed(("merchant", "admin"), recall)


def give(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """A piece, all but one, all, or one too many; or an amount at the boundaries. Seen before it is pressed."""
    page = look(gift_page, life.town.bob, order.no, now=clock.now())
    whole = life.dice.random() < 0.5
    many = {"least": 1, "most": page.left - 1, "all": page.left, "more": page.left + 1}.get(amount, 0)
    fen = {"nothing": 0, "least": 1, "most": page.most // 3, "all": page.most, "more": page.most + 1}[amount]
    told: dict[str, Any] = {"reason": "bad_code", "of": "amount", "amount": f"{fen // 100}.{fen % 100:02d}"}
    if whole and page.delivered:
        told |= {"of": "cards", "cards": [one.card for one in page.pieces][: max(0, many)]}
    elif whole:
        told |= {"of": "pieces", "pieces": many}
    seen = look(gift_effect, life.town.bob, order.no, told, now=clock.now()).mark
    act(gifts.give_unasked, who, order.no, told, seen=seen, now=clock.now())
    life.done[f"gift_{told['of']}"] += 1


def slug_of(order: Order) -> str:
    with db.reading() as session:
        return session.get_one(Product, order.product_id).slug


GIFT = Deed(("merchant",), give)
BEGIN = Deed(("merchant",), begin)
ORDER_DEEDS["transfer"] = Deed(("shopper",), transfer_to)
TRANSFER_DEEDS: dict[str, Deed] = {
    "agree": deed(transfers.agree_transfer, "receiver", "merchant"),
    "decline_transfer": deed(transfers.decline_transfer, "receiver", "merchant"),
    "withdraw_transfer": deed(transfers.withdraw_transfer, "shopper"),
    "pay_transfer": Deed(("receiver",), pay_transfer),
}
LIKELY_TRANSFER = {
    TransferStatus.offered: (*("agree",) * 8, "decline_transfer", "withdraw_transfer"),
    TransferStatus.accepted: (*("pay_transfer",) * 6, "decline_transfer", "withdraw_transfer"),
}
LIKELY_ORDER = {
    OrderStatus.pending_payment: ("pay", "pay", "pay", "cancel_now"),
    OrderStatus.awaiting_delivery: (
        *("request", "request", "deliver", "deliver", "appeal", "resume", "cancel_now", "transfer", "correct"),
    ),
    OrderStatus.delivered: ("reveal", "transfer", "return", "return", "appeal", "appeal", "complete", "resume"),
    OrderStatus.completed: ("reveal", "return", "appeal"),
}


def redirect(life: "Life", who: Actor | None, refund: Refund, amount: str) -> None:
    """To a card; with `nothing` without consent."""
    told = {"destination_kind": "bank_card", "account": "4111111111111111", "holder": "周明"}
    act(redirects.redirect_refund, who, refund.no, **told, consent=amount != "nothing", now=clock.now())


def check(life: "Life", who: Actor | None, refund: Refund, amount: str) -> None:
    """检查订单: an admin's press sends what needs a person once more, and confirms what a bank returned."""
    (order,) = rows(Order, Order.id == refund.order_id)
    act(repairs.repair_order, who, order.no, say="、".join, now=clock.now())
    ended = {r.status for r in rows(Refund, Refund.order_id == order.id)}
    life.done["bounced"] += RefundStatus.bounced in ended
    life.done["dropped"] += RefundStatus.dropped in ended


REFUND_DEEDS: dict[str, Deed] = {
    "redirect": Deed(("shopper",), redirect),
    "ask_redirect": deed(redirects.ask_redirect, "admin"),
    "check": Deed(("admin", "shopper"), check),
}

WHO = ("right",) * 50 + PEOPLE
GOES_ON = ("at_case",) * 14 + ("at_order",) * 10 + ("at_transfer",) * 10 + ("at_refund",) * 4
GOES_ON += ("wait_for_a_deadline",) * 3 + ("wait",) * 3
GOES_ON += ("at_stock",) * 2 + ("buy", "buy", "channel_says", "channel_says", "channel_says", "money_arrives", "work")
GOES_ON += ("money_sets_out", "bank_returns", "bank_returns", "old_number_arrives")
# What needs several to agree, or much to go wrong: tried more often until it came to pass.
RARELY = {
    **{"taken_over": "at_transfer", "paying": "money_sets_out"},
    **{"take_off": "at_stock", "take_codes": "at_stock", "money_wrong": "money_arrives"},
    **{"bounced": "bank_returns", "dropped": "old_number_arrives"},
}
LUCK = st.integers(0, 2**32 - 1)  # one number throws all dice of a life


def opened(engine: Any) -> sqlite3.Connection:
    """The file itself, not waiting for the disk."""
    store = sqlite3.connect(engine.url.database, isolation_level=None)
    store.execute("PRAGMA synchronous=OFF")
    return store


def given_back(payment: Payment) -> int:
    """Fen that the bank gave back of this payment, under whatever number."""
    return sum(
        row["amount"] for row in at_the_bank("SELECT * FROM refund WHERE code = ''") if row["trade"] == payment.no
    )


class Life(RuleBasedStateMachine):
    """A town of its own for each example; `done` counts what came to pass in all of them."""

    def __init__(self, town: Town, founded: Callable[[], None], done: Counter[str]) -> None:
        super().__init__()
        self.town, self.done, self.typed = town, done, 0
        self.meant_for = "nobody"  # of the transfer at hand
        founded()
        sandbox().control(forget=True)
        set_clock(NOW)
        self.watch = Watch()

    def codes(self, count: int) -> list[str]:
        """Never typed before."""
        self.typed += count
        return [f"T-{self.typed - n:05d}" for n in range(count)]

    def person(self, name: str) -> Actor | None:
        return None if name == "nobody" else getattr(self.town, name)

    def side(self, name: str, order: Order) -> str:
        """Who stands on this side of this order; Bob has the only shop that sells here."""
        shopper = next(s for s in SHOPPERS if getattr(self.town, s).id == order.shopper_id)
        return {"shopper": shopper, "receiver": self.meant_for, "merchant": "bob", "admin": "carol"}[name]

    @initialize(luck=LUCK)
    def begin(self, luck: int) -> None:
        """Something is bought and paid already."""
        self.dice = Random(luck)
        for _ in range(self.dice.randint(2, 4)):
            self.buy(self.dice)
            with suppress(Refused):
                pay(self, self.town.alice, rows(Order)[-1], "all")

    @rule()
    def life_goes_on(self) -> None:
        never = [what for came, what in RARELY.items() if not self.done[came]]
        wanted = never and self.dice.random() < 0.2
        getattr(self, self.dice.choice(never if wanted else GOES_ON))(self.dice)

    # people

    def buy(self, dice: Random) -> None:
        who, slug, count = dice.choice(SHOPPERS), dice.choice(GOODS), dice.choice((1, 2, 2, 3, 5))
        note(f"{who} buys {count} {slug}")
        self.attempt(
            "buy", lambda: act(orders.place_order, self.person(who), slug, quantity=count, price=PRICE, now=clock.now())
        )

    def at_order(self, dice: Random) -> None:
        found = rows(Order)
        order = _any(dice, [o for o in found if o.status in LIKELY_ORDER] or found)
        if order:
            what = _some_deed(dice, ORDER_DEEDS, LIKELY_ORDER.get(order.status, ()), self.done)
            self.do(dice, ORDER_DEEDS[what], what, order, order)

    def at_recall(self, dice: Random) -> None:
        """The shop, or an admin, takes cards of an order back."""
        found = rows(Order)
        order = _any(dice, [o for o in found if o.status in LIKELY_ORDER] or found)
        if order:
            self.do(dice, RECALL, "recall", order, order)

    def at_gift(self, dice: Random) -> None:
        """The shop gives something back that nobody asked for, on an order that was paid."""
        paid = [o for o in rows(Order) if o.paid_at and o.status in LIKELY_ORDER]
        given = [o for o in paid if o.delivered_at]
        if order := _any(dice, given if given and dice.random() < 0.7 else paid):
            self.do(dice, GIFT, "gift", order, order)

    def at_rule(self, dice: Random) -> None:
        """An owner sets the rule of a product, or somebody else tries to."""
        name, amount = dice.choice(WHO), dice.choice(AMOUNTS)
        call = partial(set_some_rule(GOODS), self, self.person("bob" if name == "right" else name), amount)
        if name in ("right", "bob"):
            self.attempt("set_rule", call)
        else:
            self.send_away(f"{name} sets a rule", call)

    def waiting(self, dice: Random) -> Order | None:
        """A paid order that is not delivered yet; where there is none somebody buys."""
        if not rows(Order, Order.status == OrderStatus.awaiting_delivery):
            self.buy(dice)
            newest = rows(Order)[-1]
            with suppress(Refused):
                pay(self, self.person(self.side("shopper", newest)), newest, "all")
        return _any(dice, rows(Order, Order.status == OrderStatus.awaiting_delivery))

    def at_ruled_order(self, dice: Random) -> None:
        """Of a product with a rule, mostly: a request before the delivery, or work on it begins."""
        if order := self.waiting(dice):
            if dice.random() < 0.6:
                with suppress(Refused):
                    set_some_rule((slug_of(order),))(self, self.town.bob, "all")
            what = dice.choice(("request", "request", "begin"))
            self.do(dice, ORDER_DEEDS["request"] if what == "request" else BEGIN, what, order, order)

    def at_case(self, dice: Random) -> None:
        found = rows(Case)
        case = _any(dice, [c for c in found if c.status in LIKELY_CASE] or found)
        if case:
            what = _some_deed(dice, CASE_DEEDS, LIKELY_CASE.get(case.status, ()), self.done)
            self.do(dice, CASE_DEEDS[what], what, rows(Order, Order.id == case.order_id)[0], case)

    def at_transfer(self, dice: Random) -> None:
        found = rows(Transfer)
        transfer = _any(dice, [t for t in found if t.status in OPEN_TRANSFER] or found)
        if transfer:
            what = _some_deed(dice, TRANSFER_DEEDS, LIKELY_TRANSFER.get(transfer.status, ()), self.done)
            self.meant_for = transfer.address.partition("@")[0]
            self.do(dice, TRANSFER_DEEDS[what], what, rows(Order, Order.id == transfer.order_id)[0], transfer)

    def at_refund(self, dice: Random) -> None:
        """Most likely one that needs a person."""
        found = rows(Refund)
        needing = (RefundStatus.needs_attention, RefundStatus.bounced)
        refund = _any(dice, [r for r in found if r.status in needing or r.returned_at] or found)
        if refund:
            what = _some_deed(dice, REFUND_DEEDS, (), self.done)
            self.do(dice, REFUND_DEEDS[what], what, rows(Order, Order.id == refund.order_id)[0], refund)

    def at_stock(self, dice: Random) -> None:
        """The shop does something to its goods, or somebody else tries to."""
        name, amount = dice.choice(WHO), dice.choice(AMOUNTS)
        rare = [what for what in STOCK_DEEDS if self.done[what] < RARE]
        what = dice.choice(rare if rare and dice.random() < 0.3 else LIKELY_STOCK)
        note(f"{name} tries to {what}, {amount}")
        call = partial(STOCK_DEEDS[what], self, self.person("bob" if name == "right" else name), amount)
        if name not in ("right", "bob"):
            self.send_away(f"{name}: {what}", call)
            return
        self.attempt(what, call)
        if dice.random() < 0.7:  # a list is read, codes come in
            self.work()

    def do(self, dice: Random, chosen: Deed, what: str, order: Order, row: Row) -> None:
        """The right side does it, or a stranger is sent away and nothing has changed (R80)."""
        sides = [self.side(name, order) for name in chosen.sides]
        who, amount = dice.choice(WHO), dice.choice(AMOUNTS)
        name = dice.choice(sides) if who == "right" else who
        told = f"{name} tries to {what} {row.no}, now {row.status}, {amount}"
        note(told)
        call = partial(chosen.call, self, self.person(name), row, amount)
        if name in sides:
            self.attempt(what, call)
        else:
            self.send_away(told, call)

    def attempt(self, what: str, call: Callable[[], Any]) -> None:
        try:
            told = call()
        except Refused:
            return
        if not isinstance(told, Refused):
            self.done[what] += 1

    def send_away(self, what: str, call: Callable[[], Any]) -> None:
        before = everything()
        try:
            call()
        except Refused:
            assert everything() == before, f"{what}: refused, yet something changed"
            self.done["strangers"] += 1
        else:
            raise AssertionError(f"{what}: a stranger got through")

    # money

    def cash(self, payment: Payment) -> None:
        """The shopper pays at the channel, and the channel says what it took."""
        sandbox().open(payment.no, payment.channel.value, payment.amount)
        told = sandbox().press(payment.no, "pay")
        if told.state == "paying":
            return  # pressed before: the money is on its way, and nobody says more
        amount = told.news.amount if told.news else None
        hear(payment, clock.now(), paid=told.state == "paid", amount=amount, trade_no=f"T{payment.no}")
        of_it = (Transfer.new_order_id == payment.order_id, Transfer.status == TransferStatus.completed)
        self.done["taken_over"] += len(rows(Transfer, *of_it))

    def money_arrives(self, dice: Random) -> None:
        """Late, on a closed order, on a paid one, told once more, or not the sum that was asked for."""
        unpaid = rows(Payment, Payment.status != PaymentStatus.captured)
        payment = _any(dice, unpaid or rows(Payment))
        if payment:
            note(f"money arrives on {payment.no}, now {payment.status}")
            if dice.random() < 0.2:
                fault("other_amount", "press", payment.no)
            self.cash(payment)
            self.done["money_wrong"] += len(rows(Event, Event.verb == "paid_wrong", Event.order_id == payment.order_id))
            self.done[f"money_on_{payment.status}"] += 1

    def money_sets_out(self, dice: Random) -> None:
        """Pressed at the cashier; it arrives minutes later, and the channel says so when asked."""
        order = _any(dice, rows(Order, Order.status == OrderStatus.pending_payment))
        if order:
            who = self.person(self.side("shopper", order))
            self.attempt("pay", lambda: pay(self, who, order, "nothing"))
        payment = _any(dice, rows(Payment, Payment.status == PaymentStatus.pending))
        if payment:
            note(f"money sets out for {payment.no}")
            sandbox().open(payment.no, payment.channel.value, payment.amount)
            sandbox().press(payment.no, "pay_late", dice.choice((60, 600, 1800)))
            act(payments.look_now, payment.no, now=clock.now())
            self.work()
            self.done["paying"] += len(rows(Payment, Payment.no == payment.no, col(Payment.paying_since).is_not(None)))

    def bank_returns(self, dice: Random) -> None:
        """It had arrived, and the bank sends it back; the channel says so by itself and when asked."""
        refund = _any(dice, [r for r in rows(Refund) if r.status is RefundStatus.succeeded])
        if refund:
            note(f"the bank returns {refund.no}")
            returned = (RETURNED, (clock.now() - DAY - SECOND).timestamp(), refund.no)
            with bank().store.transaction() as store:
                store.execute("UPDATE refund SET code = ?, settles_at = ? WHERE no = ?", returned)
            told = RefundNews(RefundAnswer.failed, trouble=RETURNED, refund_no=refund.no, amount=refund.amount)
            act(refunds.hear_callback, told, now=clock.now(), cause="callback")
            self.work()
            self.done["returned"] += 1
            if dice.random() < 0.7:
                self.attempt("check", lambda: check(self, self.town.carol, refund, ""))

    def old_number_arrives(self, dice: Random) -> None:
        """Redirected, and before its successor left the money is back under the old number after all."""
        known = {row["no"] for row in at_the_bank("SELECT no FROM refund")}
        refund = _any(dice, [r for r in rows(Refund) if r.status in LIVE_REFUND and r.no not in known])
        if refund:
            act(refunds.set_out, refund.no, now=clock.now(), cause="news")
            told = RefundNews(RefundAnswer.failed, trouble="CODE", hindrance=Hindrance.account_closed)
            act(refunds.hear_answer, refund.no, told, now=clock.now(), cause="news", asked=True)
        free = lambda r: may(RefundAct.redirect, SHOPPER, refund_facts(r), clock.now()).is_open  # noqa: E731
        refund = next((r for r in rows(Refund) if refund and r.no == refund.no and free(r)), None)
        if refund:
            note(f"{refund.no} is redirected and arrives after all")
            (order,) = rows(Order, Order.id == refund.order_id)
            shopper = self.person(self.side("shopper", order))
            self.attempt("redirect", lambda: redirect(self, shopper, refund, "all"))
            (payment,) = rows(Payment, Payment.id == refund.payment_id)
            if refund.amount > payment.amount - given_back(payment):
                return  # a bank gives back no more than it took: an older number has this money
            Till().refunded(refund.no, payment.no, refund.amount, "SEED", clock.now())
            self.done["old_arrived"] += 1
            self.until(clock.now() + dice.choice((SECOND, HOUR, DAY)), works=True)  # its successor is sent
            if dice.random() < 0.7:
                self.attempt("check", lambda: check(self, self.town.carol, refund, ""))

    def channel_says(self, dice: Random) -> None:
        """Of a refund: no, nothing to be trusted, or never heard of it; a final no or eight: a person must look."""
        found = rows(Refund)
        refund = _any(dice, [r for r in found if r.status in LIVE_REFUND] or found)
        answer = dice.choice((RefundAnswer.failed, RefundAnswer.failed, RefundAnswer.unknown, RefundAnswer.missing))
        hindrance = dice.choice(tuple(Hindrance))
        for _ in range(dice.choice((1, 2, 8)) if refund else 0):
            note(f"the channel says {answer} of {refund.no}: {hindrance}")
            told = RefundNews(answer, trouble="CODE" if answer is RefundAnswer.failed else "", hindrance=hindrance)
            act(refunds.set_out, refund.no, now=clock.now(), cause="news")
            asked = dice.random() < 0.6
            act(refunds.hear_answer, refund.no, told, now=clock.now(), cause="news", asked=asked)
            self.done[f"refund_{answer}"] += 1

    # time

    def wait(self, dice: Random) -> None:
        """Time passes; sometimes the worker sleeps."""
        self.until(clock.now() + dice.choice(STEPS), works=dice.random() < 0.8)

    def wait_for_a_deadline(self, dice: Random) -> None:
        now, edge = clock.now(), dice.choice(EDGES)
        at = _any(dice, [at for at in deadlines() if at + edge > now])
        if at:
            self.until(at + edge, works=dice.random() < 0.6)

    def until(self, at: datetime, *, works: bool) -> None:
        note(f"until {at}, the worker {'works' if works else 'sleeps'}")
        move_clock(max(at - clock.now(), timedelta()))
        if works:
            self.work()

    def work(self, _: Random | None = None) -> None:
        self.watch.worked_at = clock.now()
        run_jobs()


def _any(dice: Random, found: Sequence[Any]) -> Any:
    """Sooner the last than the first."""
    return found[-1 - int(len(found) * dice.random() ** 2)] if found else None


def _some_deed(dice: Random, known: dict[str, Deed], likely: tuple[str, ...], done: Counter[str]) -> str:
    """What came to pass less than `RARE` times so far is tried sooner than the rest."""
    among = likely if likely and dice.random() < 0.85 else tuple(known)
    rare = [what for what in among if done[what] < RARE]
    return dice.choice(rare if rare and dice.random() < 0.5 else among)


def deadlines() -> list[Any]:
    """Every moment at which something ends by itself, the nearest first."""
    of_cases = [at for c in rows(Case) if c.status in OPEN_CASE for at in (c.deadline, c.heard_until, c.grace_at)]
    of_cases += [t.deadline for t in rows(Transfer) if t.status in OPEN_TRANSFER]
    alive = rows(Order, col(Order.status).in_(list(LIKELY_ORDER)))
    of_orders = [at for o in alive for at in (o.pay_by, o.deliver_at, o.hold_until)]
    return sorted(at for at in of_cases + of_orders if at)


def everything() -> tuple[str, ...]:
    """Every row of every table."""
    if db.engine().dialect.name != "sqlite":
        return (stored_in(db.engine()).decode(),)
    with closing(opened(db.engine())) as store:
        return tuple(store.iterdump())
