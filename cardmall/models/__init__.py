"""Tables and constraints, no behaviour."""

from cardmall.models.account import Account, ConfirmCode, SignIn
from cardmall.models.cases import Case
from cardmall.models.catalog import Card, Product, Shop
from cardmall.models.events import Event
from cardmall.models.jobs import Job, Remembered
from cardmall.models.money import Payment, Posting, Refund
from cardmall.models.notices import Notice, Outgoing, SupportMessage
from cardmall.models.orders import Order

__all__ = [
    "Account",
    "Card",
    "Case",
    "ConfirmCode",
    "Event",
    "Job",
    "Notice",
    "Order",
    "Outgoing",
    "Payment",
    "Posting",
    "Product",
    "Refund",
    "Remembered",
    "Shop",
    "SignIn",
    "SupportMessage",
]
