"""One order's story told by calling services at the times it happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, select

from cardmall.adapters.pictures import redraw
from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.contact_guard import Contact
from cardmall.domain.refunding import Hindrance
from cardmall.domain.terms import SYSTEM, CardStatus, Channel, RefundStatus, Role
from cardmall.models import Card, Case, Order, Payment, Refund, Transfer
from cardmall.reads.buyer_answers import edition_of
from cardmall.reads.facts import cases_of
from cardmall.reads.people import Actor
from cardmall.seeds.goods import ANSWERS
from cardmall.seeds.world import Scene
from cardmall.services.act import Act
from cardmall.services.case import answers, appeals, cases, deadlines, partials, replies, rulings
from cardmall.services.case.pictures import keep_picture
from cardmall.services.ending import finish
from cardmall.services.money import payments, refunds
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.payments import PaymentNews
from cardmall.services.order import delivery, orders, twins
from cardmall.services.talk import conversation, support
from cardmall.services.transfer import transfers


@dataclass
class Story:
    """An order of `shopper` and the moment its story has reached; every verb moves a service at that moment."""

    session: Session
    scene: Scene
    shopper: Actor
    merchant: Actor
    at: datetime
    no: str = ""

    def later(self, **step: float) -> "Story":
        self.at += timedelta(**step)
        return self

    def order(self, slug: str, quantity: int = 1) -> "Story":
        self.no = orders.place_order(self._by(self.shopper), slug, quantity=quantity, price=limits.PRODUCT_PRICE[-1])
        return self.later(seconds=33)

    def pay(self, channel: Channel = Channel.alipay, answers: Mapping[str, str] | None = None) -> "Story":
        way = {"channel": channel.value, "consent": True, "answers": ANSWERS if answers is None else answers}
        number = orders.start_payment(self._by(self.shopper), self.no, **way)
        payment = self.session.exec(select(Payment).where(Payment.no == number)).one()
        news = PaymentNews(number, True, payment.amount, f"20{number[2:]}", _PAYER[channel])
        self.scene.cashier.paid(number, channel.value, payment.amount, news.trade_no, self.at)
        payments.hear_payment(self._job(), news)
        return self.later(minutes=1)

    def deliver(self) -> "Story":
        row = self._order()
        self.at = max(self.at, row.deliver_at or self.at)
        delivery.deliver_order(self._job(), row)
        return self.later(minutes=1)

    def lack(self) -> "Story":
        """Every code of this product turns out to be unusable, those of the order too; delivery finds nothing."""
        row = self._order()
        mine = (col(Card.order_id) == row.id) | (col(Card.status) == CardStatus.available)
        for card in self.session.exec(select(Card).where(Card.product_id == row.product_id, mine)).all():
            twins.withdraw_card(self._job().on(order=row if card.order_id else None), card)
        return self.deliver()

    def deliver_by_hand(self, *codes: str) -> "Story":
        seen = edition_of(self.session, self._order())
        delivery.deliver_manually(self._by(self.merchant), self.no, codes=codes, seen=seen)
        return self.later(minutes=1)

    def reveal(self, count: int = 1) -> "Story":
        sealed = select(Card).where(Card.order_id == self._order().id, Card.status == CardStatus.sealed)
        for card in self.session.exec(sealed.order_by(col(Card.created_at), col(Card.id)).limit(count)).all():
            delivery.reveal_card(self._by(self.shopper), self.no, card.id, address="192.0.2.1")
        return self.later(minutes=1)

    def complete(self) -> "Story":
        orders.complete_order(self._by(self.shopper), self.no)
        return self

    def offer_to(self, email: str) -> "Story":
        """转让: to whoever has proven this e-mail address."""
        transfers.offer_transfer(self._by(self.shopper), self.no, address=Address(AddressKind.email, email))
        return self.later(minutes=1)

    def agree(self, *people: Actor) -> "Story":
        """Each says yes to the newest offer of this order."""
        wanted = select(Transfer.no).where(Transfer.order_id == self._order().id).order_by(col(Transfer.id).desc())
        for person in people:
            transfers.agree_transfer(self._by(person), self.session.exec(wanted).first())
        return self.later(minutes=1)

    def cancel(self) -> "Story":
        orders.cancel_now(self._by(self.shopper), self.no)
        return self

    def expire(self) -> "Story":
        self.at = self._order().pay_by
        orders.expire_order(self._job(), self._order())
        return self

    def request(
        self, reason: str = "changed_mind", text: str = "", way: str = "request", talk: bool = False, *shots: bytes,
        pieces: int | None = None, cards: Sequence[str] | None = None,
    ) -> "Story":  # fmt: skip
        """`talk` attaches the conversation, `shots` are pictures handed in with it; about all that fits, or some."""
        told = {"way": way, "reason": reason, "text": text, "conversation": talk, "pieces": pieces, "cards": cards}
        pictures = [self._shows(shot) for shot in shots]
        cases.request_cancellation(self._by(self.shopper), self.no, **told, pictures=pictures)
        return self.later(hours=1)

    def _shows(self, shot: bytes) -> str:
        """Uploaded, waiting to be sent."""
        drawn = redraw(shot)
        return keep_picture(self._by(self.shopper), self.no, uuid4().hex, **vars(drawn))

    def approve(self) -> "Story":
        return self._answers(answers.approve_case)

    def reject(self, reason: str = "other", text: str = "") -> "Story":
        return self._answers(answers.reject_case, reason=reason, text=text)

    def withdraw(self) -> "Story":
        replies.withdraw_case(self._by(self.shopper), self._case().no)
        return self

    def ask(self, text: str = "请补充截图") -> "Story":
        return self._answers(answers.ask_shopper, text=text)

    def offer(self, amount: str = "", text: str = "", codes: Sequence[str] = ()) -> "Story":
        """Less money (`amount` in yuan as typed), or without an amount other cards: from stock, or the typed codes."""
        kind = "amount" if amount else "replacement"
        told = {"kind": kind, "amount": amount, "text": text, "codes": codes}
        return self._answers(answers.make_offer, **told)

    def concede(self) -> "Story":
        return self._answers(answers.concede_case)

    def answer(self, text: str = "已补充", conversation: bool = False) -> "Story":
        told = {"text": text, "conversation": conversation}
        return self._replies(replies.answer_merchant, **told)

    def accept(self) -> "Story":
        return self._replies(replies.accept_offer)

    def decline(self, text: str = "") -> "Story":
        return self._replies(replies.decline_offer, text=text)

    def appeal(
        self, reason: str = "invalid_card", text: str = "激活失败", talk: bool = False,
        cards: Sequence[str] | None = None,
    ) -> "Story":  # fmt: skip
        """Before the platform: the last case, or a fault of the cards."""
        told = {"reason": reason, "text": text, "conversation": talk, "cards": cards}
        appeals.appeal(self._by(self.shopper), self.no, **told)
        return self.later(minutes=1)

    def respond(self, text: str = "卡密有效，附截图") -> "Story":
        """The merchant is heard."""
        return self._answers(appeals.respond, side=Role.merchant, text=text)

    def insist(self, text: str = "仍然无效") -> "Story":
        """The shopper adds to the appeal."""
        return self._replies(appeals.respond, side=Role.shopper, text=text)

    def hear_out(self) -> "Story":
        """The 48 hours of the hearing pass."""
        self.at = self._case().heard_until or self.at
        return self

    def rule(self, judge: Actor, ruling: str, amount: str = "", ground: str = "依平台记录") -> "Story":
        told = {"ruling": ruling, "amount": amount, "ground": ground}
        rulings.rule(self._by(judge), self._case().no, **told)
        return self.later(minutes=1)

    def ask_partial(self, amount: str, text: str = "") -> "Story":
        return self._replies(partials.ask_partial, amount=amount, text=text)

    def accept_partial(self) -> "Story":
        return self._answers(partials.accept_partial)

    def decline_partial(self, text: str = "") -> "Story":
        return self._answers(partials.decline_partial, text=text)

    def remind(self) -> "Story":
        return self._replies(replies.remind_merchant)

    def _answers(self, use_case: Callable[..., object], **told: object) -> "Story":
        use_case(self._by(self.merchant), self._case().no, **told)
        return self.later(minutes=1)

    def _replies(self, use_case: Callable[..., object], **told: object) -> "Story":
        use_case(self._by(self.shopper), self._case().no, **told)
        return self.later(minutes=1)

    def write(self, text: str) -> "Story":
        """The shopper to the shop, and back."""
        return self._writes(self.shopper, text)

    def ask_support(self, text: str) -> "Story":
        return self._asks(self.shopper, text)

    def advise(self, admin: Actor, text: str) -> "Story":
        """Support to the shopper."""
        support.read_support(self._by(admin), self.no)
        return self._asks(admin, text)

    def _asks(self, author: Actor, text: str) -> "Story":
        support.write_support(self._by(author), self.no, text=text)
        return self.later(minutes=1)

    def reply(self, text: str) -> "Story":
        conversation.read_conversation(self._by(self.merchant), self.no)
        return self._writes(self.merchant, text)

    def _writes(self, author: Actor, text: str) -> "Story":
        conversation.write_message(self._by(author), self.no, text=text, sure=list(Contact))
        return self.later(minutes=1)

    def read(self) -> "Story":
        """The shopper looks at the answers."""
        conversation.read_conversation(self._by(self.shopper), self.no)
        return self

    def resume(self) -> "Story":
        cases.resume_delivery(self._by(self.shopper), self.no)
        return self

    def lapse(self) -> "Story":
        """Nobody answers in time, whoever the case waits for."""
        case = self._case()
        self.at = case.deadline + limits.DEADLINE_SECOND
        deadlines.meet_case_deadline(self._job(), case, self._order())
        return self

    def end_grace(self) -> "Story":
        """The merchant stayed silent for the business day of grace too."""
        case = self._case()
        self.at = (case.grace_at or self.at) + limits.DEADLINE_SECOND
        deadlines.end_grace(self._job(), case, self._order())
        return self

    def refund_arrives(self) -> "Story":
        return self._sent()._hear(RefundNews(RefundAnswer.processing, self._trace())).later(hours=2)._arrived()

    def refund_fails(self) -> "Story":
        """Eight times the channel refuses; a person must look."""
        while self._refund().status is not RefundStatus.needs_attention:
            self._sent()._hear(RefundNews(RefundAnswer.failed, "", "ACCOUNT_ABNORMAL")).later(minutes=1)
        return self

    def account_closed(self) -> "Story":
        news = RefundNews(RefundAnswer.failed, "", "ACCOUNT_CLOSED", Hindrance.account_closed)
        return self._sent()._hear(news, asked=True)

    def _arrived(self) -> "Story":
        paid = self.session.get_one(Payment, (refund := self._refund()).payment_id)
        self.scene.cashier.refunded(refund.no, paid.no, refund.amount, self._trace(), self.at)
        return self._hear(RefundNews(RefundAnswer.succeeded, self._trace()))

    def _trace(self) -> str:
        """The channel's own number of the refund."""
        return f"SR{self._refund().no[2:]}"

    def _sent(self) -> "Story":
        refunds.set_out(self._job(), self._refund().no)
        return self

    def _hear(self, news: RefundNews, *, asked: bool = False) -> "Story":
        refunds.hear_answer(self._job(), self._refund().no, news, asked=asked)
        return self

    def _by(self, who: Actor) -> Act:
        finish(self.session)  # the act before this one: a town is one transaction
        return Act(self.session, who, self.at, self.scene.world)

    def _job(self) -> Act:
        return replace(self._by(SYSTEM), cause="seed")

    def _order(self) -> Order:
        return self.session.exec(select(Order).where(Order.no == self.no)).one()

    def _case(self) -> Case:
        return cases_of(self.session, [self._order()])[self._order().id or 0][-1]

    def _refund(self) -> Refund:
        return self.session.exec(select(Refund).where(Refund.order_id == self._order().id)).one()


_PAYER = {Channel.alipay: "138****0001", Channel.wechat: "o6_****k1", Channel.bank_card: "6222 **** **** 0001"}
