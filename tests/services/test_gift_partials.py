"""部分退款 after a gift: what is offered and asked for is what is left of the case, and no fen more (R54, R96)."""

import pytest

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.next_steps import StepKind
from cardmall.domain.rules.ways import decide
from cardmall.domain.terms import Reason, Way
from cardmall.models import Order
from cardmall.reads.facts import facts_of
from cardmall.views.merchant.case import shop_case
from cardmall.views.shopper.case import CasePage, case_page
from tests.bank import sandbox
from tests.services.giving import amount, back, cards, gift, pieces
from tests.services.invariants import Watch
from tests.services.test_gifts import bought
from tests.town import MANUAL, PRICE, Tale, Town, look, refused

PRICES = (1, 3, 33, 333, 9999)
FEES = (0, 7, limits.FEE_PERMILLE[-1])


@pytest.fixture(autouse=True)
def _a_bank_of_its_own(town: Town) -> None:
    sandbox().control(forget=True)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def asked(tale: Tale) -> str:
    return tale.cases[0].no


def shown(tale: Tale) -> CasePage:
    return look(case_page, tale.town.alice, asked(tale), now=tale.at)


def of_appeal(tale: Tale) -> int:
    """What an appeal about the rejected case would be about, in fen."""
    with db.reading() as session:
        found = decide(Way.appeal, facts_of(session, session.get_one(Order, tale.row.id)), tale.at)
    return found.preview.paid if found.is_open and found.preview else 0


def offers(tale: Tale, left: int) -> None:
    """The page offers what is left of the case, the use case takes nothing else, and with one fen left neither does."""
    page, most = shown(tale), left if left > 1 else 0
    offered = StepKind.partial in {one.step for one in page.next_steps}
    assert (page.partial_most, offered, of_appeal(tale)) == (most, left > 1, left)
    if most:
        assert refused(tale.ask_partial, yuan(most)).fields == {"amount": "out_of_range"}
    else:
        assert refused(tale.ask_partial, "0.01").reason is Reason.nothing_to_appeal


@pytest.mark.parametrize("fee", FEES)
@pytest.mark.parametrize("price", PRICES)
def test_what_is_asked_for_in_part_is_what_gifts_left(town: Town, price: int, fee: int) -> None:
    town.sell("some", 3, price=price, fee_permille=fee)
    whole = 3 * price
    tale = town.tale().order("some", 3).pay().deliver().request(way="return").reject("other", "不退")
    for left in sorted({whole - 1, whole * 2 // 3, 4, 3} & set(range(3, whole)), reverse=True):
        gift(tale, amount(whole - back(tale) - left))
        offers(tale, left)
    left = whole - back(tale)
    tale.ask_partial(yuan(left - 1))
    case = look(shop_case, town.bob, asked(tale), now=tale.at).case
    assert (case.paid, case.offer_amount, case.offer_rest) == (left, left - 1, 1)
    assert case.fee <= left * fee // 1000
    tale.accept_partial()
    assert (back(tale), tale.row.status) == (whole - 1, "canceled")
    Watch().look()


@pytest.mark.parametrize("left", [0, 1])
@pytest.mark.parametrize("price", PRICES)
def test_where_a_fen_or_nothing_is_left_nothing_is_asked_for_in_part(town: Town, price: int, left: int) -> None:
    town.sell("some", 2, price=price)
    tale = town.tale().order("some", 2).pay().deliver().request(way="return").reject("other", "不退")
    gift(tale, amount(2 * price - left))
    offers(tale, left)
    if left:
        tale.appeal(text="不服").respond().rule(town.carol, "rule_shopper")
        assert back(tale) == 2 * price
    Watch().look()


def test_cards_and_amounts_are_both_taken_off(town: Town) -> None:
    tale = bought(town.tale(), 3).deliver().request(way="return").reject("other", "不退")
    gift(tale, cards(tale, 1))
    offers(tale, 2 * PRICE)
    gift(tale, amount(101))
    offers(tale, 2 * PRICE - 101)


def test_before_the_delivery_too(town: Town) -> None:
    tale = town.tale().order(MANUAL, 3).pay().request(pieces=2).reject("other", "已在制作")
    gift(tale, amount(100))  # 34, 33, 33: the case is about the last two
    offers(tale, 2 * PRICE - 66)
    gift(tale, pieces(2))
    offers(tale, PRICE - 34)


def test_a_newer_request_ends_the_offer_on_the_page_as_well(town: Town) -> None:
    tale = bought(town.tale(), 3).request().reject("other", "已在制作")
    assert shown(tale).partial_most == 3 * PRICE
    tale.request(pieces=1)
    assert (shown(tale).partial_most, refused(tale.ask_partial, "1").reason) == (0, Reason.stale)
