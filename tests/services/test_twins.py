"""One code is one card, however it is typed and wherever it enters; what was stocked twice before is found."""

import hmac
from datetime import datetime
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlmodel import col, select

from cardmall import startup
from cardmall.adapters import db, vault
from cardmall.domain.lifecycle import CARD
from cardmall.domain.repairs import Repair, Trouble
from cardmall.domain.terms import SYSTEM, CardStatus
from cardmall.models import Card, Job, Product
from cardmall.services.order.repairs import repair_order
from cardmall.services.order.twins import part_twins
from cardmall.services.shop.stock import stock_codes
from cardmall.views.admin.abnormal import abnormal_page
from tests.services.test_delivery import by_hand, reveal
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    NOW,
    Town,
    a_look,
    act,
    an_act,
    refused,
    rows,
    run_jobs,
    set_clock,
    settle_town,
)

TYPED = ["C-1", "C\u200b-1", "\u202aC-1\u202c", "\ufeffc 1", "Ｃ－１"]
TAKEN = {"codes": "bad_lines"}


@pytest.mark.parametrize("again", TYPED[1:])
def test_an_invisible_sign_makes_no_new_code_by_hand(town: Town, again: str) -> None:
    by_hand(town.tale().order(MANUAL).pay(), TYPED[0])
    assert refused(by_hand, town.tale().order(MANUAL).pay(), again).fields == TAKEN


@pytest.mark.parametrize("again", TYPED[1:])
def test_nor_in_stock(town: Town, again: str) -> None:
    stock(town, AUTO, TYPED[0])
    assert refused(stock, town, AUTO, again).fields == TAKEN


@pytest.mark.parametrize("again", TYPED[1:])
def test_nor_as_a_replacement(town: Town, again: str) -> None:
    stock(town, AUTO, TYPED[0])  # another product of the same shop
    tale = town.tale().order(MANUAL).pay().deliver_by_hand("FIRST").request(way="return")
    assert refused(tale.offer, codes=[again]).fields == TAKEN


def test_another_shop_may_sell_the_same_code(town: Town) -> None:
    stock(town, AUTO, "C-1")
    with db.transaction() as session:
        product = Product(slug="mos-card", shop_id=town.mo.shop_id or 0, **_like(town))
        session.add(product)
        session.flush()
        stock_codes(an_act(session, SYSTEM, now=NOW), product, ["C-1"])


def test_upper_and_lower_case_are_two_where_the_product_says_so(town: Town) -> None:
    town.sell("exact", case_sensitive=True)
    stock(town, "exact", "aB-1", "Ab-1")
    assert refused(stock, town, "exact", "aB1").fields == TAKEN
    assert refused(stock, town, AUTO, "aB\u200b1").fields == TAKEN  # the same text in another product


@pytest.mark.parametrize("codes", list(permutations(["ABC", "abc", "aBc"])), ids=" ".join)
def test_case_parts_codes_in_any_order_and_only_within_the_product(town: Town, codes: tuple[str, ...]) -> None:
    town.sell("exact", case_sensitive=True)
    for code in codes:
        stock(town, "exact", code)
    assert refused(stock, town, AUTO, "AbC").fields == TAKEN


@pytest.mark.parametrize("first", ["ABC", "abc", "aBc"])
def test_what_another_product_holds_in_any_case_is_taken(town: Town, first: str) -> None:
    town.sell("exact", case_sensitive=True)
    stock(town, AUTO, first)
    assert refused(stock, town, "exact", "Abc").fields == TAKEN


def test_what_is_shown_has_no_invisible_sign_and_every_blank(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    by_hand(tale, "\ufeff 0012  34\u200b ")
    assert reveal(tale, tale.cards[0].id) == "0012  34"


def test_codes_nobody_can_see_are_none(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay()
    assert refused(by_hand, tale, "\u200b", "\ufeff", "--").fields == {"codes": "bad_lines"}


# What the release before let in.


def old_blind(product_id: int, code: str) -> str:
    text = "".join(c for c in code.upper() if not c.isspace() and c != "-")
    key = vault.vault()._blind_key
    return hmac.new(key, f"{product_id}\0{text}".encode(), sha256).hexdigest()[:32]


def age(code: str, card: Card) -> Card:
    """The card as the release before wrote it: the code as typed, under the index of then."""
    house = vault.vault()
    card.sealed_code = house._encrypt(f"card:{card.id}:code", code)
    card.blind, card.shop_blind = old_blind(card.product_id, code), ""
    return card


def old_stock(town: Town, slug: str, *codes: str, at: datetime = NOW) -> list[str]:
    """Cards of the product, oldest first; their ids."""
    with db.transaction() as session:
        product = session.exec(select(Product).where(Product.slug == slug)).one()
        ids = []
        for n, code in enumerate(codes):
            stock_codes(an_act(session, SYSTEM, now=at + n * MINUTE), product, [f"unlike {slug} {n} {at}"])
            newest = select(Card).where(Card.created_at == at + n * MINUTE, Card.product_id == product.id)
            card = session.exec(newest.where(col(Card.tail) != "").order_by(col(Card.id))).all()[-1]
            ids.append(age(code, card).id)
            session.add(card)
    return ids


def begin() -> None:
    with db.transaction() as session:
        session.add(Job(kind="reindex_codes", key="reindex_codes:", args={"after": ""}, due_at=NOW))


def stock(town: Town, slug: str, *codes: str) -> None:
    with db.transaction() as session:
        product = session.exec(select(Product).where(Product.slug == slug)).one()
        stock_codes(an_act(session, SYSTEM, now=NOW), product, codes)


def _like(town: Town) -> dict[str, Any]:
    (product,) = rows(Product, Product.slug == MANUAL)
    wanted = ("category", "name", "cover", "price", "activation_rule", "created_at", "mode")
    return {name: getattr(product, name) for name in wanted}


def states(*ids: str) -> list[str]:
    found = {card.id: card.status.value for card in rows(Card, col(Card.id).in_(ids))}
    return [found[one] for one in ids]


def listed(town: Town) -> list[tuple[str, str]]:
    with db.reading() as session:
        return [(row.order_no, row.trouble) for row in abnormal_page(a_look(session, town.carol, now=NOW + DAY)).rows]


@pytest.fixture
def bare(town: Town) -> Town:
    """A product whose whole stock is what the test puts there."""
    set_clock(NOW + HOUR)
    town.sell("bare", 1)
    with db.transaction() as session:
        for card in session.exec(select(Card).join(Product).where(Product.slug == "bare")):
            session.delete(card)
    return town


def test_of_twins_in_stock_the_oldest_is_kept_and_the_others_are_withdrawn(bare: Town) -> None:
    ids = old_stock(bare, "bare", *TYPED[:3], "OTHER")
    begin()
    run_jobs()
    assert states(*ids) == ["available", "withdrawn", "withdrawn", "available"]
    assert refused(stock, bare, "bare", "c1").fields == TAKEN
    assert not rows(Card, Card.shop_blind == "", col(Card.id).in_(ids))


def test_a_code_sold_already_is_not_sold_again_though_its_twin_is_older(bare: Town) -> None:
    old_stock(bare, "bare", "C\u200b-1", at=NOW)
    tale = bare.tale().order("bare").pay().deliver()
    (older,) = old_stock(bare, "bare", "C-1", at=NOW - DAY)
    begin()
    run_jobs()
    assert (states(older), tale.card_states, listed(bare)) == (["withdrawn"], ["sealed"], [])


def test_twins_sold_already_are_listed_until_an_admin_has_looked(bare: Town) -> None:
    old_stock(bare, "bare", "C-1", "C\u200b-1")
    first, second = (bare.tale().order("bare").pay().deliver() for _ in range(2))
    begin()
    run_jobs()
    assert listed(bare) == [(second.no, Trouble.sold_twice)]
    assert first.card_states == second.card_states == ["sealed"]
    told = {"say": lambda left: "检查", "now": NOW + DAY}
    assert act(repair_order, bare.carol, second.no, **told).done == [Repair.close_twins]
    assert listed(bare) == []


def test_the_shopper_of_a_twin_is_led_to_support(bare: Town) -> None:
    old_stock(bare, "bare", "C-1", "C\u200b-1")
    _, second = (bare.tale().order("bare").pay().deliver() for _ in range(2))
    begin()
    run_jobs()
    told = {"say": lambda left: "检查", "now": NOW + DAY}
    assert act(repair_order, bare.alice, second.no, **told).filed == [Trouble.sold_twice]


def test_a_paid_order_waiting_with_a_twin_gets_another_card(bare: Town) -> None:
    set_clock(NOW + 2 * MINUTE)  # before it is delivered
    first, second, spare = old_stock(bare, "bare", "C-1", "C\u200b-1", "OTHER")
    bare.tale().order("bare").pay().deliver()
    tale = bare.tale().order("bare").pay()
    assert [card.id for card in tale.cards] == [second]
    begin()
    run_jobs()
    assert states(first, second) == ["sealed", "withdrawn"]
    assert [card.id for card in tale.deliver().cards] == [spare]


def test_a_card_no_key_opens_stops_nothing(bare: Town) -> None:
    ids = old_stock(bare, "bare", "A", "\ufeffB")
    with db.transaction() as session:
        session.get_one(Card, ids[0]).sealed_code = session.get_one(Card, ids[1]).sealed_code
    begin()
    run_jobs()
    assert [card.id for card in rows(Card, Card.shop_blind == "", col(Card.id).in_(ids))] == ids[:1]
    (job,) = rows(Job, Job.key == "reindex_codes:")
    assert job.state == "done"


def test_it_goes_on_in_pieces(bare: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardmall.domain.limits.REINDEXED_AT_ONCE", 2)
    ids = old_stock(bare, "bare", "C-1", "C\u200b-1", "X", "Y", "C\u00ad1")
    begin()
    run_jobs()
    assert states(*ids) == ["available", "withdrawn", "available", "available", "withdrawn"]
    assert len(rows(Job, Job.kind == "reindex_codes")) > 2
    assert not rows(Job, Job.state == "open", Job.kind == "reindex_codes")


def test_parting_twins_again_changes_nothing(bare: Town) -> None:
    ids = old_stock(bare, "bare", "C-1", "C\u200b-1")
    begin()
    run_jobs()
    (blind,) = {card.shop_blind for card in rows(Card, col(Card.id).in_(ids))}
    act(part_twins, blind, now=NOW, cause="again")
    assert states(*ids) == ["available", "withdrawn"]


def test_a_house_of_the_release_before_is_re_indexed_while_it_serves(tmp_path: Path) -> None:
    """The migration itself opens no code: it leaves the work to a job."""
    engine = db.make_engine(f"sqlite:///{tmp_path / 'house.db'}")
    db.use(engine)
    try:
        startup.migrate()
        town = settle_town()
        ids = old_stock(town, MANUAL, "C-1", "C\u200b-1")
        config = Config()
        config.set_main_option("script_location", str(startup.MIGRATIONS))
        before = ScriptDirectory.from_config(config).get_revision("c0de5a1e7e01").down_revision
        command.downgrade(config, str(before))
        startup.migrate()
        assert states(*ids) == ["available", "available"]
        set_clock(NOW)
        run_jobs()
        assert states(*ids) == ["available", "withdrawn"]
    finally:
        db.use(None)
        engine.dispose()


def test_a_withdrawn_card_stays_withdrawn() -> None:
    assert CardStatus.withdrawn not in {source for move in CARD.moves for source in move.sources}
