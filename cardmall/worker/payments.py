"""Jobs of payments: how the channel says they stand."""

from datetime import timedelta

from cardmall.adapters import db
from cardmall.adapters.channels import channel
from cardmall.adapters.jobs import handler
from cardmall.domain.jobs import ClosePayment, OfPayment, QueryPayment
from cardmall.domain.terms import PaymentStatus
from cardmall.reads.money import PaymentCall, payment_call
from cardmall.services.act import Act
from cardmall.services.money import payments
from cardmall.services.money.payments import TradeNews, TradeState


def _payment(task: OfPayment) -> PaymentCall:
    with db.reading() as session:
        return payment_call(session, task.no)


def _look_up(task: QueryPayment) -> TradeNews | None:
    """Whether a payment was paid, so that a lost callback loses nothing; one not known yet is opened. None: it was."""
    call = _payment(task)
    if call.status is PaymentStatus.captured:
        return None
    news = channel().query_payment(call.no)
    if news.state is TradeState.missing and call.status is PaymentStatus.pending:
        return channel().open(call.no, call.source, call.amount)
    return news


@handler(QueryPayment, act=_look_up)
def query_payment(act: Act, task: QueryPayment, news: TradeNews | None) -> timedelta | None:
    return payments.hear_trade(act, task.no, news) if news else None


def _close(task: ClosePayment) -> TradeNews:
    return channel().close(task.no)


@handler(ClosePayment, act=_close)
def close_payment(act: Act, task: ClosePayment, news: TradeNews) -> timedelta | None:
    """The channel takes no more money; ours was closed when the order was. Money that was faster goes back."""
    return payments.hear_trade(act, task.no, news)
