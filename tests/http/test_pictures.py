"""Handing in and looking at pictures over plain HTTP: what is refused says why and leaves nothing behind."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cardmall import cookies, routes
from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.domain.verbs import Verb
from cardmall.http import pictures
from cardmall.models import Event, Job, Picture, PictureData, SignIn
from cardmall.services.case import cases
from tests.hostile import NOT_PICTURES, SCRIPT, TOO_LARGE, picture, with_script
from tests.town import Tale, Town, act, count, move_clock, rows

FORM = "multipart/form-data; boundary=x"
ORIGIN = {"origin": "http://testserver"}


@pytest.fixture
def browser(town: Town) -> Iterator[Callable[[Actor | None], TestClient]]:
    """A browser signed in as this person."""
    opened: list[TestClient] = []

    def open_browser(who: Actor | None) -> TestClient:
        client = TestClient(Starlette(routes=pictures.ROUTES), headers=ORIGIN, raise_server_exceptions=True)
        opened.append(client)
        if who:
            client.cookies.set(cookies.SESSION, signed_in(who))
        return client

    yield open_browser
    for client in opened:
        client.close()


def signed_in(who: Actor) -> str:
    token, now = secrets.token_urlsafe(), clock.now()
    with db.transaction() as session:
        until = now + timedelta(hours=1)
        session.add(SignIn(token_hash=cookies.hash_of(token), account_id=who.id, created_at=now, expires_at=until))
    return token


Browser = Callable[[Actor | None], TestClient]


def hand_in(client: TestClient, no: str, data: bytes, name: str = "a.jpg", kind: str = "image/jpeg") -> httpx.Response:
    return client.post(routes.pictures_url(no), files={"picture": (name, data, kind)})


def nothing_left() -> bool:
    left = [p for p in Path(tempfile.gettempdir()).glob("tmp*") if p.is_file() and p.stat().st_size > 4 * 1024 * 1024]
    return (count(Picture), count(PictureData), count(Job, Job.kind == "drop_picture"), left) == (0, 0, 0, [])


def test_alice_hands_in_a_picture_and_looks_at_it(town: Town, tale: Tale, browser: Browser) -> None:
    client = browser(town.alice)
    answer = hand_in(client, tale.no, picture(size=(3000, 2000)))
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    told = answer.json()
    full, thumb = client.get(told["url"]), client.get(told["thumb"])
    for shown in (full, thumb):
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        assert shown.headers["cache-control"].startswith("private") and shown.headers["vary"] == "Cookie"
        assert shown.headers["content-disposition"] == f'inline; filename="picture-{told["id"][:8]}.jpg"'
        assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert len(thumb.content) < len(full.content)


def test_two_parties_and_admins_see_what_was_sent_others_a_404(town: Town, tale: Tale, browser: Browser) -> None:
    url = hand_in(browser(town.alice), tale.no, picture()).json()["url"]
    everyone = (town.alice, town.bob, town.carol, town.mallory, town.mo, None)
    assert [browser(who).get(url).status_code for who in everyone] == [200, 404, 404, 404, 404, 401]
    form = {"way": "request", "reason": "not_as_described", "text": "", "pictures": url.rsplit("/")[-1]}
    act(cases.request_cancellation, town.alice, tale.no, **form, now=clock.now())
    assert [browser(who).get(url).status_code for who in everyone] == [200, 200, 200, 404, 404, 401]
    foreign, unknown = browser(town.mallory).get(url), browser(town.mallory).get(routes.picture_url("f" * 32))
    assert (foreign.text, foreign.status_code) == (unknown.text, unknown.status_code)


def test_an_admins_look_at_a_picture_is_noted_once_an_hour(town: Town, tale: Tale, browser: Browser) -> None:
    url = hand_in(browser(town.alice), tale.no, picture()).json()["url"]
    carol = browser(town.carol)
    assert carol.get(url).status_code == 404 and noted() == [], "it waits: nothing was seen"
    form = {"way": "request", "reason": "not_as_described", "text": "", "pictures": url.rsplit("/")[-1]}
    act(cases.request_cancellation, town.alice, tale.no, **form, now=clock.now())
    assert [browser(who).get(url).status_code for who in (town.alice, town.bob, town.mallory)] == [200, 200, 404]
    assert noted() == [], "what anybody else reads is their own affair"
    assert [carol.get(at).status_code for at in (url, f"{url}?size=thumb", url)] == [200] * 3
    assert noted() == [(town.carol.id, tale.row.id)]
    move_clock(timedelta(hours=1, minutes=1))
    assert browser(town.carol).get(url).status_code == 200
    assert noted() == [(town.carol.id, tale.row.id)] * 2


def noted() -> list[tuple[int | None, int | None]]:
    return [(one.actor_id, one.order_id) for one in rows(Event, Event.verb == Verb.looked)]


def test_who_may_hand_in(town: Town, tale: Tale, browser: Browser) -> None:
    tried = [hand_in(browser(who), tale.no, picture()) for who in (None, town.mallory, town.mo, town.carol)]
    assert [a.status_code for a in tried] == [401, 404, 404, 403]
    assert hand_in(browser(town.alice), "CM00000000000000", picture()).json() == tried[1].json()
    assert nothing_left()
    assert hand_in(browser(town.bob), tale.no, picture()).status_code == 201


def test_another_site_does_nothing(town: Town, tale: Tale, browser: Browser) -> None:
    client = browser(town.alice)
    url = hand_in(client, tale.no, picture()).json()["url"]
    client.headers["origin"] = "https://evil.test"
    assert hand_in(client, tale.no, picture()).status_code == 403
    assert client.delete(url).status_code == 403
    assert count(Picture) == 1


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_no_picture_leaves_nothing(town: Town, tale: Tale, browser: Browser, name: str) -> None:
    answer = hand_in(browser(town.alice), tale.no, NOT_PICTURES[name])
    assert (answer.status_code, answer.json()["reason"]) == (415, "not_a_picture")
    assert answer.json()["text"] == "只支持 JPG、PNG、WebP 图片" and nothing_left()


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_leaves_nothing(town: Town, tale: Tale, browser: Browser, name: str) -> None:
    answer = hand_in(browser(town.alice), tale.no, TOO_LARGE[name])
    assert (answer.status_code, answer.json()["reason"]) == (413, "picture_too_large") and nothing_left()


def test_sixty_megabytes_leave_nothing(town: Town, tale: Tale, browser: Browser) -> None:
    client = browser(town.alice)
    client.cookies.set(cookies.LOCALE, "en")
    answer = hand_in(client, tale.no, picture() + bytes(60 * 1024 * 1024))
    assert answer.status_code == 413 and "5 MB" in answer.json()["text"] and nothing_left()


def test_a_length_that_lies_is_not_believed(town: Town, tale: Tale, browser: Browser) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
        for _ in range(8):
            yield bytes(1024 * 1024)

    kind = {"content-type": "multipart/form-data; boundary=x", "content-length": "100"}
    answer = browser(town.alice).post(routes.pictures_url(tale.no), content=endless(), headers=kind)
    assert answer.status_code == 413 and nothing_left()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", ""),
        (b"picture=1", "application/x-www-form-urlencoded"),
        (picture(), "image/jpeg"),
        (b"nonsense", FORM),
        (b"--x\r\n\r\n--x--\r\n", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="picture"\r\n\r\nhi\r\n--x--\r\n', FORM),
        (b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nhi\r\n--x--\r\n', FORM),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nhi\r\n--x--\r\n", FORM),
    ],
)  # fmt: skip
def test_a_body_that_is_no_form_leaves_nothing(
    town: Town, tale: Tale, browser: Browser, content: bytes, kind: str
) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = browser(town.alice).post(routes.pictures_url(tale.no), content=content, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (422, "invalid") and nothing_left()


def test_two_files_in_one_request_leave_nothing(town: Town, tale: Tale, browser: Browser) -> None:
    two = [("picture", ("a.jpg", picture(), "image/jpeg")), ("picture", ("b.jpg", picture(), "image/jpeg"))]
    assert browser(town.alice).post(routes.pictures_url(tale.no), files=two).status_code == 422 and nothing_left()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a.svg", "a.html", "\x00.jpg", "a" * 4000, "图.exe", "..\\..\\w.txt", "C:\\a.jpg"]
)
def test_the_name_of_a_file_and_its_type_are_nobodys_business(
    town: Town, tale: Tale, browser: Browser, name: str
) -> None:
    client = browser(town.alice)
    answer = hand_in(client, tale.no, picture("PNG"), name, "text/html")
    assert answer.status_code == 201 and set(answer.json()) == {"id", "url", "thumb"}
    shown = client.get(answer.json()["url"])
    assert shown.headers["content-type"] == "image/jpeg" and len(answer.json()["id"]) == 32


def test_of_a_script_behind_a_picture_nothing_is_kept(town: Town, tale: Tale, browser: Browser) -> None:
    client = browser(town.alice)
    told = hand_in(client, tale.no, with_script()).json()
    assert SCRIPT not in client.get(told["url"]).content + client.get(told["thumb"]).content


def test_the_seventh_is_refused(town: Town, tale: Tale, browser: Browser) -> None:
    client = browser(town.alice)
    answers = [hand_in(client, tale.no, picture(size=(20, 20))) for _ in range(7)]
    assert [a.status_code for a in answers] == [201] * 6 + [409]
    assert answers[-1].json() == {"reason": "too_many_pictures", "text": "最多 6 张图片"}
    assert (count(Picture), count(PictureData)) == (6, 6)


def test_somebody_who_tries_all_day_is_stopped(
    town: Town, tale: Tale, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PICTURE_TRIES", "3/hour")
    client = browser(town.alice)
    assert [hand_in(client, tale.no, b"x").status_code for _ in range(4)] == [415, 415, 415, 429]
    assert hand_in(browser(town.bob), tale.no, b"x").status_code == 415


def test_taking_back(town: Town, tale: Tale, browser: Browser) -> None:
    client = browser(town.alice)
    url = hand_in(client, tale.no, picture()).json()["url"]
    assert [browser(who).delete(url).status_code for who in (town.bob, town.mallory, None)] == [404, 404, 401]
    assert client.delete(url).status_code == 204
    assert (count(Picture), count(PictureData)) == (0, 0)
    assert [client.delete(url).status_code, client.get(url).status_code] == [404, 404]


@pytest.mark.parametrize(
    "path",
    [
        "../orders", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%2e%2e%2f", "%00", "a%00b", "f" * 5000, "F" * 32,
        "%252e%252e", "'or'1'='1", "{picture_id}", "..%5c..%5cw.txt",
    ],
)  # fmt: skip
def test_tricks_in_the_path_find_nothing(town: Town, browser: Browser, path: str) -> None:
    client = browser(town.alice)
    assert client.get(f"/pictures/{path}").status_code == 404
    assert client.delete(f"/pictures/{path}").status_code in (404, 405)
    assert hand_in(client, path, picture()).status_code in (404, 405)
    assert nothing_left()


def test_few_bodies_of_a_person_are_in_flight_at_once(town: Town, tale: Tale, browser: Browser) -> None:
    pictures._PICTURES.on_their_way[town.alice.id] = limits.UPLOADS_AT_ONCE
    try:
        assert hand_in(browser(town.alice), tale.no, picture()).status_code == 429
        assert hand_in(browser(town.bob), tale.no, picture()).status_code == 201
    finally:
        del pictures._PICTURES.on_their_way[town.alice.id]
    assert not pictures._PICTURES.on_their_way
