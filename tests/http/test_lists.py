"""Handing in lists of codes over plain HTTP: what is refused says why, leaves nothing behind."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.adapters import clock, db
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.http import lists
from cardmall.models import Batch, BatchText, Job
from cardmall.services.shop.checking import TEXT
from tests.http.test_pictures import ORIGIN, signed_in
from tests.town import AUTO, Town, count, rows, run_jobs

Browser = Callable[[Actor | None], TestClient]


@pytest.fixture
def browser(town: Town) -> Iterator[Browser]:
    """A browser signed in as this person."""
    opened: list[TestClient] = []

    def open_browser(who: Actor | None) -> TestClient:
        client = TestClient(Starlette(routes=lists.ROUTES), headers=ORIGIN, raise_server_exceptions=True)
        opened.append(client)
        if who:
            client.cookies.set(cookies.SESSION, signed_in(who))
        return client

    yield open_browser
    for client in opened:
        client.close()


def hand_in(client: TestClient, data: bytes, name: str = "a.txt", slug: str = AUTO, **how: bool) -> httpx.Response:
    return client.post(routes.lists_url(slug, **how), files={"list": (name, data, "text/plain")})


def nothing_left() -> bool:
    left = [p for p in Path(tempfile.gettempdir()).glob("tmp*") if p.is_file() and p.stat().st_size > 1024 * 1024]
    return (count(Batch), count(BatchText), count(Job, Job.kind == "read_batch"), left) == (0, 0, 0, [])


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


def zipped() -> bytes:
    """A megabyte that would become a gigabyte, named like a list."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("codes.csv", b"A" * 50_000_000)
    return kept.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_the_encoding_it_is_in(town: Town, browser: Browser, encoding: str) -> None:
    answer = hand_in(browser(town.bob), "备注,卡密\n赠品,WORD-密-1\n".encode(encoding), "LIST.CSV")
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    with db.reading() as session:
        assert "WORD" not in str(session.connection().exec_driver_sql("SELECT * FROM batch_text").all())
    run_jobs()
    (batch,) = rows(Batch)
    assert (answer.json(), batch.status, batch.counts) == ({"batch": batch.name}, "checked", {"good": 1})


def test_a_file_is_read_in_the_encoding_its_sender_names(town: Town, browser: Browser) -> None:
    client, url = browser(town.bob), f"{routes.lists_url(AUTO)}?encoding="
    wrong = [
        client.post(url + name, files={"list": ("a.txt", b"\xc1\x63\xff", "")}) for name in ("big5", "rot13", "%00")
    ]
    assert [reason(answer) for answer in wrong] == [(415, "not_text")] * 3 and nothing_left()
    assert client.post(url + "big5", files={"list": ("a.txt", "繁體".encode("big5"), "")}).status_code == 201
    with db.reading() as session:
        look = a_look(session, town.bob, now=clock.now())
        pieces = rows(BatchText, by=BatchText.n)
        opened = [look.world.vault.open_piece(one.batch_id, TEXT, one.n, one.sealed) for one in pieces]
    assert "".join(opened) == "繁體"


def test_what_is_no_text_or_nothing_is_refused_and_leaves_nothing(town: Town, browser: Browser) -> None:
    client = browser(town.bob)
    mixed = "卡密".encode("gb18030") + "卡密".encode() + b"\xff\n"
    for data in (b"A\0B", zipped(), mixed, b"\x89PNG\r\n\x1a\n\0"):
        assert reason(hand_in(client, data, "codes.csv")) == (415, "not_text")
    assert reason(hand_in(client, b"")) == reason(hand_in(client, b" \r\n ")) == (422, "invalid")
    other = client.post(routes.lists_url(AUTO), files={"file": ("a.txt", b"A", "text/plain")})
    assert reason(other) == (422, "invalid")
    assert client.post(routes.lists_url(AUTO), content=b"A-1").status_code == 422
    assert nothing_left()


def test_a_paste_and_a_file_have_their_own_size(town: Town, browser: Browser) -> None:
    client = browser(town.bob)
    pasted, file = b"A" * limits.PASTE_BYTES, b"\n" * limits.LIST_BYTES
    assert hand_in(client, pasted, pasted=True).status_code == 201
    assert reason(hand_in(client, pasted + b"B", pasted=True)) == (413, "file_too_large")
    assert reason(hand_in(client, file + b"B")) == (413, "file_too_large")
    assert reason(hand_in(client, file * 2)) == (413, "file_too_large")
    assert count(Batch) == 1


def test_only_members_of_the_products_shop_hand_lists_in(town: Town, browser: Browser) -> None:
    tried = [reason(hand_in(browser(who), b"A-1")) for who in (town.mo, town.alice, town.carol, None)]
    assert tried == [(404, "not_found"), (403, "not_allowed"), (403, "not_allowed"), (401, "sign_in_first")]
    assert reason(hand_in(browser(town.bob), b"A-1", slug="nothing"))[0] == 404
    foreign = browser(town.bob).post(
        routes.lists_url(AUTO), files={"list": ("a.txt", b"A")}, headers={"origin": "http://evil.test"}
    )
    assert foreign.status_code == 403 and nothing_left()


def test_whoever_hands_in_too_many_hears_so(town: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIST_TRIES", "2/hour")
    client = browser(town.bob)
    codes = [hand_in(client, f"A-{n}".encode()).status_code for n in range(3)]
    assert codes == [201, 201, 429]
