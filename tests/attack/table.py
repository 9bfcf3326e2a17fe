"""Each State handler: who may call it, from which history, and what shows that it worked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlmodel import Session

from cardmall.domain.recalls import Looked
from cardmall.seeds.people import PASSWORD
from tests.attack.histories import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    DEAD,
    ERIN,
    NOBODY,
    SECRET,
    advised,
    alices_id,
    alices_notice,
    answered,
    asked_case,
    asked_support,
    at_cashier,
    case_no,
    checked_list,
    dead_job,
    delivered,
    five_delivered,
    five_paid,
    future_owner,
    grouped_goods,
    in_appeal,
    in_case,
    judged_case,
    just_paid,
    kept_words,
    listed_goods,
    many_appeals,
    many_cases,
    many_goods,
    many_lists,
    many_moves,
    many_own_goods,
    many_people,
    many_shops,
    many_talks,
    many_threads,
    many_to_deliver,
    much_in_stock,
    offered_away,
    offered_case,
    offered_order,
    order_with_offer,
    own_goods,
    paid,
    partial_case,
    plain_day,
    recalled_list,
    rejected,
    rejected_case,
    set_day,
    shop_away,
    soon_due,
    stocked_list,
    strange_account,
    strange_shop,
    stuck_refund,
    taken_case,
    talked,
    to_top_up,
    tomorrow,
    top_up,
    unheard,
    unpaid,
    unproven_in_silence,
    unproven_phone,
    unwatched,
    withdrawn_list,
)

Build = Callable[[Session], str]  # a history; the number the path names


@dataclass(frozen=True)
class Call:
    """`right` calls it after `first`; it `changes` rows, or its own answer `says` this (`{no}` is filled in)."""

    right: str
    says: str = ""
    changes: bool = False
    build: Build | None = None
    path: str = "/"
    payload: dict[str, Any] = field(default_factory=dict)
    first: tuple[tuple[str, dict[str, Any]], ...] = ()
    strangers: tuple[str, ...] = (NOBODY, DAVE, ERIN)
    own: bool = False  # works on the caller's own rows: a stranger's own may change, the right person's not


ORDER, CANCEL, CASE = "/orders/{no}", "/orders/{no}/cancel?way=request", "/merchant/cases/{no}"
OWN_CASE = "/cases/{no}"
CHECKOUT, PAY, SUPPORT, REFUND = "/checkout/{no}", "/pay/{no}", "/support/{no}", "/refunds/{no}"
OWN_SHOP, AWAY = "/merchant/shop", {"form": {"day": "{no}", "note": SECRET}}
ASK_AWAY = (("ShopState.ask", AWAY),)
MESSAGES, SHOP_ORDERS, SOLD = "/merchant/messages", "/merchant/orders", "/merchant/orders/{no}"
GIVE, LOAD_GIFT = "/merchant/orders/{no}/refund", (("MerchantRefundState.load", {}),)
GIFT = {"form": {"of": "amount", "amount": "1", "reason": "other", "text": SECRET}}
CHECKED_GIFT = (*LOAD_GIFT, ("MerchantRefundState.check", GIFT))
BOBS = (NOBODY, ALICE, DAVE, ERIN)
GOODS, ONE_OF_GOODS = "/merchant/products", "/merchant/products/{no}"
TWO_ASKED = {"field1_kind": "text", "field1_label": "A", "field2_kind": "text", "field2_label": "B"}
LOAD_GOODS, LOAD_FORM = (("ProductsState.load", {}),), (("MerchantProductState.load", {}),)
PICKED_GOODS = (*LOAD_GOODS, ("ProductsState.pick", {"slug": "{no}"}))
RULE = {"form": {"rule_on": "on", "rule_most": "1", "rule_shopper": "1", "rule_day": "1"}}
TRANSFER, TRANSFER_FORM = "/transfers/{no}", "/orders/{no}/transfer"
LOAD_TRANSFER = (("TransferState.load", {}),)
LOAD_ORDER = (("OrderState.load", {}),)
LOAD_CANCEL = (("CancelState.load", {}),)
RETURN = "/orders/{no}/cancel?way=return"
LOAD_OWN = (("CaseState.load", {}),)
LOAD_CASE = (("MerchantCaseState.load", {}),)
LOAD_LIST = (("OrdersState.load", {}),)
LOAD_QUEUE = (("ReviewsState.load", {}),)
PICKED = (*LOAD_QUEUE, ("ReviewsState.pick", {"no": "{no}"}))
ADMIN_CASE = "/admin/cases/{no}"
ADMIN_SUPPORT = "/admin/support"
FIND, FOUND, MASKED = "/admin/orders?q={no}", "/admin/orders/{no}", "al***@cardmall.test"
ADMINS_ONLY = (NOBODY, ALICE, DAVE, BOB, ERIN)
RULING = {"form": {"ruling": "rule_split", "amount": "1", "ground": SECRET}}
FIND_SHOP = (("ShopsState.load", {}), ("ShopsState.search", {"form": {"q": "strange"}}))
ASK_SHOP = (*FIND_SHOP, ("ShopsState.ask", {"slug": "{no}"}))
MANAGE_SHOP = (*FIND_SHOP, ("ShopsState.manage", {"slug": "strange"}))
FIND_PERSON = (("PeopleState.load", {}), ("PeopleState.search", {"form": {"q": "strange"}}))
ASK_PERSON = (*FIND_PERSON, ("PeopleState.ask", {"person": "{no}"}))
BOOKS, MISMATCH = "/admin/money", '"id": {no}, "day"'
LOAD_BOOKS = (("StatementsState.arrive", {}),)
ASK_MISMATCH = (*LOAD_BOOKS, ("StatementsState.ask", {"mismatch": "{no}"}))
STOCK, OF_PRODUCT = "/merchant/stock", "/merchant/stock/office-home"
IMPORT = "/merchant/stock/office-home/import?batch={no}"
RECALL = {
    "form": {
        "reason": "invalid_card",
        "words": SECRET,
        "remedy": "refund",
        "looked": Looked.all.value,
        "counted": "yes",
    }
}
FORM = {"form": {"reason": "other", "text": SECRET}}
_of_shops = partial(Call, CAROL, path="/admin/shops", strangers=ADMINS_ONLY)
_of_people = partial(Call, CAROL, path="/admin/people", strangers=ADMINS_ONLY)

TABLE: dict[str, Call] = {
    # the mall is everybody's
    "MallState.load": Call(NOBODY, "steam-200", strangers=()),
    "MallState.show_more": Call(
        NOBODY, '"rows_rx_state_": [{', build=many_goods, first=(("MallState.load", {}),), strangers=()
    ),
    "GuideState.load": Call(NOBODY, "steam-200", path="/help", strangers=()),
    "GuideState.refresh": Call(NOBODY, "steam-200", path="/rules", strangers=()),
    "ProductState.load": Call(NOBODY, "office-home", path="/p/office-home", strangers=()),
    "ProductState.refresh": Call(NOBODY, "office-home", path="/p/office-home", strangers=()),
    "ProductState.buy": Call(
        DAVE,
        changes=True,
        path="/p/cloud-disk",
        payload={"form": {"quantity": "1", "price": "6800"}},
        strangers=(NOBODY, ERIN, CAROL),
    ),
    # checkout and cashier
    "CheckoutState.load": Call(ALICE, "{no}", build=unpaid, path=CHECKOUT),
    "CheckoutState.refresh": Call(ALICE, "{no}", build=unpaid, path=CHECKOUT),
    "CheckoutState.pay": Call(
        ALICE,
        changes=True,
        build=unpaid,
        path=CHECKOUT,
        payload={"form": {"channel": "alipay", "consent": "on"}},
        first=(("CheckoutState.load", {}),),
    ),
    "PayState.load": Call(ALICE, "{no}", build=at_cashier, path=PAY),
    "PayState.refresh": Call(ALICE, "{no}", build=at_cashier, path=PAY),
    # my orders
    "OrdersState.load": Call(ALICE, "{no}", build=delivered, path="/orders?stage=delivered"),
    "OrdersState.refresh": Call(ALICE, "{no}", build=delivered, path="/orders?stage=delivered"),
    "OrdersState.choose_category": Call(ALICE, "category=software", path="/orders", payload={"value": "software"}),
    "OrdersState.choose_period": Call(ALICE, "since=", path="/orders", payload={"value": "30"}),
    "OrdersState.choose_dates": Call(
        ALICE, "since=2026-01-01", path="/orders", payload={"form": {"since": "2026-01-01", "until": ""}}
    ),
    "OrdersState.search": Call(ALICE, "q=Steam", path="/orders", payload={"form": {"q": "Steam"}}),
    "OrdersState.ask_cancel": Call(
        ALICE, '"doubtful_rx_state_": "{no}"', build=unpaid, path="/orders", payload={"no": "{no}"}, first=LOAD_LIST
    ),
    "OrdersState.keep": Call(
        ALICE,
        '"doubtful_rx_state_": ""',
        build=unpaid,
        path="/orders",
        first=(*LOAD_LIST, ("OrdersState.ask_cancel", {"no": "{no}"})),
    ),
    "OrdersState.cancel": Call(
        ALICE,
        changes=True,
        build=unpaid,
        path="/orders",
        first=(*LOAD_LIST, ("OrdersState.ask_cancel", {"no": "{no}"})),
    ),
    # one order
    "OrderState.load": Call(ALICE, SECRET, build=in_case, path=ORDER),
    "OrderState.refresh": Call(ALICE, SECRET, build=in_case, path=ORDER),
    "OrderState.pick": Call(
        ALICE, '"picked_rx_state_": "appeal"', build=rejected, path=ORDER, payload={"way": "appeal"}, first=LOAD_ORDER
    ),
    "OrderState.ask": Call(
        ALICE, '"question_rx_state_": "withdraw"', build=in_case, path=ORDER, payload={"question": "withdraw"}
    ),
    "OrderState.close": Call(
        ALICE,
        '"question_rx_state_": ""',
        build=in_case,
        path=ORDER,
        first=(*LOAD_ORDER, ("OrderState.ask", {"question": "withdraw"})),
    ),
    "OrderState.cancel": Call(ALICE, changes=True, build=unpaid, path=ORDER, first=LOAD_ORDER),
    "OrderState.ask_payment": Call(ALICE, changes=True, build=at_cashier, path=ORDER, first=LOAD_ORDER),
    "OrderState.withdraw": Call(ALICE, changes=True, build=in_case, path=ORDER, first=LOAD_ORDER),
    "OrderState.resume": Call(ALICE, changes=True, build=rejected, path=ORDER, first=LOAD_ORDER),
    "OrderState.accept": Call(ALICE, changes=True, build=order_with_offer, path=ORDER, first=LOAD_ORDER),
    "OrderState.decline": Call(ALICE, changes=True, build=order_with_offer, path=ORDER, first=LOAD_ORDER),
    "OrderState.check": Call(ALICE, changes=True, build=paid, path=ORDER, first=LOAD_ORDER),
    "OrderState.complete": Call(ALICE, changes=True, build=delivered, path=ORDER, first=LOAD_ORDER),
    "OrderState.open_answers": Call(
        ALICE,
        '"correcting_rx_state_": true',
        build=top_up,
        path=ORDER,
        payload={"is_open": True},
        first=LOAD_ORDER,
        strangers=(NOBODY, DAVE, BOB),
    ),
    "OrderState.correct": Call(
        ALICE,
        changes=True,
        build=top_up,
        path=ORDER,
        payload={"form": {"answer1": "7", "again1": "7", "answer2": "国际服"}},
        first=(*LOAD_ORDER, ("OrderState.open_answers", {"is_open": True})),
        strangers=(NOBODY, DAVE, BOB),
    ),
    "OrderState.withdraw_transfer": Call(ALICE, changes=True, build=offered_order, path=ORDER, first=LOAD_ORDER),
    # passed on
    "TransferFormState.load": Call(ALICE, "{no}", build=paid, path=TRANSFER_FORM),
    "TransferFormState.refresh": Call(ALICE, "{no}", build=paid, path=TRANSFER_FORM),
    "TransferFormState.send": Call(
        ALICE, changes=True, build=paid, path=TRANSFER_FORM, payload={"form": {"address": "13900000009"}}
    ),
    "TransferState.load": Call(ALICE, "{no}", build=offered_away, path=TRANSFER),
    "TransferState.refresh": Call(BOB, "{no}", build=offered_away, path=TRANSFER),
    "TransferState.ask": Call(
        ALICE, '"question_rx_state_": "withdraw"', build=offered_away, path=TRANSFER, payload={"question": "withdraw"}
    ),
    "TransferState.close": Call(
        ALICE,
        '"question_rx_state_": ""',
        build=offered_away,
        path=TRANSFER,
        first=(*LOAD_TRANSFER, ("TransferState.ask", {"question": "withdraw"})),
    ),
    "TransferState.agree": Call(BOB, changes=True, build=offered_away, path=TRANSFER, first=LOAD_TRANSFER),
    "TransferState.decline": Call(BOB, changes=True, build=offered_away, path=TRANSFER, first=LOAD_TRANSFER),
    "TransferState.withdraw": Call(ALICE, changes=True, build=offered_away, path=TRANSFER, first=LOAD_TRANSFER),
    "CancelState.load": Call(ALICE, "{no}", build=paid, path=CANCEL),
    "CancelState.refresh": Call(ALICE, "{no}", build=paid, path=CANCEL),
    "CancelState.take": Call(ALICE, '"way_rx_state_": "return"', build=paid, path=CANCEL, payload={"way": "return"}),
    "CancelState.choose_count": Call(
        ALICE, '"count_rx_state_": 2', build=five_paid, path=CANCEL, payload={"count": "2"}, first=LOAD_CANCEL
    ),
    "CancelState.choose_card": Call(
        ALICE, '"count_rx_state_": 4', build=five_delivered, path=RETURN, payload={"n": 2}, first=LOAD_CANCEL
    ),
    "CancelState.submit": Call(
        ALICE, changes=True, build=paid, path=CANCEL, payload=FORM, first=(("CancelState.load", {}),)
    ),
    "CaseState.load": Call(ALICE, SECRET, build=case_no, path=OWN_CASE),
    "CaseState.refresh": Call(ALICE, SECRET, build=case_no, path=OWN_CASE),
    "CaseState.ask": Call(
        ALICE, '"question_rx_state_": "withdraw"', build=case_no, path=OWN_CASE, payload={"question": "withdraw"}
    ),
    "CaseState.close": Call(
        ALICE,
        '"question_rx_state_": ""',
        build=case_no,
        path=OWN_CASE,
        first=(*LOAD_OWN, ("CaseState.ask", {"question": "withdraw"})),
    ),
    "CaseState.answer": Call(ALICE, changes=True, build=asked_case, path=OWN_CASE, payload=FORM, first=LOAD_OWN),
    "CaseState.accept": Call(ALICE, changes=True, build=offered_case, path=OWN_CASE, first=LOAD_OWN),
    "CaseState.decline": Call(ALICE, changes=True, build=offered_case, path=OWN_CASE, first=LOAD_OWN),
    "CaseState.withdraw": Call(ALICE, changes=True, build=case_no, path=OWN_CASE, first=LOAD_OWN),
    "CaseState.resume": Call(ALICE, changes=True, build=rejected_case, path=OWN_CASE, first=LOAD_OWN),
    "CaseState.ask_partial": Call(
        ALICE,
        changes=True,
        build=rejected_case,
        path=OWN_CASE,
        payload={"form": {"amount": "10", "text": SECRET}},
        first=LOAD_OWN,
    ),
    "CaseState.remind": Call(ALICE, changes=True, build=case_no, path=OWN_CASE, first=LOAD_OWN),
    "SupportState.load": Call(ALICE, SECRET, build=advised, path=SUPPORT),
    "SupportState.refresh": Call(ALICE, changes=True, build=advised, path=SUPPORT),
    "SupportState.send": Call(ALICE, changes=True, build=paid, path=SUPPORT, payload={"form": {"text": SECRET}}),
    # the conversation of both sides, and the order on paper
    "ConversationState.load": Call(ALICE, SECRET, build=talked, path=ORDER),
    "ConversationState.refresh": Call(ALICE, SECRET, build=answered, path=ORDER),
    "ConversationState.open": Call(ALICE, changes=True, build=answered, path=ORDER),
    "ConversationState.send": Call(ALICE, changes=True, build=paid, path=ORDER, payload={"form": {"text": SECRET}}),
    "MessagesState.load": Call(BOB, SECRET, build=talked, path=MESSAGES, strangers=BOBS),
    "MessagesState.refresh": Call(BOB, SECRET, build=talked, path=MESSAGES, strangers=BOBS),
    "MessagesState.show_more": Call(
        BOB,
        '"rows_rx_state_": [{',
        build=many_talks,
        path=MESSAGES,
        first=(("MessagesState.load", {}),),
        strangers=BOBS,
    ),
    "QuickRepliesState.load": Call(BOB, SECRET, build=kept_words, path=MESSAGES, strangers=BOBS),
    "QuickRepliesState.refresh": Call(BOB, SECRET, build=kept_words, path=MESSAGES, strangers=BOBS),
    "QuickRepliesState.keep": Call(BOB, SECRET, build=kept_words, path=MESSAGES, strangers=BOBS),
    "QuickRepliesState.edit": Call(
        BOB,
        '"edited_rx_state_": {"key": "{no}"',
        build=kept_words,
        path=MESSAGES,
        payload={"key": "{no}"},
        first=(("QuickRepliesState.load", {}),),
        strangers=BOBS,
    ),
    "QuickRepliesState.close": Call(
        BOB, '"keeping_rx_state_": false', path=MESSAGES, first=(("QuickRepliesState.keep", {}),), strangers=()
    ),
    "QuickRepliesState.save": Call(
        BOB,
        changes=True,
        path=MESSAGES,
        payload={"form": {"title": "T", "text": SECRET}},
        strangers=(NOBODY, ALICE, DAVE),
    ),
    "QuickRepliesState.delete": Call(
        BOB, changes=True, build=kept_words, path=MESSAGES, payload={"key": "{no}"}, strangers=BOBS
    ),
    "PrintState.load": Call(ALICE, SECRET, build=talked, path="/orders/{no}/print"),
    # the merchant's desk
    "MoneyState.load": Call(BOB, "{no}", build=just_paid, path="/merchant/money", strangers=BOBS),
    "MoneyState.refresh": Call(BOB, "{no}", build=just_paid, path="/merchant/money", strangers=BOBS),
    "MoneyState.show_more": Call(
        BOB, "{no}", build=many_moves, path="/merchant/money", first=(("MoneyState.load", {}),), strangers=BOBS
    ),
    "MoneyState.choose_month": Call(
        BOB, "month=2026-11", path="/merchant/money", payload={"value": "2026-11"}, strangers=BOBS
    ),
    "MerchantOrderState.load": Call(BOB, "{no}", build=delivered, path=SOLD, strangers=BOBS),
    "MerchantOrderState.refresh": Call(BOB, "{no}", build=delivered, path=SOLD, strangers=BOBS),
    "MerchantOrderState.begin": Call(BOB, changes=True, build=paid, path=SOLD, strangers=BOBS),
    "ShopState.load": Call(BOB, '"may_set": true', path=OWN_SHOP, strangers=BOBS),
    "ShopState.refresh": Call(BOB, '"may_set": true', path=OWN_SHOP, strangers=BOBS),
    "ShopState.ask": Call(
        BOB, SECRET, build=tomorrow, path=OWN_SHOP, payload=AWAY, strangers=BOBS[:-1]
    ),  # what a merchant of another shop typed is told back to them
    "ShopState.dismiss": Call(
        BOB, '"asked_rx_state_": {"day": ""', build=tomorrow, path=OWN_SHOP, first=ASK_AWAY, strangers=()
    ),
    "ShopState.leave": Call(
        BOB, changes=True, build=tomorrow, path=OWN_SHOP, first=ASK_AWAY, strangers=BOBS[:-1]
    ),  # the next one opens it again: others order there
    "ShopState.reopen": Call(BOB, changes=True, build=shop_away, path=OWN_SHOP, strangers=BOBS),
    "ShopOrdersState.load": Call(BOB, "{no}", build=just_paid, path=SHOP_ORDERS, strangers=BOBS),
    "ShopOrdersState.refresh": Call(BOB, "{no}", build=just_paid, path=SHOP_ORDERS, strangers=BOBS),
    "ShopOrdersState.choose": Call(
        BOB, "mode=auto", path=SHOP_ORDERS, payload={"name": "mode", "value": "auto"}, strangers=BOBS
    ),
    "ShopOrdersState.choose_period": Call(BOB, "since=", path=SHOP_ORDERS, payload={"value": "30"}, strangers=BOBS),
    "ShopOrdersState.choose_dates": Call(
        BOB, "since=2026-01-01", path=SHOP_ORDERS, payload={"form": {"since": "2026-01-01"}}, strangers=BOBS
    ),
    "ShopOrdersState.choose_amount": Call(
        BOB, "least=5", path=SHOP_ORDERS, payload={"form": {"least": "5", "most": ""}}, strangers=BOBS
    ),
    "ShopOrdersState.search": Call(BOB, "q=1234", path=SHOP_ORDERS, payload={"form": {"q": "1234"}}, strangers=BOBS),
    "MerchantRefundState.load": Call(BOB, "{no}", build=five_delivered, path=GIVE, strangers=BOBS),
    "MerchantRefundState.refresh": Call(BOB, "{no}", build=five_delivered, path=GIVE, strangers=BOBS),
    "MerchantRefundState.choose": Call(
        BOB,
        '"of_rx_state_": "amount"',
        build=five_delivered,
        path=GIVE,
        payload={"of": "amount"},
        first=LOAD_GIFT,
        strangers=BOBS,
    ),
    "MerchantRefundState.check": Call(
        BOB, '"of_order": 100', build=five_delivered, path=GIVE, payload=GIFT, first=LOAD_GIFT, strangers=BOBS
    ),
    "MerchantRefundState.leave": Call(
        BOB, '"asking_rx_state_": false', build=five_delivered, path=GIVE, first=CHECKED_GIFT, strangers=BOBS
    ),
    "MerchantRefundState.give": Call(
        BOB, changes=True, build=five_delivered, path=GIVE, first=CHECKED_GIFT, strangers=BOBS
    ),
    "ReviewsState.load": Call(BOB, SECRET, build=case_no, path="/merchant", strangers=BOBS),
    "ReviewsState.refresh": Call(BOB, SECRET, build=case_no, path="/merchant", strangers=BOBS),
    "ReviewsState.show_more": Call(
        BOB, '"rows_rx_state_": [{', build=many_cases, path="/merchant", first=LOAD_QUEUE, strangers=BOBS
    ),
    "ReviewsState.ask": Call(
        BOB, "{no}", build=case_no, path="/merchant", payload={"no": "{no}"}, first=LOAD_QUEUE, strangers=BOBS
    ),
    "ReviewsState.dismiss": Call(
        BOB,
        '"asked_rx_state_": null',
        build=case_no,
        path="/merchant",
        first=(*LOAD_QUEUE, ("ReviewsState.ask", {"no": "{no}"})),
        strangers=BOBS,
    ),
    "ReviewsState.approve": Call(
        BOB,
        changes=True,
        build=case_no,
        path="/merchant",
        first=(*LOAD_QUEUE, ("ReviewsState.ask", {"no": "{no}"})),
        strangers=BOBS,
    ),
    "ReviewsState.pick": Call(
        BOB,
        '"picked_rx_state_": ["{no}"]',
        build=case_no,
        path="/merchant",
        payload={"no": "{no}"},
        first=LOAD_QUEUE,
        strangers=BOBS,
    ),
    "ReviewsState.pick_all": Call(
        BOB, '"picked_rx_state_": ["', build=case_no, path="/merchant", first=LOAD_QUEUE, strangers=BOBS
    ),
    "ReviewsState.ask_many": Call(
        BOB, '"asking_many_rx_state_": true', build=case_no, path="/merchant", first=PICKED, strangers=BOBS
    ),
    "ReviewsState.approve_many": Call(BOB, changes=True, build=case_no, path="/merchant", first=PICKED, strangers=BOBS),
    "MerchantCaseState.load": Call(BOB, SECRET, build=case_no, path=CASE, strangers=BOBS),
    "MerchantCaseState.refresh": Call(BOB, SECRET, build=case_no, path=CASE, strangers=BOBS),
    "MerchantCaseState.ask": Call(
        BOB,
        '"question_rx_state_": "approve"',
        build=case_no,
        path=CASE,
        payload={"question": "approve"},
        first=LOAD_CASE,
        strangers=BOBS,
    ),
    "MerchantCaseState.close": Call(
        BOB,
        '"question_rx_state_": ""',
        build=case_no,
        path=CASE,
        first=(*LOAD_CASE, ("MerchantCaseState.ask", {"question": "approve"})),
        strangers=BOBS,
    ),
    "MerchantCaseState.approve": Call(BOB, changes=True, build=case_no, path=CASE, first=LOAD_CASE, strangers=BOBS),
    "MerchantCaseState.accept": Call(BOB, changes=True, build=partial_case, path=CASE, first=LOAD_CASE, strangers=BOBS),
    "MerchantCaseState.decline": Call(
        BOB, changes=True, build=partial_case, path=CASE, first=LOAD_CASE, strangers=BOBS
    ),
    "MerchantCaseState.respond": Call(
        BOB, changes=True, build=in_appeal, path=CASE, payload=FORM, first=LOAD_CASE, strangers=BOBS
    ),
    "MerchantCaseState.reject": Call(
        BOB, changes=True, build=case_no, path=CASE, payload=FORM, first=LOAD_CASE, strangers=BOBS
    ),
    "MerchantCaseState.ask_shopper": Call(
        BOB, changes=True, build=case_no, path=CASE, payload={"form": {"text": SECRET}}, first=LOAD_CASE, strangers=BOBS
    ),
    "MerchantCaseState.make_offer": Call(
        BOB,
        changes=True,
        build=case_no,
        path=CASE,
        payload={"form": {"kind": "amount", "amount": "1", "text": SECRET}},
        first=LOAD_CASE,
        strangers=BOBS,
    ),
    "MerchantCaseState.concede": Call(BOB, changes=True, build=in_appeal, path=CASE, first=LOAD_CASE, strangers=BOBS),
    "DeliveryState.load": Call(BOB, "{no}", build=soon_due, path="/merchant/delivery", strangers=BOBS),
    "DeliveryState.refresh": Call(BOB, "{no}", build=soon_due, path="/merchant/delivery", strangers=BOBS),
    "DeliveryState.deliver": Call(
        BOB,
        changes=True,
        build=paid,
        path="/merchant/delivery",
        payload={"form": {"no": "{no}", "codes": "ATTACK-{no}"}},
        strangers=BOBS,
    ),
    "DeliveryState.show_more": Call(
        BOB,
        "{no}",
        build=many_to_deliver,
        path="/merchant/delivery",
        first=(("DeliveryState.load", {}),),
        strangers=BOBS,
    ),
    "DeliveryState.saw": Call(
        BOB, "{no}", build=soon_due, path="/merchant/delivery", payload={"no": "{no}", "edition": 1}, strangers=BOBS
    ),
    "DeliveryState.begin": Call(
        BOB, changes=True, build=paid, path="/merchant/delivery", payload={"no": "{no}"}, strangers=BOBS
    ),
    "DeliveryState.receive": Call(
        BOB,
        changes=True,
        build=to_top_up,
        path="/merchant/delivery",
        payload={"form": {"no": "{no}", "text": "已充值 {no}", "pictures": ""}},
        strangers=BOBS,
    ),
    "ProductsState.load": Call(BOB, SECRET, build=own_goods, path=GOODS, strangers=BOBS),
    "ProductsState.refresh": Call(BOB, SECRET, build=own_goods, path=GOODS, first=LOAD_GOODS, strangers=BOBS),
    "ProductsState.show_more": Call(
        BOB, '"rows_rx_state_": [{', build=many_own_goods, path=GOODS, first=LOAD_GOODS, strangers=BOBS
    ),
    "ProductsState.search": Call(
        BOB, "q=Office", path=GOODS, payload={"form": {"q": "Office"}}, first=LOAD_GOODS, strangers=BOBS
    ),
    "ProductsState.switch": Call(
        BOB,
        changes=True,
        build=own_goods,
        path=GOODS,
        payload={"slug": "{no}", "listed": True},
        first=LOAD_GOODS,
        strangers=BOBS,
    ),
    "ProductsState.pick": Call(
        BOB,
        '"picked_rx_state_": ["{no}"]',
        build=own_goods,
        path=GOODS,
        payload={"slug": "{no}"},
        first=LOAD_GOODS,
        strangers=BOBS,
    ),
    "ProductsState.pick_all": Call(
        BOB, '"picked_rx_state_": ["', build=own_goods, path=GOODS, first=LOAD_GOODS, strangers=BOBS
    ),
    "ProductsState.list_picked": Call(
        BOB, changes=True, build=own_goods, path=GOODS, first=PICKED_GOODS, strangers=BOBS
    ),
    "ProductsState.unlist_picked": Call(
        BOB, changes=True, build=listed_goods, path=GOODS, first=PICKED_GOODS, strangers=BOBS
    ),
    "MerchantProductState.load": Call(BOB, SECRET, build=own_goods, path=ONE_OF_GOODS, strangers=BOBS),
    "MerchantProductState.reload": Call(BOB, SECRET, build=own_goods, path=ONE_OF_GOODS, strangers=BOBS),
    "MerchantProductState.refresh": Call(
        BOB, '"may_delete": true', build=own_goods, path=ONE_OF_GOODS, first=LOAD_FORM, strangers=BOBS
    ),
    "MerchantProductState.type": Call(
        BOB,
        '"price": 100',
        build=own_goods,
        path=ONE_OF_GOODS,
        payload={"form": {"price": "1"}},
        first=LOAD_FORM,
        strangers=BOBS,
    ),
    "MerchantProductState.ask_more": Call(
        BOB, '"field1_kind": "text"', build=own_goods, path=ONE_OF_GOODS, first=LOAD_FORM, strangers=BOBS
    ),
    "MerchantProductState.ask_less": Call(
        BOB,
        '"field1_kind": ""',
        build=own_goods,
        path=ONE_OF_GOODS,
        payload={"slot": 1},
        first=(*LOAD_FORM, ("MerchantProductState.ask_more", {})),
        strangers=BOBS,
    ),
    "MerchantProductState.ask_before": Call(
        BOB,
        '"field1_label": "B"',
        build=own_goods,
        path=ONE_OF_GOODS,
        payload={"slot": 2},
        first=(*LOAD_FORM, ("MerchantProductState.type", {"form": TWO_ASKED})),
        strangers=BOBS,
    ),
    "MerchantProductState.save": Call(
        BOB,
        changes=True,
        build=own_goods,
        path=ONE_OF_GOODS,
        payload={"form": {"price": "1", "details": "x", "return_allowed": "on"}},
        first=LOAD_FORM,
        strangers=BOBS,
    ),
    **{
        f"MerchantProductState.{name}": Call(
            BOB, changes=True, build=own_goods, path=ONE_OF_GOODS, first=LOAD_FORM, strangers=BOBS
        )
        for name in ("copy", "archive", "delete")
    },
    "MerchantProductState.save_rule": Call(
        BOB, changes=True, build=own_goods, path=ONE_OF_GOODS, payload=RULE, first=LOAD_FORM, strangers=BOBS
    ),
    "MerchantProductState.rename_group": Call(
        BOB,
        changes=True,
        build=grouped_goods,
        path=ONE_OF_GOODS,
        first=(*LOAD_FORM, ("MerchantProductState.type", {"form": {"group": "改 {no}", "face": "A"}})),
        strangers=BOBS,
    ),
    "MerchantProductState.dissolve_group": Call(
        BOB, changes=True, build=grouped_goods, path=ONE_OF_GOODS, first=LOAD_FORM, strangers=BOBS
    ),
    "MerchantProductState.switch": Call(
        BOB,
        changes=True,
        build=own_goods,
        path=ONE_OF_GOODS,
        payload={"listed": True},
        first=LOAD_FORM,
        strangers=BOBS,
    ),
    "MerchantProductState.ask": Call(
        BOB, '"question_rx_state_": "delete"', build=own_goods, path=ONE_OF_GOODS, first=LOAD_FORM, strangers=BOBS
    ),
    "MerchantProductState.close": Call(
        BOB,
        '"question_rx_state_": ""',
        build=own_goods,
        path=ONE_OF_GOODS,
        first=(*LOAD_FORM, ("MerchantProductState.ask", {})),
        strangers=BOBS,
    ),
    "StockState.load": Call(BOB, '"rows_rx_state_": [{', path=STOCK, strangers=BOBS),
    "StockState.refresh": Call(BOB, '"rows_rx_state_": [{', path=STOCK, strangers=BOBS),
    "StockState.show_more": Call(
        BOB, '"rows_rx_state_": [{', build=much_in_stock, path=STOCK, first=(("StockState.load", {}),), strangers=BOBS
    ),
    "ProductStockState.load": Call(BOB, "{no}", build=stocked_list, path=OF_PRODUCT, strangers=BOBS),
    "ProductStockState.refresh": Call(BOB, "{no}", build=stocked_list, path=OF_PRODUCT, strangers=BOBS),
    "ProductStockState.show_more": Call(
        BOB,
        "{no}",
        build=many_lists,
        path="/merchant/stock/cloud-disk",
        first=(("ProductStockState.load", {}),),
        strangers=BOBS,
    ),
    "ProductStockState.withdraw": Call(
        BOB, changes=True, build=stocked_list, path=OF_PRODUCT, payload={"name": "{no}"}, strangers=BOBS
    ),
    "ProductStockState.set_line": Call(
        BOB, changes=True, path=OF_PRODUCT, payload={"form": {"line": "7"}}, strangers=BOBS
    ),
    "ProductStockState.export_codes": Call(
        BOB,
        changes=True,
        build=withdrawn_list,
        path=OF_PRODUCT,
        payload={"form": {"password": PASSWORD}},
        strangers=BOBS,
    ),
    "ProductStockState.begin_recall": Call(
        BOB, '"recalling_rx_state_": true', path=OF_PRODUCT, payload={"batch": "{no}"}, strangers=()
    ),
    "ProductStockState.leave_recall": Call(
        BOB,
        '"recalling_rx_state_": false',
        path=OF_PRODUCT,
        first=(("ProductStockState.begin_recall", {"batch": "{no}"}),),
        strangers=(),
    ),
    "ProductStockState.recall": Call(
        BOB,
        changes=True,
        build=stocked_list,
        path=OF_PRODUCT,
        payload=RECALL,
        first=(("ProductStockState.begin_recall", {"batch": "{no}"}), ("ProductStockState.recall", RECALL)),
        strangers=BOBS,
    ),
    "ProductStockState.retry": Call(
        BOB, changes=True, build=recalled_list, path=OF_PRODUCT, payload={"key": "{no}"}, strangers=BOBS
    ),
    "ImportState.load": Call(BOB, "{no}", build=checked_list, path=IMPORT, strangers=BOBS),
    "ImportState.refresh": Call(BOB, "{no}", build=checked_list, path=IMPORT, strangers=BOBS),
    "ImportState.show_more": Call(
        BOB, '"line": 120', build=checked_list, path=IMPORT, first=(("ImportState.load", {}),), strangers=BOBS
    ),
    "ImportState.handed_in": Call(
        BOB, "{no}", build=checked_list, path=IMPORT, payload={"batch": "{no}"}, strangers=BOBS
    ),
    "ImportState.confirm": Call(
        BOB, changes=True, build=checked_list, path=IMPORT, payload={"form": {"note": SECRET}}, strangers=BOBS
    ),
    "ImportState.drop": Call(BOB, changes=True, build=checked_list, path=IMPORT, strangers=BOBS),
    # the admins' desk
    "DeskState.load": Call(CAROL, "overdue", path="/admin", strangers=(NOBODY, ALICE, BOB, ERIN)),
    "DeskState.refresh": Call(CAROL, "overdue", path="/admin", strangers=(NOBODY, ALICE, BOB, ERIN)),
    "DeskState.show_more": Call(
        CAROL,
        '"rows_rx_state_": [{',
        build=many_appeals,
        path="/admin",
        first=(("DeskState.load", {}),),
        strangers=ADMINS_ONLY,
    ),
    "DeskState.take": Call(
        CAROL, changes=True, build=judged_case, path="/admin", payload={"no": "{no}"}, strangers=ADMINS_ONLY
    ),
    "SupportDeskState.load": Call(CAROL, SECRET, build=asked_support, path=ADMIN_SUPPORT, strangers=ADMINS_ONLY),
    "SupportDeskState.refresh": Call(CAROL, SECRET, build=asked_support, path=ADMIN_SUPPORT, strangers=ADMINS_ONLY),
    "SupportDeskState.show_more": Call(
        CAROL,
        '"rows_rx_state_": [{',
        build=many_threads,
        path=ADMIN_SUPPORT,
        first=(("SupportDeskState.load", {}),),
        strangers=ADMINS_ONLY,
    ),
    "AdminCaseState.load": Call(CAROL, SECRET, build=judged_case, path=ADMIN_CASE, strangers=ADMINS_ONLY),
    "AdminCaseState.refresh": Call(CAROL, SECRET, build=judged_case, path=ADMIN_CASE, strangers=ADMINS_ONLY),
    "AdminCaseState.take": Call(CAROL, changes=True, build=judged_case, path=ADMIN_CASE, strangers=ADMINS_ONLY),
    "AdminCaseState.leave": Call(CAROL, changes=True, build=taken_case, path=ADMIN_CASE, strangers=ADMINS_ONLY),
    "AdminCaseState.begin_recall": Call(
        CAROL, '"recalling_rx_state_": true', path="/admin", payload={"batch": "{no}"}, strangers=()
    ),
    "AdminCaseState.leave_recall": Call(
        CAROL,
        '"recalling_rx_state_": false',
        path="/admin",
        first=(("AdminCaseState.begin_recall", {"batch": "{no}"}),),
        strangers=(),
    ),
    "AdminCaseState.recall": Call(
        CAROL,
        '"codes_error_rx_state_": "not_a_choice"',
        build=judged_case,
        path=ADMIN_CASE,
        payload={"form": {**RECALL["form"], "codes": "NOBODY"}},
        first=(("AdminCaseState.load", {}),),
        strangers=ADMINS_ONLY,
    ),
    "AdminCaseState.retry": Call(
        CAROL, changes=True, build=recalled_list, path="/admin", payload={"key": "{no}"}, strangers=BOBS
    ),
    "AdminCaseState.propose": Call(
        CAROL,
        '"ruling": "rule_split", "shopper": 100',
        build=judged_case,
        path=ADMIN_CASE,
        payload=RULING,
        strangers=ADMINS_ONLY,
    ),
    "AdminCaseState.dismiss": Call(
        CAROL,
        '"ruling": "", "shopper": 0',
        build=judged_case,
        path=ADMIN_CASE,
        first=(("AdminCaseState.load", {}), ("AdminCaseState.propose", RULING)),
        strangers=ADMINS_ONLY,
    ),
    "AdminCaseState.rule": Call(
        CAROL,
        changes=True,
        build=judged_case,
        path=ADMIN_CASE,
        first=(("AdminCaseState.load", {}), ("AdminCaseState.propose", RULING)),
        strangers=ADMINS_ONLY,
    ),
    "CalendarState.load": Call(CAROL, '"official"', path="/admin/calendar", strangers=(NOBODY, ALICE, BOB, ERIN)),
    "CalendarState.refresh": Call(CAROL, '"official"', path="/admin/calendar", strangers=(NOBODY, ALICE, BOB, ERIN)),
    "CalendarState.save": Call(
        CAROL,
        changes=True,
        build=plain_day,
        path="/admin/calendar",
        payload={"form": {"day": "{no}", "works": "rest", "note": SECRET}},
        strangers=(NOBODY, ALICE, BOB, ERIN),
    ),
    "CalendarState.remove": Call(
        CAROL,
        changes=True,
        build=set_day,
        path="/admin/calendar",
        payload={"day": "{no}"},
        strangers=(NOBODY, ALICE, BOB, ERIN),
    ),
    "ShopsState.load": _of_shops("qinghe"),
    "ShopsState.refresh": _of_shops("qinghe"),
    "ShopsState.show_more": _of_shops(
        '"rows_rx_state_": [{',
        build=many_shops,
        first=(("ShopsState.load", {}),),
    ),
    "ShopsState.search": _of_shops(
        '"name": "strange"',
        build=strange_shop,
        payload={"form": {"q": "strange"}},
    ),
    "ShopsState.ask": _of_shops(
        '"name": "strange"',
        build=strange_shop,
        payload={"slug": "{no}"},
        first=FIND_SHOP,
    ),
    "ShopsState.dismiss": _of_shops(
        '"asked_rx_state_": {"slug": ""',
        build=strange_shop,
        first=ASK_SHOP,
    ),
    "ShopsState.decide": _of_shops(
        changes=True,
        build=strange_shop,
        payload={"form": {"text": SECRET}},
        first=ASK_SHOP,
    ),
    "ShopsState.begin": Call(CAROL, '"founding_rx_state_": true', path="/admin/shops", strangers=()),
    "ShopsState.leave": Call(
        CAROL,
        '"founding_rx_state_": false',
        path="/admin/shops",
        first=(("ShopsState.begin", {}),),
        strangers=(),
    ),
    "ShopsState.manage": _of_shops(
        '"managed_rx_state_": {"slug": "strange"',
        build=strange_shop,
        payload={"slug": "strange"},
        first=FIND_SHOP,
    ),
    "ShopsState.create": _of_shops(
        changes=True,
        build=future_owner,
        payload={"form": {"name": "新开的店", "slug": "{no}", "owner": "{no}@cardmall.test"}},
    ),
    "ShopsState.rename": _of_shops(
        changes=True,
        build=strange_shop,
        payload={"form": {"name": "改过的名字"}},
        first=MANAGE_SHOP,
    ),
    "ShopsState.appoint": _of_shops(
        changes=True,
        build=future_owner,
        payload={"form": {"owner": "{no}@cardmall.test"}},
        first=MANAGE_SHOP,
    ),
    "PeopleState.load": _of_people("al***@cardmall.test"),
    "PeopleState.refresh": _of_people("al***@cardmall.test"),
    "PeopleState.show_more": _of_people(
        '"rows_rx_state_": [{',
        build=many_people,
        first=(("PeopleState.load", {}),),
    ),
    "PeopleState.search": _of_people(
        '"name": "s*"',
        changes=True,
        build=strange_account,
        payload={"form": {"q": "strange"}},
    ),
    "PeopleState.ask": _of_people(
        '"name": "s*"',
        build=strange_account,
        payload={"person": "{no}"},
        first=FIND_PERSON,
    ),
    "PeopleState.dismiss": _of_people(
        '"asked_rx_state_": {"id": 0',
        build=strange_account,
        first=ASK_PERSON,
    ),
    "PeopleState.decide": _of_people(
        changes=True,
        build=strange_account,
        payload={"form": {"text": SECRET}},
        first=ASK_PERSON,
    ),
    "AbnormalState.load": Call(CAROL, "{no}", build=unwatched, path="/admin/abnormal", strangers=ADMINS_ONLY),
    "AbnormalState.refresh": Call(CAROL, "{no}", build=unwatched, path="/admin/abnormal", strangers=ADMINS_ONLY),
    "AbnormalState.retry": Call(
        CAROL,
        changes=True,
        build=unwatched,
        path="/admin/abnormal",
        payload={"no": "{no}"},
        strangers=(NOBODY, DAVE, BOB, ERIN),
    ),
    "AbnormalState.run_again": Call(
        CAROL,
        changes=True,
        build=dead_job,
        path="/admin/abnormal",
        payload={"key": DEAD},
        strangers=ADMINS_ONLY,
    ),
    "AbnormalState.ask_account": Call(
        CAROL,
        changes=True,
        build=stuck_refund,
        path="/admin/abnormal",
        payload={"refund_no": "{no}"},
        strangers=ADMINS_ONLY,
    ),
    "BooksState.load": Call(CAROL, '"account": "escrow"', path="/admin/money", strangers=ADMINS_ONLY),
    "BooksState.refresh": Call(CAROL, '"account": "escrow"', path="/admin/money", strangers=ADMINS_ONLY),
    "StatementsState.arrive": Call(CAROL, MISMATCH, build=unheard, path=BOOKS, strangers=ADMINS_ONLY),
    "StatementsState.refresh": Call(CAROL, MISMATCH, build=unheard, path=BOOKS, strangers=ADMINS_ONLY),
    "StatementsState.repair": Call(
        CAROL, changes=True, build=unheard, path=BOOKS, payload={"mismatch": "{no}"}, strangers=ADMINS_ONLY
    ),
    "StatementsState.ask": Call(
        CAROL,
        '"asked_rx_state_": {"id": {no}',
        build=unheard,
        path=BOOKS,
        payload={"mismatch": "{no}"},
        first=LOAD_BOOKS,
        strangers=ADMINS_ONLY,
    ),
    "StatementsState.dismiss": Call(
        CAROL, '"asked_rx_state_": {"id": 0', build=unheard, path=BOOKS, first=ASK_MISMATCH, strangers=ADMINS_ONLY
    ),
    "StatementsState.close": Call(
        CAROL,
        changes=True,
        build=unheard,
        path=BOOKS,
        payload={"form": {"note": SECRET}},
        first=ASK_MISMATCH,
        strangers=ADMINS_ONLY,
    ),
    "FindState.load": Call(CAROL, "{no}", build=in_case, path=FIND, strangers=ADMINS_ONLY),
    "FindState.refresh": Call(CAROL, changes=True, build=in_case, path=FIND, strangers=ADMINS_ONLY),
    "FindState.search": Call(
        CAROL, "q=CM1", path="/admin/orders", payload={"form": {"q": "CM1"}}, strangers=ADMINS_ONLY
    ),
    "AdminOrderState.load": Call(CAROL, "{no}", build=delivered, path=FOUND, strangers=ADMINS_ONLY),
    "AdminOrderState.refresh": Call(CAROL, "{no}", build=delivered, path=FOUND, strangers=ADMINS_ONLY),
    "AdminShopState.load": Call(CAROL, '"slug": "qinghe"', path="/admin/shops/qinghe", strangers=ADMINS_ONLY),
    "AdminShopState.refresh": Call(CAROL, '"slug": "qinghe"', path="/admin/shops/qinghe", strangers=ADMINS_ONLY),
    "PersonState.load": Call(CAROL, MASKED, build=alices_id, path="/admin/people/{no}", strangers=ADMINS_ONLY),
    "PersonState.refresh": Call(CAROL, MASKED, build=alices_id, path="/admin/people/{no}", strangers=ADMINS_ONLY),
    "AuditState.load": Call(CAROL, "{no}", build=in_case, path="/admin/audit?number={no}", strangers=ADMINS_ONLY),
    "AuditState.refresh": Call(CAROL, "{no}", build=in_case, path="/admin/audit?number={no}", strangers=ADMINS_ONLY),
    "AuditState.search": Call(
        CAROL, "number=CM1", path="/admin/audit", payload={"form": {"number": "CM1"}}, strangers=ADMINS_ONLY
    ),
    # a refund on its way
    "RefundState.load": Call(ALICE, "account_closed", build=stuck_refund, path=REFUND, strangers=(NOBODY, DAVE, ERIN)),
    "RefundState.refresh": Call(ALICE, "account_closed", build=stuck_refund, path=REFUND),
    "RefundState.pick": Call(
        ALICE, '"kind_rx_state_": "alipay"', path="/refunds/1", payload={"kind": "alipay"}, strangers=()
    ),
    "RefundState.redirect": Call(
        ALICE,
        changes=True,
        build=stuck_refund,
        path=REFUND,
        payload={
            "form": {"account": "4111111111111111", "holder": "周明", "consent": "on", "password": "cardmall-demo"}
        },
        strangers=(NOBODY, DAVE, ERIN),  # the shop sees its refund, and may not touch it
    ),
    # oneself
    "MeState.load": Call(ALICE, "alice@cardmall.test", path="/me", own=True),
    "MeState.refresh": Call(ALICE, "alice@cardmall.test", path="/me", own=True),
    "MeState.send_code": Call(
        ALICE, changes=True, build=unproven_in_silence, path="/me", payload={"kind": "phone"}, own=True
    ),
    "MeState.confirm": Call(
        ALICE,
        changes=True,
        build=unproven_phone,
        path="/me",
        payload={"form": {"kind": "phone", "code": "{no}"}},
        own=True,
    ),
    "MeState.change_password": Call(
        ALICE,
        changes=True,
        path="/me",
        payload={"form": {"old": "cardmall-demo", "new": "cardmall-demo"}},
        own=True,
        strangers=(NOBODY, DAVE),
    ),
    "InboxState.load": Call(ALICE, "order_delivered", build=alices_notice, path="/inbox", own=True),
    "InboxState.refresh": Call(ALICE, "order_delivered", build=alices_notice, path="/inbox", own=True),
    "InboxState.show_more": Call(
        ALICE, '"rows_rx_state_": [{', path="/inbox", first=(("InboxState.load", {}),), own=True
    ),
    "InboxState.read": Call(
        ALICE, changes=True, build=alices_notice, path="/inbox", payload={"notice_id": "{no}"}, own=True
    ),
    "InboxState.read_all": Call(ALICE, changes=True, build=alices_notice, path="/inbox", own=True),
    # everybody's: the frame, the doors, the demo
    "SessionState.load": Call(ALICE, "alice@cardmall.test"),
    "SessionState.say": Call(
        NOBODY,
        "only for this browser",
        payload={"kind": "success", "title": "only for this browser", "line": "", "seconds": 0},
        strangers=(),
    ),
    "SessionState.refresh": Call(ALICE, "alice@cardmall.test"),
    "SignInState.load_login": Call(NOBODY, '"back_rx_state_": "/orders"', path="/login?next=/orders", strangers=()),
    "SignInState.load_register": Call(
        NOBODY, '"back_rx_state_": "/orders"', path="/register?next=/orders", strangers=()
    ),
    "SignInState.load_forgot": Call(NOBODY, '"back_rx_state_": "/orders"', path="/forgot?next=/orders", strangers=()),
    "SignInState.start_over": Call(NOBODY, '"sent_rx_state_": false', path="/forgot", strangers=()),
    "DemoState.load": Call(NOBODY, "cardmall-demo", path="/demo", strangers=()),
    "DemoState.refresh": Call(NOBODY, '"rows_rx_state_": [{', path="/demo", strangers=()),
    "DemoState.move": Call(NOBODY, changes=True, path="/demo", payload={"step": "minutes"}, strangers=()),
    "DemoState.ask": Call(NOBODY, '"asking_rx_state_": true', path="/demo", strangers=()),
    "DemoState.dismiss": Call(
        NOBODY, '"asking_rx_state_": false', path="/demo", first=(("DemoState.ask", {}),), strangers=()
    ),
    "DemoState.choose": Call(
        NOBODY, '"call_rx_state_": "callback"', path="/demo", payload={"call": "callback"}, strangers=()
    ),
    "DemoState.spoil": Call(
        NOBODY, '"spoiled_rx_state_": "balance_low"', path="/demo", payload={"kind": "balance_low"}, strangers=()
    ),
    "DemoState.rebuild": Call(NOBODY, changes=True, path="/demo", strangers=()),
}
