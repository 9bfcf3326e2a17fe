"""Every kind of notice leads each person who is told it to the page where it is acted on."""

from dataclasses import replace

import pytest

from cardmall.domain.verbs import NoticeKind
from cardmall.states.shopper.inbox import notice_url
from cardmall.views.shopper.inbox import NoticeView
from tests.town import NOW

ORDER, CASE, REFUND, TRANSFER = "CM20261123000001", "CA20261123000001", "RF20261123000001", "TR20261123000001"
PLAIN = NoticeView(1, "", ORDER, "", "点卡", NOW, True)
OF_CASE, OF_REFUND = replace(PLAIN, case_no=CASE), replace(PLAIN, refund_no=REFUND)
OF_TRANSFER, OF_NOBODY = replace(PLAIN, transfer_no=TRANSFER), replace(PLAIN, order_no="", product="")

order, own_case, their_case = f"/orders/{ORDER}", f"/cases/{CASE}", f"/merchant/cases/{CASE}"
refund, transfer, delivery = f"/refunds/{REFUND}", f"/transfers/{TRANSFER}", "/merchant/delivery"
desk, sold = f"/admin/cases/{CASE}", f"/merchant/orders/{ORDER}"
talked = {"shopper": f"/orders/{ORDER}?talk=1#talk", "merchant": f"/merchant/messages?order={ORDER}"}
in_case = {"shopper": own_case, "merchant": their_case}
LINKS: dict[str, tuple[NoticeView, dict[str, str]]] = {
    "order_expired": (PLAIN, {"shopper": order}),
    "order_paid": (PLAIN, {"merchant": delivery}),
    "order_canceled": (PLAIN, {"merchant": sold}),
    "order_begun": (PLAIN, {"shopper": order}),
    "order_delivered": (PLAIN, {"shopper": order}),
    "receipt_given": (PLAIN, {"shopper": order}),
    "order_no_stock": (PLAIN, {"merchant": sold}),
    "order_recalled": (PLAIN, {"shopper": order}),
    "order_recall_replaced": (PLAIN, {"shopper": order}),
    "order_recall_paid_back": (PLAIN, {"shopper": order}),
    "order_recall_waits": (PLAIN, {"shopper": order}),
    "order_gifted": (PLAIN, {"shopper": order}),
    "order_gifted_cards": (PLAIN, {"shopper": order}),
    "order_gifted_pieces": (PLAIN, {"shopper": order}),
    "order_recall_failed": (PLAIN, {"merchant": "/merchant/stock", "admin": f"/admin/orders/{ORDER}"}),
    "case_opened": (OF_CASE, in_case),
    "case_withdrawn": (OF_CASE, in_case),
    "case_approved": (OF_CASE, in_case),
    "case_rule_approved": (OF_CASE, {"merchant": their_case}),
    "case_rejected": (OF_CASE, in_case),
    "case_overdue": (OF_CASE, in_case),
    "case_asked": (OF_CASE, in_case),
    "case_answered": (OF_CASE, in_case),
    "case_unanswered": (OF_CASE, in_case),
    "case_offered": (OF_CASE, in_case),
    "offer_accepted": (OF_CASE, in_case),
    "offer_declined": (OF_CASE, in_case),
    "offer_lapsed": (OF_CASE, in_case),
    "case_conceded": (OF_CASE, in_case),
    "case_escalated": (OF_CASE, in_case | {"admin": desk}),
    "case_appealed": (OF_CASE, in_case | {"admin": desk}),
    "case_heard": (OF_CASE, in_case | {"admin": desk}),
    "case_ruled": (OF_CASE, in_case),
    "case_ruling_late": (OF_CASE, in_case | {"admin": desk}),
    "case_partial_asked": (OF_CASE, in_case),
    "case_partial_accepted": (OF_CASE, in_case),
    "case_partial_declined": (OF_CASE, in_case),
    "merchant_reminded": (OF_CASE, {"merchant": their_case}),
    "deadline_near": (OF_CASE, {"merchant": their_case}),
    "message_received": (PLAIN, talked),
    "hold_lifted": (PLAIN, {"shopper": order}),
    "transfer_offered": (OF_TRANSFER, {"shopper": transfer}),
    "transfer_asked": (OF_TRANSFER, {"merchant": transfer}),
    "transfer_agreed": (OF_TRANSFER, {"shopper": transfer}),
    "transfer_accepted": (OF_TRANSFER, {"shopper": transfer, "merchant": transfer}),
    "transfer_payable": (OF_TRANSFER, {"shopper": transfer}),
    "transfer_ended": (OF_TRANSFER, {"shopper": transfer, "merchant": transfer}),
    "transfer_completed": (OF_TRANSFER, {"shopper": transfer, "merchant": transfer}),
    "refund_sent": (OF_REFUND, {"shopper": refund}),
    "refund_succeeded": (OF_REFUND, {"shopper": refund}),
    "statement_differs": (OF_NOBODY, {"admin": "/admin/money"}),
    "refund_stuck": (OF_REFUND, {"shopper": refund, "admin": "/admin/abnormal"}),
    "refund_balance_low": (OF_REFUND, {"admin": "/admin/abnormal"}),
    "refund_redirected": (OF_REFUND, {"shopper": refund, "admin": "/admin/abnormal"}),
    "refund_unanswered": (OF_REFUND, {"admin": "/admin/abnormal"}),
    "refund_returned": (OF_REFUND, {"admin": "/admin/abnormal"}),
    "refund_arrived": (OF_REFUND, {"admin": "/admin/abnormal"}),
    "refund_bounced": (OF_REFUND, {"shopper": refund, "merchant": refund, "admin": "/admin/abnormal"}),
    "redirect_asked": (OF_REFUND, {"shopper": refund}),
    "paid_late": (PLAIN, {"shopper": order}),
    "wrong_amount": (PLAIN, {"shopper": order, "admin": f"/admin/orders/{ORDER}"}),
    "support_asked": (PLAIN, {"admin": f"/admin/support?order={ORDER}"}),
    "support_answered": (PLAIN, {"shopper": f"/support/{ORDER}"}),
    "stock_low": (OF_NOBODY, {"merchant": "/merchant/stock"}),
    "stock_out": (OF_NOBODY, {"merchant": "/merchant/stock"}),
    "stock_recalled": (OF_NOBODY, {"merchant": "/merchant/stock"}),
    "shop_owes": (PLAIN, {"merchant": "/merchant/money"}),
    "shop_owner_added": (OF_NOBODY, {"merchant": "/merchant"}),
    "shop_joined": (OF_NOBODY, {"merchant": "/merchant"}),
    "shop_disabled": (OF_NOBODY, {"merchant": "/merchant"}),
    "shop_enabled": (OF_NOBODY, {"merchant": "/merchant"}),
    "order_shop_disabled": (PLAIN, {"shopper": order}),
    "order_shop_closed": (PLAIN, {"shopper": order}),
    "account_disabled": (OF_NOBODY, {"shopper": "/me", "merchant": "/merchant"}),
    "account_enabled": (OF_NOBODY, {"shopper": "/me", "merchant": "/merchant"}),
}


def test_the_table_names_every_kind() -> None:
    assert set(LINKS) == set(NoticeKind)


@pytest.mark.parametrize("kind", LINKS)
def test_a_notice_leads_where_it_is_acted_on(kind: str) -> None:
    told, links = LINKS[kind]
    assert {role: notice_url(role, replace(told, kind=kind)) for role in links} == links
