"""Tables and constraints, no behaviour."""

from cardmall.models.account import Account, ConfirmCode, SignIn
from cardmall.models.batches import Batch, BatchLine, BatchPart, BatchText, CodeFile, StockWatch
from cardmall.models.buyer_answers import BuyerAnswer, ReplacedAnswer
from cardmall.models.calendar import CalendarDay
from cardmall.models.cases import Attempt, Case, EvidenceRound, Lease
from cardmall.models.catalog import ApprovalRule, Away, Card, Product, ProductVersion, Shop
from cardmall.models.days import Balance, ShopDay
from cardmall.models.events import Event
from cardmall.models.jobs import Job, Remembered
from cardmall.models.messages import Conversation, Message, QuickReply
from cardmall.models.money import HeardNonce, Payment, Posting, Refund
from cardmall.models.notices import Notice, Outgoing
from cardmall.models.orders import Order
from cardmall.models.pictures import Picture, PictureData
from cardmall.models.recalls import Recall, RecallItem
from cardmall.models.statements import Mismatch, Statement
from cardmall.models.support import SupportMessage, SupportThread
from cardmall.models.transfers import Transfer

__all__ = [
    "Account",
    "ApprovalRule",
    "Attempt",
    "Away",
    "Balance",
    "Batch",
    "BatchLine",
    "BatchPart",
    "BatchText",
    "BuyerAnswer",
    "CalendarDay",
    "Card",
    "Case",
    "CodeFile",
    "ConfirmCode",
    "Conversation",
    "Event",
    "EvidenceRound",
    "HeardNonce",
    "Job",
    "Lease",
    "Message",
    "Mismatch",
    "Notice",
    "Order",
    "Outgoing",
    "Payment",
    "Picture",
    "PictureData",
    "Posting",
    "Product",
    "ProductVersion",
    "QuickReply",
    "Recall",
    "RecallItem",
    "Refund",
    "Remembered",
    "ReplacedAnswer",
    "Shop",
    "ShopDay",
    "SignIn",
    "Statement",
    "StockWatch",
    "SupportMessage",
    "SupportThread",
    "Transfer",
]
