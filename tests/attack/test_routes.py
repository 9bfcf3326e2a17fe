"""Our own HTTP routes: foreign and unknown look the same, and a callback that does not hold moves nothing."""

import json
import sqlite3
import tempfile
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from cardmall import routes
from cardmall.adapters import clock, db
from cardmall.domain.terms import CardStatus
from cardmall.gateway.signing import new_signer
from cardmall.models import Account, Card, Order, Payment, Product
from cardmall.reads.people import as_actor
from cardmall.services.shop.code_files import export_codes
from tests.attack.histories import at_cashier, delivered, in_case, just_paid, top_up
from tests.attack.raw import sign_in
from tests.attack.test_handlers import COMES_AND_GOES, rows
from tests.bank import payment_body, signed, signer_of
from tests.hostile import picture
from tests.serving import App
from tests.town import an_act

pytestmark = pytest.mark.slow


def post(app: App, who: str, path: str, **more: object) -> httpx.Response:
    headers = {"Cookie": sign_in(app.url, f"{who}@cardmall.test")} if who else {}
    return httpx.post(app.url + path, headers=headers | more.pop("headers", {}), **more)  # type: ignore[arg-type, operator]


def alices_card() -> tuple[str, str]:
    """(order number, card id), sealed."""
    with db.transaction() as session:
        clock.load_clock(session)
        no = delivered(session)
        return no, session.exec(select(Card.id).join(Order).where(Order.no == no)).one()


def alices_payment() -> tuple[str, int]:
    """(payment number, fen), pending."""
    with db.transaction() as session:
        clock.load_clock(session)
        no = at_cashier(session)
        payment = session.exec(select(Payment).join(Order).where(Order.no == no)).one()
        return payment.no, payment.amount


def test_a_foreign_card_is_as_unknown_as_none_and_stays_sealed(backend: App, same_database: Path) -> None:
    no, card = alices_card()
    before = rows(same_database, own=False)
    answers = [
        post(backend, who, routes.reveal_url(number, key))
        for who in ("dave", "erin", "bob", "carol")
        for number, key in ((no, card), ("CM26010100000000", card), (no, "nothing"))
    ]
    assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
    assert post(backend, "", routes.reveal_url(no, card)).status_code == 401
    assert rows(same_database, own=False) == before
    other_site = post(backend, "alice", routes.reveal_url(no, card), headers={"Origin": "http://evil.test"})
    assert other_site.status_code == 403 and rows(same_database, own=False) == before
    assert post(backend, "alice", routes.reveal_url(no, card)).json()["code"]


def test_all_codes_of_a_foreign_order_are_as_unknown_as_none_and_stay_sealed(backend: App, same_database: Path) -> None:
    no, _ = alices_card()
    paths = [url(number) for url in (routes.reveal_rest_url, routes.codes_file_url) for number in (no, "CM0", "%00")]
    before = rows(same_database, own=False)
    answers = [post(backend, who, path) for who in ("dave", "erin", "bob", "carol") for path in paths]
    assert {a.status_code for a in answers} == {404}
    assert {post(backend, "", path).status_code for path in paths if "%00" not in path} == {401}
    evil = [post(backend, "alice", path, headers={"Origin": "http://evil.test"}) for path in paths]
    assert {a.status_code for a in evil if a.status_code != 404} == {403}
    assert rows(same_database, own=False) == before
    told = post(backend, "alice", routes.reveal_rest_url(no))
    assert len(told.json()["codes"]) == 1 and told.headers["cache-control"] == "no-store"
    file = post(backend, "alice", routes.codes_file_url(no))
    assert file.text.split() == [no, *told.json()["codes"].values()]
    assert file.headers["content-disposition"] == f'attachment; filename="{no}.txt"'


def test_nobody_presses_anothers_cashier(backend: App, same_database: Path) -> None:
    payment, _ = alices_payment()
    before = rows(same_database, own=False)
    answers = [
        post(backend, who, routes.SANDBOX_PAY, data={"payment": number, "outcome": outcome})
        for who in ("", "dave", "erin", "bob", "carol")
        for number in (payment, "PY000")
        for outcome in ("pay", "fail", "pay_late")
    ]
    answers += [post(backend, "alice", routes.SANDBOX_PAY, data={"payment": payment, "outcome": "x"})]
    assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
    assert rows(same_database, own=False) == before


def test_a_callback_forged_altered_old_or_repeated_moves_nothing(backend: App, same_database: Path) -> None:
    payment, amount = alices_payment()
    pen, body = signer_of(backend.data), payment_body(payment, amount)
    headers, cheaper = signed(pen, body), payment_body(payment, 1)
    bad = [
        ({}, body),
        (headers | {"gateway-signature": "0" * 64}, body),
        (headers, cheaper),
        (headers | {"gateway-time": "1"}, body),
        (signed(pen, body, at=clock.now().replace(year=2020)), body),
        (signed(pen, body, merchant="1900000110"), body),
        (signed(new_signer(), body), body),
    ]
    before = rows(same_database, own=False)
    for forged, content in bad:
        answer = httpx.post(backend.url + routes.CALLBACK, headers=forged, content=content)
        assert answer.status_code == 400 and rows(same_database, own=False) == before
    for junk in (b"not json", b"[]", b"{}", b'{"kind": "payment", "state": "paid", "amount": "much"}'):
        answer = httpx.post(backend.url + routes.CALLBACK, headers=signed(pen, junk), content=junk)
        assert answer.status_code == 400 and rows(same_database, own=False) == before
    nothing = payment_body(payment, 0)
    signed_but_wrong = httpx.post(backend.url + routes.CALLBACK, headers=signed(pen, nothing), content=nothing)
    assert signed_but_wrong.status_code == 400 and status_of(payment) == "pending"
    assert httpx.post(backend.url + routes.CALLBACK, headers=headers, content=body).status_code == 200
    paid = rows(same_database, own=False)
    assert httpx.post(backend.url + routes.CALLBACK, headers=headers, content=body).status_code == 400
    assert httpx.post(backend.url + routes.CALLBACK, headers=signed(pen, body), content=body).status_code == 200
    assert rows(same_database, own=False) == paid and status_of(payment) == "captured"


def status_of(payment: str) -> str:
    with db.reading() as session:
        return str(session.exec(select(Payment.status).where(Payment.no == payment)).one())


def test_codes_that_are_taken_along_are_their_makers_alone(backend: App, same_database: Path) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        some = select(Card).join(Product).where(Product.slug == "office-home", Card.status == "available").limit(2)
        for card in session.exec(some).all():
            card.status = CardStatus.withdrawn
        bob = session.exec(select(Account).where(Account.email == "bob@cardmall.test")).one()
        act = an_act(session, as_actor(bob), now=clock.now())
        key = export_codes(act, "office-home", bob.password_hash or "")
    before = rows(same_database, own=False)
    paths = [routes.code_file_url(one) for one in (key, "f" * 32, "%00", "..%2f..")]
    answers = [ask(backend, "GET", who, path) for who in ("", "alice", "dave", "erin", "carol") for path in paths]
    assert {a.status_code for a in answers} == {404} and not [a for a in answers if "content-disposition" in a.headers]
    evil = ask(backend, "GET", "bob", paths[0], sec_fetch_site="cross-site")
    assert evil.status_code == 403 and rows(same_database, own=False) == before
    file = ask(backend, "GET", "bob", paths[0])
    assert len(file.text.split()) == 2 and file.headers["cache-control"] == "no-store"
    assert ask(backend, "HEAD", "bob", paths[0]).text == ""


STRANGERS = ("dave", "erin")


def test_a_strangers_picture_is_as_unknown_as_none(backend: App, same_database: Path) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no = in_case(session)
    handed = {"files": {"picture": ("a.jpg", picture(), "image/jpeg")}}
    told = post(backend, "alice", routes.pictures_url(no), **handed).json()
    before = rows(same_database, own=False)
    paths = (told["url"], told["thumb"], routes.picture_url("f" * 32), "/pictures/%2e%2e")
    looks = [ask(backend, "GET", who, path) for who in (*STRANGERS, "bob", "carol") for path in paths]
    drops = [ask(backend, "DELETE", who, path) for who in (*STRANGERS, "bob", "carol") for path in paths[::2]]
    assert {(a.status_code, a.text) for a in looks + drops} == {(404, looks[0].text)}
    assert {ask(backend, "GET", "", path).status_code for path in paths} == {401}
    assert ask(backend, "GET", "alice", "/pictures/%2e%2e%2forders").status_code == 404
    nul = [ask(backend, method, who, "/pictures/%00") for method in ("GET", "DELETE") for who in ("", "alice", "dave")]
    assert {(a.status_code, a.text) for a in nul} == {(404, "not found")}, "the door says so, to everybody alike"
    tried = [post(backend, who, routes.pictures_url(n), **handed) for who in STRANGERS for n in (no, "CM0")]
    listed = [ask(backend, "GET", who, routes.pictures_url(n)) for who in STRANGERS for n in (no, "CM0")]
    assert {(a.status_code, a.text) for a in tried + listed} == {(404, looks[0].text)}
    assert post(backend, "", routes.pictures_url(no), **handed).status_code == 401
    other_site = {"headers": {"Origin": "http://evil.test"}}
    assert post(backend, "alice", routes.pictures_url(no), **handed, **other_site).status_code == 403
    assert rows(same_database, own=False) == before
    assert ask(backend, "DELETE", "alice", told["url"]).status_code == 204


def test_a_picture_of_a_strangers_product_is_as_unknown_as_none_until_it_is_on_sale(
    backend: App, same_database: Path
) -> None:
    handed = {"files": {"picture": ("a.jpg", picture(), "image/jpeg")}}
    slugs = ("office-home", "nothing", "..%2foffice-home")
    before = rows(same_database, own=False)
    answers = [post(backend, "erin", routes.GOODS_PICTURES.format(slug=slug), **handed) for slug in slugs]
    assert {(a.status_code, a.text) for a in answers[:2]} == {(404, answers[0].text)} and answers[2].status_code == 404
    path = routes.goods_pictures_url("office-home")
    assert {post(backend, who, path, **handed).status_code for who in ("alice", "carol")} == {403}
    assert post(backend, "", path, **handed).status_code == 401
    other_site = {"headers": {"Origin": "http://evil.test"}}
    assert post(backend, "bob", path, **handed, **other_site).status_code == 403
    page = {"files": {"picture": ("a.png", b"<!doctype html><script>alert(1)</script>", "image/png")}}
    assert post(backend, "bob", path, **page).status_code == 415
    assert rows(same_database, own=False) == before
    told = post(backend, "bob", path, **handed).json()
    waiting = rows(same_database, own=False)
    looks = [ask(backend, "GET", who, told[size]) for who in ("", "alice", *STRANGERS) for size in ("url", "thumb")]
    unknown = ask(backend, "GET", "erin", routes.goods_picture_url("f" * 32))
    assert {(a.status_code, a.text) for a in looks} == {(404, unknown.text)}
    assert {ask(backend, "GET", who, told["url"]).status_code for who in ("bob", "carol")} == {200}
    drop = f"{path}/{told['id']}"
    assert {ask(backend, "DELETE", who, drop).status_code for who in ("alice", "dave", "carol")} == {403}
    assert [ask(backend, "DELETE", who, drop).status_code for who in ("", "erin")] == [401, 404]
    assert rows(same_database, own=False) == waiting
    assert ask(backend, "GET", "bob", routes.picture_url(told["id"])).status_code == 404, "it is no evidence"
    assert ask(backend, "DELETE", "bob", drop).status_code == 204


def test_a_list_for_a_strangers_product_is_as_unknown_as_none(backend: App, same_database: Path) -> None:
    handed = {"files": {"list": ("a.txt", b"ATTACK-1\n", "text/plain")}}
    paths = [routes.lists_url(slug, pasted=pasted) for slug in ("office-home", "nothing") for pasted in (True, False)]
    before = rows(same_database, own=False)
    answers = [post(backend, "erin", path, **handed) for path in paths]
    assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
    assert {post(backend, who, path, **handed).status_code for who in ("alice", "carol") for path in paths} == {403}
    assert {post(backend, "", path, **handed).status_code for path in paths} == {401}
    other_site = {"headers": {"Origin": "http://evil.test"}}
    assert {post(backend, "bob", path, **handed, **other_site).status_code for path in paths} == {403}
    assert rows(same_database, own=False) == before
    assert post(backend, "bob", paths[0], **handed).status_code == 201


def test_sixty_megabytes_are_refused_and_leave_no_row_and_no_file(backend: App, same_database: Path) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no = in_case(session)
    before, files = rows(same_database, own=False), set(Path(tempfile.gettempdir()).iterdir())
    huge = {"files": {"picture": ("../../a.jpg", picture() + bytes(60 * 1024 * 1024), "image/jpeg")}}
    answer = post(backend, "alice", routes.pictures_url(no), **huge, timeout=60)
    assert (answer.status_code, answer.json()["reason"]) == (413, "picture_too_large")
    assert rows(same_database, own=False) == before
    new = [f for f in set(Path(tempfile.gettempdir()).iterdir()) - files if f.is_file()]
    assert not [f for f in new if f.stat().st_size > 1024 * 1024]


def ask(app: App, method: str, who: str, path: str, **more: str) -> httpx.Response:
    """`more` headers, their dashes written as underscores."""
    headers = {"Cookie": sign_in(app.url, f"{who}@cardmall.test")} if who else {}
    return httpx.request(method, app.url + path, headers=headers | {k.replace("_", "-"): v for k, v in more.items()})


def exports(database: Path) -> list[tuple[str, dict[str, str]]]:
    """Who took which file."""
    with sqlite3.connect(database) as base:
        wanted = "SELECT a.email, e.data FROM event e JOIN account a ON a.id = e.actor_id WHERE e.verb = 'exported'"
        return [(email, json.loads(data)) for email, data in base.execute(f"{wanted} ORDER BY e.id")]


def only_noted(database: Path) -> str:
    """Everything but the notes of exports."""
    with sqlite3.connect(database) as base:
        base.execute("DELETE FROM event WHERE verb = 'exported'")
        passing = tuple(f'INSERT INTO "{table}"' for table in COMES_AND_GOES)
        kept = [line for line in base.iterdump() if not line.startswith(passing)]
        base.rollback()
    return "\n".join(kept)


def test_the_audit_is_a_file_for_carol_and_nothing_for_anyone_else(backend: App, same_database: Path) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no = in_case(session)
    before, noted = rows(same_database, own=False), len(exports(same_database))
    paths = (routes.audit_file_url(), routes.audit_file_url(number=no))
    refused = [ask(backend, "GET", who, path) for who in ("", "alice", "bob", *STRANGERS) for path in paths]
    assert {(a.status_code, a.text) for a in refused} == {(404, "Not Found")}
    assert rows(same_database, own=False) == before
    kept = only_noted(same_database)
    file = ask(backend, "GET", "carol", paths[1])
    assert (file.status_code, file.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert no in file.text and "提交申请" in file.text
    assert ask(backend, "POST", "carol", paths[0]).status_code in (404, 405)
    assert exports(same_database)[noted:] == [("carol@cardmall.test", {"what": "audit", "number": no})]
    assert only_noted(same_database) == kept


@pytest.mark.parametrize(
    ("path", "right"),
    [(routes.money_file_url(), "bob"), (routes.SHOP_ORDERS_FILE, "bob"), (routes.JOURNAL_FILE, "carol")],
)
def test_money_is_a_file_for_its_owner_and_nothing_for_anyone_else(
    backend: App, same_database: Path, path: str, right: str
) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no = just_paid(session)
    before, noted = rows(same_database, own=False), len(exports(same_database))
    others = {"", "alice", "dave", "bob", "carol"} - {right}
    refused = [ask(backend, "GET", who, path) for who in sorted(others)]
    assert {(a.status_code, a.text) for a in refused} == {(404, "Not Found")}
    evil = {"Cookie": sign_in(backend.url, f"{right}@cardmall.test"), "Referer": "http://evil.test/"}
    assert httpx.get(backend.url + path, headers=evil).status_code == 403
    assert rows(same_database, own=False) == before
    file = ask(backend, "GET", right, path)
    assert (file.status_code, no in file.text) == (200, True)
    what = {routes.SHOP_ORDERS_FILE: "shop_orders", routes.JOURNAL_FILE: "journal"}.get(path, "shop_money")
    assert exports(same_database)[noted:] == [(f"{right}@cardmall.test", {"what": what})]


@pytest.mark.parametrize("path", [routes.money_file_url(), routes.SHOP_ORDERS_FILE])
def test_erins_file_has_nothing_of_bobs(backend: App, same_database: Path, path: str) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no = just_paid(session)
    file = ask(backend, "GET", "erin", path)
    assert (file.status_code, no in file.text) == (200, False)
    assert file.text.count("\r\n") > 1


def test_what_a_buyer_told_is_shown_to_its_shop_and_to_nobody_else(backend: App, same_database: Path) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no, plain = top_up(session), just_paid(session)
    path = routes.buyer_fields_url(no)
    before = rows(same_database, own=False)
    for who, status in (("", 401), ("alice", 403), ("dave", 403), ("carol", 403), ("bob", 404)):
        answer = post(backend, who, path)
        assert (answer.status_code, "answers" in answer.text) == (status, False)
    assert post(backend, "bob", path).text == post(backend, "bob", routes.buyer_fields_url("CM0")).text
    assert post(backend, "erin", path, headers={"Origin": "http://evil.test"}).status_code == 403
    assert post(backend, "bob", routes.buyer_fields_url(plain)).status_code == 404, "nothing was asked for"
    assert ask(backend, "GET", "erin", path).status_code in (404, 405)
    told = post(backend, "erin", path)
    assert (told.status_code, told.headers["cache-control"], told.json()["edition"]) == (200, "no-store", 1)
    assert all(told.json()["answers"]) and rows(same_database, own=False) == before


def test_a_value_of_a_person_is_shown_to_carol_for_a_reason_and_to_nobody_else(
    backend: App, same_database: Path
) -> None:
    with db.transaction() as session:
        clock.load_clock(session)
        no = in_case(session)
        alice = str(session.exec(select(Account.id).where(Account.email == "alice@cardmall.test")).one())
    asked = [
        {"kind": kind, "no": number, "field": field, "text": "why"}
        for kind, number in (("order", no), ("person", alice), ("order", "CM0"), ("person", "0"))
        for field in ("name", "email", "phone")
    ]
    before = rows(same_database, own=False)
    for who, status in (("", 401), ("alice", 403), ("dave", 403), ("bob", 403), ("erin", 403)):
        answers = [post(backend, who, routes.UNMASK, data=one) for one in asked]
        assert {(a.status_code, a.text) for a in answers} == {(status, answers[0].text)}
        assert "alice@" not in answers[0].text and "13800000001" not in answers[0].text
    evil = post(backend, "carol", routes.UNMASK, data=asked[1], headers={"Origin": "http://evil.test"})
    silent = post(backend, "carol", routes.UNMASK, data=asked[1] | {"text": " "})
    secrets = [
        post(backend, "carol", routes.UNMASK, data=asked[1] | {"field": f}) for f in ("password_hash", "card", "")
    ]
    assert (evil.status_code, silent.status_code, {a.status_code for a in secrets}) == (403, 422, {404})
    assert rows(same_database, own=False) == before
    told = post(backend, "carol", routes.UNMASK, data=asked[1])
    assert (told.json(), told.headers["cache-control"]) == ({"value": "alice@cardmall.test"}, "no-store")
    with sqlite3.connect(same_database) as base:
        (last,) = base.execute(
            "SELECT note, data FROM event WHERE verb = 'unmasked' ORDER BY id DESC LIMIT 1"
        ).fetchall()
    assert (last[0], json.loads(last[1])) == ("why", {"field": "email", "account": int(alice)})
