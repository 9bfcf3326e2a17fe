"""A shop is disabled while Dave has an open order there in every state: each comes to its own end."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_shops import SHOP, disabled
from tests.e2e.town import Town
from tests.e2e.truth import settled

BY_HAND, BOX = "skin-box", 8800  # nobody delivers it unless Erin does
BY_ITSELF = "honor-1000"

# state: (status, cases, refunds in fen) once the shop is disabled
ENDS = {
    "unpaid": ("canceled", [], []),
    "waiting": ("awaiting_delivery", [], []),
    "review": ("canceled", ["approved"], [BOX]),
    "info_requested": ("canceled", ["approved"], [BOX]),
    "offered": ("canceled", ["approved"], [BOX]),
    "overdue": ("canceled", ["approved"], [BOX]),
    "appeal": ("canceled", ["approved"], [BOX]),
    "rejected": ("awaiting_delivery", ["rejected"], []),
    "asked": ("awaiting_delivery", ["rejected"], []),
    "sealed": ("delivered", [], []),
    "return_review": ("delivered", ["appeal"], []),
    "return_asked": ("delivered", ["appeal"], []),
    "return_offered": ("delivered", ["appeal"], []),
    "return_overdue": ("delivered", ["appeal"], []),
    "fault": ("delivered", ["appeal"], []),
    "completed": ("completed", [], []),
}
AT_ONCE = re.compile("^立即取消")  # the way; the others' reasons name it, too


@dataclass
class Street:
    """Dave's orders at Erin's shop, by the state they were brought into."""

    town: Town
    dave: Shopper
    erin: Merchant
    orders: dict[str, str] = field(default_factory=dict)

    def paid(self, state: str, slug: str = BY_HAND) -> str:
        self.orders[state] = self.dave.buy(slug)
        return self.orders[state]

    def asked_out(self, state: str) -> str:
        no = self.paid(state)
        self.dave.request(no)
        return no

    def sent_back(self, state: str) -> str:
        no = self.orders[state]
        self.dave.request(no, "拍错规格", way="return")
        return no

    def rejected(self, state: str) -> str:
        no = self.asked_out(state)
        self.erin.open_case(no).reject("角色已登录，正在代领")
        assert settled(lambda: self.town.truth(no).cases, ["rejected"]) == ["rejected"]
        return no

    def stands(self) -> dict[str, tuple[str, list[str], list[int]]]:
        truths = {state: self.town.truth(no) for state, no in self.orders.items()}
        return {s: (t.status, t.cases, [fen for _, fen in t.refunds]) for s, t in truths.items()}


def street(town: Town) -> Street:
    """Every state an open order of a shop can be in, brought about by Dave, Erin and the clock."""
    here, clock = Street(town, town.dave(), town.erin()), town.clock()
    dave, erin = here.dave, here.erin
    here.paid("return_overdue", BY_ITSELF)
    clock.five_minutes()
    here.sent_back("return_overdue")
    late = here.asked_out("overdue")
    for state in ("sealed", "return_review", "return_asked", "return_offered", "fault", "completed"):
        here.paid(state, BY_ITSELF)
    clock.past(town.truth(late).deadline)
    assert settled(lambda: town.truth(late).cases, ["overdue"]) == ["overdue"]

    here.sent_back("return_review")
    erin.open_case(here.sent_back("return_asked")).ask("请补充截图")
    erin.open_case(here.sent_back("return_offered")).offer_replacement("换一张")
    dave.open_order(here.orders["fault"]).reveal().appeal(here.orders["fault"], "提示无效", "卡密无效")
    dave.open_order(here.orders["completed"]).reveal().say_yes("确认可用", "确认可用")
    here.asked_out("review")
    erin.open_case(here.asked_out("info_requested")).ask("请补充截图")
    erin.open_case(here.asked_out("offered")).offer_amount("50", "已经在代领")
    here.rejected("rejected")
    dave.appeal(here.rejected("appeal"), "一直没有代领")
    asked = here.rejected("asked")
    dave.open_case(town.truth(asked).case("no")).ask_partial("50", "退一半也可以")
    here.paid("waiting")
    here.orders["unpaid"] = dave.order("steam-100")
    assert settled(lambda: town.truth(asked).cases, ["asked"]) == ["asked"]
    return here


def test_every_open_order_of_a_disabled_shop_comes_to_its_end(town: Town) -> None:
    here, carol, clock = street(town), town.carol(), town.clock()
    before = {state: cases for state, (_, cases, _) in here.stands().items() if cases}
    assert before == {
        "return_overdue": ["appeal"], "overdue": ["overdue"], "return_review": ["review"],
        "return_asked": ["info_requested"], "return_offered": ["offered"], "fault": ["appeal"], "review": ["review"],
        "info_requested": ["info_requested"], "offered": ["offered"], "rejected": ["rejected"], "appeal": ["appeal"],
        "asked": ["asked"],
    }  # fmt: skip
    assert set(here.orders) == set(ENDS)

    with disabled(carol, "shops", SHOP):
        assert settled(here.stands, ENDS) == ENDS
        for state in ("waiting", "rejected", "asked"):
            here.dave.open_order(here.orders[state])
            expect(here.dave.page.get_by_role("radio", name=AT_ONCE)).to_be_enabled()
        waiting = here.orders["waiting"]
        here.dave.open_order(waiting).choose(here.dave.page.get_by_role("radio", name=AT_ONCE))
        here.dave.say_yes("立即取消", AT_ONCE)
        assert settled(lambda: town.truth(waiting).status, "canceled") == "canceled"
        for _ in range(8):
            clock.a_day()
        frozen = town.truth(here.orders["completed"])
        assert frozen.money == {"shopper": -10000, "escrow": 10000}  # its settlement waits for the shop
    assert all(sum(town.truth(no).money.values()) == 0 for no in here.orders.values())
