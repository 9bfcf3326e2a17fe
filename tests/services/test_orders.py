"""Alice orders, changes her mind, or lets the time run out; nothing is half done."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from cardmall import locales
from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.refunds import Policy
from cardmall.domain.terms import Actor, CardStatus, Reason, Refused, Role
from cardmall.models import Account, Card, Job, Order, Product, Shop
from cardmall.services.order import orders
from cardmall.views.shopper.order import order_view
from tests.town import AUTO, DAY, MANUAL, MINUTE, NOW, PRICE, Town, act, count, rows


def stock(status: CardStatus = CardStatus.available) -> int:
    return count(Card, col(Card.status) == status)


def change(kind: type, **values: object) -> None:
    with db.transaction() as session:
        session.connection().execute(sa.update(kind).values(**values))


def test_the_words_name_the_orders_own_window(town: Town) -> None:
    town.sell("slow-card", 1, window_days=14)
    tale = town.tale().order("slow-card").pay().deliver()
    for days, open_still in ((13, True), (15, False)):
        view = act(order_view, town.alice, tale.no, now=tale.at + days * DAY)
        way = next(way for way in view.ways if way.way == "return")
        assert (way.is_open, view.window_days) == (open_still, 14)
    said = locales.text("zh_CN", f"way.closed.return_{way.reason}", n=view.window_days, return_until="12-08")
    assert said == "发货后 14 天内可用 —— 已于 12-08 到期"


def test_an_order_without_terms_is_not_stored(town: Town) -> None:
    row = town.tale().order(AUTO).row
    with pytest.raises(IntegrityError, match="terms"), db.transaction() as session:
        session.add(Order(**{**dict(row), "id": None, "no": "CM0", "terms": None}))


def test_it_freezes_what_was_promised_and_reserves_the_cards(town: Town) -> None:
    tale = town.tale().order(AUTO, 3)
    change(Product, price=1, return_allowed=False, window_days=1, fee_permille=50)
    row = tale.row
    assert (row.unit_price, row.total, row.terms.policy) == (9900, 29700, Policy(True, 7, 0))
    assert (row.status, row.stage, row.pay_by) == ("pending_payment", "to_pay", NOW + 15 * MINUTE)
    assert tale.card_states == ["reserved"] * 3
    assert stock() == 7
    assert tale.verbs == ["ordered", "cards_reserved"]
    assert [job.due_at for job in tale.jobs("expire_order")] == [NOW + 15 * MINUTE]


def test_it_takes_the_oldest_cards_all_or_none(town: Town) -> None:
    town.tale().order(AUTO, 5).pay()
    town.tale().order(AUTO, 3)
    with pytest.raises(Refused) as refused:
        town.tale().order(AUTO, 3)
    assert refused.value.reason is Reason.out_of_stock
    assert (stock(), stock(CardStatus.reserved), count(Order)) == (2, 3, 2)
    town.tale().order(AUTO, 2)
    assert stock() == 0


@pytest.mark.parametrize("quantity", [0, 21, -1, "", "2.0", "two", None, True, "²", "1 0", 10**9, [1]])
def test_it_refuses_a_quantity_out_of_bounds(town: Town, quantity: object) -> None:
    with pytest.raises(Refused) as refused:
        act(orders.place_order, town.alice, AUTO, quantity=quantity, price=PRICE, now=NOW)
    assert refused.value.fields == {"quantity": "out_of_range"}
    assert count(Order) == 0


def test_five_may_wait_for_payment_not_six(town: Town) -> None:
    first = town.tale().order(AUTO)
    for _ in range(4):
        town.tale().order(MANUAL)
    with pytest.raises(Refused) as refused:
        town.tale().order(MANUAL)
    assert (refused.value.reason, count(Order)) == (Reason.too_many_unpaid, 5)
    town.tale(shopper=town.mallory).order(MANUAL)  # hers are counted apart
    first.cancel()
    town.tale().order(MANUAL)


def test_only_a_confirmed_shopper_orders_what_is_on_sale(town: Town) -> None:
    def refusal(actor: Actor | None, slug: str = AUTO) -> Reason:
        with pytest.raises(Refused) as refused:
            act(orders.place_order, actor, slug, quantity=1, price=PRICE, now=NOW)
        return refused.value.reason

    assert refusal(None) is Reason.sign_in_first
    assert refusal(town.bob) is Reason.not_allowed
    assert refusal(town.carol) is Reason.not_allowed
    assert refusal(town.alice, "nothing") is Reason.unlisted
    change(Account, email_confirmed_at=None)
    assert refusal(town.alice) is Reason.confirm_first
    change(Account, email_confirmed_at=NOW)
    change(Shop, disabled_at=NOW)
    assert refusal(town.alice) is Reason.unlisted
    change(Shop, disabled_at=None)
    change(Product, listed=False)
    assert refusal(town.alice) is Reason.unlisted
    assert count(Order) == 0


@pytest.mark.parametrize(("channel", "consent"), [("cash", True), ("", True), (None, True)])
def test_it_refuses_an_unknown_channel(town: Town, channel: object, consent: object) -> None:
    tale = town.tale().order(AUTO)
    with pytest.raises(Refused) as refused:
        act(orders.start_payment, town.alice, tale.no, channel=channel, consent=consent, now=NOW)
    assert refused.value.fields == {"channel": "not_a_choice"}


@pytest.mark.parametrize("consent", [False, None, "", "off", "false", 0, 2])
def test_nothing_is_paid_before_the_rule_of_use_is_consented_to(town: Town, consent: object) -> None:
    tale = town.tale().order(AUTO)
    with pytest.raises(Refused) as refused:
        act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=consent, now=NOW)
    assert refused.value.fields == {"consent": "required"}
    assert (tale.row.consented_at, tale.payments) == (None, [])


def test_the_consent_is_recorded_once_with_the_words_consented_to(town: Town) -> None:
    tale = town.tale().order(AUTO)
    for channel, minute in (("alipay", 1), ("alipay", 2), ("wechat", 3)):
        act(orders.start_payment, town.alice, tale.no, channel=channel, consent="on", now=NOW + minute * MINUTE)
    (consent,) = [event for event in tale.events if event.verb == "consented"]
    assert (consent.at, consent.data["rule"], consent.actor_id) == (NOW + MINUTE, "查看卡密即视为使用", town.alice.id)
    assert [(p.channel.value, p.status.value) for p in tale.payments] == [("alipay", "closed"), ("wechat", "pending")]


@pytest.mark.parametrize("ended", ["pay", "cancel", "expire"])
def test_what_is_paid_or_ended_is_not_paid_again(town: Town, ended: str) -> None:
    tale = getattr(town.tale().order(AUTO), ended)()
    before = tale.payments
    with pytest.raises(Refused) as refused:
        act(orders.start_payment, town.alice, tale.no, channel="wechat", consent=True, now=tale.at)
    assert (refused.value.reason, refused.value.status) == (Reason.stale, tale.row.status)
    assert tale.payments == before


def test_canceling_an_unpaid_order_gives_the_cards_back_at_once(town: Town) -> None:
    tale = town.tale().order(AUTO, 2)
    act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=tale.at)
    tale.cancel()
    assert (tale.row.status, tale.row.stage, tale.row.closed_at) == ("canceled", "closed", tale.at)
    assert (tale.cards, stock(), tale.payments[0].status) == ([], 10, "closed")
    assert [job.args for job in rows(Job, Job.kind == "close_payment")] == [{"payment": tale.payments[0].no}]
    assert tale.refunds == []


def test_an_unpaid_order_expires_when_its_15_minutes_are_over_not_before(town: Town) -> None:
    tale = town.tale().order(AUTO)

    def expire(at: timedelta) -> str:
        with db.transaction() as session:
            orders.expire_order(our_act(session, now=NOW + at, cause="job"), session.get_one(Order, tale.row.id))
        return tale.row.status.value

    assert expire(15 * MINUTE - timedelta(seconds=1)) == "pending_payment"
    assert expire(15 * MINUTE) == "expired"
    assert expire(DAY) == "expired"
    assert (stock(), tale.told(town.alice)) == (10, ["order_expired"])
    assert tale.verbs.count("expired") == 1


def test_a_paid_order_does_not_expire(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    tale.expire()
    assert tale.row.status == "awaiting_delivery"


def test_a_paid_order_is_not_canceled_at_once(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    with pytest.raises(Refused) as refused:
        tale.cancel()
    assert (refused.value.reason, refused.value.offer, refused.value.status) == (
        "already_paid",
        "request",
        "awaiting_delivery",
    )


def test_a_broken_promise_without_stock_is_canceled_at_once_and_paid_back(town: Town) -> None:
    tale = town.tale().order(MANUAL, 2).pay().later(minutes=10)
    tale.cancel()
    (refund,) = tale.refunds
    assert (refund.amount, refund.cause, refund.status) == (19800, "cancel_now", "requested")
    assert (tale.row.status, tale.row.stage) == ("canceled", "refunding")


def test_the_open_case_ends_with_the_order_the_shop_cannot_fulfil(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().later(minutes=10).request()
    tale.cancel()
    assert (tale.case.status, tale.row.status, len(tale.refunds)) == ("approved", "canceled", 1)


def test_the_shopper_says_all_is_well_once(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().reveal().complete()
    assert (tale.row.status, tale.row.completed_at) == ("completed", tale.at)
    assert [job.due_at for job in tale.jobs("settle")] == [tale.at + 7 * DAY]
    with pytest.raises(Refused):
        tale.complete()


def test_it_completes_by_itself_7_days_after_delivery_if_all_is_revealed_else_14(town: Town) -> None:
    def complete(tale, days: float):
        with db.transaction() as session:
            order = session.get_one(Order, tale.row.id)
            assert order.delivered_at
            return orders.complete_by_time(our_act(session, now=order.delivered_at + days * DAY, cause="job"), order)

    used, sealed = (town.tale().order(AUTO).pay().deliver() for _ in range(2))
    used.reveal()
    assert complete(used, 6) == DAY
    assert complete(used, 7) is None
    assert complete(sealed, 7) == 7 * DAY
    assert (used.row.status, sealed.row.status) == ("completed", "delivered")
    sealed.request(way="return")
    assert complete(sealed, 14) == DAY
    sealed.withdraw()
    assert complete(sealed, 15) is None
    assert (complete(sealed, 16), sealed.row.status) == (None, "completed")


@pytest.mark.parametrize("name", ["mallory", "bob", "mo", "carol", None])
def test_nobody_else_pays_cancels_or_completes(town: Town, name: str | None) -> None:
    stranger: Actor | None = getattr(town, name) if name else None
    unpaid, given = town.tale().order(AUTO), town.tale().order(AUTO).pay().deliver()
    before = rows(Order)
    for use_case, no, more in (
        (orders.start_payment, unpaid.no, {"channel": "alipay", "consent": True}),
        (orders.cancel_now, unpaid.no, {}),
        (orders.complete_order, given.no, {}),
    ):
        with pytest.raises(Refused) as refused:
            act(use_case, stranger, no, **more, now=NOW)
        expected = Reason.sign_in_first if stranger is None else Reason.not_found
        if stranger and stranger.role is not Role.shopper:
            expected = Reason.not_allowed
        assert refused.value.reason is expected
    assert rows(Order) == before


def test_canceled_at_once_a_partial_refund_still_asked_for_is_over_too(town: Town) -> None:
    """The promise is broken while the merchant thinks about a part: the shopper may take the whole."""
    tale = town.tale().order(MANUAL).pay().request().reject("other", "已在制作").resume().ask_partial("10")
    tale.later(days=1)
    act(orders.cancel_now, town.alice, tale.no, now=tale.at)
    assert (tale.row.status, tale.row.stage, tale.case.status) == ("canceled", "refunding", "rejected")
    assert [refund.amount for refund in tale.refunds] == [9900]
