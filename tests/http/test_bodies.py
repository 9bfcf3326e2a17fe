"""One guard around every body: how long, how fast, how many at once."""

import asyncio
import time
from collections.abc import Iterable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Scope

from cardmall import routes
from cardmall.domain import limits
from cardmall.http import body

PIECE = bytes(8192)


async def swallow(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await body.body_of(request))))


APP = body.bounded(Starlette(routes=[Route("/{rest:path}", swallow, methods=["GET", "POST"])]))


class Sender:
    """A client that sends these pieces, then nothing more; `status` of the answer."""

    def __init__(self, pieces: Iterable[bytes], *, ends: bool = True) -> None:
        self._pieces, self._ends = iter(pieces), ends
        self.status, self.sent = 0, 0

    async def receive(self) -> Message:
        piece = next(self._pieces, None)
        if piece is None and not self._ends:
            await asyncio.Event().wait()
        self.sent += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]

    async def to(self, path: str = "/locale", client: str = "203.0.113.1", **headers: str) -> int:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        address, _, query = path.partition("?")
        scope: Scope = {
            **{"type": "http", "method": "POST", "path": address, "raw_path": address.encode(), "root_path": ""},
            **{"query_string": query.encode(), "headers": raw, "client": (client, 1), "http_version": "1.1"},
        }
        await APP(scope, self.receive, self.send)
        return self.status


def endless() -> Iterable[bytes]:
    while True:
        yield PIECE


@pytest.mark.parametrize("path", [routes.LOCALE, routes.CALLBACK, routes.SANDBOX_PAY, routes.SIGN_IN, "/anything"])
def test_a_body_without_a_length_and_without_end_is_refused_after_its_limit(path: str) -> None:
    sender = Sender(endless())
    assert asyncio.run(sender.to(path)) == 413
    assert sender.sent <= limits.BODY_BYTES + len(PIECE)


def test_a_length_too_large_is_refused_before_a_byte_is_read() -> None:
    sender = Sender(endless())
    assert asyncio.run(sender.to(content_length="300000000")) == 413 and sender.sent == 0


def test_a_route_may_declare_more() -> None:
    picture = [PIECE] * 40
    assert asyncio.run(Sender(picture).to(routes.pictures_url("CM1"))) == 200
    assert asyncio.run(Sender(picture).to()) == 413


def test_a_small_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.05)
    assert asyncio.run(Sender([b"locale="], ends=False).to()) == 408


def test_an_upload_may_take_as_long_as_it_keeps_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.0)
    upload = body._Counted(Sender([PIECE] * 2, ends=False).receive, 10**6)
    upload._begun = time.monotonic() - 3.0
    upload._seen = 4 * limits.UPLOAD_RATE
    assert asyncio.run(upload())["body"] == PIECE  # 4 s' worth in 3 s
    upload._begun -= 30.0
    with pytest.raises(body.HTTPException, match="408"):
        asyncio.run(upload())


def test_nothing_is_found_at_an_address_with_a_nul() -> None:
    assert asyncio.run(Sender([]).to("/api/orders/CM\0")) == asyncio.run(Sender([]).to("/a?q=CM%00")) == 404


def test_an_address_is_bounded() -> None:
    assert asyncio.run(Sender([]).to("/" + "a" * limits.PATH_LENGTH)) == 414
    assert asyncio.run(Sender([]).to("/a?" + "a" * (limits.QUERY_LENGTH + 1))) == 414
    assert asyncio.run(Sender([]).to("/a?" + "a" * limits.QUERY_LENGTH)) == 200


def test_open_requests_of_one_address_are_bounded_and_its_neighbour_is_answered() -> None:
    async def crowd() -> tuple[int, int]:
        idle = [Sender([], ends=False) for _ in range(limits.REQUESTS_AT_ONCE)]
        waiting = [asyncio.create_task(one.to(client="203.0.113.1")) for one in idle]
        await asyncio.sleep(0)
        one_more, neighbour = await Sender([]).to(client="203.0.113.1"), await Sender([]).to(client="203.0.113.2")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await Sender([]).to(client="203.0.113.1") == 200
        return one_more, neighbour

    assert asyncio.run(crowd()) == (429, 200)
